"""What the x-ray shows of a request to the application itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from keepwsgi.layers import Application, ErrorHandlers, Routes, Rule, errors
from keepwsgi.xray import XRay
from tests.clients import Browser, memo_of
from tests.conftest import MakeApp
from tests.xray.conftest import text_of

Rays = Callable[[Any], str]


def in_order(text: str, *parts: str) -> bool:
    return re.search(".*".join(map(re.escape, parts)), text) is not None


def test_a_board_is_followed_from_environ_to_start_response(reader: Browser, rays: Rays) -> None:
    memo_of(reader, "milk")
    answer = reader.get("/")
    said = rays(answer)
    assert in_order(
        said,
        "REQUEST_METHOD GET",
        "layer request_id ← X-Request-Id",
        "layer sessions",
        "rule Routes.find / → memos.board",
        "layer accounts",
        "attribute request.user",
        "session CookieSessions.open",
        "transaction BEGIN reading",
        "SQL SELECT users 1 row",
        "layer csrf not asked: a safe method changes nothing",
        "layer locale stands aside, and offers request.locale",
        "view memos.board",
        "SQL SELECT memos 1 row",
        "template board.html",
        "template layout.html",
        "block content · board.html",
        "transaction ROLLBACK",
        "session CookieSessions.save unchanged: no cookie goes out",
        'start_response("200 OK"',
    )
    assert f"body of {len(answer.data)} bytes in 1 piece" in said
    # Each header of the answer with who put it there.
    assert in_order(
        said, "What went out", "private, no-cache memos.board", "request_id", "nosniff middleware", "x-ray"
    )
    # Of SQL the text, the number of parameters and who asked; of each layer Flask's name and the source.
    assert re.search(r"SQL SELECT memos\.id.*?Parameters \d+ Asked by keepwsgi/memos/\w+\.py:\d+", said)
    assert re.search(
        r"In Flask session, SecureCookieSessionInterface Source keepwsgi/layers/session\.py:\d+", said
    )
    assert re.search(r"Source keepwsgi/layers/session\.py:\d+ Guide /guide/\d\d-sessions", said)
    assert "milk" not in said


def test_every_answer_tells_the_browser_where_the_time_went(reader: Browser) -> None:
    timing = reader.get("/").headers["Server-Timing"]
    assert re.match(r'total;dur=\d+\.\d+, db;desc="statements: \d+";dur=\d+\.\d+, template;dur=', timing)
    assert "sessions;dur=" in timing
    assert "memos_board;dur=" in timing


def test_a_page_leads_to_its_x_ray_and_what_is_no_page_does_not(reader: Browser) -> None:
    page = reader.get("/")
    link = f'<a href="/_xray/{page.headers["X-Request-Id"]}">x-ray</a></nav>'
    assert link in page.text
    assert page.content_length == len(page.data)
    assert "xray-link" not in reader.get("/", headers={"X-Fragment": "1"}).text
    assert "xray-link" not in reader.get("/api/v1/memos").text
    # The tag is the page's, which the link is no part of.
    again = reader.get("/", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    assert "Server-Timing" in again.headers


def test_a_refused_form_says_why_and_who_answered(reader: Browser, rays: Rays) -> None:
    answer = reader.open("/memos", method="POST", data={"csrf_token": "of another session", "body": "secret plan"})
    assert answer.status_code == 400
    said = rays(answer)
    assert in_order(
        said,
        "layer csrf CSRFError",
        "CSRF csrf.check refused CSRFError",
        "Exception CSRFError: 400 Bad Request: The form's CSRF token is not this session's.",
        "layer Routes.dispatch not reached",
        "error ErrorHandlers.answer CSRFError → 400 BAD REQUEST",
        "Exception CSRFError: 400 Bad Request: The form's CSRF token is not this session's.",
        "Handler forged keepwsgi/error_pages.py:",
    )
    assert "Form field body: str[11]" in said
    assert "secret plan" not in said
    assert "of another session" not in said


def test_a_path_without_a_rule_shows_the_rules_that_nearly_matched(reader: Browser, rays: Rays) -> None:
    missing = rays(reader.get("/memos/abc"))
    assert "no rule; kept for dispatch to raise" in missing
    assert "error ErrorHandlers.answer NotFound → 404 NOT FOUND" in missing
    assert in_order(
        missing, "Rules that nearly matched", "/memos/<int:memo_id>", "the converter refuses int: 'abc'"
    )
    wrong = rays(reader.get("/login/", headers={"Accept-Language": "en"}))
    assert in_order(wrong, "/login", "only the last slash differs")
    method = reader.open("/labels", method="DELETE", headers={"X-CSRF-Token": reader.token})
    assert method.status_code == 405
    assert in_order(rays(method), "/labels", "the same path for another method DELETE")


def test_what_a_path_says_is_shown_as_text_and_as_a_value(reader: Browser, rays: Rays) -> None:
    memo = memo_of(reader, "milk")
    said = rays(reader.get(f"/memos/{memo.id}"))
    assert f"Argument memo_id: '{memo.id}' → IntegerConverter → {memo.id} (int)" in said


def test_a_write_shows_its_transaction_and_a_redirect_its_place(reader: Browser, rays: Rays) -> None:
    reader.get("/")
    answer = reader.post("/memos", title="", body="milk")
    assert answer.status_code == 303
    said = rays(answer)
    assert in_order(
        said, "CSRF csrf.check passed", "transaction BEGIN IMMEDIATE writing", "INSERT memos", "COMMIT"
    )
    assert in_order(said, "What went out", "Location")


def test_off_it_is_not_there_at_all(make_app: MakeApp) -> None:
    bare, rayed = make_app(), make_app(xray=True)
    assert not isinstance(bare.wsgi_app, XRay)
    assert isinstance(rayed.wsgi_app, XRay)
    assert type(bare.wsgi_app) is type(rayed.wsgi_app.wsgi_app)
    answer = bare.test_client().get("/login", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert "Server-Timing" not in answer.headers
    assert bare.test_client().get("/_xray").status_code == 404


def test_a_500_shows_the_exception_and_the_steps_it_came_through() -> None:
    def fail(request: Any) -> str:
        raise ZeroDivisionError("no such quotient")

    routes = Routes([Rule("/", endpoint=fail)])
    app = Application(routes, [routes.match, errors(ErrorHandlers({}))])
    app.wsgi_app = XRay(app)
    answer = app.test_client().get("/")
    said = text_of(app.test_client().get(f"/_xray/{answer.headers['X-Request-Id']}").text)
    assert in_order(
        said, "layer errors", "view fail ZeroDivisionError", "error ErrorHandlers.answer ZeroDivisionError"
    )
    assert "→ 500 INTERNAL SERVER ERROR" in said
    assert "ZeroDivisionError: no such quotient" in said
