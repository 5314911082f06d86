"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

# Ids and counters are 64 bits wide on both engines, and SQLite numbers rows only in a column called INTEGER.
BigId: Final = BigInteger().with_variant(Integer, "sqlite")
LARGEST_ID: Final = 2**63 - 1

# Text compared byte by byte, as SQLite always does; PostgreSQL would sort it as a dictionary does.
ByteText: Final = Text().with_variant(Text(collation="C"), "postgresql")


def is_id(number: int) -> bool:
    """Say whether `number` could be a row's id. One that does not fit 64 bits is not even asked for."""
    return type(number) is int and 0 < number <= LARGEST_ID


def _from_sqlite(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Takes aware datetimes only (ValueError for a naive one) and gives them back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without a time zone is not a moment: {value!r}")
        utc = value.astimezone(UTC)
        # SQLite has no time zones: it keeps UTC as text, which sorts as the moments do.
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        # One call a value instead of three: a page of memos has dozens.
        return _from_sqlite if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
