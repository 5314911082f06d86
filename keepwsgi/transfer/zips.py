"""Zips from outside: what is refused before a byte of it is unpacked, and names put right.

A zip says of itself how large each file is, and `zipfile` never gives more than that; so what is declared can be
counted. The index of the zip is read into memory by `zipfile`, so its size is looked at first.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from keepwsgi.transfer.archive import Archive, Entry, Source, clean, reading
from keepwsgi.transfer.report import Left, Reason

#: The index of a zip: a hundred thousand files, more than Takeout puts into one part.
INDEX_MOST: Final = 16 * 1024 * 1024
#: A file this many times as large as it is packed is made to be so; small ones may be, they are only text.
RATIO_MOST: Final = 200
RATIO_FROM: Final = 1024 * 1024
#: All files together, in the same way.
TOTAL_RATIO_MOST: Final = 20
TOTAL_FROM: Final = 256 * 1024 * 1024

_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_END: Final = b"PK\x05\x06"
_END64: Final = b"PK\x06\x06"
_UTF8: Final = 0x800
_ENCRYPTED: Final = 0x1


def is_zip(where: Path | IO[bytes]) -> bool:
    """Whether a file begins as a zip does."""
    with contextlib.suppress(OSError), _opened(where) as file:
        return file.read(4) in _MAGIC
    return False


@contextlib.contextmanager
def open_zip(archive: Archive, source: Source, *, alone: bool) -> Iterator[None]:
    """Add the files of a zip to an archive, to be read within the block; what is refused, to its `left`."""
    with contextlib.ExitStack() as stack:
        try:
            with reading():
                file = stack.enter_context(_opened(source.where))
                packed = file.seek(0, os.SEEK_END)
                if index_size(file) > INDEX_MOST:
                    raise BadZipFile("its index is too large")
                opened = stack.enter_context(ZipFile(file))
                infos = [info for info in opened.infolist() if not info.is_dir()]
        except Exception:  # whatever a file made to confuse gets out of zipfile
            archive.left.append(Left("damaged", source.name))
            yield
            return
        declared = sum(info.file_size for info in infos)
        # Entries that share their bytes are a bomb of another kind.
        overlapping = sum(info.compress_size for info in infos) > packed
        if overlapping or declared > packed * TOTAL_RATIO_MOST + TOTAL_FROM:
            archive.left.append(Left("bomb", source.name))
            yield
            return
        for info in infos:
            path = name_of(info)
            shown = path if alone else f"{source.name}: {path}"
            reason = refusal(info, path)
            if reason is None:
                archive.entries.append(
                    Entry(clean(path), shown, info.file_size, _modified(info), partial(opened.open, info))
                )
            else:
                archive.left.append(Left(reason, shown))
        yield


def refusal(info: ZipInfo, path: str) -> Reason | None:
    """Why an entry is not read at all, if there is a reason."""
    parts = clean(path).split("/")
    if ".." in parts or parts[0] == "" or parts[0].endswith(":") or "\0" in path:
        return "unsafe"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "link"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    if info.file_size > RATIO_FROM and info.file_size > info.compress_size * RATIO_MOST:
        return "bomb"
    return None


def name_of(info: ZipInfo) -> str:
    """The path of an entry as it was meant: many zips have UTF-8 in them without saying so."""
    name = info.orig_filename if "\0" in info.orig_filename else info.filename
    if info.flag_bits & _UTF8:
        return name
    with contextlib.suppress(UnicodeError):
        return name.encode("cp437").decode("utf-8")
    return name


def index_size(file: IO[bytes]) -> int:
    """The bytes of a zip's index, from the record at its end (APPNOTE 4.3.14 and 4.3.16). Raises BadZipFile."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - 22 - 0xFFFF - 20 - 56)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        raise BadZipFile("it has no end")
    index: int
    (index,) = struct.unpack_from("<L", tail, at + 12)
    # Where there is a record of 64 bits, zipfile believes that one whatever the other says.
    at64 = at - 20 - 56
    if at64 >= 0 and tail.startswith(_END64, at64):
        (index,) = struct.unpack_from("<Q", tail, at64 + 40)
    return index


def _modified(info: ZipInfo) -> datetime | None:
    with contextlib.suppress(ValueError):
        return datetime(*info.date_time, tzinfo=UTC)
    return None


@contextlib.contextmanager
def _opened(where: Path | IO[bytes]) -> Iterator[IO[bytes]]:
    if isinstance(where, Path):
        with where.open("rb") as file:
            yield file
    else:
        where.seek(0)
        yield where
