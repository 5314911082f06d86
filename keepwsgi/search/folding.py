"""What counts as the same text, and where its words are cut: the ground that index, query and marks stand on.

Folded text has one form of every letter: case, width, Unicode form and invisible characters make no difference.
A word is a run of letters, marks, numbers and symbols such as emoji. It is cut into segments of two kinds:
*syllabic* (Hangul, Han, kana, emoji), found by any part of it, and *alphabetic*, found by its beginning.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from keepwsgi.database.text import normalized

#: Alphabetic segments are compared by so many of their first characters.
SEGMENT_LONGEST: Final = 64

_SYLLABIC: Final = re.compile(
    "["
    "\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7ff"  # Hangul
    "\u302a-\u302f\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"  # kana, and marks on syllables
    "\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "]"
)
_RUN: Final = re.compile("s+|a+")
_ASCII_RUN: Final = re.compile("[a-z0-9]+")


class Segment(NamedTuple):
    """A piece of a word, folded."""

    text: str
    is_syllabic: bool


def fold(text: str) -> str:
    """Return `text` as it is compared."""
    if text.isascii():
        return text.lower()
    visible = text.translate(_VISIBLE)
    return normalized("NFKC", normalized("NFKC", visible).casefold())


def spans(folded: str) -> list[tuple[int, int, bool]]:
    """Return where the segments of folded text begin and end, and which are syllabic. Takes linear time."""
    if folded.isascii():
        return [(*run.span(), False) for run in _ASCII_RUN.finditer(folded)]
    kinds = folded.translate(_KINDS)
    return [(start, end, kinds[start] == "s") for start, end in (run.span() for run in _RUN.finditer(kinds))]


def segments(text: str) -> list[Segment]:
    """Return the segments of `text`, folded, in their order."""
    folded = fold(text)
    return [Segment(folded[start:end], is_syllabic) for start, end, is_syllabic in spans(folded)]


def is_invisible(character: str) -> bool:
    """Say whether a character only says how others are shown: joiners, directions, soft hyphens, variants."""
    return (
        unicodedata.category(character) == "Cf"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if category == "So":
        return "s"
    if category[0] not in "LMN":
        return " "
    return "s" if _SYLLABIC.match(character) else "a"


class _Visible(dict[int, str | None]):
    """For str.translate: None for an invisible character. Looks each character up once."""

    def __missing__(self, code: int) -> str | None:
        self[code] = found = None if is_invisible(chr(code)) else chr(code)
        return found


class _Kinds(dict[int, str]):
    """For str.translate: `s` for syllabic, `a` for alphabetic, a space for what stands between words."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _kind(chr(code))
        return found


_VISIBLE: Final = _Visible()
_KINDS: Final = _Kinds()
