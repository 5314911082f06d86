"""Templates outside a request, and what they leave unread."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import DictLoader, TemplateNotFound

from keepwsgi.layers import Rule, Templates, csrf_token, render_template, render_template_string

from .applications import application

SOURCES = {
    "url.html": "{{ url_for('index') }}",
    "plain.html": "{{ text }}",
    "token.html": "{{ csrf_token() }}",
    "macro.html": "{% macro token() %}{{ csrf_token() }}{% endmacro %}",
    "imports.html": "{% import 'macro.html' as m %}{{ m.token() }}",
}


def index(request: Any) -> str:
    return "index"


def page(request: Any, name: str) -> str:
    return render_template(request, name, text="<b>")


def same_token(request: Any) -> str:
    own = csrf_token(request)
    return str([render_template(request, name) == own for name in ("token.html", "imports.html")])


RULES = [Rule("/", endpoint=index), Rule("/page/<name>", endpoint=page), Rule("/token", endpoint=same_token)]


def templated(**config: Any) -> Any:
    return application(RULES, templates=Templates(DictLoader(SOURCES)), config=config)


def test_a_template_outside_a_request_makes_external_urls() -> None:
    app = templated(SERVER_NAME="memo.example")
    with app.app_context():
        assert app.templates.render(None, "url.html", {}) == "http://memo.example/"


def test_a_template_outside_a_request_and_without_a_server_name_says_so() -> None:
    app = templated()
    with app.app_context(), pytest.raises(RuntimeError, match="SERVER_NAME"):
        app.templates.render(None, "url.html", {})


def test_a_template_needs_no_context_where_it_uses_none() -> None:
    assert templated().templates.render(None, "plain.html", {"text": "<b>"}) == "&lt;b&gt;"


def test_a_template_in_one_request_may_be_rendered_for_another() -> None:
    app = templated()
    first = app.test_request_context("/", base_url="http://localhost/a").request
    with app.test_request_context("/", base_url="http://localhost/b") as second:
        assert render_template(first, "url.html") == "/a/"
        assert render_template(second.request, "url.html") == "/b/"


def test_the_token_of_a_template_is_the_session_s_in_an_imported_macro_too() -> None:
    assert templated().test_client().get("/token").text == "[True, True]"


def test_a_page_without_a_token_or_session_opens_no_session() -> None:
    response = templated().test_client().get("/page/plain.html")
    assert "Vary" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_a_missing_template_names_itself() -> None:
    app = templated()
    with app.test_request_context("/") as context, pytest.raises(TemplateNotFound, match="gone"):
        render_template(context.request, "gone.html")  # type: ignore[arg-type]


def test_names_of_a_view_may_be_those_of_the_parameters() -> None:
    app = templated()
    with app.test_request_context("/") as context:
        text = render_template_string(context.request, "{{ name }} {{ source }}", name="a", source="b")  # type: ignore[arg-type]
    assert text == "a b"
