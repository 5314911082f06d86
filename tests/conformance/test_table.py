"""The table itself: that there is enough of it, and that it excuses nothing it need not."""

from __future__ import annotations

from collections import Counter

import pytest

from .comparison import Case, both, same
from .differences import ANSWERS, CONFIGURED, expected
from .table import ROWS

#: The rows of "What Flask layers on WSGI" whose file is in `keepwsgi/layers/`.
EXPECTED_ROWS = {
    "application",
    "application factory",
    "commands",
    "routing and converters",
    "slashes, HEAD, OPTIONS, 405",
    "url_for",
    "request",
    "return values",
    "responses made by hand, files, uploads",
    "error handlers",
    "hooks",
    "contexts",
    "session",
    "flash",
    "CSRF",
    "templating",
    "static files",
    "blueprints",
    "logging",
    "configuration",
    "debug mode",
    "middleware",
    "models",
    "resources",
    "streams",
    "test client",
}


def test_every_row_has_cases() -> None:
    assert set(ROWS) == EXPECTED_ROWS
    assert {row: len(cases) for row, cases in ROWS.items() if len(cases) < 9} == {}


def test_there_are_at_least_six_hundred_written_cases() -> None:
    assert sum(len(cases) for cases in ROWS.values()) >= 600


def test_no_two_cases_of_a_row_say_the_same() -> None:
    for cases in ROWS.values():
        assert not [sentence for sentence, times in Counter(case.sentence for case in cases).items() if times > 1]


def test_every_difference_is_shown_by_a_case() -> None:
    shown = {name for cases in ROWS.values() for case in cases for name in case.differs}
    assert shown == set(ANSWERS)


def test_every_difference_has_a_reason() -> None:
    assert all(len(entry.reason.split()) > 8 for entry in (*CONFIGURED, *ANSWERS.values()))


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_a_difference_is_a_difference(name: str) -> None:
    """Some case that names it fails without it; one that no longer does is to be struck out."""
    cases = [case for cases in ROWS.values() for case in cases if name in case.differs]
    assert any(not agrees(case, without=name) for case in cases)


def agrees(case: Case, *, without: str) -> bool:
    names = [name for name in case.differs if name != without]
    theirs, their_trail, ours, our_trail = both(case)
    alike = all(same(expected(flask, layers, names), layers) for flask, layers in zip(theirs, ours, strict=True))
    return alike and (their_trail == our_trail)
