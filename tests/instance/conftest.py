"""An instance with a row in every table and with real pictures, and what there is in one, to be compared."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from keepwsgi.accounts.service import User
from keepwsgi.database import Base, Database
from keepwsgi.images import service as images
from keepwsgi.images.stores import LocalStore, Store, read_all
from keepwsgi.instance.backing_up import back_up
from keepwsgi.instance.manifest import Manifest
from keepwsgi.memos import service as memos
from tests.conftest import Clock
from tests.database.test_migrations import fill
from tests.factories import make_memo, make_user

#: What a row of the source names and nobody has.
LOST = "0" * 64


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "blobs")


@pytest.fixture
def other_store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "other-blobs")


@pytest.fixture
def other_database(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database of the other engine."""
    is_sqlite = database.url.get_backend_name() == "sqlite"
    url = request.getfixturevalue("empty_postgres") if is_sqlite else f"sqlite:///{tmp_path}/other/keepwsgi.db"
    other = Database(url, clock=Clock())
    yield other
    other.dispose()


@pytest.fixture
def sqlite(migrated_sqlite: Path, tmp_path: Path, clock: Clock) -> Iterator[Database]:
    """An empty SQLite database, for what does not depend on the engine."""
    path = tmp_path / "keepwsgi.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{path}", clock=clock)
    yield database
    database.dispose()


def fill_instance(database: Database, store: Store) -> User:
    """Put a row into every table, and three memos with a picture each, which are the returned user's."""
    fill(database)
    user = make_user(database, "minji")
    for number in range(3):
        memo = make_memo(database, user, f'두부 {number} \u2028 \\ "quoted" \n🐈', title="장보기", labels=["집"])
        add_picture(database, store, user, memo.id, number)
    return user


def add_picture(database: Database, store: Store, user: User, memo_id: int, number: int) -> str:
    """Add a picture of its own to a memo; return its digest."""
    file = io.BytesIO()
    Image.new("RGB", (3, 2), (number % 256, number // 256, 7)).save(file, "PNG")
    picture = images.prepare(io.BytesIO(file.getvalue()), largest=10_000)
    with images.stored(database, store, [picture]), database.writing(user.id) as write:
        memos.add_images(write, memo_id, store, [picture])
    return picture.digest


def rows(database: Database, *, but: Collection[str] = ()) -> dict[str, Any]:
    """All rows of all tables but the leases, in the order of their keys; of users without the columns `but`."""
    with database.reading() as session:
        return {
            name: [
                {key: value for key, value in row.items() if name != "users" or key not in but}
                for row in session.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for name, table in Base.metadata.tables.items()
            if name != "leases"
        }


#: What a restore changes on purpose.
BEGUN_ANEW = ("epoch", "revision", "feed_epoch")


def pictures(store: Store) -> dict[str, bytes]:
    """All pictures of a store, without what was made from them."""
    return {key: read_all(store, key) for key in store.all_keys() if "." not in key}


def backed_up(database: Database, store: Store, path: Path, **options: Any) -> Manifest:
    return back_up(database, store, path, release="1.2.3", **options)
