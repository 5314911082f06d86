"""What may be typed into the search field: words, "phrases", filters such as `label:`, and `-` before any of them.

No text is an error. A filter that says nothing sensible is left out and named in `Query.problems`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from keepwsgi.database.text import UnstorableText, storable
from keepwsgi.search.folding import Segment, fold, segments

#: Of a longer query the rest is left out.
QUERY_LONGEST: Final = 1_000
TERMS_MOST: Final = 32

COLORS: Final = frozenset(
    ["default", "red", "orange", "yellow", "green", "teal", "blue", "cerulean", "purple", "pink", "brown", "gray"],
)
_IS: Final = frozenset(["pinned", "archived", "checklist"])
_HAS: Final = frozenset(["image"])

_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟＂", '"'))
_PIECE: Final = re.compile(
    r"""
    (?P<not>-)?
    (?:(?P<key>[^\W\d_]+)[:：])?
    (?: "(?P<phrase>[^"]*)"? | (?P<word>[^\s"]+) )?
    """,
    re.VERBOSE,
)
_DATE: Final = re.compile(r"([1-9]\d{3})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?[-./]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """Segments that must be found one after another; `is_exact` when they were quoted."""

    segments: tuple[Segment, ...]
    is_exact: bool
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on what a document is: `key` is `label`, `color`, `is`, `has`, `before` or `after`."""

    key: str
    value: str | date
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood.

    `problems` are pairs of a kind (`label`, `color`, `is`, `has`, `before`, `after` for a filter whose value is
    not one; `long`, `many` for what was cut off) and the text in question.
    """

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for: no word, no filter."""
        return not self.terms and not self.filters

    @property
    def label_names(self) -> tuple[str, ...]:
        """The names of labels asked for, or against, as they were typed."""
        return tuple(str(found.value) for found in self.filters if found.key == "label")


def parse(text: str) -> Query:
    """Return what `text` asks for. A quotation mark that is not closed holds to the end. Raises nothing."""
    terms: dict[Term, None] = {}
    filters: dict[Filter, None] = {}
    problems: list[tuple[str, str]] = []
    if len(text) > QUERY_LONGEST:
        problems.append(("long", text[QUERY_LONGEST:]))
        text = text[:QUERY_LONGEST]
    for piece in _pieces(text):
        if len(terms) + len(filters) >= TERMS_MOST:
            problems.append(("many", text[piece.start() :]))
            break
        key = fold(piece["key"] or "")
        if key in _VALUES:
            if found := _filter(piece):
                filters[found] = None
            else:
                problems.append((key, piece[0]))
            continue
        is_negated = piece["not"] is not None
        value = (piece["word"] or "") if piece["phrase"] is None else piece["phrase"]
        if piece["key"] and piece["phrase"] is not None:
            _add(terms, piece["key"], is_exact=False, is_negated=is_negated)
        elif piece["key"]:
            value = f"{piece['key']}:{value}"
        _add(terms, value, is_exact=piece["phrase"] is not None, is_negated=is_negated)
    return Query(tuple(terms), tuple(filters), tuple(problems))


def toggled(text: str, wanted: Filter, *, instead_of: Collection[Filter] = ()) -> str:
    """Return `text` without the filter `wanted` if it has that, else with it and without any of `instead_of`.

    Everything else stays as it was typed. Raises ValueError for a value that cannot be typed.
    """
    text = text[:QUERY_LONGEST]
    asked = {_filter(piece) for piece in _pieces(text)}
    unwanted = {wanted} if wanted in asked else set(instead_of)
    parts, start = [], 0
    for piece in _pieces(text):
        if _filter(piece) in unwanted:
            parts.append(text[start : piece.start()].strip())
            start = piece.end()
    rest = text[start:].strip() if parts else text.rstrip()
    if wanted not in asked:
        # A quotation mark that is not closed would hold the filter, too.
        rest += '"' * (text.translate(_QUOTES).count('"') % 2)
        parts += [rest, _written(wanted)]
    else:
        parts.append(rest)
    return " ".join(filter(None, parts))


def _written(found: Filter) -> str:
    value = str(found.value)
    if '"' in value.translate(_QUOTES):
        raise ValueError(f"{value!r} holds a quotation mark")
    quoted = f'"{value}"' if " " in value else value
    return f"{'-' if found.is_negated else ''}{found.key}:{quoted}"


def _pieces(text: str) -> Iterator[re.Match[str]]:
    return (piece for piece in _PIECE.finditer(text.translate(_QUOTES)) if piece[0])


def _filter(piece: re.Match[str]) -> Filter | None:
    """Return the filter that a piece is, None where it is none or says nothing sensible."""
    key = fold(piece["key"] or "")
    meant = (
        _VALUES[key]((piece["word"] or "") if piece["phrase"] is None else piece["phrase"])
        if key in _VALUES
        else None
    )
    return Filter(key, meant, piece["not"] is not None) if meant else None


def _add(terms: dict[Term, None], text: str, *, is_exact: bool, is_negated: bool) -> None:
    found = tuple(segments(text))
    if found:
        terms[Term(found, is_exact, is_negated)] = None


def _label(value: str) -> str | None:
    try:
        return storable(" ".join(value.split())) or None
    except UnstorableText:
        return None  # no label has such a name, and PostgreSQL cannot even be asked


def _day(value: str) -> date | None:
    """Return the first day of a year, a month, or that day."""
    found = _DATE.fullmatch(fold(value.strip()))
    if found is None:
        return None
    year, month, day = (int(number or 1) for number in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _one_of(values: frozenset[str]) -> Callable[[str], str | None]:
    def known(value: str) -> str | None:
        folded = fold(value.strip())
        return folded if folded in values else None

    return known


_VALUES: Final[dict[str, Callable[[str], str | date | None]]] = {
    "label": _label,
    "color": _one_of(COLORS),
    "is": _one_of(_IS),
    "has": _one_of(_HAS),
    "before": _day,
    "after": _day,
}
