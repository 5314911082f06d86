"""A backup that is read: its checksums first, all of them, before anything else is believed of it.

They tell damage, not forgery: who can write a backup can write its sums. Therefore no path of it ever becomes a
path on the disk, nothing is read into memory that may be of any size, and a row is only what its table takes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pydantic import ValidationError

from keepwsgi.instance.manifest import MANIFEST, SUMS, InstanceError, Manifest, picture_path, table_path
from keepwsgi.transfer.zips import index_size

_PATHS: Final = re.compile(
    r"(tables/[a-z_]+\.jsonl|pictures/([0-9a-f]{2})/\2[0-9a-f]{62}|SHA256SUMS|manifest\.json)"
)
_SUM: Final = re.compile(rb"([0-9a-f]{64})  ([!-~]+)\n")
_ENCRYPTED: Final = 0x1
_CHUNK: Final = 256 * 1024
#: The longest row; a memo is a hundredth of it.
LINE_MOST: Final = 64 * 1024 * 1024
#: The index of the zip, which is read into memory: that of a million pictures.
INDEX_MOST: Final = 128 * 1024 * 1024
MANIFEST_MOST: Final = 16 * 1024 * 1024


class BadBackup(InstanceError):
    """The file is not a backup, or is damaged, or was made by a newer release."""


@dataclass(frozen=True, slots=True)
class Backup:
    """An open backup, whose sums are right."""

    manifest: Manifest
    archive: ZipFile

    def lines(self, table: str) -> Iterator[bytes]:
        """The rows of a table. Raises BadBackup."""
        with _reading(), self.archive.open(table_path(table)) as file:
            while line := file.readline(LINE_MOST):
                if not line.endswith(b"\n"):
                    raise BadBackup(f"{table_path(table)} has a row without an end, or one that is too long")
                yield line

    def digests(self) -> list[str]:
        """The pictures in it."""
        return [name.rpartition("/")[2] for name in self.archive.namelist() if name.startswith("pictures/")]

    def picture(self, digest: str) -> bytes:
        """The bytes of a picture. Raises BadBackup."""
        with _reading():
            return self.archive.read(picture_path(digest))


@contextlib.contextmanager
def open_backup(where: Path | IO[bytes]) -> Iterator[Backup]:
    """Open a backup for the length of the block and verify all of it before. Raises BadBackup."""
    with contextlib.ExitStack() as stack:
        with _reading():
            file = stack.enter_context(where.open("rb")) if isinstance(where, Path) else where
            size = file.seek(0, os.SEEK_END)
            if index_size(file) > INDEX_MOST:
                raise BadBackup("its index is too large")
            archive = stack.enter_context(ZipFile(file))
            infos = archive.infolist()
            _check_index(infos, size)
            manifest = _manifest(archive)
            _check_sums(archive, manifest)
        yield Backup(manifest, archive)


def _check_index(infos: list[ZipInfo], size: int) -> None:
    names = {info.filename for info in infos}
    if len(names) < len(infos) or not {MANIFEST, SUMS} <= names:
        raise BadBackup("it is a zip, but no backup of keepwsgi")
    for info in infos:
        # As it stands in the zip: `filename` ends at a NUL.
        if not _PATHS.fullmatch(info.orig_filename):
            raise BadBackup(f"{info.orig_filename!r} is no file of a backup")
        if info.flag_bits & _ENCRYPTED or stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            raise BadBackup(f"{info.filename} is no plain file")
        is_picture = info.filename.startswith("pictures/")
        if info.compress_type not in ((ZIP_STORED,) if is_picture else (ZIP_STORED, ZIP_DEFLATED)):
            raise BadBackup(f"{info.filename} is packed in a way that no backup is")
        if info.compress_type == ZIP_STORED and info.file_size != info.compress_size:
            raise BadBackup(f"{info.filename} has two sizes")
    if sum(info.compress_size for info in infos) > size:
        raise BadBackup("it says that it holds more than it does")


def _manifest(archive: ZipFile) -> Manifest:
    if archive.getinfo(MANIFEST).file_size > MANIFEST_MOST:
        raise BadBackup(f"{MANIFEST} is too large")
    text = archive.read(MANIFEST)
    try:
        return Manifest.model_validate_json(text, strict=True)
    except ValidationError as error:
        wrong = {detail["loc"][0] for detail in error.errors() if detail["loc"]}
        if "version" in wrong:
            raise BadBackup("it was made by a newer release than this one") from None
        raise BadBackup(f"{MANIFEST} is not one: {', '.join(map(str, sorted(wrong, key=str)))}") from None


def _check_sums(archive: ZipFile, manifest: Manifest) -> None:
    """Read every file and compare it with its sum, every picture with its name, and counts with the manifest's."""
    left = set(archive.namelist()) - {MANIFEST, SUMS}
    if _digest(archive, SUMS) != (manifest.sums, None):
        raise BadBackup(f"{SUMS} is not as it was written")
    pictures = 0
    with archive.open(SUMS) as sums:
        for line in iter(lambda: sums.readline(200), b""):
            match = _SUM.fullmatch(line)
            name = match[2].decode() if match else ""
            if match is None or name not in left:
                raise BadBackup(f"{SUMS} names what is not there")
            left.remove(name)
            sum_, lines = _digest(archive, name, count=name.startswith("tables/"))
            if sum_ != match[1].decode():
                raise BadBackup(f"{name} is not as it was written")
            if lines is None:
                pictures += 1
                if name != picture_path(sum_):
                    raise BadBackup(f"{name} is another picture")
            elif manifest.tables.get(name.removeprefix("tables/").removesuffix(".jsonl")) != lines:
                raise BadBackup(f"{name} has {lines} rows, which is not what {MANIFEST} says")
    tables = sum(name.startswith("tables/") for name in archive.namelist())
    if left or pictures != manifest.pictures or tables != len(manifest.tables):
        raise BadBackup(f"{MANIFEST} and what is there are not the same")


def _digest(archive: ZipFile, name: str, *, count: bool = False) -> tuple[str, int | None]:
    """The SHA-256 of a file, and the number of its lines if that is asked for."""
    sum_, lines = hashlib.sha256(), 0
    with archive.open(name) as file:
        while data := file.read(_CHUNK):
            sum_.update(data)
            lines += data.count(b"\n")
    return sum_.hexdigest(), lines if count else None


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """Have whatever zipfile makes of a damaged file, or of one made to confuse it, raise BadBackup."""
    try:
        yield
    except InstanceError:
        raise
    except FileNotFoundError as error:
        raise BadBackup(f"there is no file {error.filename}") from error
    except (
        *(BadZipFile, zlib.error, EOFError, OSError, struct.error, RuntimeError, NotImplementedError),
        *(ValueError, KeyError, OverflowError),
    ) as error:
        raise BadBackup(f"it is no backup of keepwsgi, or damaged: {error}") from error
