"""Flask-WTF's `CSRFProtect`: the tokens have other forms, the verdicts must agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import flask
from flask_wtf.csrf import CSRFProtect, generate_csrf

from keepwsgi.layers import Rule, csrf, csrf_token

from ..applications import flask_application, layered_application
from ..comparison import Answer, Ask, Site, Trail, ask, case, get, post

ROW = "CSRF"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def with_flask(trail: Trail) -> Any:
    app = flask_application()
    CSRFProtect(app)

    @app.route("/token")
    def token() -> str:
        return str(generate_csrf())

    @app.route("/tokens")
    def tokens() -> str:
        return str(generate_csrf() == generate_csrf() != "")

    @app.route("/", methods=METHODS)
    def act() -> str:
        return "done"

    @app.route("/sign-out", methods=["POST"])
    def sign_out() -> str:
        flask.session.clear()
        return "signed out"

    @app.errorhandler(400)
    def refused(error: Any) -> Any:
        return "refused", 400

    return app


def with_layers(trail: Trail) -> Any:
    def token(request: Any) -> str:
        return csrf_token(request)

    def tokens(request: Any) -> str:
        return str(csrf_token(request) == csrf_token(request) != "")

    def act(request: Any) -> str:
        return "done"

    def sign_out(request: Any) -> str:
        request.session.clear()
        return "signed out"

    def refused(request: Any, error: Any) -> Any:
        return "refused", 400

    return layered_application(
        [
            Rule("/token", endpoint=token),
            Rule("/tokens", endpoint=tokens),
            Rule("/", endpoint=act, methods=METHODS),
            Rule("/sign-out", endpoint=sign_out, methods=["POST"]),
        ],
        handlers={400: refused},
        inner=[csrf(reads_multipart=lambda request: True)],
    )


site = Site(with_flask, with_layers)
FORM = ["tokens of another form"]


def token_in(answers: Sequence[Answer]) -> str:
    return answers[0].body.decode()


def with_token(build: Callable[[str], Ask]) -> Callable[[Sequence[Answer]], Ask]:
    """A step made with the token that the first answer held."""
    return lambda answers: build(token_in(answers))


CASES = [
    case("reading needs no token", site, get("/"), ask("HEAD", "/"), ask("OPTIONS", "/")),
    case(
        "without a token or a session every writing method is refused",
        site,
        post("/"),
        ask("PUT", "/"),
        ask("PATCH", "/"),
        ask("DELETE", "/"),
    ),
    case("without a token but with a session it is refused", site, get("/token"), post("/"), differs=FORM),
    case(
        "with the token in the form it is done",
        site,
        get("/token"),
        with_token(lambda token: post("/", data={"csrf_token": token})),
        differs=FORM,
    ),
    case(
        "with the token in the header it is done",
        site,
        get("/token"),
        with_token(lambda token: post("/", headers={"X-CSRF-Token": token})),
        differs=FORM,
    ),
    case(
        "every writing method takes the header",
        site,
        get("/token"),
        *(
            with_token(lambda token, method=method: ask(method, "/", headers={"X-CSRF-Token": token}))
            for method in ("PUT", "PATCH", "DELETE")
        ),
        differs=FORM,
    ),
    case(
        "the token is found in a multipart form",
        site,
        get("/token"),
        with_token(lambda token: post("/", data={"csrf_token": token}, content_type="multipart/form-data")),
        differs=FORM,
    ),
    case(
        "the token is not looked for in the query",
        site,
        get("/token"),
        with_token(lambda token: post(f"/?csrf_token={token}")),
        differs=FORM,
    ),
    case(
        "the token is not looked for in a JSON body",
        site,
        get("/token"),
        with_token(lambda token: post("/", json={"csrf_token": token})),
        differs=FORM,
    ),
    case(
        "JSON with the header is done",
        site,
        get("/token"),
        with_token(lambda token: post("/", json={"a": 1}, headers={"X-CSRF-Token": token})),
        differs=FORM,
    ),
    case(
        "a token works more than once",
        site,
        get("/token"),
        *[with_token(lambda token: post("/", data={"csrf_token": token}))] * 3,
        differs=FORM,
    ),
    case(
        "a token works after another was asked for",
        site,
        get("/token"),
        get("/token"),
        with_token(lambda token: post("/", data={"csrf_token": token})),
        differs=FORM,
    ),
    case(
        "another session's token is refused",
        site,
        get("/token"),
        post("/", data={"csrf_token": "x" * 32}),
        differs=FORM,
    ),
    case(
        "a token with a letter more is refused",
        site,
        get("/token"),
        with_token(lambda token: post("/", data={"csrf_token": token + "x"})),
        differs=FORM,
    ),
    case(
        "an empty token is refused",
        site,
        get("/token"),
        post("/", data={"csrf_token": ""}),
        post("/", headers={"X-CSRF-Token": ""}),
        differs=FORM,
    ),
    case(
        "a token that is not ASCII is refused",
        site,
        get("/token"),
        post("/", data={"csrf_token": "토큰"}),
        post("/", data=b"csrf_token=%ff", content_type="application/x-www-form-urlencoded"),
        differs=FORM,
    ),
    case(
        "a token of another field is refused",
        site,
        get("/token"),
        with_token(lambda token: post("/", data={"token": token})),
        differs=FORM,
    ),
    case(
        "a token whose session has been cleared is refused",
        site,
        get("/token"),
        with_token(lambda token: post("/sign-out", data={"csrf_token": token})),
        with_token(lambda token: post("/", data={"csrf_token": token})),
        differs=FORM,
    ),
    case(
        "a token without its cookie is refused",
        site,
        get("/token"),
        with_token(lambda token: post("/", data={"csrf_token": token}, headers={"Cookie": "session=x"})),
        differs=FORM,
    ),
    case("one request has one token", site, get("/tokens"), differs=FORM),
    case("an unknown path is a 404 rather than a refusal", site, post("/nothing")),
    case("a wrong method is a 405 rather than a refusal", site, ask("DELETE", "/token")),
]
