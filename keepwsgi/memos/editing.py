"""One memo to read and to edit, and what becomes of an edit that cannot be saved: its text is never lost."""

from __future__ import annotations

from typing import Any

from keepwsgi.accounts.freshness import when_changed
from keepwsgi.accounts.layer import Request
from keepwsgi.forms import InvalidForm, read_form
from keepwsgi.labels import service as labels
from keepwsgi.layers import Response, render_template
from keepwsgi.memos import service
from keepwsgi.memos.items import as_text
from keepwsgi.memos.schemas import COLORS, ITEMS_MOST, MemoForm
from keepwsgi.memos.typed import WHOLE, as_fields, as_rows, is_item_field, typed_items, typed_text, with_ticks
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
        items = typed_items(request.form)
        also = {} if items is None else {"items": as_fields(items)}
        fields = read_form(request, MemoForm, ignore=is_item_field, lists={"label": "labels"}, also=also)
        changes = service.prepare(fields)
        with request.writing() as write:
            memo = service.update(write, memo_id, changes, fields.revision)
            if fields.pinned not in (None, memo.pinned):
                (service.pin if fields.pinned else service.unpin)(write, memo_id)
    except InvalidForm as error:
        return not_saved(request, memo_id, error.errors)
    except service.EmptyMemo:
        message = translate(request, "An empty note is not kept. Move it to the trash, or discard your changes.")
        return not_saved(request, memo_id, {"body": [message]}, emptied=True)
    except service.TooManyItems:
        return not_saved(request, memo_id, {"body": [too_many(request)]})
    except labels.TooManyLabels:
        message = translate(request, "You have as many labels as there can be.")
        return not_saved(request, memo_id, {"label": [message]})
    except service.Conflict as conflict:
        return conflict_page(request, conflict.current), 409
    except service.MemoNotFound:
        return homeless(request), 404
    except service.InTrash:
        return homeless(request), 409
    return back(request)


def too_many(request: Request) -> str:
    """A checklist is full."""
    return translate(request, "A list can have at most %(most)s items.", most=f"{ITEMS_MOST:,}")


def conflict_page(request: Request, memo: service.Memo) -> str:
    """Both texts, the one that is stored and the one that was typed; a checklist as lines."""
    draft = as_stored(memo) | typed(request)
    items = typed_items(request.form)
    return render_template(
        request,
        "conflict.html",
        memo=memo,
        draft=draft,
        field="body" if items is None else WHOLE,
        typed_text=draft["body"] if items is None else as_text(with_ticks(items, memo.items)),
        stored_text=memo.body or as_text(memo.items),
    )


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
    fields = typed_note(request)
    labels_typed = [("label", name) for name in request.form.getlist("label") if name.strip()]
    return render_template(
        request,
        "carried.html",
        heading=translate(request, "This note has been moved to the trash or deleted in the meantime"),
        message=translate(request, "You can keep what you typed as a new note."),
        carried={"action": request.url_for(".create"), "fields": [*fields.items(), *labels_typed]},
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
    items = typed_items(request.form) if request.method == "POST" else None
    return render_template(
        request,
        "memo.html",
        memo=memo,
        draft=draft,
        rows=as_rows(memo.items if items is None else items, memo.items),
        errors=errors or {},
        emptied=emptied,
        colors=COLORS,
    )


def as_stored(memo: service.Memo) -> dict[str, str]:
    """What the form of the memo holds before anything is typed."""
    return {"title": memo.title, "body": memo.body, "color": memo.color, "revision": str(memo.revision)}


def typed(request: Request) -> dict[str, str]:
    """What was sent of the text and its colour, to be shown again; a field sent twice is shown whole.

    The items of a checklist are one text.
    """
    fields = ("title", "body", "color", "kind")
    found = {name: "\n".join(request.form.getlist(name)) for name in fields if name in request.form}
    items = typed_items(request.form)
    return found if items is None else found | {WHOLE: typed_text(items)}


def typed_note(request: Request) -> dict[str, str]:
    """The same for a new memo, of whose list each line of the body is an item."""
    fields = typed(request)
    if WHOLE in fields:
        fields |= {"kind": "checklist", "body": fields.pop(WHOLE)}
    return fields | ({"pinned": request.form["pinned"]} if "pinned" in request.form else {})


def back(request: Request) -> Response:
    """303 to the page the form was on, or to the board."""
    return request.back_to(request.form.get("next"))
