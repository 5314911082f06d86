"""The names that code reads which is handed no request: `current_app`, `request`, `session`, `g`.

Flask calls these the application context and the request context. They are `contextvars` (PEP 567)
behind Werkzeug's `LocalProxy`. Without them a log filter, a template or a script would need the request
passed through every call; views here are passed theirs and do not use the proxies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from contextvars import ContextVar, Token
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from werkzeug.local import LocalProxy

from keepwsgi.layers.handler import Handler
from keepwsgi.layers.request import Request
from keepwsgi.layers.response import Response
from keepwsgi.layers.session import Session

if TYPE_CHECKING:
    from keepwsgi.layers.application import Application

_MISSING = object()


class Globals:
    """`g`: a place for anything one request wants to keep; gone when its context ends."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"g.{name} has not been set in this context")

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or `default`."""
        return self.__dict__.get(name, default)

    def pop(self, name: str, default: Any = _MISSING) -> Any:
        """Remove and return the value; raises KeyError without a default."""
        return self.__dict__.pop(name) if default is _MISSING else self.__dict__.pop(name, default)

    def setdefault(self, name: str, default: Any = None) -> Any:
        """The value, set to `default` first where there is none."""
        return self.__dict__.setdefault(name, default)

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __contains__(self, name: str) -> bool:
        return name in self.__dict__

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__)


class Context:
    """An application at work: on its own (a command, a shell), or on one request.

    `with` pushes it; leaving calls the application's `teardown_appcontext` functions, last one first.
    """

    __slots__ = ("_g", "_tokens", "app", "request")

    def __init__(self, app: Application, request: Request | None = None) -> None:
        self.app = app
        self.request = request
        self._g: Globals | None = None
        self._tokens: list[Token[Context]] = []

    @property
    def g(self) -> Globals:
        """This context's own namespace, made when first asked for."""
        if self._g is None:
            self._g = Globals()
        return self._g

    def push(self) -> None:
        """Make the proxies point here until `pop`."""
        self._tokens.append(_current.set(self))

    def pop(self, error: BaseException | None = None) -> None:
        """Run the teardown functions with what went wrong, then point the proxies where they were."""
        try:
            if self.app.teardown_appcontext and len(self._tokens) == 1:
                with ExitStack() as functions:  # all of them run, whichever raises
                    for function in self.app.teardown_appcontext:
                        functions.callback(function, error)
        finally:
            _current.reset(self._tokens.pop())

    def __enter__(self) -> Context:
        self.push()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> Literal[False]:
        self.pop(error)
        return False


_current: ContextVar[Context] = ContextVar("keepwsgi.context")

_NO_APPLICATION = """Working outside of application context.

`current_app` and `g` belong to an application at work. Use `with app.app_context():` around code that
runs outside a request."""

_NO_REQUEST = """Working outside of request context.

`request` and `session` belong to a request being answered. Use `with app.test_request_context():` around
code that needs one, or pass the request to it."""


def _application_context() -> Context:
    try:
        return _current.get()
    except LookupError:
        raise RuntimeError(_NO_APPLICATION) from None


def _request() -> Request:
    context = _current.get(None)
    if context is None or context.request is None:
        raise RuntimeError(_NO_REQUEST)
    return context.request


current_app: Application = LocalProxy(lambda: _application_context().app)  # type: ignore[assignment]
g: Globals = LocalProxy(lambda: _application_context().g)  # type: ignore[assignment]
request: Request = LocalProxy(_request)  # type: ignore[assignment]
session: Session = LocalProxy(lambda: _request().session)  # type: ignore[assignment]


def has_app_context() -> bool:
    """Whether `current_app` and `g` can be used here."""
    return _current.get(None) is not None


def has_request_context() -> bool:
    """Whether `request` and `session` can be used here."""
    context = _current.get(None)
    return context is not None and context.request is not None


def url_for(endpoint: str, **values: Any) -> str:
    """`Request.url_for` for code without a request.

    Outside a request URLs are external, which needs `SERVER_NAME` in the application's config; raises
    RuntimeError without it.
    """
    context = _application_context()
    if context.request is not None:
        return context.request.url_for(endpoint, **values)
    values.setdefault("_external", True)
    return context.app.routes.url_for(endpoint, adapter=context.app.url_adapter(), **values)


def contexts(handler: Handler) -> Handler:
    """The layer: pushes a context around everything further in.

    In Flask: `AppContext`, `RequestContext`.
    """

    def handle(request: Request) -> Response:
        context = Context(request.app, request)
        # Werkzeug's debugger, and a test client in a `with` block, look into it when the request is over.
        if keep := request.environ.get("werkzeug.debug.preserve_context"):
            keep(context)
        context.push()
        try:
            response = handler(request)
        except BaseException as error:
            context.pop(request.unhandled or error)
            raise
        context.pop(request.unhandled)
        return response

    return handle


def stream_with_context(stream: Callable[..., Iterable[Any]] | Iterable[Any]) -> Any:
    """`stream` with `request`, `session`, `g` and `current_app` at work while it is read; or as a decorator.

    A streamed answer is read after the layers are done, when the proxies point nowhere any more; a stream that has
    its request as an argument needs none of this. As in Flask the session is not saved again, and the functions of
    `teardown_appcontext` run once more as the stream ends. Raises RuntimeError outside a request.
    """
    if callable(stream):
        make = stream
        return wraps(make)(lambda *args, **kwargs: stream_with_context(make(*args, **kwargs)))
    _request()
    return _kept(_current.get(), iter(stream))


def _kept(context: Context, stream: Iterator[Any]) -> Iterator[Any]:
    with context:
        try:
            yield from stream
        finally:
            getattr(stream, "close", lambda: None)()
