"""The menus of a card: wholly on the screen, closed by what closes a menu, gone through with arrow keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.people import with_memos

NOTES = [{"title": f"note {number}", "body": "a line\n" * (number % 4)} for number in range(14)]
LIST = {"title": "List", "kind": "checklist", "items": [{"text": "one", "checked": True}, {"text": "two"}]}


def menu(page: Page, number: int, name: str) -> Locator:
    return (
        page.locator(".memo-card").nth(number).locator("details.menu", has=page.locator(f"summary[title={name}]"))
    )


@pytest.mark.parametrize("name", ["More", "Colour"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844), (360, 640)])
def test_a_menu_is_wholly_on_the_screen_wherever_its_card_is(
    width: int, height: int, name: str, open_with_scripts: OpenPage
) -> None:
    phone = PHONE if width < 640 else {}
    page = open_with_scripts(**{**phone, "viewport": {"width": width, "height": height}})
    with_memos(page, [LIST, *NOTES, LIST])
    page.goto("/")
    for number in (0, 1, 3, 8, 15):
        shown = menu(page, number, name)
        if not shown.is_visible():
            continue  # the colours, on a phone
        shown.locator("summary").scroll_into_view_if_needed()
        shown.locator("summary").click()
        box = shown.locator(".menu__panel").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        page.keyboard.press("Escape")
        expect(shown.locator(".menu__panel")).to_be_hidden()


def test_escape_closes_a_menu_and_goes_back_to_its_button(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, NOTES[:2])
    page.goto("/")
    shown = menu(page, 0, "More")
    page.locator(".memo-card__select input").first.check()
    shown.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(shown.locator(".menu__item:visible").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(shown.locator("summary")).to_be_focused()
    expect(shown.locator(".menu__panel")).to_be_hidden()
    # The selection is for the next Escape.
    expect(page.locator(".memo-card__select input").first).to_be_checked()


def test_a_click_elsewhere_closes_a_menu_and_does_nothing_else(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, NOTES[:2])
    page.goto("/")
    menu(page, 0, "More").locator("summary").click()
    page.mouse.click(700, 800)
    expect(page.locator(".menu[open]")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_tab_out_of_a_menu_closes_it(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, NOTES[:2])
    page.goto("/")
    shown = menu(page, 0, "More")
    shown.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    expect(shown.get_by_role("button", name="Move to the trash")).to_be_focused()
    page.keyboard.press("Tab")
    expect(shown.locator(".menu__panel")).to_be_hidden()
    expect(page.locator(":focus")).to_be_visible()


def test_arrow_keys_go_round_a_list_and_along_the_rows_of_colours(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, NOTES[:1])
    page.goto("/")
    shown = menu(page, 0, "More")
    shown.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    expect(shown.get_by_role("button", name="Move to the trash")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(shown.locator(".menu__item:visible").first).to_be_focused()
    page.keyboard.press("Escape")
    colours = menu(page, 0, "Colour")
    colours.locator("summary").focus()
    page.keyboard.press("Enter")
    for key in ("ArrowDown", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    # The second of the second row of six.
    expect(colours.locator(".swatch").nth(7)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".memo-card").first).to_have_attribute("data-color", "cerulean")
