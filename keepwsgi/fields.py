"""Field types that every feature's schemas are built from, and what counts as the same name."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from keepwsgi.database.text import UnstorableText, storable


def storable_text(value: object) -> object:
    """Return a text in NFC with plain line ends; anything else as it is, for the next validator to refuse.

    Raises PydanticCustomError `unstorable_text` for what no database column can hold.
    """
    if not isinstance(value, str):
        return value
    try:
        # A form sends CRLF, a script LF: what was typed is the same.
        return storable(value.replace("\r\n", "\n").replace("\r", "\n"))
    except UnstorableText:
        raise PydanticCustomError("unstorable_text", "This has a character that cannot be stored.") from None


def name_key(name: str) -> str:
    """Return what a name is found by: two spellings of one name (case, Unicode form) have one key."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def short_enough(value: str, longest: int) -> str:
    """Return `value`. Raises PydanticCustomError `text_long` where it has more than `longest` characters."""
    if len(value) > longest:
        raise PydanticCustomError("text_long", "This has more than {longest} characters.", {"longest": longest})
    return value


StorableText = Annotated[str, BeforeValidator(storable_text)]
