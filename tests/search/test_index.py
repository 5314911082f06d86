"""The index itself: in step with its table, walked in its own order, unmoved by whatever is typed or kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from keepwsgi.database import Database, migrating
from keepwsgi.memos import bulk
from keepwsgi.memos import service as memos
from keepwsgi.memos.models import MemoRow
from keepwsgi.search import conditions, service, sqlite
from tests.factories import make_memo, make_user
from tests.search.documents import found, keep

HOSTILE = [
    '"',
    "'; DROP TABLE memos; --",
    "NEAR(a b) AND NOT OR",
    "{title} : a",
    "search_index MATCH *",
    "^a + b",
    "(((((" * 50,
    "\\ % _ :name $1 {0} %s",
    "\ud800 \0 \x1f",
    "-" * 500,
    '" ' * 400,
    "가" * 1000,
    "label:" + "x" * 900,
    "before:9999-12-31 after:1000-01-01",
    " ".join(f"-color:red -label:{number} word{number}*" for number in range(20)),
]


@pytest.fixture
def sqlite_database(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Database]:
    path = tmp_path / "keepwsgi.db"
    shutil.copyfile(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


def check(database: Database) -> None:
    """Raise unless the index has just what its table has."""
    with database.writing(None) as write:
        write.session.execute(text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"))


@pytest.mark.parametrize("query", HOSTILE)
def test_nothing_typed_is_an_error(database: Database, query: str) -> None:
    user = make_user(database)
    keep(database, user, "word")
    for view in (None, "active", "archived", "trashed"):
        found(database, user, query, view=view)
    service.mark("word " + query, service.parse(query))


def test_the_longest_memo_is_found_by_its_last_word(database: Database) -> None:
    user = make_user(database)
    long = keep(database, user, "회의록 meeting " * 6_000 + "마지막")
    one_word = keep(database, user, "가나다라" * 25_000)
    assert found(database, user, "지막") == [long]
    assert found(database, user, "라가나다") == [one_word]


def test_results_come_in_the_order_of_the_index_without_a_sort(sqlite_database: Database) -> None:
    query = service.parse('word -"a phrase" label:work color:red after:2024 before:2025')
    wanted = conditions.conditions(query, user_id=1, view=None, label_ids={"work": 1})
    assert wanted is not None
    parameters = {"match": sqlite.expression(wanted), "before_id": 5, "limit": 5, "since": "", "until": ""}
    with sqlite_database.reading() as session:
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {sqlite.select(wanted)}"), parameters).all()
    steps = [row.detail for row in plan]
    assert steps[0].startswith("SCAN search_index VIRTUAL TABLE INDEX")
    assert not [step for step in steps if "TEMP B-TREE" in step or "SCAN search_documents" in step]


def test_the_index_stays_in_step_with_its_table(sqlite_database: Database) -> None:
    database = sqlite_database
    user, other = make_user(database), make_user(database)
    kept = [keep(database, who, "word 회의록") for who in (user, user, other, user)]
    with database.writing(user.id) as write:
        service.change(write, kept[0], title=service.tokens("title"))
        service.change_many(write, [{"memo_id": kept[1], "flags": service.flags(**FLAGS, user_id=user.id)}])
        write.session.execute(delete(MemoRow).where(MemoRow.id == kept[3]))
    check(database)
    with database.writing(None) as write:
        write.session.execute(text("DELETE FROM users WHERE id = :id"), {"id": user.id})
    check(database)
    with database.reading() as session:
        rows = session.execute(text("SELECT rowid FROM search_index WHERE search_index MATCH 'word'")).scalars()
        assert list(rows) == [kept[2]]


def test_a_damaged_index_is_made_anew(sqlite_database: Database) -> None:
    database = sqlite_database
    user = make_user(database)
    memo = make_memo(database, user, "회의록")
    with database.writing(None) as write:
        write.session.execute(text("DELETE FROM search_index_data WHERE id > 10"))
    with database.writing(None) as write:
        service.clear(write)
    check(database)
    with database.writing(None) as write:
        assert (
            write.session.execute(text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")).scalar() == 3
        )
    assert found(database, user, "회의") == []
    bulk.index_all(database)
    assert found(database, user, "회의") == [memo.id]
    check(database)


FLAGS = {
    "archived": False,
    "trashed": False,
    "pinned": True,
    "color": "red",
    "kind": "text",
    "has_image": False,
    "label_ids": (),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = (
        f"sqlite:///{tmp_path}/empty.db"
        if request.param == "sqlite"
        else request.getfixturevalue("empty_postgres")
    )
    database = Database(url)
    yield database
    database.dispose()


def test_memos_from_before_there_was_search_are_found(empty_database: Database) -> None:
    database = empty_database
    database.upgrade()
    user = make_user(database)
    plain = make_memo(database, user, "회의록을 쓴다", title="Meeting", color="red")
    gone = make_memo(database, user, "회의록을 버린다")
    labelled = make_memo(database, user, "장보기")
    with database.writing(user.id) as write:
        memos.trash(write, gone.id)
        memos.set_labels(write, labelled.id, ["집안일"])
    database.dispose()
    migrating.downgrade(database.url, "0002")
    database.upgrade()
    assert found(database, user, "의록 meet color:red") == [plain.id]
    assert found(database, user, "회의록", view="trashed") == [gone.id]
    assert found(database, user, "집안") == [labelled.id]
    with database.reading() as session:
        label_ids = {"집안일": session.execute(text("SELECT id FROM labels")).scalar_one()}
    assert found(database, user, "label:집안일", label_ids=label_ids) == [labelled.id]
    with database.writing(user.id) as write:
        memos.trash(write, plain.id)
        memos.delete(write, plain.id)
    assert found(database, user, "의록", view="trashed") == [gone.id]
