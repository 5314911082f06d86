"""What a reader sees when something went wrong: what happened, what was kept, what to do.

An error page asks nothing of the database, which may be what failed. Only where somebody has to sign in, or to
send a form again, is it a page like any other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from werkzeug.exceptions import HTTPException

from keepwsgi.accounts.carried import Carried, carried_fields, carried_on, login_page, readable_form
from keepwsgi.accounts.layer import Request
from keepwsgi.accounts.passwords import TooBusy
from keepwsgi.accounts.tokens import TokenNotFound
from keepwsgi.database import DatabaseOutdated, DatabaseUnavailable, UserGone
from keepwsgi.images.service import ImageNotFound, StoreUnavailable
from keepwsgi.labels.service import LabelNotFound
from keepwsgi.layers import CSRFError, ErrorHandlers, redirect, render_template
from keepwsgi.layers.csrf import SAFE_METHODS, comes_from_here
from keepwsgi.memos import pictures
from keepwsgi.memos.service import InTrash, ItemNotFound, MemoNotFound, NotInTrash, WrongKind
from keepwsgi.translations import translate

#: Seconds after which a client may try again, in `Retry-After` (RFC 9110, 10.2.3).
RETRY_AFTER = 5

#: Where a form is that answers a 422 at an address of its own, by endpoint; and which of its arguments that takes.
FORM_PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "memos.create": ("memos.board", ()),
    "memos.add_images": ("memos.show", ("memo_id",)),
    "memos.delete_account": ("accounts.settings", ()),
    "labels.rename": ("labels.index", ()),
    "accounts.change_password": ("accounts.settings", ()),
    "accounts.create_token": ("accounts.settings", ()),
}

Answer = tuple[str, int, list[tuple[str, str]]]


def texts(request: Request, status: int) -> tuple[str, str]:
    """Title and message of an error page, in the reader's language."""
    match status:
        case 400:
            title = translate(request, "The request cannot be understood")
            message = translate(request, "Something in the address or in what was sent is malformed.")
        case 401:
            title = translate(request, "Please sign in")
            message = translate(request, "This page is only for those who have signed in.")
        case 403:
            title = translate(request, "This is not allowed")
            message = translate(request, "The server understood the request but will not carry it out.")
        case 404:
            title = translate(request, "There is nothing here")
            message = translate(request, "The address may be mistyped, or the note may have been deleted forever.")
        case 405:
            title = translate(request, "This cannot be done here")
            message = translate(request, "The address exists, but not for this kind of request.")
        case 409:
            title = translate(request, "Something has changed in the meantime")
            message = translate(request, "Go back, reload the page and try again. Nothing was changed.")
        case 413:
            title = translate(request, "That is too large")
            message = translate(request, "More was sent than this page accepts. Nothing was changed.")
        case 414:
            title = translate(request, "The address is too long")
            message = translate(request, "The address is longer than this page accepts.")
        case 415:
            title = translate(request, "This kind of content is not accepted here")
            message = translate(request, "The content was sent as a type that this page does not read.")
        case 422:
            title = translate(request, "Something you typed is not valid")
            message = translate(request, "Go back and correct it. Nothing was changed.")
        case 429:
            title = translate(request, "Too many attempts")
            message = translate(request, "Please wait a little before trying again.")
        case 503:
            title = translate(request, "Your notes cannot be reached right now")
            message = translate(request, "Nothing was changed. Go back and try again in a few seconds.")
        case _ if status >= 500:
            title = translate(request, "Something went wrong here")
            message = translate(request, "It is our mistake, and it has been logged under the number below.")
        case _:
            title = HTTPStatus(status).phrase
            message = ""
    return title, message


def error_page(
    request: Request, status: int, *, message: str = "", headers: Any = (), carried: Carried | None = None
) -> Answer:
    """The page for `status`; `message` instead of the usual one, `carried` to be sent again."""
    title, usual = texts(request, status)
    page = render_template(
        request,
        "error.html",
        status=status,
        title=title,
        message=message or usual,
        request_id=request.id,
        carried=carried,
    )
    return page, status, [("Cache-Control", "no-store"), *headers]


def http_error(request: Request, error: HTTPException) -> Answer:
    """Any error with a status: its page, with the headers the error asks for (`Allow`, `Retry-After`)."""
    status = error.code or 500
    headers = [pair for pair in error.get_headers(request.environ) if pair[0] != "Content-Type"]
    return error_page(request, status, headers=headers, carried=resendable(request) if status >= 500 else None)


def resendable(request: Request) -> Carried | None:
    """What was typed into a form that could not be dealt with, to be sent again unless another site sent it."""
    if request.method in SAFE_METHODS or not comes_from_here(request):
        return None
    return carried_fields(request)


def here(request: Request) -> str:
    """The path and query of this request, mount point included."""
    return request.root_path + request.full_path.rstrip("?")


def too_large(request: Request, error: HTTPException) -> Answer:
    """More was sent than the page takes; of pictures it is said how much that is, and their text is kept."""
    if not request.may_hold_files:
        return http_error(request, error)
    message = pictures.too_large(request) if (request.content_length or 0) > pictures.largest(request) else ""
    return error_page(request, 413, message=message, carried=resendable(request))


def method_not_allowed(request: Request, error: HTTPException) -> Any:
    """A form's own address, which a browser shows after a 422, leads to the form's page when it is opened."""
    if request.method in ("GET", "HEAD"):
        with contextlib.suppress(HTTPException):  # no POST either
            endpoint, arguments = request.url_adapter.match(request.path, method="POST")
            if endpoint in FORM_PAGES:
                page, names = FORM_PAGES[endpoint]
                return redirect(request.url_for(page, **{name: arguments[name] for name in names}), 303)
    return http_error(request, error)


def unauthorized(request: Request, error: HTTPException) -> Any:
    """A GET goes to the sign-in page and back; a form is asked to sign in and keeps what was typed.

    So is a script, which must tell a page that was asked for from one to sign in.
    """
    if request.method in SAFE_METHODS and not request.is_fragment:
        return redirect(request.url_for("accounts.login", next=here(request)), 303)
    if not comes_from_here(request):
        # Such a form comes without the cookie, which is SameSite. The sign-in page would set a new one in its
        # place: any site could sign its visitors out here.
        return forged(request, CSRFError("The form was sent from another site.", from_elsewhere=True))
    return login_page(request, carried=carried_fields(request)), 401


def forged(request: Request, error: CSRFError) -> Any:
    """A form without its token: the reader sees what was typed and, unless another site sent it, may send it."""
    if error.from_elsewhere:
        message = translate(request, "The form was sent from another site, so nothing was done.")
    else:
        message = translate(
            request, "The page was open for too long, or the browser keeps no cookies. Nothing was changed."
        )
        if request.endpoint == "accounts.login" and request.user is None:
            form = readable_form(request)
            context = {"next": form.get("next", ""), "draft": form, "errors": {"form": [message]}}
            return login_page(request, carried=carried_on(request), **context), 400
    page = render_template(
        request,
        "carried.html",
        heading=translate(request, "Please try this again"),
        message=message,
        # What another site sent is not repeated here in this site's name.
        carried=None if error.from_elsewhere else carried_fields(request),
        resend=not error.from_elsewhere,
    )
    return page, 400, [("Cache-Control", "private, no-store")]


def not_found(request: Request, error: Exception) -> Answer:
    """Something that is not there, or not this reader's: the two look the same."""
    return error_page(request, 404)


def misplaced(request: Request, error: Exception) -> Answer:
    """What was asked for is done only in the trash, or only outside it, or only to a list."""
    if isinstance(error, InTrash):
        message = translate(request, "The note is in the trash. Restore it first. Nothing was changed.")
    elif isinstance(error, WrongKind):
        message = translate(request, "The note is not a list any more. Nothing was changed.")
    else:
        message = translate(request, "Only a note in the trash can be deleted forever. Nothing was changed.")
    return error_page(request, 409, message=message)


def unavailable(request: Request, error: Exception) -> Answer:
    """The database is locked or away, or the store of pictures is: nothing is lost by waiting."""
    request.app.logger.warning("Answered 503: %s", error)
    return error_page(request, 503, headers=[("Retry-After", str(RETRY_AFTER))], carried=resendable(request))


def too_busy(request: Request, error: TooBusy) -> Any:
    """Too many passwords are being checked: the form comes back with the name, to be sent a little later."""
    message = translate(request, "Too many people are signing in just now. Please try again in a few seconds.")
    headers = [("Retry-After", str(error.retry_after))]
    if request.endpoint != "accounts.login":
        return error_page(request, 503, message=message, headers=headers)
    form = readable_form(request)
    context = {"next": form.get("next", ""), "draft": form, "errors": {"form": [message]}}
    return login_page(request, carried=carried_on(request), **context), 503, headers


def outdated(request: Request, error: DatabaseOutdated) -> Answer:
    """The tables are older or newer than this release; only the operator can mend that."""
    request.app.logger.error("%s", error)
    message = translate(request, "The database has not been prepared for this release: run keepwsgi db upgrade.")
    return error_page(request, 503, message=message, headers=[("Retry-After", "60")])


def user_gone(request: Request, error: UserGone) -> Any:
    """The account was deleted while its owner was writing: the text may be saved in another one."""
    request.session.clear()
    request.user = None
    return login_page(request, carried=carried_fields(request)), 401


_HANDLERS: dict[int | type[Exception], Callable[[Any, Any], Any]] = {
    401: unauthorized,
    405: method_not_allowed,
    413: too_large,
    CSRFError: forged,
    HTTPException: http_error,
    MemoNotFound: not_found,
    TokenNotFound: not_found,
    ItemNotFound: not_found,
    LabelNotFound: not_found,
    ImageNotFound: not_found,
    WrongKind: misplaced,
    InTrash: misplaced,
    NotInTrash: misplaced,
    DatabaseUnavailable: unavailable,
    StoreUnavailable: unavailable,
    DatabaseOutdated: outdated,
    TooBusy: too_busy,
    UserGone: user_gone,
}

error_handlers = ErrorHandlers(_HANDLERS)
