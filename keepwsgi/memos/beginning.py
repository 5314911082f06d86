"""A memo that a browser begins under a key of its own: sent twice it is one memo, with the words of the last."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select

from keepwsgi.database import Write
from keepwsgi.memos import service
from keepwsgi.memos.drafts import Draft
from keepwsgi.memos.memo import Memo
from keepwsgi.memos.models import BegunMemo, MemoRow

#: No revision that a memo has: what is saved on it is a conflict, unless it is as the memo already.
_NONE = 0


def begin(write: Write, draft: Draft, *, key: str, **pictures: Any) -> Memo:
    """Keep a new memo as `service.create` does, or change the one that was begun under `key` before.

    Raises what `create` and `update` raise: Conflict where that one has been edited since, wherever that was.
    """
    statement = (
        select(MemoRow)
        .join(BegunMemo, BegunMemo.memo_id == MemoRow.id)
        .where(BegunMemo.user_id == write.user_id, BegunMemo.key == key)
    )
    row = write.session.scalars(statement).one_or_none()
    if row is not None:
        untouched = row.updated_at == row.created_at
        return service.update(write, row.id, draft, None if untouched else _NONE)
    memo = service.create(write, draft, **pictures)
    values = {"user_id": write.user_id, "key": key, "memo_id": memo.id}
    write.session.execute(insert(BegunMemo).values(values))
    return memo
