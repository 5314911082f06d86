"""`/static` and `url_for("static", …)`: the URL differs by its digest, the answers in what that allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import flask

from keepwsgi.layers import Rule, StaticFolder

from ..applications import flask_application, layered_application
from ..comparison import Answer, Ask, Site, Trail, case, get

ROW = "static files"
FOLDER = Path(__file__).parent.parent / "files"


def with_flask(trail: Trail) -> Any:
    app = flask_application()
    app.static_folder = str(FOLDER)
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=app.send_static_file)

    @app.route("/where/<path:filename>")
    def where(filename: str) -> str:
        return flask.url_for("static", filename=filename)

    @app.route("/<path:anything>")
    def page(anything: str) -> str:
        return "a page"

    return app


def with_layers(trail: Trail) -> Any:
    folder = StaticFolder(FOLDER)

    def where(request: Any, filename: str) -> str:
        return str(request.url_for("static", filename=filename))

    def page(request: Any, anything: str) -> str:
        return "a page"

    app = layered_application(
        [folder.rule, Rule("/where/<path:filename>", endpoint=where), Rule("/<path:anything>", endpoint=page)]
    )
    app.wsgi_app = folder.serve_files(app.wsgi_app)
    return app


site = Site(with_flask, with_layers)
FILE = ["digest in the path", "files for ever"]


def there(method: str = "GET", **options: Any) -> Callable[[Sequence[Answer]], Ask]:
    """The file whose URL the first answer was."""
    return lambda answers: Ask(method, answers[0].body.decode(), options)


def again(header: str, of: str) -> Callable[[Sequence[Answer]], Ask]:
    """The file once more, with what its first answer said of itself."""
    return lambda answers: Ask("GET", answers[0].body.decode(), {"headers": {header: answers[1].header(of) or ""}})


CASES = [
    case("url_for names the file", site, get("/where/css/site.css"), differs=FILE),
    case("url_for escapes the name", site, get("/where/deeper/%ED%95%9C%EA%B8%80.txt"), differs=FILE),
    case("the file is where url_for says", site, get("/where/css/site.css"), there(), differs=FILE),
    case("a file with a Korean name", site, get("/where/deeper/한글.txt"), there(), differs=FILE),
    case("HEAD of a file", site, get("/where/css/site.css"), there("HEAD"), differs=FILE),
    case(
        "a file that has not changed is a 304",
        site,
        get("/where/css/site.css"),
        there(),
        again("If-Modified-Since", "Last-Modified"),
        again("If-None-Match", "ETag"),
        differs=FILE,
    ),
    case(
        "a part of a file", site, get("/where/css/site.css"), there(headers={"Range": "bytes=0-3"}), differs=FILE
    ),
    case(
        "a missing file is for the application to answer",
        site,
        get("/where/css/none.css"),
        there(),
        differs=["digest in the path", "missing files are the application's"],
    ),
    case("what lies outside is not a file", site, get("/static-not"), get("/css/site.css")),
]
