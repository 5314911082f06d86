"""Checklists without scripts: made, ticked from the board, converted, edited."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.lists import items
from tests.browser.people import with_memos
from tests.browser.test_without_scripts import card


def item_texts(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator("textarea[name^='item.']").all()]


def with_list(page: Page, title: str, *lines: str) -> int:
    """Be on the board, with a list of these lines; return its id."""
    (memo,) = with_memos(page, [{"title": title, **items(*lines)}])
    page.goto("/")
    return memo


def test_a_list_is_made_ticked_from_the_board_converted_and_back(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts(locale="ko-KR")
    page.goto("/")
    page.locator(".composer [name=body]").fill("우유\n두부\n  순두부")
    page.locator(".composer [name=title]").fill("장보기")
    page.get_by_role("checkbox", name="새 목록").check(force=True)
    page.locator(".composer").get_by_role("button", name="저장").click()
    shopping = card(page, "장보기")
    expect(shopping.locator(".item__text")).to_have_text(["우유", "두부", "순두부"])

    shopping.get_by_role("checkbox", name="우유").click()
    expect(shopping.locator("summary", has_text="완료된 항목 1개")).to_be_visible()
    expect(shopping.get_by_role("checkbox", name="우유")).to_be_checked()
    expect(page).to_have_url(re.compile(r"/#memo-\d+$"))

    shopping.hover()
    shopping.locator("summary[aria-label='더보기']").click()
    shopping.get_by_role("button", name="체크박스 숨기기").click()
    expect(shopping.locator(".memo-card__body")).to_have_text("[x] 우유\n두부\n  순두부", use_inner_text=True)

    shopping.hover()
    shopping.locator("summary[aria-label='더보기']").click()
    shopping.get_by_role("button", name="체크박스 표시").click()
    expect(shopping.get_by_role("checkbox", name="우유")).to_be_checked()
    expect(shopping.locator(".item--indented")).to_have_text("순두부")

    shopping.hover()
    shopping.locator("summary[aria-label='더보기']").click()
    shopping.get_by_role("button", name="완료된 항목 삭제").click()
    assert shopping.locator(".item__text").all_inner_texts() == ["두부", "순두부"]


def test_items_are_changed_added_indented_and_deleted_on_the_page_of_the_note(
    open_without_scripts: OpenPage,
) -> None:
    page = open_without_scripts()
    memo = with_list(page, "Bag", "passport", "charger")
    page.goto(f"/memos/{memo}")
    page.locator("[name='item.2']").fill("charger\ncable")
    page.locator("[name='indent.2']").check(force=True)
    page.locator("[name=items_new]").fill("towel\nbook")
    page.get_by_role("button", name="Save").click()
    page.goto(f"/memos/{memo}")
    # A line begun inside an item is an item of its own.
    assert item_texts(page) == ["passport", "charger", "cable", "towel", "book"]
    expect(page.locator("[name='indent.2']")).to_be_checked()
    page.locator(".item-row").nth(3).hover()
    page.locator(".item-row").nth(3).get_by_role("button", name="Delete the item").click()
    expect(page.locator("textarea[name^='item.']")).to_have_count(4)
    assert item_texts(page) == ["passport", "charger", "cable", "book"]


def test_saving_a_list_leaves_a_ticked_item_where_it_was(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    memo = with_list(page, "Order", "one", "two", "three")
    card(page, "Order").get_by_role("checkbox", name="one").click()
    page.goto(f"/memos/{memo}")
    page.locator("[name='item.2']").fill("second")
    page.get_by_role("button", name="Save").click()
    card(page, "Order").get_by_role("checkbox", name="one").click()
    expect(card(page, "Order").locator(".ticked")).to_have_count(0)
    assert card(page, "Order").locator(".item__text").all_inner_texts() == ["one", "second", "three"]


def test_nothing_that_would_drop_what_was_typed_is_offered_beside_it(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    memo = with_list(page, "Kept", "one", "two")
    page.goto(f"/memos/{memo}")
    expect(page.get_by_role("checkbox", name="one")).to_be_visible()
    page.locator("[name='item.1']").fill("typed")
    page.locator("[name=title]").focus()
    expect(page.get_by_role("checkbox", name="one")).to_be_hidden()
    expect(page.get_by_role("button", name="Upload")).to_be_hidden()
    expect(page.locator("main")).to_contain_text("Save your changes")


def test_two_tabs_that_edit_one_list_lose_no_item_and_no_tick(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    memo = with_list(page, "Shared", "one", "two")
    card(page, "Shared").get_by_role("checkbox", name="one").click()
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"/memos/{memo}")
    page.locator("[name='item.2']").fill("two, from the first tab")
    page.get_by_role("button", name="Save").click()
    other.locator("[name='item.2']").fill("two, from the second tab")
    other.get_by_role("button", name="Save").click()
    expect(other.locator("main")).to_contain_text("two, from the first tab")
    expect(other.locator("textarea")).to_have_value("[x] one\ntwo, from the second tab")
    other.get_by_role("button", name="Save what I typed").click()
    expect(card(other, "Shared").get_by_role("checkbox", name="one")).to_be_checked()
    expect(card(other, "Shared")).to_contain_text("two, from the second tab")


def test_a_long_list_shows_a_dozen_items_on_its_card(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    with_list(page, "Long", *(f"item {n}" for n in range(20)))
    expect(card(page, "Long").locator(".item")).to_have_count(12)
    expect(card(page, "Long")).to_contain_text("… 8 more")


def test_a_printed_list_shows_its_boxes(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    memo = with_list(page, "Paper", "one", "two")
    page.goto(f"/memos/{memo}")
    page.emulate_media(media="print")
    expect(page.locator(".memo__rendered .item")).to_have_count(2)
    expect(page.locator(".memo__rendered")).to_be_visible()
    expect(page.locator(".memo__tools")).to_be_hidden()
