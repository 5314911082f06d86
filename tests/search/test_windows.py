"""Pages of a search are the same wherever an engine stops looking: at the newest, the rare, or the oldest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.search import postgresql, service
from tests.conftest import Clock
from tests.factories import make_user
from tests.search.documents import add_row, document, found

COUNT = 40
LABELS = {"work": 1}


def fields_of(number: int) -> dict[str, Any]:
    """What document `number`, 0 being the oldest, holds: words that stand in all, many, few, new or old ones."""
    words = ["everywhere", "회의록을"]
    words += ["often"] if number % 2 else ["seldom even"]
    words += ["lately"] if number >= COUNT - 12 else []
    words += ["formerly"] if number < 15 else []
    words += ["rare"] if number in (3, 17) else []
    words += ["internationalizations"] if number in (2, 30) else []
    words += ["internationalization"] if number == 5 else []
    return {
        "body": " ".join(words),
        "title": "first second" if number % 7 == 0 else "second first",
        "color": ("red", "blue", "default")[number % 3],
        "pinned": number % 11 == 0,
        "archived": number % 13 == 0,
        "trashed": number % 17 == 5,
        "label_ids": [1] if number % 5 == 0 else [],
    }


def is_kept(number: int) -> bool:
    return number % 17 != 5


#: A query, and which of the documents outside the trash it finds.
QUERIES: dict[str, Any] = {
    "everywhere": lambda n: True,
    "회의": lambda n: True,
    "nowhere": lambda n: False,
    "often": lambda n: n % 2 == 1,
    "lately": lambda n: n >= COUNT - 12,
    "formerly": lambda n: n < 15,
    "formerly often": lambda n: n < 15 and n % 2 == 1,
    "rare": lambda n: n in (3, 17),
    "-often": lambda n: n % 2 == 0,
    "formerly -rare": lambda n: n < 15 and n != 3,
    "internationalization": lambda n: n in (2, 5, 30),
    "internationalizations": lambda n: n in (2, 30),
    '"internationalization"': lambda n: n == 5,
    "seldom-even": lambda n: n % 2 == 0,
    '"first second"': lambda n: n % 7 == 0,
    '-"first second" formerly': lambda n: n % 7 and n < 15,
    "color:red": lambda n: n % 3 == 0,
    "color:red color:blue formerly": lambda n: n % 3 != 2 and n < 15,
    "-color:red formerly": lambda n: n % 3 and n < 15,
    "is:pinned": lambda n: n % 11 == 0,
    "is:archived": lambda n: n % 13 == 0,
    "label:work": lambda n: n % 5 == 0,
    "-label:work formerly": lambda n: n % 5 and n < 15,
    "before:2024-05-08": lambda n: n < 7,
    "after:2024-05-08": lambda n: n >= 7,
    "after:2024-05-03 before:2024-05-09 everywhere": lambda n: 2 <= n < 8,
    "color:blue after:2024-05-03 before:2024-05-30": lambda n: n % 3 == 1 and 2 <= n < 29,
    "before:2024-05-08 -is:pinned": lambda n: n < 7 and n % 11,
}


def fill(database: Database, clock: Clock) -> tuple[User, list[int]]:
    """Keep the documents of one user between those of another, a day apart; return their ids, the oldest first."""
    user, other = make_user(database), make_user(database)
    ids = []
    # At noon where the server is, so that each has a day of its own.
    first = clock.now.astimezone().replace(hour=12)
    with database.writing(user.id) as write:
        for number in range(COUNT):
            made = first + timedelta(days=number)
            for owner in (user, other):
                ids.append(add_row(write, owner.id, made))
                service.put(write, [document(ids[-1], owner.id, made, fields_of(number))])
    return user, ids[::2]


@pytest.mark.parametrize(("newest", "more", "rare"), [(3, 5, 4), (4, 40, 2), (1, 1, 100), (200, 2000, 2000)])
def test_every_page_is_the_same_wherever_the_engine_stops_looking(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, newest: int, more: int, rare: int
) -> None:
    monkeypatch.setattr(postgresql, "NEWEST", newest)
    monkeypatch.setattr(postgresql, "MORE", more)
    monkeypatch.setattr(postgresql, "RARE", rare)
    user, ids = fill(database, clock)
    for query, is_found in QUERIES.items():
        expected = [ids[number] for number in range(COUNT) if is_kept(number) and is_found(number)][::-1]
        for limit in (1, 4, 100):
            shown: list[int] = []
            while page := found(
                database,
                user,
                query,
                label_ids=LABELS,
                limit=limit,
                before_id=shown[-1] if shown else None,
            ):
                assert len(page) <= limit, query
                shown += page
            assert shown == expected, (query, limit)


def test_each_view_is_searched_to_its_end(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "NEWEST", 3)
    monkeypatch.setattr(postgresql, "MORE", 5)
    monkeypatch.setattr(postgresql, "RARE", 1)
    user, ids = fill(database, clock)
    views: dict[service.View, Any] = {
        "trashed": lambda n: not is_kept(n),
        "archived": lambda n: is_kept(n) and n % 13 == 0,
        "active": lambda n: is_kept(n) and n % 13,
    }
    for view, is_there in views.items():
        expected = [ids[number] for number in range(COUNT) if is_there(number)][::-1]
        assert found(database, user, "everywhere", view=view) == expected
