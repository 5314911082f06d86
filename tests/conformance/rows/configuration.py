"""`app.config`: Flask's settings by name, and where the layers take each of them as an argument."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import flask

from keepwsgi import layers
from keepwsgi.layers import CookieSessions, Request, Rule, body_limits, context

from ..applications import flask_application, layered_application
from ..comparison import KEY, OLD_KEY, Site, Trail, ask, case, get, post

ROW = "configuration"
METHODS = ["GET", "POST", "PUT"]


def pair(config: dict[str, Any], request: Mapping[str, Any] | None = None, **options: Any) -> Site:
    """Flask with `config`; the layers with `options`, a request class with `request`, and `config` to read."""

    def with_flask(trail: Trail) -> Any:
        app = flask_application(**config)

        @app.route("/form", methods=METHODS)
        def form() -> Any:
            return flask.request.form.to_dict()

        @app.route("/body", methods=METHODS)
        def body() -> Any:
            return str(len(flask.request.get_data()))

        @app.route("/unread", methods=METHODS)
        def unread() -> Any:
            return "not read"

        @app.route("/set")
        def set_() -> Any:
            flask.session.permanent = True
            flask.session["user"] = "ada"
            return "set"

        @app.route("/read")
        def read() -> Any:
            return str(flask.session.get("user"))

        @app.route("/config/<name>")
        def setting(name: str) -> Any:
            own = flask.current_app.config
            return [own.get(name), name in own, str(own[name])]

        @app.route("/template")
        def template() -> Any:
            return flask.render_template_string(
                "{{ config.GREETING }} {{ config['LIMIT'] + 1 }} {{ config.NONE }}"
            )

        @app.route("/url")
        def url() -> Any:
            return flask.url_for("read", _external=True)

        return app

    def with_layers(trail: Trail) -> Any:
        def form(request: Any) -> Any:
            return request.form.to_dict()

        def body(request: Any) -> Any:
            return str(len(request.get_data()))

        def unread(request: Any) -> Any:
            return "not read"

        def set_(request: Any) -> Any:
            request.session.permanent = True
            request.session["user"] = "ada"
            return "set"

        def read(request: Any) -> Any:
            return str(request.session.get("user"))

        def setting(request: Any, name: str) -> Any:
            own = context.current_app.config
            return [own.get(name), name in own, str(own[name])]

        def template(request: Any) -> Any:
            source = "{{ config.GREETING }} {{ config['LIMIT'] + 1 }} {{ config.NONE }}"
            return layers.render_template_string(request, source)

        def url(request: Any) -> Any:
            return request.url_for("read", _external=True)

        set_.__name__ = "set"
        forms = [Rule(f"/{view.__name__}", endpoint=view, methods=METHODS) for view in (form, body, unread)]
        others = [Rule(f"/{view.__name__}", endpoint=view) for view in (set_, read, template, url)]
        return layered_application(
            [*forms, *others, Rule("/config/<name>", endpoint=setting)],
            config=config,
            templates=layers.Templates("no folder"),
            request_class=type("Request", (Request,), dict(request or {})),
            **options,
        )

    return Site(with_flask, with_layers)


def cookies(**options: Any) -> CookieSessions:
    return CookieSessions([KEY], **options)


def chunks(path: str, body: bytes, **options: Any) -> Any:
    """A body that ends by itself, as a server hands on what came with Transfer-Encoding: chunked."""
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    return lambda answers: post(path, input_stream=io.BytesIO(body), environ_overrides=environ, **options)


DAY = timedelta(days=1)
words = pair({"GREETING": "안녕", "LIMIT": 7, "NESTED": {"a": [1, 2]}})
limited = pair({"MAX_CONTENT_LENGTH": 20}, inner=[body_limits(20)])
hosts = pair(
    {"TRUSTED_HOSTS": ["memo.example", ".example.org"]}, {"trusted_hosts": ["memo.example", ".example.org"]}
)
FIELDS = {f"f{number}": "x" for number in range(4)}
MULTIPART = {"content_type": "multipart/form-data"}

CASES = [
    case("settings of one's own", words, get("/config/GREETING"), get("/config/LIMIT"), get("/config/NESTED")),
    case("a setting that is not there", words, get("/config/NOTHING")),
    case("settings in a template", words, get("/template")),
    case(
        "SESSION_COOKIE_NAME",
        pair({"SESSION_COOKIE_NAME": "kept"}, store=cookies(cookie_name="kept")),
        get("/set"),
        get("/read"),
    ),
    case(
        "PERMANENT_SESSION_LIFETIME",
        pair({"PERMANENT_SESSION_LIFETIME": DAY}, store=cookies(lifetime=DAY)),
        get("/set"),
        get("/read"),
    ),
    case(
        "SESSION_REFRESH_EACH_REQUEST off",
        pair({"SESSION_REFRESH_EACH_REQUEST": False}, store=cookies(refresh_after=timedelta(days=31))),
        get("/set"),
        get("/read"),
        get("/read"),
    ),
    case(
        "SECRET_KEY_FALLBACKS",
        pair({"SECRET_KEY_FALLBACKS": [OLD_KEY]}, store=CookieSessions([KEY, OLD_KEY])),
        get("/set"),
        get("/read"),
    ),
    case("no SECRET_KEY", pair({"SECRET_KEY": None}, store=CookieSessions([])), get("/read"), get("/set")),
    case(
        "MAX_CONTENT_LENGTH is the largest body read",
        limited,
        post("/form", data="a=" + "x" * 18, content_type="application/x-www-form-urlencoded"),
        post("/form", data="a=" + "x" * 19, content_type="application/x-www-form-urlencoded"),
        post("/body", data=b"x" * 20),
        post("/body", data=b"x" * 21),
        get("/body"),
    ),
    case(
        "MAX_CONTENT_LENGTH and a PUT", limited, ask("PUT", "/body", data=b"x" * 30), ask("PUT", "/body", data=b"")
    ),
    case(
        "MAX_CONTENT_LENGTH and a body in chunks, which says no length",
        limited,
        chunks("/body", b"x" * 20),
        chunks("/body", b"x" * 21),
        chunks("/form", b"a=" + b"x" * 19, content_type="application/x-www-form-urlencoded"),
        differs=["chunks are not cut off"],
    ),
    case(
        "MAX_FORM_PARTS",
        pair({"MAX_FORM_PARTS": 3}, {"max_form_parts": 3}),
        post("/form", data=FIELDS, **MULTIPART),
        post("/form", data=dict(list(FIELDS.items())[:3]), **MULTIPART),
    ),
    case(
        "MAX_FORM_MEMORY_SIZE",
        pair({"MAX_FORM_MEMORY_SIZE": 10}, {"max_form_memory_size": 10}),
        post("/form", data={"a": "x" * 11}, **MULTIPART),
        post("/form", data={"a": "x" * 5}, **MULTIPART),
        post("/form", data={"a": "x" * 40}),
    ),
    case(
        "TRUSTED_HOSTS",
        hosts,
        get("/url", base_url="http://memo.example"),
        get("/url", base_url="http://a.example.org:81"),
        get("/url", base_url="http://forged.example"),
        get("/url", headers={"Host": ""}),
    ),
    case("any host where none is named", words, get("/url", base_url="http://anywhere.example:81")),
]
