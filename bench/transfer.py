"""How quickly notes move in and out, and how much memory that takes, beside the least that could be done.

    python bench/transfer.py [--notes 10000] [--pictures 1000] [--folder DIR] [--database URL]

A Takeout archive is made, moved in, exported, and the export moved in once more. Beside the import stands what
nobody gets around: each file read from the zip, its JSON parsed, its text put into one table by `sqlite3`, each
picture written to a file that outlasts a power cut. Beside the export, the same rows and pictures put into a zip
by `zipfile`. The memory is what the process holds at its largest, above what it held before. The processor's time
is printed beside that on the clock, which others who use the machine make longer.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from keepwsgi.accounts import service as accounts
from keepwsgi.accounts.schemas import Credentials
from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.images.stores import LocalStore
from keepwsgi.memos.demo import demo_memos
from keepwsgi.transfer import small_pictures
from keepwsgi.transfer.archive import Source, open_archive
from keepwsgi.transfer.exporting import export
from keepwsgi.transfer.importing import Importer
from keepwsgi.transfer.note import microseconds
from keepwsgi.transfer.report import Report
from keepwsgi.transfer.scanning import find_takeout

WANTED = 400
MEMORY_MOST = 64
#: They take minutes, all of them; of so many the rate is measured.
SMALL_MOST = 100
MEBIBYTE = 1024 * 1024


class Memory:
    """The most memory the process held in a block, in MiB above what it held before."""

    def __enter__(self) -> Memory:
        gc.collect()
        self.before = self.most = resident()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.01):
            self.most = max(self.most, resident())

    @property
    def grown(self) -> float:
        """By how much it grew."""
        return (self.most - self.before) / MEBIBYTE


def resident() -> int:
    """The bytes of the process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def make_takeout(path: Path, notes: int, pictures: int) -> None:
    """A Takeout of so many notes as people keep them; the pictures are photographs of about 200 KB."""
    from PIL import Image

    rng = random.Random(1)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for number, draft in enumerate(demo_memos(notes)):
            assert draft.created_at is not None
            made = microseconds(draft.created_at)
            said: dict[str, Any] = {
                "color": (draft.color or "default").upper(),
                "isTrashed": draft.trashed_at is not None,
                "isPinned": bool(draft.pinned),
                "isArchived": bool(draft.archived),
                "title": draft.title,
                "userEditedTimestampUsec": made,
                "createdTimestampUsec": made - number,
                "labels": [{"name": name} for name in draft.labels or ()],
            }
            if draft.kind == "checklist":
                lines = (draft.body or "").split("\n")
                said["listContent"] = [{"text": line, "isChecked": line.startswith("[x]")} for line in lines]
            else:
                style = "font-size:7.2pt;font-family:'Google Sans';color:#000000;font-weight:400;"
                start, end = f'<p dir="ltr"><span style="{style}">', "</span></p>"
                paragraphs = [start + line + end for line in (draft.body or "").split("\n")]
                said |= {"textContent": draft.body, "textContentHtml": "".join(paragraphs)}
            if number < pictures:
                file = BytesIO()
                noise = Image.frombytes("L", (160, 120), rng.randbytes(160 * 120)).resize((1600, 1200))
                noise.convert("RGB").save(file, "JPEG", quality=88)
                archive.writestr(f"Takeout/Keep/{number}.jpg", file.getvalue(), ZIP_STORED)
                said["attachments"] = [{"filePath": f"{number}.jpeg", "mimetype": "image/jpeg"}]
            archive.writestr(f"Takeout/Keep/{number}.json", json.dumps(said, ensure_ascii=False))
            archive.writestr(f"Takeout/Keep/{number}.html", f"<html>{draft.body}</html>")


def move_in(database: Database, store: LocalStore, user: User, path: Path) -> Report:
    """What the command does."""
    with open_archive([Source(path.name, path)]) as archive:
        return Importer(database, store, user.id, 16 * MEBIBYTE).run(find_takeout(archive))


def move_out(database: Database, store: LocalStore, user: User, path: Path) -> None:
    """What the command does."""
    with path.open("wb") as file:
        for piece in export(database, store, user.id):
            file.write(piece)


def by_hand_in(path: Path, folder: Path) -> None:
    """The least: files, JSON, one table, one row a note, one transaction for two hundred."""
    folder.mkdir()
    connection = sqlite3.connect(folder / "hand.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT, said TEXT)")
    with ZipFile(path) as archive:
        names = archive.namelist()
        connection.execute("BEGIN IMMEDIATE")
        for number, name in enumerate(names):
            if name.endswith(".json"):
                note = json.loads(archive.read(name))
                said = note.get("textContent") or json.dumps(note.get("listContent"))
                connection.execute("INSERT INTO notes (title, said) VALUES (?, ?)", (note["title"], said))
            elif name.endswith(".jpg"):
                with (folder / Path(name).name).open("wb") as file:
                    file.write(archive.read(name))
                    file.flush()
                    os.fsync(file.fileno())
            if number % 400 == 399:
                connection.execute("COMMIT")
                connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
    connection.close()


def by_hand_out(folder: Path, path: Path) -> None:
    """The least: rows as JSON and pictures into a zip."""
    connection = sqlite3.connect(folder / "hand.db")
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for number, title, said in connection.execute("SELECT id, title, said FROM notes"):
            archive.writestr(f"{number}.json", json.dumps({"title": title, "textContent": said}))
        for picture in sorted(folder.glob("*.jpg")):
            archive.write(picture, picture.name, ZIP_STORED)
    connection.close()


def make_small(database: Database, store: LocalStore, user: User) -> None:
    """What follows an import: by then all notes are there, and a picture without a small one is shown as it is."""
    for _ in small_pictures.make_all(store, small_pictures.digests(database, user.id, None)[:SMALL_MOST]):
        pass


def timed(name: str, count: int, function: Callable[[], object], *, of: str = "notes") -> tuple[float, float]:
    """Run and print; return how many a second and MiB."""
    with Memory() as memory:
        started, used = time.perf_counter(), time.process_time()
        function()
        seconds, used = time.perf_counter() - started, time.process_time() - used
    rate = f"{count / seconds:8.0f} {of + '/s':<10}"
    print(f"  {name:<22} {seconds:6.1f} s {rate} processor {used:5.1f} s  memory {memory.grown:5.1f} MiB")
    return count / seconds, memory.grown


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; the exit status is 0 whatever the figures are."""
    parser = argparse.ArgumentParser(description="How quickly notes move in and out.")
    parser.add_argument("--notes", type=int, default=10_000, help="notes of the archive (default: 10000)")
    parser.add_argument("--pictures", type=int, default=1_000, help="how many have a picture (default: 1000)")
    parser.add_argument("--folder", type=Path, help="where to work: on the disk that is meant (default: TMPDIR)")
    parser.add_argument("--database", help="URL of an empty, migrated database (default: SQLite in the folder)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        database = Database(options.database or f"sqlite:///{folder / 'keepwsgi.db'}")
        store, other_store = LocalStore(folder / "blobs"), LocalStore(folder / "others")
        first, second = (
            accounts.add_user(database, Credentials.model_validate({"username": each, "password": "a password"}))
            for each in ("first", "second")
        )
        takeout, exported, small = folder / "takeout.zip", folder / "export.zip", folder / "small.zip"
        make_takeout(takeout, options.notes, options.pictures)
        make_takeout(small, 20, 2)
        move_in(database, store, second, small)  # whatever is imported at first use is no growth
        size = takeout.stat().st_size / MEBIBYTE
        print(f"{options.notes:,} notes, {options.pictures:,} pictures, a zip of {size:.0f} MiB")
        rate_hand, _ = timed("by hand, in", options.notes, lambda: by_hand_in(takeout, folder / "hand"))
        rate_in, memory_in = timed("import", options.notes, lambda: move_in(database, store, first, takeout))
        some = min(options.pictures, SMALL_MOST)
        timed(f"{some} small pictures", some, lambda: make_small(database, store, first), of="pictures")
        timed("import again", options.notes, lambda: move_in(database, store, first, takeout))
        hand = folder / "hand.zip"
        rate_hand_out, _ = timed("by hand, out", options.notes, lambda: by_hand_out(folder / "hand", hand))
        rate_out, memory_out = timed("export", options.notes, lambda: move_out(database, store, first, exported))
        timed("import of the export", options.notes, lambda: move_in(database, other_store, second, exported))
        database.dispose()
    print(f"By hand is {rate_hand / rate_in:.1f} times as quick in, {rate_hand_out / rate_out:.1f} times out.")
    met = rate_in >= WANTED and rate_out >= rate_in and max(memory_in, memory_out) < MEMORY_MOST
    print(
        f"At least {WANTED} notes/s in, out no slower, and less than {MEMORY_MOST} MiB are wanted, "
        f"{'which is met' if met else 'which is NOT met'}."
    )


if __name__ == "__main__":
    main()
