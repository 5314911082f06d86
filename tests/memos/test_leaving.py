"""An account deleted by its owner, with everything that is its own and nothing that is not."""

from __future__ import annotations

import pytest

from keepwsgi.accounts.service import find_user
from tests.clients import Browser, memo_of, now


def test_deleting_ones_account_asks_first(browser: Browser) -> None:
    memo = memo_of(browser)
    browser.get("/settings")
    response = browser.post("/settings/account/delete")
    assert response.status_code == 200
    assert "Delete your account?" in response.text
    assert now(browser, memo) == memo


def test_a_deleted_account_is_gone_with_all_that_was_in_it(browser: Browser, other_browser: Browser) -> None:
    memo_of(browser, "mine", labels=["mine"])  # type: ignore[arg-type]
    theirs = memo_of(other_browser, "theirs")
    browser.get("/settings")
    response = browser.post("/settings/account/delete", confirm="yes")
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
    browser.post("/settings/account/delete", confirm="yes")
    assert second.get(path).location.startswith("/login")
