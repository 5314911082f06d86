"""A database filled by the first release: its memos are kept, found and labelled by the later ones, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import Boolean, Connection, Text, column, insert, select, table, text
from sqlalchemy.engine import URL, make_url

from keepwsgi.accounts.service import User, find_user
from keepwsgi.database import Database, migrating
from keepwsgi.database.types import UtcDateTime
from keepwsgi.images import service as images
from keepwsgi.images.stores import LocalStore
from keepwsgi.memos import bulk, service
from keepwsgi.memos.drafts import prepare
from keepwsgi.memos.schemas import MemoFields
from keepwsgi.search.service import parse
from tests.api.test_pictures import png
from tests.factories import make_memo, make_user

#: More than are indexed in one go.
COUNT = 1001
FIRST = datetime(2024, 5, 1, 12, tzinfo=UTC)
#: The memos of the first release, as far as it knew them.
MEMOS = table(
    "memos",
    *(
        column(name)
        for name in ("id", "user_id", "title", "body", "body_html", "html_version", "color", "revision")
    ),
    column("position", Text()),
    column("pinned", Boolean()),
    column("archived", Boolean()),
    *(column(name, UtcDateTime()) for name in ("trashed_at", "created_at", "updated_at")),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """The address of an empty database on each engine."""
    if request.param == "sqlite":
        (tmp_path / "old.db").touch()
        return make_url(f"sqlite:///{tmp_path}/old.db")
    return make_url(request.getfixturevalue("empty_postgres"))


def fill_as_the_first_release_did(connection: Connection) -> None:
    """Put two users and their memos in."""
    users = table(
        "users", *(column(name) for name in ("id", "username", "username_key", "password_hash", "revision"))
    )
    users.append_column(column("created_at", UtcDateTime()))
    users.append_column(column("updated_at", UtcDateTime()))
    for number, name in ((1, "minji"), (2, "jun")):
        values = {"id": number, "username": name, "username_key": name, "password_hash": "x", "revision": COUNT}
        connection.execute(insert(users).values(**values, created_at=FIRST, updated_at=FIRST))
    rows = [
        {
            "id": number,
            "user_id": 2 if number == 7 else 1,
            "title": f"제목 {number}",
            "body": f"word{number} 회의록을 쓴다",
            "body_html": f"<p>word{number} 회의록을 쓴다</p>",
            "html_version": 1,
            "color": "red" if number == 3 else "default",
            "pinned": number == 4,
            "archived": number in (5, 6),
            "trashed_at": FIRST if number in (6, 8) else None,
            "position": f"a{number:05}V",
            "revision": number,
            "created_at": FIRST + timedelta(days=number // 100),
            "updated_at": FIRST,
        }
        for number in range(1, COUNT + 1)
    ]
    connection.execute(insert(MEMOS), rows)
    if connection.dialect.name == "postgresql":
        for name in ("users", "memos"):
            connection.execute(text(f"SELECT setval('{name}_id_seq', {COUNT})"))


@pytest.fixture
def database(url: URL) -> Iterator[Database]:
    """An empty database of this release; not the one that tests share, as this one is taken back."""
    migrating.upgrade(url)
    database = Database(url.render_as_string(hide_password=False))
    yield database
    database.dispose()


@pytest.fixture
def old(url: URL) -> Iterator[Database]:
    """A database that the first release has filled, as this release finds it."""
    migrating.upgrade(url, "0001")
    with migrating.connection(url) as connection:
        fill_as_the_first_release_did(connection)
    migrating.upgrade(url)
    database = Database(url.render_as_string(hide_password=False))
    yield database
    database.dispose()


def user_of(database: Database, name: str = "minji") -> User:
    with database.reading() as session:
        user = find_user(session, name)
    assert user is not None
    return user


def found(database: Database, user: User, query: str, view: service.View | None = None) -> list[int]:
    with database.reading() as session:
        return [memo.id for memo in service.found(session, user.id, parse(query), view, limit=2000).memos]


def all_memos(database: Database, user: User) -> list[service.Memo]:
    with database.reading() as session:
        return [
            memo
            for view in get_args(service.View)
            for memo in service.page(session, user.id, view, limit=2000, whole=True).memos
        ]


def test_every_memo_of_the_first_release_is_kept_and_found(old: Database) -> None:
    minji, jun = user_of(old), user_of(old, "jun")
    memos = {memo.id: memo for memo in all_memos(old, minji)}
    assert sorted(memos) == [number for number in range(1, COUNT + 1) if number != 7]
    assert all(
        (memo.title, memo.body, memo.revision, memo.items, memo.labels, memo.images)
        == (f"제목 {number}", f"word{number} 회의록을 쓴다", number, (), (), ())
        for number, memo in memos.items()
    )
    kept = [number for number in range(COUNT, 0, -1) if number not in (6, 7, 8)]
    assert found(old, minji, "의록") == kept
    assert found(old, minji, "제목") == kept
    for number in (1, 499, 500, 501, 502, 999, 1000, 1001):
        assert found(old, minji, f'"word{number}"') == [number]
    assert found(old, minji, "의록", "trashed") == [8, 6]
    assert found(old, minji, "is:archived") == [5]
    assert found(old, minji, "is:pinned") == [4]
    assert found(old, minji, "color:red") == [3]
    assert found(old, minji, "is:checklist") == found(old, minji, "has:image") == []
    assert found(old, minji, "before:2024-05-02") == [number for number in kept if number < 100]
    assert found(old, minji, "after:2024-05-11") == [1001, 1000]
    assert found(old, jun, "의록") == [7]


def test_an_old_memo_takes_labels_becomes_a_list_and_goes(old: Database) -> None:
    user = user_of(old)
    with old.writing(user.id) as write:
        service.set_labels(write, 1, ["집"])
        service.to_checklist(write, 2)
        service.add_items(write, 2, "새 항목")
        service.update(write, 3, prepare(MemoFields(body="anew")))
        service.trash(write, 4)
        service.delete(write, 4)
        new = service.create(write, prepare(MemoFields(title="newest")))
    assert new.id > COUNT
    assert found(old, user, "label:집") == [1]
    assert found(old, user, "is:checklist 항목") == [2]
    assert found(old, user, "anew") == [3]
    assert found(old, user, '"word3"') == found(old, user, '"word4"') == []
    with old.reading() as session:
        assert service.page(session, user.id, "active", limit=1).memos[0].id == new.id


def test_lists_and_labels_are_found_again_after_the_index_was_taken_away(database: Database) -> None:
    user = make_user(database)
    listed = make_memo(database, user, "우유\n  [x] 달걀", kind="checklist", labels=["장보기", "집"])
    make_memo(database, user, "다른 것", labels=["집"])
    with database.writing(user.id) as write:
        service.archive(write, listed.id)
    before = all_memos(database, user)
    database.dispose()
    migrating.downgrade(database.url, "0002")
    migrating.upgrade(database.url)
    assert all_memos(database, user) == before
    for query in ("달걀", "우유 is:checklist", "label:장보기", "label:집 is:archived", "보기 -다른"):
        assert found(database, user, query) == [listed.id], query
    with database.reading() as session:
        counts = session.execute(text("SELECT name, memo_count FROM labels ORDER BY name_key")).all()
    assert [tuple(row) for row in counts] == [("장보기", 1), ("집", 2)]


def test_going_back_to_the_first_release_keeps_every_line_and_tick_of_a_list(
    database: Database, tmp_path: Path
) -> None:
    user = make_user(database)
    body = "우유\n  [x] <b>달걀</b>\n\n[x] 빵 & 잼"
    listed = make_memo(database, user, body, title="t", kind="checklist", labels=["집"])
    plain = make_memo(database, user, "**plain**")
    store = LocalStore(tmp_path / "blobs")
    picture = images.prepare(BytesIO(png()), largest=10_000)
    with images.stored(database, store, [picture]), database.writing(user.id) as write:
        service.add_images(write, plain.id, store, [picture])
    database.dispose()
    migrating.downgrade(database.url, "0001")
    with migrating.connection(database.url) as connection:
        rows: Any = {row.id: row for row in connection.execute(select(MEMOS)).all()}
        kinds = connection.execute(text("SELECT DISTINCT kind FROM memos")).scalars().all()
    assert rows[listed.id].body == body
    assert "<b>" not in rows[listed.id].body_html
    assert (rows[plain.id].body, rows[plain.id].body_html) == ("**plain**", "<p><strong>plain</strong></p>")
    assert kinds == ["text"]
    migrating.upgrade(database.url)
    assert bulk.render_all(database) == 1  # the list, shown as a text until now
    with database.writing(user.id) as write:
        again = service.to_checklist(write, listed.id)
    assert [(item.text, item.checked, item.indent) for item in again.items] == [
        (item.text, item.checked, item.indent) for item in listed.items
    ]
    assert found(database, user, "달걀") == [listed.id]
    assert found(database, user, "has:image") == []
