"""Who is asking, and whether they may.

Flask-Login calls these `current_user` and `@login_required`, with the default the other way round: here
every view is for signed-in readers unless it is marked `@public`, so that forgetting the mark shows a
sign-in page and not somebody's memos.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

from werkzeug.exceptions import Unauthorized, UnsupportedMediaType

from keepwsgi.accounts import service, tokens
from keepwsgi.accounts.service import User
from keepwsgi.accounts.tokens import Bearer
from keepwsgi.database.database import Write
from keepwsgi.database.layer import Request as DatabaseRequest
from keepwsgi.layers import Handler, Response, csrf_token, offers, redirect

View = TypeVar("View", bound=Callable[..., Any])

#: Where programs are answered, and the only place where `Authorization` counts.
API_PREFIX: Final = "/api/v1"


class InvalidToken(Unauthorized):
    """The token was never made, or is revoked (RFC 6750, 3.1)."""

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        """Werkzeug's, and the challenge that says so."""
        return [*super().get_headers(*args, **kwargs), ("WWW-Authenticate", 'Bearer error="invalid_token"')]


class Request(DatabaseRequest):
    """The request that views of the application are handed: `user` is who sent it, or None."""

    user: User | None
    bearer: Bearer | None = None

    @property
    def is_for_api(self) -> bool:
        """Whether it is sent to the API."""
        return f"{self.path}/".startswith(f"{API_PREFIX}/")

    @property
    def has_credentials(self) -> bool:
        """Whether it says who sends it in a header that counts; the cookie then does not."""
        return "HTTP_AUTHORIZATION" in self.environ and self.is_for_api

    @property
    def reader(self) -> User:
        """The signed-in user; raises 401 where there is none."""
        if self.user is None:
            raise Unauthorized()
        return self.user

    def writing(self) -> AbstractContextManager[Write]:
        """The one write of this request, on behalf of the signed-in user."""
        return self.writing_for(self.reader.id)

    def own_path(self, target: str | None) -> str | None:
        """`target` if it is a path of this application, else None: what a form or a query says may lead away."""
        if not target or not target.startswith("/") or target.startswith("//"):
            return None
        # Browsers read a backslash as a slash and drop control characters.
        if "\\" in target or any(character < " " or character == "\x7f" for character in target):
            return None
        path = unquote(urlsplit(target).path)
        # They take dots, escaped or not, for steps up; beside the mount point there may be other applications.
        if ".." in path.split("/") or not f"{path}/".startswith(f"{self.root_path}/"):
            return None
        return target

    def back_to(self, target: str | None) -> Response:
        """303 to `target` if it is a path of this application, else to the board."""
        return redirect(self.own_path(target) or self.url_for("memos.board"), 303)


def public(view: View) -> View:
    """Mark a view that may be seen without signing in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def load_user(request: Request) -> User | None:
    """The user whose token or session this is; None if it was ended elsewhere. Raises 401 for a wrong token.

    One indexed query, and only if asked.
    """
    if request.has_credentials:
        return load_bearer(request)
    user_id, epoch = request.session.get("user_id"), request.session.get("epoch")
    if not isinstance(user_id, int) or not isinstance(epoch, int):
        return None
    return service.load_user(request.reading, user_id, epoch)


def load_bearer(request: Request) -> User:
    """The user whose token the request carries (RFC 6750). Raises 401 for any other credentials."""
    scheme, _, secret = request.environ["HTTP_AUTHORIZATION"].partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized("Only the scheme Bearer is known.")
    request.bearer = tokens.recognise(request.reading, secret.strip())
    if request.bearer is None:
        raise InvalidToken("This is not a token, or it is revoked.")
    return request.bearer.user


def sign_in(request: Request, user: User) -> None:
    """Begin a new session for `user`: whatever the old one held, a CSRF token among it, is gone."""
    request.session.clear()
    request.session.update(user_id=user.id, epoch=user.epoch)
    request.session.permanent = True
    # Made now: two pages opened at once with this cookie must not each make one of their own.
    csrf_token(request)
    remember(request, user)


def remember(request: Request, user: User) -> None:
    """Let the rest of this request know `user` as they are now, and the session what an error page asks for.

    Language and theme are in the cookie too: an error page must not ask a database that may have just failed.
    """
    request.user = user
    for name, value in (("language", user.language), ("theme", user.theme)):
        if value is None:
            request.session.pop(name, None)
        else:
            request.session[name] = value
    request.forget("locale")


def chosen_language(request: Request) -> str | None:
    """The language the reader has chosen, if any; asks no database."""
    if request.loaded("user") and request.user is not None:
        return request.user.language
    if request.has_credentials:
        return None
    language: str | None = request.session.get("language")
    return language


@offers(user=load_user)
def accounts(handler: Handler) -> Handler:
    """The layer: offers `request.user`, and answers 401 for a view that is not public and nobody signed in.

    It stands outside `csrf`: a form sent after the session has ended is asked to sign in, not told that its
    token is wrong. Nothing has been changed by then. When a token was used is kept after the answer is made.

    In Flask: Flask-Login's `current_user`, `@login_required`.
    """

    def handle(request: Request) -> Response:
        if request.url_rule is not None and request.method != "OPTIONS":
            view = request.app.routes.views[request.url_rule.endpoint]
            if not getattr(view, "is_public", False) and request.user is None:
                raise Unauthorized()
            if request.mimetype == "multipart/form-data" and request.user is None:
                raise UnsupportedMediaType()  # its parts may be written to disk, for nobody
        try:
            return handler(request)
        finally:
            if request.bearer is not None:
                tokens.remember_use(request.database, request.bearer)

    return handle
