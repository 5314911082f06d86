"""The statements that read memos, each one walk along an index, built once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Select, bindparam, select, tuple_

from keepwsgi.database.types import UtcDateTime
from keepwsgi.labels.models import MemoLabel
from keepwsgi.memos.memo import CARD_COLUMNS, COLUMNS
from keepwsgi.memos.models import MemoRow

# Tables rather than classes, for the hot path: see `database.hot`.
MEMOS: Final = MemoRow.__table__.c
CARRIED: Final = MemoLabel.__table__.c

_MINE: Final = MEMOS.user_id == bindparam("user_id")
_WHOLE: Final[Select[*tuple[Any, ...]]] = select(*COLUMNS).where(_MINE)
_CARDS: Final[Select[*tuple[Any, ...]]] = select(*CARD_COLUMNS).where(_MINE)
ONE: Final = _WHOLE.where(MEMOS.id == bindparam("memo_id"))

# Compared with `=`, not with NOT: SQLite uses an index only for what is written as a comparison.
_PINNED: Final = MEMOS.pinned == bindparam("true", True)
_NOT_PINNED: Final = MEMOS.pinned == bindparam("false", False)
_FURTHER: Final = tuple_(MEMOS.position, MEMOS.id) > tuple_(bindparam("position"), bindparam("id"))
FURTHER_IN_TRASH: Final = tuple_(MEMOS.trashed_at, MEMOS.id) < tuple_(
    bindparam("trashed_at", type_=UtcDateTime), bindparam("id")
)


def _board_statements(memos: Select[*tuple[Any, ...]]) -> Iterable[tuple[bool | None, Select[*tuple[Any, ...]]]]:
    """Give a board's statements: from the beginning (None), after a pinned memo, after another one."""
    board = (
        memos.where(MEMOS.archived == bindparam("archived"), MEMOS.trashed_at.is_(None))
        .order_by(MEMOS.pinned.desc(), MEMOS.position, MEMOS.id)
        .limit(bindparam("limit"))
    )
    yield None, board
    yield True, board.where(_NOT_PINNED | (_PINNED & _FURTHER))
    yield False, board.where(_NOT_PINNED & _FURTHER)


# By whether whole memos are read or cards.
BOARD: Final = {
    (whole, after): statement
    for whole, memos in ((True, _WHOLE), (False, _CARDS))
    for after, statement in _board_statements(memos)
}
TRASH: Final = {
    whole: memos.where(MEMOS.trashed_at.is_not(None))
    .order_by(MEMOS.trashed_at.desc(), MEMOS.id.desc())
    .limit(bindparam("limit"))
    for whole, memos in ((True, _WHOLE), (False, _CARDS))
}
LABELLED: Final = {
    whole: memos.join(MemoLabel.__table__, CARRIED.memo_id == MEMOS.id)
    .where(CARRIED.label_id == bindparam("label_id"), CARRIED.trashed == bindparam("false", False))
    .order_by(CARRIED.archived, CARRIED.pinned.desc(), CARRIED.position, CARRIED.memo_id)
    .limit(bindparam("limit"))
    for whole, memos in ((True, _WHOLE), (False, _CARDS))
}
# By their ids: written as a sum, the owner is no reason for SQLite to walk all of the owner's memos instead.
_OF_OWNER: Final = MEMOS.user_id + 0 == bindparam("user_id")
SOME: Final = {
    whole: select(*columns)
    .where(_OF_OWNER, MEMOS.id.in_(bindparam("memo_ids", expanding=True)))
    .order_by(MEMOS.id.desc())
    for whole, columns in ((True, COLUMNS), (False, CARD_COLUMNS))
}
