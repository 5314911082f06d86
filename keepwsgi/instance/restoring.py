"""The restore: a backup put into an empty instance, on whichever engine, all of it or nothing.

The pictures go first, as they do when they are added. The tables are made at the backup's revision, filled, and
migrated to this release's, in one transaction.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, exists, insert, inspect, select, text, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from keepwsgi.accounts.models import UserRow
from keepwsgi.database import Database, migrating
from keepwsgi.database.leases import LeaseRow
from keepwsgi.images.stores import Store, StoreUnavailable, read_all
from keepwsgi.instance import purging
from keepwsgi.instance.backup_file import Backup, BadBackup, open_backup
from keepwsgi.instance.manifest import InstanceError, Manifest, Progress, table_path
from keepwsgi.instance.tables import BadRow, names_now, row_of, set_sequences, tables_of

_AT_ONCE: Final = 500
#: More writes than a user makes between a backup and its restore.
LEAP: Final = 1_000_000
#: How long old trash stays after a restore, which may have been done for its sake.
TRASH_SPARED: Final = timedelta(days=1)


def restore(database: Database, store: Store, path: Path, *, progress: Progress | None = None) -> Manifest:
    """Put a backup into an instance that has no account; return what it says of itself.

    Rows and pictures are those of the backup, but for each user's counters (see `_begin_anew`) and the leases.
    `progress` is told of pictures. Raises InstanceError, and then nothing has changed; DatabaseUnavailable,
    DatabaseOutdated, StoreUnavailable.
    """
    with open_backup(path) as backup:
        if not migrating.is_known(backup.manifest.revision):
            raise BadBackup(f"it is of revision {backup.manifest.revision}, made by a newer release than this one")
        with contextlib.ExitStack() as stack:
            if database.url.get_backend_name() == "sqlite":
                stack.enter_context(migrating.sqlite_lock(database.url))
            with _translated(), migrating.connection(database.url) as connection:
                _refuse_unless_empty(connection)
            with (
                _translated(),
                _putting(store, backup, progress),
                migrating.connection(database.url) as connection,
            ):
                _refuse_unless_empty(connection)
                _fill(connection, backup)
                set_sequences(connection, backup.manifest.sequences)
                _begin_anew(connection, database)
        return backup.manifest


def _refuse_unless_empty(connection: Connection) -> None:
    """Raise InstanceError where there are accounts, or tables of something else; none can be made any more."""
    revision = migrating.revision_of(connection)
    if revision is None:
        if same := names_now().intersection(inspect(connection).get_table_names()):
            raise InstanceError(f"the database has tables that are not keepwsgi's: {', '.join(sorted(same))}")
        return
    if not migrating.is_known(revision):
        raise InstanceError(f"the database is at revision {revision}, made by a newer release than this one")
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE users IN ACCESS EXCLUSIVE MODE"))
    if connection.execute(select(exists().where(UserRow.id.is_not(None)))).scalar_one():
        raise InstanceError("the instance has accounts already; a backup is restored into an empty one")


@contextlib.contextmanager
def _putting(store: Store, backup: Backup, progress: Progress | None) -> Iterator[None]:
    """Have all pictures in the store for a block; where it raises, those that were not there before go again."""
    put: list[str] = []
    try:
        digests = backup.digests()
        for number, digest in enumerate(digests, 1):
            if not _is_whole(store, digest):
                put.append(digest)
                store.put(digest, backup.picture(digest))
            if progress is not None:
                progress(number, len(digests))
        yield
    except BaseException:
        with contextlib.suppress(StoreUnavailable):
            for digest in put:
                store.delete(digest)
        raise


def _is_whole(store: Store, digest: str) -> bool:
    """Whether the picture is there; one that is damaged is removed, for what is there is not replaced."""
    if not store.has(digest):
        return False
    if hashlib.sha256(read_all(store, digest)).hexdigest() == digest:
        return True
    store.delete(digest)
    return False


def _fill(connection: Connection, backup: Backup) -> None:
    """Make the tables of the backup's revision, fill them, and migrate them to this release's."""
    if migrating.revision_of(connection) is not None:
        migrating.move(connection, "base")
    others = set(inspect(connection).get_table_names())
    migrating.move(connection, backup.manifest.revision)
    others.add("alembic_version")
    names = {name for name in inspect(connection).get_table_names() if migrating.is_modelled(name, "table", None)}
    if backup.manifest.tables.keys() != names - others:
        raise BadBackup(f"its tables are not those of revision {backup.manifest.revision}")
    for table in tables_of(connection, backup.manifest.tables):
        rows = _rows(table, backup)
        while batch := list(islice(rows, _AT_ONCE)):
            connection.execute(insert(table), batch)
    migrating.move(connection, "head")


def _rows(table: Table, backup: Backup) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(backup.lines(table.name), 1):
        try:
            yield row_of(table, line)
        except BadRow as error:
            raise BadBackup(f"{table_path(table.name)}, line {number} {error}") from error


def _begin_anew(connection: Connection, database: Database) -> None:
    """See to it that nothing given out since the backup means something else now.

    Every session ends, also one that had been ended since. Revisions leap over those that pages and programs may
    still know, and who follows the change feed begins anew.
    """
    values = {
        "epoch": UserRow.epoch + LEAP,
        "revision": UserRow.revision + LEAP,
        "feed_epoch": secrets.token_hex(8),
    }
    connection.execute(update(UserRow).values(values))
    connection.execute(delete(LeaseRow))
    connection.execute(insert(LeaseRow).values(name=purging.NAME, until=database.now() + TRASH_SPARED))


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except migrating.ForeignKeysBroken as error:
        raise BadBackup(str(error)) from error
    except (IntegrityError, DataError) as error:
        # Whoever forged the sums may have put any rows.
        raise BadBackup(f"its rows do not fit into the tables: {error.orig}") from error
    except DBAPIError as error:
        raise InstanceError(f"the database does not let itself be filled: {error.orig}") from error
