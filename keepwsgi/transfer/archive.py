"""The files of an archive: of several zips, an unpacked folder and loose files, seen as one."""

from __future__ import annotations

import contextlib
import lzma
import os
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Final, NamedTuple
from zipfile import BadZipFile

from keepwsgi.transfer.report import Left

#: The largest JSON or Markdown file that is read. Takeout says everything twice, once as HTML.
TEXT_MOST: Final = 16 * 1024 * 1024


class Unreadable(Exception):
    """The file cannot be read out of its archive: damaged, or packed in a way that is not known."""


class Source(NamedTuple):
    """A file or folder to be read: its name for the report, and where it is."""

    name: str
    where: Path | IO[bytes]


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: `path` is its path in the archive (NFC, with slashes), `shown` what the report calls it."""

    path: str
    shown: str
    size: int
    modified: datetime | None
    open: Callable[[], AbstractContextManager[IO[bytes]]]

    @property
    def folder(self) -> str:
        """The path of its folder, "" at the top."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Its last part."""
        return self.path.rpartition("/")[2]

    @property
    def suffix(self) -> str:
        """What kind of file its name says it is, as `.json`; "" where it does not say."""
        stem, dot, suffix = self.name.rpartition(".")
        return f".{suffix.lower()}" if dot and stem else ""

    def read(self, most: int = TEXT_MOST) -> bytes:
        """All of it, if it has at most `most` bytes; else one byte more. Raises Unreadable."""
        with reading(), self.open() as file:
            return file.read(most + 1)


@dataclass(slots=True)
class Archive:
    """What the sources hold, in the order of their paths, and what of it was refused."""

    entries: list[Entry]
    left: list[Left]


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Have whatever goes wrong in reading a file raise Unreadable."""
    try:
        yield
    except (BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise Unreadable(str(error)) from error


@contextlib.contextmanager
def open_archive(sources: Sequence[Source]) -> Iterator[Archive]:
    """Open sources for the length of the block. One that cannot be read is told of in `left`."""
    from keepwsgi.transfer.zips import is_zip, open_zip

    archive = Archive([], [])
    with contextlib.ExitStack() as stack:
        for source in sources:
            if isinstance(source.where, Path) and source.where.is_dir():
                _add_folder(archive, source.where)
            elif is_zip(source.where):
                stack.enter_context(open_zip(archive, source, alone=len(sources) == 1))
            else:
                archive.entries.append(_loose(source))
        archive.entries.sort(key=lambda entry: (entry.path, entry.shown))
        yield archive


def clean(path: str) -> str:
    """A path as entries have it: slashes, one Unicode form."""
    return unicodedata.normalize("NFC", path.replace("\\", "/"))


def _add_folder(archive: Archive, top: Path) -> None:
    for folder, folders, names in os.walk(top):
        for name in sorted(names + [each for each in folders if (Path(folder) / each).is_symlink()]):
            path = Path(folder) / name
            shown = path.relative_to(top).as_posix()
            if path.is_symlink():
                archive.left.append(Left("link", shown))
            elif path.is_file():
                status = path.stat()
                modified = datetime.fromtimestamp(status.st_mtime, UTC)
                archive.entries.append(Entry(clean(shown), shown, status.st_size, modified, _opener(path)))


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _loose(source: Source) -> Entry:
    where = source.where
    name = clean(source.name).rpartition("/")[2]
    if isinstance(where, Path):
        status = where.stat()
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
        return Entry(name, source.name, status.st_size, modified, _opener(where))
    return Entry(name, source.name, where.seek(0, os.SEEK_END), None, partial(_from_start, where))


@contextlib.contextmanager
def _from_start(file: IO[bytes]) -> Iterator[IO[bytes]]:
    file.seek(0)
    yield file
