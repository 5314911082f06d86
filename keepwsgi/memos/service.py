"""The rules of memos, without HTTP. What changes something takes an open write; ownership is in every query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import insert, literal, select

from keepwsgi.database import Write
from keepwsgi.database.models import Tombstone
from keepwsgi.images import service as images
from keepwsgi.labels import service as labels
from keepwsgi.labels.schemas import LabelReference
from keepwsgi.memos.boards import Page, bodies, found, get, labelled, page, some
from keepwsgi.memos.checklists import (
    add_items,
    check_item,
    delete_checked,
    delete_item,
    to_checklist,
    to_text,
    uncheck_all,
    uncheck_item,
)
from keepwsgi.memos.cursor import BadCursor, View
from keepwsgi.memos.drafts import (
    EMPTY,
    Draft,
    EmptyMemo,
    TooManyItems,
    WrongKind,
    content,
    new_columns,
    prepare,
    says_nothing,
)
from keepwsgi.memos.indexing import index
from keepwsgi.memos.items import Item, ItemNotFound
from keepwsgi.memos.memo import Memo, MemoNotFound
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.ordering import beside, on_top
from keepwsgi.memos.rows import (
    InTrash,
    as_memo,
    asked_labels,
    change,
    content_of,
    editable,
    owned,
    place_of,
    put_labels,
    touch,
)
from keepwsgi.memos.schemas import Color

__all__ = [
    "BadCursor",
    "Conflict",
    "Deleted",
    "Draft",
    "EmptyMemo",
    "InTrash",
    "Item",
    "ItemNotFound",
    "Memo",
    "MemoNotFound",
    "NotInTrash",
    "Page",
    "TooManyItems",
    "View",
    "WrongKind",
    "add_images",
    "add_items",
    "archive",
    "bodies",
    "check_item",
    "copy",
    "create",
    "delete",
    "delete_checked",
    "delete_image",
    "delete_item",
    "empty_trash",
    "found",
    "get",
    "labelled",
    "move",
    "page",
    "pin",
    "prepare",
    "restore",
    "set_color",
    "set_labels",
    "some",
    "to_checklist",
    "to_text",
    "trash",
    "unarchive",
    "uncheck_all",
    "uncheck_item",
    "unpin",
    "update",
]


class NotInTrash(Exception):
    """Only what lies in the trash is deleted for ever."""


class Conflict(Exception):
    """The memo has changed since the revision on which the text was typed; `current` is what it is now."""

    def __init__(self, current: Memo) -> None:
        super().__init__(f"memo {current.id} is at revision {current.revision}")
        self.current = current


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted forever: how many memos, and the digests of the pictures they had.

    Once the write has ended, those are for `images.service.remove_unreferenced`.
    """

    count: int
    digests: Sequence[str]


def create(
    write: Write,
    draft: Draft,
    *,
    store: images.Store | None = None,
    pictures: Sequence[images.PreparedPicture] = (),
) -> Memo:
    """Keep a new memo on top of the user's, with pictures that are in the store.

    Raises EmptyMemo, WrongKind, LabelNotFound, TooManyLabels, images.TooManyPictures.
    """
    of = content(draft, EMPTY)
    if says_nothing(draft.title or "", of) and not pictures:
        raise EmptyMemo
    row = MemoRow(**new_columns(write, draft, of, position=next(on_top(write))))
    write.session.add(row)
    write.session.flush()
    if draft.labels:
        put_labels(write, row, draft.labels)
    if pictures and store is not None:
        images.add_all(write, store, row.id, pictures)
    memo = as_memo(write, row)
    index(write, [memo])
    return memo


def update(write: Write, memo_id: int, changes: Draft, revision: int | None = None) -> Memo:
    """Change what `changes` gives, and nothing when it is all as it was.

    Raises MemoNotFound, InTrash, WrongKind, LabelNotFound, TooManyLabels, EmptyMemo when nothing would be left in
    the memo, and Conflict when the memo is no longer at `revision` (None: whatever it is at).
    """
    row = editable(write, memo_id)
    stored = content_of(row)
    try:
        of = content(changes, stored)
    except WrongKind:
        if revision is not None and revision != row.revision:
            raise Conflict(as_memo(write, row)) from None  # it has been made a list, or a text, elsewhere
        raise
    values: dict[str, Any] = {} if of is stored else {**of}
    for name in ("title", "color"):
        if getattr(changes, name) is not None:
            values[name] = getattr(changes, name)
    texts = {name: value for name, value in values.items() if name in ("title", "color", "kind", "body", "items")}
    carried = labels.of_memos(write.session, [row.id]).get(row.id, ())
    same_labels = changes.labels is None or labels.are_just(carried, **asked_labels(changes.labels))
    if same_labels and all(getattr(row, name) == value for name, value in texts.items()):
        return as_memo(write, row)  # sent twice, or nothing was typed: no conflict, no new revision
    if revision is not None and revision != row.revision:
        raise Conflict(as_memo(write, row))
    if says_nothing(values.get("title", row.title), of) and not images.of_memos(write.session, [row.id]):
        raise EmptyMemo
    if not same_labels and changes.labels is not None:
        set_labels(write, memo_id, changes.labels)
    if not texts or all(getattr(row, name) == value for name, value in texts.items()):
        return as_memo(write, row)
    tokens = {"title_tokens": changes.title_tokens, "body_tokens": changes.body_tokens}
    return change(write, row, **tokens, **values, updated_at=write.now)


def set_color(write: Write, memo_id: int, color: Color) -> Memo:
    """Give the memo a colour. Raises MemoNotFound, InTrash."""
    return update(write, memo_id, Draft(color=color))


def set_labels(write: Write, memo_id: int, given: Sequence[str | LabelReference]) -> Memo:
    """Let the memo carry just these labels, made where a name is new.

    Raises MemoNotFound, InTrash, LabelNotFound, TooManyLabels.
    """
    row = editable(write, memo_id)
    return touch(write, row) if put_labels(write, row, given) else as_memo(write, row)


def pin(write: Write, memo_id: int) -> Memo:
    """Pin the memo to the board, out of the archive if it is there. Raises MemoNotFound, InTrash."""
    return change(write, editable(write, memo_id), pinned=True, archived=False)


def unpin(write: Write, memo_id: int) -> Memo:
    """Take the memo from the pinned ones. Raises MemoNotFound, InTrash."""
    return change(write, editable(write, memo_id), pinned=False)


def archive(write: Write, memo_id: int) -> Memo:
    """Put the memo, no longer pinned, into the archive. Raises MemoNotFound, InTrash."""
    return change(write, editable(write, memo_id), archived=True, pinned=False)


def unarchive(write: Write, memo_id: int) -> Memo:
    """Put the memo back on the board. Raises MemoNotFound, InTrash."""
    return change(write, editable(write, memo_id), archived=False)


def trash(write: Write, memo_id: int) -> Memo:
    """Throw the memo, no longer pinned, into the trash. Raises MemoNotFound."""
    row = owned(write, memo_id)
    if row.trashed_at is not None:
        return as_memo(write, row)
    return change(write, row, trashed_at=write.now, pinned=False)


def restore(write: Write, memo_id: int) -> Memo:
    """Take the memo out of the trash, back to where it was. Raises MemoNotFound."""
    return change(write, owned(write, memo_id), trashed_at=None)


def move(write: Write, memo_id: int, *, before: int | None = None, after: int | None = None) -> Memo:
    """Put the memo directly before or after another one; no other memo changes.

    Raises MemoNotFound for either of them, InTrash, ValueError unless exactly one of the two is given.
    """
    target_id = before if after is None else after
    if target_id is None or (before is not None and after is not None):
        raise ValueError("a memo is moved either before or after another one")
    row, target = editable(write, memo_id), editable(write, target_id)
    if row is target:
        return as_memo(write, row)
    return change(write, row, position=beside(write, row, target, above=before is not None))


def copy(write: Write, memo_id: int) -> Memo:
    """Make a copy of the memo on top of the board, neither pinned nor archived. Raises MemoNotFound, InTrash."""
    original = editable(write, memo_id)
    draft = Draft(title=original.title, color=original.color)  # type: ignore[arg-type] # one of the twelve
    row = MemoRow(**new_columns(write, draft, content_of(original), position=next(on_top(write))))
    write.session.add(row)
    write.session.flush()
    carried = labels.of_memos(write.session, [original.id]).get(original.id, ())
    labels.put_on(write, row.id, ids=[label.id for label in carried], names=[], place=place_of(row))
    images.copy(write, original.id, row.id)
    memo = as_memo(write, row)
    index(write, [memo])
    return memo


def add_images(
    write: Write, memo_id: int, store: images.Store, pictures: Sequence[images.PreparedPicture]
) -> tuple[images.Image, ...]:
    """Add pictures that are in the store to the memo. Raises MemoNotFound, InTrash, images.TooManyPictures."""
    row = editable(write, memo_id)
    added = images.add_all(write, store, memo_id, pictures)
    row.updated_at = write.now
    touch(write, row)
    return added


def delete_image(write: Write, memo_id: int, image_id: int) -> Deleted:
    """Take a picture from the memo, whose last content it must not be.

    Raises MemoNotFound, InTrash, images.ImageNotFound, EmptyMemo.
    """
    row = editable(write, memo_id)
    digest = images.remove(write, memo_id, image_id)
    if says_nothing(row.title, content_of(row)) and not images.of_memos(write.session, [row.id]):
        raise EmptyMemo
    row.updated_at = write.now
    touch(write, row)
    return Deleted(0, [digest])


def delete(write: Write, memo_id: int) -> Deleted:
    """Delete a memo of the trash for ever. Raises MemoNotFound, NotInTrash."""
    row = owned(write, memo_id)
    if row.trashed_at is None:
        raise NotInTrash
    digests = images.digests_of(write, [row.id])
    write.tombstone("memo", row.id)
    write.session.delete(row)
    write.session.flush()
    return Deleted(1, digests)


def empty_trash(write: Write, *, thrown_before: datetime | None = None) -> Deleted:
    """Delete everything in the user's trash for ever, or what was thrown away before a moment."""
    in_trash = [MemoRow.user_id == write.user_id, MemoRow.trashed_at.is_not(None)]
    if thrown_before is not None:
        in_trash.append(MemoRow.trashed_at < thrown_before)
    ids = write.session.scalars(select(MemoRow.id).where(*in_trash)).all()
    digests = images.digests_of(write, ids)
    columns = ["user_id", "kind", "object_id", "revision", "deleted_at"]
    stones = select(
        MemoRow.user_id,
        literal("memo"),
        MemoRow.id,
        literal(write.stamp),
        literal(write.now, Tombstone.deleted_at.type),
    ).where(*in_trash)
    write.session.execute(insert(Tombstone).from_select(columns, stones))
    write.session.execute(sql_delete(MemoRow).where(*in_trash))
    return Deleted(len(ids), digests)
