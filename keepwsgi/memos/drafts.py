"""A memo that is ready to be written: checked, its body rendered and cut into words, before a write opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from keepwsgi.database import Write
from keepwsgi.labels.schemas import LabelReference
from keepwsgi.memos.items import Items, as_text, from_text, merged, plain_text
from keepwsgi.memos.markdown import HTML_VERSION, render, render_card
from keepwsgi.memos.schemas import BODY_LONGEST, ITEMS_MOST, Color, ItemFields, Kind, MemoFields
from keepwsgi.search import service as search


class EmptyMemo(ValueError):
    """A memo has neither title nor text, item nor picture; such a memo is never kept."""


class WrongKind(ValueError):
    """`field` does not go with the kind of the memo: a checklist has items, a text has a body."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class TooManyItems(ValueError):
    """A checklist would have more than ITEMS_MOST items, or more text than a body may have."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A memo ready to be written. None is not given: unchanged, or empty in a new memo."""

    title: str | None = None
    body: str | None = None
    body_html: str | None = None
    card_html: str | None = None
    title_tokens: str | None = None
    body_tokens: str | None = None
    color: Color | None = None
    kind: Kind | None = None
    items: Sequence[ItemFields] | None = None
    labels: Sequence[str | LabelReference] | None = None
    pinned: bool | None = None
    archived: bool | None = None
    trashed_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


def prepare(fields: MemoFields) -> Draft:
    """Render the body and cut the texts into words, which may take a while, before a write opens."""
    given: dict[str, Any] = {name: getattr(fields, name) for name in fields.model_fields_set - _NOT_KEPT}
    if "title" in given:
        given["title_tokens"] = search.tokens(fields.title)
    if "body" in given:
        given |= rendered(fields.body) | {"body_tokens": search.tokens(fields.body)}
    return Draft(**given)


#: Fields that say when to write, or what else to do.
_NOT_KEPT = {"revision", "trashed"}


class Rendered(TypedDict):
    """What is kept beside a body: the whole of it and its card, as HTML."""

    body_html: str
    card_html: str | None


def rendered(body: str) -> Rendered:
    """Render a body."""
    return {"body_html": render(body), "card_html": render_card(body)}


class Content(TypedDict):
    """The columns of a memo that hold what it says."""

    kind: Kind
    body: str
    body_html: str
    card_html: str | None
    html_version: int
    items: Items
    items_made: int


EMPTY: Content = {
    "kind": "text",
    "body": "",
    "body_html": "",
    "card_html": None,
    "html_version": HTML_VERSION,
    "items": (),
    "items_made": 0,
}


def content(draft: Draft, stored: Content) -> Content:
    """Return what a memo says once the draft is applied to it; the very same object where it gives nothing.

    A draft that gives only another kind turns each line into an item, or each item into a line.
    Raises WrongKind for items of a text and for the body of a checklist, TooManyItems.
    """
    kind = draft.kind or ("checklist" if draft.items and stored is EMPTY else stored["kind"])
    if kind == "text":
        if draft.items:
            raise WrongKind("items")
        if draft.body is not None:
            # A checklist never has a body, nor a text items: what the other kind held goes.
            return _text(stored, draft.body, draft.body_html or "", draft.card_html)
        if stored["kind"] == "checklist":
            body = as_text(stored["items"])
            html = rendered(body)
            return _text(stored, body, html["body_html"], html["card_html"])
        return stored
    if draft.items is not None:
        if draft.body:
            raise WrongKind("body")
        old = stored["items"]
        items = merged(old, draft.items, made=stored["items_made"])
    elif draft.body is not None and (draft.body or stored["kind"] == "text"):
        if stored["kind"] == "checklist":
            raise WrongKind("body")
        items = from_text(draft.body, made=stored["items_made"]) if draft.body else ()
    elif stored["kind"] == "text":
        items = from_text(stored["body"], made=stored["items_made"]) if stored["body"] else ()
    else:
        return stored
    return checklist(stored, items)


def checklist(stored: Content, items: Items) -> Content:
    """Return a memo's content as these items. Raises TooManyItems."""
    if len(items) > ITEMS_MOST or len(as_text(items)) > BODY_LONGEST:
        raise TooManyItems
    made = max([stored["items_made"], *(item.id for item in items)])
    return {**EMPTY, "kind": "checklist", "items": items, "items_made": made}


def _text(stored: Content, body: str, body_html: str, card_html: str | None) -> Content:
    made = {"items_made": stored["items_made"]}
    return {**EMPTY, "body": body, "body_html": body_html, "card_html": card_html, **made}  # type: ignore[typeddict-item]


def says_nothing(title: str, of: Content) -> bool:
    """Whether a memo without pictures would be empty."""
    return not title.strip() and not of["body"].strip() and not any(item.text.strip() for item in of["items"])


def searchable(of: Content) -> str:
    """Return what a memo is found by beside its title and labels, as tokens."""
    return search.tokens(plain_text(of["items"]) if of["kind"] == "checklist" else of["body"])


def new_columns(write: Write, draft: Draft, of: Content, *, position: str) -> dict[str, Any]:
    """Return all columns of a new memo but its id."""
    archived = bool(draft.archived)
    return {
        "user_id": write.owner,
        "title": draft.title or "",
        **of,
        "color": draft.color or "default",
        "pinned": bool(draft.pinned) and not archived and draft.trashed_at is None,
        "archived": archived,
        "trashed_at": draft.trashed_at,
        "position": position,
        "revision": write.stamp,
        "created_at": draft.created_at or write.now,
        "updated_at": draft.updated_at or write.now,
    }
