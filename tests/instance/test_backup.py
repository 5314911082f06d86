"""A backup taken while others write, put into an empty instance on the other engine."""

from __future__ import annotations

import itertools
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from keepwsgi.accounts.models import UserRow
from keepwsgi.accounts.service import load_user
from keepwsgi.api.feed import FeedExpired, changes
from keepwsgi.database import Base, Database
from keepwsgi.images import service as images
from keepwsgi.images.models import ImageRow
from keepwsgi.images.stores import LocalStore, open_store
from keepwsgi.instance.backing_up import LEASE
from keepwsgi.instance.manifest import InstanceError
from keepwsgi.instance.restoring import restore
from keepwsgi.labels.models import LabelRow, MemoLabel
from keepwsgi.memos import service as memos
from keepwsgi.memos.purging import purge
from keepwsgi.search.service import parse
from tests.conftest import Clock
from tests.factories import make_memo, make_user
from tests.images.conftest import s3_server, s3_url
from tests.instance.conftest import BEGUN_ANEW, LOST, add_picture, backed_up, fill_instance, pictures, rows

__all__ = ["s3_server", "s3_url"]

MONTH = timedelta(days=30)


def test_every_row_and_picture_is_on_the_other_engine_afterwards(
    database: Database, store: LocalStore, other_database: Database, other_store: LocalStore, tmp_path: Path
) -> None:
    fill_instance(database, store)
    [with_others] = [each for each in (database, other_database) if each.url.get_backend_name() == "sqlite"]
    with with_others.writing(None) as write:  # what Litestream puts there
        write.session.execute(text("CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)"))
    file = tmp_path / "backup.zip"
    taken = backed_up(database, store, file)
    assert restore(other_database, other_store, file) == taken
    before = rows(database, but=BEGUN_ANEW)
    assert all(before.values()), "a table without a row proves nothing"
    assert rows(other_database, but=BEGUN_ANEW) == before
    assert pictures(other_store) == pictures(store)
    assert (taken.pictures, taken.missing) == (3, [LOST])
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.glob("*.zip*")) == ["backup.zip"]


def test_what_was_given_out_before_a_restore_is_not_given_out_again(
    database: Database, store: LocalStore, other_database: Database, other_store: LocalStore, tmp_path: Path
) -> None:
    user = fill_instance(database, store)
    deleted = make_memo(database, user)
    with database.writing(user.id) as write:
        memos.trash(write, deleted.id)
        memos.delete(write, deleted.id)
    with database.reading() as session:
        cursor = changes(session, user.id, "0", limit=100).next
        revision = session.scalars(select(UserRow.revision).where(UserRow.id == user.id)).one()
    backed_up(database, store, tmp_path / "backup.zip")
    restore(other_database, other_store, tmp_path / "backup.zip")
    with other_database.reading() as session:
        with pytest.raises(FeedExpired):
            changes(session, user.id, cursor, limit=100)
        assert load_user(session, user.id, user.epoch) is None  # a session of before
        found = memos.found(session, user.id, parse("두부"), None, limit=10)
    assert [memo.title for memo in found.memos] == ["장보기"] * 3
    new = make_memo(other_database, user)
    assert new.id > deleted.id
    assert new.revision > revision + 1000
    assert make_user(other_database).id > user.id


def test_a_backup_under_write_load_is_one_state(
    database: Database, store: LocalStore, other_database: Database, other_store: LocalStore, tmp_path: Path
) -> None:
    user = fill_instance(database, store)
    numbers = itertools.count(10)
    stop, written = threading.Event(), threading.Semaphore(0)
    failures: list[BaseException] = []

    def write_on(owner_name: str) -> None:
        try:
            owner = make_user(database, owner_name)
            while not stop.is_set():
                memo = make_memo(database, owner, labels=["a label", str(next(numbers) % 5)])
                digest = add_picture(database, store, owner, memo.id, next(numbers))
                if next(numbers) % 2:
                    with database.writing(owner.id) as write:
                        memos.trash(write, memo.id)
                        memos.delete(write, memo.id)
                    images.remove_unreferenced(database, store, [digest])
                written.release()
        except BaseException as error:
            failures.append(error)
            written.release()

    threads = [threading.Thread(target=write_on, args=(f"writer{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(6):
        written.acquire()  # there is something of each already
    # Between two pictures of the backup, others come and go.
    taken = backed_up(database, store, tmp_path / "backup.zip", progress=lambda *_: written.acquire(timeout=20))
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    restore(other_database, other_store, tmp_path / "backup.zip")

    assert taken.missing == [LOST]
    assert taken.pictures > 3
    then, now = rows(other_database), rows(database)
    assert {name: len(of) for name, of in then.items()} | {"leases": taken.tables["leases"]} == taken.tables
    assert len(now["memos"]) + len(now["tombstones"]) > len(then["memos"]) + len(then["tombstones"])
    # What has not changed since is equal; what belongs together came together.
    later = {row["id"]: row for row in now["memos"]}
    same = [row for row in then["memos"] if later.get(row["id"], row)["revision"] == row["revision"]]
    assert len(same) > 3
    assert all(later.get(row["id"], row) == row for row in same)
    with other_database.reading() as session:
        digests = set(session.scalars(select(ImageRow.digest))) - {LOST}
        counted = select(func.count()).where(MemoLabel.label_id == LabelRow.id).scalar_subquery()
        wrong = session.execute(select(LabelRow.id).where(LabelRow.memo_count != counted)).all()
        found = memos.found(session, user.id, parse("두부"), None, limit=10)
    assert digests == pictures(other_store).keys()
    assert wrong == []
    assert len(found.memos) == 3

    # And back again: nothing happens meanwhile, so every row is the same.
    backed_up(other_database, other_store, tmp_path / "again.zip")
    with database.writing(None) as write:
        write.session.execute(Base.metadata.tables["users"].delete())
    restore(database, store, tmp_path / "again.zip")
    assert rows(database, but=BEGUN_ANEW) == rows(other_database, but=BEGUN_ANEW)


def test_pictures_that_are_purged_during_a_backup_are_in_it(
    sqlite: Database, store: LocalStore, other_store: LocalStore, tmp_path: Path, clock: Clock
) -> None:
    user = fill_instance(sqlite, store)
    before, kept = rows(sqlite, but=BEGUN_ANEW), pictures(store)

    def purged(*_: int) -> None:
        with sqlite.writing(None) as write:
            write.session.execute(Base.metadata.tables["memos"].delete())
        assert purge(sqlite, store, trash_kept=MONTH).pictures == 0

    backed_up(sqlite, store, tmp_path / "backup.zip", progress=purged)
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert purge(sqlite, store, trash_kept=MONTH).pictures == 3
    sqlite.dispose()
    other = Database(f"sqlite:///{tmp_path}/other.db")
    restore(other, other_store, tmp_path / "backup.zip")
    assert rows(other, but=BEGUN_ANEW) == before
    assert pictures(other_store) == kept
    assert make_memo(other, user).id > 3
    other.dispose()


def test_pictures_move_into_object_storage_and_out_of_it(
    sqlite: Database, store: LocalStore, other_store: LocalStore, s3_url: str, tmp_path: Path
) -> None:
    fill_instance(sqlite, store)
    bucket = open_store(s3_url, tmp_path)
    for number, (of, to) in enumerate([(store, bucket), (bucket, other_store)]):
        taken = backed_up(sqlite, of, tmp_path / f"{number}.zip")
        empty = Database(f"sqlite:///{tmp_path}/{number}.db")
        assert restore(empty, to, tmp_path / f"{number}.zip") == taken
        empty.dispose()
    assert pictures(bucket) == pictures(other_store) == pictures(store)


def test_a_backup_that_was_held_up_too_long_is_none(
    sqlite: Database, store: LocalStore, tmp_path: Path, clock: Clock
) -> None:
    fill_instance(sqlite, store)
    with pytest.raises(InstanceError, match="run it again"):
        backed_up(sqlite, store, tmp_path / "backup.zip", progress=lambda *_: clock.advance(minutes=6))
    assert list(tmp_path.glob("*.zip*")) == []
    assert list(tmp_path.glob(".*")) == []


def test_a_damaged_picture_is_said_and_left_out(sqlite: Database, store: LocalStore, tmp_path: Path) -> None:
    fill_instance(sqlite, store)
    damaged = min(pictures(store))
    [path] = store.folder.glob(f"*/{damaged}")
    path.write_bytes(b"something else")
    taken = backed_up(sqlite, store, tmp_path / "backup.zip")
    assert (taken.pictures, taken.missing) == (2, [LOST, damaged])


def test_a_restore_mends_a_picture_that_is_damaged_in_the_store(
    sqlite: Database, store: LocalStore, tmp_path: Path
) -> None:
    fill_instance(sqlite, store)
    whole = pictures(store)
    backed_up(sqlite, store, tmp_path / "backup.zip")
    [path] = store.folder.glob(f"*/{min(whole)}")
    path.write_bytes(b"something else")
    other = Database(f"sqlite:///{tmp_path}/other.db")
    restore(other, store, tmp_path / "backup.zip")
    other.dispose()
    assert pictures(store) == whole
