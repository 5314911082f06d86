"""The rules of memos, without HTTP. What changes something takes an open write; ownership is in every query."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import insert, literal, select

from keepwsgi.database import Write
from keepwsgi.database.types import is_id
from keepwsgi.memos.boards import Memo, MemoNotFound, Page, as_memo, get, page
from keepwsgi.memos.cursor import BadCursor, View
from keepwsgi.memos.drafts import Draft, EmptyMemo, new_columns, prepare, stamp
from keepwsgi.memos.markdown import HTML_VERSION
from keepwsgi.memos.models import MemoRow, Tombstone
from keepwsgi.memos.ordering import beside, on_top
from keepwsgi.memos.schemas import Color

__all__ = [
    "BadCursor",
    "Conflict",
    "Draft",
    "EmptyMemo",
    "InTrash",
    "Memo",
    "MemoNotFound",
    "NotInTrash",
    "Page",
    "View",
    "archive",
    "copy",
    "create",
    "delete",
    "empty_trash",
    "get",
    "move",
    "page",
    "pin",
    "prepare",
    "restore",
    "set_color",
    "trash",
    "unarchive",
    "unpin",
    "update",
]


class InTrash(Exception):
    """The memo lies in the trash, where it can only be restored or deleted."""


class NotInTrash(Exception):
    """Only what lies in the trash is deleted for ever."""


class Conflict(Exception):
    """The memo has changed since the revision on which the text was typed; `current` is what it is now."""

    def __init__(self, current: Memo) -> None:
        super().__init__(f"memo {current.id} is at revision {current.revision}")
        self.current = current


def create(write: Write, draft: Draft) -> Memo:
    """Keep a new memo on top of the user's. Raises EmptyMemo."""
    if draft.is_empty:
        raise EmptyMemo
    row = MemoRow(**new_columns(write, draft, next(on_top(write))))
    write.session.add(row)
    write.session.flush()
    return as_memo(row)


def update(write: Write, memo_id: int, changes: Draft, revision: int | None = None) -> Memo:
    """Change what `changes` gives, and nothing when it is all as it was.

    Raises MemoNotFound, InTrash, EmptyMemo when nothing would be left in the memo, and Conflict when the memo
    is no longer at `revision` (None: whatever it is at).
    """
    row = _editable(write, memo_id)
    given = ("title", "body", "body_html", "color", "kind")
    values = {name: getattr(changes, name) for name in given if getattr(changes, name) is not None}
    if all(getattr(row, name) == value for name, value in values.items() if name != "body_html"):
        return as_memo(row)  # sent twice, or nothing was typed: no conflict, no new revision
    if revision is not None and revision != row.revision:
        raise Conflict(as_memo(row))
    if not values.get("title", row.title).strip() and not values.get("body", row.body).strip():
        raise EmptyMemo
    if "body" in values:
        values |= {"card_html": changes.card_html, "html_version": HTML_VERSION}
    return _change(write, row, **values, updated_at=write.now)


def set_color(write: Write, memo_id: int, color: Color) -> Memo:
    """Give the memo a colour. Raises MemoNotFound, InTrash."""
    return update(write, memo_id, Draft(color=color))


def pin(write: Write, memo_id: int) -> Memo:
    """Pin the memo to the board, out of the archive if it is there. Raises MemoNotFound, InTrash."""
    return _change(write, _editable(write, memo_id), pinned=True, archived=False)


def unpin(write: Write, memo_id: int) -> Memo:
    """Take the memo from the pinned ones. Raises MemoNotFound, InTrash."""
    return _change(write, _editable(write, memo_id), pinned=False)


def archive(write: Write, memo_id: int) -> Memo:
    """Put the memo, no longer pinned, into the archive. Raises MemoNotFound, InTrash."""
    return _change(write, _editable(write, memo_id), archived=True, pinned=False)


def unarchive(write: Write, memo_id: int) -> Memo:
    """Put the memo back on the board. Raises MemoNotFound, InTrash."""
    return _change(write, _editable(write, memo_id), archived=False)


def trash(write: Write, memo_id: int) -> Memo:
    """Throw the memo, no longer pinned, into the trash. Raises MemoNotFound."""
    row = _owned(write, memo_id)
    if row.trashed_at is not None:
        return as_memo(row)
    return _change(write, row, trashed_at=write.now, pinned=False)


def restore(write: Write, memo_id: int) -> Memo:
    """Take the memo out of the trash, back to where it was. Raises MemoNotFound."""
    return _change(write, _owned(write, memo_id), trashed_at=None)


def move(write: Write, memo_id: int, *, before: int | None = None, after: int | None = None) -> Memo:
    """Put the memo directly before or after another one; no other memo changes.

    Raises MemoNotFound for either of them, InTrash, ValueError unless exactly one of the two is given.
    """
    target_id = before if after is None else after
    if target_id is None or (before is not None and after is not None):
        raise ValueError("a memo is moved either before or after another one")
    row, target = _editable(write, memo_id), _editable(write, target_id)
    if row is target:
        return as_memo(row)
    return _change(write, row, position=beside(write, row, target, above=before is not None))


def copy(write: Write, memo_id: int) -> Memo:
    """Make a copy of the memo on top of the board, neither pinned nor archived. Raises MemoNotFound, InTrash."""
    row = _editable(write, memo_id)
    memo = as_memo(row)
    return create(write, Draft(memo.title, memo.body, row.body_html, row.card_html, memo.color, memo.kind))


def delete(write: Write, memo_id: int) -> None:
    """Delete a memo of the trash for ever. Raises MemoNotFound, NotInTrash."""
    row = _owned(write, memo_id)
    if row.trashed_at is None:
        raise NotInTrash
    write.session.add(_tombstone(write, row.id))
    write.session.delete(row)
    write.session.flush()


def empty_trash(write: Write) -> int:
    """Delete everything in the user's trash for ever; return how many memos that was."""
    in_trash = (MemoRow.user_id == write.user_id, MemoRow.trashed_at.is_not(None))
    stone = _tombstone(write, 0)
    columns = ["user_id", "kind", "object_id", "revision", "deleted_at"]
    stones = select(
        MemoRow.user_id,
        literal(stone.kind),
        MemoRow.id,
        literal(stone.revision),
        literal(stone.deleted_at, Tombstone.deleted_at.type),
    ).where(*in_trash)
    write.session.execute(insert(Tombstone).from_select(columns, stones))
    deleted = write.session.execute(sql_delete(MemoRow).where(*in_trash).returning(MemoRow.id))
    return len(deleted.all())


def _owned(write: Write, memo_id: int) -> MemoRow:
    """Return the user's own memo, in the trash or not. Raises MemoNotFound."""
    if is_id(memo_id):
        statement = select(MemoRow).where(MemoRow.id == memo_id, MemoRow.user_id == write.user_id)
        row = write.session.scalars(statement).one_or_none()
        if row is not None:
            return row
    raise MemoNotFound(memo_id)


def _editable(write: Write, memo_id: int) -> MemoRow:
    """Return the user's own memo. Raises MemoNotFound, InTrash."""
    row = _owned(write, memo_id)
    if row.trashed_at is not None:
        raise InTrash
    return row


def _change(write: Write, row: MemoRow, **values: Any) -> Memo:
    """Set what differs, stamped with the write's revision; a memo that stays as it is keeps its own."""
    if any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.revision = stamp(write)
        write.session.flush()
    return as_memo(row)


def _tombstone(write: Write, memo_id: int) -> Tombstone:
    return Tombstone(
        user_id=write.user_id,
        kind="memo",
        object_id=memo_id,
        revision=stamp(write),
        deleted_at=write.now,
    )
