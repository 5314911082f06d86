"""Errors for programs: RFC 9457, `application/problem+json`, for everything that goes wrong under the API.

The kinds are a table, so that a program can tell them apart by `type` and a person can look them up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from werkzeug.exceptions import HTTPException, UnprocessableEntity

from keepwsgi.accounts.layer import Request
from keepwsgi.accounts.passwords import TooBusy
from keepwsgi.accounts.tokens import TokenNotFound
from keepwsgi.api.schemas import FieldError, Problem
from keepwsgi.database import DatabaseOutdated, DatabaseUnavailable, UserGone
from keepwsgi.images.service import ImageNotFound, StoreUnavailable, TooManyPictures
from keepwsgi.labels.service import LabelExists, LabelNotFound, TooManyLabels
from keepwsgi.layers import CSRFError, ErrorHandlers, Response
from keepwsgi.layers.response import json_text
from keepwsgi.memos.service import (
    BadCursor,
    EmptyMemo,
    InTrash,
    MemoNotFound,
    NotInTrash,
    TooManyItems,
    WrongKind,
)

MEDIA_TYPE: Final = "application/problem+json"
#: Seconds after which a client may try again.
RETRY_AFTER: Final = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: `slug` is the end of its `type`, `detail` what is said where nothing more is known."""

    slug: str
    status: int
    title: str
    detail: str


def _kinds(*kinds: Kind) -> Mapping[str, Kind]:
    return {kind.slug: kind for kind in kinds}


KINDS: Final = _kinds(
    Kind("bad-request", 400, "Bad request", "The request cannot be understood."),
    Kind(
        "csrf",
        400,
        "CSRF token missing or wrong",
        "A request signed in by cookie that changes something carries the session's token in X-CSRF-Token.",
    ),
    Kind("unauthorized", 401, "Unauthorized", "Send `Authorization: Bearer` with one of your tokens, or sign in."),
    Kind("forbidden", 403, "Forbidden", "The server will not carry this request out."),
    Kind("not-found", 404, "Not found", "There is nothing here, or it is not yours."),
    Kind("method-not-allowed", 405, "Method not allowed", "The header Allow lists the methods of this address."),
    Kind("in-trash", 409, "The memo is in the trash", "Restore it first. Nothing was changed."),
    Kind("not-in-trash", 409, "The memo is not in the trash", "Only a memo in the trash is deleted for ever."),
    Kind("label-exists", 409, "There is a label of this name", "Names are compared without regard to case."),
    Kind(
        "cursor-expired",
        410,
        "The cursor has expired",
        "What was deleted since is no longer known. Forget what you have and start again at 0.",
    ),
    Kind("precondition-failed", 412, "Precondition failed", "It has changed since the ETag you sent."),
    Kind("too-large", 413, "Content too large", "More was sent than this address takes."),
    Kind("uri-too-long", 414, "URI too long", "The query has too many fields."),
    Kind("unsupported-media-type", 415, "Unsupported media type", "This address does not read that Content-Type."),
    Kind("range-not-satisfiable", 416, "Range not satisfiable", "The range lies outside of what there is."),
    Kind("invalid", 422, "Not valid", "`errors` says what is wrong with which field."),
    Kind(
        "idempotency-key-reused",
        422,
        "Idempotency key used before",
        "This Idempotency-Key was sent with another request. Use a new key for a new request.",
    ),
    Kind("too-many-requests", 429, "Too many requests", "Wait as long as Retry-After says."),
    Kind("server-error", 500, "Server error", "The mistake is ours. It was logged under the request's id."),
    Kind(
        "unavailable",
        503,
        "Unavailable",
        "It cannot be done just now. Nothing was changed: try again after Retry-After.",
    ),
)
_BY_STATUS: Final = {kind.status: kind for kind in reversed(list(KINDS.values()))}


class Invalid(UnprocessableEntity):
    """The request is well-formed and cannot be taken; `errors` says what is wrong, field by field."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{error['field']}: {error['message']}" for error in errors))
        self.errors = errors


def invalid(field: str, message: str) -> Invalid:
    """The error for one field."""
    return Invalid([{"field": field, "message": message}])


class ProblemRaised(Exception):
    """One of `KINDS`, raised by the API itself. `slug` must be in the table."""

    def __init__(self, slug: str, detail: str = "") -> None:
        super().__init__(slug)
        self.kind = KINDS[slug]
        self.detail = detail


def problem(
    request: Request,
    kind: Kind,
    *,
    detail: str = "",
    errors: Sequence[FieldError] = (),
    headers: Sequence[tuple[str, str]] = (),
) -> Response:
    """The answer that says what went wrong."""
    said: Problem = {
        "type": f"{request.root_path}/api/docs#problem-{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail or kind.detail,
        "request_id": request.id,
    }
    if errors:
        said["errors"] = list(errors)
    response = Response(json_text(said), status=kind.status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers.extend(headers)
    return response


def http_problem(request: Request, error: HTTPException) -> Response:
    """Any error with a status, with the headers it asks for (`Allow`, `WWW-Authenticate`)."""
    status = error.code or 500
    kind = _BY_STATUS.get(status) or Kind("about", status, error.name, error.description or error.name)
    headers = [pair for pair in error.get_headers(request.environ) if pair[0] != "Content-Type"]
    if status == 401 and not any(name == "WWW-Authenticate" for name, _ in headers):
        headers.append(("WWW-Authenticate", "Bearer"))
    if isinstance(error, Invalid):
        return problem(request, kind, errors=error.errors)
    # The texts of Werkzeug's classes are written for people at a browser.
    detail = error.description if error.description != type(error).description and status < 500 else ""
    return problem(request, kind, detail=detail or "", headers=headers)


def forged(request: Request, error: CSRFError) -> Response:
    """A request signed in by cookie that does not prove where it comes from."""
    detail = "The request was sent from another site." if error.from_elsewhere else ""
    return problem(request, KINDS["csrf"], detail=detail)


def raised(request: Request, error: ProblemRaised) -> Response:
    """One of the API's own."""
    return problem(request, error.kind, detail=error.detail)


def kind_of(slug: str) -> Callable[[Request, Exception], Response]:
    """The function that answers an exception with one kind."""
    return lambda request, error: problem(request, KINDS[slug])


def field_invalid(field: str, message: str) -> Callable[[Request, Exception], Response]:
    """The function that answers an exception by saying what is wrong with one field."""
    errors: list[FieldError] = [{"field": field, "message": message}]
    return lambda request, error: problem(request, KINDS["invalid"], errors=errors)


def wrong_kind(request: Request, error: WrongKind) -> Response:
    """Items for a text, or a body for a checklist."""
    other = "checklist" if error.field == "items" else "text"
    message = f"Only a memo of kind {other} has this; send `kind` too, to turn the memo into one."
    return problem(request, KINDS["invalid"], errors=[{"field": error.field, "message": message}])


def label_exists(request: Request, error: LabelExists) -> Response:
    """Another label has the name."""
    return problem(request, KINDS["label-exists"], detail=f"It is label {error.label.id}.")


def unavailable(request: Request, error: Exception) -> Response:
    """The database is locked, away, or not migrated."""
    request.app.logger.warning("Answered 503: %s", error)
    return problem(request, KINDS["unavailable"], headers=[("Retry-After", str(RETRY_AFTER))])


def user_gone(request: Request, error: UserGone) -> Response:
    """The account was deleted while the request was on its way."""
    return problem(request, KINDS["unauthorized"], headers=[("WWW-Authenticate", "Bearer")])


_HANDLERS: dict[int | type[Exception], Callable[[Any, Any], Any]] = {
    HTTPException: http_problem,
    CSRFError: forged,
    ProblemRaised: raised,
    MemoNotFound: kind_of("not-found"),
    LabelNotFound: kind_of("not-found"),
    ImageNotFound: kind_of("not-found"),
    TokenNotFound: kind_of("not-found"),
    InTrash: kind_of("in-trash"),
    NotInTrash: kind_of("not-in-trash"),
    EmptyMemo: field_invalid("body", "A memo without title, text, item or picture is not kept."),
    WrongKind: wrong_kind,
    TooManyItems: field_invalid("items", "These are more items, or more text in them, than a memo can have."),
    BadCursor: field_invalid("cursor", "This is not a cursor of this list."),
    LabelExists: label_exists,
    TooManyLabels: field_invalid("labels", "There are more labels than anybody can have."),
    TooManyPictures: field_invalid("file", "The memo has as many pictures as a memo can have."),
    DatabaseUnavailable: unavailable,
    StoreUnavailable: unavailable,
    DatabaseOutdated: unavailable,
    TooBusy: unavailable,
    UserGone: user_gone,
}

problem_handlers = ErrorHandlers(_HANDLERS)
