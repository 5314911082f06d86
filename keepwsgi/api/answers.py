"""JSON answers, and the conditions a request may set for them (RFC 9110, 13)."""

from __future__ import annotations

from datetime import datetime

from pydantic_core import to_json

from keepwsgi.accounts.layer import Request
from keepwsgi.api.problems import ProblemRaised
from keepwsgi.layers import Response

#: Kept by the client alone, and asked about each time.
PRIVATE = "private, no-cache"


def answer(value: object, status: int = 200, *, etag: str = "", location: str = "") -> Response:
    """`value` as JSON. `etag` is a tag with its quotes."""
    headers = [("Content-Type", "application/json"), ("Cache-Control", PRIVATE), ("Vary", "Authorization, Cookie")]
    if etag:
        headers.append(("ETag", etag))
    if location:
        headers.append(("Location", location))
    # Twice as quick as the standard library's; everything that is answered has been stored, and is good UTF-8.
    return Response(to_json(value), status=status, headers=headers)


def nothing() -> Response:
    """204: done, and nothing to say."""
    return Response(status=204)


def not_modified(etag: str) -> Response:
    """304: what the client has is what there is."""
    headers = {"ETag": etag, "Cache-Control": PRIVATE, "Vary": "Authorization, Cookie"}
    return Response(status=304, headers=headers)


def require_match(request: Request, tag: str) -> None:
    """Let a request pass whose `If-Match` holds this strong tag, or that has none. Raises a 412.

    `tag` is without its quotes. For something that is to be changed, ask inside the write.
    """
    header = request.environ.get("HTTP_IF_MATCH")
    if header is not None and not (request.if_match.star_tag or request.if_match.contains(tag)):
        raise ProblemRaised("precondition-failed")


def has_current(request: Request, tag: str) -> bool:
    """Whether the client has what this tag stands for: `If-None-Match` holds it."""
    return "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains_weak(tag)


def timestamp(moment: datetime) -> str:
    """A moment as RFC 3339 has it, in UTC."""
    return moment.isoformat().replace("+00:00", "Z")
