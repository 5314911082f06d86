"""What has changed since a cursor: memos, labels and tombstones in the order of their revisions.

A user's writes come one after another, and each stamps what it changes with a revision of its own; a snapshot
that holds one revision therefore holds all before it. What changes again after it was told moves to the end of the
feed, so whoever follows it to the end has the server's state.
"""

from __future__ import annotations

import base64
import binascii
import heapq
import json
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from sqlalchemy import Select, bindparam, case, literal, literal_column, select, tuple_
from sqlalchemy.orm import Session

from keepwsgi.accounts.models import UserRow
from keepwsgi.database.models import Tombstone
from keepwsgi.database.types import LARGEST_ID
from keepwsgi.labels.models import LabelRow
from keepwsgi.labels.service import Label
from keepwsgi.memos import service as memos
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.service import Memo

Type = Literal["label", "memo"]

_LONGEST: Final = 500
#: Their order within a revision. As numbers: texts sort otherwise in each language of a PostgreSQL server.
_TYPES: Final[tuple[Type, ...]] = ("label", "memo")
#: After everything of a revision.
_END: Final = len(_TYPES)


class BadFeedCursor(ValueError):
    """The text is no cursor of this feed."""


class FeedExpired(Exception):
    """What was deleted since the cursor is not known any more: the client must start again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the feed a client stands: after this revision, type (by its number) and id.

    `epoch` is another after a restore. `begun` is the revision at which it started from nothing; whatever was
    deleted up to then it has never seen.
    """

    epoch: str
    begun: int
    revision: int
    type: int
    id: int


@dataclass(frozen=True, slots=True)
class Change:
    """One entry; `now` is None for what was deleted."""

    type: Type
    id: int
    revision: int
    now: Memo | Label | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Some entries, and the cursor after the last one."""

    changes: list[Change]
    next: str
    has_more: bool


def changes(session: Session, user_id: int, since: str, *, limit: int) -> Changes:
    """Return up to `limit` entries after the cursor `since`; "0" is the beginning.

    Raises BadFeedCursor, FeedExpired.
    """
    epoch, revision, pruned = session.execute(_FEED, {"user_id": user_id}).one()
    place = Place(epoch, revision, 0, 0, 0) if since == "0" else decode(since)
    if place.epoch != epoch or max(place.begun, place.revision) < pruned or place.revision > revision:
        raise FeedExpired
    parameters = {
        "user_id": user_id,
        "after_revision": place.revision,
        "after_type": place.type,
        "after_id": place.id,
        "limit": limit + 1,
    }
    sources = [session.execute(statement, parameters).all() for statement in _SOURCES]
    merged = list(heapq.merge(*sources, key=lambda row: tuple(row)[:3]))
    rows, has_more = merged[:limit], len(merged) > limit
    memo_ids = [row.id for row in rows if _TYPES[row.type] == "memo" and not row.deleted]
    now = {memo.id: memo for memo in memos.some(session, user_id, memo_ids)}
    told = [Change(_TYPES[row.type], row.id, row.revision, _now(row, now)) for row in rows]
    if has_more:
        last = rows[-1]
        following = replace(place, revision=last.revision, type=last.type, id=last.id)
    else:
        # Who has everything stands at the newest revision, also where that has changed nothing in the feed.
        following = replace(place, revision=revision, type=_END, id=0)
    return Changes(told, encode(following), has_more)


def _now(row: Any, found: dict[int, Memo]) -> Memo | Label | None:
    if row.deleted:
        return None
    return found[row.id] if _TYPES[row.type] == "memo" else Label(row.id, row.name)


def encode(place: Place) -> str:
    """Return the place as text that needs no quoting in a URL."""
    values = [place.epoch, place.begun, place.revision, place.type, place.id]
    text = json.dumps(values, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str) -> Place:
    """Return what `encode` was given. Raises BadFeedCursor for anything else."""
    if len(text) > _LONGEST:
        raise BadFeedCursor
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise BadFeedCursor from None
    match values:
        case [str(epoch), *numbers] if len(numbers) == 4 and all(map(_is_number, numbers)):
            return Place(epoch, *numbers)
    raise BadFeedCursor


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_ID


_FEED: Final = select(UserRow.feed_epoch, UserRow.revision, UserRow.pruned_revision).where(
    UserRow.id == bindparam("user_id")
)


def _entries(of: Any, object_id: Any, rank: Any, deleted: int, *more: Any) -> Select[*tuple[Any, ...]]:
    """The statement for one source: what lies after the place, in order."""
    place = tuple_(bindparam("after_revision"), bindparam("after_type"), bindparam("after_id"))
    columns = (of.revision, rank.label("type"), object_id.label("id"), literal(deleted).label("deleted"), *more)
    return (
        select(*columns)
        .where(
            of.user_id == bindparam("user_id"),
            # What follows from the next line, said so that the index is entered at the right place.
            of.revision >= bindparam("after_revision"),
            tuple_(of.revision, rank, object_id) > place,
        )
        .order_by(of.revision, columns[1], object_id)
        .limit(bindparam("limit"))
    )


_RANKS: Final = {kind: rank for rank, kind in enumerate(_TYPES)}
_SOURCES: Final = (
    _entries(LabelRow, LabelRow.id, literal_column("0"), 0, LabelRow.name),
    _entries(MemoRow, MemoRow.id, literal_column("1"), 0),
    _entries(Tombstone, Tombstone.object_id, case(_RANKS, value=Tombstone.kind), 1),
)
