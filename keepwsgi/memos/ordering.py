"""Where a memo stands among its user's: on top when it is new, elsewhere when it is moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, update

from keepwsgi.database import Write
from keepwsgi.labels.models import MemoLabel
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.position import between

# Thousands of moves between the same two memos make a key this long; then all of the user's get short ones.
LONGEST_POSITION: Final = 200


def on_top(write: Write, count: int = 1) -> Iterator[str]:
    """Give `count` positions above all of the user's memos, the lowest of them first."""
    position = _outermost(write, func.min(MemoRow.position))
    for _ in range(count):
        position = between(None, position)
        yield position


def beside(write: Write, row: MemoRow, target: MemoRow, *, above: bool) -> str:
    """Return the position that puts `row` directly above or below `target`; its own when it is there."""
    position = _between_neighbours(write, row, target, above)
    if len(position) > LONGEST_POSITION:
        _respace(write)
        write.session.refresh(row)
        write.session.refresh(target)
        position = _between_neighbours(write, row, target, above)
    return position


def _between_neighbours(write: Write, row: MemoRow, target: MemoRow, above: bool) -> str:
    others = MemoRow.id != row.id
    low: str | None = target.position
    high: str | None = target.position
    if above:
        low = _outermost(write, func.max(MemoRow.position), others & (MemoRow.position < high))
    else:
        high = _outermost(write, func.min(MemoRow.position), others & (MemoRow.position > low))
    if (low is None or low < row.position) and (high is None or row.position < high):
        return row.position
    return between(low, high)


def _outermost(write: Write, extreme: ColumnElement[Any], *conditions: ColumnElement[bool]) -> str | None:
    statement = select(extreme).where(MemoRow.user_id == write.user_id, *conditions)
    position: str | None = write.session.execute(statement).scalar_one()
    return position


def _respace(write: Write) -> None:
    """Give every memo of the user a short position, in the same order; every one of them is changed by it."""
    ids = write.session.scalars(
        select(MemoRow.id).where(MemoRow.user_id == write.user_id).order_by(MemoRow.position)
    ).all()
    # Counted on from the last one, so that no new position is one that a memo still has.
    position = _outermost(write, func.max(MemoRow.position))
    rows: list[dict[str, Any]] = []
    for memo_id in ids:
        position = between(position, None)
        rows.append({"id": memo_id, "position": position, "revision": write.revision})
    write.session.execute(update(MemoRow), rows)
    # What their labels' boards note of it.
    mine = MemoLabel.memo_id.in_(select(MemoRow.id).where(MemoRow.user_id == write.user_id))
    current = select(MemoRow.position).where(MemoRow.id == MemoLabel.memo_id).scalar_subquery()
    write.session.execute(update(MemoLabel).where(mine).values(position=current))
