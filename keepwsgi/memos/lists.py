"""What is done to a checklist by a button on its card or page; each goes back to the page of its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keepwsgi.accounts.layer import Request
from keepwsgi.forms import read_form
from keepwsgi.layers import Response, flash
from keepwsgi.memos import service
from keepwsgi.memos.editing import back, too_many
from keepwsgi.memos.schemas import ItemForm
from keepwsgi.translations import translate


def to_checklist(request: Request, memo_id: int) -> Response:
    """Turn each line of the memo into an item."""
    return change(request, service.to_checklist, memo_id)


def to_text(request: Request, memo_id: int) -> Response:
    """Turn each item into a line."""
    return change(request, service.to_text, memo_id)


def uncheck_all(request: Request, memo_id: int) -> Response:
    """Untick every item."""
    return change(request, service.uncheck_all, memo_id)


def delete_checked(request: Request, memo_id: int) -> Response:
    """Delete the ticked items."""
    return change(request, service.delete_checked, memo_id)


def add_item(request: Request, memo_id: int) -> Response:
    """Add each line of the posted `text` to the end of the list."""
    return change(request, service.add_items, memo_id, read_form(request, ItemForm).text)


def check_item(request: Request, memo_id: int, item_id: int) -> Response:
    """Tick an item."""
    return change(request, service.check_item, memo_id, item_id)


def uncheck_item(request: Request, memo_id: int, item_id: int) -> Response:
    """Untick an item."""
    return change(request, service.uncheck_item, memo_id, item_id)


def delete_item(request: Request, memo_id: int, item_id: int) -> Response:
    """Delete an item."""
    return change(request, service.delete_item, memo_id, item_id)


def change(request: Request, function: Callable[..., Any], *arguments: Any) -> Response:
    """Call a function of the service in a write; what it will not do is said on the page one comes back to."""
    try:
        with request.writing() as write:
            function(write, *arguments)
    except service.EmptyMemo:
        message = translate(request, "Nothing would be left of the note. Move it to the trash instead.")
        flash(request, message, "error")
    except service.TooManyItems:
        flash(request, too_many(request), "error")
    return back(request)
