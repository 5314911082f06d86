"""`g`, `current_app`, `request` outside a view's arguments, made-up requests, and what is raised outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask

from keepwsgi.layers import Rule, context

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, case, get

ROW = "contexts"


class FlaskNames:
    """Flask's proxies and functions, under the names the layers have too."""

    g = flask.g
    current_app = flask.current_app
    request = flask.request
    session = flask.session
    url_for = staticmethod(flask.url_for)
    has_app_context = staticmethod(flask.has_app_context)
    has_request_context = staticmethod(flask.has_request_context)


class LayersNames:
    g = context.g
    current_app = context.current_app
    request = context.request
    session = context.session
    url_for = staticmethod(context.url_for)
    has_app_context = staticmethod(context.has_app_context)
    has_request_context = staticmethod(context.has_request_context)


def attempt(function: Callable[[], Any]) -> str:
    """What it returns, or the first line of what it raises."""
    try:
        return str(function())
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"


def pair(play: Callable[[Any, Any, Trail], Any], *, in_view: bool = True, **config: Any) -> Site:
    """`play(names, app, trail)` is called inside a view, or before any request where `in_view` is False."""

    def with_flask(trail: Trail) -> Any:
        app = flask_application(**config)

        @app.route("/")
        def index() -> Any:
            return play(FlaskNames, app, trail) if in_view else "index"

        @app.route("/memos/<int:memo_id>")
        def memo(memo_id: int) -> str:
            return "memo"

        @app.teardown_appcontext
        def ended(error: Any) -> None:
            trail.append(f"ended {error!r}")

        if not in_view:
            play(FlaskNames, app, trail)
        return app

    def with_layers(trail: Trail) -> Any:
        def index(request: Any) -> Any:
            return play(LayersNames, app, trail) if in_view else "index"

        def memo(request: Any, memo_id: int) -> str:
            return "memo"

        def ended(error: Any) -> None:
            trail.append(f"ended {error!r}")

        app = layered_application(
            [Rule("/", endpoint=index), Rule("/memos/<int:memo_id>", endpoint=memo)],
            config=config,
            teardown_appcontext=[ended],
        )
        if not in_view:
            play(LayersNames, app, trail)
        return app

    return Site(with_flask, with_layers)


def proxies(names: Any, app: Any, trail: Trail) -> Any:
    return {
        "app": names.current_app._get_current_object() is app,
        "path": names.request.path,
        "endpoint": names.request.endpoint,
        "session": dict(names.session),
        "has": [names.has_app_context(), names.has_request_context()],
    }


def globals_(names: Any, app: Any, trail: Trail) -> Any:
    g = names.g
    trail.append(
        [attempt(lambda: g.x)[:14], attempt(lambda: g.pop("x")), g.get("x"), g.get("x", 1), g.pop("x", 2)]
    )
    g.x = "here"
    trail.append(["x" in g, "y" in g, list(g), g.setdefault("x", 3), g.setdefault("y", 4), g.pop("x"), g.y])
    del g.y
    trail.append([list(g), bool(g.get("y"))])
    return "ok"


def outside(names: Any, app: Any, trail: Trail) -> None:
    first = "Working outside of"
    for function in (
        lambda: names.current_app.name,
        lambda: names.g.x,
        lambda: names.request.path,
        lambda: names.session["x"],
        lambda: setattr(names.g, "x", 1),
        lambda: names.session.update(a=1),
    ):
        said = attempt(function)
        trail.append(said[: said.index(first) + len(first) + 20])
    trail.append([names.has_app_context(), names.has_request_context(), bool(names.g), bool(names.request)])


def outside_url(names: Any, app: Any, trail: Trail) -> None:
    trail.append(attempt(lambda: names.url_for("index"))[:13])
    with app.app_context():
        trail.append(attempt(lambda: names.url_for("index"))[:90])


def app_context(names: Any, app: Any, trail: Trail) -> None:
    with app.app_context():
        trail.append([names.current_app.name == app.name, names.has_app_context(), names.has_request_context()])
        names.g.x = 1
        trail.append(attempt(lambda: names.request.path)[:44])
        with app.app_context():
            trail.append(names.g.get("x"))
            names.g.x = 2
        trail.append(names.g.x)
    trail.append(names.has_app_context())


def app_context_raising(names: Any, app: Any, trail: Trail) -> None:
    try:
        with app.app_context():
            raise ValueError("inside")
    except ValueError as error:
        trail.append(f"still raised: {error}")


def server_name(names: Any, app: Any, trail: Trail) -> None:
    with app.app_context():
        trail.append(names.url_for("memo", memo_id=7, q="a b"))
        trail.append(names.url_for("index", _external=False))
        trail.append(names.url_for("index", _scheme="ftp", _anchor="x"))
    with app.test_request_context("/memos/3"):
        trail.append([names.url_for("index"), names.url_for("index", _external=True)])


def made_up(names: Any, app: Any, trail: Trail) -> None:
    with app.test_request_context("/memos/7?a=1", method="GET", headers={"X-A": "b"}) as ctx:
        request = names.request
        trail.append(
            [request.path, request.args["a"], request.headers["X-A"], request.endpoint, request.view_args]
        )
        trail.append([names.url_for("memo", memo_id=8), ctx.request.path, names.has_request_context()])
    trail.append(names.has_request_context())


def made_up_post(names: Any, app: Any, trail: Trail) -> None:
    with app.test_request_context("/", method="POST", data={"a": "메모"}):
        trail.append([names.request.method, names.request.form["a"], names.request.mimetype])
    with app.test_request_context("/", json={"a": ["가"]}):
        trail.append([names.request.json, names.request.is_json])


def made_up_unknown(names: Any, app: Any, trail: Trail) -> None:
    with app.test_request_context("/nothing"):
        trail.append(
            [names.request.endpoint, names.request.view_args, type(names.request.routing_exception).__name__]
        )
    with app.test_request_context("/memos/7", method="POST"):
        trail.append([names.request.endpoint, names.request.routing_exception.code])


def nested_requests(names: Any, app: Any, trail: Trail) -> None:
    with app.test_request_context("/"):
        names.session["x"] = "outer"
        with app.test_request_context("/memos/7"):
            trail.append([names.request.path, dict(names.session)])
        trail.append([names.request.path, dict(names.session)])


def mounted(names: Any, app: Any, trail: Trail) -> None:
    with app.test_request_context("/memos/7", base_url="https://example.com/keep"):
        trail.append([names.url_for("index"), names.url_for("index", _external=True), names.request.script_root])


def environ_context(names: Any, app: Any, trail: Trail) -> None:
    from werkzeug.test import create_environ

    with app.request_context(create_environ("/memos/9", "http://example.com/")):
        trail.append([names.request.host, names.request.view_args])


def kept(names: Any, app: Any, trail: Trail) -> Any:
    before = names.g.get("count", 0)
    names.g.count = before + 1
    return str(names.g.count)


def config(names: Any, app: Any, trail: Trail) -> Any:
    return str(names.current_app.config["GREETING"])


def asking_inside(names: Any, app: Any, trail: Trail) -> None:
    """A client used while an application context is open, as in a test."""
    with app.app_context():
        names.g.x = "the test's"
        trail.append(app.test_client().get("/").status_code)
        trail.append(names.g.get("x"))


CASES = [
    case("the proxies are the request's", pair(proxies), get("/")),
    case("g is a namespace", pair(globals_), get("/")),
    case("g is new for each request", pair(kept), get("/"), get("/")),
    case("current_app has the configuration", pair(config, GREETING="안녕"), get("/")),
    case("outside a context the proxies raise RuntimeError", pair(outside, in_view=False), get("/nothing")),
    case("outside a request a URL needs a server name", pair(outside_url, in_view=False)),
    case(
        "with a server name URLs outside a request are external",
        pair(server_name, in_view=False, SERVER_NAME="memo.example", PREFERRED_URL_SCHEME="https"),
    ),
    case(
        "a server name with a mount point",
        pair(server_name, in_view=False, SERVER_NAME="memo.example:8080", APPLICATION_ROOT="/keep"),
    ),
    case("an application context has g and current_app but no request", pair(app_context, in_view=False)),
    case("teardown of an application context gets the exception", pair(app_context_raising, in_view=False)),
    case("a made-up request is matched", pair(made_up, in_view=False)),
    case("a made-up request may have a body", pair(made_up_post, in_view=False)),
    case("a made-up request may match nothing", pair(made_up_unknown, in_view=False)),
    case("a made-up request may be mounted", pair(mounted, in_view=False)),
    case("a made-up request from an environ", pair(environ_context, in_view=False)),
    case(
        "requests nest",
        pair(nested_requests, in_view=False),
        differs=["own g for each request"],
        trail=[["/memos/7", {}], "ended None", ["/", {"x": "outer"}], "ended None"],
    ),
    case(
        "a client may be used inside a context",
        pair(asking_inside, in_view=False),
        differs=["own g for each request"],
        trail=["ended None", 200, "the test's", "ended None"],
    ),
]
