"""Archives that wait to be read, in the store of pictures: cut into parts, since the store takes whole files."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Callable, Mapping
from typing import IO, Final, NamedTuple

from keepwsgi.database import Database, jobs
from keepwsgi.images.stores import PART, Store, StoreUnavailable, read_all

#: The kind of job that reads them.
KIND: Final = "import"
PART_BYTES: Final = 8 * 1024 * 1024


class Upload(NamedTuple):
    """A file that was sent: its name as the browser gave it, and in how many parts it is kept."""

    name: str
    parts: int


def new_key() -> str:
    """What the parts of one import are kept under."""
    return secrets.token_hex(32)


def keep(
    store: Store, key: str, number: int, name: str, file: IO[bytes], *, progress: Callable[[], object]
) -> Upload:
    """Put a file into the store as the `number`th of `key`.

    `progress` is called after each part. Raises StoreUnavailable, and what `progress` raises; nothing stays then.
    """
    file.seek(0)
    parts = 0
    try:
        while data := file.read(PART_BYTES):
            store.put(_part(key, number, parts), data)
            parts += 1
            progress()
    except BaseException:
        discard(store, key, {number: Upload(name, parts)})
        raise
    return Upload(name, parts)


def fetch(store: Store, key: str, number: int, upload: Upload, *, progress: Callable[[], object]) -> IO[bytes]:
    """Bring a file back as a temporary one on disk, which a zip needs to be read here and there.

    Raises BlobNotFound, StoreUnavailable, and what `progress` raises.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    try:
        for part in range(upload.parts):
            file.write(read_all(store, _part(key, number, part)))
            progress()
    except BaseException:
        file.close()
        raise
    return file


def discard(store: Store, key: str, kept: Mapping[int, Upload]) -> None:
    """Remove files, by number, from the store. What cannot be removed now is left for `sweep`."""
    with contextlib.suppress(StoreUnavailable):
        for number, upload in kept.items():
            for part in range(upload.parts):
                store.delete(_part(key, number, part))


def sweep(database: Database, store: Store) -> int:
    """Remove the parts that no unfinished job waits for; return how many. Raises StoreUnavailable."""
    keys = [key for key in store.all_keys() if key.endswith(PART)]
    if not keys:
        return 0
    # Asked after the listing: a job is there before the first of its parts.
    with database.reading() as session:
        now = database.now()
        wanted = {job.input["key"] for job in jobs.unfinished(session, KIND) if job.is_unfinished(now)}
    orphans = [key for key in keys if key.partition(".")[0] not in wanted]
    for key in orphans:
        store.delete(key)
    return len(orphans)


def _part(key: str, number: int, part: int) -> str:
    return f"{key}.{number}.{part}{PART}"
