"""Work that outlives the request that ordered it: a row, which one worker at a time holds by a lease.

A worker renews its lease while it works. One that dies does not, and any other process may go on with the job;
what the first one may still do then is undone, for it must hold the lease in every write of its own.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ForeignKey, Index, Row, Text, case, delete, false, insert, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from keepwsgi.database.database import Database, Write
from keepwsgi.database.models import Base
from keepwsgi.database.types import BigId, UtcDateTime

#: `preparing` is not yet to be worked at: who makes it ready holds the lease.
State = Literal["preparing", "waiting", "running", "done", "failed", "cancelled"]
UNFINISHED: Final[tuple[State, ...]] = ("preparing", "waiting", "running")

#: How long a worker may be silent before it counts as dead.
LEASE: Final = timedelta(seconds=60)
#: A job that has taken down so many workers is not tried again.
ATTEMPTS_MOST: Final = 5


class JobLost(Exception):
    """Another worker has the job by now, or it is gone: nothing of it may be written any more."""


class JobCancelled(Exception):
    """Whoever ordered the job does not want it any more."""


class JobRow(Base):
    """A job. `input` and `result` are JSON, of which only those know who add the job and work at it."""

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "user_id", "kind"), Index(None, "state"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    input: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text, default="null", server_default="null")
    stage: Mapped[str] = mapped_column(Text, default="", server_default="")
    done: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    total: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    is_cancelled: Mapped[bool] = mapped_column(default=False, server_default=false())
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    worker: Mapped[str | None] = mapped_column(Text)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was read: `done` of `total` in this stage, 0 while it is not known how much there is to do."""

    id: int
    user_id: int
    kind: str
    state: State
    input: Any
    result: Any
    stage: str
    done: int
    total: int
    is_cancelled: bool
    attempts: int
    leased_until: datetime | None
    ended_at: datetime | None

    def is_unfinished(self, now: datetime) -> bool:
        """Whether somebody works at it, or will; not if whoever made it ready is dead."""
        is_dead = self.leased_until is None or self.leased_until < now
        return self.state in UNFINISHED and not (self.state == "preparing" and is_dead)

    def may_be_taken(self, now: datetime) -> bool:
        """Whether it waits for a worker, as it does too when the one it had is dead."""
        return self.state in ("waiting", "running") and (self.leased_until is None or self.leased_until < now)


_COLUMNS: Final[tuple[Any, ...]] = (
    *(JobRow.id, JobRow.user_id, JobRow.kind, JobRow.state, JobRow.input, JobRow.result, JobRow.stage),
    *(JobRow.done, JobRow.total, JobRow.is_cancelled, JobRow.attempts, JobRow.leased_until, JobRow.ended_at),
)


def latest(session: Session, user_id: int, kind: str) -> Job | None:
    """The user's last job of a kind, finished or not."""
    mine = (JobRow.user_id == user_id, JobRow.kind == kind)
    row = session.execute(select(*_COLUMNS).where(*mine).order_by(JobRow.id.desc()).limit(1)).one_or_none()
    return None if row is None else _job(row)


def unfinished(session: Session, kind: str) -> list[Job]:
    """All jobs of a kind, of all users, that are not finished."""
    statement = select(*_COLUMNS).where(JobRow.kind == kind, JobRow.state.in_(UNFINISHED))
    return [_job(row) for row in session.execute(statement)]


def are_waiting(session: Session, kinds: Collection[str], now: datetime) -> bool:
    """Say whether there is a job that a worker may take. One indexed query."""
    return session.execute(select(JobRow.id).where(*_free(kinds, now)).limit(1)).first() is not None


def add(write: Write, kind: str, given: Any, *, state: State = "waiting") -> int:
    """Add a job for the write's user and return its id; older ones of this kind that are finished go."""
    write.session.execute(
        delete(JobRow).where(JobRow.user_id == write.owner, JobRow.kind == kind, JobRow.state.not_in(UNFINISHED))
    )
    values = {
        "user_id": write.owner,
        "kind": kind,
        "state": state,
        "input": json.dumps(given),
        "created_at": write.now,
        "leased_until": write.now + LEASE if state == "preparing" else None,
    }
    return write.session.execute(insert(JobRow).values(values).returning(JobRow.id)).scalar_one()


def prepare(write: Write, job_id: int, given: Any, *, state: State = "preparing") -> None:
    """Give a job that is being made ready its input, and renew its lease; with `waiting` it is ready.

    Raises JobCancelled where nobody waits for it any more.
    """
    lease = write.now + LEASE if state == "preparing" else None
    values = {"input": json.dumps(given), "leased_until": lease, "state": state}
    mine = (JobRow.id == job_id, JobRow.state == "preparing", JobRow.is_cancelled.is_(False))
    if write.session.execute(update(JobRow).where(*mine).values(values).returning(JobRow.id)).first() is None:
        raise JobCancelled(job_id)


def give_up(write: Write, job_id: int) -> None:
    """End a job that could not be made ready."""
    mine = (JobRow.id == job_id, JobRow.state == "preparing")
    state = case((JobRow.is_cancelled, "cancelled"), else_="failed")
    write.session.execute(update(JobRow).where(*mine).values(state=state, ended_at=write.now))


def cancel(write: Write, kind: str) -> None:
    """Let the user's job of a kind be worked at no more: what is done of it stays done.

    A worker that has it ends it; one that nobody has ends now.
    """
    mine = (JobRow.user_id == write.owner, JobRow.kind == kind, JobRow.state.in_(UNFINISHED))
    write.session.execute(update(JobRow).where(*mine).values(is_cancelled=True))
    nobodys = or_(JobRow.leased_until.is_(None), JobRow.leased_until < write.now)
    ended = {"state": "cancelled", "ended_at": write.now}
    write.session.execute(update(JobRow).where(*mine, nobodys).values(ended))


def take(database: Database, kinds: Collection[str], worker: str) -> Job | None:
    """Take the oldest job that waits, or whose worker is dead; None where there is none."""
    with database.writing(None) as write:
        write.lock("jobs")
        statement = select(*_COLUMNS).where(*_free(kinds, write.now)).order_by(JobRow.id).limit(1)
        row = write.session.execute(statement).one_or_none()
        if row is None:
            return None
        values = {
            "state": "running",
            "worker": worker,
            "leased_until": write.now + LEASE,
            "attempts": row.attempts + 1,
        }
        write.session.execute(update(JobRow).where(JobRow.id == row.id).values(values))
        return _job(row)


def hold(
    write: Write,
    job_id: int,
    worker: str,
    *,
    stage: str = "",
    done: int = 0,
    total: int = 0,
    result: Any = None,
) -> None:
    """Renew the lease in a write, and say how far the job is, with what came of it so far if that is given.

    Raises JobLost, JobCancelled; the write is to be undone then, as it is by any exception.
    """
    mine = (JobRow.id == job_id, JobRow.worker == worker, JobRow.state == "running")
    values = {"leased_until": write.now + LEASE, "stage": stage, "done": done, "total": total}
    if result is not None:
        values |= {"result": json.dumps(result), "attempts": 0}
    statement = update(JobRow).where(*mine).values(values).returning(JobRow.is_cancelled)
    is_cancelled = write.session.execute(statement).scalar_one_or_none()
    if is_cancelled is None:
        raise JobLost(job_id)
    if is_cancelled:
        raise JobCancelled(job_id)


def put_off(database: Database, job_id: int, worker: str) -> None:
    """Leave a job to whoever takes it when its lease has ended: this worker is not dead, but cannot go on."""
    with database.writing(None) as write:
        mine = (JobRow.id == job_id, JobRow.worker == worker, JobRow.state == "running")
        write.session.execute(update(JobRow).where(*mine).values(attempts=JobRow.attempts - 1))


def end(database: Database, job_id: int, worker: str, state: State) -> None:
    """End a job that this worker has; what another has by now is left alone."""
    with database.writing(None) as write:
        mine = (JobRow.id == job_id, JobRow.worker == worker, JobRow.state == "running")
        ended = {"state": state, "ended_at": write.now, "leased_until": None}
        write.session.execute(update(JobRow).where(*mine).values(ended))


def _free(kinds: Collection[str], now: datetime) -> tuple[Any, ...]:
    is_free = or_(JobRow.leased_until.is_(None), JobRow.leased_until < now)
    return JobRow.state.in_(("waiting", "running")), JobRow.kind.in_(kinds), is_free


def _job(row: Row[*tuple[Any, ...]]) -> Job:
    values = row._asdict()
    values |= {"input": json.loads(values["input"]), "result": json.loads(values["result"])}
    return Job(**values)
