"""A memo as everybody else knows it, and the columns it is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from markupsafe import Markup
from sqlalchemy import func
from sqlalchemy.orm import Session

from keepwsgi.images import service as images
from keepwsgi.images.service import Image
from keepwsgi.labels import service as labels
from keepwsgi.labels.service import Label
from keepwsgi.memos.items import Items
from keepwsgi.memos.markdown import CARD_LENGTH
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.schemas import Color, Kind

_FORMATTING: Final = re.compile(r"<(?!/?p>|br>)")


class MemoNotFound(LookupError):
    """There is no such memo, or it is somebody else's: which of the two is not said."""


class Memo(NamedTuple):
    """A memo as pages and the API show it; it outlives the session it was read in.

    Made a dozen at a time for each list, which takes a frozen dataclass of so many fields ten times as long.
    """

    id: int
    kind: Kind
    title: str
    body: str
    body_html: Markup
    color: Color
    pinned: bool
    archived: bool
    trashed_at: datetime | None
    position: str
    revision: int
    created_at: datetime
    updated_at: datetime
    items: Items
    labels: tuple[Label, ...] = ()
    images: tuple[Image, ...] = ()

    @property
    def is_formatted(self) -> bool:
        """Whether the rendered body is more than the paragraphs that were typed: a link, a list, anything bold."""
        return _FORMATTING.search(self.body_html) is not None


def of_row(row: MemoRow, *, labels: tuple[Label, ...], images: tuple[Image, ...]) -> Memo:
    """Return the memo as it now stands in a write."""
    values = [*(getattr(row, column.key) for column in COLUMNS), labels, images]
    values[_HTML] = Markup(values[_HTML])  # noqa: S704 (made by memos.markdown)
    return Memo._make(values)


def of_rows(session: Session, rows: Sequence[Sequence[Any]]) -> list[Memo]:
    """Return memos of rows, with their labels and pictures: two more statements, however many memos."""
    ids = [row[0] for row in rows]
    carried, shown = labels.of_memos(session, ids), images.of_memos(session, ids)
    memos = []
    for row in rows:
        values = [*row, carried.get(row[0], ()), shown.get(row[0], ())]
        values[_HTML] = Markup(values[_HTML])  # noqa: S704 (made by memos.markdown)
        memos.append(Memo._make(values))
    return memos


# The table's columns rather than the class's attributes: on the hot path the ORM's share of a statement is as much
# as everything else.
_MEMOS: Final = MemoRow.__table__.c
COLUMNS: Final = (
    _MEMOS.id,
    _MEMOS.kind,
    _MEMOS.title,
    _MEMOS.body,
    _MEMOS.body_html,
    _MEMOS.color,
    _MEMOS.pinned,
    _MEMOS.archived,
    _MEMOS.trashed_at,
    _MEMOS.position,
    _MEMOS.revision,
    _MEMOS.created_at,
    _MEMOS.updated_at,
    _MEMOS["items"],
)
_HTML: Final = 4
# The same for a card: of a long body only what a card shows.
CARD_COLUMNS: Final = tuple(
    {
        "body": func.substr(_MEMOS.body, 1, CARD_LENGTH),
        "body_html": func.coalesce(_MEMOS.card_html, _MEMOS.body_html),
    }.get(column.key, column)
    for column in COLUMNS
)
