"""Old trash goes by itself, with its pictures; who followed too long ago begins anew."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from keepwsgi.accounts.models import UserRow
from keepwsgi.accounts.service import User, delete_user
from keepwsgi.database import Database
from keepwsgi.database.models import Tombstone
from keepwsgi.images import service as images
from keepwsgi.images.stores import LocalStore
from keepwsgi.memos import service
from keepwsgi.memos.purging import TOMBSTONES_KEPT, Purged, purge
from tests.conftest import Clock
from tests.factories import get_memo, make_memo, make_user

MONTH = timedelta(days=30)


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "blobs")


def thrown(database: Database, user: User) -> service.Memo:
    memo = make_memo(database, user)
    with database.writing(user.id) as write:
        return service.trash(write, memo.id)


def with_picture(database: Database, store: LocalStore, user: User, memo: service.Memo) -> str:
    file = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(file, "PNG")
    picture = images.prepare(io.BytesIO(file.getvalue()), largest=10_000)
    with images.stored(database, store, [picture]), database.writing(user.id) as write:
        service.add_images(write, memo.id, store, [picture])
    return picture.digest


def test_what_has_lain_in_the_trash_for_long_is_deleted(
    database: Database, clock: Clock, store: LocalStore
) -> None:
    user, other = make_user(database), make_user(database)
    kept, old, others = make_memo(database, user), thrown(database, user), thrown(database, other)
    clock.advance(days=29)
    new = thrown(database, user)
    assert purge(database, store, trash_kept=MONTH) == Purged(0, 0)
    clock.advance(days=1)
    assert purge(database, store, trash_kept=MONTH) == Purged(0, 0)
    clock.advance(seconds=1)
    assert purge(database, store, trash_kept=MONTH) == Purged(2, 0)
    for owner, memo in ((user, old), (other, others)):
        with pytest.raises(service.MemoNotFound):
            get_memo(database, owner, memo.id)
    assert get_memo(database, user, new.id) == new
    assert get_memo(database, user, kept.id) == kept


def test_pictures_nobody_has_any_more_are_removed(database: Database, clock: Clock, store: LocalStore) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    digest = with_picture(database, store, user, memo)
    assert purge(database, store, trash_kept=MONTH).pictures == 0
    assert store.has(digest)
    with database.writing(user.id) as write:
        service.trash(write, memo.id)
    clock.advance(days=31)
    assert purge(database, store, trash_kept=MONTH) == Purged(1, 1)
    assert not store.has(digest)


def test_pictures_are_spared_where_there_is_no_user_at_all(database: Database, store: LocalStore) -> None:
    user = make_user(database)
    digest = with_picture(database, store, user, make_memo(database, user))
    delete_user(database, user.id)
    assert purge(database, store, trash_kept=MONTH).pictures == 0
    assert store.has(digest)


def test_old_tombstones_go_and_it_is_noted_up_to_where(
    database: Database, clock: Clock, store: LocalStore
) -> None:
    user = make_user(database)
    for _ in range(2):
        memo = thrown(database, user)
        with database.writing(user.id) as write:
            service.delete(write, memo.id)
            last = write.stamp
        clock.advance(seconds=(TOMBSTONES_KEPT / 2).total_seconds())
    clock.advance(seconds=1)
    purge(database, store, trash_kept=MONTH)
    with database.reading() as session:
        stones = session.scalars(select(Tombstone.revision).where(Tombstone.user_id == user.id)).all()
        pruned = session.scalars(select(UserRow.pruned_revision).where(UserRow.id == user.id)).one()
    assert stones == [last]
    assert 0 < pruned < last
    clock.advance(seconds=(TOMBSTONES_KEPT / 2).total_seconds())
    for _ in range(2):
        memo = thrown(database, user)
        with database.writing(user.id) as write:
            service.delete(write, memo.id)
            last = write.stamp
    other, theirs = make_user(database), thrown(database, make_user(database))
    clock.advance(seconds=TOMBSTONES_KEPT.total_seconds() + 1)
    with database.writing(other.id) as write:
        write.tombstone("memo", theirs.id)
    purge(database, store, trash_kept=2 * TOMBSTONES_KEPT)
    with database.reading() as session:
        users = session.execute(select(UserRow.id, UserRow.pruned_revision)).all()
        stones = session.scalars(select(Tombstone.user_id)).all()
    # Up to the newest of those that went; nothing of others, whose are new.
    assert {user_id: revision for user_id, revision in users if revision} == {user.id: last}
    assert stones == [other.id]
