"""What is thrown away for good by and by: old trash, old tombstones, bytes of pictures nobody refers to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update

from keepwsgi.accounts.models import UserRow
from keepwsgi.accounts.service import has_users
from keepwsgi.database import Database, UserGone, Write
from keepwsgi.database.models import Tombstone
from keepwsgi.images import service as images
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.service import empty_trash

#: A client that has not asked for changes for so long begins anew.
TOMBSTONES_KEPT: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Purged:
    """How many memos of the trash were deleted, and how many pictures removed from the store."""

    memos: int
    pictures: int


def purge(database: Database, store: images.Store, *, trash_kept: timedelta) -> Purged:
    """Delete what has lain in all users' trash longer than `trash_kept`, and what is left behind by anything.

    Each user's is a write of its own; nothing is locked for long. Raises images.StoreUnavailable.
    """
    now = database.now()
    users = _with_old_trash(database, now - trash_kept)
    memos = sum(_empty(database, user_id, now - trash_kept) for user_id in users)
    for user_id in _with_old_tombstones(database, now - TOMBSTONES_KEPT):
        try:
            with database.writing(user_id) as write:
                _prune(write, now - TOMBSTONES_KEPT)
        except UserGone:
            continue
    with database.reading() as session:
        is_empty = not has_users(session)
    # An instance without users is most likely another database than the one the pictures belong to.
    return Purged(memos, 0 if is_empty else images.sweep(database, store))


def _empty(database: Database, user_id: int, before: datetime) -> int:
    try:
        with database.writing(user_id) as write:
            return empty_trash(write, thrown_before=before).count
    except UserGone:
        return 0


def _prune(write: Write, before: datetime) -> None:
    """Forget what was deleted before a moment; who has not seen it yet is told to begin anew."""
    old = (Tombstone.user_id == write.user_id, Tombstone.deleted_at < before)
    newest = write.session.execute(select(func.max(Tombstone.revision)).where(*old)).scalar_one()
    if newest is not None:
        write.session.execute(delete(Tombstone).where(*old))
        mine = update(UserRow).where(UserRow.id == write.user_id)
        write.session.execute(mine.values(pruned_revision=newest))


def _with_old_trash(database: Database, before: datetime) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(MemoRow.user_id).where(MemoRow.trashed_at < before).distinct()))


def _with_old_tombstones(database: Database, before: datetime) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Tombstone.user_id).where(Tombstone.deleted_at < before).distinct()))
