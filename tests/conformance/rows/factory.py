"""An application factory: a function that makes as many applications as it is asked for, each on its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask

from keepwsgi.layers import Application, Blueprint, CookieSessions, Routes, Rule, context, contexts, sessions

from ..applications import flask_application, layered_application
from ..comparison import KEY, Site, Trail, case, get

ROW = "application factory"

DEFAULTS = {"GREETING": "안녕", "LIMIT": 7}

#: Made once, for every application that takes it.
shared_flask = flask.Blueprint("notes", __name__, url_prefix="/notes")


@shared_flask.route("/")
def listed_flask() -> Any:
    return [flask.current_app.config["GREETING"], flask.url_for(".listed_flask")]


def listed(request: Any) -> Any:
    return [request.app.config["GREETING"], request.url_for(".listed")]


shared_layers = Blueprint("notes", [Rule("/", endpoint=listed)], url_prefix="/notes")


def make_flask(**config: Any) -> Any:
    app = flask_application(**{**DEFAULTS, **config})
    app.register_blueprint(shared_flask)
    store: list[str] = []  # what an extension keeps for one application

    @app.route("/")
    def index() -> Any:
        return [flask.current_app.config["GREETING"], flask.current_app.config["LIMIT"]]

    @app.route("/keep/<word>")
    def keep(word: str) -> Any:
        store.append(word)
        flask.session["word"] = word
        return store

    @app.route("/kept")
    def kept() -> Any:
        return [store, flask.session.get("word")]

    if app.config.get("EXTRA"):
        app.add_url_rule("/extra", "extra", lambda: "extra")
        app.register_error_handler(404, lambda error: ("nothing of the extra kind", 404))
    return app


def make_layers(**config: Any) -> Any:
    settings = {**DEFAULTS, **config}
    store: list[str] = []

    def index(request: Any) -> Any:
        return [context.current_app.config["GREETING"], context.current_app.config["LIMIT"]]

    def keep(request: Any, word: str) -> Any:
        store.append(word)
        request.session["word"] = word
        return store

    def kept(request: Any) -> Any:
        return [store, request.session.get("word")]

    def extra(request: Any) -> Any:
        return "extra"

    rules = [Rule("/", endpoint=index), Rule("/keep/<word>", endpoint=keep), Rule("/kept", endpoint=kept)]
    with_extra = bool(settings.get("EXTRA"))
    return layered_application(
        [*rules, *([Rule("/extra", endpoint=extra)] * with_extra), shared_layers],
        handlers={404: lambda request, error: ("nothing of the extra kind", 404)} if with_extra else None,
        store=CookieSessions([settings.get("SECRET_KEY", KEY)]),
        config=settings,
    )


def pair(play: Callable[[Any, Any, Trail], Any]) -> Site:
    """`play(make, proxies, trail)` makes applications; what it returns is asked, else one with the defaults."""
    return Site(
        lambda trail: play(make_flask, flask, trail) or make_flask(),
        lambda trail: play(make_layers, context, trail) or make_layers(),
    )


def told(app: Any, *paths: str) -> list[str]:
    client = app.test_client()
    return [client.get(path).text for path in paths]


def two(make: Any, proxies: Any, trail: Trail) -> None:
    korean, english = make(), make(GREETING="hello", LIMIT=1)
    trail.append([told(korean, "/", "/notes/"), told(english, "/", "/notes/"), told(korean, "/")])


def stores(make: Any, proxies: Any, trail: Trail) -> None:
    one, other = make(), make()
    trail.append([told(one, "/keep/a", "/kept"), told(other, "/kept", "/keep/b"), told(one, "/kept")])


def keys(make: Any, proxies: Any, trail: Trail) -> None:
    """A cookie of one is no session of another with another key."""
    one, other = make().test_client(), make(SECRET_KEY="another").test_client()
    one.get("/keep/a")
    other.set_cookie("session", one.get_cookie("session").value)
    trail.append([one.get("/kept").json[1], other.get("/kept").json[1]])


def extras(make: Any, proxies: Any, trail: Trail) -> None:
    trail.append([told(make(EXTRA=True), "/extra"), make(EXTRA=True).test_client().get("/x").text])
    trail.append([make().test_client().get("/extra").status_code])


def nested(make: Any, proxies: Any, trail: Trail) -> None:
    """One application asked while another one's context is open."""
    outer, inner = make(), make(GREETING="hello")
    with outer.app_context():
        trail.append([proxies.current_app.config["GREETING"], told(inner, "/")])
        trail.append([proxies.current_app.config["GREETING"], told(outer, "/")])
        with inner.app_context():
            trail.append(proxies.current_app.config["GREETING"])
        trail.append(proxies.current_app.config["GREETING"])


def made_inside(make: Any, proxies: Any, trail: Trail) -> None:
    with make(GREETING="outer").app_context():
        app = make()
        trail.append([proxies.current_app.config["GREETING"], told(app, "/")])


def commands(make: Any, proxies: Any, trail: Trail) -> None:
    """A script makes its own application and needs no server."""
    app = make(SERVER_NAME="memo.example", GREETING="script")
    with app.app_context():
        trail.append([proxies.url_for("index"), proxies.current_app.config["GREETING"]])


def without_views() -> Site:
    def layers(trail: Trail) -> Any:
        routes = Routes([])
        app = Application(routes, [contexts, sessions(CookieSessions([KEY])), routes.match], config={"A": 1})
        trail.append(app.config["A"])
        return layered_application([])

    def with_flask(trail: Trail) -> Any:
        app = flask_application(A=1)
        trail.append(app.config["A"])
        return app

    return Site(with_flask, layers)


CASES = [
    case(
        "what a factory makes is an application",
        pair(lambda make, proxies, trail: make()),
        get("/"),
        get("/notes/"),
    ),
    case("settings given go before the defaults", pair(lambda make, proxies, trail: make(LIMIT=1)), get("/")),
    case("two applications of one process keep apart", pair(two)),
    case("what one keeps the other does not know", pair(stores)),
    case("each has its own key", pair(keys)),
    case("settings decide what an application has", pair(extras), get("/extra")),
    case("one may be asked inside another's context", pair(nested)),
    case("one may be made inside another's context", pair(made_inside)),
    case("a script uses one without a server", pair(commands)),
    case("an application without a view answers 404", without_views(), get("/")),
]
