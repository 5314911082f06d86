"""Text as both engines keep it: what PostgreSQL refuses is refused everywhere, and one spelling of each letter."""

from __future__ import annotations

import unicodedata


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
        return unicodedata.normalize("NFC", text)
    return text
