"""One memo to read and to edit, and what becomes of an edit that cannot be saved: its text is never lost."""

from __future__ import annotations

from typing import Any

from keepwsgi.accounts.freshness import when_changed
from keepwsgi.accounts.layer import Request
from keepwsgi.forms import InvalidForm, read_form
from keepwsgi.layers import Response, render_template
from keepwsgi.memos import service
from keepwsgi.memos.schemas import COLORS, MemoFields
from keepwsgi.translations import translate


def show(request: Request, memo_id: int) -> Response:
    """The page of one memo, to read and to edit."""

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
        message = translate(request, "An empty note is not kept. Move it to the trash, or discard your changes.")
        return not_saved(request, memo_id, {"body": [message]}, emptied=True)
    except service.Conflict as conflict:
        draft = as_stored(conflict.current) | typed(request)
        return render_template(request, "conflict.html", memo=conflict.current, draft=draft), 409
    except service.MemoNotFound:
        return homeless(request), 404
    except service.InTrash:
        return homeless(request), 409
    return back(request)


def not_saved(
    request: Request, memo_id: int, errors: dict[str, list[str]], *, emptied: bool = False
) -> tuple[str, int]:
    """The form as it was typed, with what is wrong in it; elsewhere if the memo has been thrown away meanwhile.

    Beside an `emptied` one the trash is offered.
    """
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
    return memo_page(request, memo, draft, errors, emptied=emptied), 422


def homeless(request: Request) -> str:
    """What was typed into a memo that has been thrown away meanwhile, to be kept as a new one."""
    return render_template(
        request,
        "carried.html",
        heading=translate(request, "This note has been moved to the trash or deleted in the meantime"),
        message=translate(request, "You can keep what you typed as a new note."),
        carried={"action": request.url_for(".create"), "fields": list(typed(request).items())},
        resend=True,
    )


def memo_page(
    request: Request,
    memo: service.Memo,
    draft: dict[str, str],
    errors: dict[str, list[str]] | None = None,
    *,
    emptied: bool = False,
) -> str:
    """The page of one memo with `draft` in its fields."""
    return render_template(
        request, "memo.html", memo=memo, draft=draft, errors=errors or {}, emptied=emptied, colors=COLORS
    )


def as_stored(memo: service.Memo) -> dict[str, str]:
    """What the form of the memo holds before anything is typed."""
    return {"title": memo.title, "body": memo.body, "color": memo.color, "revision": str(memo.revision)}


def typed(request: Request) -> dict[str, str]:
    """What was sent of the text and its colour, to be shown again; a field sent twice is shown whole."""
    fields = ("title", "body", "color")
    return {name: "\n".join(request.form.getlist(name)) for name in fields if name in request.form}


def back(request: Request) -> Response:
    """303 to the page the form was on, or to the board."""
    return request.back_to(request.form.get("next"))
