"""Finding on SQLite: one FTS5 query, walked in the order of its row ids until the page is full.

https://sqlite.org/fts5.html#full_text_query_syntax
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from keepwsgi.database.types import UtcDateTime
from keepwsgi.search.conditions import Conditions
from keepwsgi.search.tokens import Needle


def find(session: Session, wanted: Conditions, *, limit: int, before_id: int) -> list[int]:
    """Return the ids of up to `limit` documents that are as `wanted`, the largest first, all below `before_id`."""
    parameters: dict[str, Any] = {"match": expression(wanted), "before_id": before_id, "limit": limit}
    moments = {"since": wanted.since, "until": wanted.until}
    parameters |= {name: moment for name, moment in moments.items() if moment is not None}
    statement = text(select(wanted)).bindparams(
        *(bindparam(name, type_=UtcDateTime) for name in moments if name in parameters)
    )
    return list(session.scalars(statement, parameters))


def select(wanted: Conditions) -> str:
    """Return the statement: for the moments it looks into the documents, in the order of the index."""
    made = "(SELECT created_at FROM search_documents WHERE memo_id = search_index.rowid)"
    since = f"AND {made} >= :since" if wanted.since else ""
    until = f"AND {made} < :until" if wanted.until else ""
    return f"""
        SELECT rowid FROM search_index WHERE search_index MATCH :match AND rowid < :before_id {since} {until}
        ORDER BY rowid DESC LIMIT :limit
    """  # noqa: S608 (nothing but names of ours)


def expression(wanted: Conditions) -> str:
    """Return the FTS5 expression. Tokens have no character that means something there, and stand in quotes."""
    parts = [_quoted(Needle((flag,))) for flag in wanted.flags]
    parts += [_quoted(found) for found in wanted.needles]
    if wanted.one_of:
        parts.append(_any(Needle((flag,)) for flag in wanted.one_of))
    if wanted.days:
        parts.append(_any(Needle((day,)) for day in wanted.days))
    unwanted = [Needle((flag,)) for flag in wanted.no_flags] + list(wanted.no_needles)
    positive = " AND ".join(parts)
    return f"({positive}) NOT {_any(unwanted)}" if unwanted else positive


def _any(needles: Iterable[Needle]) -> str:
    return "(" + " OR ".join(map(_quoted, needles)) + ")"


def _quoted(found: Needle) -> str:
    return '"' + " ".join(found.tokens) + '"' + ("*" if found.is_prefix else "")
