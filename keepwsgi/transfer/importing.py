"""Notes of an archive become memos: some at a time, each whole or not at all, none of them twice.

What takes time is done before a write opens: reading, Markdown, pictures. Then some notes are written together
with the word of where they came from; whatever interrupts this, the next run goes on after the last write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from keepwsgi.database import Database, Write
from keepwsgi.fields import name_key
from keepwsgi.images import bulk as pictures_bulk
from keepwsgi.images import service as images
from keepwsgi.images.bulk import StoredPicture
from keepwsgi.images.pictures import examine
from keepwsgi.labels import service as labels
from keepwsgi.labels.schemas import LabelFields
from keepwsgi.memos import bulk
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.schemas import LABELS_MOST, MemoFields
from keepwsgi.memos.service import Draft, prepare
from keepwsgi.transfer.archive import Entry, Unreadable
from keepwsgi.transfer.models import ImportedNote
from keepwsgi.transfer.note import Attachment, Note, identity
from keepwsgi.transfer.report import Left, Report
from keepwsgi.transfer.scanning import LABELS_FILE, Found, FoundNote
from keepwsgi.transfer.takeout_note import BrokenNote

#: Notes written together, and the pictures put into the store for one write.
NOTES_AT_ONCE: Final = 200
PICTURES_AT_ONCE: Final = 100
_NOT_PICTURES: Final = ("audio/", "video/")
_RECORDINGS: Final = frozenset((".3gp", ".aac", ".amr", ".m4a", ".mp3", ".mp4", ".ogg", ".wav", ".webm"))

Progress = Callable[[int], object]


@dataclass(slots=True)
class Ready:
    """A note ready to be written."""

    file: str
    identity: str
    draft: Draft
    pictures: list[StoredPicture]
    missing: list[str]
    left: list[Left]


@dataclass(slots=True)
class Batch:
    """Notes to be written together, how many files were looked at for them, and what of those was left behind."""

    notes: list[Ready] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    looked_at: int = 0


@dataclass(frozen=True, slots=True)
class Importer:
    """Who moves in, and where to: `largest` is the most bytes a picture may have.

    `record` is called in each write with the report as it will be when that write is committed; what it raises
    undoes the write. `progress` is told how many more notes are done, between the writes too.
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
        seen: set[str] = set()
        for batch in self._batches(found, seen):
            report.leave(batch.left)
            if batch.notes:
                with self.database.writing(self.user_id) as write:
                    self._write(write, batch.notes, report)
                    self.record(write, report)
            self.progress(batch.looked_at)
        names, left = _proper_labels(found.labels, LABELS_FILE)
        report.leave(left)
        if names:
            with self.database.writing(self.user_id) as write:
                report.labels += self._make_labels(write, names, report)
                self.record(write, report)
        return report

    def _batches(self, found: Found, seen: set[str]) -> Iterator[Batch]:
        waiting = iter(found.notes)
        while some := [note for note, _ in zip(waiting, range(NOTES_AT_ONCE), strict=False)]:
            read, batch = list[tuple[Entry, Note, str]](), Batch()
            for each in some:
                note = _read(each, batch.left)
                key = "" if note is None else identity(note)
                if note is None:
                    batch.looked_at += 1
                elif key in seen:
                    batch.looked_at += 1
                    batch.left.append(Left("duplicate", each.entry.shown))
                else:
                    seen.add(key)
                    read.append((each.entry, note, key))
            with self.database.reading() as session:
                known = _known(session, self.user_id, [(note, key) for _, note, key in read])
            for entry, note, key in read:
                batch.looked_at += 1
                if key in known:
                    if known[key] is None or known[key] != self.job_id:
                        batch.left.append(Left("known", entry.shown))
                    continue
                ready = self._ready(entry, note, key, found, batch.left)
                if ready is not None:
                    batch.notes.append(ready)
                if sum(len(each.pictures) for each in batch.notes) >= PICTURES_AT_ONCE:
                    yield batch
                    batch = Batch()
            yield batch

    def _ready(self, entry: Entry, note: Note, key: str, found: Found, left: list[Left]) -> Ready | None:
        mine = [Left(reason, entry.shown, detail) for reason, detail in note.left]
        names, unfit = _proper_labels(note.labels, entry.shown)
        mine += unfit + [Left("label", entry.shown, name) for name in names[LABELS_MOST:]]
        pictures, missing, unfit = self._pictures(entry, note, found)
        mine += unfit
        try:
            draft = _draft(note, names[:LABELS_MOST], now=self.database.now())
        except ValidationError as error:
            left.append(
                Left(
                    "refused",
                    entry.shown,
                    ", ".join(sorted({str(e["loc"][0]) for e in error.errors() if e["loc"]})),
                )
            )
            return None
        has_text = note.title.strip() or note.body.strip() or any(item.text.strip() for item in note.items or ())
        if not has_text and not pictures:
            left += [*mine, Left("empty", entry.shown)]
            return None
        return Ready(entry.shown, key, draft, pictures, missing, mine)

    def _pictures(
        self, entry: Entry, note: Note, found: Found
    ) -> tuple[list[StoredPicture], list[str], list[Left]]:
        pictures, missing, left = list[StoredPicture](), list[str](), list[Left]()
        for attachment in note.attachments:
            file = found.attachments.find(entry.folder, attachment.path)
            if file is None:
                missing.append(attachment.path)
                left.append(Left("missing", entry.shown, attachment.path))
            elif _is_recording(attachment, file):
                left.append(Left("audio", entry.shown, attachment.path))
            elif len(pictures) == images.MOST:
                left.append(Left("picture", entry.shown, attachment.path))
            else:
                try:
                    pictures.append(self._keep(file))
                except (images.InvalidPicture, Unreadable):
                    left.append(Left("picture", entry.shown, attachment.path))
        return pictures, missing, left

    def _keep(self, file: Entry) -> StoredPicture:
        def read() -> bytes:
            return examine(file.read(self.largest), largest=self.largest).data

        picture = examine(file.read(self.largest), largest=self.largest)
        return pictures_bulk.put(self.store, picture, again=read)

    def _write(self, write: Write, notes: Sequence[Ready], report: Report) -> None:
        known = _imported(write.session, self.user_id, [each.identity for each in notes])
        new = [each for each in notes if each.identity not in known]
        for each in new:
            report.leave(each.left)
        wanted = dict.fromkeys(name for each in new for name in each.draft.labels or () if isinstance(name, str))
        room = self._room(write, wanted)
        report.labels += room.made
        pictured = []
        for each in new:
            names = [name for name in each.draft.labels or () if isinstance(name, str)]
            report.leave(Left("label", each.file, name) for name in names if name_key(name) in room.full)
            fitting = [name for name in names if name_key(name) not in room.full]
            pictured.append((replace(each.draft, labels=fitting), each.pictures))
        if not pictured:
            return
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

    def _room(self, write: Write, names: Iterable[str]) -> _Room:
        there = {name_key(label.name) for label in labels.list_all(write.session, self.user_id)}
        made, full = 0, set[str]()
        for key in dict.fromkeys(map(name_key, names)):
            if key in there:
                continue
            if len(there) < labels.LABELS_MOST:
                there.add(key)
                made += 1
            else:
                full.add(key)
        return _Room(made, full)

    def _make_labels(self, write: Write, names: Sequence[str], report: Report) -> int:
        room, made = self._room(write, names), 0
        for name in names:
            if name_key(name) in room.full:
                report.leave([Left("label", LABELS_FILE, name)])
                continue
            try:
                labels.create(write, name)
                made += 1
            except labels.LabelExists:
                continue
        return made


@dataclass(frozen=True, slots=True)
class _Room:
    """How many labels there will be more, and the keys of those for which there is no room."""

    made: int
    full: set[str]


def _read(found: FoundNote, left: list[Left]) -> Note | None:
    try:
        return found.read(found.entry.read())
    except (BrokenNote, Unreadable):
        left.append(Left("broken", found.entry.shown))
        return None


def _known(session: Session, user_id: int, notes: Sequence[tuple[Note, str]]) -> dict[str, int | None]:
    """Which of the notes are here already, by identity, and the job that brought them."""
    known = _imported(session, user_id, [key for _, key in notes])
    own = {note.own_id: (key, note.created_at) for note, key in notes if note.own_id is not None}
    if own:
        mine = (MemoRow.user_id == user_id, MemoRow.id.in_(own))
        for memo_id, created_at in session.execute(select(MemoRow.id, MemoRow.created_at).where(*mine)):
            key, moment = own[memo_id]
            if moment == created_at:
                known.setdefault(key, None)
    return known


def _imported(session: Session, user_id: int, keys: Sequence[str]) -> dict[str, int | None]:
    statement = select(ImportedNote.identity, ImportedNote.job_id)
    mine = (ImportedNote.user_id == user_id, ImportedNote.identity.in_(keys))
    return {row.identity: row.job_id for row in session.execute(statement.where(*mine))} if keys else {}


def _draft(note: Note, names: Sequence[str], *, now: datetime) -> Draft:
    """The note as a memo is written. Takeout does not say when a note was thrown away: `now`.

    Raises ValidationError for what is larger than a memo may be.
    """
    fields: dict[str, Any] = {"title": note.title, "color": note.color}
    if note.items is None:
        fields |= {"kind": "text", "body": note.body}
    else:
        items = [{"text": item.text, "checked": item.checked, "indent": item.indent} for item in note.items]
        fields |= {"kind": "checklist", "items": items}
    return replace(
        prepare(MemoFields.model_validate(fields)),
        labels=list(names),
        pinned=note.pinned,
        archived=note.archived,
        created_at=note.created_at or note.updated_at,
        updated_at=note.updated_at or note.created_at,
        trashed_at=(note.trashed_at or now) if note.trashed else None,
    )


def _proper_labels(names: Iterable[str], file: str) -> tuple[list[str], list[Left]]:
    """Those of the names that labels can have, each once, and what is left behind of the others."""
    proper, left = dict[str, str](), list[Left]()
    for name in names:
        try:
            label = LabelFields(name=name).name
        except ValidationError:
            left.append(Left("label", file, name))
        else:
            proper.setdefault(name_key(label), label)
    return list(proper.values()), left


def _is_recording(attachment: Attachment, file: Entry) -> bool:
    return attachment.type.startswith(_NOT_PICTURES) or file.suffix in _RECORDINGS
