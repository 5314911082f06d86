"""Reading memos: one of them, or one page of a board, in a fixed number of statements that each walk one index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from markupsafe import Markup
from sqlalchemy import Select, bindparam, func, literal, select, tuple_
from sqlalchemy.orm import Session

from keepwsgi.database.hot import connection_of
from keepwsgi.database.types import UtcDateTime, is_id
from keepwsgi.images import service as images
from keepwsgi.images.service import Image
from keepwsgi.labels import service as labels
from keepwsgi.labels.models import MemoLabel
from keepwsgi.labels.service import Label
from keepwsgi.memos.cursor import (
    BoardCursor,
    FoundCursor,
    LabelCursor,
    TrashCursor,
    View,
    decode_board_cursor,
    decode_found_cursor,
    decode_label_cursor,
    decode_trash_cursor,
    encode_cursor,
)
from keepwsgi.memos.items import Items
from keepwsgi.memos.markdown import CARD_LENGTH
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.schemas import Color, Kind
from keepwsgi.search import service as search

# The tables' columns rather than the classes' attributes: on the hot path the ORM's share of a statement is as
# much as everything else.
_MEMOS: Final = MemoRow.__table__.c
_CARRIED: Final = MemoLabel.__table__.c

_FORMATTING: Final = re.compile(r"<(?!/?p>|br>)")


class MemoNotFound(LookupError):
    """There is no such memo, or it is somebody else's: which of the two is not said."""


class Memo(NamedTuple):
    """A memo as pages and the API show it; it outlives the session it was read in.

    Made a dozen at a time for each list, which takes a frozen dataclass of so many fields ten times as long.
    """

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
    items: Items
    labels: tuple[Label, ...] = ()
    images: tuple[Image, ...] = ()

    @property
    def is_formatted(self) -> bool:
        """Whether the rendered body is more than the paragraphs that were typed: a link, a list, anything bold."""
        return _FORMATTING.search(self.body_html) is not None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a view, and the cursor of the next one if there is any.

    `archived` has memos only on a label's board, which goes on with the archive after the others.
    """

    pinned: Sequence[Memo]
    others: Sequence[Memo]
    next_cursor: str | None
    archived: Sequence[Memo] = ()

    @property
    def memos(self) -> list[Memo]:
        """All memos of the page, in order."""
        return [*self.pinned, *self.others, *self.archived]


def get(session: Session, user_id: int, memo_id: int) -> Memo:
    """Return one memo of the user, wherever it is. Raises MemoNotFound."""
    if is_id(memo_id):
        row = session.execute(_ONE, {"user_id": user_id, "memo_id": memo_id}).one_or_none()
        if row is not None:
            return _memos(session, [row])[0]
    raise MemoNotFound(memo_id)


def some(session: Session, user_id: int, memo_ids: Sequence[int]) -> list[Memo]:
    """Return those of these memos that are the user's, the newest first."""
    rows = session.execute(_SOME[True], {"user_id": user_id, "memo_ids": list(memo_ids)}).all() if memo_ids else []
    return _memos(session, rows)


def page(
    session: Session,
    user_id: int,
    view: View,
    *,
    limit: int,
    cursor: str | None = None,
    label_id: int | None = None,
    whole: bool = False,
) -> Page:
    """Return up to `limit` memos of a view, from its beginning or from where another page ended.

    With `label_id` only those that carry the label. Long bodies are cut to what a card shows, unless `whole`.

    Boards are in the user's own order, pinned memos first; the trash shows what was thrown away last first.
    Raises cursor.BadCursor.
    """
    if view == "trashed":
        return _trash_page(session, user_id, limit, cursor, label_id, whole)
    if label_id is not None:
        return _label_page(session, user_id, label_id, limit, cursor, view == "archived", whole)
    # One more than is shown tells whether there is a next page.
    parameters: dict[str, Any] = {"user_id": user_id, "archived": view == "archived", "limit": limit + 1}
    place = decode_board_cursor(view, cursor) if cursor else None
    if place is not None:
        parameters |= {"position": place.position, "id": place.id}
    statement = _BOARD[whole, None if place is None else place.pinned]
    rows = connection_of(session).execute(statement, parameters).all()
    memos = _memos(session, rows[:limit])
    following = None
    if len(rows) > limit:
        last = memos[-1]
        following = encode_cursor(view, BoardCursor(last.pinned, last.position, last.id))
    return _board(memos, following)


def labelled(session: Session, user_id: int, label_id: int, *, limit: int, cursor: str | None = None) -> Page:
    """Return up to `limit` cards of a label's board: the active memos that carry it, then the archived ones.

    Raises cursor.BadCursor.
    """
    return _label_page(session, user_id, label_id, limit, cursor, None, False)


def found(
    session: Session,
    user_id: int,
    query: search.Query,
    view: View | None,
    *,
    limit: int,
    cursor: str | None = None,
    label_id: int | None = None,
    whole: bool = False,
) -> Page:
    """Return up to `limit` memos that the query finds, the newest first; view None is all but the trash.

    Raises cursor.BadCursor.
    """
    before = decode_found_cursor(cursor).id if cursor else None
    ids = search.find(
        session,
        user_id,
        query,
        view=view,
        label_ids=labels.ids_by_key(session, user_id, query.label_names),
        label_id=label_id,
        limit=limit + 1,
        before_id=before,
    )
    shown = ids[:limit]
    rows = session.execute(_SOME[whole], {"user_id": user_id, "memo_ids": shown}).all() if shown else []
    memos = _memos(session, rows)
    following = encode_cursor("found", FoundCursor(shown[-1])) if len(ids) > limit else None
    return Page([], memos, following)


def bodies(session: Session, user_id: int, memo_ids: Sequence[int]) -> dict[int, str]:
    """Return the whole bodies of some of the user's memos, as {memo id: body}."""
    statement = select(_MEMOS.id, _MEMOS.body).where(_MEMOS.user_id == user_id, _MEMOS.id.in_(memo_ids))
    return {row.id: row.body for row in session.execute(statement)}


def _label_page(
    session: Session,
    user_id: int,
    label_id: int,
    limit: int,
    cursor: str | None,
    archived: bool | None,
    whole: bool,
) -> Page:
    if not is_id(label_id):
        return Page([], [], None)
    parameters: dict[str, Any] = {"user_id": user_id, "label_id": label_id, "limit": limit + 1}
    statement = _LABELLED[whole]
    if archived is not None:
        statement = statement.where(_CARRIED.archived == literal(archived))
    if cursor:
        place = decode_label_cursor(label_id, cursor)
        statement = statement.where(
            (_CARRIED.archived > literal(place.archived))
            | (
                (_CARRIED.archived == literal(place.archived))
                & (
                    (_CARRIED.pinned < literal(place.pinned))
                    | (
                        (_CARRIED.pinned == literal(place.pinned))
                        & (tuple_(_CARRIED.position, _CARRIED.memo_id) > tuple_(place.position, place.id))
                    )
                )
            )
        )
    rows = session.execute(statement, parameters).all()
    memos = _memos(session, rows[:limit])
    following = None
    if len(rows) > limit:
        last = memos[-1]
        following = encode_cursor(
            "label", LabelCursor(label_id, last.archived, last.pinned, last.position, last.id)
        )
    if archived is not None:
        return _board(memos, following)
    active = [memo for memo in memos if not memo.archived]
    board = _board(active, following)
    return Page(board.pinned, board.others, following, [memo for memo in memos if memo.archived])


def _trash_page(
    session: Session, user_id: int, limit: int, cursor: str | None, label_id: int | None, whole: bool
) -> Page:
    parameters: dict[str, Any] = {"user_id": user_id, "limit": limit + 1}
    statement = _TRASH[whole]
    if label_id is not None:
        carried = select(_CARRIED.memo_id).where(_CARRIED.memo_id == _MEMOS.id, _CARRIED.label_id == label_id)
        statement = statement.where(carried.exists())
    if cursor:
        place = decode_trash_cursor(cursor)
        statement = statement.where(_FURTHER_IN_TRASH)
        parameters |= {"trashed_at": place.trashed_at, "id": place.id}
    rows = session.execute(statement, parameters).all()
    memos = _memos(session, rows[:limit])
    following = None
    if len(rows) > limit:
        last = memos[-1]
        assert last.trashed_at is not None
        following = encode_cursor("trashed", TrashCursor(last.trashed_at, last.id))
    return Page([], memos, following)


def _board(memos: list[Memo], following: str | None) -> Page:
    pinned = [memo for memo in memos if memo.pinned]
    return Page(pinned, memos[len(pinned) :], following)


def of_row(row: MemoRow, *, labels: tuple[Label, ...], images: tuple[Image, ...]) -> Memo:
    """Return the memo as it now stands in a write."""
    values = [*(getattr(row, column.key) for column in _COLUMNS), labels, images]
    values[_HTML] = Markup(values[_HTML])  # noqa: S704 (made by memos.markdown)
    return Memo._make(values)


def _memos(session: Session, rows: Sequence[Sequence[Any]]) -> list[Memo]:
    """Return memos of rows, with their labels and pictures: two more statements, however many memos."""
    ids = [row[0] for row in rows]
    carried, shown = labels.of_memos(session, ids), images.of_memos(session, ids)
    memos = []
    for row in rows:
        values = [*row, carried.get(row[0], ()), shown.get(row[0], ())]
        values[_HTML] = Markup(values[_HTML])  # noqa: S704 (made by memos.markdown)
        memos.append(Memo._make(values))
    return memos


_COLUMNS: Final = (
    _MEMOS.id,
    _MEMOS.kind,
    _MEMOS.title,
    _MEMOS.body,
    _MEMOS.body_html,
    _MEMOS.color,
    _MEMOS.pinned,
    _MEMOS.archived,
    _MEMOS.trashed_at,
    _MEMOS.position,
    _MEMOS.revision,
    _MEMOS.created_at,
    _MEMOS.updated_at,
    _MEMOS["items"],
)
_HTML: Final = 4
# The same for a card: of a long body only what a card shows.
_CARD_COLUMNS: Final = tuple(
    {
        "body": func.substr(_MEMOS.body, 1, CARD_LENGTH),
        "body_html": func.coalesce(_MEMOS.card_html, _MEMOS.body_html),
    }.get(column.key, column)
    for column in _COLUMNS
)
_MINE: Final = _MEMOS.user_id == bindparam("user_id")
_WHOLE: Final[Select[*tuple[Any, ...]]] = select(*_COLUMNS).where(_MINE)
_CARDS: Final[Select[*tuple[Any, ...]]] = select(*_CARD_COLUMNS).where(_MINE)
_ONE: Final = _WHOLE.where(_MEMOS.id == bindparam("memo_id"))

# Compared with `=`, not with NOT: SQLite uses an index only for what is written as a comparison.
_PINNED: Final = _MEMOS.pinned == bindparam("true", True)
_NOT_PINNED: Final = _MEMOS.pinned == bindparam("false", False)
_FURTHER: Final = tuple_(_MEMOS.position, _MEMOS.id) > tuple_(bindparam("position"), bindparam("id"))
_FURTHER_IN_TRASH: Final = tuple_(_MEMOS.trashed_at, _MEMOS.id) < tuple_(
    bindparam("trashed_at", type_=UtcDateTime), bindparam("id")
)


def _board_statements(memos: Select[*tuple[Any, ...]]) -> Iterable[tuple[bool | None, Select[*tuple[Any, ...]]]]:
    """Give a board's statements: from the beginning (None), after a pinned memo, after another one."""
    board = (
        memos.where(_MEMOS.archived == bindparam("archived"), _MEMOS.trashed_at.is_(None))
        .order_by(_MEMOS.pinned.desc(), _MEMOS.position, _MEMOS.id)
        .limit(bindparam("limit"))
    )
    yield None, board
    yield True, board.where(_NOT_PINNED | (_PINNED & _FURTHER))
    yield False, board.where(_NOT_PINNED & _FURTHER)


# By whether whole memos are read or cards.
_BOARD: Final = {
    (whole, after): statement
    for whole, memos in ((True, _WHOLE), (False, _CARDS))
    for after, statement in _board_statements(memos)
}
_TRASH: Final = {
    whole: memos.where(_MEMOS.trashed_at.is_not(None))
    .order_by(_MEMOS.trashed_at.desc(), _MEMOS.id.desc())
    .limit(bindparam("limit"))
    for whole, memos in ((True, _WHOLE), (False, _CARDS))
}
_LABELLED: Final = {
    whole: memos.join(MemoLabel.__table__, _CARRIED.memo_id == _MEMOS.id)
    .where(_CARRIED.label_id == bindparam("label_id"), _CARRIED.trashed == bindparam("false", False))
    .order_by(_CARRIED.archived, _CARRIED.pinned.desc(), _CARRIED.position, _CARRIED.memo_id)
    .limit(bindparam("limit"))
    for whole, memos in ((True, _WHOLE), (False, _CARDS))
}
# By their ids: written as a sum, the owner is no reason for SQLite to walk all of the owner's memos instead.
_OF_OWNER: Final = _MEMOS.user_id + 0 == bindparam("user_id")
_SOME: Final = {
    whole: select(*columns)
    .where(_OF_OWNER, _MEMOS.id.in_(bindparam("memo_ids", expanding=True)))
    .order_by(_MEMOS.id.desc())
    for whole, columns in ((True, _COLUMNS), (False, _CARD_COLUMNS))
}
