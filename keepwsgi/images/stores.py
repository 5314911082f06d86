"""Where the bytes of pictures lie: a store puts, opens and deletes files by key, and lists its keys.

A key is a digest, with a suffix where the file was made from the picture of that digest. What is under a key never
changes. This file holds the local store; `s3` is the other one.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Protocol

_KEY: Final = re.compile(r"[0-9a-f]{64}(\.[a-z0-9.]+)?", re.ASCII)
_TEMPORARY: Final = ".new-"
#: The end of keys of what is no picture, and waits to be read by somebody else.
PART: Final = ".part"
#: After so long nobody is still writing a file.
_UNFINISHED_SECONDS: Final = 24 * 60 * 60


class BlobNotFound(LookupError):
    """There is nothing under this key."""


class StoreUnavailable(Exception):
    """The store cannot be reached, read or written for now; the same call may succeed a little later."""


class Readable(Protocol):
    """What `Store.open` gives: read from the beginning of the range on, and closed in the end."""

    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class Store(Protocol):
    """Files by key. All methods raise StoreUnavailable; keys are checked by whoever makes them."""

    def put(self, key: str, data: bytes) -> None:
        """Keep `data`, whole or not at all, lastingly before this returns. What is there already may stay."""

    def open(self, key: str, start: int = 0, stop: int | None = None) -> Readable:
        """Open the bytes from `start` on; beyond `stop` nothing is needed. Raises BlobNotFound."""

    def has(self, key: str) -> bool:
        """Say whether there is something under `key`."""

    def delete(self, key: str) -> None:
        """Remove what is under `key`, if anything is."""

    def all_keys(self) -> Iterator[str]:
        """All keys, in order."""

    def discard_unfinished(self) -> None:
        """Remove what a `put` that was cut short has left behind."""


def open_store(url: str | None, folder: Path) -> Store:
    """The store at `url` (s3://bucket/prefix), by default the one in `folder`. Nothing is opened yet."""
    if url is None:
        return LocalStore(folder)
    from keepwsgi.images.s3 import S3Store

    return S3Store(url)


def read_all(store: Store, key: str) -> bytes:
    """All that is under `key`. Raises BlobNotFound, StoreUnavailable."""
    file = store.open(key)
    try:
        return b"".join(iter(lambda: file.read(1 << 20), b""))
    finally:
        file.close()


def path_of(key: str) -> str:
    """The relative path of a key: two characters of it name a folder. Raises ValueError for what is no key."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a key: {key!r}")
    return f"{key[:2]}/{key}"


def is_key(name: str) -> bool:
    """Say whether a file's name is a key."""
    return _KEY.fullmatch(name) is not None


class LocalStore:
    """A folder: `ab/abcdef…`, for the owner of the process only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, key: str, data: bytes) -> None:
        path = self.folder / path_of(key)
        with _translated():
            if path.exists():
                # Whole, or it would not have this name; but whoever put it may not have come to the folders yet.
                _sync_folder(path.parent)
                _sync_folder(self.folder)
                return
            _make_folders(path.parent)
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=_TEMPORARY)  # mkstemp makes it 0600
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).rename(path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            _sync_folder(path.parent)

    def open(self, key: str, start: int = 0, stop: int | None = None) -> BinaryIO:
        with _translated():
            try:
                file = (self.folder / path_of(key)).open("rb")
            except FileNotFoundError:
                raise BlobNotFound(key) from None
            file.seek(start)
            return file

    def has(self, key: str) -> bool:
        with _translated():
            try:
                (self.folder / path_of(key)).stat()
            except FileNotFoundError:
                return False
            return True

    def delete(self, key: str) -> None:
        with _translated():
            (self.folder / path_of(key)).unlink(missing_ok=True)

    def all_keys(self) -> Iterator[str]:
        with _translated():
            folders = sorted(self.folder.iterdir()) if self.folder.is_dir() else []
        for folder in folders:
            with _translated():
                names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
            yield from (name for name in names if is_key(name))

    def discard_unfinished(self) -> None:
        with _translated():
            for path in self.folder.glob(f"*/{_TEMPORARY}*"):
                with contextlib.suppress(FileNotFoundError):
                    if time.time() - path.stat().st_mtime > _UNFINISHED_SECONDS:
                        path.unlink()


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(str(error)) from error


def _make_folders(folder: Path) -> None:
    """Make the folder and what is missing above it, with mode 0700; their names last as the file's does."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        with contextlib.suppress(FileExistsError):
            each.mkdir(mode=0o700)
        _sync_folder(each.parent)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
