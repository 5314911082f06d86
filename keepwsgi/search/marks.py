"""Marks around what a query found, in plain text and in rendered HTML, and the surroundings of a late match."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from itertools import accumulate
from typing import Final

from markupsafe import Markup, escape

from keepwsgi.search.folding import SEGMENT_LONGEST, Segment, fold, spans
from keepwsgi.search.grammar import Query, Term
from keepwsgi.search.offsets import folded_with_offsets

_TAG: Final = re.compile(r"<[^>]*>")
_CHARACTER: Final = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);|.", re.DOTALL)
_BEFORE: Final = 40

Range = tuple[int, int]


def mark(text: str, query: Query) -> Markup:
    """Return `text`, escaped, with `<mark>` around what the words and phrases of `query` find in it."""
    marked: list[str] = []
    end = 0
    for start, stop in matches(text, query):
        marked += [escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        end = stop
    marked.append(escape(text[end:]))
    return Markup("".join(marked))  # noqa: S704 (each text is escaped)


def mark_html(html: Markup, query: Query) -> Markup:
    """Return `html` with `<mark>` around what `query` finds in its text; tags and entities stay whole.

    Every tag separates words. A match that goes over a tag is marked in pieces.
    """
    if not any(not term.is_negated for term in query.terms):
        return html
    text, places = _text_of(html)
    found = matches(text, query)
    if not found:
        return html
    marked: list[str] = []
    end = 0
    for start, stop in _within_tags(found, text, places):
        marked += [html[end:start], "<mark>", html[start:stop], "</mark>"]
        end = stop
    marked.append(html[end:])
    return Markup("".join(map(str, marked)))  # noqa: S704 (it was safe, and only <mark> was added)


def excerpt(text: str, query: Query, *, length: int = 2_000, size: int = 200) -> Markup | None:
    """Return the marked surroundings of the first match, `size` characters or so, if it begins after `length`.

    None if what is shown anyway, the first `length` characters, has a match, or nothing has.
    """
    found = matches(text, query)
    if not found or found[0][0] < length:
        return None
    start = max(0, found[0][0] - _BEFORE)
    # Not in the middle of a word, if there is a space nearby.
    space = max(text.rfind(" ", start, found[0][0]), text.rfind("\n", start, found[0][0]))
    first_space = min((at for at in (text.find(" ", start), text.find("\n", start)) if at >= 0), default=space)
    if start and first_space <= space:
        start = first_space + 1
    stop = min(len(text), max(start + size, found[0][1]))
    shown = mark(text[start:stop].strip(), query)
    return Markup("{}{}{}").format("…" if start else "", shown, "…" if stop < len(text) else "")


def matches(text: str, query: Query) -> list[Range]:
    """Return where `text` has what the terms of `query` ask for: disjoint ranges, in their order."""
    terms = [term for term in query.terms if not term.is_negated]
    if not terms or not text:
        return []
    folded = fold(text)
    # Most texts are settled by one look; cutting into segments takes longer.
    terms = [term for term in terms if all(_cut(segment) in folded for segment in term.segments)]
    if not terms:
        return []
    folded, offsets = folded_with_offsets(text, folded)
    found = sorted(_occurrences(folded, terms))
    if offsets is not None:
        found = [(offsets[start][0], offsets[stop - 1][1]) for start, stop in found]
    return _merged(found)


def _occurrences(folded: str, terms: Iterable[Term]) -> Iterator[Range]:
    """Give where in folded text the terms are found."""
    places = spans(folded)
    # Segments with a space between: however long text and term are, finding is one look for a text in a text.
    cut = [
        folded[start : end if is_syllabic else min(end, start + SEGMENT_LONGEST)]
        for start, end, is_syllabic in places
    ]
    joined = f" {' '.join(cut)} "
    starts = list(accumulate((len(piece) + 1 for piece in cut), initial=1))

    def in_folded(place: int) -> int:
        number = bisect_right(starts, place) - 1
        return places[number][0] + place - starts[number]

    for term in terms:
        for first, last in _found(joined, _pattern(term)):
            yield in_folded(first), in_folded(last) + 1


def _found(text: str, pattern: str) -> Iterator[Range]:
    """Give the first and the last character of each place where `pattern` stands, spaces at its ends left out.

    Those that overlap are one: of 가가 there are a hundred thousand in as many 가.
    """
    before, after = pattern.startswith(" "), pattern.endswith(" ")
    length = len(pattern) - before - after
    at = text.find(pattern)
    while at >= 0:
        first = at
        # The furthest one that begins inside of this one; whatever is between lies within the two.
        while (further := text.rfind(pattern, at + 1, at + length - 1 + len(pattern))) >= 0:
            at = further
        yield first + before, at + before + length - 1
        at = text.find(pattern, at + 1)


def _pattern(term: Term) -> str:
    """Return how a term stands in segments with spaces between: a space says that one must begin or end there."""
    first, last = term.segments[0], term.segments[-1]
    begins = not first.is_syllabic or (len(term.segments) == 1 and len(first.text) == 1)
    ends = not last.is_syllabic and term.is_exact
    return f"{' ' * begins}{' '.join(map(_cut, term.segments))}{' ' * ends}"


def _cut(segment: Segment) -> str:
    return segment.text if segment.is_syllabic else segment.text[:SEGMENT_LONGEST]


def _merged(found: Iterable[Range]) -> list[Range]:
    merged: list[Range] = []
    for start, stop in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _text_of(html: str) -> tuple[str, list[Range]]:
    """Return the text of `html`, with a NUL for each tag, and where in `html` each of its characters stands."""
    text: list[str] = []
    places: list[Range] = []

    def add(start: int, stop: int) -> None:
        for found in _CHARACTER.finditer(html, start, stop):
            # An entity may stand for two characters.
            meant = unescape(found[0]) if len(found[0]) > 1 else found[0]
            text.append(meant)
            places.extend([found.span()] * len(meant))

    end = 0
    for tag in _TAG.finditer(html):
        add(end, tag.start())
        text.append("\0")
        places.append(tag.span())
        end = tag.end()
    add(end, len(html))
    return "".join(text), places


def _within_tags(found: Iterable[Range], text: str, places: Sequence[Range]) -> Iterable[Range]:
    """Give the ranges of `html` for those of its text, cut where a tag stands."""
    for start, stop in found:
        while start < stop:
            tag = text.find("\0", start, stop)
            end = stop if tag < 0 else tag
            if text[start:end].strip():
                yield places[start][0], places[end - 1][1]
            start = end + 1
