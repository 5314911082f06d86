"""From what a view returns to what `start_response` is called with.

Flask calls these `flask.Response`, `Flask.make_response`, `jsonify`, `redirect`, `abort`, `send_file`.
Without this file every view would build a status line, a list of header pairs and an iterable of bytes
(PEP 3333), and count `Content-Length` itself.
"""

from __future__ import annotations

import dataclasses
import decimal
import json
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from os import PathLike
from typing import IO, TYPE_CHECKING, Any

from werkzeug import utils
from werkzeug.datastructures import Headers
from werkzeug.exceptions import abort
from werkzeug.http import http_date
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response as WerkzeugResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from keepwsgi.layers.request import Request

__all__ = [
    "InvalidReturnValue",
    "Response",
    "abort",
    "jsonify",
    "make_response",
    "redirect",
    "secure_filename",
    "send_file",
    "send_from_directory",
]


class Response(WerkzeugResponse):
    """Werkzeug's response with HTML as its default type, as Flask's."""

    default_mimetype = "text/html"
    autocorrect_location_header = False

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """Werkzeug's, and no Content-Type on a 204: there is no content (RFC 9110, 15.3.5)."""
        headers = super().get_wsgi_headers(environ)
        if self.status_code == 204:
            headers.remove("Content-Type")
        return headers


class InvalidReturnValue(TypeError):
    """A view returned something that cannot become a response; always a 500, whatever handlers there are.

    Its `__cause__` is what went wrong on the way, if anything did.
    """


def make_response(value: Any, request: Request) -> Response:
    """Flask's conversions: the `Response` for what a view, a hook or an error handler returned.

    `value` is a str, bytes or bytearray (the body), a dict or list (JSON), an iterator of str or bytes
    (streamed), a `Response`, any other WSGI callable (called with this request's environ), or a tuple
    `(value, status)`, `(value, headers)`, `(value, status, headers)`. Raises `InvalidReturnValue`.
    """
    try:
        if type(value) is str:
            # The type said outright: Werkzeug looks its default up by failing to find it among the headers.
            return Response(value, content_type="text/html; charset=utf-8")
        if isinstance(value, Response):
            return value
        return _converted(value, request)
    except InvalidReturnValue:
        raise
    except Exception as error:
        raise InvalidReturnValue(f"{type(error).__name__}: {error}") from error


def _converted(value: Any, request: Request) -> Response:
    status: Any = None
    headers: Any = None
    if isinstance(value, tuple):
        match value:
            case (body, status, headers):
                value = body
            case (body, Headers() | dict() | tuple() | list() as headers):
                value = body
            case (body, status):
                value = body
            case _:
                raise InvalidReturnValue(
                    f"a tuple of {len(value)} is not (body, status), (body, headers) or (body, status, headers)"
                )
    if value is None:
        raise InvalidReturnValue(f"the view for {request.endpoint!r} returned None or nothing")
    if isinstance(value, (str, bytes, bytearray, Iterator)):
        body = bytes(value) if isinstance(value, bytearray) else value  # PEP 3333 knows bytes only
        return Response(body, status=status, headers=headers)
    if isinstance(value, (dict, list)):
        response = jsonify(value)
    elif isinstance(value, Response):
        response = value
    elif isinstance(value, WerkzeugResponse) or callable(value):
        response = Response.force_type(value, request.environ)  # type: ignore[assignment]
    else:
        raise InvalidReturnValue(f"a {type(value).__name__} cannot become a response")
    if isinstance(status, str):
        response.status = status
    elif status is not None:
        response.status_code = status
    if headers:
        response.headers.update(headers)
    return response


def json_default(value: Any) -> Any:
    """What `json.dumps` is to write for a type it lacks: as Flask. Raises TypeError for any other."""
    if isinstance(value, date):
        return http_date(value)
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if hasattr(value, "__html__"):
        return str(value.__html__())
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def json_text(value: Any, **options: Any) -> str:
    """`value` as JSON text in which Korean stays readable; `options` are those of `json.dumps`.

    Dates become HTTP dates, UUIDs and decimals strings, dataclasses objects, as in Flask.
    """
    text = json.dumps(value, default=json_default, ensure_ascii=False, **options)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair, which UTF-8 cannot say and an escape can.
        return json.dumps(value, default=json_default, **options)
    return text


def jsonify(*args: Any, **kwargs: Any) -> Response:
    """A JSON response (RFC 8259): one value, several as a list, or keyword arguments as an object.

    Text is written as UTF-8 rather than as `\\uXXXX`; keys keep their order. See `json_text`.
    """
    if args and kwargs:
        raise TypeError("jsonify() takes either args or kwargs, not both")
    value: Any = kwargs or None
    if args:
        value = args[0] if len(args) == 1 else args
    return Response(json_text(value, separators=(",", ":")) + "\n", mimetype="application/json")


def redirect(location: str, code: int = 302) -> Response:
    """Send the client to `location` (RFC 9110, 15.4). After a POST say 303: the next request is a GET."""
    return utils.redirect(location, code, Response)  # type: ignore[return-value]


def send_file(
    request: Request,
    path_or_file: str | PathLike[str] | IO[bytes],
    *,
    mimetype: str | None = None,
    as_attachment: bool = False,
    download_name: str | None = None,
    max_age: int | Callable[[str | None], int | None] | None = None,
) -> Response:
    """A file as a response, with ETag, Last-Modified, 304 and Range (RFC 9110, 13 and 14).

    `max_age` is in seconds. A relative path is taken from the working directory.
    """
    return utils.send_file(  # type: ignore[return-value]
        path_or_file,
        request.environ,
        mimetype=mimetype,
        as_attachment=as_attachment,
        download_name=download_name,
        max_age=max_age,
        response_class=Response,
    )


def send_from_directory(request: Request, directory: str | PathLike[str], path: str, **options: Any) -> Response:
    """`send_file` for a path that came from the client: 404 for what is not a file inside `directory`."""
    return utils.send_from_directory(  # type: ignore[return-value]
        directory, path, request.environ, response_class=Response, **options
    )
