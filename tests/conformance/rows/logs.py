"""`app.logger`: its name, its levels, and what a defect writes to it."""

from __future__ import annotations

import logging
from typing import Any

import flask
from werkzeug.exceptions import BadRequest, InternalServerError

from keepwsgi.layers import Rule, context

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get, post

ROW = "logging"


class Keeping(logging.Handler):
    """Writes level and message to the trail."""

    def __init__(self, trail: Trail) -> None:
        super().__init__()
        self.trail = trail

    def emit(self, record: logging.LogRecord) -> None:
        raised = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        self.trail.append([record.levelname, record.getMessage(), raised])


def keep(app: Any, trail: Trail) -> Any:
    """`app`, logging to the trail only."""
    app.logger.handlers[:] = [Keeping(trail)]
    app.logger.propagate = False
    app.logger.setLevel(logging.INFO)
    return app


def with_flask(trail: Trail) -> Any:
    app = flask_application()

    @app.route("/say")
    def say() -> str:
        flask.current_app.logger.debug("not heard")
        flask.current_app.logger.info("메모 %s", 7)
        app.logger.warning("careful")
        return "said"

    @app.route("/break", methods=["GET", "POST"])
    def broken() -> Any:
        raise RuntimeError("defect")

    @app.route("/nothing-returned")
    def nothing() -> None:
        return None

    return keep(app, trail)


def with_layers(trail: Trail) -> Any:
    def say(request: Any) -> str:
        context.current_app.logger.debug("not heard")
        context.current_app.logger.info("메모 %s", 7)
        request.app.logger.warning("careful")
        return "said"

    def broken(request: Any) -> Any:
        raise RuntimeError("defect")

    def nothing(request: Any) -> None:
        return None

    app = layered_application(
        [
            Rule("/say", endpoint=say),
            Rule("/break", endpoint=broken, methods=["GET", "POST"]),
            Rule("/nothing-returned", endpoint=nothing),
        ],
        name="site of layers",
    )
    return keep(app, trail)


def named_flask(trail: Trail) -> Any:
    trail.append(flask.Flask("a name of its own").logger.name)
    return with_flask(trail)


def named_layers(trail: Trail) -> Any:
    trail.append(layered_application([], name="a name of its own").logger.name)
    return with_layers(trail)


def speaking(app: Any) -> None:
    """What one writes with a logger, whoever made it."""
    app.logger.error("메모 %(id)s", {"id": 7})
    app.logger.log(logging.CRITICAL, "as bad as it gets")
    app.logger.getChild("child").info("from below")
    try:
        raise KeyError("k")
    except KeyError:
        app.logger.exception("went wrong")
    with app.test_request_context("/a?b=1"):
        app.logger.info("in a request that is made up")
    app.logger.info("a broken line %s\n[fake] INFO", "x")


def pair(play: Any = lambda app: None, **options: Any) -> Site:
    """Views that end in every way; `play(app)` is called before any request, `options` are set on both."""

    def with_flask(trail: Trail) -> Any:
        app = flask_application()
        for name, value in options.items():
            setattr(app, name, value)
        for name, view in ENDINGS.items():
            app.add_url_rule(f"/{name}", name, lambda view=view: view(trail))
        app.add_url_rule("/<path:anything>", "anything", lambda anything: ENDINGS["defect"](trail))
        app.register_error_handler(ZeroDivisionError, lambda error: "handled")
        app.register_error_handler(LookupError, lambda error: ENDINGS["value"](trail))
        play(keep(app, trail))
        return app

    def with_layers(trail: Trail) -> Any:
        def named(name: str) -> Any:
            def view(request: Any) -> Any:
                return ENDINGS[name](trail)

            view.__name__ = name
            return view

        def anything(request: Any, anything: str) -> Any:
            return ENDINGS["defect"](trail)

        app = layered_application(
            [
                *(Rule(f"/{name}", endpoint=named(name)) for name in ENDINGS),
                Rule("/<path:anything>", endpoint=anything),
            ],
            handlers={
                ZeroDivisionError: lambda request, error: "handled",
                LookupError: lambda request, error: ENDINGS["value"](trail),
            },
            **options,
        )
        play(keep(app, trail))
        return app

    return Site(with_flask, with_layers)


def _raising(error: Exception) -> Any:
    def view(trail: Trail) -> Any:
        raise error

    return view


ENDINGS: dict[str, Any] = {
    "defect": _raising(RuntimeError("defect")),
    "value": _raising(ValueError("in the handler")),
    "handled": _raising(ZeroDivisionError()),
    "handler-fails": _raising(LookupError()),
    "abort-500": _raising(InternalServerError()),
    "abort-400": _raising(BadRequest()),
    "streamed": lambda trail: (1 // 0 for _ in "x"),
}
endings = pair()
site = Site(with_flask, with_layers)
CASES = [
    case("a logger writes texts, tracebacks and levels", pair(speaking)),
    case("a handled exception is not logged", endings, get("/handled")),
    case("a handler that fails is logged, with what it was asked about", endings, get("/handler-fails")),
    case("an abort is not logged, whatever its status", endings, get("/abort-400")),
    case("an abort with 500 is not logged either", endings, get("/abort-500")),
    case("a stream that fails is the server's to log", endings, get("/streamed")),
    case("the path is logged as it was asked for", endings, get("/메모/a b"), get("/a%0Ab")),
    case("HEAD is logged as HEAD", endings, ask("HEAD", "/defect")),
    case(
        "in debug mode the debugger has the defect and the log has not",
        pair(debug=True),
        get("/defect"),
        get("/handled"),
    ),
    case("the application has a logger", site, get("/say")),
    case("the logger has the application's name", Site(named_flask, named_layers), get("/say")),
    case("a defect is logged with path, method and traceback", site, get("/break"), post("/break?secret=1")),
    case("a 404 is not logged", site, get("/unknown")),
]
