"""What reading costs: each page and list takes a fixed number of statements, and a label's board no sort."""

from __future__ import annotations

from typing import Any

import pytest

from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.labels import service as labels
from keepwsgi.memos import bulk, service
from keepwsgi.memos.cursor import LabelCursor, encode_cursor
from tests.clients import Browser, recorded_statements
from tests.factories import make_user
from tests.memos.test_service_pages import statements

#: The most statements that each page takes: who it is, what it shows, the side list.
PAGES = {
    "/": 5,
    "/archive": 5,
    "/trash": 5,
    "/labels/{label_id}": 6,
    "/search?q=word": 6,
    "/search?q=label:a+word": 7,
    "/memos/{memo_id}": 5,
    "/labels": 3,
    "/settings": 3,
}


def fill(database: Database, user: User, count: int) -> None:
    """Keep `count` memos of each kind on the board, in the archive and in the trash, all with the label `a`."""
    with database.writing(user.id) as write:
        drafts = [
            service.Draft(
                title=f"word {number}",
                labels=["a", f"b{number}"],
                kind="checklist" if number % 2 else "text",
                body="x" if number % 2 else None,
                pinned=number % 5 == 0,
                archived=number % 3 == 1,
                trashed_at=write.now if number % 3 == 2 else None,
            )
            for number in range(count)
        ]
        bulk.insert_many(write, drafts)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_no_more_statements_however_much_there_is(browser: Browser, path: str) -> None:
    taken = []
    for more in (6, 90):
        fill(browser.database, browser.user, more)
        with browser.database.reading() as session:
            memo_id = service.page(session, browser.user.id, "active", limit=1).memos[0].id
            label_id = labels.ids_by_key(session, browser.user.id, ["a"])["a"]
        with recorded_statements() as sent:
            assert browser.get(path.format(memo_id=memo_id, label_id=label_id)).status_code == 200
        taken.append(len(sent))
    assert taken == [taken[0]] * 2
    assert taken[0] == PAGES[path]


def explained(session: Any, statement: str, parameters: Any, *, on_sqlite: bool) -> str:
    """The plan of a statement, as text."""
    rows = session.connection().exec_driver_sql(
        ("EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN ") + statement, parameters
    )
    return "\n".join(str(row[-1]) for row in rows.all())


def test_a_labels_board_walks_its_index_without_sorting(database: Database) -> None:
    user = make_user(database)
    fill(database, user, 300)
    on_sqlite = database.url.get_backend_name() == "sqlite"
    with database.reading() as session:
        label_id = labels.ids_by_key(session, user.id, ["a"])["a"]
        with statements() as sent:
            for archived in (False, True):
                for pinned in (False, True):
                    place = encode_cursor("label", LabelCursor(label_id, archived, pinned, "Zz", 1))
                    service.labelled(session, user.id, label_id, limit=20, cursor=place)
            service.labelled(session, user.id, label_id, limit=20)
            views: tuple[service.View, ...] = ("active", "archived")
            for view in views:
                service.page(session, user.id, view, limit=20, label_id=label_id, whole=True)
        if not on_sqlite:
            # Few rows are quicker read in any order and sorted; the question is whether they must be.
            for way in ("seqscan", "bitmapscan", "sort"):
                session.connection().exec_driver_sql(f"SET LOCAL enable_{way} = off")
        boards = [each for each in sent if "LIMIT" in each[0]]
        assert len(boards) == 7
        for statement, parameters in boards:
            plan = explained(session, statement, parameters, on_sqlite=on_sqlite)
            assert "ix_memo_labels_board" in plan, plan
            assert "TEMP B-TREE" not in plan, plan
            assert "Sort" not in plan, plan


def test_what_many_memos_carry_and_show_is_read_by_their_ids(database: Database) -> None:
    user = make_user(database)
    fill(database, user, 300)
    on_sqlite = database.url.get_backend_name() == "sqlite"
    with database.reading() as session:
        with statements() as sent:
            ids = [memo.id for memo in service.page(session, user.id, "active", limit=20).memos]
            service.some(session, user.id, ids)
        if not on_sqlite:
            session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, parameters in sent:
            plan = explained(session, statement, parameters, on_sqlite=on_sqlite)
            # SQLite walks the ids it is given, which are no table.
            assert "SCAN " not in plan.replace("SCAN json_each", ""), plan
            assert "Seq Scan" not in plan, plan
