"""The store in S3-compatible object storage, through obstore: the `s3` extra.

Credentials, region and endpoint come from the usual AWS_* environment variables.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from keepwsgi.images.stores import BlobNotFound, Readable, StoreUnavailable, is_key, path_of

if TYPE_CHECKING:
    from obstore.store import S3Store as Bucket

_CHUNK: Final = 256 * 1024
_CONNECTING: Final = timedelta(seconds=5)
#: For a whole answer: a large picture on a slow line takes its time.
_ANSWERING: Final = timedelta(seconds=60)
_RETRYING: Final = timedelta(seconds=10)


# The process in which obstore has started its threads, of which there is one set for all stores.
_process: int | None = None


class S3Store:
    """Objects `prefix/ab/abcdef…` of a bucket. Nothing is opened before the first use.

    Servers that fork do so before their first request; a process forked later than that cannot use the store.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._bucket_name = parts.netloc
        self._prefix = parts.path.strip("/")
        self._lock = threading.Lock()
        self._opened: Bucket | None = None

    def put(self, key: str, data: bytes) -> None:
        import obstore

        with _translated():
            # One request, so that nothing half sent stays behind in the bucket.
            obstore.put(self._bucket(), path_of(key), data, use_multipart=False)

    def open(self, key: str, start: int = 0, stop: int | None = None) -> Readable:
        import obstore

        with _found(key):
            if start == 0 and stop is None:
                found = obstore.get(self._bucket(), path_of(key))
            elif stop is None:
                found = obstore.get(self._bucket(), path_of(key), options={"range": {"offset": start}})
            else:
                found = obstore.get(self._bucket(), path_of(key), options={"range": (start, stop)})
            return _Stream(iter(found.stream(min_chunk_size=_CHUNK)))

    def has(self, key: str) -> bool:
        import obstore

        try:
            with _found(key):
                obstore.head(self._bucket(), path_of(key))
        except BlobNotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        import obstore

        with contextlib.suppress(BlobNotFound), _found(key):
            obstore.delete(self._bucket(), path_of(key))

    def all_keys(self) -> Iterator[str]:
        import obstore

        with _translated():
            pages = obstore.list(self._bucket(), chunk_size=1000)
        while True:
            with _translated():
                page = next(pages, None)
            if page is None:
                return
            names = (entry["path"].rpartition("/")[2] for entry in page)
            yield from (name for name in names if is_key(name))

    def discard_unfinished(self) -> None:
        pass  # an object is there once its one request has ended, or not at all

    def _bucket(self) -> Bucket:
        """The connection, made at first use. Raises StoreUnavailable in a process forked after that."""
        global _process
        if _process not in (None, os.getpid()):
            # Its threads stayed behind with the parent: a call would wait for them for ever.
            raise StoreUnavailable("object storage was used before this process was forked; fork first")
        with self._lock:
            if self._opened is None:
                _process = os.getpid()
                self._opened = self._open()
            return self._opened

    def _open(self) -> Bucket:
        from obstore.store import S3Store as Bucket

        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL", "")
        return Bucket(
            self._bucket_name,
            prefix=self._prefix or None,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": _CONNECTING,
                "timeout": _ANSWERING,
            },
            retry_config={"max_retries": 2, "retry_timeout": _RETRYING},
        )


class _Stream:
    """The body of an answer, read piece by piece as it arrives."""

    def __init__(self, chunks: Iterator[object]) -> None:
        self._chunks: Iterator[object] | None = chunks
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        if not self._rest and self._chunks is not None:
            with _translated():
                chunk = next(self._chunks, b"")
            self._rest = bytes(chunk)  # type: ignore[call-overload]
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def close(self) -> None:
        self._chunks = None


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, OSError) as error:
        raise StoreUnavailable(str(error)) from error


@contextlib.contextmanager
def _found(key: str) -> Iterator[None]:
    """As `_translated`, for what may be missing while the bucket is there."""
    with _translated():
        try:
            yield
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise
            raise BlobNotFound(key) from None
