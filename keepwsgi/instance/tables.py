"""The tables as they are in a database, and their rows as lines of JSON that mean the same on both engines.

Their columns are read from the database and not from the models, so that a backup of an older revision is restored
as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    inspect,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from keepwsgi.accounts import models as accounts
from keepwsgi.api import models as api
from keepwsgi.database import Base, jobs, leases
from keepwsgi.database.types import LARGEST_ID, UtcDateTime
from keepwsgi.images import models as images
from keepwsgi.labels import models as labels
from keepwsgi.memos import models as memos
from keepwsgi.search import models as search
from keepwsgi.transfer import models as transfer

# Imported for the tables that they put into `Base.metadata`.
_MODELS: Final = (accounts, api, images, jobs, labels, leases, memos, search, transfer)
_AT_ONCE: Final = 500


class BadRow(ValueError):
    """A line is not a row of this table."""


def names_now() -> set[str]:
    """The names of this release's tables. Beside them may lie Alembic's, Litestream's, the search index's."""
    return set(Base.metadata.tables)


def tables_of(connection: Connection, names: Collection[str]) -> list[Table]:
    """The tables of these names, each after those that its rows refer to."""
    inspector = inspect(connection)
    tables = []
    for name, _ in inspector.get_sorted_table_and_fkc_names():
        if name is None or name not in names:
            continue
        key = set(inspector.get_pk_constraint(name)["constrained_columns"])
        columns = (
            Column(each["name"], _neutral(each["type"]), primary_key=each["name"] in key)
            for each in inspector.get_columns(name)
        )
        tables.append(Table(name, MetaData(), *columns))
    return tables


def lines_of(connection: Connection, table: Table) -> Iterator[list[bytes]]:
    """The rows in the order of their key, some at a time, each an object of JSON in a line of UTF-8."""
    names = table.columns.keys()
    statement = select(table).order_by(*table.primary_key)
    result = connection.execution_options(yield_per=_AT_ONCE).execute(statement)
    for rows in result.partitions():
        yield [_line(dict(zip(names, row, strict=True))) for row in rows]


def row_of(table: Table, line: bytes) -> dict[str, Any]:
    """The row in a line. Raises BadRow for what is not one of this table."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        raise BadRow("is no JSON") from None
    if not isinstance(values, dict) or values.keys() != set(table.columns.keys()):
        raise BadRow("has other columns than the table")
    for column in table.columns:
        value = values[column.name]
        try:
            values[column.name] = None if value is None else _READERS[type(column.type)](value)
        except (TypeError, ValueError):
            raise BadRow(f"has no {column.type!r} in {column.name}") from None
    return values


def sequences_of(connection: Connection) -> dict[str, int]:
    """The last number that each table has given to a row, by the table's name."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence")).all()
        return {name: number for name, number in rows if name in names_now()}
    last = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {}"
    return {
        table: connection.exec_driver_sql(last.format(sequence)).scalar_one()
        for table, sequence in _postgresql_sequences(connection)
        if table in names_now()
    }


def set_sequences(connection: Connection, last: dict[str, int]) -> None:
    """Have every table number its next row above `last`, and above the rows that it has."""
    if connection.dialect.name == "sqlite":
        for name, number in last.items():
            if name not in names_now():
                continue
            # SQLite itself takes the larger one of this and the ids that are there.
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
            values = {"name": name, "number": number}
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), values)
        return
    for table, sequence in _postgresql_sequences(connection):
        if table not in names_now():
            continue
        largest = connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table}").scalar_one()  # noqa: S608
        number = max(largest, last.get(table, 0))
        values = {"sequence": sequence, "number": max(number, 1), "is_called": number > 0}
        connection.execute(text("SELECT setval(:sequence, :number, :is_called)"), values)


def _postgresql_sequences(connection: Connection) -> list[tuple[str, str]]:
    """Each table that numbers its rows, with the name of its sequence, both quoted where needed."""
    statement = text(
        "SELECT quote_ident(table_name), pg_get_serial_sequence(quote_ident(table_name), column_name)"
        " FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'id'"
    )
    return [(table, sequence) for table, sequence in connection.execute(statement) if sequence]


def _neutral(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type of a column as both engines have it. Raises TypeError for one that backups do not know yet."""
    for known, neutral in _TYPES:
        if isinstance(kind, known):
            return neutral()
    raise TypeError(f"a backup cannot hold a {kind!r}")


_TYPES: Final[tuple[tuple[type[Any], type[TypeEngine[Any]]], ...]] = (
    (DateTime, UtcDateTime),
    (Boolean, Boolean),
    (Integer, BigInteger),
    (Text, Text),
)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment


def _number(value: Any) -> int:
    if type(value) is not int or abs(value) > LARGEST_ID:
        raise ValueError(value)
    return value


def _exactly(kind: type[Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(value)
        return value

    return read


_READERS: Final[dict[type[Any], Callable[[Any], Any]]] = {
    UtcDateTime: _moment,
    Boolean: _exactly(bool),
    BigInteger: _number,
    Text: _exactly(str),
}


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, default=datetime.isoformat).encode() + b"\n"
