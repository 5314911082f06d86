"""What came of moving in: how many notes, pictures and labels, and what was left behind and why, file by file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, get_args

from keepwsgi.forms import N_

Reason = Literal[
    "known",
    "duplicate",
    "empty",
    "broken",
    "refused",
    "missing",
    "audio",
    "picture",
    "sharees",
    "format",
    "label",
    "unknown",
    "characters",
    "foreign",
    "unsafe",
    "link",
    "encrypted",
    "bomb",
    "damaged",
]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

#: What each reason says, over the list of its files.
MEANINGS: Final[dict[Reason, str]] = {
    "known": N_("Here already from before"),
    "duplicate": N_("In the archive more than once"),
    "empty": N_("Notes without anything to keep"),
    "broken": N_("Files that cannot be read"),
    "refused": N_("Notes that are larger than a note can be"),
    "missing": N_("Pictures that are not in the archive"),
    "audio": N_("Recordings and other files: only pictures are kept"),
    "picture": N_("Pictures that cannot be kept"),
    "sharees": N_("Shared notes: they are yours alone here"),
    "format": N_("Formatting that Markdown does not have"),
    "label": N_("Labels that cannot be kept"),
    "unknown": N_("Details that have no place here"),
    "characters": N_("Characters that cannot be stored, replaced by �"),
    "foreign": N_("Files that are not notes"),
    "unsafe": N_("Refused: the path leads out of the archive"),
    "link": N_("Refused: a link to another file"),
    "encrypted": N_("Refused: encrypted"),
    "bomb": N_("Refused: far larger unpacked than packed"),
    "damaged": N_("Archives that cannot be read"),
}

#: Lines kept for one reason; of more only their number.
LINES_MOST: Final = 1_000
_LONGEST: Final = 300


class Left(NamedTuple):
    """Something that was left behind: why, of which file, and what of it ("" for the file itself)."""

    reason: Reason
    file: str
    detail: str = ""


@dataclass(slots=True)
class Reasoned:
    """All that was left behind for one reason: how often, and the files with their details."""

    count: int = 0
    lines: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """Counts of what was taken, and what was left, by reason."""

    notes: int = 0
    pictures: int = 0
    labels: int = 0
    left: dict[Reason, Reasoned] = field(default_factory=dict)

    def leave(self, lines: Iterable[Left]) -> None:
        """Note what was left behind. The same line is noted once: work that was interrupted is begun again."""
        for reason, file, detail in lines:
            of = self.left.setdefault(reason, Reasoned())
            line = (_printable(file), _printable(detail))
            if line not in of.lines:
                of.count += 1
                if len(of.lines) < LINES_MOST:
                    of.lines.append(line)

    def lines(self) -> Iterator[str]:
        """The report for a terminal."""
        yield f"Moved in: notes {self.notes}, pictures {self.pictures}, labels {self.labels}."
        for reason, of in self.left.items():
            yield f"\n{MEANINGS[reason]}: {of.count}"
            yield from (f"  {file}: {detail}" if detail else f"  {file}" for file, detail in of.lines)
            if of.count > len(of.lines):
                yield f"  and {of.count - len(of.lines)} more"

    def as_json(self) -> dict[str, Any]:
        """The report as JSON has it."""
        left = {reason: [of.count, of.lines] for reason, of in self.left.items()}
        return {"notes": self.notes, "pictures": self.pictures, "labels": self.labels, "left": left}

    @classmethod
    def of(cls, said: dict[str, Any]) -> Report:
        """The report that `as_json` gave."""
        left = {
            reason: Reasoned(count, [(file, detail) for file, detail in lines])
            for reason, (count, lines) in said["left"].items()
        }
        return cls(said["notes"], said["pictures"], said["labels"], left)


def _printable(text: str) -> str:
    """A file's name as a page or a terminal can show it: one line, not endless, without control characters."""
    text = "".join(character if character.isprintable() else "�" for character in text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
