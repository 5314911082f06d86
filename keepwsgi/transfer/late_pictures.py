"""Pictures that a note came without, because they lay in a part of the archive that was not there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from sqlalchemy import update

from keepwsgi.database import Write
from keepwsgi.images import service as images
from keepwsgi.memos import service
from keepwsgi.transfer.archive import Entry, Unreadable
from keepwsgi.transfer.drafting import Drafting
from keepwsgi.transfer.known import Known
from keepwsgi.transfer.models import ImportedNote
from keepwsgi.transfer.note import Note


@dataclass(frozen=True, slots=True)
class LatePictures:
    """Pictures for a memo that is here, and those that are still missing afterwards."""

    identity: str
    memo_id: int
    pictures: Sequence[images.PreparedPicture]
    missing: Sequence[str]

    def add(self, write: Write, store: images.Store) -> int:
        """Add them to the memo; return how many. One that is full, in the trash or gone stays as it is."""
        try:
            service.add_images(write, self.memo_id, store, self.pictures)
        except (service.InTrash, service.MemoNotFound, images.TooManyPictures):
            return 0
        mine = (ImportedNote.user_id == write.owner, ImportedNote.identity == self.identity)
        write.session.execute(update(ImportedNote).where(*mine).values(missing=json.dumps(self.missing)))
        return len(self.pictures)


def late_pictures(
    entry: Entry, note: Note, identity: str, here: Known, drafting: Drafting
) -> Iterator[LatePictures]:
    """What this archive has of the pictures that a note which is here came without. Raises StoreUnavailable."""
    pictures, missing = [], []
    for attachment in note.attachments:
        file = drafting.means(entry, attachment)
        if attachment.path not in here.missing:
            continue
        try:
            if file is None:
                raise Unreadable
            picture = images.prepare(BytesIO(file.read(drafting.largest)), largest=drafting.largest)
        except (Unreadable, images.InvalidPicture):
            missing.append(attachment.path)
        else:
            images.keep(drafting.store, picture)
            pictures.append(picture)
    if pictures:
        yield LatePictures(identity, here.memo_id, pictures, missing)
