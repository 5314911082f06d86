"""A zip that leaves while it is made: nothing of it is kept but its index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Final, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

#: Zip knows no moment before.
_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2107, 12, 31, tzinfo=UTC)
#: What is sent on at once, in bytes.
_CHUNK: Final = 64 * 1024


class ZipStream:
    """Call `add` for each file and `end` last; both give the next bytes of the zip.

    It has data descriptors and, where it gets that large, the fields of Zip64 (APPNOTE 4.3.9 and 4.3.14).
    """

    def __init__(self) -> None:
        self._sink = _Sink()
        # zipfile finds that the sink cannot be told where to go on, and writes sizes behind the files.
        self._zip = ZipFile(cast("IO[bytes]", self._sink), "w", ZIP_DEFLATED)

    def add(
        self, path: str, pieces: Iterable[bytes], *, modified: datetime, packed: bool = True
    ) -> Iterator[bytes]:
        """Add a file; `packed` is of no use to what is packed already, as pictures are."""
        info = ZipInfo(path, min(max(modified, _EARLIEST), _LATEST).astimezone(UTC).timetuple()[:6])
        info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w") as file:
            for piece in pieces:
                file.write(piece)
                yield from self._sink.take(_CHUNK)
        yield from self._sink.take(_CHUNK)

    def end(self) -> Iterator[bytes]:
        """Give the index."""
        self._zip.close()
        yield from self._sink.take(0)


class _Sink:
    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self._size += len(data)
        return len(data)

    def flush(self) -> None:
        pass

    def take(self, least: int) -> Iterator[bytes]:
        """Give what was written, once there is enough of it."""
        if self._pieces and self._size >= least:
            data, self._pieces, self._size = b"".join(self._pieces), [], 0
            yield data
