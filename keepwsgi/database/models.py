"""What every feature's mapped classes are built on."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData, column, table
from sqlalchemy.orm import DeclarativeBase

from keepwsgi.database.types import BigId

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


# All this floor knows about users: they are rows with a counter that a write advances. The whole table
# belongs to `keepwsgi.accounts.models`, which this floor may not import.
users: Final = table("users", column("id", BigId), column("revision", BigId))
