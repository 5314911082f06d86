"""Somebody who moves in, and where to."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.images.stores import LocalStore
from keepwsgi.memos import service
from keepwsgi.transfer.archive import Source, open_archive
from keepwsgi.transfer.importing import Importer
from keepwsgi.transfer.report import Report
from keepwsgi.transfer.scanning import find_takeout
from tests.factories import make_user
from tests.images.pictures import encode, gradient

JPEG = encode(gradient(), "JPEG")


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "blobs")


@pytest.fixture
def user(database: Database) -> User:
    return make_user(database)


def move_in(
    database: Database,
    store: LocalStore,
    user: User,
    *archives: bytes | Path,
    find: Any = find_takeout,
    **options: Any,
) -> Report:
    """Move in what the archives hold: zips, or folders."""
    sources = [
        Source(f"part{n}.zip", io.BytesIO(data) if isinstance(data, bytes) else data)
        for n, data in enumerate(archives, 1)
    ]
    with open_archive(sources) as archive:
        return Importer(database, store, user.id, 1_000_000, **options).run(find(archive))


def memos(database: Database, user: User) -> dict[str, service.Memo]:
    """All memos of the user by title, in the order of their boards."""
    with database.reading() as session:
        return {
            memo.title: memo
            for view in ("active", "archived", "trashed")
            for memo in service.page(session, user.id, view, limit=1000, whole=True).memos  # type: ignore[arg-type]  # a str
        }


def left(report: Report) -> dict[str, list[tuple[str, str]]]:
    """What was left behind, by reason."""
    return {reason: of.lines for reason, of in report.left.items()}
