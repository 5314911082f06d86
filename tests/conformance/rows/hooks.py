"""Functions before, after and at the end of a request: order, short cuts, and raising in every place."""

from __future__ import annotations

from typing import Any

import flask
import werkzeug.exceptions as http

from keepwsgi.layers import Rule

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get

ROW = "hooks"


def named(error: Any) -> str:
    """What a teardown function was given; a wrong return value is a TypeError with words of its own."""
    return "TypeError" if isinstance(error, TypeError) else repr(error)


def pair(handled: tuple[Any, ...] = (), **deeds: Any) -> Site:
    """Two functions of each kind, which write down that they ran.

    `deeds` says what else one of them does: `before1`, `before2`, `view`, `after1`, `after2`, `teardown1`,
    `teardown2`, `app_teardown1`, `app_teardown2`, `handler`; an exception is raised, anything else returned.
    """

    def do(name: str, usual: Any = None) -> Any:
        deed = deeds.get(name, usual)
        if isinstance(deed, Exception):
            raise deed
        return deed() if callable(deed) and not isinstance(deed, type) and name in deeds else deed

    def with_flask(trail: Trail) -> Any:
        app = flask_application()

        for number in (1, 2):

            @app.before_request
            def before(number: int = number) -> Any:
                trail.append(f"before {number} {flask.request.endpoint}")
                return do(f"before{number}")

            @app.after_request
            def after(response: Any, number: int = number) -> Any:
                trail.append(f"after {number} {response.status_code}")
                do(f"after{number}")
                response.headers.add("X-After", str(number))
                return response

            @app.teardown_request
            def teardown(error: Any, number: int = number) -> None:
                trail.append(f"teardown {number} {named(error)}")
                do(f"teardown{number}")

            @app.teardown_appcontext
            def app_teardown(error: Any, number: int = number) -> None:
                trail.append(f"application teardown {number} {named(error)}")
                do(f"app_teardown{number}")

        @app.route("/")
        def view() -> Any:
            trail.append("view")
            return do("view", "view")

        for kind in handled:

            @app.errorhandler(kind)
            def handler(error: Any) -> Any:
                trail.append(f"handler {type(error).__name__}")
                return do("handler", ("handled", 499))

        return app

    def with_layers(trail: Trail) -> Any:
        def before(number: int) -> Any:
            def run(request: Any) -> Any:
                trail.append(f"before {number} {request.endpoint}")
                return do(f"before{number}")

            return run

        def after(number: int) -> Any:
            def run(request: Any, response: Any) -> Any:
                trail.append(f"after {number} {response.status_code}")
                do(f"after{number}")
                response.headers.add("X-After", str(number))
                return response

            return run

        def teardown(number: int) -> Any:
            def run(request: Any, error: Any) -> None:
                trail.append(f"teardown {number} {named(error)}")
                do(f"teardown{number}")

            return run

        def app_teardown(number: int) -> Any:
            def run(error: Any) -> None:
                trail.append(f"application teardown {number} {named(error)}")
                do(f"app_teardown{number}")

            return run

        def view(request: Any) -> Any:
            trail.append("view")
            return do("view", "view")

        def handler(request: Any, error: Any) -> Any:
            trail.append(f"handler {type(error).__name__}")
            return do("handler", ("handled", 499))

        return layered_application(
            [Rule("/", endpoint=view)],
            befores=[before(1), before(2)],
            afters=[after(1), after(2)],
            teardowns=[teardown(1), teardown(2)],
            teardown_appcontext=[app_teardown(1), app_teardown(2)],
            handlers=dict.fromkeys(handled, handler),
        )

    return Site(with_flask, with_layers)


broken = ValueError("broken")
gone = http.NotFound()
ONE_PAGE = ["hooks run once"]
ALL_RUN = ["every teardown runs"]
BEGUN = ["before 1 view", "before 2 view"]
ANSWERED = [*BEGUN, "view", "after 2 200", "after 1 200"]


def ended(error: Any) -> list[str]:
    """What the four teardown functions write down."""
    kinds = ["teardown 2", "teardown 1", "application teardown 2", "application teardown 1"]
    return [f"{kind} {named(error)}" for kind in kinds]


CASES = [
    case("hooks run in their order around the view", pair(), get("/")),
    case("hooks run for HEAD and OPTIONS too", pair(), ask("HEAD", "/"), ask("OPTIONS", "/")),
    case("hooks run for a 404 and a 405 too", pair(), get("/nothing"), ask("POST", "/")),
    case("what a before hook returns is the answer", pair(before1="short"), get("/")),
    case("the second before hook may answer too", pair(before2=("short", 202)), get("/")),
    case("a before hook may return JSON", pair(before1={"제목": "short"}), get("/")),
    case("an empty text is an answer, None is not", pair(before1=""), get("/")),
    case("a before hook may answer a 404 path", pair(before2="found"), get("/nothing")),
    case("what no view may return no before hook may", pair(before1=5), get("/")),
    case("a before hook that raises is a 500 with after hooks", pair(before1=broken), get("/")),
    case("the second before hook that raises", pair(before2=broken), get("/")),
    case("a before hook that aborts", pair(before1=http.Forbidden()), get("/")),
    case("a before hook's exception is handled", pair((ValueError,), before2=broken), get("/")),
    case("a view that raises is seen by after and teardown", pair(view=broken), get("/")),
    case("a view that aborts leaves teardown without an error", pair(view=http.NotFound()), get("/")),
    case("a handled exception leaves teardown without an error", pair((ValueError,), view=broken), get("/")),
    case("a 500 handler's page is seen by after hooks", pair((500,), view=broken), get("/")),
    case("a view that returns nothing is seen by teardown", pair(view=lambda: None), get("/")),
    case(
        "a handler that raises is seen by after and teardown",
        pair((ValueError,), view=broken, handler=KeyError("handler")),
        get("/"),
    ),
    case(
        "a 500 handler that raises reaches the server, and teardown runs",
        pair((500,), view=broken, handler=KeyError("handler")),
        get("/"),
    ),
    case(
        "the inner after hook that raises is a 500",
        pair(after2=broken),
        get("/"),
        differs=ONE_PAGE,
        trail=[*BEGUN, "view", "after 2 200", *ended(broken)],
    ),
    case(
        "the outer after hook that raises is a 500",
        pair(after1=broken),
        get("/"),
        differs=ONE_PAGE,
        trail=[*BEGUN, "view", "after 2 200", "after 1 200", *ended(broken)],
    ),
    case(
        "an after hook that aborts is a 500",
        pair(after2=gone),
        get("/"),
        differs=ONE_PAGE,
        trail=[*BEGUN, "view", "after 2 200", *ended(gone)],
    ),
    case(
        "an after hook's exception is not for handlers by class",
        pair((ValueError,), after2=broken),
        get("/"),
        differs=ONE_PAGE,
        trail=[*BEGUN, "view", "after 2 200", *ended(broken)],
    ),
    case(
        "an after hook's exception is for the 500 handler",
        pair((500,), after2=broken),
        get("/"),
        differs=ONE_PAGE,
        trail=[*BEGUN, "view", "after 2 200", "handler InternalServerError", *ended(broken)],
    ),
    case(
        "an after hook that raises over a 404",
        pair(view=gone, after1=broken),
        get("/"),
        differs=ONE_PAGE,
        trail=[*BEGUN, "view", "after 2 404", "after 1 404", *ended(broken)],
    ),
    case(
        "an after hook that raises over a 500 leaves the page",
        pair(view=broken, after2=KeyError("after")),
        get("/"),
    ),
    case(
        "the outer after hook that raises over a 500 leaves the page",
        pair((500,), view=broken, after1=KeyError("after")),
        get("/"),
    ),
    case(
        "a teardown that raises reaches the server",
        pair(teardown2=broken),
        get("/"),
        differs=ALL_RUN,
        trail=[*ANSWERED, "teardown 2 None", *ended(broken)[1:]],
    ),
    case(
        "the other teardown that raises",
        pair(teardown1=broken),
        get("/"),
        differs=ALL_RUN,
        trail=[*ANSWERED, *ended(None)[:2], *ended(broken)[2:]],
    ),
    case(
        "an application teardown that raises",
        pair(app_teardown2=broken),
        get("/"),
        differs=ALL_RUN,
        trail=[*ANSWERED, *ended(None)],
    ),
    case(
        "a teardown that raises after the view has",
        pair(view=broken, teardown2=KeyError("teardown")),
        get("/"),
        differs=ALL_RUN,
        trail=[*BEGUN, "view", "after 2 500", "after 1 500", *ended(broken)],
    ),
]
