"""Several cards at once: ranges, all of them, none; what is said, and where the focus goes."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import with_memos
from tests.browser.test_without_scripts import card


def opened(page: Page) -> Page:
    """The page with notes 1 to 8 on its board, 1 on top."""
    with_memos(page, [{"title": f"note {number}"} for number in range(8, 0, -1)])
    page.goto("/")
    return page


def box(page: Page, title: str) -> Locator:
    return card(page, title).get_by_role("checkbox", name="Select")


def selected(page: Page) -> list[str]:
    cards = page.locator(".memo-card", has=page.locator(".memo-card__select :checked"))
    return [text.strip()[-1] for text in cards.locator(".memo-card__title").all_text_contents()]


def says(page: Page, text: str) -> None:
    expect(page.locator("memo-selection [role=status]")).to_have_text(text)


def test_shift_and_a_click_select_all_between(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    box(page, "note 2").check()
    says(page, "1 selected")
    box(page, "note 5").click(modifiers=["Shift"])
    assert selected(page) == ["2", "3", "4", "5"]
    says(page, "4 selected")
    box(page, "note 3").click(modifiers=["Shift"])
    assert selected(page) == ["2"]


def test_shift_and_x_select_all_between_by_keyboard(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    assert selected(page) == ["1", "2", "3"]
    says(page, "3 selected")


def test_ctrl_a_selects_all_and_escape_none(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    page.keyboard.press("j")
    page.keyboard.press("Control+a")
    assert len(selected(page)) == 8
    says(page, "8 selected")
    page.keyboard.press("Escape")
    assert selected(page) == []
    says(page, "Nothing is selected")
    expect(card(page, "note 1").locator(".memo-card__link")).to_be_focused()


def test_in_a_field_ctrl_a_selects_the_text(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    page.locator("[name=q]").fill("typed")
    page.keyboard.press("Control+a")
    page.keyboard.press("Backspace")
    expect(page.locator("[name=q]")).to_have_value("")
    assert selected(page) == []


def test_one_step_for_all_and_one_undo(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    box(page, "note 3").check()
    box(page, "note 4").click(modifiers=["Shift"])
    page.locator(".selection").get_by_role("button", name="Move to the trash").click()
    expect(page.locator(".memo-card")).to_have_count(6)
    expect(page.locator(".selection")).to_be_hidden()
    # What stands where they stood.
    expect(card(page, "note 5").locator(".memo-card__link")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".memo-card")).to_have_count(8)
    assert selected(page) == []


def test_clearing_the_selection_gives_the_focus_back_to_the_card(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    box(page, "note 6").check()
    page.get_by_role("button", name="Clear the selection").click()
    expect(page.locator(".selection")).to_be_hidden()
    says(page, "Nothing is selected")
    expect(card(page, "note 6").locator(".memo-card__link")).to_be_focused()


def test_a_click_opens_a_note_though_others_are_selected(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    box(page, "note 6").check()
    card(page, "note 2").get_by_role("link").first.click()
    expect(page.get_by_role("dialog").locator("[name=title]")).to_have_value("note 2")
    # Escape closes the note and leaves the selection.
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert selected(page) == ["6"]


def test_when_all_are_gone_the_focus_is_in_the_page(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    page.keyboard.press("Control+a")
    page.locator(".selection").get_by_role("button", name="Archive").click()
    expect(page.locator(".memo-card")).to_have_count(0)
    expect(page.get_by_role("main")).to_be_focused()
