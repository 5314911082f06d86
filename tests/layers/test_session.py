"""Sessions that cost nothing unless used, and are issued anew only when due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keepwsgi.layers import CookieSessions, Rule
from keepwsgi.layers.session import Session

from .applications import KEY, application


class Watched(CookieSessions):
    """Counts how often a cookie is parsed and saved."""

    opened = 0
    saved = 0

    def open(self, request: Any) -> Session:
        self.opened += 1
        return super().open(request)

    def save(self, request: Any, response: Any) -> None:
        self.saved += 1
        super().save(request, response)


def untouched(request: Any) -> str:
    return "untouched"


def read(request: Any) -> str:
    return str(request.session.get("user"))


def sign_in(request: Any) -> str:
    request.session["user"] = "ada"
    request.session.permanent = "permanent" in request.args
    return "signed in"


def broken(request: Any) -> str:
    request.session["user"] = "lost?"
    raise RuntimeError


RULES = [
    Rule("/untouched", endpoint=untouched),
    Rule("/read", endpoint=read),
    Rule("/sign-in", endpoint=sign_in),
    Rule("/broken", endpoint=broken),
]


def test_an_untouched_session_is_not_parsed_and_leaves_no_header() -> None:
    store = Watched([KEY])
    client = application(RULES, store=store).test_client()
    client.get("/sign-in")
    store.opened = store.saved = 0
    for headers in ({}, {"Cookie": "session=forged"}, {"Cookie": "\xff;;="}):
        response = client.get("/untouched", headers=headers)
        assert "Set-Cookie" not in response.headers
        assert "Vary" not in response.headers
    assert (store.opened, store.saved) == (0, 0)


def test_a_session_that_is_read_is_parsed_once() -> None:
    def twice(request: Any) -> str:
        return f"{request.session.get('a')} {request.session.get('b')}"

    store = Watched([KEY])
    response = application([Rule("/", endpoint=twice)], store=store).test_client().get("/")
    assert store.opened == 1
    assert response.headers["Vary"] == "Cookie"
    assert "Set-Cookie" not in response.headers


def test_a_permanent_session_is_issued_anew_only_when_it_is_old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    store = CookieSessions([KEY], refresh_after=timedelta(hours=1))
    client = application(RULES, store=store).test_client()
    assert "Set-Cookie" in client.get("/sign-in?permanent").headers
    assert "Set-Cookie" not in client.get("/read").headers

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(minutes=61)

    monkeypatch.setattr("keepwsgi.layers.session.datetime", Later)
    assert "Set-Cookie" in client.get("/read").headers


def test_a_session_that_is_not_permanent_is_never_issued_anew() -> None:
    client = application(RULES, store=CookieSessions([KEY])).test_client()
    client.get("/sign-in")
    assert "Set-Cookie" not in client.get("/read").headers


def test_a_session_knows_when_it_was_issued() -> None:
    seen: list[Any] = []

    def issued(request: Any) -> str:
        seen.append(request.session.issued)
        return "seen"

    client = application([*RULES, Rule("/issued", endpoint=issued)]).test_client()
    client.get("/issued")
    client.get("/sign-in")
    client.get("/issued")
    assert seen[0] is None
    assert abs(datetime.now(UTC) - seen[1]) < timedelta(seconds=10)


def test_the_session_is_saved_over_a_500() -> None:
    client = application(RULES).test_client()
    assert client.get("/broken").status_code == 500
    assert client.get("/read").text == "lost?"


def test_a_changed_key_signs_nobody_out_while_the_old_one_is_accepted() -> None:
    old = application(RULES, store=CookieSessions(["old"])).test_client()
    old.get("/sign-in")
    cookie = old.get_cookie("session")
    assert cookie is not None
    for keys, expected in ((["new", "old"], "ada"), (["new"], "None"), (["old", "new"], "ada")):
        client = application(RULES, store=CookieSessions(keys)).test_client()
        client.set_cookie("session", cookie.value)
        assert client.get("/read").text == expected


def test_two_mounted_applications_on_one_host_keep_their_sessions_apart() -> None:
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    from keepwsgi.layers.testing import TestClient

    first = application(RULES, store=CookieSessions(["one key"]))
    second = application(RULES, store=CookieSessions(["another key"]))
    client = TestClient(first, mounted=DispatcherMiddleware(first, {"/b": second}))
    # A browser sends the cookie of the longer path first (RFC 6265, 5.4); this client sends the older one first.
    client.get("/b/sign-in")
    client.get("/sign-in")
    assert (client.get("/read").text, client.get("/b/read").text) == ("ada", "ada")


@pytest.mark.parametrize("payload", ["W10", "IngI", "bnVsbA", "eyIgYiI6MX0", "eyIgZGkiOjF9"])
def test_a_signed_cookie_that_holds_no_session_is_no_500(payload: str) -> None:
    """Only who has the key can make one, as another application with the same key might."""
    from hashlib import sha1

    from itsdangerous import TimestampSigner

    signer = TimestampSigner(KEY, salt="cookie-session", key_derivation="hmac", digest_method=sha1)
    client = application(RULES).test_client()
    client.set_cookie("session", signer.sign(payload).decode())
    assert client.get("/read").status_code == 200


def test_without_a_key_a_session_can_be_read_and_not_written() -> None:
    client = application(RULES, store=CookieSessions([])).test_client()
    assert client.get("/read").text == "None"
    assert client.get("/sign-in").status_code == 500
