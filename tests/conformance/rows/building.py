"""`url_for`: arguments, query, escaping, mount point, the names with an underscore, relative endpoints."""

from __future__ import annotations

from typing import Any

import flask
from werkzeug.routing import BuildError

from keepwsgi.layers import Blueprint, Rule

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get, post

ROW = "url_for"

#: What /build/<name> builds: endpoint and values.
BUILDS: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("index", {}),
    "argument": ("memo", {"memo_id": 7}),
    "argument-text": ("memo", {"memo_id": "7"}),
    "query": ("memo", {"memo_id": 7, "page": 2, "q": "a b"}),
    "query-korean": ("index", {"q": "메모 검색", "키": "값"}),
    "query-list": ("index", {"label": ["a", "b"], "empty": []}),
    "query-none": ("index", {"q": None, "r": ""}),
    "query-escapes": ("index", {"q": "a&b=c#d?e/f%g+h"}),
    "path": ("files", {"name": "a/b c/ü.txt"}),
    "segment": ("user", {"name": "a/b?c#d e%é"}),
    "anchor": ("index", {"_anchor": "top of/page?ü"}),
    "anchor-query": ("index", {"_anchor": "x", "q": "1"}),
    "anchor-empty": ("index", {"_anchor": ""}),
    "external": ("memo", {"memo_id": 7, "_external": True}),
    "external-query": ("index", {"_external": True, "q": "가"}),
    "scheme": ("index", {"_scheme": "https"}),
    "scheme-external": ("index", {"_scheme": "https", "_external": True}),
    "scheme-not-external": ("index", {"_scheme": "https", "_external": False}),
    "method-get": ("both", {"_method": "GET"}),
    "method-post": ("both", {"_method": "POST"}),
    "method-default": ("both", {}),
    "method-wrong": ("both", {"_method": "DELETE"}),
    "unknown": ("nothing", {}),
    "missing": ("memo", {}),
    "not-a-number": ("memo", {"memo_id": "seven"}),
    "negative": ("memo", {"memo_id": -1}),
    "none": ("memo", {"memo_id": None}),
    "slash": ("notes", {}),
    "defaults": ("page", {"number": 1}),
    "defaults-other": ("page", {"number": 2}),
    "of-blueprint": ("blog.post", {"slug": "hello"}),
    "relative-outside": (".index", {}),
    "korean-rule": ("korean", {"title": "제목"}),
}


def with_flask(trail: Trail) -> Any:
    app = flask_application()
    blog = flask.Blueprint("blog", __name__, url_prefix="/blog")

    @app.route("/build/<name>", methods=["GET", "POST"])
    def build(name: str) -> str:
        endpoint, values = BUILDS[name]
        return flask.url_for(endpoint, **values)

    @app.errorhandler(BuildError)
    def cannot(error: Exception) -> tuple[str, int]:
        return f"cannot build: {type(error).__name__}", 404

    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/memos/<int:memo_id>", "memo", lambda memo_id: "memo")
    app.add_url_rule("/files/<path:name>", "files", lambda name: "files")
    app.add_url_rule("/user/<name>", "user", lambda name: "user")
    app.add_url_rule("/notes/", "notes", lambda: "notes")
    app.add_url_rule("/get-both", "both", lambda: "both", methods=["GET"])
    app.add_url_rule("/post-both", "both", methods=["POST"])
    app.add_url_rule("/page/", "page", lambda number: "page", defaults={"number": 1})
    app.add_url_rule("/page/<int:number>", "page")
    app.add_url_rule("/메모/<title>", "korean", lambda title: title)

    @blog.route("/<slug>")
    def post(slug: str) -> str:
        return flask.url_for(".post", slug="next") + " " + flask.url_for(".archive", year=2024)

    @blog.route("/archive/<int:year>")
    def archive(year: int) -> str:
        return (
            flask.url_for("index")
            + " "
            + flask.url_for("blog.post", slug="x")
            + " "
            + flask.url_for("archive", year=1)
        )

    app.register_blueprint(blog)
    return app


def with_layers(trail: Trail) -> Any:
    def build(request: Any, name: str) -> str:
        endpoint, values = BUILDS[name]
        return str(request.url_for(endpoint, **values))

    def cannot(request: Any, error: Exception) -> tuple[str, int]:
        return f"cannot build: {type(error).__name__}", 404

    def index(request: Any) -> str:
        return "index"

    def memo(request: Any, memo_id: int) -> str:
        return "memo"

    def files(request: Any, name: str) -> str:
        return "files"

    def user(request: Any, name: str) -> str:
        return "user"

    def notes(request: Any) -> str:
        return "notes"

    def both(request: Any) -> str:
        return "both"

    def page(request: Any, number: int) -> str:
        return "page"

    def korean(request: Any, title: str) -> str:
        return title

    def post(request: Any, slug: str) -> str:
        return f"{request.url_for('.post', slug='next')} {request.url_for('.archive', year=2024)}"

    def archive(request: Any, year: int) -> str:
        urls = request.url_for("index"), request.url_for("blog.post", slug="x"), request.url_for("archive", year=1)
        return " ".join(urls)

    return layered_application(
        [
            Rule("/build/<name>", endpoint=build, methods=["GET", "POST"]),
            Rule("/", endpoint=index),
            Rule("/memos/<int:memo_id>", endpoint=memo),
            Rule("/files/<path:name>", endpoint=files),
            Rule("/user/<name>", endpoint=user),
            Rule("/notes/", endpoint=notes),
            Rule("/get-both", endpoint=both),
            Rule("/post-both", endpoint=both, methods=["POST"]),
            Rule("/page/", endpoint=page, defaults={"number": 1}),
            Rule("/page/<int:number>", endpoint=page),
            Rule("/메모/<title>", endpoint=korean),
            Blueprint(
                "blog",
                [Rule("/<slug>", endpoint=post), Rule("/archive/<int:year>", endpoint=archive)],
                url_prefix="/blog",
            ),
        ],
        handlers={BuildError: cannot},
    )


site = Site(with_flask, with_layers)
MOUNTED = "http://localhost/keep"


def builds(sentence: str, *names: str, **options: Any) -> Any:
    return case(sentence, site, *(get(f"/build/{name}", **options) for name in names))


CASES = [
    builds("an endpoint has a path", "plain", "slash"),
    builds("arguments go where the rule has them", "argument", "argument-text"),
    builds("what the rule does not take goes into the query", "query", "query-list", "query-none"),
    builds("the query is escaped", "query-korean", "query-escapes"),
    builds("a segment is escaped, a path keeps its slashes", "segment", "path"),
    builds("an anchor is escaped", "anchor", "anchor-query", "anchor-empty"),
    builds("an external URL has scheme and host", "external", "external-query"),
    builds("an external URL has the port of the request", "external", base_url="http://localhost:8080"),
    builds("an external URL is https where the request is", "external", base_url="https://example.com"),
    builds("a scheme makes it external", "scheme", "scheme-external"),
    builds("a scheme on a path alone is refused", "scheme-not-external"),
    builds("a method chooses among the rules of one endpoint", "method-get", "method-post", "method-default"),
    case("the request's own method chooses where none is named", site, post("/build/method-default")),
    builds("a method that no rule has builds nothing", "method-wrong"),
    builds("an unknown endpoint builds nothing", "unknown"),
    builds("a missing argument builds nothing", "missing", "none"),
    builds("an argument its converter refuses builds nothing", "not-a-number", "negative"),
    builds("a default is left out of the URL", "defaults", "defaults-other"),
    builds("a rule in Korean is escaped", "korean-rule"),
    builds("under a mount point the URL starts with it", "plain", "query", "of-blueprint", base_url=MOUNTED),
    builds("an external URL has the mount point too", "external", base_url=MOUNTED),
    builds("a blueprint's endpoint has its name before it", "of-blueprint"),
    builds("a leading dot outside a blueprint means nothing", "relative-outside"),
    case("a leading dot inside a blueprint means the blueprint", site, get("/blog/hello")),
    case("a bare name inside a blueprint is the application's", site, get("/blog/archive/2024")),
    case(
        "a forged Host shows only in external URLs",
        site,
        get("/build/plain", headers={"Host": "evil.example"}),
        get("/build/external", headers={"Host": "evil.example"}),
    ),
    case("a Host that is none leaves paths alone", site, ask("GET", "/build/plain", headers={"Host": "a b"})),
]
