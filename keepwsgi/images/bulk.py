"""Pictures of many new memos at once: put into the store one by one, their rows written together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import insert

from keepwsgi.database import Write
from keepwsgi.images import service
from keepwsgi.images.models import ImageRow
from keepwsgi.images.pictures import PreparedPicture
from keepwsgi.images.stores import Store


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture whose bytes are in the store and no longer in memory; `again` reads them anew."""

    digest: str
    type: str
    size: int
    width: int
    height: int
    again: Callable[[], bytes]


def put(store: Store, picture: PreparedPicture, *, again: Callable[[], bytes]) -> StoredPicture:
    """Put a picture into the store, before the write that adds it. Raises StoreUnavailable."""
    service.keep(store, picture)
    size = len(picture.data)
    return StoredPicture(picture.digest, picture.type, size, picture.width, picture.height, again)


def add_all(write: Write, store: Store, pictures: Sequence[tuple[int, StoredPicture]]) -> None:
    """Add pictures to memos of the write's user, each to that of the id beside it, which have room for them.

    One that has been removed from the store meanwhile is put there again, as `service.add_all` does.
    """
    for digest, picture in sorted({picture.digest: picture for _, picture in pictures}.items()):
        service.lock(write, digest)
        if not store.has(digest):
            store.put(digest, picture.again())
    if pictures:
        rows = [
            {
                "user_id": write.owner,
                "memo_id": memo_id,
                "digest": picture.digest,
                "type": picture.type,
                "size": picture.size,
                "width": picture.width,
                "height": picture.height,
                "created_at": write.now,
            }
            for memo_id, picture in pictures
        ]
        write.session.execute(insert(ImageRow), rows)
