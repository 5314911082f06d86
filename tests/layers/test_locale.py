"""Which language a request is answered in."""

from __future__ import annotations

from gettext import NullTranslations
from typing import Any

import pytest
from jinja2 import DictLoader

from keepwsgi.layers import Rule, Templates, install_gettext, locale, render_template

from .applications import application

SOURCES = {
    "page.html": "{{ _('Hello %(name)s', name='<a>') }} {{ ngettext('%(num)s note', '%(num)s notes', 2) }}"
    "{% trans %} Bye{% endtrans %}",
    "macro.html": "{% macro hello() %}{{ _('Hello %(name)s', name='m') }}{% endmacro %}",
    "imports.html": "{% import 'macro.html' as m %}{{ m.hello() }}",
}


class Catalogue(NullTranslations):
    """Puts the language before each text."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def gettext(self, message: str) -> str:
        return f"{self.language}:{message}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{self.language}:{msgid1 if n == 1 else msgid2}"


def which(request: Any) -> str:
    return str(request.locale)


def page(request: Any, name: str) -> str:
    return render_template(request, name)


def client_of(asked: list[Any] | None = None) -> Any:
    def choice(request: Any) -> str | None:
        if asked is not None:
            asked.append(request.path)
        chosen: str | None = request.args.get("lang")
        return chosen

    templates = Templates(DictLoader(SOURCES))
    install_gettext(templates.environment, Catalogue)
    rules = [Rule("/", endpoint=which), Rule("/page/<name>", endpoint=page), Rule("/unread", endpoint=unread)]
    return application(rules, inner=[locale(["en", "ko"], choice=choice)], templates=templates).test_client()


def unread(request: Any) -> str:
    return "unread"


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        ("en-GB,en;q=0.9,ko;q=0.8", "en"),
        ("en-GB", "en"),
        ("en-GB, ko;q=0.9", "en"),
        ("fr", "en"),
        ("fr, ko;q=0.1", "ko"),
        ("ko;q=0, en;q=0.5", "en"),
        ("*", "en"),
        ("KO", "ko"),
        ("ko;q=x, ,;=,en;q=2", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_the_browser_s_languages_are_honoured(accepts: str | None, language: str) -> None:
    headers = {} if accepts is None else {"Accept-Language": accepts}
    assert client_of().get("/", headers=headers).text == language


def test_the_reader_s_choice_goes_before_the_browser_s() -> None:
    headers = {"Accept-Language": "en"}
    assert client_of().get("/?lang=ko", headers=headers).text == "ko"


def test_a_choice_that_is_not_offered_is_none() -> None:
    assert client_of().get("/?lang=fr", headers={"Accept-Language": "ko"}).text == "ko"


def test_nobody_is_asked_when_the_language_is_not_needed() -> None:
    asked: list[Any] = []
    client = client_of(asked)
    client.get("/unread")
    assert asked == []
    client.get("/page/page.html")
    assert asked == ["/page/page.html"]


def test_templates_speak_the_language_of_their_request_and_escape_what_is_put_in() -> None:
    client = client_of()
    assert client.get("/page/page.html?lang=ko").text == "ko:Hello &lt;a&gt; ko:2 notesko: Bye"
    assert client.get("/page/imports.html?lang=ko").text == "ko:Hello m"
