"""One browser, several people and tabs: whose text it is stays clear, and none of it is lost."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import name_of, register_new, send, sign_in, sign_out, with_memos


def test_what_one_types_never_goes_to_whoever_signed_in_meanwhile(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[400, "400"])
    page.goto("/")
    first = name_of(page)
    page.get_by_role("textbox", name="Take a note…").click()
    page.keyboard.type("the first")
    expect(page.locator(".composer__status")).to_have_text("Saved")
    sign_out(page.context)
    second = register_new(page.context)
    page.keyboard.type(" and a secret")
    expect(page.locator(".composer__status")).to_contain_text("you are signed out")
    expect(page.get_by_role("textbox", name="Take a note…")).to_have_value("the first and a secret")
    page.goto("/")
    assert name_of(page) == second
    expect(page.locator(".memo-card")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("secret")
    sign_out(page.context)
    sign_in(page.context, first)
    page.goto("/")
    expect(page.locator(".memo-card")).to_contain_text("the first and a secret")


def test_after_signing_in_again_an_open_page_goes_on_saving(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[400, "400"])
    [memo] = with_memos(page, [{"body": "before"}])
    first = name_of(page)
    page.goto("/")
    page.locator(".memo-card").click(position={"x": 60, "y": 18})
    sign_out(page.context)
    sign_in(page.context, first)
    page.locator("dialog .memo__body").fill("after")
    expect(page.locator(".memo__status")).to_have_text("Saved")
    assert send(page, "GET", f"/memos/{memo}")["body"] == "after"
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card")).to_contain_text("after")


def test_the_board_of_whoever_signed_out_shows_nothing_of_another(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[400, "400"])
    with_memos(page, [{"body": "of the first"}])
    page.goto("/")
    sign_out(page.context)
    register_new(page.context)
    with_memos(page, [{"body": "of the second"}])
    page.locator(".memo-card").hover()
    page.get_by_role("button", name="Archive").click()
    expect(page.locator(".memo-card")).to_contain_text("of the second")
    expect(page.locator("main")).not_to_contain_text("of the first")


def test_the_last_step_is_undone_by_key_and_no_old_text_comes_back(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    page.goto("/")
    page.get_by_role("textbox", name="Take a note…").click()
    page.keyboard.type("milk")
    page.keyboard.press("Escape")
    link = page.locator(".memo-card__link")
    expect(link).to_be_focused()
    page.keyboard.press("e")
    expect(link).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(link).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.get_by_role("textbox", name="Take a note…")).to_have_value("")
    page.keyboard.press("j")
    expect(link).to_be_focused()


def test_undo_pressed_by_keyboard_leads_to_the_note_that_is_back(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, [{"body": "one"}, {"body": "two"}])
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator(".memo-card")).to_have_count(1)
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".memo-card__link").first).to_be_focused()
    expect(page.locator(".memo-card").first).to_contain_text("two")


def test_the_focus_is_not_lost_when_the_trash_is_emptied(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, [{"body": "one", "trashed": True}])
    page.goto("/trash")
    page.locator(".board__bar").get_by_role("button").click()
    page.locator("dialog.question").get_by_role("button").click()
    expect(page.locator(".memo-card")).to_have_count(0)
    expect(page.locator("main")).to_be_focused()


def delayed(page: Page, path: str) -> list[Route]:
    """Hold back what is sent to this path; `route.continue_()` each of the list to let it go."""
    held: list[Route] = []
    page.route(f"**{path}", lambda route: held.append(route))
    return held


def test_what_is_typed_while_the_last_note_is_on_its_way_takes_nothing_away(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    page.goto("/")
    field = page.get_by_role("textbox", name="Take a note…")
    held = delayed(page, "/memos")
    field.click()
    page.keyboard.type("first")
    with page.expect_request("**/memos"):
        page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.type(" second")
    expect(field).to_have_value("first second")
    held[0].continue_()
    expect(page.locator(".memo-card")).to_contain_text("first second")


def test_a_note_clicked_twice_is_opened_once(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    [memo] = with_memos(page, [{"body": "one"}])
    page.goto("/")
    held = delayed(page, f"/memos/{memo}")
    with page.expect_request(f"**/memos/{memo}"):
        page.locator(".memo-card").dblclick(position={"x": 60, "y": 18})
    for route in held:
        route.continue_()
    expect(page.locator("dialog .memo__body")).to_be_focused()
    page.unroute_all()
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card__link")).to_be_focused()
    expect(page).to_have_url(re.compile("/$"))
    assert page.evaluate("history.state") is None
