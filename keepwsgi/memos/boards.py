"""Reading memos: one of them, or one page of a board, in one statement that walks one index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup
from sqlalchemy import Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from keepwsgi.database.types import UtcDateTime, is_id
from keepwsgi.memos.cursor import (
    BoardCursor,
    TrashCursor,
    View,
    decode_board_cursor,
    decode_trash_cursor,
    encode_cursor,
)
from keepwsgi.memos.markdown import CARD_LENGTH
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.schemas import Color, Kind

_FORMATTING: Final = re.compile(r"<(?!/?p>|br>)")


class MemoNotFound(LookupError):
    """There is no such memo, or it is somebody else's: which of the two is not said."""


@dataclass(frozen=True, slots=True)
class Memo:
    """A memo as pages and the API show it; it outlives the session it was read in."""

    id: int
    kind: Kind
    title: str
    body: str
    body_html: Markup
    color: Color
    pinned: bool
    archived: bool
    trashed_at: datetime | None
    position: str
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def is_formatted(self) -> bool:
        """Whether the rendered body is more than the paragraphs that were typed: a link, a list, anything bold."""
        return _FORMATTING.search(self.body_html) is not None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a view, and the cursor of the next one if there is any."""

    pinned: Sequence[Memo]
    others: Sequence[Memo]
    next_cursor: str | None


def get(session: Session, user_id: int, memo_id: int) -> Memo:
    """Return one memo of the user, wherever it is. Raises MemoNotFound."""
    if is_id(memo_id):
        row = session.execute(_ONE, {"user_id": user_id, "memo_id": memo_id}).one_or_none()
        if row is not None:
            return _memo(row)
    raise MemoNotFound(memo_id)


def page(session: Session, user_id: int, view: View, *, limit: int, cursor: str | None = None) -> Page:
    """Return up to `limit` memos of a view, from its beginning or from where another page ended.

    Long bodies are cut to what a card shows.

    Boards are in the user's own order, pinned memos first; the trash shows what was thrown away last first.
    Raises cursor.BadCursor.
    """
    if view == "trashed":
        return _trash_page(session, user_id, limit, cursor)
    # One more than is shown tells whether there is a next page.
    parameters: dict[str, Any] = {"user_id": user_id, "archived": view == "archived", "limit": limit + 1}
    statement = _BOARD
    if cursor:
        place = decode_board_cursor(view, cursor)
        statement = _BOARD_AFTER_PINNED if place.pinned else _BOARD_AFTER_OTHER
        parameters |= {"position": place.position, "id": place.id}
    memos = [_memo(row) for row in session.execute(statement, parameters)]
    shown = memos[:limit]
    following = None
    if len(memos) > limit:
        last = shown[-1]
        following = encode_cursor(view, BoardCursor(last.pinned, last.position, last.id))
    pinned = [memo for memo in shown if memo.pinned]
    return Page(pinned, shown[len(pinned) :], following)


def _trash_page(session: Session, user_id: int, limit: int, cursor: str | None) -> Page:
    parameters: dict[str, Any] = {"user_id": user_id, "limit": limit + 1}
    statement = _TRASH
    if cursor:
        place = decode_trash_cursor(cursor)
        statement = _TRASH_AFTER
        parameters |= {"trashed_at": place.trashed_at, "id": place.id}
    memos = [_memo(row) for row in session.execute(statement, parameters)]
    following = None
    if len(memos) > limit:
        last = memos[limit - 1]
        assert last.trashed_at is not None
        following = encode_cursor("trashed", TrashCursor(last.trashed_at, last.id))
    return Page([], memos[:limit], following)


def as_memo(row: MemoRow) -> Memo:
    """Return the memo as it now stands in a write."""
    return _memo(tuple(getattr(row, column.key) for column in _COLUMNS))


def _memo(row: Sequence[Any]) -> Memo:
    values = list(row)
    values[4] = Markup(values[4])  # noqa: S704 (made by memos.markdown)
    return Memo(*values)


_COLUMNS: Final = (
    MemoRow.id,
    MemoRow.kind,
    MemoRow.title,
    MemoRow.body,
    MemoRow.body_html,
    MemoRow.color,
    MemoRow.pinned,
    MemoRow.archived,
    MemoRow.trashed_at,
    MemoRow.position,
    MemoRow.revision,
    MemoRow.created_at,
    MemoRow.updated_at,
)
# The same for a card: of a long body only what a card shows.
_CARD_COLUMNS: Final = tuple(
    {
        "body": func.substr(MemoRow.body, 1, CARD_LENGTH),
        "body_html": func.coalesce(MemoRow.card_html, MemoRow.body_html),
    }.get(column.key, column)
    for column in _COLUMNS
)
_MINE: Final = MemoRow.user_id == bindparam("user_id")
_ONE: Final[Select[*tuple[Any, ...]]] = select(*_COLUMNS).where(_MINE, MemoRow.id == bindparam("memo_id"))
_CARDS: Final[Select[*tuple[Any, ...]]] = select(*_CARD_COLUMNS).where(_MINE)

# Compared with `=`, not with NOT: SQLite uses an index only for what is written as a comparison.
_PINNED: Final = MemoRow.pinned == bindparam("true", True)
_NOT_PINNED: Final = MemoRow.pinned == bindparam("false", False)
_FURTHER: Final = tuple_(MemoRow.position, MemoRow.id) > tuple_(bindparam("position"), bindparam("id"))
_BOARD: Final = (
    _CARDS.where(MemoRow.archived == bindparam("archived"), MemoRow.trashed_at.is_(None))
    .order_by(MemoRow.pinned.desc(), MemoRow.position, MemoRow.id)
    .limit(bindparam("limit"))
)
_BOARD_AFTER_PINNED: Final = _BOARD.where(_NOT_PINNED | (_PINNED & _FURTHER))
_BOARD_AFTER_OTHER: Final = _BOARD.where(_NOT_PINNED & _FURTHER)
_TRASH: Final = (
    _CARDS.where(MemoRow.trashed_at.is_not(None))
    .order_by(MemoRow.trashed_at.desc(), MemoRow.id.desc())
    .limit(bindparam("limit"))
)
_TRASH_AFTER: Final = _TRASH.where(
    tuple_(MemoRow.trashed_at, MemoRow.id) < tuple_(bindparam("trashed_at", type_=UtcDateTime), bindparam("id"))
)
