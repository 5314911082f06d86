"""Engines for one URL: how connections are opened, how transactions begin, which errors mean "not now"."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import NullPool, Pool

from keepwsgi.database.errors import DatabaseUnavailable

# How long a migration waits for a lock, in seconds; everything else waits for the migration.
MIGRATION_PATIENCE: Final = 60
# How long a connection waits for its server.
CONNECT_TIMEOUT: Final = 5

# https://sqlite.org/rescode.html: busy, locked, input/output error, full, cannot open, locking protocol.
_PASSING_SQLITE_ERRORS: Final = frozenset({5, 6, 10, 13, 14, 15})
_READ_ONLY: Final = 8


@dataclass(frozen=True, slots=True)
class Engines:
    """Two engines for one database: transactions of `reader` cannot change anything, those of `writer` may."""

    reader: Engine
    writer: Engine


def open_engines(url: URL, patience: float) -> Engines:
    """Return the engines of `url`, waiting `patience` seconds for a lock. Nothing is connected yet."""
    if url.get_backend_name() == "sqlite":
        pragmas = ["foreign_keys = ON"]
        return Engines(
            reader=_sqlite_engine(url, patience, begin="BEGIN", pragmas=[*pragmas, "query_only = ON"]),
            writer=_sqlite_engine(url, patience, begin="BEGIN IMMEDIATE", pragmas=pragmas),
        )
    writer = _server_engine(url, patience)
    # The same pool. One snapshot a transaction, as SQLite gives: what a page shows belongs together.
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(reader=reader, writer=writer)


def migration_engine(url: URL) -> Engine:
    """Return an engine for one migration: on SQLite foreign keys are off, and off before BEGIN.

    Altering a table there means copying it and dropping the old one, which would take the rows that refer to
    it along; inside a transaction the pragma does nothing.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(
            url,
            MIGRATION_PATIENCE,
            begin="BEGIN IMMEDIATE",
            pragmas=["foreign_keys = OFF"],
            poolclass=NullPool,
        )
    return _server_engine(url, MIGRATION_PATIENCE, poolclass=NullPool)


def sqlite_path(url: URL) -> Path:
    """Return the file of a SQLite URL. Raises ValueError when it names none."""
    if not url.database or url.database == ":memory:":
        raise ValueError("a SQLite database needs a file: each connection would have a memory of its own")
    return Path(url.database)


def _sqlite_engine(
    url: URL, patience: float, *, begin: str, pragmas: list[str], poolclass: type[Pool] | None = None
) -> Engine:
    path = sqlite_path(url)
    # mode=rw: a database that went missing is an error, not a fresh empty one.
    uri = f"file:{quote(str(path.absolute()))}?mode=rw"

    def connect() -> sqlite3.Connection:
        # isolation_level None: the driver begins nothing by itself, the "begin" event below does.
        return sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)

    pool = {"poolclass": poolclass} if poolclass else {"pool_size": 8, "max_overflow": -1}
    engine = create_engine(url, creator=connect, hide_parameters=True, **pool)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, record: Any) -> None:
        for pragma in ["journal_mode = WAL", "synchronous = FULL", *pragmas]:
            connection.execute(f"PRAGMA {pragma}")
        record.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def same_file(connection: sqlite3.Connection, record: Any, proxy: Any) -> None:
        # An open file outlives its name: without this, writes after the file was replaced would be lost.
        if record.info["file"] != _identity(path):
            raise DisconnectionError("the database file is gone or is another one")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        waited = connection.get_execution_options().get("patience", patience)
        if waited == patience:
            connection.exec_driver_sql(begin)
            return
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(waited * 1000)}")
        try:
            connection.exec_driver_sql(begin)
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(patience * 1000)}")

    # To a reader "read-only" says that the program is wrong, to a writer that the disk is.
    passing = _PASSING_SQLITE_ERRORS if "query_only = ON" in pragmas else _PASSING_SQLITE_ERRORS | {_READ_ONLY}
    _translate_errors(engine, lambda error: _sqlite_code(error) in passing)
    return engine


def _server_engine(url: URL, patience: float, *, poolclass: type[Pool] | None = None) -> Engine:
    pool: dict[str, Any]
    pool = {"poolclass": poolclass} if poolclass else {"pool_size": 8, "max_overflow": -1, "pool_pre_ping": True}
    arguments = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_TIMEOUT}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True, **pool)

    @event.listens_for(engine, "connect")
    def set_lock_timeout(connection: Any, record: Any) -> None:
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = {round(patience * 1000)}")
        connection.autocommit = False

    # psycopg keeps OperationalError for what is not the program's fault: no connection, no memory, no lock,
    # a server that shuts down, a deadlock.
    _translate_errors(engine, _is_passing_server_error)
    return engine


def _is_passing_server_error(error: BaseException) -> bool:
    # By name: psycopg is an extra, and this module is imported where it is not installed.
    kinds = [f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__]
    return "psycopg.OperationalError" in kinds


def _sqlite_code(error: BaseException) -> int | None:
    return error.sqlite_errorcode & 0xFF if isinstance(error, sqlite3.Error) else None


def _translate_errors(engine: Engine, is_passing: Callable[[BaseException], bool]) -> None:
    @event.listens_for(engine, "handle_error", retval=True)
    def translate(context: ExceptionContext) -> BaseException | None:
        # A failed ping is not an error yet: the pool opens a new connection after it.
        if context.is_pre_ping or not is_passing(context.original_exception):
            return None
        return DatabaseUnavailable(str(context.original_exception).strip())


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
