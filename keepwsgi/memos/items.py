"""The items of a checklist: a list kept whole, as one JSON document in the row of its memo.

An item's id is unique in its memo and never used again. One level of indent: an indented item belongs to the
nearest one above it that is not indented.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_INDENT: Final = "  "
_TICK: Final = "[x] "


class ItemNotFound(LookupError):
    """The checklist has no such item."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist; `indent` is 0 or 1."""

    id: int
    text: str
    checked: bool = False
    indent: int = 0


class GivenItem(Protocol):
    """An item as it is sent: with the id of one that is there, or a new one. None is not said."""

    @property
    def id(self) -> int | None: ...
    @property
    def text(self) -> str: ...
    @property
    def checked(self) -> bool | None: ...
    @property
    def indent(self) -> int | None: ...


Items = tuple[Item, ...]


class ItemList(TypeDecorator[Items]):
    """A column of items, as JSON: [id, text, checked, indent] each."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Items | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        rows = [[item.id, item.text, int(item.checked), item.indent] for item in value]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Items | None:
        if value is None or value == "[]":
            return ()
        return tuple(
            Item(item_id, text, bool(checked), indent) for item_id, text, checked, indent in json.loads(value)
        )


def from_text(text: str, *, made: int = 0) -> Items:
    """Return each line of `text` as an item, with ids after `made`; `as_text` gives the same text back.

    Two spaces in front indent an item, `[x] ` ticks it.
    """
    items: list[Item] = []
    for line in text.split("\n"):
        rest, indent, checked = line, 0, False
        if items and rest.startswith(_INDENT):
            rest, indent = rest.removeprefix(_INDENT), 1
        if rest.startswith(_TICK):
            rest, checked = rest.removeprefix(_TICK), True
        made += 1
        items.append(Item(made, rest, checked, indent))
    return tuple(items)


def as_text(items: Iterable[Item]) -> str:
    """Return the items as text, one a line."""
    return "\n".join(f"{_INDENT * item.indent}{_TICK * item.checked}{item.text}" for item in items)


def plain_text(items: Iterable[Item]) -> str:
    """Return what the items say, for searching."""
    return "\n".join(item.text for item in items)


def merged(stored: Items, given: Sequence[GivenItem], *, made: int) -> Items:
    """Return the list `given`, in which an item with the id of a stored one is that one, changed.

    What is not said of such an item stays as it was. Others get ids after `made`; but a list that says what the
    stored one says is the stored one: it was sent twice.
    """
    left = {item.id: item for item in stored}
    items = []
    for each in given:
        old = left.pop(each.id, None) if each.id is not None else None
        if old is None:
            made += 1
            old = Item(made, "")
        items.append(
            Item(
                old.id,
                each.text,
                old.checked if each.checked is None else each.checked,
                old.indent if each.indent is None else each.indent,
            )
        )
    whole = rooted(items)
    return stored if _said(whole) == _said(stored) else whole


def rooted(items: Sequence[Item]) -> Items:
    """Return the items, the first of which has nothing to be indented under."""
    if items and items[0].indent:
        items = [replace(items[0], indent=0), *items[1:]]
    return tuple(items)


def ticked(items: Items, item_id: int, checked: bool) -> Items:
    """Return the items with one ticked or unticked, and with it those indented under it, as in Keep.

    Unticking one that is indented also unticks the one it stands under. Raises ItemNotFound.
    """
    index = index_of(items, item_id)
    touched = {index}
    if items[index].indent == 0:
        touched.update(_children(items, index))
    elif not checked:
        touched.update(above for above in _parent(items, index))
    return tuple(replace(item, checked=checked) if at in touched else item for at, item in enumerate(items))


def without(items: Items, item_id: int) -> Items:
    """Return the items but for one. Raises ItemNotFound."""
    index = index_of(items, item_id)
    return rooted([*items[:index], *items[index + 1 :]])


def index_of(items: Items, item_id: int) -> int:
    """Return where in the list an item stands. Raises ItemNotFound."""
    for index, item in enumerate(items):
        if item.id == item_id:
            return index
    raise ItemNotFound(item_id)


def _said(items: Items) -> list[tuple[str, bool, int]]:
    return [(item.text, item.checked, item.indent) for item in items]


def _children(items: Items, index: int) -> Iterable[int]:
    for at in range(index + 1, len(items)):
        if items[at].indent == 0:
            return
        yield at


def _parent(items: Items, index: int) -> Iterable[int]:
    for at in range(index - 1, -1, -1):
        if items[at].indent == 0:
            yield at
            return
