"""The boards as a grid and as a list, on a wide screen and on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import with_memos


def columns(page: Page, layout: str) -> int:
    """How many cards stand beside the first one, itself among them, once the board has that layout."""
    expect(page.locator(".boards")).to_have_attribute("data-layout", layout)
    tops = [round(box["y"]) for card in page.locator(".memo-card").all() if (box := card.bounding_box())]
    return tops.count(tops[0])


def with_notes(page: Page) -> None:
    """Be on the board, with four notes of one line."""
    with_memos(page, [{"title": f"note {number}", "body": "one line"} for number in range(4)])
    page.goto("/")


def test_the_button_above_the_board_makes_one_column_of_it_and_back(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts(locale="ko-KR", viewport={"width": 1440, "height": 900})
    with_notes(page)
    assert columns(page, "grid") == 4
    page.get_by_role("button", name="목록 보기").click()
    assert columns(page, "list") == 1
    composer, card = page.locator(".composer").bounding_box(), page.locator(".memo-card").first.bounding_box()
    assert composer
    assert card
    assert (card["x"], card["width"]) == (composer["x"], composer["width"])
    page.goto("/archive")
    page.get_by_role("button", name="바둑판식 보기").click()
    expect(page.get_by_role("button", name="목록 보기")).to_be_visible()
    expect(page).to_have_url(re.compile("/archive$"))
    page.goto("/")
    assert columns(page, "grid") == 4


def test_a_phone_shows_two_columns_of_a_grid_where_they_can_be_read(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts(viewport={"width": 639, "height": 800}, has_touch=True)
    with_notes(page)
    for width, count in ((639, 2), (390, 2), (360, 2), (340, 1)):
        page.set_viewport_size({"width": width, "height": 800})
        assert columns(page, "grid") == count, width
        # Nothing on a card lies over something else that can be pressed.
        for control in page.locator(".memo-card :is(.icon-button, .memo-card__select)").all():
            if control.is_visible():
                control.click(trial=True)
    page.get_by_role("button", name="List view").click()
    for width in (340, 639):
        page.set_viewport_size({"width": width, "height": 800})
        assert columns(page, "list") == 1, width


def test_the_buttons_of_a_trashed_note_can_be_pressed_on_a_phone(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts(viewport={"width": 360, "height": 800}, has_touch=True)
    with_notes(page)
    for _ in range(2):
        page.get_by_label("More").first.click()
        page.get_by_role("button", name="Move to the trash").first.click()
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.goto("/trash")
    assert columns(page, "grid") == 2
    for control in page.locator(".memo-card :is(button, .memo-card__select)").all():
        control.click(trial=True)
