"""Searching, and several notes at once, without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import with_memos
from tests.browser.test_without_scripts import card


def with_notes(page: Page, *titles: str) -> None:
    """Be on the board, with a note of each title."""
    with_memos(page, [{"title": title, "body": "text"} for title in titles])
    page.goto("/")


def select(page: Page, *titles: str) -> None:
    for title in titles:
        card(page, title).hover()
        card(page, title).locator(".memo-card__select input").check()


def test_a_korean_word_is_found_and_marked(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts(locale="ko-KR")
    with_memos(page, [{"title": "장보기", "body": "순두부 두 봉지"}, {"title": "회의", "body": "예산 이야기"}])
    page.goto("/")
    search = page.get_by_role("search")
    search.get_by_role("searchbox").fill("두부")
    search.get_by_role("searchbox").press("Enter")
    expect(page.locator(".memo-card")).to_have_count(1)
    expect(page.locator("mark")).to_have_text("두부")
    expect(search.get_by_role("searchbox")).to_have_value("두부")

    card(page, "장보기").get_by_role("button").first.click()
    # Back to what was found.
    expect(page.locator(".memo-card")).to_have_count(1)
    search.get_by_role("link").click()
    expect(page.locator(".memo-card")).to_have_count(2)

    search.get_by_role("searchbox").fill("없는말")
    search.get_by_role("searchbox").press("Enter")
    expect(page.locator("main")).to_contain_text("검색 결과가 없습니다")
    expect(page.locator("main")).to_contain_text("is:checklist")


def test_an_empty_search_says_what_can_be_searched_for_and_each_example_is_one(
    open_without_scripts: OpenPage,
) -> None:
    page = open_without_scripts()
    with_memos(page, [{"title": "Star", "pinned": True}, {"title": "Other"}])
    page.goto("/search?q=")
    page.get_by_role("link", name="is:pinned").click()
    expect(page.locator(".memo-card")).to_have_count(1)
    page.goto("/search?q=color:blau")
    expect(page.locator("main")).to_contain_text("There is no such colour")


def test_three_notes_are_selected_and_archived_with_one_undo(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    with_notes(page, "Alpha", "Beta", "Gamma", "Delta")
    bar = page.locator(".selection")
    expect(bar).to_be_hidden()
    select(page, "Alpha", "Beta", "Gamma")
    expect(bar).to_be_visible()
    bar.get_by_role("button", name="Archive", exact=True).click()
    expect(page.locator(".memo-card")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".memo-card")).to_have_count(4)


def test_several_notes_get_a_colour_and_a_label_at_once(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts(locale="ko-KR")
    with_notes(page, "Alpha", "Beta")
    bar = page.locator(".selection")
    select(page, "Alpha", "Beta")
    bar.locator("summary[aria-label='색상']").click()
    bar.get_by_role("button", name="빨간색", exact=True).click()
    expect(page.locator(".memo-card[data-color=red]")).to_have_count(2)
    select(page, "Alpha", "Beta")
    bar.locator("summary[aria-label='라벨']").click()
    bar.locator("[name=label]").fill("Garden")
    bar.locator("[name=label]").press("Enter")
    expect(page.locator("a.chip", has_text="Garden")).to_have_count(2)


def test_a_selection_is_cleared_by_its_cross(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    with_notes(page, "Alpha")
    select(page, "Alpha")
    page.get_by_role("button", name="Clear the selection").click()
    expect(page.locator(".selection")).to_be_hidden()
    expect(page.locator(".memo-card__select input")).not_to_be_checked()


def test_selected_notes_of_the_trash_are_deleted_after_a_question(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    with_notes(page, "Alpha", "Beta", "Gamma")
    select(page, "Alpha", "Beta")
    page.locator(".selection").get_by_role("button", name="Move to the trash").click()
    page.goto("/trash")
    select(page, "Alpha", "Beta")
    page.locator(".selection").get_by_role("button", name="Delete forever").click()
    expect(page.locator("main")).to_contain_text("Delete 2 notes forever?")
    page.get_by_role("button", name="Delete forever").click()
    expect(page).to_have_url(re.compile("/trash$"))
    expect(page.locator(".memo-card")).to_have_count(0)
