"""Both stores: bytes by key, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from pathlib import Path

import boto3
import pytest

from keepwsgi.config import SettingsError, load_settings
from keepwsgi.images import s3
from keepwsgi.images.stores import BlobNotFound, LocalStore, Store, StoreUnavailable, open_store, read_all

KEY = "ab" + "0" * 62
OTHER = "cd" + "1" * 62


def test_what_was_put_is_there(store: Store) -> None:
    assert not store.has(KEY)
    store.put(KEY, b"a picture")
    assert store.has(KEY)
    assert read_all(store, KEY) == b"a picture"


def test_putting_it_again_changes_nothing(store: Store) -> None:
    store.put(KEY, b"a picture")
    store.put(KEY, b"a picture")
    assert read_all(store, KEY) == b"a picture"
    assert list(store.all_keys()) == [KEY]


def test_what_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(BlobNotFound):
        store.open(KEY)
    with pytest.raises(BlobNotFound):
        store.open(KEY, 3, 5)


def test_what_was_deleted_is_gone_and_may_be_deleted_again(store: Store) -> None:
    store.put(KEY, b"a picture")
    store.delete(KEY)
    store.delete(KEY)
    assert not store.has(KEY)
    assert list(store.all_keys()) == []


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (0, 10), (3, 7), (9, 10), (4, None), (0, None)])
def test_a_part_may_be_opened(store: Store, start: int, stop: int | None) -> None:
    store.put(KEY, b"0123456789")
    file = store.open(KEY, start, stop)
    wanted = b"0123456789"[start:stop]
    assert file.read(len(wanted)) == wanted
    file.close()


def test_a_large_file_is_read_piece_by_piece(store: Store) -> None:
    data = os.urandom(3_000_001)
    store.put(KEY, data)
    file = store.open(KEY)
    pieces = list(iter(lambda: file.read(65_536), b""))
    file.close()
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= 65_536


def test_all_keys_are_listed_in_order_each_with_what_was_made_from_it(store: Store) -> None:
    for key in (OTHER, f"{KEY}.thumb.webp", KEY):
        store.put(key, b"x")
    assert list(store.all_keys()) == [KEY, f"{KEY}.thumb.webp", OTHER]


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "/etc/passwd", "ab", KEY.upper(), f"{KEY}/x", f"{KEY}\n"])
def test_what_is_no_key_is_refused(store: Store, key: str) -> None:
    for use in (store.open, store.delete, store.has):
        with pytest.raises(ValueError, match="not a key"):
            use(key)
    with pytest.raises(ValueError, match="not a key"):
        store.put(key, b"x")


def test_many_may_put_and_delete_the_same_file_at_once(store: Store) -> None:
    failures: list[BaseException] = []

    def use() -> None:
        try:
            for _ in range(10):
                store.put(KEY, b"a picture")
                with contextlib.suppress(BlobNotFound):
                    assert read_all(store, KEY) == b"a picture"
                store.delete(KEY)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


# --- The folder ------------------------------------------------------------------------------------------------


@pytest.fixture
def local(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "blobs")


def test_files_are_for_the_owner_of_the_process_only(local: LocalStore) -> None:
    local.put(KEY, b"a picture")
    path = local.folder / "ab" / KEY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(local.folder.stat().st_mode) == 0o700


def test_a_file_has_its_name_only_once_it_is_whole(local: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        assert not (local.folder / "ab" / KEY).exists()
        raise OSError("no space left on device")

    (local.folder / "ab").mkdir(parents=True)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreUnavailable, match="no space"):
        local.put(KEY, b"a picture")
    assert list((local.folder / "ab").iterdir()) == []


def test_what_a_crash_has_left_half_written_is_no_key_and_is_removed_a_day_later(local: LocalStore) -> None:
    local.put(KEY, b"a picture")
    left, busy = local.folder / "ab" / ".new-left", local.folder / "ab" / ".new-busy"
    for path in (left, busy):
        path.write_bytes(b"a pic")
    os.utime(left, (0, 0))
    assert list(local.all_keys()) == [KEY]
    local.discard_unfinished()
    assert not left.exists()
    assert busy.exists()
    assert local.has(KEY)


def test_a_folder_that_cannot_be_used_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file")
    local = LocalStore(tmp_path / "blobs")
    with pytest.raises(StoreUnavailable):
        local.put(KEY, b"x")
    with pytest.raises(StoreUnavailable):
        local.open(KEY)


# --- Object storage --------------------------------------------------------------------------------------------


def test_objects_lie_under_the_prefix_of_the_url(s3_url: str, s3_server: str, tmp_path: Path) -> None:
    open_store(s3_url, tmp_path).put(KEY, b"x")
    client = boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1")
    bucket = s3_url.split("/")[2]
    client.put_object(Bucket=bucket, Key="of/minjis-sister/" + KEY, Body=b"not ours")
    assert client.get_object(Bucket=bucket, Key=f"of/minji/ab/{KEY}")["Body"].read() == b"x"
    assert list(open_store(s3_url, tmp_path).all_keys()) == [KEY]


def test_a_bucket_may_be_used_without_a_prefix(s3_url: str, tmp_path: Path) -> None:
    store = open_store("/".join(s3_url.split("/")[:3]), tmp_path)
    store.put(KEY, b"x")
    assert list(store.all_keys()) == [KEY]


def test_storage_that_does_not_answer_is_unavailable(
    s3_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    store = open_store(s3_url, tmp_path)
    for use in (store.has, store.open, store.delete):
        with pytest.raises(StoreUnavailable):
            use(KEY)
    with pytest.raises(StoreUnavailable):
        store.put(KEY, b"x")
    with pytest.raises(StoreUnavailable):
        list(store.all_keys())


def test_a_bucket_that_is_not_there_is_unavailable(s3_url: str, tmp_path: Path) -> None:
    store = open_store("s3://there-is-no-such-bucket/x", tmp_path)
    with pytest.raises(StoreUnavailable):
        store.put(KEY, b"x")
    with pytest.raises(StoreUnavailable):
        store.open(KEY)
    with pytest.raises(StoreUnavailable):
        list(store.all_keys())


def test_a_process_forked_after_the_first_use_is_told_so_and_does_not_hang(
    s3_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(s3_url, tmp_path)
    store.put(KEY, b"x")
    monkeypatch.setattr(s3, "_process", os.getpid() + 1)
    with pytest.raises(StoreUnavailable, match="forked"):
        store.has(KEY)


def test_without_the_extra_a_url_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keepwsgi.config.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"KEEPWSGI_BLOB_URL: needs the client: pip install 'keepwsgi\[s3\]'"):
        load_settings(blob_url="s3://bucket/prefix")
