"""Proof that a form was sent from this site's own page.

Flask-WTF calls this `CSRFProtect`. A token lies in the session and in every form; another site can make
a browser send the cookie, but cannot read the token. Beside it the browser's own word for where the
request came from is checked: `Sec-Fetch-Site` (W3C Fetch Metadata), else `Origin` (RFC 6454).
Without this layer any page on the web could delete a signed-in reader's memos with a form and one click.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import Any

from werkzeug.exceptions import BadRequest

from keepwsgi.layers.handler import Handler, Layer
from keepwsgi.layers.request import Request
from keepwsgi.layers.response import Response

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))


class CSRFError(BadRequest):
    """The request did not prove where it came from.

    `from_elsewhere` is True where the browser says that another site sent it.
    """

    def __init__(self, description: str, *, from_elsewhere: bool = False) -> None:
        super().__init__(description)
        self.from_elsewhere = from_elsewhere


def csrf_token(request: Request) -> str:
    """This session's token, made when first asked for; it lives as long as the session."""
    session = request.session
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(24)
    token: str = session[FIELD]
    return token


def csrf(
    *, reads_multipart: Callable[[Any], bool], exempt: Callable[[Any], bool] = lambda request: False
) -> Layer:
    """A layer that lets an unsafe request pass only with its session's token.

    The token is looked for in the header, then in the form. A multipart body is parsed, and so perhaps
    written to disk, only where `reads_multipart(request)`; elsewhere only the header counts.
    What `exempt(request)` says of is not asked: it must be something no other site can have a browser send.
    Raises `CSRFError`, a 400.

    In Flask: Flask-WTF's `CSRFProtect`.
    """

    def layer(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            # A method the rule does not know gets its 405, a path nobody knows its 404.
            if request.method not in SAFE_METHODS and request.url_rule is not None and not exempt(request):
                check(request, reads_multipart)
            return handler(request)

        return handle

    return layer


def check(request: Request, reads_multipart: Callable[[Any], bool]) -> None:
    """Raise `CSRFError` unless the request comes from this site and carries its session's token."""
    if not comes_from_here(request):
        raise CSRFError("The form was sent from another site.", from_elsewhere=True)
    sent = request.headers.get(HEADER)
    if sent is None and (request.mimetype != "multipart/form-data" or reads_multipart(request)):
        sent = request.form.get(FIELD)
    if not sent:
        raise CSRFError("The form carries no CSRF token.")
    expected = request.session.get(FIELD)
    if not expected:
        raise CSRFError("The session has ended, or the browser keeps no cookies.")
    if not hmac.compare_digest(expected.encode(), sent.encode("utf-8", "surrogatepass")):
        raise CSRFError("The form's CSRF token is not this session's.")


def comes_from_here(request: Request) -> bool:
    """What the browser says of the request's origin; True where it says nothing, as curl does."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    # Only the host is compared: behind a proxy that ends TLS the scheme here is not the browser's.
    host = request.headers.get("Host")
    return bool(host) and origin.partition("://")[2].lower() == str(host).lower()
