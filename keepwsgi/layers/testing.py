"""Calling an application without a socket.

Flask calls these `app.test_client()` and `client.session_transaction()`. Underneath is Werkzeug's
`Client`, which builds an `environ`, and here `wsgiref.validate` around the application, which raises at
every breach of PEP 3333.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from wsgiref.validate import validator

from werkzeug.test import Client, TestResponse

from keepwsgi.layers.handler import offered
from keepwsgi.layers.response import Response
from keepwsgi.layers.session import Session

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.datastructures import Headers

    from keepwsgi.layers.application import Application
    from keepwsgi.layers.context import Context


def validated(application: WSGIApplication) -> WSGIApplication:
    """`application` with every call checked against PEP 3333; a breach is an AssertionError.

    An empty `CONTENT_TYPE` or `CONTENT_LENGTH`, which CGI allows, is left out: the validator takes it for a
    malformed one.
    """
    checked = validator(application)

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            if not environ.get(name):
                environ.pop(name, None)
        return checked(environ, start_response)

    return call


def base_url(app: Application, path: str) -> str | None:
    """Where a made-up request goes: the host in `path`, else `SERVER_NAME` of the config; None is localhost."""
    parts = urlsplit(path)
    if parts.scheme and parts.netloc:
        return f"{parts.scheme}://{parts.netloc}/"
    if not app.config.get("SERVER_NAME"):
        return None
    adapter = app.url_adapter()
    return f"{adapter.url_scheme}://{adapter.server_name}{adapter.script_name}"


class TestClient(Client):
    """Werkzeug's client around a validated application, with a look into the session.

    In a `with` block the context of the last request stays open, so that a test can read `session` and `g`.
    """

    __test__ = False  # not a test class, whatever its name says to pytest

    def __init__(self, app: Application, *, mounted: WSGIApplication | None = None, **options: Any) -> None:
        """`mounted` is what to call instead of `app` where middleware is wrapped around it."""
        super().__init__(validated(mounted or app), TestResponse, **options)
        self.app = app
        self._kept: ExitStack | None = None

    def open(self, *args: Any, buffered: bool = True, **options: Any) -> TestResponse:
        """Werkzeug's `Client.open`, with the body read and closed at once, as a server would."""
        if args and isinstance(args[0], str):
            options.setdefault("base_url", base_url(self.app, args[0]))
        return super().open(*args, buffered=buffered, **options)

    def run_wsgi_app(
        self, environ: WSGIEnvironment, buffered: bool = False
    ) -> tuple[Iterable[bytes], str, Headers]:
        """One call of the application, from this machine and by a client with a name, as Flask's."""
        environ.setdefault("REMOTE_ADDR", "127.0.0.1")
        environ.setdefault("HTTP_USER_AGENT", f"Werkzeug/{version('werkzeug')}")
        if self._kept is None:
            return super().run_wsgi_app(environ, buffered)
        self._kept.close()
        contexts: list[Context] = []
        environ["werkzeug.debug.preserve_context"] = contexts.append
        answer = super().run_wsgi_app(environ, buffered)
        for context in contexts:
            self._kept.enter_context(context)
        return answer

    def __enter__(self) -> TestClient:
        if self._kept is not None:
            raise RuntimeError("Cannot nest client invocations")
        self._kept = ExitStack()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._kept is not None:
            self._kept.close()
        self._kept = None

    @contextmanager
    def session_transaction(self, path: str = "/", **options: Any) -> Iterator[Session]:
        """The session as the next request will see it; changes are saved at the end of the block."""
        with self.app.test_request_context(path, **options) as context:
            request = context.request
            assert request is not None
            if self._cookies is not None:
                self._add_cookies_to_wsgi(request.environ)
            yield request.session
            sessions = next(layer for layer in self.app.layers if "session" in offered([layer]))
            response = sessions(lambda request: Response())(request)
        if self._cookies is not None:
            self._update_cookies_from_response(
                request.host.partition(":")[0], request.path, response.headers.getlist("Set-Cookie")
            )
