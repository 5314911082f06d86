"""One memo's row in a write: found, changed, and everything that follows from a change.

Whatever changes a memo passes `change`, so that its revision, its place on its labels' boards and the search index
are never behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from keepwsgi.database import Write
from keepwsgi.database.types import is_id
from keepwsgi.images import service as images
from keepwsgi.labels import service as labels
from keepwsgi.labels.schemas import LabelReference
from keepwsgi.memos.drafts import Content, searchable
from keepwsgi.memos.memo import Memo, MemoNotFound, of_row
from keepwsgi.memos.models import MemoRow
from keepwsgi.search import service as search

_PLACE = frozenset(("archived", "pinned", "trashed_at", "position"))
_FLAGGED = frozenset(("archived", "pinned", "trashed_at", "color", "kind"))
_TEXTS = frozenset(("kind", "body", "items"))


class InTrash(Exception):
    """The memo lies in the trash, where it can only be restored or deleted."""


def owned(write: Write, memo_id: int) -> MemoRow:
    """Return the user's own memo, in the trash or not. Raises MemoNotFound."""
    if is_id(memo_id):
        statement = select(MemoRow).where(MemoRow.id == memo_id, MemoRow.user_id == write.user_id)
        row = write.session.scalars(statement).one_or_none()
        if row is not None:
            return row
    raise MemoNotFound(memo_id)


def editable(write: Write, memo_id: int) -> MemoRow:
    """Return the user's own memo. Raises MemoNotFound, InTrash."""
    row = owned(write, memo_id)
    if row.trashed_at is not None:
        raise InTrash
    return row


def change(
    write: Write, row: MemoRow, *, title_tokens: str | None = None, body_tokens: str | None = None, **values: Any
) -> Memo:
    """Set what differs, stamped with the write's revision; a memo that stays as it is keeps its own.

    The tokens of a new title and text are made here unless they are given.
    """
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    if changed:
        was_trashed = row.trashed_at is not None
        for name in changed:
            setattr(row, name, values[name])
        row.revision = write.stamp
        write.session.flush()
        if changed & _PLACE:
            counted = int(was_trashed) - int(row.trashed_at is not None)
            labels.moved(write, row.id, place=place_of(row), counted=counted)
        columns = {}
        if changed & _FLAGGED:
            columns["flags"] = flags_of(row, has_image=row.id in images.of_memos(write.session, [row.id]))
        if "title" in changed:
            columns["title"] = search.tokens(row.title) if title_tokens is None else title_tokens
        if changed & _TEXTS:
            is_given = body_tokens is not None and row.kind == "text"
            columns["body"] = (is_given and body_tokens) or searchable(content_of(row))
        if columns:
            search.change(write, row.id, **columns)
    return as_memo(write, row)


def touch(write: Write, row: MemoRow) -> Memo:
    """Stamp a memo of which something has changed that is not in its row: a label, a picture."""
    row.revision = write.stamp
    write.session.flush()
    carried = labels.of_memos(write.session, [row.id]).get(row.id, ())
    shown = images.of_memos(write.session, [row.id]).get(row.id, ())
    columns = {"flags": flags_of(row, has_image=bool(shown)), "labels": labels.as_tokens(carried)}
    search.change(write, row.id, **columns)
    return of_row(row, labels=carried, images=shown)


def as_memo(write: Write, row: MemoRow) -> Memo:
    """Return the memo as it now stands in a write."""
    return of_row(
        row,
        labels=labels.of_memos(write.session, [row.id]).get(row.id, ()),
        images=images.of_memos(write.session, [row.id]).get(row.id, ()),
    )


def content_of(row: MemoRow) -> Content:
    """Return what the memo says."""
    return {name: getattr(row, name) for name in Content.__annotations__}  # type: ignore[return-value]


def place_of(row: MemoRow) -> dict[str, Any]:
    """Return where the memo stands, as its labels' boards note it."""
    return {
        "archived": row.archived,
        "pinned": row.pinned,
        "trashed": row.trashed_at is not None,
        "position": row.position,
    }


def flags_of(row: Any, *, has_image: bool) -> str:
    """Return the flags by which searches filter a memo."""
    return search.flags(
        user_id=row.user_id,
        archived=row.archived,
        trashed=row.trashed_at is not None,
        pinned=row.pinned,
        color=row.color,
        kind=row.kind,
        has_image=has_image,
    )


def put_labels(write: Write, row: MemoRow, given: Sequence[str | LabelReference]) -> bool:
    """Let the memo carry just these labels; say whether that is a change. Raises LabelNotFound, TooManyLabels."""
    return labels.put_on(write, row.id, **asked_labels(given), place=place_of(row))


def asked_labels(given: Sequence[str | LabelReference]) -> dict[str, list[Any]]:
    """Return the `ids` and the `names` that are asked for; what has an id needs no name."""
    references = [each if isinstance(each, LabelReference) else LabelReference(name=each) for each in given]
    return {
        "ids": [each.id for each in references if each.id is not None],
        "names": [each.name for each in references if each.id is None and each.name is not None],
    }
