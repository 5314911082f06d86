"""Memos as the search index has them."""

from __future__ import annotations

from collections.abc import Iterable

from keepwsgi.database import Write
from keepwsgi.labels import service as labels
from keepwsgi.memos.items import plain_text
from keepwsgi.memos.memo import Memo
from keepwsgi.search import service as search


def index(write: Write, memos: Iterable[Memo]) -> None:
    """Let whole memos of the write's user be found from now on."""
    search.put(write, [document(memo, write.owner) for memo in memos])


def document(memo: Memo, user_id: int) -> search.Document:
    """Return a memo as the search index has it."""
    return search.Document(
        memo_id=memo.id,
        user_id=user_id,
        created_at=memo.created_at,
        flags=search.flags(
            user_id=user_id,
            archived=memo.archived,
            trashed=memo.trashed_at is not None,
            pinned=memo.pinned,
            color=memo.color,
            kind=memo.kind,
            has_image=bool(memo.images),
        ),
        title=search.tokens(memo.title),
        body=search.tokens(plain_text(memo.items) if memo.kind == "checklist" else memo.body),
        labels=labels.as_tokens(memo.labels),
    )
