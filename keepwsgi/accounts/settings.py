"""An account's own settings: language and look, password, sessions, API tokens."""

from __future__ import annotations

import math
import secrets
from dataclasses import replace
from typing import Any, Final

from keepwsgi.accounts import service, tokens
from keepwsgi.accounts.layer import Request, remember, sign_in
from keepwsgi.accounts.schemas import PasswordForm, PreferencesForm, TokenForm
from keepwsgi.accounts.throttle import TooManyAttempts
from keepwsgi.forms import InvalidForm, ask, is_confirmed, read_form
from keepwsgi.layers import Response, flash, redirect, render_template
from keepwsgi.translations import LANGUAGES, translate, translate_many

#: The field that tells a form that is sent again; the session remembers which of them have made a token.
FORM_ID: Final = "form_id"
FORMS_SENT: Final = "token_forms_sent"
FORMS_REMEMBERED: Final = 8


def wait(request: Request, error: TooManyAttempts) -> str:
    """How long to wait, in whole minutes."""
    minutes = max(1, math.ceil(error.retry_after / 60))
    return translate_many(
        request,
        "Too many attempts. Please wait %(num)d minute.",
        "Too many attempts. Please wait %(num)d minutes.",
        minutes,
    )


def settings(request: Request) -> Any:
    """Language and look, and the way to a new password. A field that is absent is unchanged."""
    if request.method != "POST":
        return settings_page(request)
    try:
        form = read_form(request, PreferencesForm)
    except InvalidForm as error:
        return settings_page(request, error.errors), 422
    with request.writing() as write:
        user = service.set_preferences(write, form)
    remember(request, user)
    # Whoever only turns the board from a grid into a list sees that it is done.
    if form.model_fields_set != {"layout"}:
        flash(request, translate(request, "Your settings are saved."), "success")
    return redirect(request.own_path(request.form.get("next")) or request.url_for("accounts.settings"), 303)


def change_password(request: Request) -> Any:
    """A new password, which ends every other session of the account."""
    try:
        form = read_form(request, PasswordForm)
        epoch = service.change_password(request.database, request.reader, form, request.remote_addr or "")
    except InvalidForm as error:
        return settings_page(request, error.errors), 422
    except service.BadCredentials:
        errors = {"current_password": [translate(request, "This is not your password.")]}
        return settings_page(request, errors), 422
    except TooManyAttempts as error:
        page = settings_page(request, {"current_password": [wait(request, error)]})
        return page, 429, {"Retry-After": str(error.retry_after)}
    sign_in(request, replace(request.reader, epoch=epoch))
    return settled(request, translate(request, "Your password is changed. Other sessions have ended."))


def end_sessions(request: Request) -> Response:
    """Sign this account out everywhere but here."""
    with request.writing() as write:
        epoch = service.end_sessions(write)
    sign_in(request, replace(request.reader, epoch=epoch))
    return settled(request, translate(request, "All other sessions have ended."))


def create_token(request: Request) -> Any:
    """A new API token. The page that answers shows it, this once, and is kept nowhere.

    Reloading that page sends the form again, which makes no second token.
    """
    sent, form_id = request.session.get(FORMS_SENT, []), request.form.get(FORM_ID)
    if form_id in sent:
        flash(request, translate(request, "The token was made before, and is shown only once."))
        return redirect(request.url_for("accounts.settings"), 303)
    try:
        form = read_form(request, TokenForm, ignore=lambda field: field == FORM_ID)
    except InvalidForm as error:
        return settings_page(request, error.errors), 422
    with request.writing() as write:
        token, secret = tokens.create(write, form)
    if form_id and len(form_id) <= len(new_form_id()):
        request.session[FORMS_SENT] = [*sent, form_id][-FORMS_REMEMBERED:]
    page = settings_page(request, made=(token, secret))
    return page, 200, {"Cache-Control": "no-store"}


def delete_token(request: Request, token_id: int) -> Any:
    """Revoke a token; without `confirm=yes`, the page that asks."""
    if not is_confirmed(request):
        token = tokens.get(request.reading, request.reader.id, token_id)
        return ask(
            request,
            translate(request, "Revoke this token?"),
            translate(request, "Programs that use it will no longer be let in."),
            translate(request, "Revoke"),
            subject=token.name,
            cancel_url=request.url_for("accounts.settings"),
        )
    with request.writing() as write:
        tokens.revoke(write, token_id)
    return settled(request, translate(request, "The token is revoked."))


def settings_page(
    request: Request,
    errors: dict[str, list[str]] | None = None,
    *,
    made: tuple[tokens.Token, str] | None = None,
) -> str:
    """The settings as they stand, or as they were typed; `made` is a new token with its secret."""
    user = request.reader
    kept = {name: getattr(user, name) or "" for name in PreferencesForm.model_fields}
    return render_template(
        request,
        "settings.html",
        errors=errors or {},
        draft={**kept, **request.form},
        languages=list(LANGUAGES.items()),
        tokens=tokens.list_all(request.reading, user.id),
        made=made,
        form_id=new_form_id(),
    )


def new_form_id() -> str:
    """What tells one page's form from the same form on another page."""
    return secrets.token_urlsafe(8)


def settled(request: Request, message: str) -> Response:
    """Back to the settings with a message."""
    flash(request, message, "success")
    return redirect(request.url_for("accounts.settings"), 303)
