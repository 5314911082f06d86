"""Where keepwsgi means to answer otherwise than Flask, and why. There is no other place for exceptions.

`CONFIGURED`: Flask can be told to do as the layers do; it is told so before anything is compared.
`ANSWERS`: what is left. Each turns Flask's answer into the one wanted, for the cases that name it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from markupsafe import escape
from werkzeug.exceptions import HTTPException, NotFound

from keepwsgi.layers.routing import path_only

from .comparison import Answer


@dataclass(frozen=True)
class Setting:
    """A choice of Flask's defaults that is not the layers', and how Flask is told."""

    name: str
    reason: str
    apply: Callable[[Flask], None]


@dataclass(frozen=True)
class Difference:
    """`expect` takes Flask's answer and returns the one keepwsgi is meant to give."""

    name: str
    reason: str
    expect: Callable[[Answer], Answer]


def _readable_json(app: Flask) -> None:
    provider = app.json
    assert isinstance(provider, DefaultJSONProvider)
    provider.ensure_ascii = False
    provider.sort_keys = False


CONFIGURED = (
    Setting(
        "readable JSON",
        "JSON is UTF-8 (RFC 8259, 8.1): Korean stays readable in it and takes half the bytes; keys keep the order given.",
        _readable_json,
    ),
    Setting(
        "SameSite cookies",
        "A session cookie is SameSite=Lax unless somebody decides otherwise; Flask leaves it to the browser's default.",
        lambda app: app.config.update(SESSION_COOKIE_SAMESITE="Lax"),
    ),
)


def _page(error: HTTPException) -> Answer:
    """Werkzeug's own page for an error, as an answer."""
    response = error.get_response()
    headers = sorted((name.lower(), value) for name, value in response.headers)
    body = bytes(response.get_data())
    return Answer(response.status, tuple(headers), body)


NOT_FOUND = _page(NotFound())


def _with_cookie(answer: Answer, change: Callable[[str], str]) -> Answer:
    cookie = answer.header("Set-Cookie")
    return answer if cookie is None else answer.with_header("Set-Cookie", change(cookie))


def _without_token(answer: Answer) -> Answer:
    return replace(answer, token=True)


def _secure(cookie: str) -> str:
    pair, *attributes = cookie.split("; ")
    return "; ".join([pair, *sorted([*attributes, "Secure"])])


def _session_left_alone(answer: Answer) -> Answer:
    if answer.body != b"untouched":
        return answer
    return answer.with_header("Set-Cookie", None).with_header("Vary", None)


def _relative_location(answer: Answer) -> Answer:
    location = answer.header("Location")
    if location is None or location.startswith("/"):
        return answer
    relative = path_only(location)
    absolute_html, relative_html = str(escape(location)), str(escape(relative))
    shorter = 2 * (len(absolute_html) - len(relative_html))  # the page names the target twice
    length = int(answer.header("Content-Length") or 0) - shorter
    body = answer.body.decode().replace(absolute_html, relative_html).encode()
    moved = replace(answer, body=body).with_header("Location", relative)
    return moved.with_header("Content-Length", str(length))


ANSWERS = {
    difference.name: difference
    for difference in (
        Difference(
            "path-only redirect",
            "A missing slash is mended with a path; an absolute URL would repeat a forged Host to the client.",
            _relative_location,
        ),
        Difference(
            "too many digits",
            "A number longer than Python converts (4,300 digits) names nothing: 404. In Flask the ValueError is a 500.",
            lambda answer: NOT_FOUND,
        ),
        Difference(
            "hooks run once",
            "Where an after hook raises, Flask runs all of them again over the 500 page. Here none runs twice in one"
            " request: a hook that counts, logs or locks does not expect it.",
            lambda answer: answer.with_header("X-After", None) if answer.status[:3] == "500" else answer,
        ),
        Difference(
            "every teardown runs",
            "In Flask a teardown function that raises keeps the others from running, and what they hold stays open.",
            lambda answer: answer,
        ),
        Difference(
            "own g for each request",
            "In Flask a client used inside an application context shares that context's g; a test then shows the view"
            " what no real request has.",
            lambda answer: answer,
        ),
        Difference(
            "unread sessions are not refreshed",
            "A session that nobody reads is not even opened, so it costs nothing; Flask issues a permanent one anew at"
            " every request.",
            _session_left_alone,
        ),
        Difference(
            "a page that is not saved",
            "A session that cannot be sealed is found out last of all; its 500 page passes no layer again, so nothing"
            " says that it varies by cookie. No cache keeps a 500.",
            lambda answer: answer.with_header("Vary", None) if answer.status[:3] == "500" else answer,
        ),
        Difference(
            "tokens of another form",
            "A CSRF token here is the session's own random text and lives as long as it; Flask-WTF signs a second time"
            " and lets tokens age. Compared is what the tokens open, not how they look.",
            _without_token,
        ),
        Difference(
            "cookie for the mount point",
            "Two applications on one host keep apart: the cookie's path is where this one is mounted. Flask has"
            " SESSION_COOKIE_PATH for it, which must be told what SCRIPT_NAME knows.",
            lambda answer: _with_cookie(answer, lambda cookie: cookie.replace("; Path=/", "; Path=/keep")),
        ),
        Difference(
            "Secure on https",
            "A cookie set over https stays on https; in Flask SESSION_COOKIE_SECURE is off until somebody thinks of it.",
            lambda answer: _with_cookie(answer, _secure),
        ),
        Difference(
            "204 without Content-Type",
            "There is no content whose type could be named (RFC 9110, 15.3.5); wsgiref.validate insists.",
            lambda answer: answer.with_header("Content-Type", None) if answer.status[:3] == "204" else answer,
        ),
    )
}


def expected(answer: Answer, names: tuple[str, ...]) -> Answer:
    """What keepwsgi should answer where Flask answers this."""
    for name in names:
        answer = ANSWERS[name].expect(answer)
    return answer
