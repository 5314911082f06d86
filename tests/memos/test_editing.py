"""Two edits at once, sessions that end and memos that go while somebody types: no text is lost."""

from __future__ import annotations

import pytest

from tests.clients import Browser, fields_of_form, memo_of, now, titles


def test_the_later_of_two_edits_gets_both_texts_and_can_still_be_saved(browser: Browser) -> None:
    memo = memo_of(browser, "as it was", title="title")
    address = f"/memos/{memo.id}"
    tabs = [fields_of_form(browser.get(address).text, address) for _ in range(2)]
    assert browser.post(address, **tabs[0] | {"body": "the first tab's"}).status_code == 303
    conflict = browser.post(address, **tabs[1] | {"body": "the second <tab>'s"})
    assert conflict.status_code == 409
    assert "the first tab&#39;s" in conflict.text
    assert now(browser, memo).body == "the first tab's"
    fields = fields_of_form(conflict.text, address)
    assert (fields["title"], fields["body"]) == ("title", "the second <tab>'s")
    assert browser.post(address, **fields).status_code == 303
    assert now(browser, memo).body == "the second <tab>'s"


def test_a_conflict_keeps_what_the_form_left_out(browser: Browser) -> None:
    memo = memo_of(browser, "as it was", title="title", color="red")
    address = f"/memos/{memo.id}"
    browser.post(address, body="the first")
    conflict = browser.post(address, body="the second", revision=memo.revision)
    assert conflict.status_code == 409
    assert browser.post(address, **fields_of_form(conflict.text, address)).status_code == 303
    saved = now(browser, memo)
    assert (saved.title, saved.body, saved.color) == ("title", "the second", "red")


def test_a_form_refilled_after_a_mistake_still_notices_the_other_tab(browser: Browser) -> None:
    memo = memo_of(browser, "as it was")
    address = f"/memos/{memo.id}"
    browser.post(address, body="the first tab's")
    refused = browser.post(address, title="x" * 1001, body="the second tab's", revision=memo.revision)
    assert refused.status_code == 422
    fields = fields_of_form(refused.text, address) | {"title": "short"}
    conflict = browser.post(address, **fields)
    assert conflict.status_code == 409
    assert now(browser, memo).body == "the first tab's"


def test_the_same_edit_sent_twice_is_no_conflict(browser: Browser) -> None:
    memo = memo_of(browser, "as it was")
    for _ in range(2):
        response = browser.post(f"/memos/{memo.id}", body="typed", revision=memo.revision)
        assert response.status_code == 303


@pytest.mark.parametrize("title", ["title", "x" * 1001])
@pytest.mark.parametrize(("deleted", "status"), [(False, 409), (True, 404)])
def test_an_edit_of_a_memo_thrown_away_meanwhile_becomes_a_new_memo(
    browser: Browser, title: str, deleted: bool, status: int
) -> None:
    memo = memo_of(browser, "as it was")
    address = f"/memos/{memo.id}"
    fields = fields_of_form(browser.get(address).text, address)
    browser.post(f"{address}/trash")
    if deleted:
        browser.post(f"{address}/delete", confirm="yes")
    response = browser.post(address, **fields | {"title": title, "body": "typed <b>meanwhile</b>"})
    assert response.status_code == status
    assert "typed &lt;b&gt;meanwhile" in response.text
    offered = fields_of_form(response.text, "/memos")
    saved = browser.post("/memos", **offered | {"title": "title"})
    assert saved.status_code == 303
    page = browser.get("/").text
    assert titles(page) == ["title"]


def test_what_was_typed_in_a_session_that_ended_is_saved_after_signing_in_again(
    browser: Browser, visitor: Browser
) -> None:
    memo = memo_of(browser, "as it was")
    address = f"/memos/{memo.id}"
    fields = fields_of_form(browser.get(address).text, address)
    visitor.signed_in_as(browser.user).post("/settings/sessions/end")
    refused = browser.post(address, **fields | {"body": "typed\r\nfor an <hour>"})
    assert refused.status_code == 401
    assert "typed\r\nfor an &lt;hour&gt;" in refused.text
    assert now(browser, memo) == memo
    login = fields_of_form(refused.text, "/login")
    wrong = browser.post("/login", **login | {"username": "minji", "password": "wrong password"})
    assert wrong.status_code == 422
    login = fields_of_form(wrong.text, "/login") | {"password": "correct horse battery"}
    signed_in = browser.post("/login", **login)
    assert signed_in.status_code == 200
    assert "It has not been saved yet." in signed_in.text
    again = fields_of_form(signed_in.text, address)
    assert browser.post(address, **again).status_code == 303
    assert now(browser, memo).body == "typed\nfor an <hour>"


def test_somebody_elses_session_in_between_does_not_take_the_text(
    browser: Browser, other_browser: Browser
) -> None:
    """Minji's session ends while she types, and jun signs in on the page that carries her text."""
    memo = memo_of(browser, "as it was")
    Browser(browser.app).signed_in_as(browser.user).post("/settings/sessions/end")
    refused = browser.post(f"/memos/{memo.id}", body="minji's text", revision=memo.revision)
    login = fields_of_form(refused.text, "/login") | {"username": "jun", "password": "correct horse battery"}
    page = browser.post("/login", **login).text
    response = browser.post(f"/memos/{memo.id}", **fields_of_form(page, f"/memos/{memo.id}"))
    assert response.status_code == 404
    assert "minji&#39;s text" in response.text
    assert now(browser, memo) == memo


def test_a_form_sent_with_an_old_token_shows_the_text_and_can_be_sent_again(browser: Browser) -> None:
    refused = browser.post("/memos", csrf_token="of an older session", title="title", body="typed\nlong")
    assert refused.status_code == 400
    assert "Nothing was changed." in refused.text
    assert "typed\nlong" in refused.text
    assert titles(browser.get("/").text) == []
    browser.post("/memos", **fields_of_form(refused.text, "/memos"))
    assert titles(browser.get("/").text) == ["title"]
