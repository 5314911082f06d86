"""Streamed answers: when hooks run, what a stream can still see, how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import flask

from keepwsgi import layers
from keepwsgi.layers import Rule, context

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get

ROW = "streams"


class FlaskNames:
    request, session, g, current_app = flask.request, flask.session, flask.g, flask.current_app
    stream_with_context = staticmethod(flask.stream_with_context)
    Response = flask.Response


class LayersNames:
    request, session, g, current_app = context.request, context.session, context.g, context.current_app
    stream_with_context = staticmethod(context.stream_with_context)
    Response = layers.Response


class Lines:
    """A stream that is no generator and says that it was closed."""

    def __init__(self, trail: Trail) -> None:
        self.trail = trail
        self.left = iter(["하나\n", "둘\n"])

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self.left)

    def close(self) -> None:
        self.trail.append("lines closed")


def plain(names: Any, trail: Trail) -> Any:
    def words() -> Iterator[str]:
        trail.append("begun")
        try:
            yield "하나 "
            yield "둘"
        finally:
            trail.append("ended")

    return words()


def seeing(names: Any, trail: Trail) -> Any:
    names.g.x = "g of the view"

    def words() -> Iterator[str]:
        yield f"{names.request.path} "
        yield f"{names.g.x} {names.current_app.config['GREETING']} "
        names.g.x = "changed"
        yield str(names.g.x)

    return words()


def with_context(names: Any, trail: Trail) -> Any:
    return names.stream_with_context(seeing(names, trail))


def decorated(names: Any, trail: Trail) -> Any:
    @names.stream_with_context
    def words(last: str) -> Iterator[str]:
        """Words."""
        yield names.request.args.get("q", "nothing asked")
        yield last

    trail.append([words.__name__, words.__doc__])
    return words("!")


def failing(names: Any, trail: Trail) -> Any:
    def words() -> Iterator[str]:
        yield "one"
        raise ValueError("in the middle")

    return words()


def failing_with_context(names: Any, trail: Trail) -> Any:
    return names.stream_with_context(failing(names, trail))


def reading_session(names: Any, trail: Trail) -> Any:
    names.session["user"] = "에이다"

    def words() -> Iterator[str]:
        yield names.session["user"]
        names.session["late"] = "is not saved"

    return names.stream_with_context(words())


def two(names: Any, trail: Trail) -> Any:
    def inner() -> Iterator[str]:
        yield names.request.path

    def outer() -> Iterator[str]:
        yield from names.stream_with_context(inner())
        yield names.request.method

    return names.stream_with_context(outer())


def closing(names: Any, trail: Trail) -> Any:
    response = names.Response(["a", "b"], mimetype="text/csv", headers={"X-Rows": "2"})
    response.call_on_close(lambda: trail.append("closed 1"))
    response.call_on_close(lambda: trail.append("closed 2"))
    return response


STREAMS: dict[str, Callable[[Any, Trail], Any]] = {
    "plain": plain,
    "with-context": with_context,
    "without": seeing,
    "decorated": decorated,
    "failing": failing,
    "failing-with-context": failing_with_context,
    "session": reading_session,
    "two": two,
    "closing": closing,
    "bytes": lambda names, trail: iter([b"\x00", "글".encode()]),
    "mixed": lambda names, trail: iter(["글", b"\xff"]),
    "lines": lambda names, trail: names.Response(Lines(trail), mimetype="text/plain"),
    "lines-with-context": lambda names, trail: names.stream_with_context(Lines(trail)),
    "empty": lambda names, trail: iter(()),
    "long": lambda names, trail: (f"{number}\n" for number in range(2000)),
    "with-length": lambda names, trail: names.Response(iter(["12", "345"]), headers={"Content-Length": "5"}),
    "events": lambda names, trail: names.Response(
        iter(["data: 하나\n\n"]), mimetype="text/event-stream", headers={"Cache-Control": "no-cache"}
    ),
}


def pair(play: Callable[[Any, Any, Trail], None] = lambda names, app, trail: None) -> Site:
    def with_flask(trail: Trail) -> Any:
        app = flask_application(GREETING="안녕")

        @app.route("/<stream>")
        def view(stream: str) -> Any:
            return STREAMS[stream](FlaskNames, trail)

        @app.after_request
        def after(response: Any) -> Any:
            trail.append(f"after {response.is_streamed}")
            return response

        @app.teardown_request
        def teardown(error: Any) -> None:
            trail.append("teardown")

        @app.teardown_appcontext
        def app_teardown(error: Any) -> None:
            trail.append(f"application teardown {error!r}")

        play(FlaskNames, app, trail)
        return app

    def with_layers(trail: Trail) -> Any:
        def view(request: Any, stream: str) -> Any:
            return STREAMS[stream](LayersNames, trail)

        def after(request: Any, response: Any) -> Any:
            trail.append(f"after {response.is_streamed}")
            return response

        def teardown(request: Any, error: Any) -> None:
            trail.append("teardown")

        def app_teardown(error: Any) -> None:
            trail.append(f"application teardown {error!r}")

        app = layered_application(
            [Rule("/<stream>", endpoint=view)],
            afters=[after],
            teardowns=[teardown],
            teardown_appcontext=[app_teardown],
            config={"GREETING": "안녕"},
        )
        play(LayersNames, app, trail)
        return app

    return Site(with_flask, with_layers)


def given_up(names: Any, app: Any, trail: Trail) -> None:
    """A client that reads one chunk and goes."""
    response = app.test_client().get("/plain", buffered=False)
    trail.append(next(iter(response.response)))
    response.close()


def outside(names: Any, app: Any, trail: Trail) -> None:
    for wrapped in (lambda: names.stream_with_context(iter("ab")), lambda: next(seeing(names, trail))):
        try:
            wrapped()
        except RuntimeError:
            trail.append("RuntimeError")


def kept(*between: str, error: str = "None") -> Trail:
    """The trail of a stream with context, in which Flask's has a second `teardown`."""
    return [*between, "after True", "teardown", "application teardown None", f"application teardown {error}"]


site = pair()
ONCE = ["a request is torn down once"]
CASES = [
    case("every hook has run before the first word is read", site, get("/plain")),
    case("HEAD reads nothing of it", site, ask("HEAD", "/plain"), ask("HEAD", "/lines"), ask("HEAD", "/closing")),
    case("a stream that uses the proxies fails when it is read", site, get("/without")),
    case(
        "a stream with context sees request, g and current_app",
        site,
        get("/with-context"),
        differs=ONCE,
        trail=kept(),
    ),
    case(
        "a generator function may be decorated",
        site,
        get("/decorated?q=뭐"),
        differs=ONCE,
        trail=kept(["words", "Words."]),
    ),
    case("HEAD of a stream with context", site, ask("HEAD", "/with-context")),
    case("a stream that fails in the middle reaches the server", site, get("/failing")),
    case(
        "teardown is told what failed in a stream with context",
        site,
        get("/failing-with-context"),
        differs=ONCE,
        trail=kept(error="ValueError('in the middle')"),
    ),
    case(
        "the session can be read in a stream, and is saved before it",
        site,
        get("/session"),
        get("/session"),
        differs=ONCE,
        trail=kept() * 2,
    ),
    case("a stream inside a stream", site, get("/two"), differs=ONCE, trail=kept()),
    case("what is to be called when the answer is closed", site, get("/closing")),
    case("a stream of bytes", site, get("/bytes"), get("/mixed")),
    case("a stream that is no generator is closed", site, get("/lines")),
    case(
        "a stream with context that is no generator is closed inside it",
        site,
        get("/lines-with-context"),
        differs=ONCE,
        trail=["after True", "teardown", "application teardown None", "lines closed", "application teardown None"],
    ),
    case("an empty stream", site, get("/empty")),
    case("a long stream has no length", site, get("/long")),
    case("a stream whose length is known", site, get("/with-length"), ask("HEAD", "/with-length")),
    case("server-sent events", site, get("/events")),
    case("a client that gives up ends the stream", pair(given_up), get("/plain")),
    case("outside a request there is no context to keep", pair(outside), get("/plain")),
]
