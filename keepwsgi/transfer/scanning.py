"""A first look through an archive: which of its files are notes, and in which order they were on the board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from keepwsgi.transfer import takeout_note
from keepwsgi.transfer.archive import Archive, Entry, Unreadable
from keepwsgi.transfer.attachments import Attachments
from keepwsgi.transfer.note import Note
from keepwsgi.transfer.report import Left, Reason
from keepwsgi.transfer.takeout_note import BrokenNote, KeepNote, NotKeep

LABELS_FILE: Final = "Labels.txt"
#: Beside a note, and under its name, these say the same once more.
_TWINS: Final = frozenset((".html", ".md"))


class FoundNote(NamedTuple):
    """A file that is a note, and how it is read."""

    entry: Entry
    read: Callable[[bytes], Note]


@dataclass(frozen=True, slots=True)
class Found:
    """What there is in an archive: the notes, the lowest on the board first, labels, and files notes may mean."""

    notes: Sequence[FoundNote]
    labels: Sequence[str]
    attachments: Attachments
    left: Sequence[Left]


def find_takeout(archive: Archive) -> Found:
    """Find Keep's notes by what is in the files: Google names the folder in the user's own language."""
    left, found, labels = list(archive.left), list[tuple[tuple[int, int, str], Entry]](), dict[str, None]()
    places: dict[str, Reason] = {}
    for entry in archive.entries:
        if entry.suffix != ".json":
            continue
        try:
            keep = takeout_note.parse(entry.read())
        except NotKeep:
            places[entry.shown] = "foreign"
        except (BrokenNote, Unreadable):
            left.append(Left("broken", entry.shown))
            places[entry.shown] = "broken"
        else:
            found.append((_order(keep), entry))
    folders = {entry.folder for _, entry in found}
    notes = {(entry.folder, entry.name.removesuffix(".json")) for _, entry in found}
    others = []
    for entry in archive.entries:
        if entry.suffix == ".json":
            if places.get(entry.shown) == "foreign":
                left.append(Left("foreign", entry.shown))
        elif entry.folder in folders and entry.name == LABELS_FILE:
            labels |= dict.fromkeys(_lines(entry, left))
        elif entry.suffix not in _TWINS or (entry.folder, entry.name.rpartition(".")[0]) not in notes:
            others.append(entry)
    found.sort(key=lambda each: each[0])
    return Found([FoundNote(entry, _read_keep) for _, entry in found], list(labels), Attachments(others), left)


def _read_keep(data: bytes) -> Note:
    return takeout_note.as_note(takeout_note.parse(data))


def _order(keep: KeepNote) -> tuple[int, int, str]:
    """What sorts notes from the bottom of the board to its top: as they were made, later ones above.

    Takeout does not know the order they had. An export of ours does, and is put above all others.
    """
    if keep.keepwsgi is not None and keep.keepwsgi.position:
        return 1, 0, "".join(chr(0x10FFFF - ord(letter)) for letter in keep.keepwsgi.position) + chr(0x10FFFF)
    return 0, keep.createdTimestampUsec or keep.userEditedTimestampUsec or 0, ""


def _lines(entry: Entry, left: list[Left]) -> list[str]:
    try:
        text = entry.read().decode("utf-8-sig", "replace")
    except Unreadable:
        left.append(Left("broken", entry.shown))
        return []
    return [line.strip() for line in text.split("\n") if line.strip()]
