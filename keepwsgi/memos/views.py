"""The boards and what can be done with a memo, as HTML pages and forms."""

from __future__ import annotations

from typing import Any

from werkzeug.exceptions import BadRequest

from keepwsgi.accounts.freshness import when_changed
from keepwsgi.accounts.layer import Request
from keepwsgi.forms import InvalidForm, read_form
from keepwsgi.layers import Blueprint, Response, Rule, flash, redirect, render_template
from keepwsgi.memos import service
from keepwsgi.memos.schemas import COLORS, ColorForm, MemoFields, MoveForm
from keepwsgi.memos.service import View
from keepwsgi.translations import translate, translate_many

#: Memos a page of a board shows.
PAGE_SIZE = 60


def board(request: Request) -> Response:
    """The active memos, pinned ones first, under the composer."""
    return when_changed(request, lambda: board_page(request, "active"))


def archive(request: Request) -> Response:
    """What has been put away."""
    return when_changed(request, lambda: board_page(request, "archived"))


def trash(request: Request) -> Response:
    """What will be deleted for ever some day."""
    return when_changed(request, lambda: board_page(request, "trashed"))


def board_page(
    request: Request,
    view: View,
    *,
    draft: dict[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
) -> str:
    """A page of one view; `draft` and `errors` refill the composer."""
    try:
        page = service.page(
            request.reading, request.reader.id, view, limit=PAGE_SIZE, cursor=request.args.get("cursor")
        )
    except service.BadCursor:
        raise BadRequest() from None
    return render_template(
        request, "board.html", view=view, page=page, draft=draft, errors=errors or {}, colors=COLORS
    )


def create(request: Request) -> Any:
    """Keep a new memo; an empty one is not kept."""
    try:
        draft = service.prepare(read_form(request, MemoFields))
        with request.writing() as write:
            service.create(write, draft)
    except InvalidForm as error:
        return board_page(request, "active", draft=typed(request), errors=error.errors), 422
    except service.EmptyMemo:
        flash(request, translate(request, "An empty memo is not kept."))
    return redirect(request.url_for(".board"), 303)


def show(request: Request, memo_id: int) -> Response:
    """One memo, to read and to edit."""

    def render() -> str:
        memo = service.get(request.reading, request.reader.id, memo_id)
        return memo_page(request, memo, as_stored(memo))

    return when_changed(request, render)


def update(request: Request, memo_id: int) -> Any:
    """Save an edit, unless somebody else has changed the memo since the form was made."""
    try:
        fields = read_form(request, MemoFields)
        changes = service.prepare(fields)
        with request.writing() as write:
            service.update(write, memo_id, changes, fields.revision)
    except InvalidForm as error:
        return not_saved(request, memo_id, error.errors)
    except service.EmptyMemo:
        errors = {"body": [translate(request, "An empty memo is not kept. Move it to the trash instead.")]}
        return not_saved(request, memo_id, errors)
    except service.Conflict as conflict:
        draft = as_stored(conflict.current) | typed(request)
        return render_template(request, "conflict.html", memo=conflict.current, draft=draft), 409
    except service.MemoNotFound:
        return homeless(request), 404
    except service.InTrash:
        return homeless(request), 409
    return back(request)


def not_saved(request: Request, memo_id: int, errors: dict[str, list[str]]) -> tuple[str, int]:
    """The form as it was typed, with what is wrong in it; elsewhere if the memo has been thrown away meanwhile."""
    try:
        memo = service.get(request.reading, request.reader.id, memo_id)
    except service.MemoNotFound:
        return homeless(request), 404
    if memo.trashed_at is not None:
        return homeless(request), 409
    draft = as_stored(memo) | typed(request)
    if "revision" not in errors:
        # Still the revision on which the text was typed: with a newer one a change made elsewhere meanwhile
        # would be written over.
        draft["revision"] = request.form.get("revision", draft["revision"])
    return memo_page(request, memo, draft, errors), 422


def homeless(request: Request) -> str:
    """What was typed into a memo that has been thrown away meanwhile, to be kept as a new one."""
    return render_template(
        request,
        "carried.html",
        heading=translate(request, "This memo has been thrown away in the meantime"),
        message=translate(request, "What you typed can be kept as a new memo."),
        carried={"action": request.url_for(".create"), "fields": list(typed(request).items())},
        resend=True,
    )


def memo_page(
    request: Request, memo: service.Memo, draft: dict[str, str], errors: dict[str, list[str]] | None = None
) -> str:
    """The page of one memo with `draft` in its fields."""
    return render_template(request, "memo.html", memo=memo, draft=draft, errors=errors or {}, colors=COLORS)


def as_stored(memo: service.Memo) -> dict[str, str]:
    """What the form of the memo holds before anything is typed."""
    return {"title": memo.title, "body": memo.body, "color": memo.color, "revision": str(memo.revision)}


def typed(request: Request) -> dict[str, str]:
    """What was sent of the text and its colour, to be shown again; a field sent twice is shown whole."""
    fields = ("title", "body", "color")
    return {name: "\n".join(request.form.getlist(name)) for name in fields if name in request.form}


def back(request: Request) -> Response:
    """303 to the page the form was on, a path of this site, or to the board."""
    return redirect(request.own_path(request.form.get("next")) or request.url_for(".board"), 303)


def pin_memo(request: Request, memo_id: int) -> Response:
    """Keep it at the top."""
    with request.writing() as write:
        service.pin(write, memo_id)
    return back(request)


def unpin_memo(request: Request, memo_id: int) -> Response:
    """Let it go back among the others."""
    with request.writing() as write:
        service.unpin(write, memo_id)
    return back(request)


def archive_memo(request: Request, memo_id: int) -> Response:
    """Put it away."""
    with request.writing() as write:
        service.archive(write, memo_id)
    offer_undo(request, translate(request, "The memo is in the archive."), "unarchive_memo", memo_id)
    return back(request)


def unarchive_memo(request: Request, memo_id: int) -> Response:
    """Take it out again."""
    with request.writing() as write:
        service.unarchive(write, memo_id)
    return back(request)


def trash_memo(request: Request, memo_id: int) -> Response:
    """Throw it away, for now."""
    with request.writing() as write:
        service.trash(write, memo_id)
    offer_undo(request, translate(request, "The memo is in the trash."), "restore_memo", memo_id)
    return redirect(request.url_for(".board"), 303) if is_about(request, memo_id) else back(request)


def restore_memo(request: Request, memo_id: int) -> Response:
    """Take it out of the trash."""
    with request.writing() as write:
        service.restore(write, memo_id)
    return back(request)


def delete_memo(request: Request, memo_id: int) -> Any:
    """Delete a trashed memo for ever, after asking."""
    if request.form.get("confirm") != "yes":
        memo = service.get(request.reading, request.reader.id, memo_id)
        if memo.trashed_at is None:
            raise service.NotInTrash
        return ask(
            request,
            translate(request, "Delete this memo for ever?"),
            translate(request, "It cannot be brought back."),
            translate(request, "Delete for ever"),
        )
    with request.writing() as write:
        service.delete(write, memo_id)
    flash(request, translate(request, "The memo is deleted."), "success")
    return redirect(request.url_for(".trash"), 303)


def empty_trash(request: Request) -> Any:
    """Delete everything in the trash for ever, after asking."""
    if request.form.get("confirm") != "yes":
        return ask(
            request,
            translate(request, "Empty the trash?"),
            translate(request, "Every memo in the trash is deleted and cannot be brought back."),
            translate(request, "Empty the trash"),
        )
    with request.writing() as write:
        count = service.empty_trash(write)
    flash(
        request,
        translate_many(request, "%(num)d memo is deleted.", "%(num)d memos are deleted.", count),
        "success",
    )
    return redirect(request.url_for(".trash"), 303)


def ask(request: Request, question: str, detail: str, confirm_label: str) -> str:
    """The question as a page whose form is sent to the same address with `confirm=yes`."""
    return render_template(
        request,
        "confirm.html",
        question=question,
        detail=detail,
        action=request.root_path + request.path,
        confirm_label=confirm_label,
        cancel_url=request.url_for(".trash"),
    )


def copy_memo(request: Request, memo_id: int) -> Response:
    """Make another one like it."""
    with request.writing() as write:
        service.copy(write, memo_id)
    flash(request, translate(request, "The memo is copied."), "success")
    return back(request)


def color_memo(request: Request, memo_id: int) -> Response:
    """Paint it."""
    form = read_form(request, ColorForm)
    with request.writing() as write:
        service.set_color(write, memo_id, form.color)
    return back(request)


def move_memo(request: Request, memo_id: int) -> Response:
    """Set it before or after another one."""
    form = read_form(request, MoveForm)
    with request.writing() as write:
        service.move(write, memo_id, before=form.before, after=form.after)
    return back(request)


def offer_undo(request: Request, text: str, view: str, memo_id: int) -> None:
    """A message whose button posts to the view that takes the step back."""
    flash(request, [text, request.url_for(f".{view}", memo_id=memo_id)], "undo")


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
        Rule("/memos", endpoint=create, methods=["POST"]),
        Rule("/memos/<int:memo_id>", endpoint=show, methods=["GET"]),
        Rule("/memos/<int:memo_id>", endpoint=update, methods=["POST"]),
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
    ],
)
