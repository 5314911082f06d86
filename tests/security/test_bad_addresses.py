"""Paths, queries, hosts and cookies no browser sends: each has a clear answer, never a 500."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote

import pytest

from keepwsgi.layers import Application
from tests.clients import Browser, sign_in_new
from tests.conftest import MakeApp
from tests.factories import make_memo
from tests.security.bodies import memos_kept

# One application for all of them: none may change anything.


@pytest.fixture
def browser(shared_app: Application) -> Browser:
    """Return a browser signed in as somebody new."""
    return sign_in_new(shared_app, f"minji-{secrets.token_hex(4)}")


@pytest.fixture
def visitor(shared_app: Application) -> Browser:
    """Return a browser of somebody who has not signed in."""
    return Browser(shared_app)


@pytest.mark.parametrize(
    "memo_id",
    ["0", "-1", "99", str(2**63 - 1), str(2**63), str(2**64), "9" * 5000, "٣", "1.0", "1e3", " 1", "0x1"],
)
@pytest.mark.parametrize("action", ["", "/pin", "/delete", "/copy"])
def test_a_memo_id_that_is_none_is_not_found(browser: Browser, memo_id: str, action: str) -> None:
    make_memo(browser.database, browser.user)
    path = f"/memos/{quote(memo_id)}{action}"
    # Under an action the rule matches whatever number it is, and is not for GET.
    assert browser.get(path).status_code in (404, 405)
    assert browser.post(path, title="x").status_code in (404, 405)
    assert browser.get(f"/memos/{quote(memo_id)}").status_code in (404, 405)


@pytest.mark.parametrize(
    "path",
    [
        "/%2e%2e",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/static/%2e%2e/keepwsgi.db",
        "/memos/%2e%2e/1",
        "/memos/1%00",
        "/%00",
        "/%ff%fe",
        "/memos/%ff",
        "/%ed%a0%80",
        "/한글",
        "/" + "a" * 10_000,
        "/" + "a/" * 3_000,
        "/;x=y",
        "/memos/1;x",
        "/\\evil.example",
    ],
)
def test_an_odd_path_is_not_found(browser: Browser, path: str) -> None:
    response = browser.get(path)
    assert response.status_code == 404
    assert "There is nothing here" in response.text
    assert browser.post(path).status_code == 404


def test_slashes_too_many_lead_only_to_this_site(browser: Browser) -> None:
    for path in ("//archive", "//evil.example/archive", "///evil.example", "/archive//", "/memos//1"):
        response = browser.client.open(
            environ_overrides={"PATH_INFO": path, "REQUEST_METHOD": "GET", "SCRIPT_NAME": ""}
        )
        assert response.status_code in (200, 308, 404)
        assert not (response.location or "/").startswith("//")
        assert (response.location or "/").startswith("/")


@pytest.mark.parametrize(
    "query", ["%ff", "cursor=%ff", "next=%ff%00", "a&" * 5_000, "=", "&&&", "%", "a=%zz", "\x7f"]
)
def test_an_odd_query_is_no_error_of_ours(browser: Browser, visitor: Browser, query: str) -> None:
    for who in (browser, visitor):
        for path in ("/", "/login", "/register", "/settings", "/healthz"):
            assert who.get(f"{path}?{query}").status_code in (200, 303, 400, 403, 414)


def test_raw_bytes_in_path_query_and_cookie_are_no_error_of_ours(browser: Browser) -> None:
    raw = "/\xff\xfe\xed\xa0\x80"  # latin-1, as PEP 3333 has it
    response = browser.client.open(
        "/", environ_overrides={"PATH_INFO": raw, "QUERY_STRING": "cursor=\xff", "HTTP_COOKIE": "session=\xff\xfe"}
    )
    assert response.status_code == 404


def test_methods_nobody_knows_are_not_allowed(browser: Browser) -> None:
    for method in ("PUT", "DELETE", "PATCH", "POST"):
        response = browser.open("/archive", method=method)
        assert response.status_code == 405, method
        assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    "host", ["with space", "evil.example", "localhost:99999", "a@b", "[::1", "한글", "x" * 5000]
)
def test_a_host_of_another_site_is_refused_where_hosts_are_given(make_app: MakeApp, host: str) -> None:
    visitor = Browser(make_app(trusted_hosts=("keep.example", ".notes.example")))
    overrides = {"HTTP_HOST": host.encode().decode("latin-1")}
    response = visitor.get("/login", environ_overrides=overrides)
    assert response.status_code == 400
    assert "The request cannot be understood" in response.text
    assert visitor.get("/", environ_overrides={"HTTP_HOST": "keep.example:8080"}).status_code == 303
    assert visitor.get("/", environ_overrides={"HTTP_HOST": "my.notes.example"}).status_code == 303


@pytest.mark.parametrize("host", ["with space", "a@b", "[::1", "한글", "/", "a/b", "\x01", ""])
def test_a_host_that_is_none_gets_an_answer_and_is_never_repeated(browser: Browser, host: str) -> None:
    for path in ("/", "/archive/", "/login", "/nowhere"):
        response = browser.client.open(path, environ_overrides={"HTTP_HOST": host.encode().decode("latin-1")})
        assert response.status_code in (200, 303, 308, 400, 404)
        assert (response.location or "/").startswith("/")


@pytest.mark.parametrize(
    "change",
    [
        lambda cookie: "",
        lambda cookie: "x",
        lambda cookie: cookie[:-1],
        lambda cookie: cookie[: len(cookie) // 2],
        lambda cookie: "A" + cookie[1:],
        lambda cookie: cookie + "A",
        lambda cookie: cookie.replace(".", ""),
        lambda cookie: "." + cookie,
        lambda cookie: cookie * 60,
        lambda cookie: "a" * 8192,
        lambda cookie: "." * 8192,
        lambda cookie: "eyJ1c2VyX2lkIjoxLCJlcG9jaCI6MX0.AAAA.AAAA",
        lambda cookie: '"\\377\\000"',
        lambda cookie: "\xff\xfe",
    ],
)
def test_a_cookie_that_was_not_signed_here_signs_nobody_in(browser: Browser, change: Any) -> None:
    cookie = browser.client.get_cookie(browser.app.config["SESSION_COOKIE_NAME"])
    assert cookie
    forged = {"HTTP_COOKIE": f"session={change(cookie.value)}"}
    client = browser.app.test_client(use_cookies=False)
    before = memos_kept(browser)
    assert client.get("/", environ_overrides=forged).status_code == 303
    assert client.post("/memos", data={"title": "x"}, environ_overrides=forged).status_code == 401
    assert client.get("/login", environ_overrides=forged).status_code == 200
    assert memos_kept(browser) == before


def test_a_cookie_of_another_installation_signs_nobody_in(browser: Browser, make_app: MakeApp) -> None:
    database = f"sqlite:///{browser.database.url.database}"
    other = Browser(make_app(secret_key="the key of another installation", database_url=database))
    cookie = browser.client.get_cookie(browser.app.config["SESSION_COOKIE_NAME"])
    assert cookie
    other.client.set_cookie(cookie.key, cookie.value)
    assert other.get("/").status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"user_id": 2**70, "epoch": 1},
        {"user_id": -1, "epoch": 1},
        {"user_id": "1", "epoch": 1},
        {"user_id": 1, "epoch": None},
        {"user_id": True, "epoch": True},
        {"user_id": [1], "epoch": {}},
    ],
)
def test_a_session_of_another_release_signs_nobody_in(browser: Browser, claims: dict[str, Any]) -> None:
    with browser.client.session_transaction() as session:
        session.clear()
        session.update(claims)
    assert browser.get("/").status_code == 303
