"""The rows of pictures, and that bytes and rows never part the wrong way."""

from __future__ import annotations

import hashlib
import itertools
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image as Pillow
from sqlalchemy import delete, event, select
from sqlalchemy.engine import Engine

from keepwsgi.accounts.models import UserRow
from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.images import service
from keepwsgi.images.models import ImageRow
from keepwsgi.images.pictures import PreparedPicture
from keepwsgi.images.service import Image, ImageNotFound, TooManyPictures
from keepwsgi.images.stores import BlobNotFound, LocalStore, Store, StoreUnavailable, open_store, read_all
from tests.factories import make_memo, make_user
from tests.images.pictures import encode, opened, prepared

_shades = itertools.count()


def new_picture() -> PreparedPicture:
    """Return a picture unlike any other of the tests."""
    shade = next(_shades)
    return prepared(encode(Pillow.new("RGB", (8, 8), (shade & 255, shade >> 8 & 255, 77)), "PNG"))


@pytest.fixture
def local(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "blobs")


def upload(database: Database, store: Store, user: User, memo_id: int, *pictures: PreparedPicture) -> list[Image]:
    """Do what a view does with an upload."""
    with service.stored(database, store, pictures), database.writing(user.id) as write:
        return list(service.add_all(write, store, memo_id, pictures))


def take_away(database: Database, store: Store, user: User, image: Image) -> None:
    """Do what a view does when a picture is deleted."""
    with database.writing(user.id) as write:
        digest = service.remove(write, image.memo_id, image.id)
    service.remove_unreferenced(database, store, [digest])


def referenced(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(ImageRow.digest)))


def digests_in(store: Store) -> set[str]:
    return {key.partition(".")[0] for key in store.all_keys()}


def check(database: Database, store: Store) -> None:
    """Assert that no row is without its bytes."""
    for digest in referenced(database):
        assert hashlib.sha256(read_all(store, digest)).hexdigest() == digest


# --- Rows ------------------------------------------------------------------------------------------------------


def test_pictures_are_read_by_memo_in_the_order_they_were_added(database: Database, local: LocalStore) -> None:
    user = make_user(database)
    memos = [make_memo(database, user).id for _ in range(3)]
    first = upload(database, local, user, memos[0], new_picture(), new_picture())
    second = upload(database, local, user, memos[2], new_picture())
    with database.reading() as session:
        assert service.of_memos(session, memos) == {memos[0]: tuple(first), memos[2]: tuple(second)}
        assert service.of_memos(session, []) == {}
        assert service.get(session, user.id, first[0].id) == first[0]


def test_a_picture_says_what_it_is(database: Database, local: LocalStore) -> None:
    user = make_user(database)
    picture = prepared(encode(Pillow.new("RGB", (30, 20)), "JPEG"))
    (image,) = upload(database, local, user, make_memo(database, user).id, picture)
    assert (image.type, image.size, image.width, image.height) == ("image/jpeg", len(picture.data), 30, 20)
    assert image.digest == hashlib.sha256(picture.data).hexdigest()


def test_somebody_elses_picture_is_not_found(database: Database, local: LocalStore) -> None:
    user, other = make_user(database), make_user(database)
    memo = make_memo(database, user)
    (image,) = upload(database, local, user, memo.id, new_picture())
    with database.reading() as session:
        for wrong in (image.id + 1, 0, -1, 2**64):
            with pytest.raises(ImageNotFound):
                service.get(session, user.id, wrong)
        with pytest.raises(ImageNotFound):
            service.get(session, other.id, image.id)
    with database.writing(other.id) as write:
        with pytest.raises(ImageNotFound):
            service.remove(write, memo.id, image.id)
        assert service.digests_of(write, [memo.id]) == []
    assert referenced(database) == {image.digest}


def test_a_picture_is_removed_only_from_the_memo_it_is_in(database: Database, local: LocalStore) -> None:
    user = make_user(database)
    memo, another = make_memo(database, user), make_memo(database, user)
    (image,) = upload(database, local, user, memo.id, new_picture())
    with database.writing(user.id) as write, pytest.raises(ImageNotFound):
        service.remove(write, another.id, image.id)
    take_away(database, local, user, image)
    assert referenced(database) == set()
    assert digests_in(local) == set()


def test_a_memo_has_at_most_fifty_pictures(database: Database, local: LocalStore) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    upload(database, local, user, memo.id, *[new_picture()] * 49)
    extra = new_picture()
    with pytest.raises(TooManyPictures):
        upload(database, local, user, memo.id, extra, new_picture())
    assert not local.has(extra.digest)
    upload(database, local, user, memo.id, extra)
    with pytest.raises(TooManyPictures):
        upload(database, local, user, memo.id, extra)
    assert local.has(extra.digest)


def test_a_copy_of_a_memo_has_its_pictures_and_keeps_them_without_it(
    database: Database, local: LocalStore
) -> None:
    user = make_user(database)
    memo, twin = make_memo(database, user), make_memo(database, user)
    images = upload(database, local, user, memo.id, new_picture(), new_picture())
    with database.writing(user.id) as write:
        service.copy(write, memo.id, twin.id)
    with database.reading() as session:
        copied = service.of_memos(session, [twin.id])[twin.id]
    assert [image.digest for image in copied] == [image.digest for image in images]
    for image in images:
        take_away(database, local, user, image)
    check(database, local)
    assert digests_in(local) == {image.digest for image in images}


def test_of_the_same_picture_twice_the_bytes_are_kept_once_and_until_the_last(
    database: Database, local: LocalStore
) -> None:
    user, other = make_user(database), make_user(database)
    picture = new_picture()
    (mine,) = upload(database, local, user, make_memo(database, user).id, picture)
    (theirs,) = upload(database, local, other, make_memo(database, other).id, picture)
    take_away(database, local, user, mine)
    check(database, local)
    assert digests_in(local) == {picture.digest}
    take_away(database, local, other, theirs)
    assert list(local.all_keys()) == []


def test_the_digests_of_many_memos_are_read_before_they_are_deleted(database: Database, local: LocalStore) -> None:
    user = make_user(database)
    memos = [make_memo(database, user).id for _ in range(3)]
    pictures = [new_picture() for _ in memos]
    for memo, picture in zip(memos, pictures, strict=True):
        upload(database, local, user, memo, picture)
    with database.writing(user.id) as write:
        digests = service.digests_of(write, [*range(10**6, 10**6 + 2000), *memos])
    assert digests == sorted(picture.digest for picture in pictures)


# --- Bytes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", service.SIZES)
def test_a_small_picture_is_made_again_where_it_is_missing(store: Store, size: service.Size) -> None:
    picture = new_picture()
    image = Image(1, 1, picture.digest, picture.type, len(picture.data), picture.width, picture.height)
    store.put(picture.digest, picture.data)
    made = service.read_thumbnail(store, image, size)
    assert opened(made).size == (8, 8)
    assert service.read_thumbnail(store, image, size) == made
    # Both sizes are made of one decoding.
    assert len(list(store.all_keys())) == 3
    assert not service.make_thumbnails(store, picture.digest)
    store.delete(picture.digest)
    assert service.read_thumbnail(store, image, size) == made


def test_without_the_picture_there_is_no_small_one(store: Store) -> None:
    with pytest.raises(BlobNotFound):
        service.read_thumbnail(store, Image(1, 1, "0" * 64, "image/png", 1, 1, 1), "thumb")


def test_pictures_are_added_and_removed_in_either_store(
    database: Database, store: Store, store_url: str | None
) -> None:
    user = make_user(database)
    picture = new_picture()
    (image,) = upload(database, store, user, make_memo(database, user).id, picture)
    check(database, store)
    assert set(store.all_keys()) == {
        picture.digest,
        f"{picture.digest}.thumb.webp",
        f"{picture.digest}.preview.webp",
    }
    store.put("f" * 64, b"nobody's")
    store.put(f"{'e' * 64}.thumb.webp", b"nobody's either")
    assert service.sweep(database, store) == 2
    take_away(database, store, user, image)
    assert list(store.all_keys()) == []


def test_a_write_that_fails_leaves_nothing_in_the_store(database: Database, local: LocalStore) -> None:
    picture = new_picture()
    with pytest.raises(ZeroDivisionError), service.stored(database, local, [picture]):
        raise ZeroDivisionError
    assert list(local.all_keys()) == []


def test_bytes_that_went_away_before_the_write_are_put_again(database: Database, local: LocalStore) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    picture = new_picture()
    with service.stored(database, local, [picture]):
        assert service.sweep(database, local) == 1  # nobody refers to it yet
        with database.writing(user.id) as write:
            service.add(write, local, memo.id, picture)
    check(database, local)


def test_bytes_go_to_the_store_before_the_write_and_not_in_it(database: Database, local: LocalStore) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    picture = new_picture()
    with service.stored(database, local, [picture]), database.writing(user.id) as write:
        before = {path: path.stat().st_mtime_ns for path in local.folder.rglob("*")}
        service.add(write, local, memo.id, picture)
        assert {path: path.stat().st_mtime_ns for path in local.folder.rglob("*")} == before
    assert len(before) == 1 + 3


def test_who_removes_a_picture_is_not_told_that_the_store_is_away(
    database: Database, local: LocalStore, caplog: pytest.LogCaptureFixture
) -> None:
    user = make_user(database)
    (image,) = upload(database, local, user, make_memo(database, user).id, new_picture())
    away = local.folder.rename(local.folder.with_name("away"))
    local.folder.write_text("not a folder")
    take_away(database, local, user, image)
    assert "left in the store" in caplog.text
    local.folder.unlink()
    away.rename(local.folder)
    assert service.sweep(database, local) == 1


def test_nothing_is_written_when_the_store_is_away(database: Database, tmp_path: Path) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    (tmp_path / "blobs").write_text("not a folder")
    with pytest.raises(StoreUnavailable):
        upload(database, open_store(None, tmp_path / "blobs"), user, memo.id, new_picture())
    assert referenced(database) == set()


def test_pictures_of_a_deleted_account_are_swept(database: Database, local: LocalStore) -> None:
    user = make_user(database)
    upload(database, local, user, make_memo(database, user).id, new_picture())
    with database.writing(None) as write:
        write.session.execute(delete(UserRow).where(UserRow.id == user.id))
    assert referenced(database) == set()
    assert service.sweep(database, local) == 1
    assert list(local.all_keys()) == []


# --- Crashes ---------------------------------------------------------------------------------------------------


class Steps:
    """Ends the process, as a power cut does, at one of the moments it is told about."""

    def __init__(self, last: int) -> None:
        self.left = last

    def __call__(self, *args: object) -> None:
        self.left -= 1
        if self.left < 0:
            os._exit(9)


class Interrupted:
    """A store whose every call has a moment before and a moment after it."""

    def __init__(self, store: Store, step: Steps) -> None:
        self._store = store
        self._step = step

    def __getattr__(self, name: str) -> Callable[..., object]:
        def call(*args: object) -> object:
            self._step()
            result = getattr(self._store, name)(*args)
            self._step()
            return result

        return call


def crashes(local: LocalStore, last: int, do: Callable[[Store], object]) -> bool:
    """Do it in a process that ends at its `last` moment; say whether it came that far."""
    child = os.fork()
    if child == 0:
        try:
            step = Steps(last)
            for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
                event.listen(Engine, name, step)
            sync = os.fsync
            os.fsync = lambda descriptor: (step(), sync(descriptor), step())[1]  # type: ignore[assignment]
            do(Interrupted(local, step))  # type: ignore[arg-type]
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9)
    return status == 9


def after_a_crash(database: Database, local: LocalStore) -> None:
    """Assert that nothing is missing, and that sweeping leaves nothing too many."""
    check(database, local)
    service.sweep(database, local)
    check(database, local)
    assert digests_in(local) == referenced(database)


def test_an_upload_may_be_cut_short_at_any_moment(database: Database, local: LocalStore) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    for last in itertools.count():
        picture = new_picture()
        crashed = crashes(
            local, last, lambda store, picture=picture: upload(database, store, user, memo.id, picture)
        )
        after_a_crash(database, local)
        if not crashed:
            assert picture.digest in referenced(database)
            break
    assert last > 20


def test_a_removal_may_be_cut_short_at_any_moment(database: Database, local: LocalStore) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    upload(database, local, user, memo.id, new_picture())  # stays
    for last in itertools.count():
        (image,) = upload(database, local, user, memo.id, new_picture())
        crashed = crashes(local, last, lambda store, image=image: take_away(database, store, user, image))
        after_a_crash(database, local)
        with database.reading() as session:
            left = [each for each in service.of_memos(session, [memo.id])[memo.id] if each.id == image.id]
        if not crashed:
            assert not left
            break
        for each in left:
            take_away(database, local, user, each)
    assert last > 10


def test_a_sweep_may_be_cut_short_at_any_moment(database: Database, local: LocalStore) -> None:
    user = make_user(database)
    upload(database, local, user, make_memo(database, user).id, new_picture())
    for last in itertools.count():
        service.keep(local, new_picture())
        crashed = crashes(local, last, lambda store: service.sweep(database, store))
        after_a_crash(database, local)
        if not crashed:
            break
    assert last > 10


# --- At once ---------------------------------------------------------------------------------------------------


def test_the_same_picture_is_added_removed_and_swept_at_once_and_never_lost(
    database: Database, local: LocalStore
) -> None:
    picture = new_picture()
    users = [make_user(database) for _ in range(3)]
    memos = [make_memo(database, user) for user in users]
    failures: list[BaseException] = []
    done = threading.Event()

    def use(user: User, memo_id: int) -> None:
        try:
            for _ in range(25):
                (image,) = upload(database, local, user, memo_id, picture)
                assert read_all(local, image.digest) == picture.data  # as long as this row is there
                take_away(database, local, user, image)
        except BaseException as error:
            failures.append(error)

    def sweep() -> None:
        try:
            while not done.is_set():
                service.sweep(database, local)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=use, args=(user, memo.id)) for user, memo in zip(users, memos, strict=True)]
    sweeper = threading.Thread(target=sweep)
    for thread in (*threads, sweeper):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    sweeper.join()
    assert failures == []
    assert referenced(database) == set()
    service.sweep(database, local)
    assert list(local.all_keys()) == []
    database.dispose()


def test_two_uploads_of_the_same_pictures_in_another_order_do_not_wait_for_each_other_for_ever(
    database: Database, local: LocalStore
) -> None:
    pictures = [new_picture() for _ in range(6)]
    users = [make_user(database) for _ in range(3)]
    memos = [make_memo(database, user) for user in users]
    failures: list[BaseException] = []

    def use(user: User, memo_id: int, order: list[PreparedPicture]) -> None:
        try:
            for _ in range(5):
                upload(database, local, user, memo_id, *order)
        except BaseException as error:
            failures.append(error)

    orders = (pictures, pictures[::-1], pictures[3:] + pictures[:3])
    threads = [
        threading.Thread(target=use, args=(user, memo.id, order))
        for user, memo, order in zip(users, memos, orders, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    check(database, local)
