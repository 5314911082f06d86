"""`Database`: the one door to SQL. Reading and writing are two verbs, and nothing is opened until used."""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, text, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from keepwsgi.database import migrating
from keepwsgi.database.engine import Engines, open_engines, sqlite_path
from keepwsgi.database.errors import DatabaseOutdated, DatabaseUnavailable, UserGone
from keepwsgi.database.models import Tombstone, users


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Write:
    """One open write: what service functions that change something are given.

    `revision` stamps every row the write changes; it is None, as `user_id` is, where no user is written for.
    `now` is the moment the write began, the same for everything in it.
    """

    session: Session
    user_id: int | None
    revision: int | None
    now: datetime

    @property
    def stamp(self) -> int:
        """The revision that marks what this write changes. Only a write for a user has one."""
        assert self.revision is not None, "what has a revision is written for its user"
        return self.revision

    @property
    def owner(self) -> int:
        """The id of the user this write is for."""
        assert self.user_id is not None, "what has an owner is written for its owner"
        return self.user_id

    def tombstone(self, kind: str, object_id: int) -> None:
        """Leave word that something was deleted forever in this write."""
        self.session.add(
            Tombstone(
                user_id=self.owner,
                kind=kind,
                object_id=object_id,
                revision=self.stamp,
                deleted_at=self.now,
            )
        )

    def lock(self, name: str) -> None:
        """Wait until no other write holds `name`, then hold it until this write ends.

        For rules over rows that are not there yet. On SQLite there is only one write at a time anyway.
        """
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.execute(_ADVISORY_LOCK, {"name": name})


class Database:
    """A database by its URL, shared by all threads of a process and safe over a fork.

    A SQLite file is created and migrated at first use. Any other database must have been migrated by
    `upgrade()`, else using it raises DatabaseOutdated. All methods raise DatabaseUnavailable while it is locked
    or out of reach, and work again when it is back. A lock is waited for `patience` seconds.
    """

    def __init__(self, url: str, *, patience: float = 5, clock: Callable[[], datetime] = _utc_now) -> None:
        self._patience = patience
        self._clock = clock
        self.url: URL = make_url(url)
        self._is_sqlite = self.url.get_backend_name() == "sqlite"
        if self._is_sqlite:
            sqlite_path(self.url)
        self._lock = threading.Lock()
        self._write_turn = threading.Lock()
        self._engines: Engines | None = None
        self._left_to_parent: list[Engines] = []
        this = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _forget_connections(this))

    def __repr__(self) -> str:
        return f"Database({self.url.render_as_string(hide_password=True)!r})"

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that sees one state of the database and cannot change it."""
        with self.open_reading() as session:
            yield session

    def open_reading(self) -> Session:
        """Return a session as `reading` gives, for the caller to close. It connects at its first statement."""
        return Session(self._open().reader, autoflush=False)

    @contextlib.contextmanager
    def writing(self, user_id: int | None, *, patience: float | None = None) -> Iterator[Write]:
        """Open the one write of a request: committed at the end of the block, rolled back if it raises.

        Writes for one user come one after another (on SQLite all writes do), so what is read in the block is
        not changed by anybody else before it ends. The user's revision has been advanced when the block
        begins. With None (registration, failed sign-ins) nothing is advanced.
        `patience` is how many seconds to wait for other writes on SQLite, where that is less than usual.
        Raises UserGone when there is no such user.
        """
        patience = self._patience if patience is None else patience
        with (
            self._turn(patience),
            Session(self._writer(patience), expire_on_commit=False) as session,
            session.begin(),
        ):
            revision = None if user_id is None else _advance(session, user_id)
            yield Write(session, user_id, revision, self._clock())

    def now(self) -> datetime:
        """The moment that a write beginning now would have."""
        return self._clock()

    def upgrade(self) -> None:
        """Migrate to the newest revision, creating a SQLite file that is not there."""
        if self._is_sqlite:
            with migrating.sqlite_lock(self.url):
                migrating.upgrade(self.url)
        else:
            migrating.upgrade(self.url)

    def current(self) -> str | None:
        """Return the revision the database is at; None for one that is empty or, on SQLite, not there yet."""
        if self._is_sqlite and not sqlite_path(self.url).exists():
            return None
        engines = open_engines(self.url, self._patience)
        try:
            return migrating.read_revision(engines.reader)
        finally:
            engines.writer.dispose()
            engines.reader.dispose()

    def revision(self, message: str) -> Path:
        """Write a migration script from what differs between the imported models and this database."""
        return migrating.write_revision(self.url, message)

    def ping(self) -> None:
        """Run the smallest statement there is; raises as everything else does when the database is away."""
        with self.reading() as session:
            session.execute(_PING)

    def dispose(self) -> None:
        """Close the connections that are not in use. The next use opens new ones."""
        with self._lock:
            engines, self._engines = self._engines, None
        if engines is not None:
            engines.reader.dispose()
            engines.writer.dispose()

    @contextlib.contextmanager
    def _turn(self, patience: float) -> Iterator[None]:
        """Wait for this process's other writes: SQLite's own waiting is a lottery, which some lose for seconds."""
        if not self._is_sqlite:
            yield
            return
        if not self._write_turn.acquire(timeout=patience):
            raise DatabaseUnavailable("database is locked")
        try:
            yield
        finally:
            self._write_turn.release()

    def _writer(self, patience: float) -> Engine:
        """Return the engine of writes; other processes' are waited for as this one's are."""
        writer = self._open().writer
        return writer if patience == self._patience else writer.execution_options(patience=patience)

    def _open(self) -> Engines:
        """Return the engines, after the first use has made sure of the tables."""
        engines = self._engines
        if engines is not None:
            return engines
        if not self._lock.acquire(timeout=self._patience):
            raise DatabaseUnavailable("the database is still being opened")
        try:
            if self._engines is None:
                opened = open_engines(self.url, self._patience)
                try:
                    self._prepare(opened)
                except BaseException:
                    opened.reader.dispose()
                    opened.writer.dispose()
                    raise
                self._engines = opened
            return self._engines
        finally:
            self._lock.release()

    def _prepare(self, engines: Engines) -> None:
        if not self._is_sqlite:
            migrating.check_revision(engines.reader)
            return
        with migrating.sqlite_lock(self.url):
            with contextlib.suppress(DatabaseOutdated):
                migrating.check_revision(engines.reader)
                return
            migrating.upgrade(self.url)

    def _after_fork(self) -> None:
        # The connections belong to the parent: closing them here would close them there. Kept, so that
        # nothing collects them, and never used. The lock may have been held by a thread that is not here.
        self._lock = threading.Lock()
        self._write_turn = threading.Lock()
        if self._engines is not None:
            self._left_to_parent.append(self._engines)
            self._engines = None


_ADVISORY_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_PING = text("SELECT 1")
_ADVANCE = update(users).values(revision=users.c.revision + 1).returning(users.c.revision)


def _advance(session: Session, user_id: int) -> int:
    # On PostgreSQL the UPDATE also locks the user's row until the write ends.
    revision = session.execute(_ADVANCE.where(users.c.id == user_id)).scalar_one_or_none()
    if revision is None:
        raise UserGone(user_id)
    return int(revision)


def _forget_connections(reference: weakref.ref[Database]) -> None:
    database = reference()
    if database is not None:
        database._after_fork()
