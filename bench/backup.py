"""How long a backup and a restore take, and how much memory, beside copying the same files with nothing around it.

    python bench/backup.py [--notes 10000] [--pictures 1000] [--folder DIR] [--database URL]

By hand is what `sqlite3 .backup` and `cp` do: nothing is verified, and it is restored on the same engine only.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

from transfer import MEBIBYTE, make_takeout, move_in, timed

from keepwsgi import __version__
from keepwsgi.accounts import service as accounts
from keepwsgi.accounts.schemas import Credentials
from keepwsgi.database import Database
from keepwsgi.images.stores import LocalStore
from keepwsgi.instance.backing_up import back_up
from keepwsgi.instance.restoring import restore


def by_hand(database: Database, store: LocalStore, folder: Path) -> None:
    """The least: the database's pages and the files of the pictures, as they are."""
    folder.mkdir()
    with (
        contextlib.closing(sqlite3.connect(database.url.database or "")) as source,
        contextlib.closing(sqlite3.connect(folder / "keepwsgi.db")) as copy,
    ):
        source.backup(copy)
    shutil.copytree(store.folder, folder / "blobs", ignore=shutil.ignore_patterns("*.webp"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; the exit status is 0 whatever the figures are."""
    parser = argparse.ArgumentParser(description="How long a backup and a restore take.")
    parser.add_argument("--notes", type=int, default=10_000, help="notes (default: 10000)")
    parser.add_argument("--pictures", type=int, default=1_000, help="how many have a picture (default: 1000)")
    parser.add_argument("--folder", type=Path, help="where to work: on the disk that is meant (default: TMPDIR)")
    parser.add_argument("--database", help="URL of an empty database to restore into (default: SQLite)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        database, store = Database(f"sqlite:///{folder / 'keepwsgi.db'}"), LocalStore(folder / "blobs")
        other = Database(options.database or f"sqlite:///{folder / 'other.db'}")
        who = Credentials.model_validate({"username": "minji", "password": "a password"})
        user = accounts.add_user(database, who)
        make_takeout(folder / "takeout.zip", options.notes, options.pictures)
        move_in(database, store, user, folder / "takeout.zip")
        file = folder / "backup.zip"
        timed("by hand", options.notes, lambda: by_hand(database, store, folder / "hand"))
        timed("backup, verified", options.notes, lambda: back_up(database, store, file, release=__version__))
        timed("restore", options.notes, lambda: restore(other, LocalStore(folder / "other"), file))
        print(f"  The backup has {file.stat().st_size / MEBIBYTE:.1f} MiB.")
        for each in (database, other):
            each.dispose()


if __name__ == "__main__":
    main()
