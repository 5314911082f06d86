"""Searching, and several notes at once, without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_without_scripts import OpenPage, card, register, write
from tests.browser.words import WORDS


def select(page: Page, *titles: str) -> None:
    for title in titles:
        card(page, title).hover()
        card(page, title).locator(".memo-card__select input").check()


@pytest.mark.parametrize("language", WORDS)
def test_a_korean_word_is_found_and_marked(language: str, open_page: OpenPage) -> None:
    page = open_page(locale=language)
    register(page)
    write(page, "장보기", "순두부 두 봉지")
    write(page, "회의", "예산 이야기")
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
    expect(page.locator("main")).to_contain_text(WORDS[language]["nothing"])
    expect(page.locator("main")).to_contain_text("is:checklist")


def test_an_empty_search_says_what_can_be_searched_for_and_each_example_is_one(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    register(page)
    write(page, "Star", "pinned")
    card(page, "Star").get_by_role("button", name="Pin").click()
    page.goto("/search?q=")
    page.get_by_role("link", name="is:pinned").click()
    expect(page.locator(".memo-card")).to_have_count(1)
    page.goto("/search?q=color:blau")
    expect(page.locator("main")).to_contain_text("There is no such colour")


@pytest.mark.parametrize("language", WORDS)
def test_three_notes_are_selected_and_archived_with_one_undo(language: str, open_page: OpenPage) -> None:
    words = WORDS[language]
    page = open_page(locale=language)
    register(page)
    for title in ("Alpha", "Beta", "Gamma", "Delta"):
        write(page, title, "text")
    bar = page.locator(".selection")
    expect(bar).to_be_hidden()
    select(page, "Alpha", "Beta", "Gamma")
    expect(bar).to_be_visible()
    bar.get_by_role("button", name=words["archive"], exact=True).click()
    expect(page.locator(".memo-card")).to_have_count(1)
    page.get_by_role("button", name=words["undo"]).click()
    expect(page.locator(".memo-card")).to_have_count(4)


@pytest.mark.parametrize("language", WORDS)
def test_several_notes_get_a_colour_and_a_label_at_once(language: str, open_page: OpenPage) -> None:
    words = WORDS[language]
    page = open_page(locale=language)
    register(page)
    for title in ("Alpha", "Beta"):
        write(page, title, "text")
    bar = page.locator(".selection")
    select(page, "Alpha", "Beta")
    bar.locator(f"summary[aria-label='{words['colour']}']").click()
    bar.get_by_role("button", name=words["red"], exact=True).click()
    expect(page.locator(".memo-card[data-color=red]")).to_have_count(2)
    select(page, "Alpha", "Beta")
    bar.locator(f"summary[aria-label='{words['label']}']").click()
    bar.locator("[name=label]").fill("Garden")
    bar.locator("[name=label]").press("Enter")
    expect(page.locator("a.chip", has_text="Garden")).to_have_count(2)


def test_a_selection_is_cleared_by_its_cross(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    register(page)
    write(page, "Alpha", "text")
    select(page, "Alpha")
    page.get_by_role("button", name="Clear the selection").click()
    expect(page.locator(".selection")).to_be_hidden()
    expect(page.locator(".memo-card__select input")).not_to_be_checked()


def test_selected_notes_of_the_trash_are_deleted_after_a_question(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    register(page)
    for title in ("Alpha", "Beta", "Gamma"):
        write(page, title, "text")
    select(page, "Alpha", "Beta")
    page.locator(".selection").get_by_role("button", name="Move to the trash").click()
    page.goto("/trash")
    select(page, "Alpha", "Beta")
    page.locator(".selection").get_by_role("button", name="Delete forever").click()
    expect(page.locator("main")).to_contain_text("Delete 2 notes forever?")
    page.get_by_role("button", name="Delete forever").click()
    expect(page).to_have_url(re.compile("/trash$"))
    expect(page.locator(".memo-card")).to_have_count(0)
