"""The tokens of the index: made so that every question of the grammar is a row of whole tokens.

A syllabic segment 회의록 becomes `~회 회의 의록 록`: its beginning, its pairs, its end. Any part of two or more
characters is a row of pairs; a beginning and an end can be told from the middle. An alphabetic segment is one
token, and after all of them come the beginnings (`~m ~me ~mee …`) of each different one, once.
Words hold neither `~` nor `.`, so that no text can pass for one of these marks, nor for a flag.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import add
from typing import Final, NamedTuple

from keepwsgi.search.folding import SEGMENT_LONGEST, Segment, fold, spans

#: The longest beginning of an alphabetic segment that is a token of its own.
EDGE_LONGEST: Final = 16


class Needle(NamedTuple):
    """Tokens that must stand one after another; of the last one only its beginning if `is_prefix`."""

    tokens: tuple[str, ...]
    is_prefix: bool = False


def tokens(text: str) -> str:
    """Return the tokens of `text` in their order, with a space between. Takes linear time."""
    folded = fold(text)
    stream: list[str] = []
    alphabetic: dict[str, None] = {}
    for start, end, is_syllabic in spans(folded):
        if is_syllabic:
            stream += _whole(folded[start:end])
        else:
            word = folded[start : min(end, start + SEGMENT_LONGEST)]
            stream.append(word)
            alphabetic[word] = None
    stream += _edges(alphabetic)
    return " ".join(stream)


def needle(segments: Sequence[Segment], *, is_exact: bool) -> Needle:
    """Return what stands in the tokens of exactly those texts in which `segments`, at least one, are found.

    The last alphabetic one is a beginning, unless `is_exact`.
    """
    if len(segments) == 1:
        return _single(segments[0], is_exact=is_exact)
    first, *middle, last = segments
    found = [*_pairs(first.text), first.text[-1]] if first.is_syllabic else [_cut(first)]
    for segment in middle:
        found += _whole(segment.text) if segment.is_syllabic else [_cut(segment)]
    if last.is_syllabic:
        return Needle((*found, "~" + last.text[0], *_pairs(last.text)))
    return Needle((*found, _cut(last)), is_prefix=_may_go_on(last, is_exact))


def _edges(words: Iterable[str]) -> Iterable[str]:
    """Return the beginnings of the words, each once."""
    edges: dict[str, None] = {}
    for word in words:
        edge = word[:EDGE_LONGEST]
        # Where one is there already, so are all shorter ones.
        while edge and edge not in edges:
            edges[edge] = None
            edge = edge[:-1]
    return ["~" + edge for edge in edges]


def _single(segment: Segment, *, is_exact: bool) -> Needle:
    text = segment.text
    if segment.is_syllabic:
        return Needle(tuple(_pairs(text)) or ("~" + text,))
    if is_exact or len(text) > EDGE_LONGEST:
        return Needle((_cut(segment),), is_prefix=_may_go_on(segment, is_exact))
    return Needle(("~" + text,))


def _whole(text: str) -> list[str]:
    return ["~" + text[0], *_pairs(text), text[-1]]


def _pairs(text: str) -> list[str]:
    return list(map(add, text, text[1:]))


def _cut(segment: Segment) -> str:
    return segment.text[:SEGMENT_LONGEST]


def _may_go_on(segment: Segment, is_exact: bool) -> bool:
    return not is_exact and len(segment.text) < SEGMENT_LONGEST
