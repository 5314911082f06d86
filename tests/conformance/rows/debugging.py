"""Debug mode: what reaches the server's debugger, and what is still answered."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import flask
import werkzeug.exceptions as http
from werkzeug.debug import DebuggedApplication
from werkzeug.test import Client

from keepwsgi.layers import Rule

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get, post

ROW = "debug mode"


class Defect(Exception):
    """One of the application's own."""


class Handled(Exception):
    """One that has a handler."""


def _raise(error: Exception) -> Callable[[Any], Any]:
    def view(request: Any) -> Any:
        raise error

    return view


DEEDS: dict[str, Callable[[Any], Any]] = {
    "fine": lambda request: "fine",
    "defect": _raise(Defect("a defect")),
    "handled": _raise(Handled("handled")),
    "404": _raise(http.NotFound()),
    "500": _raise(http.InternalServerError("said so")),
    "nothing": lambda request: None,
    "wrong": lambda request: 7,
    "field": lambda request: request.form["name"],
    "json": lambda request: {"got": request.get_json()},
    "text": lambda request: {"제목": "메모", "b": [1, 2]},
}
HANDLED: dict[Any, Callable[[Any], Any]] = {
    Handled: lambda error: (f"handled {error}", 409),
    500: lambda error: (f"the 500 page {error.original_exception!r}", 500),
}
METHODS = ["GET", "POST"]


def named(error: Any) -> str:
    """What teardown was given; a wrong return value is a TypeError with a name of its own."""
    return "TypeError" if isinstance(error, TypeError) else type(error).__name__


def pair(handled: dict[Any, Callable[[Any], Any]], *, debug: bool = True) -> Site:
    def with_flask(trail: Trail) -> Any:
        app = flask_application()
        app.debug = debug

        @app.route("/<deed>", methods=METHODS)
        def view(deed: str) -> Any:
            return DEEDS[deed](flask.request)

        @app.after_request
        def after(response: Any) -> Any:
            trail.append(f"after {response.status_code}")
            return response

        @app.teardown_request
        def teardown(error: Any) -> None:
            trail.append(f"teardown {named(error)}")

        for kind, handler in handled.items():
            app.register_error_handler(kind, handler)
        return app

    def with_layers(trail: Trail) -> Any:
        def view(request: Any, deed: str) -> Any:
            return DEEDS[deed](request)

        def after(request: Any, response: Any) -> Any:
            trail.append(f"after {response.status_code}")
            return response

        def teardown(request: Any, error: Any) -> None:
            trail.append(f"teardown {named(error)}")

        return layered_application(
            [Rule("/<deed>", endpoint=view, methods=METHODS)],
            handlers={kind: lambda request, error, of=of: of(error) for kind, of in handled.items()},
            afters=[after],
            teardowns=[teardown],
            debug=debug,
        )

    return Site(with_flask, with_layers)


def shown_by_werkzeug(site: Site) -> Site:
    """Inside Werkzeug's debugger; its page, which shows the source of both, is replaced by what it is about."""

    def debugged(make: Any) -> Any:
        def build(trail: Trail) -> Any:
            def only_title(environ: Any, start_response: Any) -> Any:
                client = Client(DebuggedApplication(make(trail), evalex=False))
                answer = client.open(environ["PATH_INFO"], errors_stream=io.StringIO())
                title = answer.text.partition("<title>")[2].partition("</title>")[0].partition("\n")[0]
                trail.append([answer.status, title, "a defect" in answer.text])
                start_response("200 OK", [("Content-Type", "text/plain")])
                return [b""]

            return only_title

        return build

    return Site(debugged(site.flask), debugged(site.layers))


plain = pair({})
handling = pair(HANDLED)
every = pair({http.HTTPException: lambda error: (f"every {error.code}", error.code)})
CASES = [
    case("a page is a page", plain, get("/fine"), ask("HEAD", "/fine"), get("/text")),
    case("a defect reaches the server, and teardown knows of it", plain, get("/defect"), get("/fine")),
    case("a handled exception is handled", handling, get("/handled")),
    case("the 500 handler is not asked about a defect", handling, get("/defect")),
    case("the 500 handler is asked about an abort", handling, get("/500")),
    case(
        "a handler of HTTPException is not asked about a defect", every, get("/defect"), get("/404"), get("/500")
    ),
    case("an abort is an answer", plain, get("/404"), get("/500"), get("/a/b"), ask("DELETE", "/fine")),
    case("a view that returns nothing reaches the server", plain, get("/nothing"), get("/wrong")),
    case("a missing field is named", plain, post("/field", data={"other": "x"})),
    case("what is wrong with JSON is told", plain, post("/json", data="{", content_type="application/json")),
    case("a body that is no JSON", plain, post("/json", data="x", content_type="text/plain")),
    case(
        "without debug mode none of this is told",
        pair({}, debug=False),
        get("/defect"),
        post("/field"),
        post("/json", data="{", content_type="application/json"),
    ),
    case(
        "Werkzeug's debugger shows the defect", shown_by_werkzeug(plain), get("/defect"), get("/fine"), get("/404")
    ),
]
