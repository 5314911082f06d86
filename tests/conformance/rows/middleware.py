"""WSGI middleware around the application: proxies, mount points, and functions of one's own."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.http_proxy import ProxyMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.middleware.shared_data import SharedDataMiddleware

from keepwsgi.layers import Application, behind_proxies, under_prefix

from ..comparison import Site, Trail, ask, case, get, post
from . import requests as accessors
from . import sessions
from .application import outside, pair, plain, plain_flask, plain_layers, wrapped

ROW = "middleware"
FILES = Path(__file__).parent.parent / "files"
TWO_PROXIES = {
    "X-Forwarded-For": "203.0.113.1, 198.51.100.9",
    "X-Forwarded-Proto": "http, https",
    "X-Forwarded-Host": "forged.example, memo.example",
    "X-Forwarded-Port": "1, 8443",
}


def proxied(**counts: int) -> Any:
    return lambda app: ProxyFix(app, **counts)


def ours_proxied(proxies: int) -> Site:
    """`behind_proxies` is ProxyFix for the three headers every proxy sends."""
    return Site(
        wrapped(plain_flask, lambda app: ProxyFix(app, proxies, proxies, proxies) if proxies else app),
        wrapped(plain_layers, lambda app: behind_proxies(app, proxies)),
    )


def stripping(app: Any) -> Any:
    """What one writes around Flask to live under /keep, be it that the proxy strips it or not."""

    def call(environ: Any, start_response: Any) -> Iterable[bytes]:
        if f"{environ['PATH_INFO']}/".startswith("/keep/"):
            environ["PATH_INFO"] = environ["PATH_INFO"][len("/keep") :]
        environ["SCRIPT_NAME"] = "/keep"
        return app(environ, start_response)

    return call


def overriding(app: Any) -> Any:
    """The method from a header, for clients that can only POST."""

    def call(environ: Any, start_response: Any) -> Iterable[bytes]:
        environ["REQUEST_METHOD"] = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", environ["REQUEST_METHOD"])
        return app(environ, start_response)

    return call


def answering(app: Any) -> Any:
    """Answers one path by itself; the application never hears of it."""

    def call(environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/healthz":
            return app(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]

    return call


def shouting(app: Any) -> Any:
    """Changes the body on its way out, chunk by chunk, and closes what it was given."""

    def call(environ: Any, start_response: Any) -> Iterator[bytes]:
        body = app(environ, start_response)
        try:
            for chunk in body:
                yield chunk.upper()
        finally:
            getattr(body, "close", lambda: None)()

    return call


def replacing_body(app: Any) -> Any:
    """Reads the body before the application does, and gives it another."""

    def call(environ: Any, start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).replace(b"old", b"newer")
        environ.update({"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})
        return app(environ, start_response)

    return call


def failing(app: Any) -> Any:
    def call(environ: Any, start_response: Any) -> Iterable[bytes]:
        raise LookupError("in the middleware")

    return call


def around(site: Site, wrap: Any) -> Site:
    return Site(wrapped(site.flask, wrap), wrapped(site.layers, wrap))


def side_by_side(make: Any) -> Any:
    return lambda trail: DispatcherMiddleware(NotFound(), {"/a": make(trail), "/b": make(trail)})


def below(make: Any) -> Any:
    """An application below another one, which answers the rest."""
    return lambda trail: DispatcherMiddleware(make(trail), {"/keep": make(trail)})


def given_as_list(trail: Trail) -> Application:
    """Middleware given at the start, outermost first, is what assigning `wsgi_app` makes."""
    made = plain_layers(trail)
    return Application(made.routes, made.layers, middleware=[overriding, answering, stripping])


listed = Site(wrapped(plain_flask, lambda app: overriding(answering(stripping(app)))), given_as_list)
apart = Site(side_by_side(sessions.site.flask), side_by_side(sessions.site.layers))
one_below = Site(below(plain_flask), below(plain_layers))
shared = pair(lambda app: SharedDataMiddleware(app, {"/files": str(FILES)}))
upstream = pair(lambda app: ProxyMiddleware(app, {"/elsewhere/": {"target": "http://127.0.0.1:9/"}}))
PATHS = (get("/"), get("/go"), get("/nothing"))
MOUNT = ["cookie for the mount point"]

CASES = [
    case(
        "of two proxies the nearer two words count",
        pair(proxied(x_for=2, x_proto=2, x_host=2)),
        get("/", headers=TWO_PROXIES),
    ),
    case(
        "of one proxy only the last word counts",
        pair(proxied(x_for=1, x_proto=1, x_host=1, x_port=1)),
        get("/", headers=TWO_PROXIES),
    ),
    case(
        "behind one proxy",
        ours_proxied(1),
        get("/", headers=TWO_PROXIES),
        get("/go", headers=TWO_PROXIES),
        get("/"),
    ),
    case(
        "behind two proxies",
        ours_proxied(2),
        get("/", headers=TWO_PROXIES),
        get("/", headers={"X-Forwarded-For": "192.0.2.1"}),
    ),
    case("behind none nothing is believed", ours_proxied(0), get("/", headers=TWO_PROXIES)),
    case(
        "under a prefix, whether the proxy strips it or not",
        Site(wrapped(plain_flask, stripping), wrapped(plain_layers, lambda app: under_prefix(app, "/keep"))),
        get("/keep/"),
        get("/keep/go"),
        get("/go"),
        get("/keepers"),
    ),
    case(
        "middleware may change the method",
        pair(overriding),
        post("/", headers={"X-HTTP-Method-Override": "GET"}),
        post("/"),
    ),
    case("middleware may answer by itself", pair(answering), get("/healthz"), *PATHS),
    case("middleware may change the body", pair(shouting), *PATHS),
    case(
        "middleware may replace what was sent",
        around(accessors.site, replacing_body),
        post("/form", data={"a": "old"}),
        post("/json", json=["old"]),
    ),
    case("middleware that fails reaches the server", pair(failing), get("/")),
    case(
        "middleware inside middleware",
        listed,
        get("/keep/"),
        get("/healthz"),
        post("/go", headers={"X-HTTP-Method-Override": "GET"}),
    ),
    case("an application below another", one_below, *PATHS, get("/keep/"), get("/keep/go"), get("/keep/nothing")),
    case(
        "two mounted applications",
        pair(lambda app: DispatcherMiddleware(NotFound(), {"/a/b": app}), outside),
        get("/a/b/"),
        get("/a/b/go"),
        get("/a/"),
        get("/b"),
    ),
    case(
        "files served by Werkzeug's middleware", shared, get("/files/css/site.css"), get("/files/none"), get("/")
    ),
    case("what the proxying middleware does not take", upstream, *PATHS),
    case("HEAD through middleware", pair(shouting), ask("HEAD", "/"), ask("OPTIONS", "/")),
    case("without middleware", plain, *PATHS),
]
