"""The boards: every memo once, a fixed number of statements, and no page kept longer than it is right."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest

from keepwsgi.memos import bulk, service
from keepwsgi.memos.viewing import PAGE_SIZE
from tests.clients import Browser, memo_of, recorded_statements, titles


def test_more_leads_through_all_memos_once(browser: Browser) -> None:
    drafts = [service.Draft(title=f"memo {number}") for number in range(2 * PAGE_SIZE + 20)]
    with browser.database.writing(browser.user.id) as write:
        bulk.insert_many(write, drafts)
    for number in (3, 40, 62):
        browser.post(f"/memos/{number}/pin")
    seen, path, pages = [], "/", 0
    while path and pages < 5:
        page = browser.get(path).text
        seen += titles(page)
        pages += 1
        more = re.search(r'rel="next" href="([^"]+)"', page)
        path = html.unescape(more[1]) if more else ""
    assert pages == 3
    assert len(seen) == len(set(seen)) == 2 * PAGE_SIZE + 20


@pytest.mark.parametrize(("board", "action"), [("/archive", "archive"), ("/trash", "trash")])
def test_the_other_boards_have_more_too(browser: Browser, board: str, action: str) -> None:
    for number in range(PAGE_SIZE + 1):
        memo = memo_of(browser, title=f"memo {number}")
        with browser.database.writing(browser.user.id) as write:
            getattr(service, action)(write, memo.id)
    first = browser.get(board).text
    more = re.search(r'rel="next" href="([^"]+)"', first)
    assert more
    second = browser.get(html.unescape(more[1])).text
    assert 'rel="next"' not in second
    assert sorted(titles(first) + titles(second)) == sorted(f"memo {number}" for number in range(PAGE_SIZE + 1))


@pytest.mark.parametrize("board", ["/", "/archive", "/trash"])
@pytest.mark.parametrize("cursor", ["x", "%ff", "e30", "W10", "%00", "9" * 9000, "한글"])
def test_a_cursor_that_is_none_is_a_bad_request(browser: Browser, board: str, cursor: str) -> None:
    assert browser.get(f"{board}?cursor={quote(cursor, safe='%')}").status_code == 400


def test_a_cursor_of_one_board_is_none_of_another(browser: Browser) -> None:
    for _ in range(PAGE_SIZE + 1):
        memo_of(browser)
    more = re.search(r"cursor=([^\"]+)", browser.get("/").text)
    assert more
    assert browser.get(f"/archive?cursor={more[1]}").status_code == 400
    assert browser.get(f"/trash?cursor={more[1]}").status_code == 400


@pytest.mark.parametrize("board", ["/", "/archive", "/trash"])
def test_a_board_takes_the_same_number_of_statements_however_many_memos_there_are(
    browser: Browser, board: str
) -> None:
    taken = []
    there = 0
    for many in (5, PAGE_SIZE, 10 * PAGE_SIZE):
        archived = board == "/archive"
        drafts = [service.Draft(title=f"{n}", body="x", archived=archived) for n in range(many - there)]
        with browser.database.writing(browser.user.id) as write:
            bulk.insert_many(write, drafts)
        there = many
        if board == "/trash":
            with browser.database.writing(browser.user.id) as write:
                for memo_id in range(1, many + 1):
                    service.trash(write, memo_id)
        with recorded_statements() as statements:
            assert len(titles(browser.get(board).text)) == min(many, PAGE_SIZE)
        taken.append(len(statements))
    # Who it is; the memos, their labels and pictures; the side list.
    assert taken == [5, 5, 5]


def test_a_board_without_memos_says_so(browser: Browser) -> None:
    assert "appear here" in browser.get("/").text
    assert "appear here" in browser.get("/archive").text
    assert "Empty the trash" not in browser.get("/trash").text


def test_an_unchanged_page_is_confirmed_by_one_statement(browser: Browser) -> None:
    memo = memo_of(browser)
    for path in ("/", "/archive", "/trash", f"/memos/{memo.id}"):
        page = browser.get(path)
        assert page.headers["Cache-Control"] == "private, no-cache"
        with recorded_statements() as statements:
            again = browser.get(path, headers={"If-None-Match": page.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
        assert len(statements) == 1, statements
        assert again.headers["ETag"] == page.headers["ETag"]
        assert again.headers["Cache-Control"] == "private, no-cache"
        assert set(again.vary) >= {"Cookie", "Accept-Language", "X-Fragment"}


def test_a_page_is_made_anew_after_any_change(browser: Browser) -> None:
    memo = memo_of(browser)
    changes = [
        ("/memos", {"title": "new"}),
        (f"/memos/{memo.id}", {"title": "changed"}),
        (f"/memos/{memo.id}/pin", {}),
        (f"/memos/{memo.id}/color", {"color": "red"}),
        ("/settings", {"theme": "dark"}),
        ("/settings", {"theme": "dark", "language": "ko"}),
        ("/settings", {"layout": "list"}),
        ("/settings/sessions/end", {}),
    ]
    for path, fields in changes:
        tag = browser.get("/").headers.get("ETag") or browser.get("/").headers["ETag"]
        assert browser.post(path, **fields).status_code == 303
        browser.get("/settings")  # takes the flash
        assert browser.get("/", headers={"If-None-Match": tag}).status_code == 200, path


def test_no_page_of_one_reader_is_revived_for_another(browser: Browser, other_browser: Browser) -> None:
    tags = {who: who.get("/").headers["ETag"] for who in (browser, other_browser)}
    assert browser.get("/", headers={"If-None-Match": tags[other_browser]}).status_code == 200
    assert other_browser.get("/", headers={"If-None-Match": tags[browser]}).status_code == 200


def test_no_page_of_another_language_fragment_session_mount_or_address_is_revived(browser: Browser) -> None:
    tag = {"If-None-Match": browser.get("/").headers["ETag"]}
    assert browser.get("/", headers=tag).status_code == 304
    assert browser.get("/", headers=tag | {"Accept-Language": "ko"}).status_code == 200
    assert browser.get("/", headers=tag | {"X-Fragment": "1"}).status_code == 200
    assert browser.get("/?", headers=tag).status_code == 304
    assert browser.get("/?a=b", headers=tag).status_code == 200
    assert browser.get("/archive", headers=tag).status_code == 200
    assert browser.get("/", headers=tag, base_url="http://localhost/keep").status_code == 200
    elsewhere = Browser(browser.app).signed_in_as(browser.user)
    assert elsewhere.get("/", headers=tag).status_code == 200


def test_no_page_of_another_release_is_revived(browser: Browser) -> None:
    tag = {"If-None-Match": browser.get("/").headers["ETag"]}
    browser.app.config["RELEASE"] = "the next one"  # type: ignore[index]  # nothing else may change it
    assert browser.get("/", headers=tag).status_code == 200


def test_a_page_with_a_message_is_not_kept_and_the_message_is_shown_once(browser: Browser) -> None:
    memo = memo_of(browser)
    browser.post(f"/memos/{memo.id}/archive")
    tag = browser.get("/archive").headers  # shows the message
    assert tag["Cache-Control"] == "private, no-store"
    assert "ETag" not in tag
    browser.post(f"/memos/{memo.id}/copy")
    fresh = Browser(browser.app).signed_in_as(browser.user).get("/").headers["ETag"]
    page = browser.get("/", headers={"If-None-Match": fresh})
    assert (page.status_code, "The note was copied." in page.text) == (200, True)
    assert "The note was copied." not in browser.get("/").text
