"""A memo opened over its board: its own address, saving by itself, and typed text that nothing loses."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import PASSWORD, as_stored, send, with_memos

TYPED = "typed while nothing worked"


def card(page: Page, title: str) -> Locator:
    return page.locator(".memo-card", has_text=title)


def eventually(page: Page, check: Callable[[], bool]) -> None:
    """Wait until `check` holds, up to five seconds."""
    for _ in range(100):
        if check():
            return
        page.wait_for_timeout(50)
    raise AssertionError("It never came true")


def open_memo(page: Page, title: str) -> Locator:
    """Open the memo from its card; the dialog."""
    card(page, title).click()
    dialog = page.locator("dialog.memo-dialog")
    expect(dialog).to_be_visible()
    return dialog


def expect_saved(page: Page) -> None:
    expect(
        page.locator(".memo__status, .composer__status").filter(has_text=re.compile("^(Saved|저장됨)$"))
    ).to_be_visible()


def test_a_memo_opens_over_the_board_at_its_own_address(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    (memo_id,) = with_memos(page, [{"title": "Plan", "body": "first line"}])
    page.goto("/")
    dialog = open_memo(page, "Plan")
    expect(page).to_have_url(re.compile(f"/memos/{memo_id}$"))
    expect(page).to_have_title(re.compile("^Plan"))
    expect(dialog.locator("[name=body]")).to_be_focused()
    page.go_back()
    expect(dialog).to_be_hidden()
    expect(page).to_have_url(re.compile("/$"))
    page.go_forward()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page).to_have_url(re.compile("/$"))
    expect(card(page, "Plan").get_by_role("link").first).to_be_focused()
    page.reload()
    expect(card(page, "Plan")).to_be_visible()


def test_a_memo_that_is_closed_before_it_came_stays_closed(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo_id, other_id = with_memos(page, [{"title": "Plan"}, {"title": "Trip"}])
    page.goto("/")
    held: list[Route] = []
    page.route(f"**/memos/{memo_id}", lambda route: held.append(route))
    with page.expect_request(f"**/memos/{memo_id}"):
        card(page, "Plan").get_by_role("link").first.click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(card(page, "Plan").get_by_role("link").first).to_be_focused()
    # Another one is opened meanwhile.
    dialog = open_memo(page, "Trip")
    expect(dialog.locator("[name=title]")).to_have_value("Trip")
    with page.expect_response(f"**/memos/{memo_id}"):
        held[0].continue_()
    expect(dialog.locator("[name=title]")).to_have_value("Trip")
    expect(page).to_have_url(re.compile(f"/memos/{other_id}$"))


def test_what_is_typed_before_a_memo_came_is_in_it(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    (memo_id,) = with_memos(page, [{"title": "Plan", "body": "first"}])
    page.goto("/")
    held: list[Route] = []
    page.route(f"**/memos/{memo_id}", lambda route: held.append(route))
    with page.expect_request(f"**/memos/{memo_id}"):
        card(page, "Plan").get_by_role("link").first.click()
    page.keyboard.type(" and e#c")
    held[0].continue_()
    page.unroute(f"**/memos/{memo_id}")
    body = page.locator("dialog [name=body]")
    expect(body).to_have_value("first and e#c")
    page.keyboard.type("etera")
    expect_saved(page)
    assert as_stored(page, memo_id)["body"] == "first and e#cetera"


def test_a_memo_that_does_not_come_leaves_the_board_as_it_was(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED"])
    (memo_id,) = with_memos(page, [{"title": "Plan"}])
    page.goto("/")
    page.route(f"**/memos/{memo_id}", lambda route: route.abort())
    card(page, "Plan").get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("The server cannot be reached.")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(card(page, "Plan").get_by_role("link").first).to_be_focused()


def test_what_is_typed_is_saved_by_itself_and_shown_on_the_card(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    (memo_id,) = with_memos(page, [{"title": "Plan", "body": "first line"}])
    page.goto("/")
    dialog = open_memo(page, "Plan")
    page.keyboard.type(" and more ")
    expect_saved(page)
    assert as_stored(page, memo_id)["body"].startswith("first line and more")
    # What is typed next goes on where it was: saving has moved neither the caret nor a space.
    page.keyboard.type("words")
    expect(dialog.locator("[name=body]")).to_have_value("first line and more words")
    page.mouse.click(20, 600)
    expect(dialog).to_be_hidden()
    expect(card(page, "Plan")).to_contain_text("first line and more words")


def test_a_change_made_elsewhere_shows_when_one_comes_back_to_the_board(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo_ids = with_memos(page, [{"title": "Plan", "body": "here"}, {"title": "Other", "body": "stays"}])
    page.goto("/")
    send(page, "PATCH", f"/memos/{memo_ids[0]}", data={"body": "from a telephone"})
    with_memos(page, [{"title": "New", "body": "made elsewhere"}])
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(card(page, "Plan")).to_contain_text("from a telephone")
    expect(page.locator(".memo-card").first).to_contain_text("made elsewhere")


def test_a_conflict_shows_both_texts_and_either_can_be_kept(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[409])
    (memo_id,) = with_memos(page, [{"title": "Plan", "body": "as it was"}])
    page.goto("/")
    dialog = open_memo(page, "Plan")
    send(page, "PATCH", f"/memos/{memo_id}", data={"body": "from a telephone"})
    page.keyboard.type(", typed here")
    expect(dialog.get_by_role("heading", name="This note was changed somewhere else")).to_be_visible()
    expect(dialog).to_contain_text("from a telephone")
    expect(dialog.locator("textarea[name=body]")).to_have_value("as it was, typed here")
    dialog.get_by_role("button", name="Save what I typed").click()
    expect(dialog.locator(".memo__body")).to_have_value("as it was, typed here")
    assert as_stored(page, memo_id)["body"] == "as it was, typed here"
    page.keyboard.press("Escape")
    expect(card(page, "Plan")).to_contain_text("as it was, typed here")


def test_a_conflict_that_is_found_while_closing_is_shown_too(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[409])
    (memo_id,) = with_memos(page, [{"title": "Plan", "body": "as it was"}])
    page.goto("/")
    dialog = open_memo(page, "Plan")
    send(page, "PATCH", f"/memos/{memo_id}", data={"body": "from a telephone"})
    page.keyboard.type(", typed here")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("from a telephone")
    expect(dialog.locator("textarea[name=body]")).to_have_value("as it was, typed here")
    dialog.get_by_role("link", name="Keep what is stored").click()
    expect(dialog.locator(".memo__body")).to_have_value("from a telephone")


def test_text_typed_while_the_server_is_away_is_saved_when_it_is_back(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED"])
    (memo_id,) = with_memos(page, [{"title": "Plan", "body": ""}])
    page.goto("/")
    open_memo(page, "Plan")
    away = re.compile(f"/memos/{memo_id}$")
    page.route(away, lambda route: route.abort())
    page.keyboard.type(TYPED)
    expect(page.locator(".memo__status")).to_contain_text("Trying again")
    page.unroute(away)
    expect_saved(page)
    assert as_stored(page, memo_id)["body"] == TYPED


def close_while_the_server_is_away(page: Page) -> None:
    """Type into the open memo and close the tab, with no answer from the server until it is closed."""
    page.context.route("**/memos/*", lambda route: route.abort())
    page.keyboard.type(TYPED)
    expect(page.locator(".memo__status")).to_contain_text("Trying again")
    page.close()
    page.context.unroute("**/memos/*")


def test_text_survives_a_tab_that_is_closed_while_the_server_is_away(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED"])
    (memo_id,) = with_memos(page, [{"title": "Plan", "body": ""}])
    page.goto("/")
    open_memo(page, "Plan")
    close_while_the_server_is_away(page)
    again = page.context.new_page()
    again.goto("/")
    expect(card(again, "Plan")).to_contain_text(TYPED)
    assert as_stored(again, memo_id)["body"] == TYPED
    eventually(again, lambda: again.evaluate("localStorage.length") == 0)


def test_text_that_cannot_be_saved_by_itself_any_more_is_pointed_out(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED", 409])
    (memo_id,) = with_memos(page, [{"title": "Plan", "body": ""}])
    page.goto("/")
    open_memo(page, "Plan")
    close_while_the_server_is_away(page)
    again = page.context.new_page()
    send(again, "PATCH", f"/memos/{memo_id}", data={"body": "from a telephone"})
    again.goto("/")
    again.get_by_role("status").get_by_role("link", name="Open").click()
    dialog = again.locator("dialog.memo-dialog")
    expect(dialog.locator("textarea[name=body]")).to_have_value(TYPED)
    expect(dialog).to_contain_text("from a telephone")
    dialog.get_by_role("button", name="Save what I typed").click()
    expect(dialog.locator(".memo__body")).to_have_value(TYPED)
    assert as_stored(again, memo_id)["body"] == TYPED
    eventually(again, lambda: again.evaluate("localStorage.length") == 0)


def test_text_survives_a_session_that_ended(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[401])
    (memo_id,) = with_memos(page, [{"title": "Plan", "body": ""}])
    page.goto("/")
    name = str(page.locator(".account-menu__name").text_content())
    open_memo(page, "Plan")
    page.context.clear_cookies()
    page.keyboard.type(TYPED)
    expect(page.locator(".memo__status")).to_contain_text("you are signed out")
    page.locator(".memo__sign-in").click()
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.locator(".memo__body")).to_have_value(TYPED)
    expect_saved(page)
    assert as_stored(page, memo_id)["body"] == TYPED


def test_an_edit_that_follows_a_lost_answer_is_no_conflict_with_itself(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED"])
    (memo_id,) = with_memos(page, [{"title": "Plan", "body": ""}])
    page.goto("/")
    open_memo(page, "Plan")
    path = re.compile(f"/memos/{memo_id}$")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(path, lose)
    page.keyboard.type(TYPED)
    expect(page.locator(".memo__status")).to_contain_text("Trying again")
    assert as_stored(page, memo_id)["body"] == TYPED
    page.unroute(path)
    expect_saved(page)
    expect(page.locator(".memo__body")).to_have_value(TYPED)


def test_the_page_of_a_memo_saves_itself_too(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    (memo_id,) = with_memos(page, [{"title": "Plan", "body": "one"}])
    page.goto(f"/memos/{memo_id}")
    page.locator(".memo__body").fill("two")
    expect_saved(page)
    page.locator(".memo__body").fill("three")
    page.get_by_role("link", name="Close").click()
    expect(card(page, "Plan")).to_contain_text("three")


def test_an_open_memo_is_pinned_archived_and_thrown_away_with_a_way_back(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, [{"title": "Plan", "body": "one"}, {"title": "Other", "body": "two"}])
    page.goto("/")
    dialog = open_memo(page, "Plan")
    page.keyboard.type(" more")
    dialog.get_by_role("button", name="Pin").click()
    expect(dialog.get_by_role("button", name="Unpin")).to_be_visible()
    expect(dialog.locator("[name=body]")).to_have_value("one more")
    dialog.get_by_role("button", name="Archive this note").click()
    expect(dialog).to_be_hidden()
    expect(card(page, "Plan")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(card(page, "Plan")).to_contain_text("one more")
    dialog = open_memo(page, "Plan")
    dialog.get_by_role("button", name="Move to the trash").click()
    expect(card(page, "Plan")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(card(page, "Plan")).to_be_visible()


def test_a_memo_that_was_emptied_goes_to_the_trash_when_it_is_closed(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    (memo_id,) = with_memos(page, [{"title": "", "body": "one"}])
    page.goto("/")
    page.locator(".memo-card").click()
    page.locator(".memo__body").fill("")
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card")).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert as_stored(page, memo_id)["trashed_at"] is not None


def test_composing_korean_is_not_saved_half_a_syllable_at_a_time(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(locale="ko-KR")
    (memo_id,) = with_memos(page, [{"title": "계획", "body": ""}])
    page.goto("/")
    open_memo(page, "계획")
    session = page.context.new_cdp_session(page)
    for half in ("ㅎ", "하", "한"):
        session.send("Input.imeSetComposition", {"text": half, "selectionStart": 1, "selectionEnd": 1})
    page.clock.install()
    page.clock.run_for(10_000)
    assert as_stored(page, memo_id)["body"] == ""
    session.send("Input.insertText", {"text": "한"})
    page.clock.run_for(10_000)
    expect_saved(page)
    assert as_stored(page, memo_id)["body"] == "한"
