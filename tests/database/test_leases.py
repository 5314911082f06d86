"""Leases: one of many has it, until a moment."""

from __future__ import annotations

from datetime import timedelta

from keepwsgi.database import Database, leases
from tests.conftest import Clock

DAY = timedelta(days=1)


def test_a_lease_is_had_by_one_until_it_ends(database: Database, clock: Clock) -> None:
    assert leases.claim(database, "chore", DAY)
    assert leases.claim(database, "another", DAY)
    clock.advance(hours=23)
    assert not leases.claim(database, "chore", DAY)  # and who was refused has not made it longer
    clock.advance(hours=1)
    assert leases.claim(database, "chore", DAY)


def test_a_lease_that_is_renewed_lasts_from_then_on(database: Database, clock: Clock) -> None:
    assert not leases.renew(database, "chore", DAY)
    clock.advance(hours=23)
    assert leases.renew(database, "chore", DAY)
    clock.advance(hours=23)
    assert not leases.claim(database, "chore", DAY)
    clock.advance(hours=1)
    assert not leases.renew(database, "chore", DAY)  # it had ended
