"""What one request costs in process, one route among sixty, on the layers and on what they may be compared with.

    python bench/dispatch.py [--rounds 40] [--calls 500]

Every contestant is called as a server calls it, with a fresh environ, and its body read and closed. The
contestants take turns in a shuffled order, so that a busy machine slows all of them; CPU time is measured,
of which other processes take nothing. Ratios are formed within each round, then their median is taken.
"""

from __future__ import annotations

import argparse
import gc
import io
import logging
import random
import secrets
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import bottle
import falcon
import flask
from werkzeug import Request as WerkzeugRequest
from werkzeug import Response as WerkzeugResponse
from werkzeug.routing import Map
from werkzeug.routing import Rule as WerkzeugRule
from werkzeug.test import create_environ

from keepwsgi import layers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

ROUTES = 60
PATH = "/r37/42"
ANSWER = "Hello, 42"
NAME = "홍길동"
MAX_BODY = 2 * 1024 * 1024
WANTED = 0.40

LAYERS, SAME_WORK = "keepwsgi layers, all on", "Flask, the same work"


def numbered(view: Callable[..., Any], number: int) -> Callable[..., Any]:
    """A copy of `view` with a name of its own: one view function for each rule, as an application has them."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    call.__name__ = f"r{number}"
    return call


def on_the_layers(view: Callable[..., Any], secret_key: str) -> WSGIApplication:
    """All layers of floor 0 in the factory's order."""
    rules = [layers.Rule(f"/r{n}/<int:number>", endpoint=numbered(view, n)) for n in range(ROUTES)]
    routes = layers.Routes(rules)
    handlers = layers.ErrorHandlers({})
    access = logging.getLogger("keepwsgi.access")
    access.setLevel(logging.WARNING)
    app = layers.Application(
        routes,
        [
            layers.request_id(),
            layers.access_log(access),
            layers.contexts,
            layers.last_resort(handlers),
            layers.sessions(layers.CookieSessions([secret_key])),
            routes.match,
            layers.errors(handlers),
            layers.body_limits(MAX_BODY),
            layers.csrf(reads_multipart=lambda request: True),
            layers.locale(["en", "ko"], choice=lambda request: None),
        ],
    )
    return layers.default_headers(app.wsgi_app, layers.SECURITY_HEADERS)


def on_flask(view: Callable[..., Any]) -> flask.Flask:
    """Flask as it comes, without its static route."""
    app = flask.Flask("bench", static_folder=None)
    for n in range(ROUTES):
        app.add_url_rule(f"/r{n}/<int:number>", view_func=numbered(view, n))
    return app


def on_flask_with_the_same_work(view: Callable[..., Any], secret_key: str) -> flask.Flask:
    """Flask with a secret key, limits, a request id and the same headers, by its own hooks and settings."""
    app = on_flask(view)
    app.secret_key = secret_key
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_PARTS=1000)

    @app.before_request
    def name_the_request() -> None:
        flask.g.request_id = secrets.token_hex(8)

    @app.after_request
    def add_headers(response: flask.Response) -> flask.Response:
        # The cheapest way there is; `setdefault` would cost Flask some 15 % more.
        response.headers.extend(layers.SECURITY_HEADERS)
        response.headers.add("X-Request-Id", flask.g.request_id)
        return response

    return app


def on_werkzeug() -> WSGIApplication:
    """Werkzeug's parts by hand: bind, match, answer."""
    url_map = Map([WerkzeugRule(f"/r{n}/<int:number>", endpoint=f"r{n}") for n in range(ROUTES)])
    views = {f"r{n}": numbered(lambda request, number: f"Hello, {number}", n) for n in range(ROUTES)}

    @WerkzeugRequest.application
    def app(request: WerkzeugRequest) -> WerkzeugResponse:
        endpoint, arguments = url_map.bind_to_environ(request.environ).match()
        return WerkzeugResponse(views[endpoint](request, **arguments), mimetype="text/html")

    return app


def on_bottle() -> WSGIApplication:
    """Bottle as it comes."""
    app = bottle.Bottle()
    for n in range(ROUTES):
        app.route(f"/r{n}/<number:int>", callback=numbered(lambda number: f"Hello, {number}", n))
    application: WSGIApplication = app
    return application


class Resource:
    """A Falcon resource with the same answer."""

    def on_get(self, request: falcon.Request, response: falcon.Response, number: int) -> None:
        """Answer GET."""
        response.content_type = "text/html; charset=utf-8"
        response.text = f"Hello, {number}"


def on_falcon() -> WSGIApplication:
    """Falcon as it comes."""
    app = falcon.App()
    for n in range(ROUTES):
        app.add_route(f"/r{n}/{{number:int}}", Resource())
    return app


def plain_routes() -> tuple[dict[str, WSGIApplication], WSGIEnvironment]:
    """The contestants for a request that reads nothing but its path, and its environ."""
    key = secrets.token_hex()
    contestants: dict[str, WSGIApplication] = {
        LAYERS: on_the_layers(lambda request, number: f"Hello, {number}", key),
        SAME_WORK: on_flask_with_the_same_work(lambda number: f"Hello, {number}", key),
        "Flask, plain": on_flask(lambda number: f"Hello, {number}"),
        "Werkzeug, bare": on_werkzeug(),
        "Bottle": on_bottle(),
        "Falcon": on_falcon(),
    }
    return contestants, browser_environ()


def session_routes() -> tuple[dict[str, WSGIApplication], WSGIEnvironment]:
    """The contestants for a view that reads one value from a signed session cookie, which both understand."""
    key = secrets.token_hex()
    same_work = on_flask_with_the_same_work(lambda number: f"Hello, {flask.session['name']}", key)
    contestants: dict[str, WSGIApplication] = {
        LAYERS: on_the_layers(lambda request, number: f"Hello, {request.session['name']}", key),
        SAME_WORK: same_work,
    }
    serializer = same_work.session_interface.get_signing_serializer(same_work)  # type: ignore[attr-defined]
    return contestants, browser_environ(cookie=f"session={serializer.dumps({'name': NAME})}")


def browser_environ(cookie: str | None = None) -> WSGIEnvironment:
    """The environ of a GET as a browser sends it."""
    headers = {
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language": "ko-KR,ko;q=0.8,en;q=0.5",
        "Accept-Encoding": "gzip, deflate, br",
        "Sec-Fetch-Site": "same-origin",
    }
    if cookie is not None:
        headers["Cookie"] = cookie
    return create_environ(PATH, "http://localhost:8080/", headers=headers)


def answer(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
    """Status, headers and body, from a call with a copy of `environ`."""
    started: list[Any] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        started[:] = [status, headers]
        return lambda data: None

    body = app({**environ, "wsgi.input": io.BytesIO()}, start_response)
    try:
        content = b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    return started[0], started[1], content


def check(contestants: dict[str, WSGIApplication], environ: WSGIEnvironment, expected: str) -> None:
    """Raise RuntimeError unless all give the expected answer, and layers and Flask the same headers too."""
    names: dict[str, set[str]] = {}
    for contestant, app in contestants.items():
        status, headers, body = answer(app, environ)
        if not status.startswith("200 ") or body.decode() != expected:
            raise RuntimeError(f"{contestant} answered {status} {body!r}")
        names[contestant] = {name.lower() for name, _ in headers}
    if names[LAYERS] != names[SAME_WORK]:
        raise RuntimeError(f"not the same headers: {names[LAYERS] ^ names[SAME_WORK]}")


def measure(
    contestants: dict[str, WSGIApplication], environ: WSGIEnvironment, *, rounds: int, calls: int
) -> dict[str, list[float]]:
    """Microseconds of CPU time a call: for each contestant one mean a round, after a round to warm up."""
    times: dict[str, list[float]] = {contestant: [] for contestant in contestants}
    order = list(contestants)
    for round_ in range(rounds + 1):
        random.shuffle(order)
        for contestant in order:
            app = contestants[contestant]
            gc.collect()
            started = time.process_time_ns()
            for _ in range(calls):
                answer(app, environ)
            elapsed = time.process_time_ns() - started
            if round_:
                times[contestant].append(elapsed / calls / 1000)
    return times


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """The median between the two quartiles."""
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return lower, median, upper


def table(title: str, times: dict[str, list[float]]) -> Iterable[str]:
    """The lines of the table: microseconds and the ratio to Flask, each as median and quartiles."""
    yield f"{title:<44} {'µs':>6}  {'quartiles':^13}  {'ratio':>5}  {'quartiles':^11}"
    for contestant, values in times.items():
        low, middle, high = spread(values)
        ratios = [own / same for own, same in zip(values, times[SAME_WORK], strict=True)]
        low_ratio, ratio, high_ratio = spread(ratios)
        yield (
            f"  {contestant:<42} {middle:6.1f}  {low:6.1f} {high:6.1f}"
            f"  {ratio:5.3f}  {low_ratio:5.3f} {high_ratio:5.3f}"
        )


def cost(times: dict[str, list[float]]) -> float:
    """What the layers take of Flask's time: the median of the rounds' ratios."""
    return statistics.median(own / same for own, same in zip(times[LAYERS], times[SAME_WORK], strict=True))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; the exit status is 0 whatever the figures are."""
    parser = argparse.ArgumentParser(description="What one request costs in process, one route among sixty.")
    parser.add_argument("--rounds", type=int, default=40, help="rounds to take the median of (default: 40)")
    parser.add_argument("--calls", type=int, default=500, help="calls of each contestant a round (default: 500)")
    options = parser.parse_args(arguments)
    if options.rounds < 2 or options.calls < 1:
        parser.error("quartiles need two rounds, and a round needs a call")
    times = []
    for title, expected, (contestants, environ) in (
        (f"One route among {ROUTES}", ANSWER, plain_routes()),
        ("Reading a signed session cookie", f"Hello, {NAME}", session_routes()),
    ):
        check(contestants, environ, expected)
        times.append(measure(contestants, environ, rounds=options.rounds, calls=options.calls))
        print(*table(title, times[-1]), "", sep="\n")
    plain, session = map(cost, times)
    met = "which is met" if plain <= WANTED else "which is NOT met"
    print(f"The layers take {plain:.3f} of the time of Flask doing the same work.")
    print(f"At most {WANTED:.2f} is wanted, {met}.")
    print(f"Where the view reads the session they take {session:.3f} of it.")


if __name__ == "__main__":
    main()
