"""A board that is searched while one types, and that is there again afterwards."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import with_memos

NOTES = [
    {"title": "장보기", "body": "순두부 두 봉지"},
    {"title": "Meeting", "body": "the budget", "labels": ["Our house", "집"]},
    {"title": "Holiday", "body": "the sea", "pinned": True, "color": "teal"},
]


def field(page: Page) -> Locator:
    return page.get_by_role("searchbox")


def shows(page: Page, *titles: str) -> None:
    expect(page.locator(".memo-card__link")).to_have_text([re.compile(title) for title in titles])


def board(page: Page) -> None:
    with_memos(page, NOTES)
    page.goto("/")
    shows(page, "Holiday", "Meeting", "장보기")


def test_what_is_typed_is_found_at_once_and_back_leads_to_the_board_as_it_was(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, [{"title": f"filler {number}"} for number in range(90)])
    board_of_many = page.locator(".memo-card")
    page.goto("/")
    board_of_many.last.scroll_into_view_if_needed()
    expect(board_of_many).to_have_count(90)
    page.evaluate("scrollTo(0, 700)")
    field(page).click()
    page.keyboard.type("filler 8")
    shows(page, *(f"filler {number}" for number in [*range(89, 79, -1), 8]))
    expect(page).to_have_url(re.compile(r"/search\?q=filler\+8$"))
    expect(page).to_have_title(re.compile("^filler 8 · "))
    expect(page.get_by_role("navigation", name="Main").locator("[aria-current]")).to_have_count(0)
    expect(page.get_by_role("search").locator("xpath=..").get_by_role("status")).to_have_text("11 notes")
    page.go_back()
    expect(board_of_many).to_have_count(90)
    assert page.evaluate("scrollY") == 700
    expect(page).to_have_title(re.compile("^Notes"))
    expect(page.get_by_role("navigation", name="Main").locator("[aria-current]")).to_have_text(re.compile("Notes"))
    expect(field(page)).to_have_value("")
    page.go_forward()
    expect(board_of_many).to_have_count(11)
    expect(field(page)).to_have_value("filler 8")


def test_a_field_that_is_cleared_leads_back_to_the_board(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    board(page)
    page.goto("/archive")
    for way in ("cross", "Backspace", "Escape"):
        field(page).click()
        page.keyboard.type("sea")
        shows(page, "Holiday")
        if way == "cross":
            page.get_by_role("link", name="Clear the search").click()
        elif way == "Backspace":
            for _ in "sea":
                page.keyboard.press("Backspace")
        else:
            page.keyboard.press("Escape")
        expect(page).to_have_url(re.compile("/archive$"))
        expect(page.get_by_role("heading", name="Archive")).to_be_visible()
        expect(field(page)).to_have_value("")
    expect(field(page)).not_to_be_focused()


def test_a_search_that_was_opened_by_its_address_is_cleared_to_the_notes(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    board(page)
    page.goto("/search?q=sea")
    shows(page, "Holiday")
    field(page).press("End")
    page.keyboard.press("Escape")
    shows(page, "Holiday", "Meeting", "장보기")
    expect(page).to_have_url(re.compile(r"/$"))


def test_korean_is_found_while_its_last_syllable_is_being_composed(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(locale="ko-KR")
    board(page)
    field(page).click()
    keyboard = page.context.new_cdp_session(page)
    for syllables in ("ㄷ", "두", "둡", "두부"):
        keyboard.send("Input.imeSetComposition", {"text": syllables, "selectionStart": 2, "selectionEnd": 2})
    expect(page.locator("mark")).to_have_text("두부")
    # Still composing: nothing has written into the field.
    expect(field(page)).to_have_value("두부")
    keyboard.send("Input.imeSetComposition", {"text": "두붕", "selectionStart": 2, "selectionEnd": 2})
    expect(page.locator("main")).to_contain_text("검색 결과가 없습니다")
    keyboard.send("Input.insertText", {"text": "두부"})
    shows(page, "장보기")
    expect(field(page)).to_have_value("두부")


def test_an_answer_that_was_overtaken_is_not_shown(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_ABORTED"])
    board(page)
    held: list[Route] = []
    page.route("**/search?q=the", lambda route: held.append(route))
    field(page).click()
    page.keyboard.type("the")
    with page.expect_request("**/search?q=the"):
        pass
    page.keyboard.type(" sea")
    shows(page, "Holiday")
    for route in held:
        route.continue_()
    # As long as the answer would have taken.
    page.evaluate("async () => { for (const n of [1, 2, 3]) await (await fetch(`/search?q=the&n=${n}`)).text() }")
    shows(page, "Holiday")
    expect(page).to_have_url(re.compile(r"q=the\+sea"))


def test_from_the_field_the_arrow_leads_to_the_first_note_which_opens_and_closes_over_what_was_found(
    open_with_scripts: OpenPage,
) -> None:
    page = open_with_scripts()
    board(page)
    field(page).click()
    page.keyboard.type("budget")
    shows(page, "Meeting")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog = page.locator("dialog.memo-dialog")
    expect(dialog).to_be_visible()
    page.keyboard.type(" is large")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/search\?q=budget$"))
    expect(page.locator(".memo-card")).to_contain_text("is large")
    page.go_back()
    shows(page, "Holiday", "Meeting", "장보기")
    expect(page.locator(".memo-card", has_text="Meeting")).to_contain_text("is large")


def test_filters_under_the_field_put_themselves_into_the_query_and_out_again(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    board(page)
    filters = page.get_by_role("navigation", name="Filters")
    expect(filters).to_be_hidden()
    field(page).click()
    filters.get_by_role("link", name="Our house").click()
    shows(page, "Meeting")
    expect(field(page)).to_have_value('label:"Our house"')
    chosen = filters.get_by_role("link", name="Our house")
    expect(chosen).to_be_focused()
    expect(chosen).to_have_attribute("aria-current", "true")
    filters.get_by_role("link", name="Teal").click()
    expect(page.locator("main")).to_contain_text("No matching notes")
    filters.get_by_role("link", name="Our house").click()
    shows(page, "Holiday")
    expect(field(page)).to_have_value("color:teal")
    filters.get_by_role("link", name="Pinned").press("Enter")
    shows(page, "Holiday")
    expect(field(page)).to_have_value("color:teal is:pinned")
    page.go_back()
    shows(page, "Holiday", "Meeting", "장보기")


def test_a_search_that_was_reloaded_leads_back_to_the_board(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    board(page)
    field(page).click()
    page.keyboard.type("sea")
    shows(page, "Holiday")
    page.reload()
    shows(page, "Holiday")
    page.go_back()
    shows(page, "Holiday", "Meeting", "장보기")
    expect(field(page)).to_have_value("")


def test_a_server_that_is_down_is_told_and_leaves_the_board(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED", "ERR_ABORTED"])
    board(page)
    page.route("**/search?q=*", lambda route: route.abort())
    field(page).click()
    page.keyboard.type("sea")
    expect(page.locator("undo-bar")).to_contain_text("cannot be reached")
    shows(page, "Holiday", "Meeting", "장보기")
    page.unroute("**/search?q=*")
    page.keyboard.press("Enter")
    shows(page, "Holiday")


def test_on_a_page_without_notes_the_field_searches_when_it_is_sent(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    board(page)
    page.goto("/settings")
    field(page).click()
    page.keyboard.type("sea")
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    page.keyboard.press("Enter")
    shows(page, "Holiday")


def test_on_a_phone_a_search_is_typed_filtered_and_left(open_on_phone: OpenPage) -> None:
    page = open_on_phone(locale="ko-KR")
    board(page)
    field(page).tap()
    page.get_by_role("link", name="고정됨").tap()
    shows(page, "Holiday")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="검색 지우기").tap()
    shows(page, "Holiday", "Meeting", "장보기")
