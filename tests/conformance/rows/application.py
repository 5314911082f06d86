"""The callable: `app(environ, start_response)`, `app.wsgi_app`, middleware around it, and what nobody catches."""

from __future__ import annotations

from typing import Any

import flask
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from keepwsgi.layers import Application, Routes, Rule

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get

ROW = "application"


def plain_flask(trail: Trail) -> Any:
    app = flask_application()

    @app.route("/")
    def index() -> Any:
        request = flask.request
        return [flask.url_for("index", _external=True), request.remote_addr or "", request.environ.get("x", "")]

    @app.route("/go")
    def go() -> Any:
        return flask.redirect(flask.url_for("index"))

    @app.route("/break")
    def broken() -> Any:
        raise RuntimeError("defect")

    @app.route("/quit")
    def leave() -> Any:
        raise KeyboardInterrupt

    return app


def plain_layers(trail: Trail) -> Application:
    def index(request: Any) -> Any:
        return [request.url_for("index", _external=True), request.remote_addr or "", request.environ.get("x", "")]

    def go(request: Any) -> Any:
        from keepwsgi.layers import redirect

        return redirect(request.url_for("index"))

    def broken(request: Any) -> Any:
        raise RuntimeError("defect")

    return layered_application(
        [Rule("/", endpoint=index), Rule("/go", endpoint=go), Rule("/break", endpoint=broken)]
    )


def marking(wsgi_app: Any) -> Any:
    """Middleware that marks request and response."""

    def call(environ: Any, start_response: Any) -> Any:
        environ["x"] = "seen"

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, [*headers, ("X-Seen", "1")])

        return wsgi_app(environ, start)

    return call


def wrapped(make: Any, wrap: Any) -> Any:
    def site(trail: Trail) -> Any:
        app = make(trail)
        app.wsgi_app = wrap(app.wsgi_app)
        return app

    return site


def outside(make: Any, wrap: Any) -> Any:
    return lambda trail: wrap(make(trail))


def pair(wrap: Any, place: Any = wrapped) -> Site:
    return Site(place(plain_flask, wrap), place(plain_layers, wrap))


def without_layers_flask(trail: Trail) -> Any:
    app = flask_application(PROPAGATE_EXCEPTIONS=True)
    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/break", "broken", lambda: 1 / 0)
    return app


def without_layers(trail: Trail) -> Application:
    """Routing and nothing else: what no layer answers becomes a last plain 500."""

    def index(request: Any) -> str:
        return "index"

    def broken(request: Any) -> Any:
        return 1 / 0

    routes = Routes([Rule("/", endpoint=index), Rule("/break", endpoint=broken)])
    return Application(routes, [routes.match])


def debug_flask(trail: Trail) -> Any:
    app = plain_flask(trail)
    app.debug = True
    return app


def debug_layers(trail: Trail) -> Application:
    app = plain_layers(trail)
    app.debug = True
    return app


plain = Site(plain_flask, plain_layers)
bare = Site(without_layers_flask, without_layers)
debug = Site(debug_flask, debug_layers)
FORWARDED = {
    "X-Forwarded-For": "198.51.100.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "memo.example",
    "X-Forwarded-Prefix": "/keep",
}


def proxied(app: Any) -> Any:
    return ProxyFix(app, x_for=1, x_proto=1, x_host=1, x_prefix=1)


def mounted(app: Any) -> Any:
    return DispatcherMiddleware(NotFound(), {"/keep": app})


CASES = [
    case("an application is called", plain, get("/"), get("/go")),
    case("HEAD, and a method of no standard", plain, ask("HEAD", "/"), ask("BREW", "/")),
    case("middleware may be put into wsgi_app", pair(marking), get("/"), get("/nothing")),
    case("middleware may be put around the application", pair(marking, outside), get("/"), get("/nothing")),
    case("forwarded headers are not believed", plain, get("/", headers=FORWARDED), get("/go", headers=FORWARDED)),
    case(
        "forwarded headers are believed behind ProxyFix",
        pair(proxied),
        get("/", headers=FORWARDED),
        get("/go", headers=FORWARDED),
    ),
    case("mounted under another application", pair(mounted, outside), get("/keep/"), get("/keep/go"), get("/go")),
    case("a mount point without its slash", pair(mounted, outside), get("/keep"), differs=["path-only redirect"]),
    case("without an error layer an answer is still an answer", bare, get("/"), get("/break")),
    case("in debug mode a defect reaches the server's debugger", debug, get("/break"), get("/"), get("/nothing")),
    case(
        "an empty path is sent on to the root",
        plain,
        get("/", environ_overrides={"PATH_INFO": ""}),
        differs=["path-only redirect"],
    ),
    case(
        "a WebSocket handshake on a page",
        plain,
        get("/", headers={"Connection": "Upgrade", "Upgrade": "websocket"}),
        differs=["upgrades are declined"],
    ),
    case("HTTP/1.0 without a Host", plain, get("/", headers={"Host": ""}), get("/go", headers={"Host": ""})),
]
