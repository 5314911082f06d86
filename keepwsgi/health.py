"""Two questions a supervisor asks: does the process answer, and does its database."""

from __future__ import annotations

from keepwsgi.accounts.layer import Request, public
from keepwsgi.layers import Blueprint, Rule


@public
def healthz(request: Request) -> tuple[str, dict[str, str]]:
    """The process answers; nothing is read."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@public
def readyz(request: Request) -> tuple[str, dict[str, str]]:
    """The database answers too; a 503 otherwise."""
    request.database.ping()
    return healthz(request)


blueprint = Blueprint(
    "health",
    [
        Rule("/healthz", endpoint=healthz, methods=["GET"]),
        Rule("/readyz", endpoint=readyz, methods=["GET"]),
    ],
)
