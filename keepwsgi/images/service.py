"""The rules of pictures, without HTTP. What changes something takes an open write; ownership is in every query.

Bytes and rows are in two places that no transaction spans. The bytes go first and leave last, so that whatever is
interrupted leaves bytes too many, never too few; `sweep` removes those.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Final, TypeVar

from sqlalchemy import Row, delete, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from keepwsgi.database import Database, DatabaseUnavailable, Write, leases
from keepwsgi.database.hot import connection_of, is_one_of
from keepwsgi.database.types import is_id
from keepwsgi.images.models import ImageRow
from keepwsgi.images.pictures import InvalidPicture, PreparedPicture, Size, prepare, thumbnails_of
from keepwsgi.images.sniffing import EXTENSIONS
from keepwsgi.images.stores import PART, BlobNotFound, Store, StoreUnavailable, read_all

__all__ = [
    "EXTENSIONS",
    "BlobNotFound",
    "Image",
    "ImageNotFound",
    "InvalidPicture",
    "PreparedPicture",
    "Store",
    "StoreUnavailable",
    "TooManyPictures",
    "add",
    "add_all",
    "copy",
    "digests_of",
    "digests_of_user",
    "get",
    "keep",
    "make_thumbnails",
    "of_memos",
    "prepare",
    "read_thumbnail",
    "remove",
    "remove_unreferenced",
    "stored",
    "sweep",
]

#: The lease of those who read the store as it was at some moment: while it is held, nothing is removed.
KEPT: Final = "pictures"
#: How many pictures a memo may have.
MOST: Final = 50
#: How many values one statement asks for.
_BATCH: Final = 500
SIZES: Final[tuple[Size, ...]] = ("thumb", "preview")

T = TypeVar("T")

logger = logging.getLogger("keepwsgi.images")


class ImageNotFound(LookupError):
    """There is no such picture, or it is somebody else's: which of the two is not said."""


class TooManyPictures(ValueError):
    """The memo would have more than MOST pictures."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as pages and the API show it. `size` is in bytes, `width` and `height` are as it is shown."""

    id: int
    memo_id: int
    digest: str
    type: str
    size: int
    width: int
    height: int


_COLUMNS: Final = (
    ImageRow.id,
    ImageRow.memo_id,
    ImageRow.digest,
    ImageRow.type,
    ImageRow.size,
    ImageRow.width,
    ImageRow.height,
)


# The table's columns: without the ORM the statement, which every list runs, costs half as much.
_IMAGES: Final = ImageRow.__table__.c
_OF_MEMOS: Final = (
    select(*(_IMAGES[column.key] for column in _COLUMNS))
    .where(is_one_of(_IMAGES.memo_id, "memo_ids"))
    .order_by(_IMAGES.memo_id, _IMAGES.id)
)

# --- Reading ---------------------------------------------------------------------------------------------------


def get(session: Session, user_id: int, image_id: int) -> Image:
    """The user's own picture. Raises ImageNotFound."""
    if is_id(image_id):
        statement = select(*_COLUMNS).where(ImageRow.id == image_id, ImageRow.user_id == user_id)
        row = session.execute(statement).one_or_none()
        if row is not None:
            return _image(row)
    raise ImageNotFound(image_id)


def of_memos(session: Session, memo_ids: Sequence[int]) -> dict[int, tuple[Image, ...]]:
    """The pictures of memos, by id, in one statement; a memo without any is not in it.

    Whose the memos are has been asked when they were read.
    """
    if not memo_ids:
        return {}
    rows = connection_of(session).execute(_OF_MEMOS, {"memo_ids": list(memo_ids)}).all()
    images = (_image(row) for row in rows)
    return {memo_id: tuple(group) for memo_id, group in groupby(images, key=lambda image: image.memo_id)}


def digests_of(write: Write, memo_ids: Sequence[int]) -> list[str]:
    """The digests of the pictures of memos: read before these are deleted, for `remove_unreferenced` after it."""
    digests: set[str] = set()
    for some in batched(memo_ids, _BATCH):
        of_these = (ImageRow.memo_id.in_(some), ImageRow.user_id == write.user_id)
        digests.update(write.session.scalars(select(ImageRow.digest).where(*of_these)))
    return sorted(digests)


def digests_of_user(session: Session, user_id: int) -> list[str]:
    """The digests of all pictures of a user: read before the account is deleted, for `remove_unreferenced`."""
    return list(session.scalars(select(ImageRow.digest).where(ImageRow.user_id == user_id).distinct()))


def read_thumbnail(store: Store, image: Image, size: Size) -> bytes:
    """The WebP file of the picture in that size, made anew from the picture where it is missing.

    Raises BlobNotFound where the picture is missing too, or cannot be read; StoreUnavailable.
    """
    key = _key(image.digest, size)
    try:
        return read_all(store, key)
    except BlobNotFound:
        original = read_all(store, image.digest)
    try:
        made = thumbnails_of(original)
    except InvalidPicture as error:
        raise BlobNotFound(key) from error
    with contextlib.suppress(StoreUnavailable):
        _put_thumbnails(store, image.digest, made)
    return made[size]


def make_thumbnails(store: Store, digest: str) -> bool:
    """Make the thumbnails of a stored picture if they are missing; say whether they were made.

    One that cannot be read has none. Raises StoreUnavailable, and rationing.TooManyAtOnce, which is one.
    """
    if all(store.has(_key(digest, size)) for size in SIZES):
        return False
    try:
        made = thumbnails_of(read_all(store, digest))
    except (BlobNotFound, InvalidPicture):
        return False
    _put_thumbnails(store, digest, made)
    return True


# --- Writing ---------------------------------------------------------------------------------------------------


def keep(store: Store, picture: PreparedPicture) -> None:
    """Put a picture and its thumbnails into the store, before the write that adds it. Raises StoreUnavailable."""
    store.put(picture.digest, picture.data)
    _put_thumbnails(store, picture.digest, picture.thumbnails)


@contextlib.contextmanager
def stored(database: Database, store: Store, pictures: Sequence[PreparedPicture]) -> Iterator[None]:
    """Have pictures in the store for a block that writes their rows; where it raises, they are removed again.

    Raises StoreUnavailable before the block.
    """
    try:
        for picture in pictures:
            keep(store, picture)
        yield
    except Exception:
        remove_unreferenced(database, store, [picture.digest for picture in pictures])
        raise


def add(write: Write, store: Store, memo_id: int, picture: PreparedPicture) -> Image:
    """Add a picture to a memo, which the caller has found to be the user's; see `add_all`."""
    return add_all(write, store, memo_id, [picture])[0]


def add_all(write: Write, store: Store, memo_id: int, pictures: Sequence[PreparedPicture]) -> tuple[Image, ...]:
    """Add pictures, which are in the store by now, to a memo, which the caller has found to be the user's.

    One that has been removed from the store meanwhile, with the last row that referred to it, is put there again;
    until the write ends it cannot be removed. Raises TooManyPictures, StoreUnavailable.
    """
    count = select(func.count()).select_from(ImageRow).where(ImageRow.memo_id == memo_id)
    if write.session.execute(count).scalar_one() + len(pictures) > MOST:
        raise TooManyPictures
    # In one order everywhere, or two writes would wait for each other.
    for picture in sorted(pictures, key=lambda picture: picture.digest):
        lock(write, picture.digest)
        if not store.has(picture.digest):
            store.put(picture.digest, picture.data)
    added = []
    for picture in pictures:
        values = {
            "memo_id": memo_id,
            "digest": picture.digest,
            "type": picture.type,
            "size": len(picture.data),
            "width": picture.width,
            "height": picture.height,
        }
        statement = insert(ImageRow).values(user_id=write.user_id, created_at=write.now, **values)
        added.append(_image(write.session.execute(statement.returning(*_COLUMNS)).one()))
    return tuple(added)


def remove(write: Write, memo_id: int, image_id: int) -> str:
    """Remove a picture from a memo; return its digest, for `remove_unreferenced` after the write.

    Raises ImageNotFound.
    """
    if is_id(image_id):
        mine = (ImageRow.id == image_id, ImageRow.memo_id == memo_id, ImageRow.user_id == write.user_id)
        digest = write.session.execute(
            delete(ImageRow).where(*mine).returning(ImageRow.digest)
        ).scalar_one_or_none()
        if digest is not None:
            return digest
    raise ImageNotFound(image_id)


def copy(write: Write, from_memo_id: int, to_memo_id: int) -> None:
    """Give one of the user's memos the pictures of another one, in their order.

    The rows that are copied keep the bytes where they are: all writes for one user come one after another.
    """
    columns = ("digest", "type", "size", "width", "height")
    rows = (
        select(
            ImageRow.user_id,
            literal(to_memo_id, ImageRow.memo_id.type),
            literal(write.now, ImageRow.created_at.type),
            *(getattr(ImageRow, name) for name in columns),
        )
        .where(ImageRow.memo_id == from_memo_id, ImageRow.user_id == write.user_id)
        .order_by(ImageRow.id)
    )
    write.session.execute(insert(ImageRow).from_select(["user_id", "memo_id", "created_at", *columns], rows))


# --- Bytes nobody refers to ------------------------------------------------------------------------------------


def remove_unreferenced(database: Database, store: Store, digests: Iterable[str]) -> int:
    """Remove from the store what no row refers to; return how many pictures that was.

    Called after the write that removed rows has been committed. What fails is logged and left for `sweep`: the
    rows are gone, and whoever removed them need not be told.
    """
    removed = 0
    try:
        for digest in sorted(set(digests)):
            removed += _remove(database, store, digest)
    except (StoreUnavailable, DatabaseUnavailable) as error:
        logger.warning("Pictures nobody refers to are left in the store: %s", error)
    return removed


def sweep(database: Database, store: Store) -> int:
    """Remove everything from the store that no row refers to; return how many pictures that was.

    May run while pictures are added and removed. Raises StoreUnavailable, DatabaseUnavailable.
    """
    store.discard_unfinished()
    removed = 0
    keys = (key for key in store.all_keys() if not key.endswith(PART))
    stored_digests = (digest for digest, _ in groupby(keys, key=lambda key: key.partition(".")[0]))
    for digests in batched(stored_digests, _BATCH):
        with database.reading() as session:
            used = set(session.scalars(select(ImageRow.digest).where(ImageRow.digest.in_(digests))))
        # Only a first look, without a lock: `_remove` looks again.
        removed += sum(_remove(database, store, digest) for digest in digests if digest not in used)
    return removed


def _remove(database: Database, store: Store, digest: str) -> bool:
    """Remove one picture from the store unless a row refers to it; say whether it was removed."""
    with database.writing(None) as write:
        # Whoever adds it holds the same lock from before looking for the bytes until the row is committed.
        lock(write, digest)
        if write.session.execute(select(exists().where(ImageRow.digest == digest))).scalar_one():
            return False
        # Whoever holds it may know rows that are gone by now, but none that went before it was claimed.
        if leases.is_held(write.session, KEPT, write.now):
            return False
        # The picture last: while it is there, `sweep` comes back for what was made from it.
        for size in SIZES:
            store.delete(_key(digest, size))
        store.delete(digest)
    return True


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of `size`, the last one shorter: what one statement can take."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


def lock(write: Write, digest: str) -> None:
    """Let nobody else add or remove the bytes of a picture until the write ends."""
    write.lock(f"blob:{digest}")


def _put_thumbnails(store: Store, digest: str, made: Mapping[Size, bytes]) -> None:
    for size, data in made.items():
        store.put(_key(digest, size), data)


def _key(digest: str, size: Size) -> str:
    return f"{digest}.{size}.webp"


def _image(row: Row[int, int, str, str, int, int, int]) -> Image:
    return Image(*row)
