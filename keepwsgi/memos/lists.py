"""What is done to a checklist by a button on its card or page; each goes back to the page of its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keepwsgi.accounts.layer import Request
from keepwsgi.forms import ask, is_confirmed, read_form
from keepwsgi.layers import Response, flash
from keepwsgi.memos import service
from keepwsgi.memos.editing import back, too_many
from keepwsgi.memos.items import as_text
from keepwsgi.memos.schemas import ItemForm
from keepwsgi.memos.selecting import offer_undo
from keepwsgi.memos.typed import WHOLE
from keepwsgi.translations import translate, translate_many

#: Characters of a list that can be offered back: they lie in the cookie until then.
UNDO_LONGEST = 300


def to_checklist(request: Request, memo_id: int) -> Response:
    """Turn each line of the memo into an item."""
    return change(request, service.to_checklist, memo_id)


def to_text(request: Request, memo_id: int) -> Response:
    """Turn each item into a line."""
    return change(request, service.to_text, memo_id)


def uncheck_all(request: Request, memo_id: int) -> Response:
    """Untick every item."""
    return change(request, service.uncheck_all, memo_id)


def delete_checked(request: Request, memo_id: int) -> Any:
    """Delete the ticked items, with an offer to undo."""
    question = translate(request, "Delete the ticked items?")
    return remove(request, question, service.delete_checked, memo_id)


def add_item(request: Request, memo_id: int) -> Response:
    """Add each line of the posted `text` to the end of the list."""
    return change(request, service.add_items, memo_id, read_form(request, ItemForm).text)


def check_item(request: Request, memo_id: int, item_id: int) -> Response:
    """Tick an item."""
    return change(request, service.check_item, memo_id, item_id)


def uncheck_item(request: Request, memo_id: int, item_id: int) -> Response:
    """Untick an item."""
    return change(request, service.uncheck_item, memo_id, item_id)


def delete_item(request: Request, memo_id: int, item_id: int) -> Any:
    """Delete an item, with an offer to undo."""
    return remove(request, translate(request, "Delete this item?"), service.delete_item, memo_id, item_id)


def remove(request: Request, question: str, function: Callable[..., Any], memo_id: int, *arguments: Any) -> Any:
    """Take something from a list. A list too long to be offered back is asked about first."""
    before = as_text(service.get(request.reading, request.reader.id, memo_id).items)
    can_undo = len(before) <= UNDO_LONGEST
    if not can_undo and not is_confirmed(request):
        return ask(
            request,
            question,
            translate(request, "It cannot be brought back."),
            translate(request, "Delete"),
            cancel_url=request.own_path(request.form.get("next")) or request.url_for(".show", memo_id=memo_id),
        )
    memo = changed(request, function, memo_id, *arguments)
    if memo is not None and can_undo and as_text(memo.items) != before:
        fields = [("kind", "checklist"), (WHOLE, before), ("revision", str(memo.revision))]
        count = before.count("\n") + 1 - len(memo.items)
        text = translate_many(request, "%(num)d item was deleted.", "%(num)d items were deleted.", count)
        offer_undo(request, text, request.url_for(".update", memo_id=memo_id), fields)
    return back(request)


def change(request: Request, function: Callable[..., Any], *arguments: Any) -> Response:
    """Call a function of the service in a write and go back to the page of the form."""
    changed(request, function, *arguments)
    return back(request)


def changed(request: Request, function: Callable[..., Any], *arguments: Any) -> service.Memo | None:
    """Call a function of the service in a write; what it will not do is said on the page one comes back to."""
    try:
        with request.writing() as write:
            memo: service.Memo = function(write, *arguments)
            return memo
    except service.EmptyMemo:
        message = translate(request, "Nothing would be left of the note. Move it to the trash instead.")
        flash(request, message, "error")
    except service.TooManyItems:
        flash(request, too_many(request), "error")
    return None
