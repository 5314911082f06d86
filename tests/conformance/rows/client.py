"""`app.test_client()` and the session in tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask

from keepwsgi import layers
from keepwsgi.layers import Rule

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, case, get

ROW = "test client"


def told(response: Any) -> list[Any]:
    return [response.status_code, response.text, response.headers.get("Location")]


def pair(play: Callable[[Any, Trail], Any]) -> Site:
    """`play(client, trail)` uses the test client of either application."""

    def with_flask(trail: Trail) -> Any:
        app = flask_application()

        @app.route("/", methods=["GET", "POST"])
        def index() -> Any:
            request = flask.request
            return [request.method, request.form.to_dict(), request.get_json(silent=True), request.args.to_dict()]

        @app.route("/user")
        def user() -> str:
            return str(flask.session.get("user"))

        @app.route("/sign-in/<name>")
        def sign_in(name: str) -> Any:
            flask.session["user"] = name
            flask.flash(f"welcome {name}")
            return flask.redirect(flask.url_for("user"))

        @app.route("/json")
        def json() -> Any:
            return {"제목": "메모"}

        play(app.test_client(), trail)
        return app

    def with_layers(trail: Trail) -> Any:
        def index(request: Any) -> Any:
            return [request.method, request.form.to_dict(), request.get_json(silent=True), request.args.to_dict()]

        def user(request: Any) -> str:
            return str(request.session.get("user"))

        def sign_in(request: Any, name: str) -> Any:
            request.session["user"] = name
            layers.flash(request, f"welcome {name}")
            return layers.redirect(request.url_for("user"))

        def json(request: Any) -> Any:
            return {"제목": "메모"}

        app = layered_application(
            [
                Rule("/", endpoint=index, methods=["GET", "POST"]),
                Rule("/user", endpoint=user),
                Rule("/sign-in/<name>", endpoint=sign_in),
                Rule("/json", endpoint=json),
            ]
        )
        play(app.test_client(), trail)
        return app

    return Site(with_flask, with_layers)


def asking(client: Any, trail: Trail) -> None:
    trail.append(told(client.get("/?a=1")))
    trail.append(told(client.post("/", data={"a": "가"})))
    trail.append(told(client.post("/", json={"a": ["가"]})))
    trail.append(told(client.get("/", query_string={"a": "가 나"})))
    trail.append(client.get("/json").get_json())
    trail.append(client.delete("/").status_code)


def remembering(client: Any, trail: Trail) -> None:
    trail.append(told(client.get("/sign-in/ada")))
    trail.append(told(client.get("/user")))
    trail.append(client.get_cookie("session") is not None)
    client.delete_cookie("session")
    trail.append(told(client.get("/user")))


def following(client: Any, trail: Trail) -> None:
    response = client.get("/sign-in/ada", follow_redirects=True)
    trail.append([told(response), response.request.path, len(response.history)])


def transaction(client: Any, trail: Trail) -> None:
    with client.session_transaction() as session:
        trail.append(dict(session))
        session["user"] = "에이다"
    trail.append(told(client.get("/user")))
    with client.session_transaction() as session:
        trail.append(dict(session))
        del session["user"]
    trail.append(told(client.get("/user")))


def transaction_seen(client: Any, trail: Trail) -> None:
    client.get("/sign-in/ada")
    with client.session_transaction() as session:
        trail.append([session["user"], session["_flashes"], session.permanent, session.modified])


def transaction_untouched(client: Any, trail: Trail) -> None:
    with client.session_transaction() as session:
        trail.append(session.get("user"))
    trail.append(client.get_cookie("session") is None)


def transaction_raising(client: Any, trail: Trail) -> None:
    try:
        with client.session_transaction() as session:
            session["user"] = "nobody"
            raise ValueError("in the test")
    except ValueError as error:
        trail.append(str(error))
    trail.append(told(client.get("/user")))


CASES = [
    case("a client asks", pair(asking)),
    case("a client keeps cookies", pair(remembering)),
    case("a client follows redirects", pair(following)),
    case("a test sets the session", pair(transaction)),
    case("a test reads the session", pair(transaction_seen)),
    case("a session only looked at sets no cookie", pair(transaction_untouched)),
    case("a session is not saved when the test fails inside", pair(transaction_raising)),
    case(
        "two clients are two people",
        pair(lambda client, trail: trail.append(told(client.get("/user")))),
        get("/user"),
    ),
]
