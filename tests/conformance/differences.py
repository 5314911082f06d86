"""Where keepwsgi means to answer otherwise than Flask, and why. There is no other place for exceptions.

`CONFIGURED`: Flask can be told to do as the layers do; it is told so before anything is compared.
`ANSWERS`: what is left. Each turns Flask's answer into the one wanted, for the cases that name it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from markupsafe import escape

from .comparison import Answer


@dataclass(frozen=True)
class Setting:
    """A choice of Flask's defaults that is not the layers', and how Flask is told."""

    name: str
    reason: str
    apply: Callable[[Flask], None]


@dataclass(frozen=True)
class Difference:
    """`expect` takes Flask's answer and returns the one keepwsgi is meant to give.

    It is shown keepwsgi's too, for what nobody can know beforehand.
    """

    name: str
    reason: str
    expect: Callable[[Answer, Answer], Answer]


def _readable_json(app: Flask) -> None:
    provider = app.json
    assert isinstance(provider, DefaultJSONProvider)
    provider.ensure_ascii = False
    provider.sort_keys = False
    provider.compact = True


CONFIGURED = (
    Setting(
        "readable JSON",
        "JSON is UTF-8 (RFC 8259, 8.1): Korean stays readable in it and takes half the bytes; keys keep the order"
        " given, and debug mode changes nothing.",
        _readable_json,
    ),
    Setting(
        "SameSite cookies",
        "A session cookie is SameSite=Lax unless somebody decides otherwise; Flask leaves it to the browser.",
        lambda app: app.config.update(SESSION_COOKIE_SAMESITE="Lax"),
    ),
)


_TOKEN = re.compile(rb"[\w.=-]{30,}")


def _with_cookie(answer: Answer, change: Callable[[str], str]) -> Answer:
    cookie = answer.header("Set-Cookie")
    return answer if cookie is None else answer.with_header("Set-Cookie", change(cookie))


def _own_token(answer: Answer, ours: Answer) -> Answer:
    """Flask's answer with the layers' token in body and cookie, where both have one there."""
    if _TOKEN.fullmatch(answer.body) and _TOKEN.fullmatch(ours.body):
        answer = answer.with_body(ours.body)
    cookie, our_cookie = answer.header("Set-Cookie"), ours.header("Set-Cookie")
    if cookie and our_cookie and "csrf_token" in cookie:
        value = re.search(r"'csrf_token', '([^']+)'", our_cookie)
        if value is not None:
            answer = answer.with_header("Set-Cookie", re.sub(r"(?<='csrf_token', ')[^']+", value[1], cookie))
    return answer


def _secure(cookie: str) -> str:
    pair, *attributes = cookie.split("; ")
    return "; ".join([pair, *sorted([*attributes, "Secure"])])


def _session_left_alone(answer: Answer, ours: Answer) -> Answer:
    if ours.header("Vary"):  # it was opened after all
        return answer
    return answer.with_header("Set-Cookie", None).with_header("Vary", None)


_DIGEST = re.compile(rb"(?<=/static)/[0-9a-f]{12}(?=/)")


def _digest_in_the_path(answer: Answer, ours: Answer) -> Answer:
    same_but_for_it = _DIGEST.sub(b"", ours.body) == answer.body != ours.body
    return answer.with_body(ours.body) if same_but_for_it else answer


def _immutable(answer: Answer, ours: Answer) -> Answer:
    if not ours.header("Cache-Control"):
        return answer
    for name in ("ETag", "Cache-Control", "Content-Disposition", "Accept-Ranges", "Content-Type", "Vary", "Date"):
        answer = answer.with_header(name, ours.header(name))
    return answer


def _in_the_blogs_style(answer: Answer, ours: Answer) -> Answer:
    """What the blueprint of `rows/blueprints.py` makes of an error."""
    code = int(answer.status[:3])
    if code == 405:
        answer = answer.with_body(b"blog HTTPException: 405").with_header("Allow", None)
    return answer.with_header("X-Blog", "1")


def _relative_location(answer: Answer, ours: Answer) -> Answer:
    here = re.match(r"https?://[^/]*", answer.header("Location") or "")
    if here is None:
        return answer
    body = answer.body.replace(escape(here[0]).encode(), b"")
    length = int(answer.header("Content-Length") or 0) - 2 * len(here[0])  # the page names the target twice
    moved = replace(answer, body=body).with_header("Location", (answer.header("Location") or "")[len(here[0]) :])
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
            "hooks run once",
            "Where an after hook raises, Flask runs all of them again over the 500 page. Here none runs twice in"
            " one request: a hook that counts, logs or locks does not expect it.",
            lambda answer, ours: answer if ours.header("X-After") else answer.with_header("X-After", None),
        ),
        Difference(
            "every teardown runs",
            "In Flask a teardown function that raises keeps the others from running; what they hold stays open.",
            lambda answer, ours: answer,
        ),
        Difference(
            "a request is torn down once",
            "Flask calls its teardown_request functions a second time where a context was kept, for a stream or by"
            " a test client in a `with` block; a layer is left once, when the answer is made.",
            lambda answer, ours: answer,
        ),
        Difference(
            "a blueprint owns its prefix",
            "A path under a blueprint's prefix that matches no rule passes the blueprint's layers, so that an API"
            " answers even its 404 and 405 as an API. In Flask only the application sees them.",
            _in_the_blogs_style,
        ),
        Difference(
            "own g for each request",
            "In Flask a client used inside an application context shares that context's g; a test then shows the"
            " view what no real request has.",
            lambda answer, ours: answer,
        ),
        Difference(
            "unread sessions are not refreshed",
            "A session that nobody reads is not even opened, so it costs nothing; Flask issues a permanent one"
            " anew at every request.",
            _session_left_alone,
        ),
        Difference(
            "a page that is not saved",
            "A session that cannot be sealed is found out last of all; its 500 page passes no layer again, so"
            " nothing says that it varies by cookie. No cache keeps a 500.",
            lambda answer, ours: answer.with_header("Vary", None) if answer.status[:3] == "500" else answer,
        ),
        Difference(
            "cookie for the mount point",
            "Two applications on one host keep apart: the cookie's path is where this one is mounted. Flask has"
            " SESSION_COOKIE_PATH for it, which must be told what SCRIPT_NAME knows.",
            lambda answer, ours: _with_cookie(answer, lambda cookie: cookie.replace("; Path=/", "; Path=/keep")),
        ),
        Difference(
            "Secure on https",
            "A cookie set over https stays on https; in Flask SESSION_COOKIE_SECURE is off until somebody thinks"
            " of it.",
            lambda answer, ours: _with_cookie(answer, _secure),
        ),
        Difference(
            "tokens of another form",
            "A CSRF token here is the session's own random text and lives as long as it; Flask-WTF signs a second"
            " time and lets tokens age. Compared is what the tokens open, not how they look.",
            _own_token,
        ),
        Difference(
            "digest in the path",
            "The URL of a static file changes with the files, so that no cache ever has an old one.",
            _digest_in_the_path,
        ),
        Difference(
            "files for ever",
            "A URL with a digest may be kept for ever; WhiteNoise says so, makes ETags of its own, quotes the"
            " charset, leaves Date to the server and varies by encoding where there are compressed twins.",
            _immutable,
        ),
        Difference(
            "missing files are the application's",
            "WhiteNoise serves what there is; any other path goes on to the routes, whose answer is here a page.",
            lambda answer, ours: ours if ours.body == b"a page" and answer.status[:3] == "404" else answer,
        ),
        Difference(
            "upgrades are declined",
            "There are no WebSocket rules, and a server may ignore Upgrade (RFC 9110, 7.8): the page is sent."
            " Flask's map calls it a 400.",
            lambda answer, ours: ours if ours.status[:3] == "200" and answer.status[:3] == "400" else answer,
        ),
        Difference(
            "chunks are not cut off",
            "Of a body without a length Flask reads as far as MAX_CONTENT_LENGTH and takes that for all of it;"
            " half a file stored without a word is worse than a 413.",
            lambda answer, ours: ours if ours.status[:3] == "413" and answer.status[:3] == "200" else answer,
        ),
        Difference(
            "204 without Content-Type",
            "There is no content whose type could be named (RFC 9110, 15.3.5); wsgiref.validate insists.",
            lambda answer, ours: (
                answer.with_header("Content-Type", None) if answer.status[:3] == "204" else answer
            ),
        ),
    )
}


def expected(answer: Answer, ours: Answer, names: Collection[str]) -> Answer:
    """What keepwsgi should answer where Flask answers this."""
    for name in names:
        answer = ANSWERS[name].expect(answer, ours)
    return answer
