"""Alembic without an `alembic.ini`: the migrations are part of the package, and so is how they are run."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.engine import URL, Connection

from keepwsgi.database.engine import migration_engine, sqlite_path
from keepwsgi.database.errors import DatabaseOutdated, DatabaseUnavailable
from keepwsgi.database.models import Base

MIGRATIONS: Final = Path(__file__).with_name("migrations")


class ForeignKeysBroken(Exception):
    """A migration on SQLite left rows that refer to nothing; it has been rolled back."""


@cache
def newest_revision() -> str:
    """Return the name of the revision this release works with."""
    revision = _scripts().get_current_head()
    assert revision is not None, "the package has at least one migration"
    return revision


def read_revision(engine: Engine) -> str | None:
    """Return the revision a database is at, None when it has never been migrated."""
    with engine.connect() as connection:
        return revision_of(connection)


def check_revision(engine: Engine) -> None:
    """Raise DatabaseOutdated unless the database is at the newest revision."""
    revision = read_revision(engine)
    if revision == newest_revision():
        return
    if revision is not None and not is_known(revision):
        raise DatabaseOutdated(f"the database is at revision {revision}, made by a newer release than this one")
    raise DatabaseOutdated(
        f"the database is at revision {revision or 'none'} and this release needs {newest_revision()}: "
        "run `keepwsgi db upgrade`"
    )


def upgrade(url: URL, revision: str = "head") -> None:
    """Migrate the database at `url` up to `revision`, in one transaction.

    Raises DatabaseOutdated when it comes from a newer release, ForeignKeysBroken when rows lost their parents.
    """
    with connection(url) as opened:
        current = revision_of(opened)
        if current is not None and not is_known(current):
            raise DatabaseOutdated(f"the database is at revision {current}, made by a newer release than this one")
        command.upgrade(_config(opened), revision)


def is_known(revision: str) -> bool:
    """Say whether this release knows the revision."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def revision_of(opened: Connection) -> str | None:
    """Return the revision that a connection sees, None where the database has never been migrated."""
    return MigrationContext.configure(opened).get_current_revision()


def move(opened: Connection, revision: str) -> None:
    """Migrate up to `revision`, or back to "base", in the transaction of an open `connection`."""
    step = command.downgrade if revision == "base" else command.upgrade
    step(_config(opened), revision)


def downgrade(url: URL, revision: str) -> None:
    """Migrate the database at `url` back to `revision` ("base" for an empty one), in one transaction."""
    with connection(url) as opened:
        command.downgrade(_config(opened), revision)


def is_modelled(name: str | None, kind: str, parents: object) -> bool:
    """Say whether the mapped classes should know of something in the database, as Alembic asks (`include_name`).

    They cannot: `search_index` is a virtual table on SQLite, with tables of its own, and an index on PostgreSQL.
    """
    return name is None or kind not in ("table", "index") or not name.startswith("search_index")


def write_revision(url: URL, message: str) -> Path:
    """Write a new migration script: what differs between the database at `url` and the imported models.

    Every feature's models must have been imported. Returns the path of the script.
    """
    with connection(url) as opened:
        number = f"{int(newest_revision()) + 1:04}"
        script = command.revision(_config(opened), message, autogenerate=True, rev_id=number)
    assert script is not None
    assert not isinstance(script, list)
    return Path(script.path)


@contextlib.contextmanager
def sqlite_lock(url: URL) -> Iterator[None]:
    """Hold the lock of a SQLite database's migrations, against other processes; make the file if there is none.

    Raises DatabaseUnavailable when its folder cannot be made or written.
    """
    path = sqlite_path(url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DatabaseUnavailable(f"the database cannot be created: {error}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Memos are nobody else's: SQLite gives its journal the mode of the database.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        yield
    except OSError as error:
        raise DatabaseUnavailable(f"the database cannot be created: {error}") from error
    finally:
        os.close(lock)


@contextlib.contextmanager
def connection(url: URL) -> Iterator[Connection]:
    """Open the one transaction of a migration. Raises ForeignKeysBroken, and rolls back, if it leaves orphans."""
    engine = migration_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
            if connection.dialect.name == "sqlite":
                _check_foreign_keys(connection)
    finally:
        engine.dispose()


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise ForeignKeysBroken(f"{len(broken)} rows refer to rows that are not there, in: {tables}")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    # A percent sign in the path is not the beginning of a variable.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["target_metadata"] = Base.metadata
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
