"""The thumbnails of pictures that were moved in: made when all notes are there, for they take longest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import func, select

from keepwsgi.database import Database
from keepwsgi.images import service as images
from keepwsgi.images.models import ImageRow
from keepwsgi.images.rationing import TooManyAtOnce
from keepwsgi.transfer.models import ImportedNote

#: How often a picture is tried while others are being decoded, and the seconds from one time to the next.
_TRIES: Final = 20
_PAUSE: Final = 0.5


def digests(database: Database, user_id: int, job_id: int | None) -> Sequence[str]:
    """The pictures of notes that a job, or with None the command, has moved in: the topmost first."""
    brought = (ImportedNote.user_id == user_id, ImportedNote.job_id == job_id)
    statement = (
        select(ImageRow.digest)
        .join(ImportedNote, ImportedNote.memo_id == ImageRow.memo_id)
        .where(*brought)
        .group_by(ImageRow.digest)
        .order_by(func.max(ImageRow.memo_id).desc())
    )
    with database.reading() as session:
        return session.scalars(statement).all()


def make_all(store: images.Store, wanted: Sequence[str]) -> Iterator[int]:
    """Make the thumbnails that are missing; give 1 after each picture, 0 while waiting for others to be decoded.

    What cannot be made now is made when it is first looked at. Raises StoreUnavailable.
    """
    for digest in wanted:
        for _ in range(_TRIES):
            try:
                images.make_thumbnails(store, digest)
                break
            except TooManyAtOnce:
                yield 0
                time.sleep(_PAUSE)
        yield 1
