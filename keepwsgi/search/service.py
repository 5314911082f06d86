"""The search room's door: put documents into the index, ask it, mark what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Table, bindparam, delete, text, update
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.orm import Session

from keepwsgi.database import Write
from keepwsgi.database.types import LARGEST_ID
from keepwsgi.search import postgresql, sqlite
from keepwsgi.search.conditions import View, conditions
from keepwsgi.search.days import days
from keepwsgi.search.flags import flags
from keepwsgi.search.flags import of_label as label_flag
from keepwsgi.search.grammar import Filter, Query, parse, toggled
from keepwsgi.search.marks import excerpt, mark, mark_html
from keepwsgi.search.models import SearchDocument
from keepwsgi.search.tokens import tokens

__all__ = [
    "Document",
    "Filter",
    "Query",
    "View",
    "change",
    "change_many",
    "clear",
    "excerpt",
    "find",
    "flags",
    "label_flag",
    "mark",
    "mark_html",
    "optimize",
    "parse",
    "put",
    "toggled",
    "tokens",
]

_Row = TypeVar("_Row")
_AT_ONCE: Final = 500
_TABLE: Final = cast(Table, SearchDocument.__table__)
_STREAMS: Final = ("flags", "title", "body", "labels")


@dataclass(frozen=True, slots=True)
class Document:
    """A memo as the index has it: `title`, `body` and `labels` by `tokens`, `flags` by `flags`."""

    memo_id: int
    user_id: int
    created_at: datetime
    flags: str
    title: str
    body: str
    labels: str


def put(write: Write, documents: Iterable[Document]) -> None:
    """Put documents into the index, each in the place of the one with the same `memo_id` if there is one."""
    dialect = sqlite_dialect if _is_sqlite(write.session) else postgresql_dialect
    insert = dialect.insert(SearchDocument)
    # Not REPLACE, which would not run the triggers that take the old entries out of the index.
    replaced = {column.name: insert.excluded[column.name] for column in _TABLE.columns if not column.primary_key}
    statement = insert.on_conflict_do_update(index_elements=["memo_id"], set_=replaced)
    for batch in _batches(map(_columns, documents)):
        write.session.execute(statement, batch)


def change(
    write: Write,
    memo_id: int,
    *,
    flags: str | None = None,
    title: str | None = None,
    body: str | None = None,
    labels: str | None = None,
) -> None:
    """Change what is given of one document."""
    given = {"flags": flags, "title": title, "body": body, "labels": labels}
    change_many(write, [{"memo_id": memo_id, **{name: new for name, new in given.items() if new is not None}}])


def change_many(write: Write, changes: Iterable[Mapping[str, Any]]) -> None:
    """Change many documents: each of `changes` has a `memo_id` and any of `flags`, `title`, `body`, `labels`."""
    for names, alike in groupby(changes, key=lambda row: tuple(name for name in _STREAMS if name in row)):
        if names:
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
            statement = update(_TABLE).where(_TABLE.c.memo_id == bindparam("of_memo")).values(values)
            for batch in _batches(alike):
                rows = [
                    {"of_memo": row["memo_id"], **{f"new_{name}": f" {row[name]} " for name in names}}
                    for row in batch
                ]
                write.session.execute(statement, rows)


def clear(write: Write) -> None:
    """Take everything out of the index, for it to be made anew, whatever state it is in."""
    if not _is_sqlite(write.session):
        write.session.execute(delete(_TABLE))
        return
    # Without the triggers: they would look for each old entry, and an index that is damaged has not got it.
    triggers = write.session.execute(_TRIGGERS).all()
    for name, _ in triggers:
        write.session.execute(text(f'DROP TRIGGER "{name}"'))
    write.session.execute(delete(_TABLE))
    write.session.execute(text("INSERT INTO search_index (search_index) VALUES ('delete-all')"))
    for _, definition in triggers:
        write.session.connection().exec_driver_sql(definition)


def optimize(write: Write) -> None:
    """Put the index in order after much was put into it: not needed, but what follows is quicker."""
    if _is_sqlite(write.session):
        write.session.execute(text("INSERT INTO search_index (search_index) VALUES ('optimize')"))
    else:
        write.session.execute(text("ANALYZE search_documents"))


def find(
    session: Session,
    user_id: int,
    query: Query,
    *,
    view: View | None,
    label_ids: Mapping[str, int],
    label_id: int | None = None,
    limit: int,
    before_id: int | None = None,
) -> list[int]:
    """Return the memo ids of up to `limit` of the user's documents that `query` asks for, the newest first.

    `view` None is what is not in the trash. `label_ids` tells which label a folded name is of; a name that is not
    there is on no document. With `label_id` only what carries that label. `before_id` is the last id of the page
    before. An empty query finds nothing.
    """
    wanted = conditions(query, user_id=user_id, view=view, label_ids=label_ids, label_id=label_id)
    if query.is_empty or wanted is None:
        return []
    before_id = LARGEST_ID if before_id is None else before_id
    if _is_sqlite(session):
        return sqlite.find(session, wanted, limit=limit, before_id=before_id)
    return postgresql.find(session, wanted, limit=limit, before_id=before_id, user_id=user_id)


_TRIGGERS: Final = text(
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'search_documents'"
)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _columns(document: Document) -> dict[str, Any]:
    """Return the document's row. With a space around each stream, every token has one on both sides."""
    row = asdict(document) | {"days": days(document.created_at)}
    return row | {name: f" {row[name]} " for name in ("days", *_STREAMS)}


def _batches(rows: Iterable[_Row]) -> Iterator[Sequence[_Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _AT_ONCE)):
        yield batch
