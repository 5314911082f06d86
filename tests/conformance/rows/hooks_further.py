"""Hooks that replace the response, and what is done once at the start."""

from __future__ import annotations

from typing import Any

import flask

from keepwsgi import layers
from keepwsgi.layers import Rule, once

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, case, get

ROW = "hooks"


def replacing() -> Site:
    """An after hook that answers with a response of its own."""

    def with_flask(trail: Trail) -> Any:
        app = flask_application()
        app.add_url_rule("/", "view", lambda: "view")

        @app.after_request
        def outer(response: Any) -> Any:
            response.headers["X-Outer"] = response.get_data(as_text=True)
            return response

        @app.after_request
        def inner(response: Any) -> Any:
            return flask.Response("another", status=203)

        return app

    def with_layers(trail: Trail) -> Any:
        def view(request: Any) -> str:
            return "view"

        def outer(request: Any, response: Any) -> Any:
            response.headers["X-Outer"] = response.get_data(as_text=True)
            return response

        def inner(request: Any, response: Any) -> Any:
            return layers.Response("another", status=203)

        return layered_application([Rule("/", endpoint=view)], afters=[outer, inner])

    return Site(with_flask, with_layers)


def starting() -> Site:
    """Something done once, before the first request: Flask had `before_first_request` until 2.3."""

    def with_flask(trail: Trail) -> Any:
        app = flask_application()
        app.add_url_rule("/", "view", lambda: "view")
        started: list[bool] = []

        @app.before_request
        def first() -> None:
            if not started:
                started.append(True)
                trail.append(f"once {flask.request.path}")

        return app

    def with_layers(trail: Trail) -> Any:
        def view(request: Any) -> str:
            return "view"

        def first(request: Any) -> None:
            trail.append(f"once {request.path}")

        return layered_application([Rule("/", endpoint=view)], inner=[once(first)])

    return Site(with_flask, with_layers)


CASES = [
    case("an after hook may replace the response", replacing(), get("/"), get("/nothing")),
    case("something may be done once at the start", starting(), get("/"), get("/"), get("/nothing")),
]
