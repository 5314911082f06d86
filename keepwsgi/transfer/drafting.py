"""From a note that was read to one that is ready to be written: checked, rendered, its pictures in the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from keepwsgi.database.text import UnstorableText, storable
from keepwsgi.fields import name_key
from keepwsgi.images import bulk as pictures_bulk
from keepwsgi.images import service as images
from keepwsgi.images.bulk import StoredPicture
from keepwsgi.images.pictures import examine
from keepwsgi.labels.schemas import LabelFields
from keepwsgi.memos.schemas import LABELS_MOST, MemoFields
from keepwsgi.memos.service import Draft, prepare
from keepwsgi.transfer.archive import Entry, Unreadable
from keepwsgi.transfer.attachments import Attachments
from keepwsgi.transfer.note import Attachment, Note, NoteItem
from keepwsgi.transfer.report import Left

_RECORDED: Final = ("audio/", "video/")
_PICTURES: Final = frozenset((".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"))
_RECORDINGS: Final = frozenset((".3gp", ".aac", ".amr", ".m4a", ".mp3", ".mp4", ".ogg", ".wav", ".webm"))


@dataclass(slots=True)
class Ready:
    """A note ready to be written. `file` is where it came from, `missing` are the pictures it came without."""

    file: str
    identity: str
    draft: Draft
    pictures: list[StoredPicture]
    missing: list[str]
    left: list[Left]


@dataclass(frozen=True, slots=True)
class Drafting:
    """Makes notes ready; `largest` is the most bytes a picture may have."""

    attachments: Attachments
    store: images.Store
    largest: int

    def ready(self, entry: Entry, note: Note, identity: str, *, now: datetime) -> Ready | list[Left]:
        """The note ready to be written, or why it is not. Raises StoreUnavailable."""
        left = [Left(reason, entry.shown, detail) for reason, detail in note.left]
        note = _storable(note, entry, left)
        note = replace(note, body=self._without_embeds(entry, note))
        names, unfit = proper_labels(note.labels, entry.shown)
        left += unfit + [Left("label", entry.shown, name) for name in names[LABELS_MOST:]]
        try:
            draft = _draft(note, names[:LABELS_MOST], now=now)
        except ValidationError as error:
            fields = sorted({str(detail["loc"][0]) if detail["loc"] else "items" for detail in error.errors()})
            return [Left("refused", entry.shown, ", ".join(fields))]
        pictures, missing = self._pictures(entry, note, left)
        if not pictures and not _says_something(note):
            return [*left, Left("empty", entry.shown)]
        return Ready(entry.shown, identity, draft, pictures, missing, left)

    def means(self, entry: Entry, attachment: Attachment) -> Entry | None:
        """The picture that a note in `entry` means, if the archive has it."""
        file = self.attachments.find(entry.folder, attachment.path)
        return None if file is None or _is_recording(attachment, file) else file

    def _without_embeds(self, entry: Entry, note: Note) -> str:
        """The body without the places of pictures that the archive has: they stand above the text here."""
        body = note.body
        for each in note.attachments:
            file = self.means(entry, each) if each.written else None
            if file is not None and file.suffix in _PICTURES:
                body = body.replace(each.written, "")
        return body if body == note.body else body.strip("\n")

    def _pictures(self, entry: Entry, note: Note, left: list[Left]) -> tuple[list[StoredPicture], list[str]]:
        pictures, missing = list[StoredPicture](), list[str]()
        for attachment in note.attachments:
            file = self.attachments.find(entry.folder, attachment.path)
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
        return pictures, missing

    def _keep(self, file: Entry) -> StoredPicture:
        def read() -> bytes:
            return examine(file.read(self.largest), largest=self.largest).data

        picture = examine(file.read(self.largest), largest=self.largest)
        return pictures_bulk.put(self.store, picture, again=read)


def proper_labels(names: Iterable[str], file: str) -> tuple[list[str], list[Left]]:
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


def _storable(note: Note, entry: Entry, left: list[Left]) -> Note:
    """The note with what no column can hold replaced, and the word of it in `left`."""
    items = note.items and [NoteItem(_replaced(item.text), item.checked, item.indent) for item in note.items]
    changed = replace(note, title=_replaced(note.title), body=_replaced(note.body), items=items)
    if (changed.title, changed.body, changed.items) != (note.title, note.body, note.items):
        left.append(Left("characters", entry.shown))
    return changed


def _replaced(text: str) -> str:
    try:
        storable(text)
    except UnstorableText:
        return text.replace("\0", "�").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _says_something(note: Note) -> bool:
    return bool(note.title.strip() or note.body.strip() or any(item.text.strip() for item in note.items or ()))


def _is_recording(attachment: Attachment, file: Entry) -> bool:
    return attachment.type.startswith(_RECORDED) or file.suffix in _RECORDINGS
