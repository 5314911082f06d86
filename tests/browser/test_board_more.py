"""A board of more than one page, which goes on by itself."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from keepwsgi.memos.viewing import PAGE_SIZE as PAGE
from tests.browser.conftest import OpenPage
from tests.browser.people import csrf_token, with_memos
from tests.browser.test_board_columns import SHIFTS


def with_notes(page: Page, count: int, *, pinned: int = 0) -> list[int]:
    """So many notes, "note 1" on top; the first `pinned` of them are pinned. Returns ids, the last one first."""
    notes = [
        {"title": f"note {number}", "body": "a line\n" * 6, "pinned": number <= pinned}
        for number in range(count, 0, -1)
    ]
    return with_memos(page, notes)


def to_the_end(page: Page) -> None:
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 100_000)


def titles(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".memo-card__title").all_text_contents()]


def test_whoever_scrolls_down_finds_the_next_notes_there(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_notes(page, PAGE + 9)
    page.context.add_init_script(SHIFTS)
    page.goto("/")
    expect(page.locator(".memo-card")).to_have_count(PAGE)
    to_the_end(page)
    expect(page.locator(".memo-card")).to_have_count(PAGE + 9)
    assert titles(page) == [f"note {number}" for number in range(1, PAGE + 10)]
    expect(page.locator("more-notes [role=status]")).to_have_text("9 more notes")
    expect(page.get_by_role("link", name="More notes")).to_have_count(0)
    assert page.evaluate("shifted") <= 0.02


def test_the_next_notes_come_into_their_section(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    # The first page has pinned ones alone.
    with_notes(page, PAGE + 6, pinned=PAGE + 2)
    page.goto("/")
    expect(page.get_by_role("heading", name="Others")).to_have_count(0)
    to_the_end(page)
    expect(page.locator("[data-section=pinned] .memo-card")).to_have_count(PAGE + 2)
    expect(page.locator("[data-section=others] .memo-card")).to_have_count(4)
    expect(page.get_by_role("heading", name="Others")).to_be_visible()


def test_the_link_that_makes_room_for_them_does_not_jump(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_notes(page, 2 * PAGE + 1)
    page.context.add_init_script(SHIFTS)
    held: list[Route] = []
    page.route(re.compile("cursor="), lambda route: held.append(route))
    page.goto("/")
    with page.expect_request(re.compile("cursor=")):
        to_the_end(page)
    expect(page.get_by_role("link", name="More notes")).to_be_in_viewport()
    held[0].continue_()
    expect(page.locator(".memo-card")).to_have_count(2 * PAGE)
    assert page.evaluate("shifted") <= 0.02


def test_no_note_is_there_twice_if_it_was_moved_meanwhile(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    notes = with_notes(page, PAGE + 4)
    page.goto("/")
    # On another device, from the first page to the second.
    form = {"csrf_token": csrf_token(page.context), "after": str(notes[1])}
    assert page.context.request.post(f"/memos/{notes[-5]}/move", form=form).ok
    to_the_end(page)
    expect(page.get_by_role("link", name="More notes")).to_have_count(0)
    expect(page.locator(".memo-card")).to_have_count(PAGE + 4)
    assert len(set(titles(page))) == PAGE + 4


def test_where_they_do_not_come_the_link_stays_to_be_pressed(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED"])
    with_notes(page, PAGE + 3)
    page.route(re.compile("cursor="), lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.goto("/")
        to_the_end(page)
    more = page.get_by_role("link", name="More notes")
    expect(more).to_be_visible()
    expect(page.locator(".memo-card")).to_have_count(PAGE)
    more.click()
    expect(page.locator("main")).to_contain_text("The server cannot be reached.")
    page.unroute(re.compile("cursor="))
    more.click()
    expect(page.locator(".memo-card")).to_have_count(PAGE + 3)


def test_by_keyboard_one_goes_on_with_the_first_of_the_next_notes(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_notes(page, PAGE + 3)
    held: list[Route] = []
    page.route(re.compile("cursor="), lambda route: held.append(route))
    page.goto("/")
    with page.expect_request(re.compile("cursor=")):
        page.get_by_role("link", name="More notes").focus()
    page.keyboard.press("Enter")
    held[0].continue_()
    expect(page.locator(".memo-card").nth(PAGE).locator(".memo-card__link")).to_be_focused()
    expect(page).to_have_url(re.compile("/$"))


def test_back_from_elsewhere_one_stands_where_one_was(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(viewport={"width": 500, "height": 700})
    with_notes(page, PAGE + 20)
    page.goto("/")
    to_the_end(page)
    expect(page.locator(".memo-card")).to_have_count(PAGE + 20)
    to_the_end(page)
    last = page.locator(".memo-card", has_text=f"note {PAGE + 20}")
    expect(last).to_be_in_viewport()
    page.goto("/labels")
    page.go_back()
    expect(last).to_be_in_viewport()


def test_what_came_later_is_sent_like_the_rest(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_notes(page, PAGE + 3)
    page.goto("/")
    to_the_end(page)
    last = page.locator(".memo-card", has_text=f"note {PAGE + 3}")
    last.get_by_role("button", name="Archive this note").click()
    expect(page.locator(".memo-card")).to_have_count(PAGE + 2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".memo-card")).to_have_count(PAGE + 3)
    assert titles(page)[-1] == f"note {PAGE + 3}"
