"""A query for one user and view, put into what both engines are asked: flags, needles and moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal

from keepwsgi.fields import name_key
from keepwsgi.search import flags
from keepwsgi.search.days import between
from keepwsgi.search.grammar import Filter, Query
from keepwsgi.search.tokens import Needle, needle

View = Literal["active", "archived", "trashed"]

_STATE: Final[dict[frozenset[str], flags.State]] = {
    frozenset(["active"]): "active",
    frozenset(["archived"]): "archived",
    frozenset(["trashed"]): "trashed",
    frozenset(["active", "archived"]): "kept",
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a document must have (`flags` all, one of `one_of` unless it is empty, `needles` all) and must not.

    `since` is the first moment of its making, `until` the first that is too late; `days`, unless empty, are tokens
    of which one stands in whatever was made between these, and in little else.
    """

    flags: tuple[str, ...]
    one_of: tuple[str, ...]
    needles: tuple[Needle, ...]
    days: tuple[str, ...]
    no_flags: tuple[str, ...]
    no_needles: tuple[Needle, ...]
    since: datetime | None
    until: datetime | None


def conditions(
    query: Query, *, user_id: int, view: View | None, label_ids: Mapping[str, int], label_id: int | None = None
) -> Conditions | None:
    """Return what `query` asks of a document, None if no document can have it."""
    states = {view} if view else {"active", "archived"}
    wanted = [] if label_id is None else [flags.of_label(label_id)]
    unwanted: list[str] = []
    one_of: list[str] = []
    since: list[date] = []
    until: list[date] = []
    for found in query.filters:
        if isinstance(found.value, date):
            (since if (found.key == "after") != found.is_negated else until).append(found.value)
        elif found.value == "archived" and found.key == "is":
            states = states - {"archived"} if found.is_negated else states & {"archived"}
        else:
            flag = _flag(found, label_ids)
            if found.is_negated:
                unwanted += [flag] if flag else []
            elif flag is None:
                return None
            else:
                (one_of if found.key == "color" else wanted).append(flag)
    if not states:
        return None
    needles = [(needle(term.segments, is_exact=term.is_exact), term.is_negated) for term in query.terms]
    first = _midnight(max(since)) if since else None
    last = _midnight(min(until)) if until else None
    if first and last and first >= last:
        return None
    return Conditions(
        flags=(flags.of_state(user_id, _STATE[frozenset(states)]), *wanted),
        one_of=tuple(one_of),
        needles=tuple(found for found, is_negated in needles if not is_negated),
        days=between(first, last) if first or last else (),
        no_flags=tuple(unwanted),
        no_needles=tuple(found for found, is_negated in needles if is_negated),
        since=first,
        until=last,
    )


def _flag(found: Filter, label_ids: Mapping[str, int]) -> str | None:
    """Return the flag a filter asks for; None for a label that is not there."""
    name = str(found.value)
    if found.key != "label":
        return flags.of_kind(name)
    label_id = label_ids.get(name_key(name))
    return None if label_id is None else flags.of_label(label_id)


def _midnight(day: date) -> datetime:
    """Return the moment a day begins where the server is."""
    return datetime.combine(day, time.min).astimezone()
