"""What a script is given that puts the answers into a page it has open: fragments, and what has changed since."""

from __future__ import annotations

import re

import pytest

from keepwsgi.memos.catching_up import CHANGES_MOST
from tests.clients import Browser, memo_of, now, titles

SCRIPT = {"X-Fragment": "1"}
REVISION = re.compile(r'data-revision="(\d+)"')


def revision(page: str) -> int:
    found = REVISION.search(page)
    assert found is not None, page
    return int(found[1])


def changes(browser: Browser, path: str, since: int) -> str:
    """What has changed on a board since a revision."""
    mark = "&" if "?" in path else "?"
    answer = browser.get(f"{path}{mark}since={since}", headers=SCRIPT)
    assert answer.status_code == 200
    assert 'class="board-changes"' in answer.text
    return answer.text


def gone(page: str) -> list[int]:
    found = re.search(r'data-gone="([\d ]*)"', page)
    assert found is not None, page
    return [int(number) for number in found[1].split()]


def section(page: str, name: str) -> list[str]:
    """The titles in one section of a board."""
    found = re.search(rf'<section class="board board--{name}".*?</section>', page, re.DOTALL)
    return titles(found[0]) if found else []


@pytest.mark.parametrize("path", ["/", "/archive", "/trash", "/labels", "/search?q=a", "/settings", "/memos/1"])
def test_a_fragment_is_the_content_of_the_page_and_nothing_around_it(browser: Browser, path: str) -> None:
    memo_of(browser, "body", title="a")
    page = browser.get(path, headers=SCRIPT)
    whole = browser.get(path)
    assert page.status_code == whole.status_code == 200
    assert "<main" in page.text
    assert re.search(r"<title>.+ · keepwsgi</title>", page.text)
    for part in ("<head>", "top-bar", "<script"):
        assert part not in page.text
        assert part in whole.text
    assert page.headers["Vary"] == whole.headers["Vary"] or path == "/settings"
    assert page.headers.get("ETag") != whole.headers.get("ETag") or path == "/settings"


def test_an_error_is_a_fragment_too(browser: Browser) -> None:
    answer = browser.get("/memos/404", headers=SCRIPT)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert "top-bar" not in answer.text


def test_a_script_of_somebody_signed_out_is_told_so_rather_than_led_to_another_page(browser: Browser) -> None:
    browser.client.delete_cookie(browser.app.config["SESSION_COOKIE_NAME"])
    answer = browser.get("/", headers=SCRIPT)
    assert answer.status_code == 401
    assert 'name="password"' in answer.text
    assert browser.get("/").status_code == 303


def test_only_what_has_changed_since_is_told(browser: Browser) -> None:
    memo_of(browser, title="stays")
    changed = memo_of(browser, title="changes")
    archived = memo_of(browser, title="leaves")
    since = revision(browser.get("/").text)
    assert titles(changes(browser, "/", since)) == []
    browser.post(f"/memos/{changed.id}/pin")
    browser.post(f"/memos/{archived.id}/archive")
    made = memo_of(browser, title="comes")
    page = changes(browser, "/", since)
    assert section(page, "pinned") == ["changes"]
    assert section(page, "others") == ["comes"]
    assert gone(page) == [archived.id]
    assert revision(page) > since
    assert f'data-order="{now(browser, made).position}"' in page
    assert titles(changes(browser, "/", revision(page))) == []


def test_each_board_is_told_of_what_it_shows(browser: Browser) -> None:
    browser.post("/memos", title="labelled", label="work")
    browser.post("/memos", title="plain")
    since = revision(browser.get("/").text)
    browser.post("/memos/1/archive")
    browser.post("/memos/2/trash")
    assert gone(changes(browser, "/", since)) == [1, 2]
    assert section(changes(browser, "/archive", since), "others") == ["labelled"]
    assert section(changes(browser, "/trash", since), "others") == ["plain"]
    assert section(changes(browser, "/labels/1", since), "archived") == ["labelled"]
    assert gone(changes(browser, "/labels/1", since)) == [2]
    found = changes(browser, "/search?q=label", since)
    assert "<mark>label" in found
    assert gone(found) == [2]


def test_what_is_deleted_forever_is_gone_from_every_board(browser: Browser) -> None:
    memo = memo_of(browser, title="old")
    browser.post(f"/memos/{memo.id}/trash")
    since = revision(browser.get("/trash").text)
    browser.post(f"/memos/{memo.id}/delete", confirm="yes")
    assert gone(changes(browser, "/trash", since)) == [memo.id]


def test_the_answer_of_a_form_is_what_came_of_it_with_its_message(browser: Browser) -> None:
    memo = memo_of(browser, title="one")
    since = revision(browser.get("/").text)
    answer = browser.open(
        f"/memos/{memo.id}/archive",
        method="POST",
        headers=SCRIPT,
        data={"csrf_token": browser.token, "next": f"/?since={since}"},
        follow_redirects=True,
    )
    assert gone(answer.text) == [memo.id]
    assert "The note is in the archive." in answer.text
    assert "Undo" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("since", ["", "x", "-1", "²", "999999", "9" * 30])
def test_who_cannot_be_told_what_has_changed_gets_the_whole_board(browser: Browser, since: str) -> None:
    memo_of(browser, title="one")
    page = browser.get(f"/?since={since}", headers=SCRIPT)
    assert page.status_code == 200
    assert "<memo-board" in page.text
    assert titles(page.text) == ["one"]


def test_a_page_that_no_script_asked_for_is_always_whole(browser: Browser) -> None:
    memo_of(browser, title="one")
    page = browser.get(f"/?since={revision(browser.get('/').text)}")
    assert titles(page.text) == ["one"]
    assert "top-bar" in page.text


def test_of_very_many_changes_the_whole_board_is_shown(browser: Browser) -> None:
    since = revision(browser.get("/").text)
    for number in range(CHANGES_MOST):
        memo_of(browser, title=str(number))
    assert len(titles(changes(browser, "/", since))) == CHANGES_MOST
    memo_of(browser, title="one more")
    assert "<memo-board" in browser.get(f"/?since={since}", headers=SCRIPT).text


def test_another_readers_changes_are_not_told(browser: Browser, other_browser: Browser) -> None:
    memo_of(browser, title="mine")
    since = revision(other_browser.get("/").text)
    page = changes(other_browser, "/", since)
    assert titles(page) == []
    assert gone(page) == []


def test_a_script_that_makes_a_memo_is_led_to_it(browser: Browser) -> None:
    browser.get("/")
    answer = browser.post("/memos", headers=SCRIPT, title="begun")
    assert answer.status_code == 303
    assert answer.location == "/memos/1"
    page = browser.get("/memos/1", headers=SCRIPT).text
    assert 'name="revision"' in page
