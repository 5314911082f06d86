"""Reading memos: one of them, or one page of a board, in a fixed number of statements that each walk one index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import Session

from keepwsgi.database.hot import connection_of
from keepwsgi.database.types import is_id
from keepwsgi.labels import service as labels
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
from keepwsgi.memos.memo import Memo, MemoNotFound, of_rows
from keepwsgi.memos.statements import BOARD, CARRIED, FURTHER_IN_TRASH, LABELLED, MEMOS, ONE, SOME, TRASH
from keepwsgi.search import service as search


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
        row = session.execute(ONE, {"user_id": user_id, "memo_id": memo_id}).one_or_none()
        if row is not None:
            return of_rows(session, [row])[0]
    raise MemoNotFound(memo_id)


def some(session: Session, user_id: int, memo_ids: Sequence[int]) -> list[Memo]:
    """Return those of these memos that are the user's, the newest first."""
    rows = session.execute(SOME[True], {"user_id": user_id, "memo_ids": list(memo_ids)}).all() if memo_ids else []
    return of_rows(session, rows)


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
    statement = BOARD[whole, None if place is None else place.pinned]
    rows = connection_of(session).execute(statement, parameters).all()
    memos = of_rows(session, rows[:limit])
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
    rows = session.execute(SOME[whole], {"user_id": user_id, "memo_ids": shown}).all() if shown else []
    memos = of_rows(session, rows)
    following = encode_cursor("found", FoundCursor(shown[-1])) if len(ids) > limit else None
    return Page([], memos, following)


def bodies(session: Session, user_id: int, memo_ids: Sequence[int]) -> dict[int, str]:
    """Return the whole bodies of some of the user's memos, as {memo id: body}."""
    statement = select(MEMOS.id, MEMOS.body).where(MEMOS.user_id == user_id, MEMOS.id.in_(memo_ids))
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
    statement = LABELLED[whole]
    if archived is not None:
        statement = statement.where(CARRIED.archived == literal(archived))
    if cursor:
        place = decode_label_cursor(label_id, cursor)
        statement = statement.where(
            (CARRIED.archived > literal(place.archived))
            | (
                (CARRIED.archived == literal(place.archived))
                & (
                    (CARRIED.pinned < literal(place.pinned))
                    | (
                        (CARRIED.pinned == literal(place.pinned))
                        & (tuple_(CARRIED.position, CARRIED.memo_id) > tuple_(place.position, place.id))
                    )
                )
            )
        )
    rows = session.execute(statement, parameters).all()
    memos = of_rows(session, rows[:limit])
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
    statement = TRASH[whole]
    if label_id is not None:
        carried = select(CARRIED.memo_id).where(CARRIED.memo_id == MEMOS.id, CARRIED.label_id == label_id)
        statement = statement.where(carried.exists())
    if cursor:
        place = decode_trash_cursor(cursor)
        statement = statement.where(FURTHER_IN_TRASH)
        parameters |= {"trashed_at": place.trashed_at, "id": place.id}
    rows = session.execute(statement, parameters).all()
    memos = of_rows(session, rows[:limit])
    following = None
    if len(rows) > limit:
        last = memos[-1]
        assert last.trashed_at is not None
        following = encode_cursor("trashed", TrashCursor(last.trashed_at, last.id))
    return Page([], memos, following)


def _board(memos: list[Memo], following: str | None) -> Page:
    pinned = [memo for memo in memos if memo.pinned]
    return Page(pinned, memos[len(pinned) :], following)
