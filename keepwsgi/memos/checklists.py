"""What can be done with a checklist: to it as a whole, and to one of its items. The list is changed in place."""

from __future__ import annotations

from dataclasses import replace

from keepwsgi.database import Write
from keepwsgi.images import service as images
from keepwsgi.memos.drafts import Draft, EmptyMemo, WrongKind, checklist, content, says_nothing
from keepwsgi.memos.items import Items, from_text, rooted, ticked, without
from keepwsgi.memos.memo import Memo
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.rows import change, content_of, editable


def to_checklist(write: Write, memo_id: int) -> Memo:
    """Turn each line of a text into an item. Raises MemoNotFound, InTrash, TooManyItems."""
    row = editable(write, memo_id)
    return change(write, row, **content(Draft(kind="checklist"), content_of(row)), updated_at=write.now)


def to_text(write: Write, memo_id: int) -> Memo:
    """Turn each item of a checklist into a line. Raises MemoNotFound, InTrash."""
    row = editable(write, memo_id)
    return change(write, row, **content(Draft(kind="text"), content_of(row)), updated_at=write.now)


def add_items(write: Write, memo_id: int, text: str) -> Memo:
    """Add each line of `text` that is not blank to the end.

    Raises MemoNotFound, InTrash, WrongKind, TooManyItems.
    """
    row = _checklist(write, memo_id)
    lines = "\n".join(line for line in text.split("\n") if line.strip())
    if not lines:
        return change(write, row)
    return _keep(write, row, (*row.items, *from_text(lines, made=row.items_made)))


def check_item(write: Write, memo_id: int, item_id: int) -> Memo:
    """Tick an item, and those under it. Raises MemoNotFound, InTrash, WrongKind, ItemNotFound."""
    row = _checklist(write, memo_id)
    return _keep(write, row, ticked(row.items, item_id, True))


def uncheck_item(write: Write, memo_id: int, item_id: int) -> Memo:
    """Untick an item, those under it and the one above it. Raises as `check_item` does."""
    row = _checklist(write, memo_id)
    return _keep(write, row, ticked(row.items, item_id, False))


def delete_item(write: Write, memo_id: int, item_id: int) -> Memo:
    """Delete an item. Raises MemoNotFound, InTrash, WrongKind, ItemNotFound, EmptyMemo for the last content."""
    row = _checklist(write, memo_id)
    return _keep(write, row, without(row.items, item_id))


def uncheck_all(write: Write, memo_id: int) -> Memo:
    """Untick every item. Raises MemoNotFound, InTrash, WrongKind."""
    row = _checklist(write, memo_id)
    return _keep(write, row, tuple(replace(item, checked=False) for item in row.items))


def delete_checked(write: Write, memo_id: int) -> Memo:
    """Delete every ticked item. Raises MemoNotFound, InTrash, WrongKind, EmptyMemo where nothing would be left."""
    row = _checklist(write, memo_id)
    return _keep(write, row, rooted([item for item in row.items if not item.checked]))


def _checklist(write: Write, memo_id: int) -> MemoRow:
    row = editable(write, memo_id)
    if row.kind != "checklist":
        raise WrongKind("items")
    return row


def _keep(write: Write, row: MemoRow, items: Items) -> Memo:
    if items == row.items:
        return change(write, row)
    stored = content_of(row)
    of = checklist(stored, items)
    if says_nothing(row.title, of) and not images.of_memos(write.session, [row.id]):
        raise EmptyMemo
    return change(write, row, **of, updated_at=write.now)
