"""A list in the open memo, by keyboard: its rows made, joined, indented and moved as in Google Keep, and saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.lists import expect_rows, field, open_list, saved, stored


def test_enter_makes_rows_and_splits_them(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "milk", "breadbutter")
    page.keyboard.type("eggs")
    page.keyboard.press("Enter")
    page.keyboard.type("flour")
    field(page, "breadbutter").focus()
    page.keyboard.press("Home")
    for _ in "bread":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("salted ")
    expect_rows(page, "milk", "bread", "salted butter", "eggs", "flour")
    saved(page)
    assert stored(page, memo) == ["milk", "bread", "salted butter", "eggs", "flour"]


def test_enter_at_the_start_of_a_row_makes_one_above_it_and_the_row_stays_the_same(
    open_with_scripts: OpenPage,
) -> None:
    page = open_with_scripts()
    open_list(page, "milk", "bread")
    field(page, "bread").focus()
    name = field(page, "bread").get_attribute("name")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect_rows(page, "milk", "", "bread")
    expect(field(page, "bread")).to_be_focused()
    expect(field(page, "bread")).to_have_attribute("name", str(name))


def test_enter_in_a_blank_row_makes_no_more_of_them(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    open_list(page, "milk")
    page.keyboard.press("Enter")
    expect_rows(page, "milk")
    field(page, "milk").press("End")
    for _ in range(3):
        page.keyboard.press("Enter")
    expect_rows(page, "milk", "")


def test_rows_are_joined_by_backspace_and_delete(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "one", "two", "three", "four")
    field(page, "two").press("Home")
    page.keyboard.press("Backspace")
    page.keyboard.type("-")
    expect_rows(page, "one-two", "three", "four")
    field(page, "three").press("End")
    page.keyboard.press("Delete")
    page.keyboard.type("+")
    expect_rows(page, "one-two", "three+four")
    saved(page)
    assert stored(page, memo) == ["one-two", "three+four"]


def test_backspace_in_an_empty_row_removes_it_and_goes_to_the_end_of_the_one_above(
    open_with_scripts: OpenPage,
) -> None:
    page = open_with_scripts()
    open_list(page, "one", "two")
    field(page, "one").press("End")
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    page.keyboard.type("!")
    expect_rows(page, "one!", "two")


def test_tab_indents_and_goes_on_where_it_cannot(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "one", "two", "three")
    field(page, "two").press("Tab")
    expect_rows(page, "one", "  two", "three")
    expect(field(page, "two")).to_be_focused()
    expect(page.locator("dialog .memo-items__said")).to_have_text("Indented.")
    field(page, "three").press("Control+]")
    expect_rows(page, "one", "  two", "  three")
    field(page, "three").press("Shift+Tab")
    field(page, "two").press("Control+[")
    expect_rows(page, "one", "two", "three")
    field(page, "two").press("Tab")
    saved(page)
    assert stored(page, memo) == ["one", "  two", "three"]
    # A second one is the way out, as is the first one where nothing is above.
    field(page, "two").press("Tab")
    expect(field(page, "two")).not_to_be_focused()
    field(page, "one").press("Tab")
    expect(field(page, "one")).not_to_be_focused()
    expect_rows(page, "one", "  two", "three")


def test_a_row_is_indented_under_the_one_that_is_seen_above_it(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "one", "[x] ticked", "two")
    field(page, "two").press("Tab")
    saved(page)
    assert stored(page, memo) == ["one", "  two", "[x] ticked"]


def test_escape_leaves_the_list(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "one")
    page.goto(f"/memos/{memo}")
    field(page, "one").press("Escape")
    expect(page.get_by_role("link", name="Close")).to_be_focused()


def test_rows_are_moved_with_those_under_them(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "one", "two", "  under", "three", "  last")
    field(page, "two").press("Control+Shift+ArrowDown")
    expect_rows(page, "one", "three", "  last", "two", "  under")
    expect(page.locator("dialog .memo-items__said")).to_have_text("Moved to place 4 of 5")
    expect(field(page, "two")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Control+Shift+ArrowUp")
    expect_rows(page, "two", "  under", "one", "three", "  last")
    field(page, "last").press("Control+Shift+ArrowUp")
    expect_rows(page, "two", "  under", "one", "  last", "three")
    saved(page)
    assert stored(page, memo) == ["two", "  under", "one", "  last", "three"]


def test_a_row_that_comes_to_stand_first_is_not_indented(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    open_list(page, "one", "  two")
    field(page, "two").press("Control+Shift+ArrowUp")
    expect_rows(page, "two", "one")


def test_the_arrows_go_from_row_to_row_at_the_edge_of_the_text(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    long = "a row that is long enough to be broken into lines " * 3
    open_list(page, "first", long.strip(), "last")
    field(page, "first").press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator("dialog .item-row__text").nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("dialog .item-row__text").nth(1)).to_be_focused()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("textbox", name="List item")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field(page, "last")).to_be_focused()


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


@pytest.mark.parametrize(
    "lines", [["- milk", "- [x] bread", "  * rye", "", "☐ eggs"], ["milk", "[x] bread", "  rye", "eggs"]]
)
def test_pasted_lines_are_rows_without_the_marks_of_a_list(lines: list[str], open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(permissions=["clipboard-read", "clipboard-write"])
    memo = open_list(page, "first")
    paste(page, "\r\n".join(lines))
    expect_rows(page, "first", "milk", "  rye", "eggs", ticked=["bread"])
    expect(field(page, "eggs")).to_be_focused()
    saved(page)
    assert stored(page, memo) == ["first", "milk", "[x] bread", "  rye", "eggs"]


def test_what_is_pasted_into_a_text_keeps_what_is_around_it(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(permissions=["clipboard-read", "clipboard-write"])
    open_list(page, "ab")
    field(page, "ab").press("Home")
    page.keyboard.press("ArrowRight")
    paste(page, "- 1\n- 2")
    page.keyboard.type("|")
    expect_rows(page, "a- 1", "2|b")
    field(page, "2|b").press("Home")
    paste(page, "one line - only")
    expect_rows(page, "a- 1", "one line - only2|b")
