"""What every feature's mapped classes are built on."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, MetaData, Text, column, table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from keepwsgi.database.types import BigId, UtcDateTime

# Alembic can only alter a constraint whose name it knows, and the engines would each invent another.
NAMING_CONVENTION: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base; `Base.metadata` holds the tables of every feature imported so far."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class Tombstone(Base):
    """What is left of something deleted for ever, so that the change feed can tell."""

    __tablename__ = "tombstones"
    __table_args__ = (Index(None, "user_id", "revision"),)

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    object_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(BigId)
    deleted_at: Mapped[datetime] = mapped_column(UtcDateTime)


# All that lower rooms know about users and memos: they are rows with a counter that a write advances or stamps.
# The whole tables belong to `keepwsgi.accounts.models` and `keepwsgi.memos.models`, which those may not import.
users: Final = table("users", column("id", BigId), column("revision", BigId))
memos: Final = table("memos", column("id", BigId), column("user_id", BigId), column("revision", BigId))
