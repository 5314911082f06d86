"""Leaving: an account deleted with everything that is its own, by its owner."""

from __future__ import annotations

from typing import Any

from keepwsgi.accounts import service as accounts
from keepwsgi.accounts.layer import Request
from keepwsgi.forms import ask, is_confirmed
from keepwsgi.images import service as images
from keepwsgi.layers import flash, redirect
from keepwsgi.translations import translate


def delete_account(request: Request) -> Any:
    """Delete the reader's account, memos, pictures and tokens; without `confirm=yes`, the page that asks."""
    user = request.reader
    if not is_confirmed(request):
        return ask(
            request,
            translate(request, "Delete your account?"),
            translate(request, "All your notes, pictures and labels will be deleted and cannot be brought back."),
            translate(request, "Delete my account"),
            subject=user.username,
            cancel_url=request.url_for("accounts.settings"),
        )
    digests = images.digests_of_user(request.reading, user.id)
    request.stop_reading()
    accounts.delete_user(request.database, user.id)
    images.remove_unreferenced(request.database, request.app.config["BLOBS"], digests)
    request.session.clear()
    request.user = None
    flash(request, translate(request, "The account was deleted."))
    response = redirect(request.url_for("accounts.login"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
