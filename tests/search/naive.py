"""Search as its rules are told, without any index: each memo is looked at, its words cut letter by letter.

Written apart from the package, of which it takes nothing, so that a mistake there is none here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

Piece = tuple[str, str]  # "syllabic" or "alphabetic", and the text

_SYLLABIC_NAMES = ("HANGUL", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC")


@dataclass(frozen=True)
class Wanted:
    """One word or phrase of a query."""

    text: str
    is_phrase: bool = False
    is_negated: bool = False

    def __str__(self) -> str:
        quote = '"' if self.is_phrase else ""
        return f"{'-' if self.is_negated else ''}{quote}{self.text}{quote}"


def same(text: str) -> str:
    """The text in the one form in which all its forms are the same."""
    seen = "".join(letter for letter in text if unicodedata.category(letter) != "Cf" and letter != "\ufe0f")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())


def kind(letter: str) -> str | None:
    """What a letter belongs to."""
    category = unicodedata.category(letter)
    if category == "So":
        return "syllabic"
    if category[0] in "LMN":
        return "syllabic" if unicodedata.name(letter, "").startswith(_SYLLABIC_NAMES) else "alphabetic"
    return None


def pieces(text: str) -> list[Piece]:
    """The pieces of all words, in their order."""
    found: list[Piece] = []
    before = None
    for letter in same(text):
        now = kind(letter)
        if now is not None:
            if now == before:
                found[-1] = (now, found[-1][1] + letter)
            else:
                found.append((now, letter))
        before = now
    return [(sort, letters if sort == "syllabic" else letters[:64]) for sort, letters in found]


def stands_in(wanted: Wanted, text: str) -> bool:
    """Whether one field has the word or phrase."""
    asked, there = pieces(wanted.text), pieces(text)
    places = range(len(there) - len(asked) + 1)
    return any(_fits(asked, there[at : at + len(asked)], wanted.is_phrase) for at in places)


def _fits(asked: Sequence[Piece], there: Sequence[Piece], is_phrase: bool) -> bool:
    if [sort for sort, _ in asked] != [sort for sort, _ in there]:
        return False
    if len(asked) == 1:
        (sort, letters), (_, piece) = asked[0], there[0]
        if sort == "syllabic":
            return letters in piece if len(letters) > 1 else piece.startswith(letters)
        return piece == letters if is_phrase else piece.startswith(letters)
    for (_, letters), (_, piece) in zip(asked[1:-1], there[1:-1], strict=True):
        if piece != letters:
            return False
    (first_sort, first), (last_sort, last) = asked[0], asked[-1]
    begins = there[0][1].endswith(first) if first_sort == "syllabic" else there[0][1] == first
    if last_sort == "alphabetic" and is_phrase:
        return begins and there[-1][1] == last
    return begins and there[-1][1].startswith(last)


def is_found(query: Sequence[Wanted], fields: Sequence[str]) -> bool:
    """Whether a memo with these fields is what the query asks for."""
    asked = [wanted for wanted in query if pieces(wanted.text)]
    return bool(asked) and all(
        any(stands_in(wanted, field) for field in fields) != wanted.is_negated for wanted in asked
    )
