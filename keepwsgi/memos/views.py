"""What can be done with a memo by a button, and the addresses of all that memos are."""

from __future__ import annotations

from typing import Any

from keepwsgi.accounts.layer import Request
from keepwsgi.forms import FIELDS_MOST, ask, is_confirmed, read_form
from keepwsgi.layers import Blueprint, Response, Rule, flash, redirect
from keepwsgi.memos import service
from keepwsgi.memos.composing import create
from keepwsgi.memos.editing import back, show, update
from keepwsgi.memos.finding import labelled, search
from keepwsgi.memos.items import plain_text
from keepwsgi.memos.leaving import delete_account
from keepwsgi.memos.lists import (
    add_item,
    check_item,
    delete_checked,
    delete_item,
    to_checklist,
    to_text,
    uncheck_all,
    uncheck_item,
)
from keepwsgi.memos.pictures import add_images, delete_image
from keepwsgi.memos.schemas import ColorForm, MoveForm
from keepwsgi.memos.selecting import offer_undo, remove_pictures, selected
from keepwsgi.memos.viewing import archive, board, trash
from keepwsgi.translations import translate, translate_many


def pin_memo(request: Request, memo_id: int) -> Response:
    """Pin the memo to the top of the board, out of the archive, and go back to the page of the form."""
    with request.writing() as write:
        service.pin(write, memo_id)
    return back(request)


def unpin_memo(request: Request, memo_id: int) -> Response:
    """Unpin the memo and go back to the page of the form."""
    with request.writing() as write:
        service.unpin(write, memo_id)
    return back(request)


def archive_memo(request: Request, memo_id: int) -> Response:
    """Move the memo to the archive and go back to the page of the form, with an offer to undo."""
    with request.writing() as write:
        service.archive(write, memo_id)
    offer_undo(
        request,
        translate(request, "The note is in the archive."),
        request.url_for(".unarchive_memo", memo_id=memo_id),
    )
    return back(request)


def unarchive_memo(request: Request, memo_id: int) -> Response:
    """Move the memo from the archive to the board and go back to the page of the form."""
    with request.writing() as write:
        service.unarchive(write, memo_id)
    return back(request)


def trash_memo(request: Request, memo_id: int) -> Response:
    """Move the memo to the trash and go back to the page of the form, with an offer to undo."""
    with request.writing() as write:
        service.trash(write, memo_id)
    offer_undo(
        request, translate(request, "The note is in the trash."), request.url_for(".restore_memo", memo_id=memo_id)
    )
    return redirect(request.url_for(".board"), 303) if is_about(request, memo_id) else back(request)


def restore_memo(request: Request, memo_id: int) -> Response:
    """Move the memo from the trash to where it was and go back to the page of the form."""
    with request.writing() as write:
        service.restore(write, memo_id)
    return back(request)


def delete_memo(request: Request, memo_id: int) -> Any:
    """Delete a memo of the trash forever and go to the trash; without `confirm=yes`, the page that asks."""
    if not is_confirmed(request):
        memo = service.get(request.reading, request.reader.id, memo_id)
        if memo.trashed_at is None:
            raise service.NotInTrash
        return ask(
            request,
            translate(request, "Delete this note forever?"),
            translate(request, "It cannot be brought back."),
            translate(request, "Delete forever"),
            subject=memo.title or memo.body or plain_text(memo.items),
            cancel_url=request.url_for(".trash"),
        )
    with request.writing() as write:
        deleted = service.delete(write, memo_id)
    remove_pictures(request, deleted)
    flash(request, translate(request, "The note was deleted."), "success")
    return request.back_to(request.form.get("next") or request.url_for(".trash"))


def empty_trash(request: Request) -> Any:
    """Delete everything in the trash forever and go to the trash; without `confirm=yes`, the page that asks."""
    if not is_confirmed(request):
        return ask(
            request,
            translate(request, "Empty the trash?"),
            translate(request, "Every note in the trash will be deleted and cannot be brought back."),
            translate(request, "Empty the trash"),
            cancel_url=request.url_for(".trash"),
        )
    with request.writing() as write:
        deleted = service.empty_trash(write)
    remove_pictures(request, deleted)
    flash(
        request,
        translate_many(request, "%(num)d note was deleted.", "%(num)d notes were deleted.", deleted.count),
        "success",
    )
    return request.back_to(request.form.get("next") or request.url_for(".trash"))


def copy_memo(request: Request, memo_id: int) -> Response:
    """Put a copy of the memo on top of the board and go back to the page of the form."""
    with request.writing() as write:
        service.copy(write, memo_id)
    flash(request, translate(request, "The note was copied."), "success")
    return back(request)


def color_memo(request: Request, memo_id: int) -> Response:
    """Give the memo the posted `color` and go back to the page of the form."""
    form = read_form(request, ColorForm)
    with request.writing() as write:
        service.set_color(write, memo_id, form.color)
    return back(request)


def move_memo(request: Request, memo_id: int) -> Response:
    """Move the memo to before or after the posted one and go back to the page of the form."""
    form = read_form(request, MoveForm)
    with request.writing() as write:
        service.move(write, memo_id, before=form.before, after=form.after)
    return back(request)


def is_about(request: Request, memo_id: int) -> bool:
    """Whether the form was on the memo's own page, which is no place to come back to."""
    return request.form.get("next", "").partition("?")[0] == request.url_for(".show", memo_id=memo_id)


def action(path: str, view: Any) -> Rule:
    """The rule of something that is done to one memo."""
    return Rule(f"/memos/<int:memo_id>/{path}", endpoint=view, methods=["POST"])


blueprint = Blueprint(
    "memos",
    [
        Rule("/", endpoint=board, methods=["GET"]),
        Rule("/archive", endpoint=archive, methods=["GET"]),
        Rule("/trash", endpoint=trash, methods=["GET"]),
        Rule("/trash/empty", endpoint=empty_trash, methods=["POST"]),
        Rule("/labels/<int:label_id>", endpoint=labelled, methods=["GET"]),
        Rule("/search", endpoint=search, methods=["GET"]),
        Rule("/memos", endpoint=create, methods=["POST"], max_body="upload", max_fields=FIELDS_MOST),
        Rule("/settings/account/delete", endpoint=delete_account, methods=["POST"]),
        Rule("/memos/selected", endpoint=selected, methods=["POST"]),
        Rule("/memos/<int:memo_id>", endpoint=show, methods=["GET"]),
        Rule("/memos/<int:memo_id>", endpoint=update, methods=["POST"], max_fields=FIELDS_MOST),
        action("pin", pin_memo),
        action("unpin", unpin_memo),
        action("archive", archive_memo),
        action("unarchive", unarchive_memo),
        action("trash", trash_memo),
        action("restore", restore_memo),
        action("delete", delete_memo),
        action("copy", copy_memo),
        action("color", color_memo),
        action("move", move_memo),
        action("checklist", to_checklist),
        action("text", to_text),
        action("uncheck-all", uncheck_all),
        action("delete-checked", delete_checked),
        Rule("/memos/<int:memo_id>/images", endpoint=add_images, methods=["POST"], max_body="upload"),
        Rule("/images/<int:image_id>/delete", endpoint=delete_image, methods=["POST"]),
        action("items", add_item),
        action("items/<int:item_id>/check", check_item),
        action("items/<int:item_id>/uncheck", uncheck_item),
        action("items/<int:item_id>/delete", delete_item),
    ],
)
