"""Stand-in until the search room is here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from keepwsgi.database import Write


@dataclass(frozen=True, slots=True)
class Document:
    memo_id: int
    user_id: int
    created_at: datetime
    flags: str
    title: str
    body: str
    labels: str


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    terms: tuple[Any, ...] = ()
    filters: tuple[Any, ...] = ()
    problems: tuple[Any, ...] = ()
    label_names: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.text


def tokens(text: str) -> str:
    return text


def flags(**given: Any) -> str:
    return ""


def label_flag(label_id: int) -> str:
    return f".l{label_id}"


def put(write: Write, documents: Iterable[Document]) -> None:
    list(documents)


def change(write: Write, memo_id: int, **columns: str | None) -> None:
    pass


def change_many(write: Write, rows: Iterable[dict[str, Any]]) -> None:
    list(rows)


def clear(write: Write) -> None:
    pass


def parse(text: str) -> Query:
    return Query(text)


def find(
    session: Session,
    user_id: int,
    query: Query,
    *,
    view: Literal["active", "archived", "trashed"] | None,
    label_ids: Mapping[str, int],
    label_id: int | None = None,
    limit: int,
    before_id: int | None,
) -> list[int]:
    return []


def mark(text: str, query: Query) -> Markup:
    return escape(text)


def mark_html(html: Markup, query: Query) -> Markup:
    return html


def excerpt(text: str, query: Query, *, length: int = 2000) -> Markup | None:
    return None
