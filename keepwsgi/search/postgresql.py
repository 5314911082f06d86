"""Finding on PostgreSQL, where the index of tokens (GIN) gives no order.

A word that stands in many documents is found among the newest ones, which have an index of their own. One that
does not is rare: the index of tokens gives all documents that have it, and these are few enough to be sorted.
One that is neither (many documents, none of them new) is looked for from the newest to the oldest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from keepwsgi.database.types import UtcDateTime
from keepwsgi.search.conditions import Conditions
from keepwsgi.search.tokens import EDGE_LONGEST, Needle

#: So many of the newest documents are looked at first, and so many more if that promises to fill the page.
NEWEST: Final = 200
MORE: Final = 2_000
#: What the index of tokens finds more of than this is not rare.
RARE: Final = 2_000

_COLUMNS: Final = "days || flags || title || body || labels"


def find(session: Session, wanted: Conditions, *, limit: int, before_id: int, user_id: int) -> list[int]:
    """Return the ids of up to `limit` documents that are as `wanted`, the largest first, all below `before_id`."""
    clauses, parameters = _filter(wanted)
    parameters |= {"user_id": user_id, "before_id": before_id}

    def ask(statement: str, **more: Any) -> Sequence[Any]:
        parameters.update(more)
        return session.execute(_typed(statement.format(clauses=clauses), parameters), parameters).all()

    found: list[int] = []
    for window in (NEWEST, MORE):
        newest = ask(_NEWEST, window=window)
        found += [row.memo_id for row in newest if row.is_match]
        if len(found) >= limit or len(newest) < window:
            return found[:limit]
        parameters["before_id"] = newest[-1].memo_id
        if len(found) * MORE < limit * NEWEST:
            break
    with_tokens = ask(_BY_TOKENS, **tokens(wanted), limit=RARE + 1)
    if len(with_tokens) > RARE:
        return found + [row.memo_id for row in ask(_BY_AGE, limit=limit - len(found))]
    return (found + sorted((row.memo_id for row in with_tokens), reverse=True))[:limit]


def tokens(wanted: Conditions) -> dict[str, list[str]]:
    """Return the tokens that a document must have to be as `wanted`: `every` one, and one of `any`.

    Where there is nothing to choose from, `any` has some of `every`.
    """
    found = dict.fromkeys(wanted.flags)
    for tokens, is_prefix in wanted.needles:
        found |= dict.fromkeys(tokens[:-1] if is_prefix else tokens)
        if is_prefix:
            found["~" + tokens[-1][:EDGE_LONGEST]] = None
    return {"every": list(found), "any": list(wanted.days or wanted.one_of or wanted.flags)}


# The inner SELECTs with LIMIT are planned by themselves: the conditions do not decide which index is walked.
_NEWEST: Final = f"""
SELECT memo_id, {{clauses}} AS is_match FROM (
    SELECT memo_id, created_at, {_COLUMNS} AS words FROM search_documents
    WHERE user_id = :user_id AND memo_id < :before_id ORDER BY memo_id DESC LIMIT :window
) AS newest ORDER BY memo_id DESC
"""  # noqa: S608 (nothing but names and numbers of ours)
_BY_TOKENS: Final = f"""
SELECT memo_id FROM (
    SELECT memo_id, created_at, {_COLUMNS} AS words FROM search_documents
    WHERE string_to_array({_COLUMNS}, ' ') @> CAST(:every AS text[])
        AND string_to_array({_COLUMNS}, ' ') && CAST(:any AS text[]) AND memo_id < :before_id OFFSET 0
) AS candidates WHERE {{clauses}} LIMIT :limit
"""  # noqa: S608
_BY_AGE: Final = f"""
SELECT memo_id FROM (
    SELECT memo_id, created_at, {_COLUMNS} AS words FROM search_documents
    WHERE user_id = :user_id AND memo_id < :before_id
) AS documents WHERE {{clauses}} ORDER BY memo_id DESC LIMIT :limit
"""  # noqa: S608


def _filter(wanted: Conditions) -> tuple[str, dict[str, Any]]:
    """Return the conditions on `words` and `created_at`, as SQL and its parameters."""
    parameters: dict[str, Any] = {}

    def stands(needle: Needle) -> str:
        name = f"words_{len(parameters)}"
        parameters[name] = " " + " ".join(needle.tokens) + ("" if needle.is_prefix else " ")
        return f"strpos(words, :{name}) > 0"

    clauses = [stands(Needle((flag,))) for flag in wanted.flags]
    clauses += [stands(needle) for needle in wanted.needles]
    if wanted.one_of:
        clauses.append("(" + " OR ".join(stands(Needle((flag,))) for flag in wanted.one_of) + ")")
    clauses += [f"NOT {stands(Needle((flag,)))}" for flag in wanted.no_flags]
    clauses += [f"NOT {stands(needle)}" for needle in wanted.no_needles]
    if wanted.since:
        clauses.append("created_at >= :since")
        parameters["since"] = wanted.since
    if wanted.until:
        clauses.append("created_at < :until")
        parameters["until"] = wanted.until
    return " AND ".join(clauses), parameters


def _typed(statement: str, parameters: dict[str, Any]) -> Any:
    moments = [name for name in ("since", "until") if name in parameters]
    return text(statement).bindparams(*(bindparam(name, type_=UtcDateTime) for name in moments))
