"""What every answer says to the browser besides its text, and pages that keep to it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from keepwsgi.accounts.layer import public
from keepwsgi.layers import SECURITY_HEADERS, Application
from keepwsgi.memos import service
from keepwsgi.memos.schemas import COLORS
from tests.clients import Browser
from tests.factories import PASSWORD, make_memo


def break_health(app: Application, error: Exception | type[BaseException]) -> None:
    """Let /healthz raise: a view anybody may ask for, that reads nothing."""

    @public
    def healthz(request: Any) -> str:
        raise error

    app.routes.views["health.healthz"] = healthz


def answers(browser: Browser, visitor: Browser) -> dict[str, TestResponse]:
    """One answer of each kind."""
    app = browser.app
    memo = make_memo(browser.database, browser.user)
    page = browser.get("/")
    with app.test_request_context() as context:
        assert context.request
        style = context.request.url_for("static", filename="css/base.css")
    found = {
        "a page": page,
        "a page for strangers": visitor.get("/login"),
        "not modified": browser.get("/", headers={"If-None-Match": page.headers["ETag"]}),
        "a redirect": visitor.get("/"),
        "a redirect of the map": browser.client.open(environ_overrides={"PATH_INFO": "/memos//1"}),
        "a redirect after a POST": browser.post(f"/memos/{memo.id}/pin"),
        "plain text": visitor.get("/healthz"),
        "OPTIONS": visitor.open("/", method="OPTIONS"),
        "HEAD": browser.open("/", method="HEAD"),
        "400": browser.post("/memos", csrf_token="x"),
        "401": visitor.post("/memos"),
        "404": browser.get("/nowhere"),
        "404 beside the static files": visitor.get(style + "x"),
        "405": browser.get("/logout"),
        "413": browser.post_body("/memos", b"a" * 3_000_000, "application/x-www-form-urlencoded"),
        "422": browser.post("/memos", color="ultraviolet"),
        "a static file": visitor.get(style),
        "a static file, compressed": visitor.get(style, headers={"Accept-Encoding": "gzip"}),
    }
    break_health(app, RuntimeError)
    found["500"] = visitor.get("/healthz")
    return found


def test_every_kind_of_answer_carries_the_security_headers(browser: Browser, visitor: Browser) -> None:
    for kind, response in answers(browser, visitor).items():
        for name, value in SECURITY_HEADERS:
            assert response.headers.getlist(name) == [value], kind
        if "static file" not in kind and "static files" not in kind:
            assert response.headers["X-Request-Id"], kind
        assert "Server" not in response.headers
        assert "Access-Control-Allow-Origin" not in response.headers, kind


def test_the_last_plain_500_carries_them_too(visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(request: Any) -> Any:
        raise RuntimeError("no layer is left")

    monkeypatch.setattr(visitor.app, "handle", fail)
    response = visitor.get("/")
    assert response.status_code == 500
    assert "Internal Server Error" in response.text
    for name, value in SECURITY_HEADERS:
        assert response.headers.getlist(name) == [value]


def test_a_page_that_cannot_even_be_apologised_for_is_the_plain_500(
    visitor: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*given: Any) -> str:
        raise RuntimeError("the templates are gone")

    monkeypatch.setattr(visitor.app.templates, "render", fail)
    response = visitor.get("/login/../nowhere")
    assert response.status_code == 500
    assert "the templates are gone" not in response.text
    assert "the templates are gone" in caplog.text
    assert "Content-Security-Policy" in response.headers


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = dict(SECURITY_HEADERS)["Content-Security-Policy"]
    directives = {name: sources for name, *sources in (part.split() for part in policy.split(";"))}
    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == directives["style-src"] == directives["form-action"] == ["'self'"]
    assert directives["frame-ancestors"] == directives["base-uri"] == ["'none'"]
    for word in ("unsafe", "http:", "https:", "*"):
        assert word not in policy


def test_only_static_files_are_kept_for_ever_and_only_when_they_are_there(
    browser: Browser, visitor: Browser
) -> None:
    for kind, response in answers(browser, visitor).items():
        immutable = "immutable" in response.headers.get("Cache-Control", "")
        assert immutable == kind.startswith("a static file"), kind


class Page(HTMLParser):
    """What a strict policy would not run, and what would leave the site."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.forms = 0
        self.tokens = 0
        self.ids: list[str] = []
        self.in_script = False
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.in_script = tag == "script"  # the site's own files are run, nothing that stands in the page
        if tag in ("style", "iframe", "object", "embed", "base") or (self.in_script and "src" not in attributes):
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.wrong.append(f"{name}={value}")
            if name in ("src", "href", "action", "formaction", "poster", "data"):
                # A link in somebody's memo may lead anywhere, in a window that knows nothing of this one.
                is_memos_link = tag == "a" and (attributes.get("rel") or "").find("noopener") >= 0
                if not (value or "").startswith(("/", "#")) and not is_memos_link:
                    self.wrong.append(f"{name}={value}")
                if (value or "").startswith("//"):
                    self.wrong.append(f"{name}={value}")
        if len(attributes) != len(attrs):
            self.wrong.append(f"an attribute twice: {attrs}")
        if tag == "form" and attributes.get("method") == "post":
            self.forms += 1
        self.tokens += attributes.get("name") == "csrf_token"
        if "id" in attributes:
            self.ids.append(attributes["id"] or "")

    def handle_endtag(self, tag: str) -> None:
        self.in_script = False

    def handle_data(self, data: str) -> None:
        if self.in_script and data.strip():
            self.wrong.append(data)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_page_has_anything_the_policy_forbids(browser: Browser, visitor: Browser, language: str) -> None:
    speaks = {"Accept-Language": language}
    browser.headers, visitor.headers = speaks, speaks
    body = "# head\n**bold** https://example.com [x](https://example.com)\n- `a`\n\n```\nx\n```\n<script>"
    memos = [make_memo(browser.database, browser.user, body, title="t", color=color) for color in COLORS]
    with browser.database.writing(browser.user.id) as write:
        service.trash(write, memos[0].id)
        service.archive(write, memos[1].id)
        service.pin(write, memos[2].id)
    trashed, archived, pinned, *_ = [f"/memos/{memo.id}" for memo in memos]
    browser.post(f"/memos/{memos[3].id}/archive")  # its message is on the next page
    pages = [browser.get(path) for path in ("/", "/archive", "/trash", "/settings", trashed, archived, pinned)]
    pages += [
        browser.get("/nowhere"),
        browser.post(f"{trashed}/delete"),
        browser.post("/trash/empty"),
        browser.post("/memos", title="x" * 1001, body=body, colour="red"),
        browser.post(pinned, title="x" * 1001, revision="x"),
        browser.post(pinned, title="other", revision="0"),
        browser.post(trashed, title="other"),
        browser.post("/memos", title="typed", body=body, csrf_token=""),
        browser.post("/memos", title="typed", headers={"Sec-Fetch-Site": "cross-site"}),
        browser.post("/settings", language="tlh", theme="pink", evil="x"),
        browser.post("/settings/password", current_password="x"),
        visitor.get("/login"),
        visitor.post("/login", username="minji", password="wrong", evil="x"),
        visitor.post("/login", username="", password=PASSWORD, csrf_token="x"),
        visitor.post("/memos", title="typed", body=body),
        visitor.get("/register"),
    ]
    wanted = f'<html lang="{language}"'
    for response in pages:
        page = Page(response)
        where = f"{response.request.method} {response.request.path} {response.status_code}"
        assert page.wrong == [], where
        assert page.tokens == page.forms, where
        assert len(page.ids) == len(set(page.ids)), (where, page.ids)
        assert wanted in response.text, where
    assert {response.status_code for response in pages} >= {200, 400, 401, 403, 404, 409, 422}


def test_an_error_raised_by_a_view_keeps_its_own_headers(visitor: Browser) -> None:
    class Teapot(HTTPException):
        code = 418

    break_health(visitor.app, Teapot())
    response = visitor.get("/healthz")
    assert response.status_code == 418
    assert response.headers["Cache-Control"] == "no-store"
