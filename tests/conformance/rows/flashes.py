"""`flash` and `get_flashed_messages`, with and without categories."""

from __future__ import annotations

from typing import Any

import flask
from markupsafe import Markup

from keepwsgi import layers
from keepwsgi.layers import Rule

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, case, get, post

ROW = "flash"
TEMPLATE = "{% for category, text in get_flashed_messages(true) %}{{ category }}={{ text }};{% endfor %}"
MESSAGES: dict[str, list[tuple[Any, ...]]] = {
    "one": [("저장했습니다",)],
    "two": [("one",), ("two",)],
    "categories": [("fine", "success"), ("bad", "error"), ("plain",)],
    "markup": [(Markup("<b>bold</b>"),), ("<i>not</i>",)],
    "tuple": [((1, "둘"), "undo")],
    "list": [(["text", "/path"], "undo")],
    "empty": [("",)],
    "none": [],
}


def with_flask(trail: Trail) -> Any:
    app = flask_application()

    @app.post("/say/<name>")
    def say(name: str) -> Any:
        for message in MESSAGES[name]:
            flask.flash(*message)
        return flask.redirect("/shown", 303)

    @app.route("/shown")
    def shown() -> Any:
        return repr(flask.get_flashed_messages())

    @app.route("/with-categories")
    def with_categories() -> Any:
        return repr(flask.get_flashed_messages(with_categories=True))

    @app.route("/only/<category>")
    def only(category: str) -> Any:
        filtered = flask.get_flashed_messages(category_filter=[category])
        both = flask.get_flashed_messages(True, category_filter=[category, "error"])
        return repr([filtered, both, flask.get_flashed_messages(True)])

    @app.route("/at-once")
    def at_once() -> Any:
        flask.flash("first")
        before = flask.get_flashed_messages()
        flask.flash("second")
        return repr([before, flask.get_flashed_messages(), flask.session.get("_flashes")])

    @app.route("/template")
    def template() -> Any:
        return flask.render_template_string(TEMPLATE)

    @app.route("/other")
    def other() -> str:
        return "shows none"

    return app


def with_layers(trail: Trail) -> Any:
    def say(request: Any, name: str) -> Any:
        for message in MESSAGES[name]:
            layers.flash(request, *message)
        return layers.redirect("/shown", 303)

    def shown(request: Any) -> Any:
        return repr(layers.get_flashed_messages(request))

    def with_categories(request: Any) -> Any:
        return repr(layers.get_flashed_messages(request, with_categories=True))

    def only(request: Any, category: str) -> Any:
        filtered = layers.get_flashed_messages(request, category_filter=[category])
        both = layers.get_flashed_messages(request, True, category_filter=[category, "error"])
        return repr([filtered, both, layers.get_flashed_messages(request, True)])

    def at_once(request: Any) -> Any:
        layers.flash(request, "first")
        before = layers.get_flashed_messages(request)
        layers.flash(request, "second")
        return repr([before, layers.get_flashed_messages(request), request.session.get("_flashes")])

    def template(request: Any) -> Any:
        return layers.render_template_string(
            request,
            TEMPLATE,
        )

    def other(request: Any) -> str:
        return "shows none"

    return layered_application(
        [
            Rule("/say/<name>", endpoint=say, methods=["POST"]),
            Rule("/shown", endpoint=shown),
            Rule("/with-categories", endpoint=with_categories),
            Rule("/only/<category>", endpoint=only),
            Rule("/at-once", endpoint=at_once),
            Rule("/template", endpoint=template),
            Rule("/other", endpoint=other),
        ],
        templates=layers.Templates("no folder"),
    )


site = Site(with_flask, with_layers)
CASES = [
    case("a message is shown once, in the next request", site, post("/say/one"), get("/shown"), get("/shown")),
    case("messages come in their order", site, post("/say/two"), get("/shown")),
    case("messages gather until they are shown", site, post("/say/one"), post("/say/two"), get("/shown")),
    case("a page that shows none keeps them", site, post("/say/one"), get("/other"), get("/shown")),
    case("without categories only the texts", site, post("/say/categories"), get("/shown")),
    case(
        "with categories pairs; message is the usual one", site, post("/say/categories"), get("/with-categories")
    ),
    case(
        "a filter by category, which forgets the others",
        site,
        post("/say/categories"),
        get("/only/success"),
        get("/shown"),
    ),
    case("no messages", site, get("/shown"), get("/with-categories"), post("/say/none"), get("/shown")),
    case("a message may be HTML, and stays it", site, post("/say/markup"), get("/template")),
    case(
        "a message may be a pair or a list", site, post("/say/tuple"), post("/say/list"), get("/with-categories")
    ),
    case("an empty message is one", site, post("/say/empty"), get("/shown")),
    case("shown in the same request, a later one waits", site, get("/at-once"), get("/shown")),
    case("a template shows and escapes them", site, post("/say/categories"), post("/say/one"), get("/template")),
]
