"""Trailing slashes, 404, HEAD and OPTIONS for free, 405 with `Allow`."""

from __future__ import annotations

from typing import Any

from keepwsgi.layers import Rule

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get, post

ROW = "slashes, HEAD, OPTIONS, 405"


def with_flask(trail: Trail) -> Any:
    app = flask_application()

    @app.route("/notes/")
    def notes() -> str:
        return "notes"

    @app.route("/about")
    def about() -> str:
        return "about"

    @app.post("/notes/")
    def create() -> str:
        return "created"

    @app.route("/form", methods=["GET", "POST"])
    def form() -> str:
        return "form"

    @app.route("/own", methods=["GET", "OPTIONS"])
    def own() -> str:
        return "own options"

    @app.route("/memos/<int:memo_id>", methods=["PATCH", "delete"])
    def memo(memo_id: int) -> str:
        return f"memo {memo_id}"

    return app


def with_layers(trail: Trail) -> Any:
    def notes(request: Any) -> str:
        return "notes"

    def about(request: Any) -> str:
        return "about"

    def create(request: Any) -> str:
        return "created"

    def form(request: Any) -> str:
        return "form"

    def own(request: Any) -> str:
        return "own options"

    def memo(request: Any, memo_id: int) -> str:
        return f"memo {memo_id}"

    return layered_application(
        [
            Rule("/notes/", endpoint=notes),
            Rule("/about", endpoint=about),
            Rule("/notes/", endpoint=create, methods=["POST"]),
            Rule("/form", endpoint=form, methods=["GET", "POST"]),
            Rule("/own", endpoint=own, methods=["GET", "OPTIONS"]),
            Rule("/memos/<int:memo_id>", endpoint=memo, methods=["PATCH", "delete"]),
        ]
    )


site = Site(with_flask, with_layers)
relative = ["path-only redirect"]

CASES = [
    case("a path with its slash is answered", site, get("/notes/")),
    case("a missing slash is mended by a redirect", site, get("/notes"), differs=relative),
    case("the query survives that redirect", site, get("/notes?a=1&b=%ED%95%9C&c=a+b"), differs=relative),
    case(
        "the redirect names the mount point",
        site,
        get("/notes", base_url="http://localhost/keep"),
        differs=relative,
    ),
    case(
        "a POST without the slash is sent on with its method",
        site,
        post("/notes", data={"a": "1"}),
        differs=relative,
    ),
    case("a HEAD without the slash is sent on", site, ask("HEAD", "/notes"), differs=relative),
    case("a slash too many is a 404", site, get("/about/")),
    case("two slashes become one", site, get("/memos//7"), ask("PATCH", "/memos//7"), differs=relative),
    case("a leading pair of slashes is one", site, get("/", environ_overrides={"PATH_INFO": "//about"})),
    case(
        "leading slashes and a missing one are mended at once",
        site,
        get("/", environ_overrides={"PATH_INFO": "//notes"}),
        differs=relative,
    ),
    case("an unknown path is a 404", site, get("/nothing")),
    case("the root is a 404 where nobody answers it", site, get("/")),
    case("a path differs by case", site, get("/About")),
    case("HEAD is GET without a body", site, ask("HEAD", "/about")),
    case("HEAD of an unknown path is a 404 without a body", site, ask("HEAD", "/nothing")),
    case("OPTIONS lists the methods", site, ask("OPTIONS", "/about")),
    case("OPTIONS lists the methods of all rules of a path", site, ask("OPTIONS", "/notes/")),
    case("OPTIONS of a rule without GET", site, ask("OPTIONS", "/memos/3")),
    case("OPTIONS of an unknown path is a 404", site, ask("OPTIONS", "/nothing")),
    case("a rule may answer OPTIONS itself", site, ask("OPTIONS", "/own"), get("/own")),
    case("a wrong method is a 405 that says which are right", site, post("/about"), ask("PUT", "/form")),
    case("a 405 counts the methods of all rules of a path", site, ask("DELETE", "/notes/")),
    case("GET and HEAD of a rule without them are a 405", site, get("/memos/3"), ask("HEAD", "/memos/3")),
    case("methods are upper case whatever the table says", site, ask("DELETE", "/memos/3")),
    case("an unknown method is a 405", site, ask("PROPFIND", "/about")),
    case("a wrong method without the slash is a 405 or a redirect as in Flask", site, ask("PUT", "/notes")),
    case("a forged Host is not repeated", site, get("/notes", headers={"Host": "evil.example"}), differs=relative),
    case("a Host that is none", site, get("/notes", headers={"Host": "a b"}), differs=relative),
    case(
        "a query that is not ASCII survives the redirect",
        site,
        get("/notes", environ_overrides={"QUERY_STRING": "q=메모".encode().decode("latin-1")}),
        get("/notes", environ_overrides={"QUERY_STRING": "q=\xff"}),
        differs=relative,
    ),
]
