"""All that can be said of a memo at once: its content and where it is, in one write."""

from __future__ import annotations

from collections.abc import Callable

from keepwsgi.database import Write
from keepwsgi.memos import service
from keepwsgi.memos.boards import get
from keepwsgi.memos.drafts import Draft
from keepwsgi.memos.memo import Memo

_CONTENT = ("title", "body", "color", "kind", "items", "labels")


def patch(
    write: Write, memo_id: int, changes: Draft, *, trashed: bool | None = None, check: Callable[[Memo], None]
) -> Memo:
    """Change what is given, and return the memo; what stays as it was keeps its revision.

    A memo comes out of the trash before anything else, and goes into it after everything else. `check` sees it
    as it is before. Raises MemoNotFound, InTrash, and whatever `check` and `service.update` do.
    """
    memo = get(write.session, write.owner, memo_id)
    check(memo)
    if trashed is False:
        memo = service.restore(write, memo_id)
    if any(getattr(changes, name) is not None for name in _CONTENT):
        memo = service.update(write, memo_id, changes)
    if changes.archived is not None:
        memo = (service.archive if changes.archived else service.unarchive)(write, memo_id)
    if changes.pinned is not None:
        memo = (service.pin if changes.pinned else service.unpin)(write, memo_id)
    if trashed:
        memo = service.trash(write, memo_id)
    return memo
