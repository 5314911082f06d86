"""Leases: what is held by name until a moment, by one of all processes that share a database.

Who dies holding one need not be found: it ends by itself. Each is claimed and renewed in a write of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Text, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from keepwsgi.database.database import Database, Write
from keepwsgi.database.models import Base
from keepwsgi.database.types import UtcDateTime


class LeaseRow(Base):
    """A lease; one that has ended is free, as one is that has no row."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


def is_held(session: Session, name: str, now: datetime) -> bool:
    """Whether somebody holds the lease."""
    until = session.scalars(select(LeaseRow.until).where(LeaseRow.name == name)).one_or_none()
    return until is not None and until > now


def claim(database: Database, name: str, length: timedelta) -> bool:
    """Take the lease if nobody holds it; say whether that was so."""
    with database.writing(None) as write:
        return not _hold(write, name, length, only_free=True)


def renew(database: Database, name: str, length: timedelta) -> bool:
    """Hold the lease, from now on as long as is given; say whether it was held until now."""
    with database.writing(None) as write:
        return _hold(write, name, length, only_free=False)


def _hold(write: Write, name: str, length: timedelta, *, only_free: bool) -> bool:
    write.lock(f"lease:{name}")
    was_held = is_held(write.session, name, write.now)
    if not (was_held and only_free):
        write.session.execute(delete(LeaseRow).where(LeaseRow.name == name))
        write.session.execute(insert(LeaseRow).values(name=name, until=write.now + length))
    return was_held
