"""Who may look at the x-ray, and how they like its pages: asked of `environ`, before there is a request."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException

from keepwsgi.accounts.layer import Request
from keepwsgi.database import DatabaseOutdated, DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIEnvironment

    from keepwsgi.layers import Application


def onlookers(app: Application, *, locally: bool) -> Callable[[WSGIEnvironment], bool]:
    """Whether a request may be looked at: an administrator's, and with `locally` any from this machine.

    `locally` is for a server that nothing stands in front of: behind a proxy every request is from this machine.
    It has to be asked for by a name of this machine, too: a site may point its own name here and read the answers.
    """

    def allowed(environ: WSGIEnvironment) -> bool:
        if locally and is_loopback(environ.get("REMOTE_ADDR", "")) and is_loopback(host_of(environ)):
            return True
        try:
            with request_of(app, environ) as request:
                return request.user is not None and request.user.is_admin
        except (HTTPException, DatabaseUnavailable, DatabaseOutdated):
            return False

    return allowed


def chosen_look(app: Application) -> Callable[[WSGIEnvironment], dict[str, Any]]:
    """Language and theme as the reader's session has them; asks no database."""

    def chosen(environ: WSGIEnvironment) -> dict[str, Any]:
        with request_of(app, environ) as request:
            return {name: request.session.get(name) for name in ("language", "theme")}

    return chosen


@contextmanager
def request_of(app: Application, environ: WSGIEnvironment) -> Iterator[Request]:
    """The request in `environ`, of which only cookies and headers are read; it is answered by somebody else."""
    request = app.request_class(dict(environ), app)
    assert isinstance(request, Request)
    try:
        yield request
    finally:
        request.stop_reading()


def host_of(environ: WSGIEnvironment) -> str:
    """The name or address in the request's Host, without its port; "" for what is none."""
    try:
        return urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether it is an address of this machine itself, or the name `localhost` or one under it (RFC 6761)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
