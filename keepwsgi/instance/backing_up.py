"""The backup: one state of all tables, and every picture that a row of it names, in one file.

The pictures are copied after the rows, while others go on writing. All that a row of this state names is still in
the store then: as long as the backup holds a lease on the store, nothing is removed from it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import Connection, distinct, func, select

from keepwsgi.accounts.service import has_users
from keepwsgi.database import Database, leases, migrating
from keepwsgi.database.snapshot import snapshot
from keepwsgi.images import service as images
from keepwsgi.images.models import ImageRow
from keepwsgi.images.stores import BlobNotFound, Store, read_all
from keepwsgi.instance.backup_file import open_backup
from keepwsgi.instance.manifest import MANIFEST, SUMS, InstanceError, Manifest, Progress, picture_path, table_path
from keepwsgi.instance.tables import lines_of, names_now, sequences_of, tables_of

#: How long the store is kept as it is after the last word of a backup that has died.
LEASE: Final = timedelta(minutes=5)
BEAT_SECONDS: Final = 20.0


def back_up(
    database: Database,
    store: Store,
    path: Path,
    *,
    release: str,
    replace: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Write a backup to `path`, read it again and compare its checksums; only then does it have this name.

    Nobody but its owner may read it. A file that is there is replaced only with `replace`. `release` is written
    into it; `progress` is told of pictures. Returns what the file says of itself. Raises InstanceError,
    DatabaseUnavailable, DatabaseOutdated, StoreUnavailable; then nothing is written.
    """
    path = path.absolute()
    if path.is_dir() or (path.exists() and not replace):
        raise InstanceError(f"{path} is there already; --force replaces it")
    with database.reading() as session:
        if not has_users(session):
            # Most likely another folder than was meant; a good backup may be what it would replace.
            raise InstanceError("there is no account in this instance, so nothing to back up")
    with _translated(), _new_file(path) as file:
        beat = _Beat(database)
        with snapshot(database, path.parent) as connection, ZipFile(file, "w", ZIP_DEFLATED) as archive:
            writer = _Writer(archive, database.now())
            counts = {}
            for table in tables_of(connection, names_now()):
                counts[table.name] = 0
                for lines in writer.adding(table_path(table.name), lines_of(connection, table)):
                    counts[table.name] += len(lines)
                    beat()
            total, missing = _count(connection), []
            for number, digest in enumerate(_digests(connection), 1):
                beat()
                data = _picture(store, digest)
                if data is None:
                    missing.append(digest)
                else:
                    writer.add(picture_path(digest), data, packed=False)
                if progress is not None:
                    progress(number, total)
            manifest = Manifest(
                keepwsgi=release,
                revision=migrating.newest_revision(),
                engine=connection.dialect.name,
                taken_at=writer.now,
                tables=counts,
                sequences=sequences_of(connection),
                pictures=total - len(missing),
                missing=missing,
                sums=writer.add_sums(),
            )
            writer.add(MANIFEST, manifest.model_dump_json(indent=2).encode() + b"\n")
            beat(now=True)
        file.flush()
        os.fsync(file.fileno())
        with open_backup(file) as backup:
            return backup.manifest


def _count(connection: Connection) -> int:
    return connection.execute(select(func.count(distinct(ImageRow.digest)))).scalar_one()


def _digests(connection: Connection) -> Iterator[str]:
    statement = select(ImageRow.digest).distinct().order_by(ImageRow.digest)
    yield from connection.execution_options(yield_per=500).scalars(statement)


def _picture(store: Store, digest: str) -> bytes | None:
    """The bytes of a picture; None where they are missing or are others than they were."""
    try:
        data = read_all(store, digest)
    except BlobNotFound:
        return None
    return data if hashlib.sha256(data).hexdigest() == digest else None


class _Writer:
    """Writes files into a zip and takes their sums."""

    def __init__(self, archive: ZipFile, now: datetime) -> None:
        self.now = now
        self._archive = archive
        self._sums: list[str] = []

    def adding(self, path: str, batches: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
        """Add a file of lines; each batch is given on when it is written."""
        sum_ = hashlib.sha256()
        # It may become larger than 4 GiB, which the zip must know at the beginning.
        with self._archive.open(self._info(path), "w", force_zip64=True) as file:
            for lines in batches:
                data = b"".join(lines)
                sum_.update(data)
                file.write(data)
                yield lines
        self._sums.append(f"{sum_.hexdigest()}  {path}\n")

    def add(self, path: str, data: bytes, *, packed: bool = True) -> None:
        """Add a file; `packed` is of no use to what is packed already, as pictures are."""
        info = self._info(path)
        info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        self._archive.writestr(info, data)
        self._sums.append(f"{hashlib.sha256(data).hexdigest()}  {path}\n")

    def add_sums(self) -> str:
        """Add the sums of what was added so far, and return their own."""
        data = "".join(self._sums).encode()
        self.add(SUMS, data)
        return hashlib.sha256(data).hexdigest()

    def _info(self, path: str) -> ZipInfo:
        info = ZipInfo(path, self.now.astimezone(UTC).timetuple()[:6])
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info


class _Beat:
    """The hold on the store: nothing is removed from it. Begun before the snapshot is taken."""

    def __init__(self, database: Database) -> None:
        leases.renew(database, images.KEPT, LEASE)
        self._database = database
        self._last = time.monotonic()

    def __call__(self, *, now: bool = False) -> None:
        """Renew the lease now and then. Raises InstanceError where it had ended."""
        if now or time.monotonic() - self._last >= BEAT_SECONDS:
            if not leases.renew(self._database, images.KEPT, LEASE):
                raise InstanceError("it was held up for so long that pictures may be gone meanwhile; run it again")
            self._last = time.monotonic()


@contextlib.contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path`, for its owner only, which gets this name when the block ends well."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp makes it 0600
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InstanceError(f"the backup cannot be written: {error}") from error
