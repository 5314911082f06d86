"""What has changed on a board since a script last asked, so that it need not be read again whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select, union_all
from sqlalchemy.orm import Session

from keepwsgi.accounts.models import UserRow
from keepwsgi.database.models import Tombstone
from keepwsgi.memos.memo import Memo, of_rows
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.statements import SOME

#: Of more changes than these the whole board is shown instead.
CHANGES_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Changed:
    """The changed memos that a board shows, in its order, the ids of those it does not, the revision of all."""

    memos: list[Memo]
    gone: list[int]
    revision: int


def changed(session: Session, user_id: int, since: int, shows: Callable[[Memo], bool]) -> Changed | None:
    """Return what has changed after revision `since` on the board of the memos that it `shows`.

    None where that cannot be told: too much has changed, or what was deleted is no longer known.
    """
    revision, pruned = session.execute(_USER, {"user_id": user_id}).one()
    if not pruned <= since <= revision:
        return None
    parameters = {"user_id": user_id, "since": since, "limit": CHANGES_MOST + 1}
    ids = list(session.execute(_CHANGED, parameters).scalars())
    if len(ids) > CHANGES_MOST:
        return None
    rows = session.execute(SOME[False], {"user_id": user_id, "memo_ids": ids}).all() if ids else []
    memos = [memo for memo in of_rows(session, rows) if shows(memo)]
    memos.sort(key=lambda memo: (memo.position, memo.id))
    return Changed(memos, sorted(set(ids) - {memo.id for memo in memos}), revision)


_USER: Final = select(UserRow.revision, UserRow.pruned_revision).where(UserRow.id == bindparam("user_id"))
_CHANGED: Final = union_all(
    select(MemoRow.id).where(MemoRow.user_id == bindparam("user_id"), MemoRow.revision > bindparam("since")),
    select(Tombstone.object_id).where(
        Tombstone.user_id == bindparam("user_id"),
        Tombstone.revision > bindparam("since"),
        Tombstone.kind == "memo",
    ),
).limit(bindparam("limit"))
