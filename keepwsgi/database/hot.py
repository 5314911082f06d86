"""For statements that run with every request: without the ORM's share of their cost, which is the larger one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Text, bindparam
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine


def connection_of(session: Session) -> Connection:
    """Return the session's own connection, in its transaction, for statements over tables instead of classes."""
    known: Connection | None = session.info.get("connection")
    if known is None or known.closed:
        known = session.info["connection"] = session.connection()
    return known


def is_one_of(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Return the condition that a column is among the ids of the parameter `name`.

    They go over as one value: unlike with IN the statement is the same for any number of them, and is not
    written anew each time.
    """
    return _IsOneOf(column, bindparam(name, type_=_Ids))


class _Ids(TypeDecorator[Sequence[int]]):
    """Ids as one value: an array, on SQLite a JSON text."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(BigInteger))

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        return json.dumps(value) if dialect.name == "sqlite" else value


class _IsOneOf(GenericFunction[Any]):
    # Of a Boolean SQLAlchemy asks on SQLite whether it is 1, for which no index is used.
    type = NullType()
    inherit_cache = True


@compiles(_IsOneOf)
def _in_array(element: _IsOneOf, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = element.clauses
    return f"{compiler.process(column, **options)} = ANY ({compiler.process(ids, **options)})"


@compiles(_IsOneOf, "sqlite")
def _in_json(element: _IsOneOf, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = element.clauses
    listed = f"SELECT value FROM json_each({compiler.process(ids, **options)})"  # noqa: S608  (it is a parameter)
    return f"{compiler.process(column, **options)} IN ({listed})"
