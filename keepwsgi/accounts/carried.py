"""Text that was typed into a form and could not be taken yet: carried from page to page until it can.

A session that ended, or a page that was open too long, must not cost anybody what they wrote.
"""

from __future__ import annotations

from typing import Any, TypedDict

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from keepwsgi.accounts.layer import Request
from keepwsgi.forms import CONTROL_FIELDS
from keepwsgi.layers import render_template

ACTION_FIELD = "carried_action"
PREFIX = "carried:"


class Carried(TypedDict):
    """Where the form was going, its fields as (name, text), and the names of its files, which are not carried."""

    action: str
    fields: list[tuple[str, str]]
    files: list[str]


def carried_fields(request: Request) -> Carried | None:
    """What the refused request carried: its own fields, or those it was carrying for another one.

    Passwords are not carried. None if nothing is left.
    """
    form = readable_form(request)
    if ACTION_FIELD in form:
        return carried_on(request)
    fields = [
        (name, text)
        for name, text in form.items(multi=True)
        if name not in CONTROL_FIELDS and "password" not in name
    ]
    if not fields:
        return None
    files = request.read_texts().files if request.may_hold_files else []
    return {"action": request.root_path + request.path, "fields": fields, "files": files}


def carried_on(request: Request) -> Carried | None:
    """The fields that a sign-in form carries for another form, or None."""
    form = readable_form(request)
    action = request.own_path(form.get(ACTION_FIELD))
    fields = [
        (name.removeprefix(PREFIX), text) for name, text in form.items(multi=True) if name.startswith(PREFIX)
    ]
    return {"action": action, "fields": fields, "files": []} if action and fields else None


def readable_form(request: Request) -> MultiDict[str, str]:
    """The posted fields, for a page that says why they were not taken.

    Empty where reading them fails too, with more fields than any form has, and for a multipart body where no form
    of ours sends one. Of one that may hold files these are passed over.
    """
    if request.may_hold_files:
        return request.read_texts().fields
    if request.mimetype == "application/x-www-form-urlencoded":
        try:
            return request.form
        except HTTPException:
            pass
    return MultiDict()


def is_carried(field: str) -> bool:
    """Whether a field of the sign-in form belongs to the form it carries on."""
    return field == ACTION_FIELD or field.startswith(PREFIX)


def login_page(request: Request, *, carried: Carried | None = None, **context: Any) -> str:
    """The sign-in page, with what it carries."""
    values: dict[str, Any] = {"draft": {}, "errors": {}, "next": "", "can_register": False, **context}
    return render_template(request, "login.html", carried=carried, **values)
