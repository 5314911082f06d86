"""A memo that is ready to be written: checked, and its body rendered, before a write opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from keepwsgi.database import Write
from keepwsgi.memos.markdown import HTML_VERSION, render, render_card
from keepwsgi.memos.schemas import Color, Kind, MemoFields


class EmptyMemo(ValueError):
    """A memo has neither title nor body; such a memo is never kept."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A memo ready to be written, its body rendered. None is not given: unchanged, or empty in a new memo."""

    title: str | None = None
    body: str | None = None
    body_html: str | None = None
    card_html: str | None = None
    color: Color | None = None
    kind: Kind | None = None
    pinned: bool = False
    archived: bool = False
    trashed_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether a new memo made of this would hold nothing."""
        return not (self.title or "").strip() and not (self.body or "").strip()


def prepare(fields: MemoFields) -> Draft:
    """Render the body, which may take a while, before a write opens."""
    given = fields.model_dump(include=fields.model_fields_set - {"revision"})
    if "body" in given:
        given |= rendered(fields.body)
    return Draft(**given)


class Rendered(TypedDict):
    """What is kept beside a body: the whole of it and its card, as HTML."""

    body_html: str
    card_html: str | None


def rendered(body: str) -> Rendered:
    """Render a body."""
    return {"body_html": render(body), "card_html": render_card(body)}


def new_columns(write: Write, draft: Draft, position: str) -> dict[str, Any]:
    """Return all columns of a new memo but its id."""
    return {
        "user_id": write.user_id,
        "kind": draft.kind or "text",
        "title": draft.title or "",
        "body": draft.body or "",
        "body_html": draft.body_html or "",
        "card_html": draft.card_html,
        "html_version": HTML_VERSION,
        "color": draft.color or "default",
        "pinned": draft.pinned and not draft.archived and draft.trashed_at is None,
        "archived": draft.archived,
        "trashed_at": draft.trashed_at,
        "position": position,
        "revision": stamp(write),
        "created_at": draft.created_at or write.now,
        "updated_at": draft.updated_at or write.now,
    }


def stamp(write: Write) -> int:
    """Return the revision with which the write marks what it changes."""
    assert write.revision is not None, "memos are written for a user"
    return write.revision
