"""Registering, and signing in and out."""

from __future__ import annotations

from typing import Any

from keepwsgi.accounts import service
from keepwsgi.accounts.carried import carried_on, is_carried, login_page
from keepwsgi.accounts.layer import Request, public, sign_in
from keepwsgi.accounts.schemas import RegisterForm, SignInForm
from keepwsgi.accounts.settings import (
    change_password,
    create_token,
    delete_token,
    end_sessions,
    settings,
    wait,
)
from keepwsgi.accounts.throttle import TooManyAttempts
from keepwsgi.forms import FIELDS_MOST, InvalidForm, read_form
from keepwsgi.layers import Blueprint, Response, Rule, flash, redirect, render_template
from keepwsgi.translations import translate


@public
def register(request: Request) -> Any:
    """A new account: the first makes the administrator, later ones as `REGISTRATION` allows."""
    if request.user is not None:
        return request.back_to(None)
    policy = request.app.config["REGISTRATION"]
    if not service.can_register(request.reading, policy):
        return render_template(request, "closed.html"), 403
    first = not service.has_users(request.reading)
    context: dict[str, Any] = {"first": first, "draft": request.form, "errors": {}}
    if request.method != "POST":
        return render_template(request, "register.html", **context)
    try:
        form = read_form(request, RegisterForm)
        user = service.register(request.database, form, policy, request.remote_addr or "")
    except InvalidForm as error:
        return render_template(request, "register.html", **{**context, "errors": error.errors}), 422
    except service.UsernameTaken:
        errors = {"username": [translate(request, "This name is taken.")]}
        return render_template(request, "register.html", **{**context, "errors": errors}), 422
    except service.RegistrationClosed:
        return render_template(request, "closed.html"), 403
    sign_in(request, user)
    return request.back_to(None)


@public
def login(request: Request) -> Any:
    """The sign-in page; it carries on what was typed into a form that needed it."""
    target = request.values.get("next", "")
    if request.method != "POST":
        if request.user is not None:
            return request.back_to(target)
        can_register = may_register(request)
        if can_register and not service.has_users(request.reading):
            return redirect(request.url_for("accounts.register"), 303)
        return login_page(request, next=target, can_register=can_register)
    carried = carried_on(request)
    headers: dict[str, str] = {}
    try:
        form = read_form(request, SignInForm, ignore=is_carried)
        user = service.authenticate(request.database, form, request.remote_addr or "")
    except InvalidForm as error:
        errors, status = error.errors, 422
    except TooManyAttempts as error:
        errors, status = {"form": [wait(request, error)]}, 429
        headers = {"Retry-After": str(error.retry_after)}
    except service.BadCredentials:
        errors, status = {"form": [translate(request, "The user name or the password is not right.")]}, 422
    else:
        sign_in(request, user)
        if carried is None:
            return request.back_to(target)
        return render_template(
            request,
            "carried.html",
            heading=translate(request, "You are signed in again"),
            message=translate(request, "This is what you had typed. It has not been saved yet."),
            carried=carried,
            resend=True,
        )
    page = login_page(
        request,
        next=target,
        carried=carried,
        draft={"username": request.form.get("username", "")},
        errors=errors,
        can_register=may_register(request),
    )
    return page, status, headers


def may_register(request: Request) -> bool:
    """Whether the sign-in page offers to make an account."""
    return service.can_register(request.reading, request.app.config["REGISTRATION"])


@public
def logout(request: Request) -> Response:
    """End this browser's session, and have it forget the pages it kept."""
    request.session.clear()
    request.user = None
    flash(request, translate(request, "You are signed out."))
    response = redirect(request.url_for("accounts.login"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


blueprint = Blueprint(
    "accounts",
    [
        Rule("/register", endpoint=register, methods=["GET", "POST"]),
        Rule("/login", endpoint=login, methods=["GET", "POST"], max_fields=FIELDS_MOST),
        Rule("/logout", endpoint=logout, methods=["POST"]),
        Rule("/settings", endpoint=settings, methods=["GET", "POST"]),
        Rule("/settings/password", endpoint=change_password, methods=["POST"]),
        Rule("/settings/sessions/end", endpoint=end_sessions, methods=["POST"]),
        Rule("/settings/tokens", endpoint=create_token, methods=["POST"]),
        Rule("/settings/tokens/<int:token_id>/delete", endpoint=delete_token, methods=["POST"]),
    ],
)
