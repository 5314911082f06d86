"""What no browser sends: each has a clear answer, never a 500, and no text is lost."""

from __future__ import annotations

import html
import time
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import func, select

from keepwsgi.layers.request import DRAINED_BYTES
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.schemas import BODY_LONGEST, TITLE_LONGEST
from tests.clients import Browser, fields_of_form
from tests.conftest import MakeApp
from tests.factories import get_memo, make_memo, make_user

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=boundary"


class Input:
    """A body of any length that counts how much of it is read."""

    def __init__(self, length: int, beginning: bytes = b"") -> None:
        self.left = length
        self.beginning = beginning
        self.bytes_read = 0

    def read(self, size: int = -1) -> bytes:
        size = self.left if size < 0 else min(size, self.left)
        self.left -= size
        self.bytes_read += size
        head, self.beginning = self.beginning[:size], self.beginning[size:]
        return head.ljust(size, b"a")

    def readline(self, size: int = -1) -> bytes:
        return self.read(size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        return [self.read()]

    def __iter__(self) -> Any:
        while chunk := self.read(65536):
            yield chunk


def memos_kept(browser: Browser) -> int:
    with browser.database.reading() as session:
        return session.scalar(select(func.count()).select_from(MemoRow)) or 0


def parts(*fields: tuple[str, str]) -> bytes:
    """A multipart body."""
    disposition = '--boundary\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return ("".join(disposition.format(name, text) for name, text in fields) + "--boundary--\r\n").encode()


# Addresses


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


# Hosts


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


# Cookies


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
    cookie = browser.client.get_cookie("session")
    assert cookie
    forged = {"HTTP_COOKIE": f"session={change(cookie.value)}"}
    client = browser.app.test_client(use_cookies=False)
    assert client.get("/", environ_overrides=forged).status_code == 303
    assert client.post("/memos", data={"title": "x"}, environ_overrides=forged).status_code == 401
    assert client.get("/login", environ_overrides=forged).status_code == 200
    assert memos_kept(browser) == 0


def test_a_cookie_of_another_installation_signs_nobody_in(browser: Browser, make_app: MakeApp) -> None:
    other = Browser(make_app(secret_key="the key of another installation"))
    cookie = browser.client.get_cookie("session")
    assert cookie
    other.client.set_cookie("session", cookie.value)
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
    expected = 200 if claims["user_id"] is True else 303  # True is 1, in Python as in SQL
    assert browser.get("/").status_code == expected


# Text


@pytest.mark.parametrize("text", ["\0", "before\0after"])
@pytest.mark.parametrize("field", ["title", "body"])
def test_text_with_a_NUL_is_refused_and_shown_again(browser: Browser, field: str, text: str) -> None:  # noqa: N802
    memo = make_memo(browser.database, browser.user, "as it was")
    other = {"title": "the other", "body": "the other"}
    for path in ("/memos", f"/memos/{memo.id}"):
        response = browser.post(path, **other | {field: text})
        assert response.status_code == 422
        assert "This has a character that cannot be stored." in response.text
        assert "the other" in response.text
        if text.strip("\0"):
            assert "before" in response.text
            assert "after" in response.text
    assert get_memo(browser.database, browser.user, memo.id) == memo
    assert memos_kept(browser) == 1


@pytest.mark.parametrize("form", [FORM, MULTIPART])
def test_bytes_that_are_no_text_are_kept_as_something_readable(browser: Browser, form: str) -> None:
    """A browser replaces them before it sends a form; what another client sends must not end in an error."""
    body = b"title=half%ED%A0%80&body=%FF+fin"
    if form == MULTIPART:
        body = parts(("title", "half!"), ("body", "! fin")).replace(b"!", b"\xff")
    assert browser.post_body("/memos", body, form).status_code == 303
    page = browser.get("/").text
    assert "half" in page
    assert "fin" in page


@pytest.mark.parametrize("field", ["color", "kind", "revision"])
@pytest.mark.parametrize("value", ["\0", "ultraviolet", "9" * 5000, "-1", "한글"])
def test_a_choice_that_is_none_is_refused_and_the_text_shown_again(
    browser: Browser, field: str, value: str
) -> None:
    memo = make_memo(browser.database, browser.user, "as it was")
    for path in ("/memos", f"/memos/{memo.id}"):
        response = browser.post(path, **{"title": "my title", "body": "my text", field: value})
        assert response.status_code == 422
        assert "my title" in response.text
        assert "my text" in response.text
        assert 'class="field__errors"' in response.text
    assert get_memo(browser.database, browser.user, memo.id) == memo


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": ["one", "two"]}, "This field was sent more than once."),
        ({"body": ["one", "two"]}, "This field was sent more than once."),
        ({"title": "one", "colour": "two"}, "This form has no such field."),
        ({"title": "one", "kind": ["text", "two"]}, "This field was sent more than once."),
    ],
)
def test_a_field_sent_twice_or_unknown_is_refused_and_named(
    browser: Browser, fields: dict[str, Any], message: str
) -> None:
    memo = make_memo(browser.database, browser.user, "as it was")
    for path in ("/memos", f"/memos/{memo.id}"):
        response = browser.post(path, **fields)
        assert response.status_code == 422
        assert message in response.text
        assert "one" in response.text
        if "two" in fields.get("title", fields.get("body", "")):
            assert "two" in response.text
    assert memos_kept(browser) == 1


@pytest.mark.parametrize("path", ["/login", "/register", "/settings", "/settings/password"])
def test_an_account_form_with_an_unknown_or_missing_field_says_so(make_app: MakeApp, path: str) -> None:
    app = make_app(registration="open")
    who, user = Browser(app), make_user(app.config["DATABASE"])
    if path.startswith("/settings"):
        who.signed_in_as(user)
    else:
        who.get(path)
    response = who.post(path, evil="x")
    assert response.status_code == 422
    assert "This form has no such field." in response.text
    assert "evil" in response.text
    if path != "/settings":
        assert "This field is missing." in response.text


def test_a_title_and_a_body_too_long_are_refused_and_shown_again(browser: Browser) -> None:
    memo = make_memo(browser.database, browser.user, "as it was")
    for path in ("/memos", f"/memos/{memo.id}"):
        for field, longest in (("title", TITLE_LONGEST), ("body", BODY_LONGEST)):
            other = "body" if field == "title" else "title"
            text = "가" * (longest + 1)
            response = browser.post(path, **{field: text, other: "the other", "color": "red"})
            assert response.status_code == 422
            assert f"At most {longest} characters are allowed." in response.text
            fields = fields_of_form(response.text, path)
            assert fields[field] == text
            assert fields[other] == "the other"
            assert fields["color"] == "red"
    assert memos_kept(browser) == 1


def test_a_hundred_thousand_korean_characters_are_kept(browser: Browser) -> None:
    body = "가나다라마바사아자차" * (BODY_LONGEST // 10)
    sent = urlencode({"title": "긴 글", "body": body}).encode()
    assert len(sent) > 900_000
    assert browser.post_body("/memos", sent, FORM).status_code == 303
    assert get_memo(browser.database, browser.user, 1).body == body
    assert fields_of_form(browser.get("/memos/1").text, "/memos/1")["body"] == body


def test_line_ends_count_as_one_character_as_the_reader_counts_them(browser: Browser) -> None:
    body = "a\r\n" * (BODY_LONGEST // 2)
    assert browser.post("/memos", body=body).status_code == 303


# Bodies


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("content_type", [FORM, MULTIPART, "application/json", ""])
def test_a_body_over_the_limit_is_refused_after_a_bounded_amount(
    browser: Browser, visitor: Browser, signed_in: bool, content_type: str
) -> None:
    who = browser if signed_in else visitor
    body = Input(10**9)
    response = who.open(
        "/memos",
        method="POST",
        content_type=content_type,
        headers={"X-CSRF-Token": who.token},
        environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": str(10**9)},
    )
    assert response.status_code == 413
    assert "That is too large" in response.text
    assert 0 < body.bytes_read <= DRAINED_BYTES


def test_a_body_of_just_the_limit_is_read(browser: Browser) -> None:
    body = b"body=" + b"a" * (2 * 1024 * 1024 - 5)
    assert browser.post_body("/memos", body, FORM).status_code == 422
    assert browser.post_body("/memos", body + b"a", FORM).status_code == 413


@pytest.mark.parametrize("path", ["/memos", "/login", "/settings/password"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_two_mebibytes_of_empty_fields_are_refused_quickly(
    browser: Browser, visitor: Browser, signed_in: bool, path: str
) -> None:
    who = browser if signed_in else visitor
    visitor.get("/login")
    started = time.process_time()
    without_token = {"X-CSRF-Token": ""} if not signed_in else {}
    response = who.post_body(path, b"a&" * (1024 * 1024), FORM, headers=without_token)
    assert response.status_code in (400, 401, 413)
    assert time.process_time() - started < 1
    if signed_in and path == "/memos":
        assert response.status_code == 413


def test_a_thousand_and_one_parts_are_refused(browser: Browser) -> None:
    many = parts(*[("title", str(n)) for n in range(1001)])
    response = browser.open("/memos", method="POST", data=many, content_type=MULTIPART)
    assert response.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"--boundary\r\n" + b"X: " + b"a" * 2_000_000,
        b"--boundary\r\n" + b"X: a\r\n" * 300_000,
        b"--boundary\r\n" * 150_000,
        b"--boundary" + b"\r" * 2_000_000,
        b"\r\n--bound" * 200_000,
        b"",
        b"no boundary at all",
        b"--boundary--",
        b'--boundary\r\nContent-Disposition: form-data; name="csrf_token',
    ],
)
def test_a_multipart_body_that_is_none_is_refused_quickly(browser: Browser, body: bytes) -> None:
    started = time.process_time()
    response = browser.open("/memos", method="POST", data=body, content_type=MULTIPART)
    assert response.status_code in (400, 413)
    assert time.process_time() - started < 1
    assert memos_kept(browser) == 0


@pytest.mark.parametrize("path", ["/memos", "/memos/1", "/login", "/register", "/settings/password"])
def test_the_multipart_body_of_a_stranger_is_not_read_at_all(
    browser: Browser, visitor: Browser, path: str
) -> None:
    visitor.get("/login")
    body = Input(2_000_000, parts(("csrf_token", visitor.token), ("title", "x")))
    for headers in ({}, {"X-CSRF-Token": visitor.token}):
        response = visitor.open(
            path,
            method="POST",
            headers=headers,
            content_type=MULTIPART,
            environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": "2000000"},
        )
        assert response.status_code in (401, 415)
        assert body.bytes_read == 0


def test_a_form_may_be_sent_as_multipart(browser: Browser) -> None:
    body = parts(("csrf_token", browser.token), ("title", "여러 부분"), ("body", "text"))
    assert browser.open("/memos", method="POST", data=body, content_type=MULTIPART).status_code == 303
    assert get_memo(browser.database, browser.user, 1).title == "여러 부분"


def test_a_file_in_place_of_a_field_is_refused(browser: Browser) -> None:
    body = parts(("csrf_token", browser.token), ("body", "text")).replace(
        b'name="body"', b'name="body"; filename="x.txt"'
    )
    response = browser.open("/memos", method="POST", data=body, content_type=MULTIPART)
    assert response.status_code == 422
    assert memos_kept(browser) == 0


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/xml", "", "a/b", ";;", "multipart/form-data"]
)
def test_a_body_that_is_no_form_is_refused_rather_than_dropped(browser: Browser, content_type: str) -> None:
    memo = make_memo(browser.database, browser.user, "as it was")
    for path in ("/memos", f"/memos/{memo.id}", "/settings", f"/memos/{memo.id}/color", "/settings/password"):
        body = b'{"title": "typed", "body": "typed"}'
        response = browser.post_body(path, body, content_type)
        assert response.status_code in (400, 415, 422), path
        if content_type != "multipart/form-data":
            assert response.status_code == 415
            assert "This kind of content is not taken here" in response.text
    assert get_memo(browser.database, browser.user, memo.id) == memo
    assert memos_kept(browser) == 1


def test_text_that_cannot_be_saved_now_is_in_the_page_that_says_so(browser: Browser) -> None:
    """The error pages that carry text show it as it was typed, escaped."""
    text = "<b>typed</b> & 'quoted' \"twice\"\n  indented"
    refused = browser.post("/memos", csrf_token="old", title="t", body=text)
    assert html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in refused.text
