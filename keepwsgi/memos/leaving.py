"""Leaving: an account deleted with everything that is its own, by its owner."""

from __future__ import annotations

from typing import Any

from keepwsgi.accounts import service as accounts
from keepwsgi.accounts.layer import Request
from keepwsgi.accounts.schemas import OwnPassword
from keepwsgi.accounts.settings import wait
from keepwsgi.accounts.throttle import TooManyAttempts
from keepwsgi.forms import InvalidForm, ask, is_confirmed, read_form
from keepwsgi.images import service as images
from keepwsgi.layers import flash, redirect
from keepwsgi.translations import translate


def delete_account(request: Request) -> Any:
    """Delete the reader's account, memos, pictures and tokens; without `confirm=yes`, the page that asks.

    It asks for the password: an open browser is not yet its owner.
    """
    if not is_confirmed(request):
        return question(request)
    user = request.reader
    digests = images.digests_of_user(request.reading, user.id)
    request.stop_reading()
    try:
        form = read_form(request, OwnPassword)
        accounts.delete_own_account(request.database, user, form, request.remote_addr or "")
    except InvalidForm as error:
        return question(request, *(text for texts in error.errors.values() for text in texts)), 422
    except accounts.BadCredentials:
        return question(request, translate(request, "This is not your password.")), 422
    except TooManyAttempts as error:
        return question(request, wait(request, error)), 429, {"Retry-After": str(error.retry_after)}
    images.remove_unreferenced(request.database, request.app.config["BLOBS"], digests)
    request.session.clear()
    request.user = None
    flash(request, translate(request, "The account was deleted."))
    response = redirect(request.url_for("accounts.login"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def question(request: Request, *wrong: str) -> str:
    """The page that asks, with what is wrong with the password that was given."""
    return ask(
        request,
        translate(request, "Delete your account?"),
        translate(request, "All your notes, pictures and labels will be deleted and cannot be brought back."),
        translate(request, "Delete my account"),
        subject=request.reader.username,
        cancel_url=request.url_for("accounts.settings"),
        password=wrong,
    )
