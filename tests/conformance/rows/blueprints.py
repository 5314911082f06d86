"""Blueprints: a prefix, names, hooks and error handlers of their own."""

from __future__ import annotations

from typing import Any

import flask
import werkzeug.exceptions as http

from keepwsgi.layers import Blueprint, ErrorHandlers, Rule, abort, after, before, errors

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get, post

ROW = "blueprints"


def with_flask(trail: Trail) -> Any:
    app = flask_application()
    blog = flask.Blueprint("blog", __name__, url_prefix="/blog/")
    bare = flask.Blueprint("bare", __name__)

    @app.before_request
    def app_before() -> None:
        trail.append(f"app before {flask.request.blueprint}")

    @app.after_request
    def app_after(response: Any) -> Any:
        trail.append(f"app after {response.status_code}")
        return response

    @blog.before_request
    def blog_before() -> Any:
        trail.append("blog before")
        if "stop" in flask.request.args:
            return "stopped by the blog"
        if "break" in flask.request.args:
            raise LookupError("in the blog's before")
        return None

    @blog.after_request
    def blog_after(response: Any) -> Any:
        trail.append(f"blog after {response.status_code}")
        response.headers["X-Blog"] = "1"
        return response

    @blog.route("/")
    def index() -> str:
        return "posts"

    @blog.route("/<int:number>", methods=["GET", "POST"])
    def show(number: int) -> str:
        return f"post {number} {flask.request.blueprint} {flask.request.endpoint} {flask.url_for('.index')}"

    @blog.route("/raise/<name>")
    def raising(name: str) -> Any:
        return _raise(name)

    @bare.route("/bare/raise/<name>")
    def bare_raising(name: str) -> Any:
        return _raise(name)

    @bare.route("/bare")
    def bare_index() -> str:
        return f"bare {flask.request.endpoint} {flask.url_for('blog.show', number=3)}"

    @app.route("/")
    def home() -> str:
        return f"home {flask.request.blueprint} {flask.url_for('blog.index')}"

    @app.route("/raise/<name>")
    def app_raising(name: str) -> Any:
        return _raise(name)

    @blog.errorhandler(403)
    def blog_forbidden(error: Any) -> Any:
        return f"blog 403: {error.description}", 403

    @blog.errorhandler(LookupError)
    def blog_lookup(error: Any) -> Any:
        return f"blog LookupError: {error}", 499

    @blog.errorhandler(http.HTTPException)
    def blog_http(error: Any) -> Any:
        return f"blog HTTPException: {error.code}", error.code or 500

    @app.errorhandler(404)
    def app_missing(error: Any) -> Any:
        return "app 404", 404

    @app.errorhandler(KeyError)
    def app_key(error: Any) -> Any:
        return f"app KeyError: {error}", 498

    @app.errorhandler(ValueError)
    def app_value(error: Any) -> Any:
        return f"app ValueError: {error}", 497

    app.register_blueprint(blog)
    app.register_blueprint(bare)
    return app


def _raise(name: str) -> Any:
    match name:
        case "key" | "index":
            raise {"key": KeyError("k"), "index": IndexError("i")}[name]
        case "value":
            raise ValueError("v")
        case "runtime":
            raise RuntimeError("r")
        case "nothing":
            return None
    return abort(int(name))


def with_layers(trail: Trail) -> Any:
    def app_before(request: Any) -> None:
        trail.append(f"app before {request.blueprint}")

    def app_after(request: Any, response: Any) -> Any:
        trail.append(f"app after {response.status_code}")
        return response

    def blog_before(request: Any) -> Any:
        trail.append("blog before")
        if "stop" in request.args:
            return "stopped by the blog"
        if "break" in request.args:
            raise LookupError("in the blog's before")
        return None

    def blog_after(request: Any, response: Any) -> Any:
        trail.append(f"blog after {response.status_code}")
        response.headers["X-Blog"] = "1"
        return response

    def index(request: Any) -> str:
        return "posts"

    def show(request: Any, number: int) -> str:
        return f"post {number} {request.blueprint} {request.endpoint} {request.url_for('.index')}"

    def raising(request: Any, name: str) -> Any:
        return _raise(name)

    def bare_raising(request: Any, name: str) -> Any:
        return _raise(name)

    def bare_index(request: Any) -> str:
        return f"bare {request.endpoint} {request.url_for('blog.show', number=3)}"

    def home(request: Any) -> str:
        return f"home {request.blueprint} {request.url_for('blog.index')}"

    def app_raising(request: Any, name: str) -> Any:
        return _raise(name)

    def blog_forbidden(request: Any, error: Any) -> Any:
        return f"blog 403: {error.description}", 403

    def blog_lookup(request: Any, error: Any) -> Any:
        return f"blog LookupError: {error}", 499

    def blog_http(request: Any, error: Any) -> Any:
        return f"blog HTTPException: {error.code}", error.code or 500

    def app_missing(request: Any, error: Any) -> Any:
        return "app 404", 404

    def app_key(request: Any, error: Any) -> Any:
        return f"app KeyError: {error}", 498

    def app_value(request: Any, error: Any) -> Any:
        return f"app ValueError: {error}", 497

    blog = Blueprint(
        "blog",
        [
            Rule("/", endpoint=index),
            Rule("/<int:number>", endpoint=show, methods=["GET", "POST"]),
            Rule("/raise/<name>", endpoint=raising),
        ],
        url_prefix="/blog/",
        layers=[
            after(blog_after),
            errors(ErrorHandlers({403: blog_forbidden, LookupError: blog_lookup, http.HTTPException: blog_http})),
            before(blog_before),
        ],
    )
    bare = Blueprint(
        "bare", [Rule("/bare", endpoint=bare_index), Rule("/bare/raise/<name>", endpoint=bare_raising)]
    )
    return layered_application(
        [blog, bare, Rule("/", endpoint=home), Rule("/raise/<name>", endpoint=app_raising)],
        handlers={404: app_missing, KeyError: app_key, ValueError: app_value},
        befores=[app_before],
        afters=[app_after],
    )


site = Site(with_flask, with_layers)
PREFIX = ["a blueprint owns its prefix"]

CASES = [
    case("a blueprint's paths have its prefix", site, get("/blog/"), get("/blog/7")),
    case("its names have its name before them", site, get("/blog/7"), get("/bare"), get("/")),
    case(
        "the slash after the prefix is mended",
        site,
        get("/blog"),
        differs=["path-only redirect", *PREFIX],
        trail=["app before None", "blog before", "blog after 308", "app after 308"],
    ),
    case(
        "its hooks run inside the application's, for its own views", site, get("/blog/7"), get("/bare"), get("/")
    ),
    case("its before hook may answer", site, get("/blog/7?stop")),
    case("its before hook's exception is for its handlers", site, get("/blog/7?break")),
    case(
        "HEAD and OPTIONS pass its hooks", site, ask("HEAD", "/blog/7"), ask("OPTIONS", "/blog/7"), post("/blog/7")
    ),
    case("its handler by status", site, get("/blog/raise/403"), get("/raise/403"), get("/bare/raise/403")),
    case("the application's handler by status goes before its handler by class", site, get("/blog/raise/404")),
    case("its handler of HTTPException sees its other errors", site, get("/blog/raise/409"), get("/raise/409")),
    case("its handler by class", site, get("/blog/raise/index"), get("/raise/index")),
    case(
        "its handler by class goes before the application's nearer one",
        site,
        get("/blog/raise/key"),
        get("/raise/key"),
    ),
    case(
        "the application's handler by class sees its exceptions",
        site,
        get("/blog/raise/value"),
        get("/bare/raise/value"),
    ),
    case(
        "a defect in its view is a 500 for its handler of HTTPException",
        site,
        get("/blog/raise/runtime"),
        get("/raise/runtime"),
    ),
    case("a wrong return value of its view", site, get("/blog/raise/nothing"), get("/raise/nothing")),
    case("an unmatched path outside any prefix is the application's", site, get("/nothing"), get("/blogs")),
    case(
        "an unmatched path under its prefix passes its layers",
        site,
        get("/blog/nothing"),
        differs=PREFIX,
        trail=["app before None", "blog before", "blog after 404", "app after 404"],
    ),
    case(
        "a wrong method under its prefix is answered in its style",
        site,
        ask("DELETE", "/blog/7"),
        differs=PREFIX,
        trail=["app before None", "blog before", "blog after 405", "app after 405"],
    ),
    case("a blueprint without a prefix has none", site, get("/bare"), get("/bare/nothing")),
    case("under a mount point", site, get("/blog/7", base_url="http://localhost/keep")),
]
