"""The rules of labels, without HTTP. What changes something takes an open write; ownership is in every query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, insert, select, update
from sqlalchemy import delete as sql_delete
from sqlalchemy.orm import Session

from keepwsgi.database import Write
from keepwsgi.database.hot import connection_of, is_one_of
from keepwsgi.database.models import memos
from keepwsgi.database.types import is_id
from keepwsgi.labels.models import LabelRow, MemoLabel
from keepwsgi.labels.schemas import name_key
from keepwsgi.search import service as search

#: So many a user may have: the list of them stands on every page.
LABELS_MOST: Final = 500


class LabelNotFound(LookupError):
    """There is no such label, or it is somebody else's: which of the two is not said."""


class TooManyLabels(ValueError):
    """A user has LABELS_MOST labels already."""


class LabelExists(Exception):
    """Another label has the name already; `label` is that one."""

    def __init__(self, label: Label) -> None:
        super().__init__(f"label {label.id} has this name")
        self.label = label


@dataclass(frozen=True, slots=True)
class Label:
    """A label as memos carry it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ListedLabel:
    """A label as the side list shows it: with the number of memos, outside the trash, that carry it."""

    id: int
    name: str
    memo_count: int


def list_all(session: Session, user_id: int) -> list[ListedLabel]:
    """Return the user's labels, by name."""
    return [ListedLabel(*row) for row in session.execute(_ALL, {"user_id": user_id})]


def get(session: Session, user_id: int, label_id: int) -> ListedLabel:
    """Return one label of the user. Raises LabelNotFound."""
    if is_id(label_id):
        row = session.execute(_ONE, {"user_id": user_id, "label_id": label_id}).one_or_none()
        if row is not None:
            return ListedLabel(*row)
    raise LabelNotFound(label_id)


def ids_by_key(session: Session, user_id: int, names: Iterable[str]) -> dict[str, int]:
    """Return those of the user's labels that have one of these names, as {`name_key`: id}."""
    keys = [name_key(name) for name in names]
    statement = select(LabelRow.name_key, LabelRow.id).where(
        LabelRow.user_id == user_id, LabelRow.name_key.in_(keys)
    )
    return {row.name_key: row.id for row in session.execute(statement)} if keys else {}


def of_memos(session: Session, memo_ids: Sequence[int]) -> dict[int, tuple[Label, ...]]:
    """Return the labels of some memos, by name, as {memo id: labels}; memos without any are left out."""
    found: defaultdict[int, list[Label]] = defaultdict(list)
    if memo_ids:
        # Fetched at once: asking the driver for each row takes longer than all the rest of this function.
        rows = connection_of(session).execute(_OF_MEMOS, {"memo_ids": list(memo_ids)}).all()
        for memo_id, label_id, name in rows:
            found[memo_id].append(Label(label_id, name))
    return {memo_id: tuple(labels) for memo_id, labels in found.items()}


def as_tokens(labels: Iterable[Label]) -> str:
    """Return what a memo with these labels is found by: their names, and each one's own token for filters."""
    return " ".join(f"{search.label_flag(label.id)} {search.tokens(label.name)}" for label in labels)


def create(write: Write, name: str) -> Label:
    """Make a label. Raises LabelExists, TooManyLabels."""
    other = _by_key(write, name_key(name))
    if other is not None:
        raise LabelExists(_label(other))
    return _label(_new(write, name))


def rename(write: Write, label_id: int, name: str, *, merge: bool = False) -> Label:
    """Give a label another name, and with it a new revision to every memo that carries it.

    Where another label has the name, the first becomes part of it if `merge`: the memos of both carry the other
    one then. Raises LabelNotFound, LabelExists.
    """
    row = _owned(write, label_id)
    if row.name == name:
        return _label(row)
    other = _by_key(write, name_key(name))
    if other is not None and other is not row:
        if not merge:
            raise LabelExists(_label(other))
        _merge(write, row, other)
        return _label(other)
    row.name, row.name_key = name, name_key(name)
    row.revision, row.updated_at = write.stamp, write.now
    write.session.flush()
    _renamed_on(write, _memo_ids(write, row.id))
    return _label(row)


def delete(write: Write, label_id: int) -> None:
    """Delete a label; the memos that carried it stay, without it. Raises LabelNotFound."""
    row = _owned(write, label_id)
    memo_ids = _memo_ids(write, row.id)
    _delete(write, row)
    _renamed_on(write, memo_ids)


def put_on(
    write: Write, memo_id: int, *, ids: Iterable[int], names: Iterable[str], place: Mapping[str, Any]
) -> bool:
    """Let a memo of the user's carry just these labels, made where a name is new; say whether that is a change.

    `place` is where the memo stands: archived, pinned, trashed and position.
    Raises LabelNotFound for an id that is none of the user's, TooManyLabels.
    """
    wanted = {_owned(write, label_id).id for label_id in ids}
    for name in names:
        row = _by_key(write, name_key(name)) or _new(write, name)
        wanted.add(row.id)
    carried = set(write.session.scalars(select(MemoLabel.label_id).where(MemoLabel.memo_id == memo_id)))
    if added := wanted - carried:
        rows = [{"memo_id": memo_id, "label_id": label_id, **place} for label_id in sorted(added)]
        write.session.execute(insert(MemoLabel), rows)
    if removed := carried - wanted:
        mine = (MemoLabel.memo_id == memo_id, MemoLabel.label_id.in_(removed))
        write.session.execute(sql_delete(MemoLabel).where(*mine))
    if not place["trashed"]:
        _count(write, added, 1)
        _count(write, removed, -1)
    return wanted != carried


def put_on_new(write: Write, memos: Iterable[tuple[int, Sequence[str], Mapping[str, Any]]]) -> None:
    """Let memos that carry none yet carry labels of these names; each memo is its id, the names and its place.

    Raises TooManyLabels.
    """
    statement = select(LabelRow.name_key, LabelRow.id).where(LabelRow.user_id == write.user_id)
    ids = {row.name_key: row.id for row in write.session.execute(statement)}
    counts: defaultdict[int, int] = defaultdict(int)
    rows = []
    for memo_id, names, place in memos:
        for key, name in {name_key(name): name for name in names}.items():
            if key not in ids:
                ids[key] = _new(write, name).id
            rows.append({"memo_id": memo_id, "label_id": ids[key], **place})
            counts[ids[key]] += not place["trashed"]
    if rows:
        write.session.execute(insert(MemoLabel), rows)
    for label_id, count in counts.items():
        _count(write, [label_id], count)


def are_just(labels: Iterable[Label], *, ids: Iterable[int], names: Iterable[str]) -> bool:
    """Say whether these labels are the ones with these ids and names, no more and no fewer."""
    by_key = {name_key(label.name): label.id for label in labels}
    return {*ids, *(by_key.get(name_key(name), 0) for name in names)} == set(by_key.values())


def moved(write: Write, memo_id: int, *, place: Mapping[str, Any], counted: int = 0) -> None:
    """Note where a memo stands now; `counted` is 1 if it has come out of the trash, -1 if it went into it."""
    write.session.execute(update(MemoLabel).where(MemoLabel.memo_id == memo_id).values(**place))
    if counted:
        ids = write.session.scalars(select(MemoLabel.label_id).where(MemoLabel.memo_id == memo_id))
        _count(write, set(ids), counted)


def _owned(write: Write, label_id: int) -> LabelRow:
    if is_id(label_id):
        statement = select(LabelRow).where(LabelRow.id == label_id, LabelRow.user_id == write.user_id)
        row = write.session.scalars(statement).one_or_none()
        if row is not None:
            return row
    raise LabelNotFound(label_id)


def _by_key(write: Write, key: str) -> LabelRow | None:
    statement = select(LabelRow).where(LabelRow.user_id == write.user_id, LabelRow.name_key == key)
    return write.session.scalars(statement).one_or_none()


def _new(write: Write, name: str) -> LabelRow:
    mine = select(func.count()).select_from(LabelRow).where(LabelRow.user_id == write.user_id)
    if write.session.execute(mine).scalar_one() >= LABELS_MOST:
        raise TooManyLabels
    row = LabelRow(
        user_id=write.owner,
        name=name,
        name_key=name_key(name),
        revision=write.stamp,
        created_at=write.now,
        updated_at=write.now,
    )
    write.session.add(row)
    write.session.flush()
    return row


def _merge(write: Write, row: LabelRow, other: LabelRow) -> None:
    memo_ids = _memo_ids(write, row.id)
    both = select(MemoLabel.memo_id).where(MemoLabel.label_id == other.id)
    moving = (MemoLabel.label_id == row.id, MemoLabel.memo_id.not_in(both))
    counted = select(func.count()).select_from(MemoLabel).where(*moving, MemoLabel.trashed.is_(False))
    _count(write, {other.id}, write.session.execute(counted).scalar_one())
    write.session.execute(update(MemoLabel).where(*moving).values(label_id=other.id))
    _delete(write, row)
    _renamed_on(write, memo_ids)


def _delete(write: Write, row: LabelRow) -> None:
    write.session.execute(sql_delete(MemoLabel).where(MemoLabel.label_id == row.id))
    write.tombstone("label", row.id)
    write.session.delete(row)
    write.session.flush()


def _memo_ids(write: Write, label_id: int) -> list[int]:
    return list(write.session.scalars(select(MemoLabel.memo_id).where(MemoLabel.label_id == label_id)))


def _count(write: Write, label_ids: Iterable[int], difference: int) -> None:
    if ids := list(label_ids):
        statement = update(LabelRow).where(LabelRow.id.in_(ids))
        write.session.execute(statement.values(memo_count=LabelRow.memo_count + difference))


def _renamed_on(write: Write, memo_ids: Sequence[int]) -> None:
    """Stamp memos whose labels are called otherwise now, and let them be found by the new names."""
    for start in range(0, len(memo_ids), _AT_ONCE):
        some = memo_ids[start : start + _AT_ONCE]
        stamped = update(memos).where(memos.c.id.in_(some), memos.c.user_id == write.user_id)
        write.session.execute(stamped.values(revision=write.stamp))
        carried = of_memos(write.session, some)
        rows = [{"memo_id": memo_id, "labels": as_tokens(carried.get(memo_id, ()))} for memo_id in some]
        search.change_many(write, rows)


def _label(row: LabelRow) -> Label:
    return Label(row.id, row.name)


_AT_ONCE: Final = 500
_MINE: Final = LabelRow.user_id == bindparam("user_id")
_LISTED: Final[Select[*tuple[Any, ...]]] = select(LabelRow.id, LabelRow.name, LabelRow.memo_count).where(_MINE)
_ALL: Final = _LISTED.order_by(LabelRow.name_key)
_ONE: Final = _LISTED.where(LabelRow.id == bindparam("label_id"))
# The tables' columns: without the ORM the statement, which every list runs, costs half as much.
_CARRIED: Final = MemoLabel.__table__.c
_LABELS: Final = LabelRow.__table__.c
_OF_MEMOS: Final = (
    select(_CARRIED.memo_id, _LABELS.id, _LABELS.name)
    .join(LabelRow.__table__, _LABELS.id == _CARRIED.label_id)
    .where(is_one_of(_CARRIED.memo_id, "memo_ids"))
    .order_by(_CARRIED.memo_id, _LABELS.name_key)
)
