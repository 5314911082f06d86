"""The WSGI callable.

Flask calls this `Flask`, whose `wsgi_app(environ, start_response)` is what a server calls. Without it
there is only PEP 3333: a function of `environ` and `start_response`. Here that function makes a
`Request`, hands it to the layers, and calls the `Response` that comes back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import InternalServerError
from werkzeug.routing import MapAdapter

from keepwsgi.layers.context import Context
from keepwsgi.layers.handler import Layer, compose, offered
from keepwsgi.layers.request import Request
from keepwsgi.layers.routing import Routes
from keepwsgi.layers.templating import Templates

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from keepwsgi.layers.testing import TestClient

    Middleware = Callable[[WSGIApplication], WSGIApplication]


class Application:
    """An onion of layers around `routes.dispatch`, callable as PEP 3333 asks.

    - `routes`: the URL map
    - `layers`: outermost first
    - `middleware`: WSGI middleware around it all, outermost first
    - `templates`: what `render_template` uses, if anything
    - `config`: a mapping for code that asks `current_app.config`
    - `teardown_appcontext`: functions of one argument, an exception or None, called as a context ends
    - `debug`: exceptions reach the server, whose debugger shows them
    """

    def __init__(
        self,
        routes: Routes,
        layers: Sequence[Layer],
        *,
        middleware: Sequence[Middleware] = (),
        templates: Templates | None = None,
        config: Mapping[str, Any] | None = None,
        name: str = "keepwsgi",
        request_class: type[Request] = Request,
        teardown_appcontext: Sequence[Callable[[BaseException | None], None]] = (),
        debug: bool = False,
    ) -> None:
        self.name = name
        self.routes = routes
        self.layers = tuple(layers)
        self.config = config if config is not None else {}
        self.request_class = request_class
        self.teardown_appcontext = tuple(teardown_appcontext)
        self.debug = debug
        self.logger = logging.getLogger(name)
        self._templates = templates
        self.loaders = offered(self.layers)
        self.handle = compose(self.layers, routes.dispatch)
        #: What a server calls; wrap it in WSGI middleware by assignment, and keep the application.
        self.wsgi_app: WSGIApplication = self.answer
        self.middleware = tuple(middleware)
        for wrap in reversed(self.middleware):
            self.wsgi_app = wrap(self.wsgi_app)

    @property
    def templates(self) -> Templates:
        """The templates; raises RuntimeError where the application has none."""
        if self._templates is None:
            raise RuntimeError("this application was made without templates")
        return self._templates

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request through all layers. What even they let through becomes a plain 500."""
        request = self.request_class(environ, self)
        try:
            return self.handle(request)(environ, start_response)
        except Exception:
            if self.debug:
                raise
            self.logger.exception("No layer answered %s [%s]", request.path, request.method)
            return InternalServerError()(environ, start_response)
        finally:
            request.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.wsgi_app(environ, start_response)

    def app_context(self) -> Context:
        """A context without a request, for commands and scripts: `with app.app_context():`."""
        return Context(self)

    def request_context(self, environ: WSGIEnvironment) -> Context:
        """A context for the request in `environ`, which is matched but not answered."""
        request = self.request_class(environ, self)
        self.routes.find(request)
        return Context(self, request)

    def test_request_context(self, path: str = "/", **options: Any) -> Context:
        """A context for a made-up request; `options` are those of `werkzeug.test.EnvironBuilder`.

        It is sent to the host of a whole URL, to `SERVER_NAME` of the config, or to localhost.
        """
        from werkzeug.test import EnvironBuilder

        from keepwsgi.layers.testing import base_url

        options.setdefault("base_url", base_url(self, path))
        builder = EnvironBuilder(path, **options)
        try:
            return self.request_context(builder.get_environ())
        finally:
            builder.close()

    def test_client(self, **options: Any) -> TestClient:
        """A client that calls the application without a socket."""
        from keepwsgi.layers.testing import TestClient

        return TestClient(self, **options)

    def url_adapter(self) -> MapAdapter:
        """The map bound to `SERVER_NAME` of the config; raises RuntimeError where there is none."""
        server_name = self.config.get("SERVER_NAME")
        if not server_name:
            raise RuntimeError("Unable to build URLs outside an active request without 'SERVER_NAME' configured.")
        return self.routes.map.bind(
            server_name,
            self.config.get("APPLICATION_ROOT", "/"),
            url_scheme=self.config.get("PREFERRED_URL_SCHEME", "http"),
        )
