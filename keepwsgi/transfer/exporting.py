"""Everything a user has as one zip, streamed: in Takeout's shape, with a Markdown file beside each note.

Other programs read it as a Takeout; ours finds in it what Takeout does not say, and makes the same account of it.
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from keepwsgi.database import Database
from keepwsgi.images import service as images
from keepwsgi.images.service import Image
from keepwsgi.labels import service as labels
from keepwsgi.memos import bulk
from keepwsgi.memos.service import Memo
from keepwsgi.transfer import markdown_note
from keepwsgi.transfer.note import microseconds
from keepwsgi.transfer.zip_stream import ZipStream

FOLDER: Final = "Takeout/Keep"
_CHUNK: Final = 256 * 1024
_NAME_LONGEST: Final = 60
#: What file systems do not take, and what would make a path of a name.
_NOT_IN_NAMES: Final = re.compile(r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*#^\[\]\u2028\u2029\ufffe\uffff]+")
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)

Progress = Callable[[int], object]

logger = logging.getLogger("keepwsgi.transfer")


def export(
    database: Database, store: images.Store, user_id: int, *, progress: Progress = lambda count: None
) -> Iterator[bytes]:
    """Give the bytes of the zip. The account is as it is when the first of them is asked for.

    Nothing is opened before that, and everything is closed when the iterator is. `progress` is told how many more
    memos are written. A picture whose bytes are missing is left out, and logged. Raises StoreUnavailable.
    """
    session = database.open_reading()
    try:
        yield from _Exporter(session, store, user_id, progress).run(database.now())
    finally:
        session.close()


class _Exporter:
    def __init__(self, session: Session, store: images.Store, user_id: int, progress: Progress) -> None:
        self._session = session
        self._store = store
        self._user_id = user_id
        self._progress = progress
        self._zip = ZipStream()
        self._names: Counter[str] = Counter()
        self._stored: set[str] = set()

    def run(self, now: datetime) -> Iterator[bytes]:
        for memos in bulk.read_all(self._session, self._user_id):
            for memo in memos:
                yield from self._memo(memo)
            self._progress(len(memos))
        names = [label.name for label in labels.list_all(self._session, self._user_id)]
        if names:
            yield from self._add("Labels.txt", "".join(f"{name}\n" for name in names), now)
        yield from self._zip.end()

    def _memo(self, memo: Memo) -> Iterator[bytes]:
        for image in memo.images:
            yield from self._picture(image, memo.created_at)
        name = self._name(memo)
        said = json.dumps(takeout(memo), ensure_ascii=False, separators=(",", ":"))
        yield from self._add(f"{name}.json", said, memo.updated_at)
        pictures = [file_name(image) for image in memo.images]
        yield from self._add(f"{name}.md", markdown_note.write(memo, pictures), memo.updated_at)

    def _picture(self, image: Image, modified: datetime) -> Iterator[bytes]:
        if image.digest in self._stored:
            return
        self._stored.add(image.digest)
        try:
            file = self._store.open(image.digest)
        except images.BlobNotFound:
            logger.error("The store has no bytes of picture %d, digest %s.", image.id, image.digest)
            return
        try:
            pieces = iter(lambda: file.read(_CHUNK), b"")
            path = f"{FOLDER}/{file_name(image)}"
            yield from self._zip.add(path, pieces, modified=modified, packed=False)
        finally:
            file.close()

    def _add(self, name: str, text: str, modified: datetime) -> Iterator[bytes]:
        return self._zip.add(f"{FOLDER}/{name}", [text.encode()], modified=modified)

    def _name(self, memo: Memo) -> str:
        """A name that no other note has, in any case: its title, else when it was made."""
        said = _NOT_IN_NAMES.sub(" ", memo.title).strip(" .")
        name = " ".join(said.split())[:_NAME_LONGEST].strip(" .") or f"{memo.created_at:%Y-%m-%dT%H_%M_%S.%f}Z"
        if _RESERVED.fullmatch(name) or name.casefold() == "labels":
            name = f"{name}_"
        while True:
            self._names[name.casefold()] += 1
            number = self._names[name.casefold()]
            if number == 1:
                return name
            name = f"{name}({number - 1})"


def takeout(memo: Memo) -> dict[str, Any]:
    """A memo as Takeout's JSON, and in `keepwsgi` what that has no words for."""
    ours: dict[str, Any] = {"id": memo.id, "position": memo.position}
    said: dict[str, Any] = {
        "color": memo.color.upper(),
        "isTrashed": memo.trashed_at is not None,
        "isPinned": memo.pinned,
        "isArchived": memo.archived,
        "title": memo.title,
    }
    if memo.kind == "checklist":
        said["listContent"] = [{"text": item.text, "isChecked": item.checked} for item in memo.items]
        ours["indents"] = [item.indent for item in memo.items]
    else:
        said |= {"textContent": memo.body, "textContentHtml": str(memo.body_html)}
    said["userEditedTimestampUsec"] = microseconds(memo.updated_at)
    said["createdTimestampUsec"] = microseconds(memo.created_at)
    if memo.labels:
        said["labels"] = [{"name": label.name} for label in memo.labels]
    if memo.images:
        said["attachments"] = [{"filePath": file_name(each), "mimetype": each.type} for each in memo.images]
    if memo.trashed_at is not None:
        ours["trashed_usec"] = microseconds(memo.trashed_at)
    return {**said, "keepwsgi": ours}


def file_name(image: Image) -> str:
    """The name of a picture's file: one name for the same bytes."""
    return f"{image.digest[:32]}.{images.EXTENSIONS[image.type]}"
