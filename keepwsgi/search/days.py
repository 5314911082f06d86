"""When a document was made, as tokens: its day, month, year and decade, so that any span of time is a few of them.

They only narrow a search down. They are of UTC, whichever zone a span is meant in; the moment itself decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

#: Lengths of what the beginning of 20240501 means: a decade, a year, a month, a day.
_DECADE, _YEAR, _MONTH, _DAY = 3, 4, 6, 8
# What is older or newer counts as this old or new.
_FIRST: Final = date(1970, 1, 1)
_LAST: Final = date(2099, 12, 31)


def days(moment: datetime) -> str:
    """Return the tokens of a moment."""
    day = _within(moment)
    return " ".join(_token(day, length) for length in (_DECADE, _YEAR, _MONTH, _DAY))


def between(since: datetime | None, until: datetime | None) -> tuple[str, ...]:
    """Return tokens of which every moment from `since` up to `until` has one, in the order of time."""
    first = _FIRST if since is None else _within(since)
    last = _LAST if until is None else _within(until)
    return tuple(_cover(first, last + timedelta(days=1)))


def _cover(first: date, end: date) -> Iterator[str]:
    while first < end:
        for length in (_DECADE, _YEAR, _MONTH, _DAY):
            following = _following(first, length)
            if following is not None and following <= end:
                yield _token(first, length)
                first = following
                break


def _following(day: date, length: int) -> date | None:
    """Return the day after the decade, year, month or day that begins with `day`; None if none begins with it."""
    if length == _DAY:
        return day + timedelta(days=1)
    if day.day > 1 or (length != _MONTH and day.month > 1) or (length == _DECADE and day.year % 10):
        return None
    if length == _MONTH:
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date(day.year + (10 if length == _DECADE else 1), 1, 1)


def _token(day: date, length: int) -> str:
    return "." + f"{day:%Y%m%d}"[:length]


def _within(moment: datetime) -> date:
    return min(max(moment.astimezone(UTC).date(), _FIRST), _LAST)
