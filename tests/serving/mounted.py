"""The board under /keep, beside another application, as DispatcherMiddleware mounts it."""

from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from keepwsgi import create_app

board = create_app()


def app(environ, start_response):  # type: ignore[no-untyped-def]
    # The server asks for /keep/healthz before the tests begin.
    return DispatcherMiddleware(NotFound(), {"/keep": board})(environ, start_response)
