"""Where the next page of a view begins, as an opaque text for a URL."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from keepwsgi.database.text import UnstorableText, storable
from keepwsgi.database.types import is_id

View = Literal["active", "archived", "trashed"]

_LONGEST: Final = 8_000


class BadCursor(ValueError):
    """The text is no cursor, or one of another view."""


@dataclass(frozen=True, slots=True)
class BoardCursor:
    """The last memo shown of a board: by where it stands in the order of the board."""

    pinned: bool
    position: str
    id: int


@dataclass(frozen=True, slots=True)
class TrashCursor:
    """The last memo shown of the trash."""

    trashed_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class LabelCursor:
    """The last memo shown of a label's board."""

    label_id: int
    archived: bool
    pinned: bool
    position: str
    id: int


@dataclass(frozen=True, slots=True)
class FoundCursor:
    """The last memo shown of those a search found."""

    id: int


def encode_cursor(
    view: View | Literal["label", "found"], cursor: BoardCursor | TrashCursor | LabelCursor | FoundCursor
) -> str:
    """Return the cursor as text that needs no quoting in a URL."""
    place: list[Any]
    match cursor:
        case BoardCursor():
            place = [view, int(cursor.pinned), cursor.position, cursor.id]
        case TrashCursor():
            place = [view, cursor.trashed_at.isoformat(), cursor.id]
        case LabelCursor():
            place = [view, cursor.label_id, int(cursor.archived), int(cursor.pinned), cursor.position, cursor.id]
        case FoundCursor():
            place = [view, cursor.id]
    text = json.dumps(place, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_board_cursor(view: View, text: str) -> BoardCursor:
    """Return what `encode_cursor` was given for this view. Raises BadCursor for anything else."""
    match _decode(text):
        case [str(of), 0 | 1 as pinned, str(position), int(memo_id)] if of == view and is_id(memo_id):
            try:
                return BoardCursor(bool(pinned), storable(position), memo_id)
            except UnstorableText:
                raise BadCursor(text[:50]) from None
    raise BadCursor(text[:50])


def decode_label_cursor(label_id: int, text: str) -> LabelCursor:
    """Return what `encode_cursor` was given for this label. Raises BadCursor for anything else."""
    match _decode(text):
        case ["label", int(of), 0 | 1 as archived, 0 | 1 as pinned, str(position), int(memo_id)] if (
            of == label_id and is_id(memo_id)
        ):
            try:
                return LabelCursor(label_id, bool(archived), bool(pinned), storable(position), memo_id)
            except UnstorableText:
                raise BadCursor(text[:50]) from None
    raise BadCursor(text[:50])


def decode_found_cursor(text: str) -> FoundCursor:
    """Return what `encode_cursor` was given for a search. Raises BadCursor for anything else."""
    match _decode(text):
        case ["found", int(memo_id)] if is_id(memo_id):
            return FoundCursor(memo_id)
    raise BadCursor(text[:50])


def decode_trash_cursor(text: str) -> TrashCursor:
    """Return what `encode_cursor` was given for the trash. Raises BadCursor for anything else."""
    match _decode(text):
        case ["trashed", str(moment), int(memo_id)] if is_id(memo_id):
            try:
                trashed_at = datetime.fromisoformat(moment)
                if trashed_at.tzinfo is not None:
                    return TrashCursor(trashed_at.astimezone(UTC), memo_id)
            except (ValueError, OverflowError):
                pass
    raise BadCursor(text[:50])


def _decode(text: str) -> Any:
    if len(text) > _LONGEST:
        raise BadCursor(text[:50])
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        return json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise BadCursor(text[:50]) from None
