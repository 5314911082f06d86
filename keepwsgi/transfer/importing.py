"""Notes of an archive become memos: some at a time, each whole or not at all, none of them twice.

What takes time is done before a write opens: reading, Markdown, pictures. Then some notes are written together
with the word of where they came from; whatever interrupts this, the next run goes on after the last write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from sqlalchemy import insert

from keepwsgi.database import Database, Write
from keepwsgi.fields import name_key
from keepwsgi.images import service as images
from keepwsgi.labels import service as labels
from keepwsgi.memos import bulk
from keepwsgi.transfer.archive import Entry, Unreadable
from keepwsgi.transfer.drafting import Drafting, Ready, proper_labels
from keepwsgi.transfer.known import imported, known
from keepwsgi.transfer.late_pictures import LatePictures, late_pictures
from keepwsgi.transfer.models import ImportedNote
from keepwsgi.transfer.note import Note, identity
from keepwsgi.transfer.report import Left, Report
from keepwsgi.transfer.scanning import LABELS_FILE, Found, FoundNote
from keepwsgi.transfer.takeout_note import BrokenNote

#: Notes written together, and the pictures put into the store for one write.
NOTES_AT_ONCE: Final = 200
PICTURES_AT_ONCE: Final = 100

Progress = Callable[[int], object]


@dataclass(slots=True)
class Batch:
    """What is to be written together, how many notes were looked at for it, and what of those was left behind."""

    notes: list[Ready] = field(default_factory=list)
    late: list[LatePictures] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    looked_at: int = 0
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class Importer:
    """Who moves in, and where to: `largest` is the most bytes a picture may have.

    `record` is called in each write with the report as it will be when that write is committed; what it raises
    undoes the write. `progress` is told how many more notes are done, and that there is life with 0.
    """

    database: Database
    store: images.Store
    user_id: int
    largest: int
    job_id: int | None = None
    record: Callable[[Write, Report], object] = lambda write, report: None
    progress: Progress = lambda count: None

    def run(self, found: Found, report: Report | None = None) -> Report:
        """Write everything that was found; `report` is that of a run which this one goes on with.

        Raises StoreUnavailable, DatabaseUnavailable, UserGone: running it again goes on.
        """
        report = report or Report()
        report.leave(found.left)
        drafting = Drafting(found.attachments, self.store, self.largest)
        for batch in self._batches(found, drafting):
            report.leave(batch.left)
            if batch.notes or batch.late:
                with self.database.writing(self.user_id) as write:
                    self._write(write, batch.notes, report)
                    report.pictures += sum(late.add(write, self.store) for late in batch.late)
                    self.record(write, report)
            self.progress(batch.looked_at)
        report.leave(Left("foreign", entry.shown) for entry in found.attachments.unused)
        names, left = proper_labels(found.labels, LABELS_FILE)
        report.leave(left)
        if names:
            with self.database.writing(self.user_id) as write:
                self._make_labels(write, names, report)
                self.record(write, report)
        return report

    def _batches(self, found: Found, drafting: Drafting) -> Iterator[Batch]:
        seen: set[str] = set()
        waiting = iter(found.notes)
        while some := list(islice(waiting, NOTES_AT_ONCE)):
            batch = Batch()
            read = list(_read(some, seen, batch))
            with self.database.reading() as session:
                here = known(session, self.user_id, [(note, key) for _, note, key in read])
            for entry, note, key in read:
                batch.looked_at += 1
                if key in here:
                    if here[key].job_id is None or here[key].job_id != self.job_id:
                        batch.left.append(Left("known", entry.shown))
                    batch.late += late_pictures(entry, note, key, here[key], drafting)
                    continue
                self.progress(0)
                ready = drafting.ready(entry, note, key, now=self.database.now())
                if isinstance(ready, Ready):
                    batch.notes.append(ready)
                    batch.pictures += len(ready.pictures)
                else:
                    batch.left += ready
                if batch.pictures >= PICTURES_AT_ONCE:
                    yield batch
                    batch = Batch()
            yield batch

    def _write(self, write: Write, notes: Sequence[Ready], report: Report) -> None:
        here = imported(write.session, self.user_id, [each.identity for each in notes])
        new = [each for each in notes if each.identity not in here]
        if not new:
            return
        room = _Room(write)
        pictured = []
        for each in new:
            report.leave(each.left)
            names = [name for name in each.draft.labels or () if isinstance(name, str)]
            fitting = [name for name in names if room.has_for(name)]
            report.leave(Left("label", each.file, name) for name in names if name not in fitting)
            pictured.append((replace(each.draft, labels=fitting), each.pictures))
        ids = bulk.insert_pictured(write, self.store, pictured)
        rows = [
            {
                "user_id": self.user_id,
                "identity": each.identity,
                "memo_id": memo_id,
                "job_id": self.job_id,
                "missing": json.dumps(each.missing),
            }
            for each, memo_id in zip(new, ids, strict=True)
        ]
        write.session.execute(insert(ImportedNote), rows)
        report.notes += len(ids)
        report.pictures += sum(len(each.pictures) for each in new)
        report.labels += room.made

    def _make_labels(self, write: Write, names: Iterable[str], report: Report) -> None:
        room = _Room(write)
        for name in names:
            is_new = room.is_new(name)
            if not room.has_for(name):
                report.leave([Left("label", LABELS_FILE, name)])
            elif is_new:
                labels.create(write, name)
        report.labels += room.made


class _Room:
    """Which labels there are, and whether there is room for another one."""

    def __init__(self, write: Write) -> None:
        self._keys = {name_key(label.name) for label in labels.list_all(write.session, write.owner)}
        self.made = 0

    def is_new(self, name: str) -> bool:
        return name_key(name) not in self._keys

    def has_for(self, name: str) -> bool:
        """Say whether there can be a label of this name; if it is a new one, there is one now."""
        if self.is_new(name):
            if len(self._keys) >= labels.LABELS_MOST:
                return False
            self._keys.add(name_key(name))
            self.made += 1
        return True


def _read(some: Sequence[FoundNote], seen: set[str], batch: Batch) -> Iterator[tuple[Entry, Note, str]]:
    """The notes of some files, with their identities, each once; what is no note goes into the batch's `left`."""
    for entry, read in some:
        try:
            note = read(entry.read())
        except (BrokenNote, Unreadable):
            batch.left.append(Left("broken", entry.shown))
        else:
            key = identity(note)
            if key not in seen:
                seen.add(key)
                yield entry, note, key
                continue
            batch.left.append(Left("duplicate", entry.shown))
        batch.looked_at += 1
