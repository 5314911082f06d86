"""An account deleted by its owner, with everything that is its own and nothing that is not."""

from __future__ import annotations

import pytest

from keepwsgi.accounts.service import find_user
from keepwsgi.accounts.throttle import PER_NAME
from tests.clients import Browser, memo_of, now
from tests.factories import PASSWORD

YES = {"confirm": "yes", "current_password": PASSWORD}


def test_deleting_ones_account_asks_first(browser: Browser) -> None:
    memo = memo_of(browser)
    browser.get("/settings")
    response = browser.post("/settings/account/delete")
    assert response.status_code == 200
    assert "Delete your account?" in response.text
    assert 'name="current_password"' in response.text
    assert now(browser, memo) == memo


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"current_password": "a guess"}, "This is not your password."),
        ({"current_password": ""}, "This is not your password."),
        ({}, "This field is missing."),
    ],
)
def test_an_account_is_deleted_only_by_who_knows_its_password(
    browser: Browser, fields: dict[str, str], said: str
) -> None:
    memo = memo_of(browser)
    browser.get("/settings")
    response = browser.post("/settings/account/delete", confirm="yes", **fields)
    assert response.status_code == 422
    assert said in response.text
    assert "Delete your account?" in response.text
    assert now(browser, memo) == memo


def test_guessing_the_password_to_delete_an_account_is_limited_too(browser: Browser) -> None:
    browser.get("/settings")
    for _ in range(PER_NAME):
        browser.post("/settings/account/delete", confirm="yes", current_password="a guess")
    response = browser.post("/settings/account/delete", **YES)
    assert response.status_code == 429
    assert "Too many attempts" in response.text
    assert "Retry-After" in response.headers
    assert browser.get("/settings").status_code == 200


def test_a_question_about_something_else_asks_for_no_password(browser: Browser) -> None:
    memo = memo_of(browser)
    browser.get("/")
    browser.post(f"/memos/{memo.id}/trash")
    assert "current_password" not in browser.post(f"/memos/{memo.id}/delete").text


def test_a_deleted_account_is_gone_with_all_that_was_in_it(browser: Browser, other_browser: Browser) -> None:
    memo_of(browser, "mine", labels=["mine"])
    theirs = memo_of(other_browser, "theirs")
    browser.get("/settings")
    response = browser.post("/settings/account/delete", **YES)
    assert (response.status_code, response.location) == (303, "/login")
    assert "The account was deleted." in browser.get("/login").text
    assert browser.get("/").status_code == 303
    assert browser.sign_in("minji").status_code != 303
    with browser.database.reading() as session:
        assert find_user(session, "minji") is None
    assert now(other_browser, theirs) == theirs


@pytest.mark.parametrize("path", ["/", "/settings"])
def test_other_sessions_of_a_deleted_account_end(browser: Browser, path: str) -> None:
    second = Browser(browser.app).signed_in_as(browser.user)
    browser.get("/settings")
    browser.post("/settings/account/delete", **YES)
    assert second.get(path).location.startswith("/login")
