"""From exceptions to answers.

Flask calls this `@app.errorhandler` by status and by class, `Flask.handle_user_exception` and
`Flask.handle_exception`. Without it an exception in a view reaches the WSGI server, which closes the
connection or sends a bare 500, and `abort(404)` is an exception like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.exceptions import HTTPException, InternalServerError, default_exceptions
from werkzeug.routing import RequestRedirect

from keepwsgi.layers.handler import Handler, Layer
from keepwsgi.layers.request import Request
from keepwsgi.layers.response import InvalidReturnValue, Response, make_response

#: Takes the request and the exception, returns whatever a view may return.
ErrorHandler = Callable[[Any, Any], Any]


class ErrorHandlers:
    """Functions by status code and by exception class, found as Flask finds them.

    A status counts before a class, a nearer class before a farther one.
    """

    def __init__(self, handlers: Mapping[int | type[Exception], ErrorHandler]) -> None:
        self._by_code: dict[int | None, dict[type[Exception], ErrorHandler]] = {}
        for key, handler in handlers.items():
            kind = default_exceptions[key] if isinstance(key, int) else key
            code = kind.code if issubclass(kind, HTTPException) else None
            self._by_code.setdefault(code, {})[kind] = handler

    def find(self, error: Exception) -> ErrorHandler | None:
        """The function for this exception, or None."""
        code = error.code if isinstance(error, HTTPException) else None
        for registered in (code, None) if code is not None else (None,):
            by_class = self._by_code.get(registered, {})
            for kind in type(error).__mro__:
                if kind in by_class:
                    return by_class[kind]
        return None

    def answer(self, request: Request, error: Exception) -> Response:
        """The response for an exception raised by a view or hook; a 500 if no function takes it."""
        if isinstance(error, InvalidReturnValue):
            return self.unhandled(request, error)
        try:
            if isinstance(error, HTTPException) and (error.code is None or isinstance(error, RequestRedirect)):
                return make_response(error.get_response(request.environ), request)
            handler = self.find(error)
            if handler is not None:
                return make_response(handler(request, error), request)
            if isinstance(error, HTTPException):
                return make_response(error.get_response(request.environ), request)
        except Exception as raised:
            error = raised
        return self.unhandled(request, error)

    def unhandled(self, request: Request, error: Exception) -> Response:
        """The 500 page for a defect: logged with its traceback, and raised on in debug mode."""
        request.unhandled = error
        if request.app.debug:
            raise error
        request.app.logger.error("Exception on %s [%s]", request.path, request.method, exc_info=error)
        server_error = InternalServerError(original_exception=error)
        handler = self.find(server_error)
        value = server_error.get_response() if handler is None else handler(request, server_error)
        return make_response(value, request)


def errors(handlers: ErrorHandlers) -> Layer:
    """A layer that answers every exception from further in; to be used again inside a blueprint."""

    def layer(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            try:
                return handler(request)
            except Exception as error:
                return handlers.answer(request, error)

        return handle

    return layer


def last_resort(handlers: ErrorHandlers) -> Layer:
    """A layer that makes a 500 page of whatever the layers between it and `errors` raise.

    Out there even an `abort(404)` is a defect: the view has already answered.
    """

    def layer(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            try:
                return handler(request)
            except Exception as error:
                return handlers.unhandled(request, error)

        return handle

    return layer
