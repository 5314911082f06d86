"""Run by Alembic: migrates the connection that `keepwsgi.database.migrating` hands over, in its transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import BigInteger, Text

from keepwsgi.database.migrating import is_modelled
from keepwsgi.database.types import UtcDateTime


def render_own_types(kind: str, item: Any, autogenerate: Any) -> str | Literal[False]:
    """Return how a new migration spells one of our column types, False for SQLAlchemy's own."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "UtcDateTime()"
    if kind == "type" and "sqlite" in getattr(item, "_variant_mapping", {}) and isinstance(item, BigInteger):
        return "BigId"
    if kind == "type" and "postgresql" in getattr(item, "_variant_mapping", {}) and isinstance(item, Text):
        return "ByteText"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["target_metadata"],
    render_as_batch=True,  # SQLite alters a table by copying it
    include_name=is_modelled,
    render_item=render_own_types,
    transactional_ddl=True,  # on both engines: a migration happens or it does not
)

with context.begin_transaction():
    context.run_migrations()
