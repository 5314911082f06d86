"""Text as both engines keep it: what PostgreSQL refuses is refused everywhere, and one spelling of each letter."""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate
from typing import Final, Literal

#: From so many marks on a letter they are put in order here; below, `unicodedata` is quick enough.
_MANY: Final = 100
# Anything but the most usual of what is no mark and begins with none.
_PERHAPS_MARKS: Final = re.compile(
    f"[^\\x00-\u02ff\u1100-\u11ff\u2000-\u20cf\u2100-\u2bff\u3030-\u3098\u309b-\ua66e\uac00-\ud7ff]{{{_MANY},}}"
)


class UnstorableText(ValueError):
    """The text has a NUL character or half of a surrogate pair, which no database column can hold."""


def storable(text: str) -> str:
    """Return `text` in Unicode's composed form (NFC), so that Korean typed on any system is found again.

    Raises UnstorableText.
    """
    if "\0" in text:
        raise UnstorableText("the text has a NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise UnstorableText("the text has half of a surrogate pair") from None
        return normalized("NFC", text)
    return text


def normalized(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Return `unicodedata.normalize(form, text)`, in linear time.

    That sorts the marks on a letter by exchanging neighbours: a letter with a million of them, which fits into
    any form, takes it ten minutes, in which no other thread runs.
    """
    if unicodedata.is_normalized(form, text):
        return text
    return unicodedata.normalize(form, _PERHAPS_MARKS.sub(lambda run: _in_order(form, run[0]), text))


def _in_order(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Return `text` decomposed, with the marks on each letter in canonical order."""
    decomposition: Final = "NFD" if form == "NFC" else "NFKD"
    decomposed = "".join(unicodedata.normalize(decomposition, character) for character in text)
    classes = [unicodedata.combining(character) for character in decomposed]
    letters = accumulate(mark_class == 0 for mark_class in classes)
    # Marks of one class keep their order: sorting is stable.
    keys = list(zip(letters, classes, strict=True))
    return "".join(decomposed[at] for at in sorted(range(len(keys)), key=keys.__getitem__))
