"""The items of a checklist as the forms of a memo send them: one field for each thing said of each item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from keepwsgi.memos.items import Item, Items, as_text, from_text

# The text of an item by its id, or by "new1", "new2", … where it has none yet; whether it is indented; whether it
# is ticked, 1 or 0, where that is said; the ids in the order of the list (a page shows the ticked ones last);
# lines to be added; or the whole list as text.
ITEM, INDENT, TICK, ORDER, NEW, WHOLE = "item.", "indent.", "tick.", "items_order", "items_new", "items_text"
_NEW_ID = "new"


@dataclass(frozen=True, slots=True)
class TypedItem:
    """An item as it was typed; a new one has the id 0. `checked` is None where the form says nothing of it."""

    id: int
    text: str
    checked: bool | None = None
    indent: int = 0


class Row(NamedTuple):
    """An item as a form shows it; `tick_said`: its tick is to be sent, for it is not the stored one."""

    token: str
    is_stored: bool
    text: str
    checked: bool
    indent: int
    tick_said: bool


def typed_items(form: Mapping[str, str]) -> list[TypedItem] | None:
    """The items of a posted form, in its order, an emptied one left out.

    None where the form is not that of a checklist.
    """
    if WHOLE in form:
        return [
            TypedItem(0, item.text, item.checked, item.indent)
            for item in from_text(form[WHOLE].replace("\r\n", "\n"))
        ]
    if not any(is_item_field(name) for name in form):
        return None
    items = []
    for token in _in_order(form):
        item_id = 0 if token.startswith(_NEW_ID) else int(token[:20])
        tick = form.get(f"{TICK}{token}")
        said = TypedItem(item_id, "", None if tick is None else tick == "1", int(f"{INDENT}{token}" in form))
        # A line that was begun in an item is an item of its own.
        for index, line in enumerate(_lines(form[f"{ITEM}{token}"])):
            items.append(replace(said, text=line, id=0 if index else item_id))
    items += [TypedItem(0, line) for line in _lines(form.get(NEW, ""))]
    return items


def as_fields(items: Sequence[TypedItem]) -> list[dict[str, str]]:
    """The items for the model of a memo; what is not said of one that is there stays as it was."""
    return [
        {"text": item.text, "indent": str(item.indent)}
        | ({"id": str(item.id)} if item.id else {})
        | ({} if item.checked is None else {"checked": str(item.checked).lower()})
        for item in items
    ]


def with_ticks(items: Sequence[TypedItem], stored: Items = ()) -> Items:
    """The typed items with the ticks of the stored ones where they say nothing of their own."""
    ticks = {item.id: item.checked for item in stored}
    return tuple(
        Item(item.id, item.text, ticks.get(item.id, False) if item.checked is None else item.checked, item.indent)
        for item in items
    )


def as_rows(items: Iterable[Item | TypedItem], stored: Items) -> list[Row]:
    """The items as rows of the form of a memo that has those stored."""
    ticks = {item.id: item.checked for item in stored}
    rows = []
    made = 0
    for item in items:
        if item.id not in ticks:
            made += 1
        token = str(item.id) if item.id in ticks else f"{_NEW_ID}{made}"
        before = ticks.get(item.id, False)
        checked = before if item.checked is None else item.checked
        rows.append(Row(token, item.id in ticks, item.text, checked, item.indent, checked != before))
    return rows


def typed_text(items: Sequence[TypedItem]) -> str:
    """The typed items as text, one a line."""
    return as_text(with_ticks(items))


def is_item_field(name: str) -> bool:
    """Whether a field of the form belongs to the items of a checklist."""
    return name.startswith((ITEM, INDENT, TICK)) or name in (ORDER, NEW, WHOLE)


def _in_order(form: Mapping[str, str]) -> list[str]:
    """The ids of the posted items: in the order that the form tells, else in that of its fields."""
    places = {token: place for place, token in enumerate(form.get(ORDER, "").split())}
    tokens = [name.removeprefix(ITEM) for name in form if name.startswith(ITEM)]
    known = [token for token in tokens if token.removeprefix(_NEW_ID).isdecimal()]
    return sorted(known, key=lambda token: places.get(token, len(places)))


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
