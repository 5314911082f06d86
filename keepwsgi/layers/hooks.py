"""Functions that run before, after and at the end of a request, as layers.

Flask calls these `before_request`, `after_request`, `teardown_request` and, long ago,
`before_first_request`. Without them each view would begin and end with the same lines, or the
application would be wrapped in a WSGI middleware for each.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from keepwsgi.layers.handler import Handler, Layer
from keepwsgi.layers.response import Response, make_response


def before(function: Callable[[Any], Any]) -> Layer:
    """Call `function(request)` first; what it returns, unless None, is the answer and the view never runs.

    In Flask: `@app.before_request`.
    """

    def layer(handler: Handler) -> Handler:
        def handle(request: Any) -> Response:
            value = function(request)
            return handler(request) if value is None else make_response(value, request)

        return handle

    return layer


def after(function: Callable[[Any, Response], Response]) -> Layer:
    """Let `function(request, response)` change or replace the response.

    Outside `errors` it sees error pages too, as Flask's `after_request` does.

    In Flask: `@app.after_request`.
    """

    def layer(handler: Handler) -> Handler:
        def handle(request: Any) -> Response:
            return function(request, handler(request))

        return handle

    return layer


def teardown(function: Callable[[Any, BaseException | None], None]) -> Layer:
    """Call `function(request, error)` whatever happened; `error` is what became a 500, or None.

    In Flask: `@app.teardown_request`.
    """

    def layer(handler: Handler) -> Handler:
        def handle(request: Any) -> Response:
            error: BaseException | None = None
            try:
                return handler(request)
            except BaseException as raised:
                error = raised
                raise
            finally:
                function(request, request.unhandled or error)

        return handle

    return layer


def once(function: Callable[[Any], None]) -> Layer:
    """Call `function(request)` before an application's first request in this process, and never again.

    Requests that arrive meanwhile wait. If it raises, the next request tries again.

    In Flask: `@app.before_first_request`, until 2.2.
    """

    def layer(handler: Handler) -> Handler:
        lock = threading.Lock()
        done = False

        def handle(request: Any) -> Response:
            nonlocal done
            if not done:
                with lock:
                    if not done:
                        function(request)
                        done = True
            return handler(request)

        return handle

    return layer
