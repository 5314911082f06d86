"""Labels without scripts: put on a note, listed at the side, renamed, merged, deleted."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_without_scripts import OpenPage, card, register, write
from tests.browser.words import WORDS


def put_label(page: Page, title: str, name: str, words: dict[str, str]) -> None:
    page.goto("/")
    card(page, title).hover()
    card(page, title).locator(f"summary[aria-label='{words['more']}']").click()
    card(page, title).get_by_role("link", name=words["labels"]).click()
    # The address leads into the folded labels, which opens them.
    page.locator("#memo-label").fill(name)
    page.get_by_role("button", name=words["save"]).click()
    expect(card(page, title).locator(".chip", has_text=name)).to_be_visible()


@pytest.mark.parametrize("language", WORDS)
def test_labels_are_added_renamed_merged_and_deleted(language: str, open_page: OpenPage) -> None:
    words = WORDS[language]
    page = open_page(locale=language)
    register(page)
    write(page, "첫째", "one")
    write(page, "둘째", "two")
    put_label(page, "첫째", "집", words)
    put_label(page, "둘째", "일", words)
    side = page.get_by_role("navigation").first
    side.get_by_role("link", name="집").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("집")
    expect(page.locator(".memo-card")).to_have_count(1)
    expect(side.get_by_role("link", name="집")).to_have_attribute("aria-current", "page")

    page.goto("/labels")
    page.locator("form", has=page.get_by_role("button", name=words["rename"].format("집"))).locator(
        "[name=name]"
    ).fill("우리 집")
    page.get_by_role("button", name=words["rename"].format("집")).click()
    expect(side.get_by_role("link", name="우리 집")).to_be_visible()

    page.locator("form", has=page.get_by_role("button", name=words["rename"].format("우리 집"))).locator(
        "[name=name]"
    ).fill("일")
    page.get_by_role("button", name=words["rename"].format("우리 집")).click()
    page.get_by_role("button", name=words["merge"]).click()
    expect(side.get_by_role("link", name="우리 집")).to_have_count(0)
    side.get_by_role("link", name=re.compile("^일")).click()
    expect(page.locator(".memo-card")).to_have_count(2)

    page.goto("/labels")
    page.get_by_role("button", name=words["delete"].format("일")).click()
    expect(page.locator("main")).to_contain_text("일")
    page.get_by_role("button", name=words["delete label"]).click()
    expect(page.locator(".label-list")).to_have_count(0)
    page.goto("/")
    expect(page.locator(".memo-card")).to_have_count(2)
    expect(page.locator(".chip")).to_have_count(0)


def test_a_note_written_on_the_board_of_a_label_carries_it(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    register(page)
    page.goto("/labels")
    page.locator("#label-new").fill("Garden")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("link", name=re.compile("^Garden")).first.click()
    expect(page.locator("main")).to_contain_text("No notes with this label yet")
    page.locator(".composer [name=body]").fill("plant the tomatoes")
    page.locator(".composer").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Garden")
    expect(page.locator(".memo-card")).to_contain_text("plant the tomatoes")


def test_text_and_labels_of_a_note_are_saved_by_one_button(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    register(page)
    write(page, "Both", "before")
    put_label(page, "Both", "Garden", WORDS["en-GB"])
    page.goto("/memos/1#labels")
    page.get_by_role("checkbox", name="Garden").uncheck()
    page.locator("#memo-label").fill("House")
    page.locator("[name=body]").fill("after")
    page.get_by_role("button", name="Save").click()
    expect(card(page, "Both")).to_contain_text("after")
    assert card(page, "Both").locator(".chip").all_inner_texts() == ["House"]


def test_a_name_that_is_taken_is_said_beside_the_field(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    register(page)
    for _ in range(2):
        page.goto("/labels")
        page.locator("#label-new").fill("Garden")
        page.get_by_role("button", name="Create").click()
    expect(page.locator("#label-new")).to_have_accessible_description(re.compile("this name already"))
    expect(page.locator("#label-new")).to_have_value("Garden")


def test_many_labels_scroll_and_leave_the_trash_in_sight(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB", viewport={"width": 1280, "height": 800})
    register(page)
    write(page, "Much", "labelled")
    page.goto("/labels")
    for number in range(12):
        page.locator("#label-new").fill(f"{number:02} " + "long name " * 4)
        page.get_by_role("button", name="Create").click()
        expect(page.locator(".label-list > li")).to_have_count(number + 1)
    page.goto("/memos/1#labels")
    for number in range(5):
        page.get_by_role("checkbox", name=f"{number:02}").check()
    page.get_by_role("button", name="Save").click()
    page.set_viewport_size({"width": 1280, "height": 480})
    trash = page.get_by_role("navigation").first.get_by_role("link", name="Trash").bounding_box()
    assert trash is not None
    assert trash["y"] + trash["height"] <= 480
    expect(card(page, "Much").locator(".chip--more")).to_have_text("+2")
