"""From exceptions to answers.

Flask calls this `@app.errorhandler` by status and by class, `Flask.handle_user_exception` and
`Flask.handle_exception`. Without it an exception in a view reaches the WSGI server, which closes the
connection or sends a bare 500, and `abort(404)` is an exception like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from werkzeug.exceptions import BadRequestKeyError, HTTPException, InternalServerError, default_exceptions
from werkzeug.routing.exceptions import RoutingException

from keepwsgi.layers.handler import Handler, Layer
from keepwsgi.layers.request import Request
from keepwsgi.layers.response import InvalidReturnValue, Response, make_response

#: Takes the request and the exception, returns whatever a view may return.
ErrorHandler = Callable[[Any, Any], Any]


class ErrorHandlers:
    """Functions by status code and by exception class, found as Flask finds them.

    A status counts before a class, a blueprint before its application, a nearer class before a farther one.
    """

    def __init__(self, handlers: Mapping[int | type[Exception], ErrorHandler]) -> None:
        self._by_code: dict[int | None, dict[type[Exception], ErrorHandler]] = {}
        for key, handler in handlers.items():
            kind = default_exceptions[key] if isinstance(key, int) else key
            code = kind.code if issubclass(kind, HTTPException) else None
            self._by_code.setdefault(code, {})[kind] = handler

    def registered(self, code: int | None, kind: type[Exception]) -> ErrorHandler | None:
        """The function registered here for the class or the nearest one above it; None is "no status"."""
        by_class = self._by_code.get(code, {})
        return next((by_class[parent] for parent in kind.__mro__ if parent in by_class), None)

    def find(self, request: Request, error: Exception) -> ErrorHandler | None:
        """The function for this exception: of the layers the request is inside of, the innermost first."""
        kind = type(error)
        code = kind.code if issubclass(kind, HTTPException) else None
        for status in (code, None) if code is not None else (None,):
            for handlers in request.error_handlers or (self,):
                handler = handlers.registered(status, kind)
                if handler is not None:
                    return handler
        return None

    def answer(self, request: Request, error: Exception) -> Response:
        """The response for an exception raised by a view or hook; a 500 if no function takes it."""
        if request.unhandled is not None:
            return self.unhandled(request, error)
        if isinstance(error, InvalidReturnValue):
            cause = error.__cause__
            return self.unhandled(request, cause if isinstance(cause, Exception) else error)
        try:
            handler = None
            if not isinstance(error, HTTPException) or not _is_an_answer(error):
                handler = self.find(request, error)
            if handler is not None:
                return make_response(handler(request, error), request)
            if isinstance(error, HTTPException) and not _is_for_the_debugger(request, error):
                return make_response(error.get_response(request.environ), request)
        except Exception as raised:
            error = raised
        return self.unhandled(request, error)

    def unhandled(self, request: Request, error: Exception) -> Response:
        """The 500 page for a defect: logged with its traceback, and raised on in debug mode.

        A request has one such page. Where a hook fails over it the page goes out as it is, as in Flask; where
        its own handler fails the exception is raised on.
        """
        debug = request.app.debug
        if not debug:
            request.app.logger.error("Exception on %s [%s]", request.path, request.method, exc_info=error)
        if request.unhandled is None:
            request.unhandled = error
            if not debug:
                server_error = InternalServerError(original_exception=error)
                handler = self.find(request, server_error)
                value = server_error.get_response() if handler is None else handler(request, server_error)
                request.error_page = make_response(value, request)
        if request.error_page is None:
            raise error
        return request.error_page


def _is_an_answer(error: HTTPException) -> bool:
    """`abort(response)` and redirects of the map are answers rather than errors: no handler is asked."""
    return error.code is None or isinstance(error, RoutingException)


def _is_for_the_debugger(request: Request, error: HTTPException) -> bool:
    """`request.form["nmae"]` is a visitor's mistake, or the programmer's: in debug mode it is shown as one."""
    return request.app.debug and isinstance(error, BadRequestKeyError)


#: Handlers that answer instead of an application's others below a path, by that path.
Under = Mapping[str, ErrorHandlers]


def handlers_for(request: Request, handlers: ErrorHandlers, under: Under) -> ErrorHandlers:
    """Those of `under` whose path the request's lies below, else `handlers`."""
    for prefix, others in under.items():
        if f"{request.path}/".startswith(f"{prefix}/"):
            return others
    return handlers


def errors(handlers: ErrorHandlers, *, under: Under = MappingProxyType({})) -> Layer:
    """A layer that answers every exception from further in.

    Used again inside a blueprint it asks the blueprint's functions first, then those of the layers around it.
    Below a path of `under` its functions take the place of `handlers`, for what other layers raise too: a
    blueprint's own layers see nothing of a request that is refused before it is dispatched.

    In Flask: `@app.errorhandler`, `Flask.handle_user_exception`.
    """

    def layer(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            own = handlers_for(request, handlers, under) if under else handlers
            request.error_handlers = (own, *request.error_handlers)
            try:
                return handler(request)
            except Exception as error:
                return own.answer(request, error)

        return handle

    return layer


def last_resort(handlers: ErrorHandlers, *, under: Under = MappingProxyType({})) -> Layer:
    """A layer that makes a 500 page of whatever the layers between it and `errors` raise.

    Out there even an `abort(404)` is a defect: the view has already answered. `under` is that of `errors`.

    In Flask: `Flask.handle_exception`.
    """

    def layer(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            try:
                return handler(request)
            except Exception as error:
                return handlers_for(request, handlers, under).unhandled(request, error)

        return handle

    return layer
