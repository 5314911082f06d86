"""The languages of the pages. The msgids are English, so English needs no catalogue."""

from __future__ import annotations

import threading
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from keepwsgi.layers.request import Request

#: Code and name, as each language calls itself; the first is what a reader of neither gets.
LANGUAGES = {"en": "English", "ko": "한국어"}

_catalogues: dict[str, NullTranslations] = {"en": NullTranslations()}
_reading = threading.Lock()


def catalogue(language: str) -> NullTranslations:
    """The texts in `language`, read from its `.po` file when first asked for and kept.

    Read as it is written, without a compiled twin that could fall behind.
    """
    found = _catalogues.get(language)
    if found is None:
        with _reading:
            found = _catalogues.get(language) or _read(language)
            _catalogues[language] = found
    return found


def _read(language: str) -> NullTranslations:
    from io import BytesIO

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from babel.support import Translations

    path = Path(__file__).with_name(language) / "LC_MESSAGES" / "keepwsgi.po"
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def translate(request: Request, message: str, **values: Any) -> str:
    """`message` in the language of the request, with `%(name)s` replaced by `values`."""
    return catalogue(request.locale).gettext(message) % values


def translate_many(request: Request, one: str, many: str, number: int, **values: Any) -> str:
    """The singular or plural text for `number`, which it may name as `%(num)d`."""
    return catalogue(request.locale).ngettext(one, many, number) % {"num": number, **values}
