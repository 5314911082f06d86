"""Failed sign-ins are limited, on both engines, across processes, and nobody is locked out by strangers."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import func, select

from keepwsgi.accounts import passwords, service, throttle
from keepwsgi.accounts.models import SignInFailure
from keepwsgi.accounts.schemas import SignInForm
from keepwsgi.database import Database
from tests.conftest import Clock
from tests.factories import PASSWORD, make_user

WRONG = "wrong"


def guess(database: Database, username: str, password: str = WRONG, address: str = "192.0.2.1") -> None:
    form = SignInForm.model_validate_strings({"username": username, "password": password})
    service.authenticate(database, form, address)


def fail(database: Database, times: int, username: str, address: str = "192.0.2.1") -> None:
    for _ in range(times):
        with pytest.raises(service.BadCredentials):
            guess(database, username, address=address)


@pytest.fixture(autouse=True)
def no_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "check_password_hash", lambda stored, password: password == PASSWORD)


def test_a_name_may_be_guessed_ten_times_from_anywhere(database: Database) -> None:
    make_user(database, "민수")
    for number in range(throttle.PER_NAME):
        fail(database, 1, "민수", f"192.0.2.{number}")
    with pytest.raises(throttle.TooManyAttempts):
        guess(database, "민수", PASSWORD, "198.51.100.1")
    fail(database, 1, "영희", "192.0.2.1")


def test_an_address_may_guess_fifty_times_whatever_the_names(database: Database) -> None:
    for number in range(throttle.PER_ADDRESS):
        fail(database, 1, f"name{number}")
    with pytest.raises(throttle.TooManyAttempts):
        guess(database, "another name")
    fail(database, 1, "another name", "192.0.2.2")


def test_what_a_network_customer_has_of_ipv6_is_one_address(database: Database) -> None:
    for number in range(throttle.PER_ADDRESS):
        fail(database, 1, f"name{number}", f"2001:db8::{number:x}")
    with pytest.raises(throttle.TooManyAttempts):
        guess(database, "another name", address="2001:db8::ffff:1:2")
    fail(database, 1, "another name", "2001:db8:0:1::1")


def test_it_is_said_when_to_try_again_and_then_it_works(database: Database, clock: Clock) -> None:
    make_user(database, "민수")
    fail(database, 1, "민수")
    clock.advance(minutes=5)
    fail(database, throttle.PER_NAME - 1, "민수")
    with pytest.raises(throttle.TooManyAttempts) as caught:
        guess(database, "민수", PASSWORD)
    assert caught.value.retry_after == 10 * 60
    clock.advance(seconds=caught.value.retry_after)
    guess(database, "민수", PASSWORD)


def test_trying_while_it_is_locked_does_not_keep_it_locked(database: Database, clock: Clock) -> None:
    make_user(database, "민수")
    fail(database, throttle.PER_NAME, "민수")
    for _ in range(20):
        clock.advance(seconds=30)
        with pytest.raises(throttle.TooManyAttempts):
            guess(database, "민수")
    clock.advance(minutes=5)
    guess(database, "민수", PASSWORD)


def test_signing_in_clears_the_names_failures(database: Database) -> None:
    make_user(database, "민수")
    for _ in range(3):
        fail(database, throttle.PER_NAME - 1, "민수")
        guess(database, "민수", PASSWORD)


def test_strangers_cannot_lock_a_user_out_of_where_they_signed_in_before(database: Database, clock: Clock) -> None:
    make_user(database, "민수")
    guess(database, "민수", PASSWORD, "192.0.2.7")
    fail(database, throttle.PER_NAME, "민수", "198.51.100.1")
    with pytest.raises(throttle.TooManyAttempts):
        guess(database, "민수", PASSWORD, "198.51.100.2")
    fail(database, 1, "민수", "192.0.2.7")
    guess(database, "민수", PASSWORD, "192.0.2.7")
    fail(database, throttle.PER_NAME, "민수", "192.0.2.7")
    with pytest.raises(throttle.TooManyAttempts):
        guess(database, "민수", PASSWORD, "192.0.2.7")
    clock.advance(days=31)
    fail(database, throttle.PER_NAME, "민수", "198.51.100.1")
    with pytest.raises(throttle.TooManyAttempts):
        guess(database, "민수", PASSWORD, "192.0.2.7")


def test_no_more_than_ten_guesses_get_through_however_many_come_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user(database, "민수")
    monkeypatch.setattr(passwords, "WAITING", 100)
    monkeypatch.setattr(passwords, "PER_NETWORK", 100)
    monkeypatch.setattr(passwords, "_running", threading.Semaphore(100))
    outcomes: list[type[Exception]] = []

    def run() -> None:
        for _ in range(3):
            try:
                guess(database, "민수")
            except Exception as error:
                outcomes.append(type(error))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(service.BadCredentials) == throttle.PER_NAME
    assert outcomes.count(throttle.TooManyAttempts) == 24 - throttle.PER_NAME


def test_old_failures_are_pruned(database: Database, clock: Clock) -> None:
    fail(database, 5, "nobody")
    clock.advance(minutes=15)
    fail(database, 1, "somebody")
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(SignInFailure)).scalar_one() == 1


def test_the_count_is_shared_by_all_processes(database: Database, clock: Clock) -> None:
    other = Database(database.url.render_as_string(hide_password=False), clock=clock)
    fail(database, throttle.PER_NAME // 2, "민수")
    fail(other, throttle.PER_NAME // 2, "민수")
    for one in (database, other):
        with pytest.raises(throttle.TooManyAttempts):
            guess(one, "민수")
    other.dispose()


def test_beyond_two_hashes_and_two_waiting_people_are_sent_away_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(passwords, "check_password_hash", lambda *_: release.wait(5) and False)
    outcomes: list[type[Exception]] = []

    def run(number: int) -> None:
        try:
            guess(database, "nobody", address=f"192.0.2.{number}")
        except Exception as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(7)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 5
    while len(outcomes) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert outcomes == [passwords.TooBusy] * 3
    release.set()
    for thread in threads:
        thread.join()
    assert outcomes.count(service.BadCredentials) == 4
    with database.reading() as session:  # whoever was sent away has not used up an attempt
        assert session.execute(select(func.count()).select_from(SignInFailure)).scalar_one() == 4


def test_one_address_never_has_all_the_places_for_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(passwords, "check_password_hash", lambda *_: release.wait(5) and False)
    outcomes: dict[str, list[type[Exception]]] = {"192.0.2.1": [], "192.0.2.2": []}

    def run(address: str) -> None:
        try:
            guess(database, "nobody", address=address)
        except Exception as error:
            outcomes[address].append(type(error))

    threads = [threading.Thread(target=run, args=("192.0.2.1",)) for _ in range(5)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 5
    while len(outcomes["192.0.2.1"]) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    other = threading.Thread(target=run, args=("192.0.2.2",))
    other.start()
    release.set()
    for thread in [*threads, other]:
        thread.join()
    assert outcomes["192.0.2.1"].count(passwords.TooBusy) == 3
    assert outcomes["192.0.2.2"] == [service.BadCredentials]


def test_an_address_over_its_limit_takes_no_place(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(database, throttle.PER_NAME, "nobody")
    monkeypatch.setattr(passwords, "place", lambda network="": pytest.fail("a place was taken"))
    with pytest.raises(throttle.TooManyAttempts):
        guess(database, "nobody")


def test_an_old_password_that_is_being_checked_while_it_is_changed_opens_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(database, "민수")
    right = passwords.Hasher.check

    def changed_meanwhile(self: passwords.Hasher, password_hash: str | None, password: str) -> bool:
        monkeypatch.setattr(passwords.Hasher, "check", right)
        service.set_password(database, user.id, "another password")
        return True

    monkeypatch.setattr(passwords.Hasher, "check", changed_meanwhile)
    with pytest.raises(service.BadCredentials):
        guess(database, "민수")
