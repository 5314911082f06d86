"""`app.logger`: its name, its levels, and what a defect writes to it."""

from __future__ import annotations

import logging
from typing import Any

import flask

from keepwsgi.layers import Rule, context

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, case, get, post

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


site = Site(with_flask, with_layers)
CASES = [
    case("the application has a logger", site, get("/say")),
    case("the logger has the application's name", Site(named_flask, named_layers), get("/say")),
    case("a defect is logged with path, method and traceback", site, get("/break"), post("/break?secret=1")),
    case("a 404 is not logged", site, get("/unknown")),
]
