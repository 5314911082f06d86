"""A note on its way in, whatever it was written in: what Takeout's JSON and a Markdown file have in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from keepwsgi.transfer.report import Reason

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class NoteItem:
    """A line of a checklist; `indent` is 0 or 1."""

    text: str
    checked: bool = False
    indent: int = 0


class Attachment(NamedTuple):
    """A file that belongs to a note: its path as the note gives it, and its MIME type or "".

    `written` is what the body says in its place, and need not say once the picture is there.
    """

    path: str
    type: str = ""
    written: str = ""


@dataclass(slots=True)
class Note:
    """A note as it was read. `items` is None for a text; moments are None where the file does not know them.

    `left` is what it has and we do not, with a detail for the report.
    `own_id` is the memo's id where the file is an export of ours.
    """

    title: str = ""
    body: str = ""
    items: Sequence[NoteItem] | None = None
    color: str = "default"
    labels: Sequence[str] = ()
    pinned: bool = False
    archived: bool = False
    trashed: bool = False
    trashed_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    attachments: Sequence[Attachment] = ()
    own_id: int | None = None
    left: list[tuple[Reason, str]] = field(default_factory=list)


def identity(note: Note) -> str:
    """What tells a note from all others, as SHA-256 in hex: when it was made and what it says.

    Ticks, colour, labels and place are not in it: a note of which only those have changed is the same note.
    """
    made = note.created_at or note.updated_at
    texts = None if note.items is None else [item.text for item in note.items]
    said = [None if made is None else microseconds(made), note.title, note.body, texts, note.own_id]
    if not note.title and not note.body and not texts:
        said.append([attachment.path for attachment in note.attachments])
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def microseconds(moment: datetime) -> int:
    """A moment as Takeout writes it: microseconds since 1970."""
    return (moment - EPOCH) // _MICROSECOND


def moment(microseconds: int | None) -> datetime | None:
    """The moment so many microseconds after 1970; None for what cannot be one, such as Takeout's 0."""
    if microseconds is None or microseconds <= 0:
        return None
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None
