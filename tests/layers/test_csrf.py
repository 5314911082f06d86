"""What Flask-WTF does not look at: where the browser says a request came from, and bodies left unread."""

from __future__ import annotations

import io
from typing import Any
from wsgiref.validate import WSGIWarning

import pytest

from keepwsgi.layers import CSRFError, Rule, csrf, csrf_token
from keepwsgi.layers.testing import TestClient

from .applications import application


def token(request: Any) -> str:
    return csrf_token(request)


def act(request: Any) -> str:
    return "done"


def refused(request: Any, error: CSRFError) -> tuple[str, int]:
    return f"{error.description} {error.from_elsewhere}", 400


def client_of(reads_multipart: Any = lambda request: True) -> tuple[TestClient, str]:
    """A client, and the token of its session."""
    app = application(
        [Rule("/token", endpoint=token), Rule("/", endpoint=act, methods=["GET", "POST", "PURGE"])],
        inner=[csrf(reads_multipart=reads_multipart)],
        handlers={CSRFError: refused},
    )
    client = app.test_client()
    return client, client.get("/token").text


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "none, same-origin"])
def test_a_request_from_another_site_is_refused_though_it_has_the_token(site: str) -> None:
    client, token = client_of()
    response = client.post("/", data={"csrf_token": token}, headers={"Sec-Fetch-Site": site})
    assert (response.status_code, response.text) == (400, "The form was sent from another site. True")


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_request_from_this_site_or_the_address_bar_still_needs_the_token(site: str) -> None:
    client, token = client_of()
    headers = {"Sec-Fetch-Site": site}
    assert client.post("/", data={"csrf_token": token}, headers=headers).text == "done"
    assert client.post("/", headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost", 200),
        ("HTTP://LOCALHOST", 200),
        ("https://localhost", 200),  # a proxy may have ended TLS
        ("http://localhost:81", 400),
        ("http://evil.example", 400),
        ("http://localhost.evil.example", 400),
        ("null", 400),
        ("", 400),
        ("//localhost@evil.example", 400),
        ("http://[", 400),
    ],
)
def test_without_sec_fetch_site_the_origin_must_be_this_host(origin: str, status: int) -> None:
    client, token = client_of()
    response = client.post("/", data={"csrf_token": token}, headers={"Origin": origin})
    assert response.status_code == status


def test_sec_fetch_site_goes_before_origin() -> None:
    client, token = client_of()
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://elsewhere.example"}
    assert client.post("/", data={"csrf_token": token}, headers=headers).text == "done"


def test_reading_is_free_from_anywhere() -> None:
    client, _ = client_of()
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).text == "done"


def test_a_method_that_is_not_known_to_be_safe_is_not() -> None:
    client, token = client_of()
    with pytest.warns(WSGIWarning, match="Unknown REQUEST_METHOD"):
        assert client.open("/", method="PURGE").status_code == 400
    with pytest.warns(WSGIWarning, match="Unknown REQUEST_METHOD"):
        assert client.open("/", method="PURGE", headers={"X-CSRF-Token": token}).text == "done"


class Unreadable(io.BytesIO):
    """A body that must not be touched."""

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("the body was read")

    readline = readinto = read1 = read  # type: ignore[assignment]


def test_a_multipart_body_is_not_read_for_a_stranger() -> None:
    client, _ = client_of(reads_multipart=lambda request: False)
    kind = "multipart/form-data; boundary=x"
    overrides = {"wsgi.input": Unreadable(b"--x"), "CONTENT_LENGTH": "3"}
    response = client.post("/", content_type=kind, environ_overrides=overrides)
    assert response.text == "The form carries no CSRF token. False"


def test_a_stranger_s_multipart_body_with_the_header_passes_unread() -> None:
    client, token = client_of(reads_multipart=lambda request: False)
    data = {"picture": (io.BytesIO(b"x"), "a.png")}
    assert client.post("/", data=data, headers={"X-CSRF-Token": token}).text == "done"
    data = {"picture": (io.BytesIO(b"x"), "a.png"), "csrf_token": token}  # type: ignore[dict-item]
    assert client.post("/", data=data).status_code == 400


def test_each_refusal_says_its_reason() -> None:
    client, token = client_of()
    stranger = client.app.test_client()
    assert "carries no CSRF token" in client.post("/").text
    assert "is not this session's" in client.post("/", data={"csrf_token": "x"}).text
    assert "session has ended" in stranger.post("/", data={"csrf_token": token}).text


def test_the_header_goes_before_the_form_so_that_no_body_need_be_parsed() -> None:
    client, token = client_of()
    assert client.post("/", data={"csrf_token": "wrong"}, headers={"X-CSRF-Token": token}).text == "done"
    assert client.post("/", data={"csrf_token": token}, headers={"X-CSRF-Token": "wrong"}).status_code == 400


def test_tokens_of_two_sessions_differ_and_are_not_exchanged() -> None:
    client, token = client_of()
    other = client.app.test_client()
    theirs = other.get("/token").text
    assert theirs != token
    assert client.post("/", data={"csrf_token": theirs}).status_code == 400


@pytest.mark.parametrize("token", ["\ud800", "토큰", "\x00", "a" * 100_000])
def test_a_strange_token_is_refused_and_no_500(token: str) -> None:
    client, _ = client_of()
    body = b"csrf_token=" + token.encode("utf-8", "surrogatepass")
    kind = "application/x-www-form-urlencoded"
    assert client.post("/", data=body, content_type=kind).status_code == 400


def test_what_is_exempt_is_not_asked() -> None:
    app = application(
        [Rule("/", endpoint=act, methods=["POST"])],
        inner=[csrf(reads_multipart=lambda request: True, exempt=lambda request: "X-Program" in request.headers)],
        handlers={CSRFError: refused},
    )
    client = app.test_client()
    assert client.post("/", headers={"X-Program": "1"}).text == "done"
    assert client.post("/").status_code == 400
