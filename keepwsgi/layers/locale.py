"""The language of a request.

Flask leaves this to Flask-Babel. The reader's own choice comes first, then `Accept-Language`
(RFC 9110, 12.5.4). Without it every page would be in one language, or every view would parse the header.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from gettext import NullTranslations
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from keepwsgi.layers.handler import Handler, Layer, offers
from keepwsgi.layers.request import Request


def locale(languages: Sequence[str], *, choice: Callable[[Any], str | None]) -> Layer:
    """A layer that offers `request.locale`, one of `languages`; the first one is the default.

    `choice(request)` is what the reader has chosen, or None. Nothing is looked at until it is asked for.

    In Flask: Flask-Babel's `locale_selector`.
    """

    def select(request: Request) -> str:
        chosen = choice(request)
        if chosen in languages:
            return str(chosen)
        # In the reader's order and by the language alone: `en-GB, ko;q=0.9` asks for English first.
        for tag, quality in request.accept_languages:
            language = tag.partition("-")[0].lower()
            if quality > 0 and language in languages:
                return language
        return languages[0]

    @offers(locale=select)
    def layer(handler: Handler) -> Handler:
        return handler

    return layer


def install_gettext(environment: Environment, catalogue: Callable[[str], NullTranslations]) -> None:
    """Give templates `_`, `gettext`, `ngettext` and `{% trans %}` in the language of their request.

    `catalogue(language)` is called for every text, so it should keep what it has read.
    """

    def translations(context: Context) -> NullTranslations:
        return catalogue(context["request"].locale)

    @pass_context
    def gettext(context: Context, message: str) -> str:
        return translations(context).gettext(message)

    @pass_context
    def ngettext(context: Context, singular: str, plural: str, number: int) -> str:
        return translations(context).ngettext(singular, plural, number)

    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
