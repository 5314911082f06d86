"""One memo to read and to edit, and what becomes of an edit that cannot be saved: its text is never lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keepwsgi.accounts.freshness import when_changed
from keepwsgi.accounts.layer import Request
from keepwsgi.forms import InvalidForm, read_form
from keepwsgi.labels import service as labels
from keepwsgi.layers import Response, render_template
from keepwsgi.memos import service
from keepwsgi.memos.items import Item, Items, as_text, from_text
from keepwsgi.memos.schemas import COLORS, ITEMS_MOST, MemoFields
from keepwsgi.translations import translate

# Fields of a checklist's form: the text of an item by its id, whether it is indented, the ids in the order of the
# list (a page shows the ticked ones last), lines to be added; or the whole list as text.
ITEM, INDENT, ORDER, NEW, WHOLE = "item.", "indent.", "items_order", "items_new", "items_text"


def show(request: Request, memo_id: int) -> Response:
    """The page of one memo, to read and to edit."""

    def render() -> str:
        memo = service.get(request.reading, request.reader.id, memo_id)
        return memo_page(request, memo, as_stored(memo))

    return when_changed(request, render)


def update(request: Request, memo_id: int) -> Any:
    """Save an edit, unless somebody else has changed the memo since the form was made."""
    try:
        items = typed_items(request)
        also = {} if items is None else {"items": [as_fields(item) for item in items]}
        fields = read_form(request, MemoFields, ignore=is_item_field, lists={"label": "labels"}, also=also)
        changes = service.prepare(fields)
        with request.writing() as write:
            service.update(write, memo_id, changes, fields.revision)
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
    items = typed_items(request)
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
    fields = typed(request)
    if WHOLE in fields:
        fields |= {"kind": "checklist", "body": fields.pop(WHOLE)}
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
    items = typed_items(request) if request.method == "POST" else None
    return render_template(
        request,
        "memo.html",
        memo=memo,
        draft=draft,
        items=memo.items if items is None else with_ticks(items, memo.items),
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
    items = typed_items(request)
    return found if items is None else found | {WHOLE: as_text(items)}


def typed_items(request: Request) -> Items | None:
    """The items of a posted form, in its order, an emptied one left out; 0 is the id of a new one.

    None where the form is not that of a checklist.
    """
    form = request.form
    if WHOLE in form:
        return tuple(
            Item(0, item.text, item.checked, item.indent) for item in from_text(form[WHOLE].replace("\r\n", "\n"))
        )
    if not any(is_item_field(name) for name in form):
        return None
    items = []
    for number in in_order(form):
        indent = int(f"{INDENT}{number}" in form)
        # A line that was begun in an item is an item of its own.
        for index, line in enumerate(lines(form[f"{ITEM}{number}"])):
            items.append(Item(0 if index else int(number[:20]), line, indent=indent))
    items += [Item(0, line) for line in lines(form.get(NEW, ""))]
    return tuple(items)


def in_order(form: Mapping[str, str]) -> list[str]:
    """The ids of the posted items: in the order that the form tells, else in that of its fields."""
    places = {number: place for place, number in enumerate(form.get(ORDER, "").split())}
    numbers = [name.removeprefix(ITEM) for name in form if name.startswith(ITEM)]
    return sorted(filter(str.isdecimal, numbers), key=lambda number: places.get(number, len(places)))


def lines(text: str) -> list[str]:
    """The lines of a text that are not blank."""
    return [line for line in text.splitlines() if line.strip()]


def as_fields(item: Item) -> dict[str, str]:
    """An item as a form sends it; a form says nothing of the tick of an item that is there."""
    fields = {"text": item.text, "indent": str(item.indent)}
    return fields | ({"id": str(item.id)} if item.id else {"checked": str(item.checked).lower()})


def with_ticks(items: Items, stored: Items) -> Items:
    """The typed items with the ticks of the stored ones."""
    ticks = {item.id: item.checked for item in stored}
    return tuple(Item(item.id, item.text, ticks.get(item.id, item.checked), item.indent) for item in items)


def is_item_field(name: str) -> bool:
    """Whether a field of the form belongs to the items of a checklist."""
    return name.startswith((ITEM, INDENT)) or name in (ORDER, NEW, WHOLE)


def back(request: Request) -> Response:
    """303 to the page the form was on, or to the board."""
    return request.back_to(request.form.get("next"))
