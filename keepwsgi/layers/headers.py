"""Headers that every response carries.

Flask leaves these to `after_request` or to Flask-Talisman. Without them a browser guesses content types,
lets other sites frame the pages, and runs whatever script was smuggled into one.

This is WSGI middleware rather than a layer, so that static files and the last plain 500 carry them too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECURITY_HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
        " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)


def default_headers(application: WSGIApplication, headers: Iterable[tuple[str, str]]) -> WSGIApplication:
    """`application`, with each of `headers` added unless the answer has one of that name already.

    In Flask: Flask-Talisman, `@app.after_request`.
    """
    pairs = [(name.lower(), (name, value)) for name, value in headers]

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, answered: list[tuple[str, str]], exc_info: Any = None) -> Any:
            present = {name.lower() for name, _ in answered}
            answered += [pair for name, pair in pairs if name not in present]
            return start_response(status, answered, exc_info) if exc_info else start_response(status, answered)

        return application(environ, start)

    return call
