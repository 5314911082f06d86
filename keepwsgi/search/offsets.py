"""From a place in folded text back to the place in the text as it was typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from keepwsgi.search.folding import fold, is_invisible


def folded_with_offsets(text: str, folded: str) -> tuple[str, list[tuple[int, int]] | None]:
    """Return folded text and, for each of its characters, which range of `text` it comes from.

    `folded` is `fold(text)`. None instead of the ranges when each character stands where it stood.
    """
    if _is_one_to_one(text, folded):
        return folded, None
    pieces: list[str] = []
    offsets: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        piece = fold(text[start:end])
        pieces.append(piece)
        offsets += [(start, end)] * len(piece)
    return "".join(pieces), offsets


def _is_one_to_one(text: str, folded: str) -> bool:
    """Say whether folding changed at most the case. Case is folded by the character, to one or more of them."""
    if text.isascii():
        return True
    if len(text) != len(folded) or not unicodedata.is_normalized("NFKC", text):
        return False
    return text.casefold() == folded


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Cut `text` where normalising one side cannot touch the other."""
    start = 0
    for place in range(1, len(text)):
        if not _joins(text[place]):
            yield start, place
            start = place
    if text:
        yield start, len(text)


@lru_cache(maxsize=4096)
def _joins(character: str) -> bool:
    """Say whether a character may become one with what stands before it."""
    if is_invisible(character):
        return True
    folded = unicodedata.normalize("NFKC", character)[0]
    # Marks; vowels and final consonants of Hangul syllables.
    return unicodedata.category(folded)[0] == "M" or "\u1160" <= folded <= "\u11ff"
