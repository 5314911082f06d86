"""The filters a search page offers, each with the query that a click on it makes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from keepwsgi.fields import name_key
from keepwsgi.memos.schemas import COLORS
from keepwsgi.search import service as search
from keepwsgi.search.service import Filter, Query

_PINNED, _ARCHIVED = Filter("is", "pinned", False), Filter("is", "archived", False)
_KINDS = (Filter("is", "checklist", False), Filter("has", "image", False), _PINNED, _ARCHIVED)
# Nothing is both.
_INSTEAD_OF = {_PINNED: (_ARCHIVED,), _ARCHIVED: (_PINNED,)}


@dataclass(frozen=True, slots=True)
class Offer:
    """A filter: whether it is part of the query, and the query with it, or without it if it is."""

    key: str
    value: str
    is_on: bool
    query: str


@dataclass(frozen=True, slots=True)
class Offers:
    """All filters of a search page."""

    kinds: Sequence[Offer]
    labels: Sequence[Offer]
    colors: Sequence[Offer]


def offers(text: str, query: Query, label_names: Iterable[str]) -> Offers:
    """What can be put into the query `text` or taken out of it; a label whose name cannot be typed is left out."""
    typed = {name_key(name): name for name in query.label_names}
    labels = []
    for name in label_names:
        # However it was typed, it is this label.
        found = Filter("label", typed.get(name_key(name), name), False)
        with suppress(ValueError):
            labels.append(_offer(text, query, found, name))
    return Offers(
        [_offer(text, query, found) for found in _KINDS],
        labels,
        [_offer(text, query, Filter("color", color, False)) for color in COLORS],
    )


def _offer(text: str, query: Query, found: Filter, name: str | None = None) -> Offer:
    changed = search.toggled(text, found, instead_of=_INSTEAD_OF.get(found, ()))
    return Offer(found.key, name or str(found.value), found in query.filters, changed)
