"""A first look through an archive: which of its files are notes, and in which order they were on the board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from keepwsgi.transfer import markdown_note, takeout_note
from keepwsgi.transfer.archive import Archive, Entry, Unreadable
from keepwsgi.transfer.attachments import Attachments
from keepwsgi.transfer.note import Note, microseconds
from keepwsgi.transfer.report import Left
from keepwsgi.transfer.takeout_note import BrokenNote, KeepNote, NotKeep

LABELS_FILE: Final = "Labels.txt"
#: Beside a note, and under its name, these say the same once more.
_TWINS: Final = frozenset((".html", ".md"))


#: What sorts notes from the bottom of the board to its top: as they were made, later ones above. Takeout does not
#: know the order they had. An export of ours does, and is put above all others.
Place = tuple[int, int, str]


class FoundNote(NamedTuple):
    """A file that is a note, and how it is read."""

    entry: Entry
    read: Callable[[bytes], Note]


#: Called now and then.
Progress = Callable[[], object]


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Found:
    """What there is in an archive: the notes, the lowest on the board first, labels, and files notes may mean."""

    notes: Sequence[FoundNote]
    labels: Sequence[str]
    attachments: Attachments
    left: Sequence[Left]


def find_notes(archive: Archive, *, progress: Progress = _nothing) -> Found:
    """Find Keep's notes, and where there are none, those of a Markdown folder."""
    found = find_takeout(archive, progress=progress)
    has_markdown = any(entry.suffix == ".md" for entry in archive.entries)
    return found if found.notes or not has_markdown else find_markdown(archive, progress=progress)


def find_takeout(archive: Archive, *, progress: Progress = _nothing) -> Found:
    """Find Keep's notes by what is in the files: Google names the folder in the user's own language."""
    left, found, labels = list(archive.left), list[tuple[Place, Entry]](), dict[str, None]()
    foreign: set[str] = set()
    jsons = [entry for entry in archive.entries if entry.suffix == ".json"]
    for entry in jsons:
        progress()
        try:
            keep = takeout_note.parse(entry.read())
        except NotKeep:
            foreign.add(entry.shown)
        except (BrokenNote, Unreadable):
            left.append(Left("broken", entry.shown))
        else:
            found.append((_order(keep), entry))
    folders = {entry.folder for _, entry in found}
    notes = {entry.path.removesuffix(".json") for entry in jsons if entry.shown not in foreign}
    others = []
    for entry in archive.entries:
        if entry.suffix == ".json":
            if entry.shown in foreign:
                left.append(Left("foreign", entry.shown))
        elif entry.name == LABELS_FILE and (entry.folder in folders or not folders):
            labels |= dict.fromkeys(_lines(entry, left))
        elif entry.suffix not in _TWINS or entry.path.removesuffix(entry.suffix) not in notes:
            others.append(entry)
    found.sort(key=lambda each: each[0])
    return Found([FoundNote(entry, _read_keep) for _, entry in found], list(labels), Attachments(others), left)


def find_markdown(archive: Archive, *, progress: Progress = _nothing) -> Found:
    """Find the notes of a Markdown folder: every `.md` file but those of folders that are hidden."""
    left, found, others = list(archive.left), list[tuple[Place, FoundNote]](), list[Entry]()
    stems = {entry.path.removesuffix(".md") for entry in archive.entries if entry.suffix == ".md"}
    for entry in archive.entries:
        progress()
        hidden = any(part.startswith(".") for part in entry.path.split("/"))
        if hidden or entry.suffix != ".md":
            # Beside a note of an export of ours, and under its name, lies the same as JSON.
            if entry.suffix != ".json" or entry.path.removesuffix(".json") not in stems:
                others.append(entry)
            continue
        read = partial(markdown_note.parse, name=entry.name.rpartition(".")[0], modified=entry.modified)
        try:
            data = entry.read()
        except Unreadable:
            left.append(Left("broken", entry.shown))
            continue
        position = markdown_note.position(data)
        made = read(data).created_at
        place = _of_ours(position) if position else (0, 0 if made is None else microseconds(made), "")
        found.append((place, FoundNote(entry, read)))
    found.sort(key=lambda each: each[0])
    return Found([each for _, each in found], [], Attachments(others), left)


def _read_keep(data: bytes) -> Note:
    return takeout_note.as_note(takeout_note.parse(data))


def _order(keep: KeepNote) -> Place:
    if keep.keepwsgi is not None and keep.keepwsgi.position:
        return _of_ours(keep.keepwsgi.position)
    return 0, keep.createdTimestampUsec or keep.userEditedTimestampUsec or 0, ""


def _of_ours(position: str) -> Place:
    # Positions grow downwards, and one that another begins with is above it.
    return 1, 0, "".join(chr(0x10FFFF - ord(letter)) for letter in position) + chr(0x10FFFF)


def _lines(entry: Entry, left: list[Left]) -> list[str]:
    try:
        text = entry.read().decode("utf-8-sig", "replace")
    except Unreadable:
        left.append(Left("broken", entry.shown))
        return []
    return [line.strip() for line in text.split("\n") if line.strip()]
