"""The keys of the board, with a Latin and a Korean keyboard, and the sheet that lists them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import as_stored, with_memos
from tests.browser.test_without_scripts import card

NOTES = [{"title": "First"}, {"title": "Second"}, {"title": "Third"}]


def opened(page: Page, path: str = "/") -> Page:
    """The page with three notes on its board, the third one first."""
    with_memos(page, NOTES)
    page.goto(path)
    return page


def focused(page: Page) -> Locator:
    return page.locator(".memo-card:focus-within")


def press(page: Page, key: str, code: str, **more: Any) -> None:
    """Press what Playwright's keyboard does not have: a key as another layout or an input method sends it."""
    session = page.context.new_cdp_session(page)
    fields = {"key": key, "code": code, "windowsVirtualKeyCode": ord(code[-1]), **more}
    session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **fields})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **fields})


def test_c_and_l_begin_a_note_and_a_list(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    page.keyboard.press("c")
    expect(page.locator(".composer [name=body]")).to_be_focused()
    expect(page.locator(".composer [name=body]")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    expect(page.get_by_role("checkbox", name="New list")).to_be_checked()
    expect(page.locator("memo-composer :focus")).to_be_visible()


@pytest.mark.parametrize(("key", "ticked"), [("c", False), ("l", True)])
def test_where_nothing_can_be_written_they_go_to_the_board(
    key: str, ticked: bool, open_with_scripts: OpenPage
) -> None:
    page = open_with_scripts()
    page.goto("/archive")
    page.keyboard.press(key)
    expect(page).to_have_url(re.compile("/$"))
    expect(page.locator("memo-composer :focus")).to_be_visible()
    expect(page.get_by_role("checkbox", name="New list")).to_be_checked(checked=ticked)


def test_slash_searches_and_what_was_searched_for_is_selected(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts(), "/search?q=first")
    page.keyboard.press("/")
    expect(page.locator("[name=q]")).to_be_focused()
    page.keyboard.type("second")
    expect(page.locator("[name=q]")).to_have_value("second")


def test_j_and_k_go_from_card_to_card_and_enter_opens_one(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    for key, title in [("j", "Third"), ("j", "Second"), ("j", "First"), ("j", "First"), ("k", "Second")]:
        page.keyboard.press(key)
        expect(focused(page)).to_contain_text(title)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").locator("[name=title]")).to_have_value("Second")


def test_e_f_and_hash_archive_pin_and_throw_away_the_focused_note(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    page.keyboard.press("j")
    page.keyboard.press("f")
    expect(page.locator("[data-section=pinned]")).to_contain_text("Third")
    page.keyboard.press("f")
    expect(page.locator("[data-section=others]")).to_contain_text("Third")
    page.keyboard.press("e")
    expect(card(page, "Third")).to_have_count(0)
    expect(focused(page)).to_contain_text("Second")
    page.keyboard.press("Shift+Digit3")
    expect(card(page, "Second")).to_have_count(0)
    expect(focused(page)).to_contain_text("First")
    page.goto("/archive")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(card(page, "Third")).to_have_count(0)
    page.goto("/trash")
    expect(card(page, "Second")).to_be_visible()


def test_with_a_selection_they_act_on_all_of_it(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("f")
    expect(page.locator("[data-section=pinned] .memo-card")).to_have_count(2)
    page.keyboard.press("Control+a")
    page.keyboard.press("e")
    expect(page.locator(".memo-card")).to_have_count(0)
    page.goto("/archive")
    expect(page.locator(".memo-card")).to_have_count(3)


def test_f_unpins_where_all_that_is_selected_is_pinned(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, [{"title": "One", "pinned": True}, {"title": "Two", "pinned": True}])
    page.goto("/")
    page.keyboard.press("Control+a")
    expect(page.locator(".selection").get_by_role("button", name="Pin", exact=True)).to_be_hidden()
    page.keyboard.press("f")
    expect(page.locator("[data-section=pinned]")).to_be_hidden()
    expect(page.locator("[data-section=others] .memo-card")).to_have_count(2)


def test_ctrl_g_makes_a_list_of_the_board(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    page.keyboard.press("Control+g")
    expect(page.locator("[data-layout=list] .memo-card")).to_have_count(3)
    page.keyboard.press("Control+g")
    expect(page.locator("[data-layout=grid] .memo-card")).to_have_count(3)


def test_a_korean_keyboard_has_the_keys_in_the_same_places(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts(locale="ko-KR"))
    press(page, "ㅓ", "KeyJ")
    expect(focused(page)).to_contain_text("Third")
    press(page, "ㅌ", "KeyX")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    press(page, "ㄷ", "KeyE")
    expect(page.locator(".memo-card")).to_have_count(2)
    press(page, "ㅊ", "KeyC")
    expect(page.locator(".composer [name=body]")).to_be_focused()


def test_no_key_is_taken_from_a_syllable_that_is_being_composed(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts(locale="ko-KR"))
    page.keyboard.press("j")
    # What browsers send while an input method has the key: 229, or the key itself with isComposing.
    press(page, "Process", "KeyE", windowsVirtualKeyCode=229)
    page.evaluate("""
      document.activeElement.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
      for (const [key, code] of [["ㄷ", "KeyE"], ["e", "KeyE"], ["#", "Digit3"], ["c", "KeyC"]]) {
        const init = { key, code, isComposing: true, bubbles: true, cancelable: true };
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", init));
      }
    """)
    expect(focused(page)).to_contain_text("Third")
    page.keyboard.press("k")
    expect(page.locator(".memo-card")).to_have_count(3)


def test_korean_is_typed_into_a_note_syllable_by_syllable(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts(locale="ko-KR"))
    page.keyboard.press("c")
    session = page.context.new_cdp_session(page)
    for part in ["ㅊ", "추", "축"]:
        session.send("Input.imeSetComposition", {"text": part, "selectionStart": 1, "selectionEnd": 1})
    session.send("Input.insertText", {"text": "축"})
    expect(page.locator(".composer [name=body]")).to_have_value("축")


def test_letters_in_a_field_are_letters(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    page.locator(".composer [name=body]").click()
    page.keyboard.type("cljkefx/#?")
    expect(page.locator(".composer [name=body]")).to_have_value("cljkefx/#?")
    page.locator("[name=q]").fill("")
    page.locator("[name=q]").press("j")
    expect(page.locator("[name=q]")).to_have_value("j")


@pytest.mark.parametrize("key", ["Control+e", "Alt+e", "Meta+e", "Control+x", "Shift+E"])
def test_with_another_key_held_a_letter_is_not_that_key(key: str, open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    page.keyboard.press("j")
    page.keyboard.press(key)
    page.keyboard.press("j")
    expect(focused(page)).to_contain_text("Second")
    expect(page.locator(".memo-card")).to_have_count(3)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_over_an_open_note_the_keys_rest(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button").first.focus()
    page.keyboard.press("e")
    page.keyboard.press("#")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(card(page, "Third")).to_be_visible()
    [first, *_] = [int(found) for found in re.findall(r"memo-(\d+)\"", page.content())]
    assert as_stored(page, first)["trashed_at"] is None


SHEET = {
    "en-GB": (
        "Keyboard shortcuts",
        ["New note", "Archive or unarchive", "Move earlier", "List or grid", "Move the item up"],
    ),
    "ko-KR": (
        "단축키",
        ["새 메모", "보관 또는 보관 해제", "앞으로 옮기기", "목록 또는 바둑판", "항목을 위로 이동"],
    ),
}


@pytest.mark.parametrize("locale", SHEET)
def test_the_sheet_lists_every_key(locale: str, open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts(locale=locale))
    name, some = SHEET[locale]
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name=name)
    for text in some:
        expect(sheet).to_contain_text(text)
    keys = {text.strip() for text in sheet.locator("kbd").all_inner_texts()}
    assert keys >= {"C", "L", "/", "J", "K", "Enter", "E", "#", "F", "X", "?", "Ctrl", "G", "Esc", "Alt", "Shift"}
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_the_sheet_is_reached_by_mouse_on_any_page(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    page.goto("/settings")
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    sheet.get_by_role("button", name="Close").click()
    expect(sheet).to_be_hidden()


def test_the_keys_can_be_switched_off_and_stay_off(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    page.keyboard.press("?")
    page.get_by_label("Use the keys without Ctrl or Alt").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(focused(page)).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+g")
    expect(page.locator("[data-layout=list]")).to_have_count(1)
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Use the keys without Ctrl or Alt").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(focused(page)).to_contain_text("Third")
