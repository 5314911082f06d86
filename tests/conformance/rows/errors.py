"""Error handlers by status and by class, and what they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask
import werkzeug.exceptions as http

from keepwsgi import layers
from keepwsgi.layers import Rule

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get, post

ROW = "error handlers"


class AppError(Exception):
    pass


class NearError(AppError):
    pass


class Teapot(http.HTTPException):
    code = 418
    description = "short and stout"


class NoCode(http.HTTPException):
    pass


def _raise(error: BaseException) -> Any:
    raise error


def _odd_code() -> Any:
    error = http.HTTPException("odd")
    error.code = 299
    raise error


#: What the view under /<name> does, given `abort`, the Response class and `redirect` of either side.
DEEDS: dict[str, Callable[[Any], Any]] = {
    "404": lambda kit: kit.abort(404),
    "404-words": lambda kit: kit.abort(404, "nothing <here>"),
    "405": lambda kit: _raise(http.MethodNotAllowed(["GET", "PUT"])),
    "401": lambda kit: (
        _raise(http.Unauthorized(www_authenticate=http.WWWAuthenticate("basic", {"realm": "x"})))
        if hasattr(http, "WWWAuthenticate")
        else kit.abort(401)
    ),
    "429": lambda kit: _raise(http.TooManyRequests(retry_after=7)),
    "403": lambda kit: kit.abort(403),
    "409": lambda kit: kit.abort(409),
    "410": lambda kit: _raise(http.Gone()),
    "418": lambda kit: _raise(Teapot()),
    "500": lambda kit: kit.abort(500),
    "503": lambda kit: kit.abort(503),
    "599": lambda kit: kit.abort(599),
    "abort-response": lambda kit: kit.abort(kit.Response("as it is", status=404, headers={"X-A": "1"})),
    "abort-redirect": lambda kit: kit.abort(kit.redirect("/elsewhere")),
    "no-code": lambda kit: _raise(NoCode("no code")),
    "odd-code": lambda kit: _odd_code(),
    "app": lambda kit: _raise(AppError("app")),
    "near": lambda kit: _raise(NearError("near")),
    "key": lambda kit: {}["missing"],
    "lookup": lambda kit: [][0],
    "value": lambda kit: int("x"),
    "zero": lambda kit: 1 / 0,
    "bad-key": lambda kit: kit.request().form["field"],
    "runtime": lambda kit: _raise(RuntimeError("defect")),
    "unicode": lambda kit: b"\xff".decode(),
}


def describe(error: Any) -> str:
    inner = getattr(error, "original_exception", None)
    return f"{type(error).__name__} {getattr(error, 'code', '-')} {error} from {inner!r}"


class FlaskKit:
    abort = staticmethod(flask.abort)
    redirect = staticmethod(flask.redirect)
    Response = flask.Response
    request = staticmethod(lambda: flask.request)


class LayersKit:
    abort = staticmethod(layers.abort)
    redirect = staticmethod(layers.redirect)
    Response = layers.Response

    def __init__(self, request: Any) -> None:
        self.request = lambda: request


def pair(*kinds: Any, answer: Callable[[Any, Any], Any] | None = None, **config: Any) -> Site:
    """A site with handlers for `kinds`, each of which says which one it is."""

    def reply(kind: Any, kit: Any, error: Any) -> Any:
        if answer is not None:
            return answer(kit, error)
        return f"handler of {getattr(kind, '__name__', kind)}: {describe(error)}", 499

    def with_flask(trail: Trail) -> Any:
        app = flask_application(**config)

        @app.route("/<name>", methods=["GET", "POST"])
        def deed(name: str) -> Any:
            return DEEDS[name](FlaskKit)

        for kind in kinds:

            @app.errorhandler(kind)
            def handle(error: Any, kind: Any = kind) -> Any:
                trail.append(f"{kind}")
                return reply(kind, FlaskKit, error)

        return app

    def with_layers(trail: Trail) -> Any:
        def deed(request: Any, name: str) -> Any:
            return DEEDS[name](LayersKit(request))

        def handler(kind: Any) -> Any:
            def handle(request: Any, error: Any) -> Any:
                trail.append(f"{kind}")
                return reply(kind, LayersKit(request), error)

            return handle

        return layered_application(
            [Rule("/<name>", endpoint=deed, methods=["GET", "POST"])],
            handlers={kind: handler(kind) for kind in kinds},
        )

    return Site(with_flask, with_layers)


def _break(kit: Any, error: Any) -> Any:
    raise ValueError("the handler breaks")


def _abort(kit: Any, error: Any) -> Any:
    kit.abort(403)


bare = pair()
statuses = pair(404, 405, 418, 500)
classes = pair(AppError, LookupError, ZeroDivisionError)
nearest = pair(AppError, NearError, KeyError, LookupError)
everything = pair(Exception)
http_only = pair(http.HTTPException)
mixed = pair(404, http.HTTPException, Exception)
status_and_500 = pair(500, Exception)
server = pair(http.InternalServerError)
by_class = pair(http.NotFound, http.BadRequest, Teapot)


def names(*paths: str) -> list[Any]:
    return [get(f"/{path}") for path in paths]


CASES = [
    case(
        "without handlers an abort is Werkzeug's page",
        bare,
        *names("404", "404-words", "403", "409", "410", "503"),
    ),
    case("an error's own headers are sent", bare, *names("405", "401", "429")),
    case("an error class of one's own", bare, *names("418")),
    case("a status nobody knows cannot be aborted with", bare, *names("599")),
    case("a status set on one error only", bare, *names("odd-code")),
    case("an HTTPException without a status is an odd answer", bare, *names("no-code")),
    case("aborting with a response answers it", bare, *names("abort-response", "abort-redirect")),
    case("a defect is a 500", bare, *names("runtime", "value", "zero", "app", "key")),
    case("a missing form key is a 400 without its name", bare, post("/bad-key", data={})),
    case("an error page for HEAD has no body", bare, ask("HEAD", "/404"), ask("HEAD", "/runtime")),
    case("a handler by status sees an abort", statuses, *names("404", "404-words", "405", "418")),
    case("a handler by status sees the routing's errors", statuses, get("/a/b"), ask("DELETE", "/404")),
    case("a handler by status leaves other statuses alone", statuses, *names("403", "503")),
    case("a 500 handler gets what really happened", statuses, *names("runtime", "app", "500")),
    case(
        "a handler by class sees it and what is derived from it",
        classes,
        *names("app", "near", "key", "lookup", "zero"),
    ),
    case("a handler by class leaves other classes alone", classes, *names("value", "404", "500")),
    case("the nearest class is chosen", nearest, *names("app", "near", "key", "lookup")),
    case("a handler of LookupError sees a missing form key", nearest, post("/bad-key", data={})),
    case("a handler of HTTPException sees every abort", http_only, *names("404", "418", "500", "503")),
    case("a handler of HTTPException sees a defect as its 500", http_only, *names("runtime", "key")),
    case(
        "a handler of HTTPException leaves responses and codeless errors alone",
        http_only,
        *names("abort-response", "abort-redirect", "no-code", "odd-code"),
    ),
    case("a handler of Exception sees everything", everything, *names("runtime", "404", "500", "near", "599")),
    case("a handler of Exception does not see responses", everything, *names("abort-response", "no-code")),
    case("a status goes before a class", mixed, *names("404", "403", "runtime", "500")),
    case(
        "a handler of Exception keeps a defect from the 500 handler",
        status_and_500,
        *names("runtime", "500", "404"),
    ),
    case("a handler of InternalServerError", server, *names("runtime", "500", "404")),
    case(
        "handlers by the classes of Werkzeug",
        by_class,
        *names("404", "418"),
        post("/bad-key", data={}),
        get("/x/y"),
    ),
    case(
        "a handler may answer with JSON",
        pair(404, answer=lambda kit, error: ({"error": "없음"}, 404)),
        *names("404"),
    ),
    case("a handler's bare body is a 200", pair(404, answer=lambda kit, error: "soft"), *names("404")),
    case(
        "a handler may return the error",
        pair(404, AppError, answer=lambda kit, error: error),
        *names("404", "app"),
    ),
    case(
        "a handler may return a redirect", pair(404, answer=lambda kit, error: kit.redirect("/x")), *names("404")
    ),
    case(
        "a handler may return nothing, which is a defect", pair(404, answer=lambda kit, error: None), *names("404")
    ),
    case("a handler that raises makes a 500", pair(404, AppError, answer=_break), *names("404", "app", "near")),
    case("a handler that aborts makes a 500", pair(AppError, answer=_abort), *names("app")),
    case("a 500 handler that raises reaches the server", pair(500, answer=_break), *names("runtime", "500")),
    case(
        "a 500 handler that returns nothing reaches the server",
        pair(500, answer=lambda kit, error: None),
        *names("runtime"),
    ),
    case(
        "a handler of HTTPException that raises", pair(http.HTTPException, answer=_break), *names("404", "runtime")
    ),
    case("a broken decoding is a defect", bare, *names("unicode")),
    case(
        "handlers do not run for redirects of the map",
        pair(Exception, http.HTTPException),
        get("/", environ_overrides={"PATH_INFO": "//404//"}),
        differs=["path-only redirect"],
    ),
]
