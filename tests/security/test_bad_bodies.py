"""Bodies too large, malformed or of another type: refused at a bounded cost, and never dropped without a word."""

from __future__ import annotations

import html
import time
from io import BytesIO

import pytest

from keepwsgi.forms import FIELDS_MOST
from keepwsgi.layers.request import DRAINED_BYTES
from tests.clients import Browser
from tests.factories import get_memo, make_memo
from tests.security.bodies import FORM, MULTIPART, Input, memos_kept, parts


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


def test_more_parts_than_the_longest_list_has_are_refused(browser: Browser) -> None:
    many = parts(*[("title", str(n)) for n in range(FIELDS_MOST + 1)])
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


@pytest.mark.parametrize("path", ["/memos/1", "/login", "/register", "/settings/password"])
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


def test_a_body_of_unknown_length_is_read_as_any_other(browser: Browser) -> None:
    """As gunicorn hands over what was sent in chunks."""

    def send(body: bytes, content_type: str) -> int:
        environ = {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
        headers = {"X-CSRF-Token": browser.token}
        return browser.open(
            "/memos", method="POST", headers=headers, content_type=content_type, environ_overrides=environ
        ).status_code

    assert send(b'{"title": "lost"}', "application/json") == 415
    assert memos_kept(browser) == 0
    assert send(b"title=kept", FORM) == 303
    assert memos_kept(browser) == 1


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
            assert "This kind of content is not accepted here" in response.text
    assert get_memo(browser.database, browser.user, memo.id) == memo
    assert memos_kept(browser) == 1


def test_text_that_cannot_be_saved_now_is_in_the_page_that_says_so(browser: Browser) -> None:
    """The error pages that carry text show it as it was typed, escaped."""
    text = "<b>typed</b> & 'quoted' \"twice\"\n  indented"
    refused = browser.post("/memos", csrf_token="old", title="t", body=text)
    assert html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in refused.text
