"""A list in the open memo, by mouse and finger: ticked, dragged, deleted and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.lists import box, expect_rows, field, open_list, saved, stored
from tests.browser.people import as_stored, with_memos

FAMILY = ("milk", "  skimmed", "  whole", "bread")


def said(page: Page) -> Locator:
    return page.locator("dialog .memo-items__said")


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [("en-GB", "3 ticked", "“milk” is ticked."), ("ko-KR", "완료된 항목 3개", "“milk” 항목을 완료했습니다.")],
)
def test_a_ticked_item_sinks_with_those_under_it_and_comes_back_to_its_place(
    language: str, count: str, words: str, open_with_scripts: OpenPage
) -> None:
    page = open_with_scripts(locale=language)
    memo = open_list(page, *FAMILY)
    box(page, "milk").click()
    expect_rows(page, "bread", ticked=["milk", "  skimmed", "  whole"])
    expect(page.locator("dialog .ticked__summary")).to_have_text(count)
    expect(said(page)).to_have_text(words)
    saved(page) if language == "en-GB" else expect(page.locator(".memo__status")).not_to_be_empty()
    # One of them brings the one it stands under back with it, as in Keep.
    box(page, "whole").click()
    expect_rows(page, "milk", "  whole", "bread", ticked=["  skimmed"])
    box(page, "skimmed").click()
    expect_rows(page, *FAMILY)
    expect(page.locator("dialog .ticked")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card .ticked")).to_have_count(0)
    assert stored(page, memo) == list(FAMILY)


def test_ticks_are_saved(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, *FAMILY)
    box(page, "skimmed").click()
    box(page, "bread").click()
    saved(page)
    assert stored(page, memo) == ["milk", "  [x] skimmed", "  whole", "[x] bread"]


def test_ticking_leaves_the_caret_where_it_is_and_by_keyboard_goes_on_to_the_next_box(
    open_with_scripts: OpenPage,
) -> None:
    page = open_with_scripts()
    open_list(page, "one", "two", "three")
    field(page, "three").focus()
    box(page, "one").click()
    expect(field(page, "three")).to_be_focused()
    box(page, "two").press("Space")
    expect_rows(page, "three", ticked=["one", "two"])
    expect(box(page, "three")).to_be_focused()


def test_an_item_is_deleted_and_taken_back(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "one", "  two", "three")
    field(page, "two").hover()
    page.locator("dialog").get_by_role("button", name="Delete the item").nth(1).click()
    expect_rows(page, "one", "three")
    saved(page)
    assert stored(page, memo) == ["one", "three"]
    page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    expect_rows(page, "one", "  two", "three")
    expect(field(page, "two")).to_be_focused()
    saved(page)
    assert stored(page, memo) == ["one", "  two", "three"]


def test_all_that_is_ticked_is_unticked_or_deleted_at_once(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "one", "two", "three")
    page.keyboard.type("four")
    box(page, "one").click()
    box(page, "two").click()
    page.get_by_role("button", name="Untick all items").click()
    expect(page.locator("dialog .ticked")).to_be_hidden()
    expect_rows(page, "one", "two", "three", "four")
    box(page, "one").click()
    box(page, "two").click()
    page.get_by_role("button", name="Delete ticked items").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Undo")).to_be_visible()
    expect_rows(page, "three", "four")
    page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    expect(page.locator("dialog .ticked__summary")).to_have_text("2 ticked")
    assert stored(page, memo) == ["[x] one", "[x] two", "three", "four"]


def handle(page: Page, text: str) -> Locator:
    name = field(page, text).get_attribute("name")
    return page.locator(f"dialog .item-row:has([name='{name}']) .item-row__handle")


def middle(of: Locator) -> tuple[float, float]:
    found = of.bounding_box()
    assert found
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def drag(page: Page, text: str, *, to: str | None = None, below: float = 0, aside: float = 0) -> None:
    """Press the handle of a row, move the pointer to another row, `below` its middle, and aside; let go later."""
    field(page, text).hover()
    x, y = middle(handle(page, text))
    page.mouse.move(x, y)
    page.mouse.down()
    target = middle(handle(page, to))[1] + below if to else y
    page.mouse.move(x + aside / 2, (y + target) / 2, steps=4)
    page.mouse.move(x + aside, target, steps=4)


def test_a_row_is_dragged_by_its_handle(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "one", "two", "three")
    drag(page, "one", to="three", below=8)
    page.mouse.up()
    expect_rows(page, "two", "three", "one")
    expect(said(page)).to_have_text("Moved to place 3 of 3")
    drag(page, "three", to="two", below=-8)
    page.mouse.up()
    saved(page)
    assert stored(page, memo) == ["three", "two", "one"]
    expect(page.locator(".item-menu:popover-open")).to_have_count(0)


def test_a_row_is_dragged_aside_to_indent_it(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "one", "two", "three")
    drag(page, "three", aside=60)
    page.mouse.up()
    drag(page, "one", aside=60)
    page.mouse.up()
    expect_rows(page, "one", "two", "  three")
    drag(page, "one", to="three", below=-8)
    page.mouse.up()
    # Between a row and what is under it one is under it, too.
    expect_rows(page, "two", "  one", "  three")
    drag(page, "three", aside=-60)
    page.mouse.up()
    saved(page)
    assert stored(page, memo) == ["two", "  one", "three"]


def test_a_row_is_dragged_with_those_under_it(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, *FAMILY, "  rye", "eggs")
    box(page, "skimmed").click()
    drag(page, "milk", to="eggs", below=-8)
    page.mouse.up()
    expect_rows(page, "bread", "  rye", "milk", "  whole", "eggs", ticked=["  skimmed"])
    saved(page)
    assert stored(page, memo) == ["bread", "  rye", "milk", "  [x] skimmed", "  whole", "eggs"]


def test_escape_takes_a_drag_back_and_closes_nothing(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    open_list(page, "one", "two", "three")
    drag(page, "one", to="three", below=8)
    expect_rows(page, "two", "three", "one")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect_rows(page, "one", "two", "three")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_the_handle_offers_what_dragging_does(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "one", "two", "three")
    handle(page, "three").click()
    menu = page.get_by_role("group", name="Move the item")
    expect(menu.get_by_role("button", name="Move down")).to_be_disabled()
    menu.get_by_role("button", name="Move up").click()
    menu.get_by_role("button", name="Indent").click()
    expect_rows(page, "one", "  three", "two")
    menu.get_by_role("button", name="Outdent").click()
    menu.get_by_role("button", name="Indent").click()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(handle(page, "three")).to_be_focused()
    expect(page.get_by_role("dialog")).to_be_visible()
    saved(page)
    assert stored(page, memo) == ["one", "  three", "two"]


class Finger:
    """One finger on the screen of a phone."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def touch(self, kind: str, *at: float) -> None:
        points: list[dict[str, Any]] = [{"x": at[0], "y": at[1]}] if at else []
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.mark.parametrize("language", ["ko-KR"])
def test_a_finger_drags_and_ticks(language: str, open_on_phone: OpenPage) -> None:
    page = open_on_phone(locale=language)
    memo = open_list(page, "우유", "두부", "달걀")
    for each in page.locator("dialog .item-row:not(.item-row--new) :is(.item__box, .item-row__handle)").all():
        found = each.bounding_box()
        assert found
        assert min(found["width"], found["height"]) >= 44
    finger = Finger(page)
    (x, y), (_, target) = middle(handle(page, "우유")), middle(handle(page, "달걀"))
    finger.touch("touchStart", x, y)
    for part in range(1, 9):
        finger.touch("touchMove", x, y + (target + 8 - y) * part / 8)
    finger.touch("touchEnd")
    expect_rows(page, "두부", "달걀", "우유")
    box(page, "달걀").tap()
    expect_rows(page, "두부", "우유", ticked=["달걀"])
    expect(page.locator(".memo__status")).to_have_attribute("data-state", "saved")
    assert stored(page, memo) == ["두부", "[x] 달걀", "우유"]


# --- On the board -----------------------------------------------------------------------------------------------


def card_box(page: Page, name: str) -> Locator:
    return page.locator(".memo-card").get_by_role("checkbox", name=name, exact=True)


def test_a_box_on_a_card_is_ticked_before_the_answer(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    (memo,) = with_memos(page, [{"title": "List", "items": [{"text": "one"}, {"text": "two"}]}])
    page.goto("/")
    held: list[Any] = []
    page.route("**/items/1/check", lambda route: held.append(route))
    card_box(page, "one").click()
    expect(card_box(page, "one")).to_be_checked()
    assert as_stored(page, memo)["items"][0]["checked"] is False
    expect(page.locator(".memo-card .ticked")).to_have_count(0)
    held[0].continue_()
    expect(page.locator(".memo-card .ticked")).to_contain_text("one")
    expect(card_box(page, "two")).to_be_focused()


def test_a_box_that_could_not_be_ticked_is_as_it_was(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED", 503])
    with_memos(page, [{"title": "List", "items": [{"text": "one"}]}])
    page.goto("/")
    page.route("**/items/1/check", lambda route: route.abort())
    card_box(page, "one").click()
    expect(page.get_by_text("The server cannot be reached. Nothing was changed.")).to_be_visible()
    expect(card_box(page, "one")).not_to_be_checked()
    page.unroute("**/items/1/check")
    card_box(page, "one").click()
    expect(page.locator(".memo-card .ticked")).to_contain_text("one")
