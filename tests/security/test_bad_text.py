"""Fields no form of ours sends: each is refused in words, and what was typed is shown again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from keepwsgi.memos.schemas import BODY_LONGEST, TITLE_LONGEST
from tests.clients import Browser, fields_of_form
from tests.conftest import MakeApp
from tests.factories import get_memo, make_memo, make_user
from tests.security.bodies import FORM, MULTIPART, memos_kept, parts


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
            assert f"At most {longest:,} characters are allowed." in response.text
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
