"""Behind a reverse proxy, and under a path: what the client asked for, not what the proxy passed on.

Flask leaves these to Werkzeug's `ProxyFix` around `app.wsgi_app`, and to `APPLICATION_ROOT`. Without them
URLs would name the proxy's inner address, cookies would lack `Secure`, and every client would have one IP.
Both are WSGI middleware: they change `environ` before anything reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def behind_proxies(application: WSGIApplication, proxies: int) -> WSGIApplication:
    """Believe the X-Forwarded-For, -Proto and -Host of that many proxies; of none, since anybody can send them.

    In Flask: `app.wsgi_app = ProxyFix(app.wsgi_app)`.
    """
    if not proxies:
        return application
    return ProxyFix(application, x_for=proxies, x_proto=proxies, x_host=proxies, x_port=0, x_prefix=0)


def under_prefix(application: WSGIApplication, prefix: str) -> WSGIApplication:
    """Live under `prefix` ("/keep", or "" for none), whether the proxy strips it from the path or not.

    It belongs into SCRIPT_NAME (PEP 3333), where URLs begin. It is never read from a header.

    In Flask: `APPLICATION_ROOT`.
    """
    if not prefix:
        return application

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if f"{path}/".startswith(f"{prefix}/"):
            environ["PATH_INFO"] = path[len(prefix) :]
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
        return application(environ, start_response)

    return call
