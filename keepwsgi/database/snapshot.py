"""One state of the whole database, to be read at leisure while others write."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from sqlalchemy import URL, Connection, NullPool, create_engine

from keepwsgi.database.database import Database


@contextlib.contextmanager
def snapshot(database: Database, folder: Path) -> Iterator[Connection]:
    """Open a connection that reads the state of this moment until the end of the block.

    SQLite is copied into a file in `folder` by its online backup, which needs as much room, and the copy is read:
    the log of the one that is written to need not grow meanwhile. PostgreSQL keeps a snapshot: one transaction,
    REPEATABLE READ and READ ONLY. Raises DatabaseUnavailable, OSError.
    """
    if database.url.get_backend_name() != "sqlite":
        with database.reading() as session:
            yield session.connection()
        return
    with tempfile.TemporaryDirectory(dir=folder, prefix=".keepwsgi-") as private:  # of mode 0700
        path = Path(private) / "snapshot.db"
        with database.reading() as session, contextlib.closing(sqlite3.connect(path)) as copy:
            source = session.connection().connection.driver_connection
            # https://sqlite.org/c3ref/backup_finish.html: in one step, so that no write makes it begin anew.
            cast(sqlite3.Connection, source).backup(copy)
        engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
        with engine.connect() as connection:
            yield connection
