"""Pages of a board: every memo once, in order, in one statement that walks one index."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from keepwsgi.database import Database
from keepwsgi.memos import boards, bulk, service
from keepwsgi.memos.cursor import (
    BoardCursor,
    FoundCursor,
    LabelCursor,
    TrashCursor,
    decode_board_cursor,
    decode_trash_cursor,
    encode_cursor,
)
from keepwsgi.memos.demo import demo_memos
from keepwsgi.memos.schemas import MemoFields
from keepwsgi.search.service import parse
from tests.conftest import Clock
from tests.factories import get_memo, make_memo, make_user


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements sent in the block, those that begin a transaction left out."""
    sent: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def walk(database: Database, user: Any, view: service.View, limit: int) -> list[service.Memo]:
    """Read all pages of a view."""
    memos: list[service.Memo] = []
    cursor: str | None = None
    while True:
        with database.reading() as session:
            page = service.page(session, user.id, view, limit=limit, cursor=cursor)
        shown = [*page.pinned, *page.others]
        assert all(memo.pinned for memo in page.pinned)
        assert not any(memo.pinned for memo in page.others)
        assert len(shown) <= limit
        memos += shown
        assert len({memo.id for memo in memos}) == len(memos), "a memo came twice"
        cursor = page.next_cursor
        if cursor is None:
            return memos
        assert len(shown) == limit


def scatter(database: Database, user: Any, clock: Clock, count: int) -> None:
    """Keep memos in every state; some are thrown away at the same moment."""
    chance = random.Random(count)
    drafts = []
    for number in range(count):
        where = chance.choice(["pinned", "board", "archived", "trashed"])
        drafts.append(
            service.Draft(
                title=str(number),
                pinned=where == "pinned",
                archived=where == "archived",
                trashed_at=clock.now + timedelta(seconds=chance.randint(0, 3)) if where == "trashed" else None,
            )
        )
    with database.writing(user.id) as write:
        bulk.insert_many(write, drafts)


@pytest.mark.parametrize("view", ["active", "archived", "trashed"])
@pytest.mark.parametrize("limit", [1, 7, 30, 1000])
def test_walking_all_pages_gives_each_memo_once_and_in_order(
    database: Database, clock: Clock, view: service.View, limit: int
) -> None:
    user, other = make_user(database), make_user(database)
    scatter(database, user, clock, 120)
    scatter(database, other, clock, 20)
    memos = walk(database, user, view, limit)
    whole = walk(database, user, view, 10_000)
    assert memos == whole
    assert len({memo.id for memo in memos}) == len(memos)
    if view == "trashed":
        keys = [(memo.trashed_at, memo.id) for memo in memos]
        assert keys == sorted(keys, reverse=True)
    else:
        order = [(not memo.pinned, memo.position, memo.id) for memo in memos]
        assert order == sorted(order)
    assert sum(len(walk(database, user, one, 50)) for one in ("active", "archived", "trashed")) == 120


def test_a_page_that_just_fits_has_no_next_one(database: Database) -> None:
    user = make_user(database)
    for _ in range(3):
        make_memo(database, user)
    with database.reading() as session:
        assert service.page(session, user.id, "active", limit=3).next_cursor is None
        assert service.page(session, user.id, "active", limit=2).next_cursor is not None


@pytest.mark.parametrize("view", ["active", "archived", "trashed"])
def test_a_page_takes_three_statements_however_many_memos_there_are(
    database: Database, clock: Clock, view: service.View
) -> None:
    user = make_user(database)
    for count in (0, 10, 500):
        scatter(database, user, clock, count)
        with database.reading() as session, statements() as sent:
            page = service.page(session, user.id, view, limit=60)
        # The memos, their labels, their pictures.
        assert len(sent) == (3 if page.memos else 1)
        if page.next_cursor:
            with database.reading() as session, statements() as sent:
                service.page(session, user.id, view, limit=60, cursor=page.next_cursor)
            assert len(sent) == 3


def test_every_page_walks_an_index_without_sorting(database: Database, clock: Clock) -> None:
    user = make_user(database)
    scatter(database, user, clock, 400)
    on_sqlite = database.url.get_backend_name() == "sqlite"
    with database.reading() as session:
        with statements() as sent:
            for view in ("active", "archived", "trashed"):
                cursor: str | None = None
                for _ in range(3):
                    page = service.page(session, user.id, view, limit=20, cursor=cursor)
                    cursor = page.next_cursor
            for pinned in (True, False):
                place = encode_cursor("active", BoardCursor(pinned, "a0", 1))
                service.page(session, user.id, "active", limit=20, cursor=place)
        connection = session.connection()
        if not on_sqlite:
            # A few hundred rows are quicker read in any order and sorted; the question is whether it must be.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
        boards = [(statement, parameters) for statement, parameters in sent if "LIMIT" in statement]
        assert boards
        for statement, parameters in boards:
            explain = "EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN "
            rows = connection.exec_driver_sql(explain + statement, parameters).all()
            plan = "\n".join(str(row[-1]) for row in rows)
            assert "ix_memos_board" in plan or "ix_memos_trash" in plan, plan
            assert "TEMP B-TREE" not in plan, plan
            assert "Sort" not in plan, plan


def test_the_cursors_come_back_as_they_went(clock: Clock) -> None:
    board = BoardCursor(True, "a0V", 42)
    assert decode_board_cursor("active", encode_cursor("active", board)) == board
    trash = TrashCursor(clock.now + timedelta(microseconds=7), 42)
    assert decode_trash_cursor(encode_cursor("trashed", trash)) == trash


@pytest.mark.parametrize("view", ["active", "archived", "trashed"])
@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "한글",
        "\0",
        "\ud800",
        "A" * 9000,
        "bnVsbA",
        "W10",
        "W1tbW1tbW1tb" * 600,
        encode_cursor("active", BoardCursor(True, "nul\0", 1)),
        encode_cursor("active", BoardCursor(True, "half\ud800", 1)),
        encode_cursor("active", BoardCursor(True, "a0", 2**63)),
        encode_cursor("active", BoardCursor(True, "a0", -1)),
        "WyJ0cmFzaGVkIiwiMjAyNC0wNS0wMSIsMV0",  # ["trashed","2024-05-01",1]: without a time zone
        "WyJ0cmFzaGVkIiwiMDAwMS0wMS0wMVQwMDowMDowMCswMjowMCIsMV0",  # before the year 1 in UTC
    ],
)
def test_a_bad_cursor_is_refused(database: Database, view: service.View, cursor: str) -> None:
    user = make_user(database)
    with database.reading() as session, pytest.raises(service.BadCursor):
        service.page(session, user.id, view, limit=10, cursor=cursor)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "W10",
        encode_cursor("label", LabelCursor(1, False, False, "nul\0", 1)),
        encode_cursor("label", LabelCursor(1, False, False, "half\ud800", 1)),
        encode_cursor("label", LabelCursor(1, False, False, "a0", 2**63)),
        encode_cursor("label", LabelCursor(2, False, False, "a0", 1)),
        encode_cursor("active", BoardCursor(False, "a0", 1)),
        encode_cursor("found", FoundCursor(2**63)),
        encode_cursor("found", FoundCursor(0)),
        encode_cursor("trashed", TrashCursor(datetime(2024, 5, 1, tzinfo=UTC), 2**63)),
    ],
)
def test_a_bad_cursor_of_a_label_or_a_search_is_refused(database: Database, cursor: str) -> None:
    user = make_user(database)
    make_memo(database, user, "word", labels=["a"])
    with database.reading() as session:
        with pytest.raises(service.BadCursor):
            service.labelled(session, user.id, 1, limit=10, cursor=cursor)
        with pytest.raises(service.BadCursor):
            service.found(session, user.id, parse("word"), None, limit=10, cursor=cursor)
        with pytest.raises(service.BadCursor):
            service.page(session, user.id, "trashed", limit=10, cursor=cursor)


def test_a_cursor_of_one_view_is_none_of_another(database: Database) -> None:
    user = make_user(database)
    cursor = encode_cursor("active", BoardCursor(False, "a0", 1))
    with database.reading() as session:
        service.page(session, user.id, "active", limit=10, cursor=cursor)
        for view in ("archived", "trashed"):
            with pytest.raises(service.BadCursor):
                service.page(session, user.id, view, limit=10, cursor=cursor)


def test_the_demo_is_the_same_each_time_and_has_some_of_everything(database: Database) -> None:
    user = make_user(database)
    assert list(demo_memos(60)) == list(demo_memos(60))
    with database.writing(user.id) as write:
        assert bulk.insert_many(write, demo_memos(60)) == 60
    active, archived, trashed = (walk(database, user, view, 100) for view in ("active", "archived", "trashed"))
    assert sum(memo.pinned for memo in active) == 3
    assert archived
    assert trashed
    assert len({memo.color for memo in active}) > 5
    assert not any("{" in memo.title + memo.body for memo in active)


def test_rendering_anew_changes_and_stamps_only_what_is_shown_otherwise(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(database)
    same, other = make_memo(database, user, "same"), make_memo(database, user, "other")
    assert bulk.render_all(database) == 0
    from keepwsgi.memos import drafts

    monkeypatch.setattr(drafts, "render", lambda body: f"<p>{body.replace('other', 'new')}</p>")
    told: list[int] = []
    assert bulk.render_all(database, told.append) == 1
    assert sum(told) == 2
    with database.reading() as session:
        assert boards.get(session, user.id, same.id) == same
        changed = boards.get(session, user.id, other.id)
    assert (changed.body_html, changed.body, changed.revision) == ("<p>new</p>", "other", 3)


def test_rendering_anew_reaches_every_memo_of_every_user(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_AT_ONCE", 2)
    users = [make_user(database) for _ in range(2)]
    memos = [(user, make_memo(database, user, "same")) for user in users for _ in range(5)]
    from keepwsgi.memos import drafts

    monkeypatch.setattr(drafts, "render", lambda body: "<p>anew</p>")
    assert bulk.render_all(database) == 10
    for user, memo in memos:
        assert get_memo(database, user, memo.id).body_html == "<p>anew</p>"
    assert bulk.render_all(database) == 0


def test_what_is_edited_while_all_is_rendered_anew_keeps_its_own(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "before")
    from keepwsgi.memos import drafts

    def edit_meanwhile(body: str) -> str:
        monkeypatch.undo()
        with database.writing(user.id) as write:
            service.update(write, memo.id, service.prepare(MemoFields(body="edited")))
        return f"<p>{body}, late</p>"

    monkeypatch.setattr(drafts, "render", edit_meanwhile)
    bulk.render_all(database)
    assert get_memo(database, user, memo.id).body_html == "<p>edited</p>"


def test_a_board_carries_only_the_beginning_of_a_long_memo_and_the_memo_itself_all_of_it(
    database: Database,
) -> None:
    user = make_user(database)
    body = "낱말 word " * 12_500
    memo = make_memo(database, user, body)
    with database.reading() as session:
        [card] = service.page(session, user.id, "active", limit=10).others
        whole = service.get(session, user.id, memo.id)
    assert len(card.body) == 2000
    assert 1900 < len(card.body_html) < 2100
    assert card.body_html.endswith("</p>")
    assert whole.body == body
    assert len(whole.body_html) > 90_000


def test_a_memo_made_short_again_is_shown_whole_on_the_board(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "long " * 1000)
    with database.writing(user.id) as write:
        service.update(write, memo.id, service.prepare(MemoFields(body="short")))
    with database.reading() as session:
        [card] = service.page(session, user.id, "active", limit=10).others
    assert card.body_html == "<p>short</p>"


def test_a_copy_of_a_long_memo_is_cut_on_the_board_too(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "long " * 1000)
    with database.writing(user.id) as write:
        service.copy(write, memo.id)
    with database.reading() as session:
        page = service.page(session, user.id, "active", limit=10)
    assert {len(card.body) for card in page.others} == {2000}
