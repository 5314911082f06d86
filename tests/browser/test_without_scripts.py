"""Everything a memo goes through, done by a person in a browser that runs no scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import PASSWORD, name_of, with_memos


def register(page: Page) -> None:
    page.goto("/")
    page.locator("[name=username]").fill("minji")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password_confirm]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").click()
    expect(page).to_have_url(re.compile("/$"))


def write(page: Page, title: str, body: str) -> None:
    page.goto("/")
    page.locator(".composer [name=body]").click()
    page.locator(".composer [name=body]").fill(body)
    page.locator(".composer [name=title]").fill(title)
    page.locator(".composer").get_by_role("button", name=re.compile("Save|저장")).click()
    expect(card(page, title)).to_be_visible()


def card(page: Page, title: str) -> Locator:
    return page.locator(".memo-card", has_text=title)


def test_a_memo_is_written_edited_archived_trashed_restored_and_deleted(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    register(page)
    write(page, "Groceries", "milk\n두부")
    expect(card(page, "Groceries")).to_contain_text("두부")

    card(page, "Groceries").get_by_role("link").first.click()
    page.locator("[name=body]").fill("milk\n두부\n**eggs**")
    page.get_by_role("button", name="Save").click()
    page.goto("/")
    expect(card(page, "Groceries").locator("strong")).to_have_text("eggs")

    card(page, "Groceries").get_by_role("button", name=re.compile("^Archive")).click()
    expect(card(page, "Groceries")).to_have_count(0)
    page.goto("/archive")
    card(page, "Groceries").get_by_role("button", name="Unarchive").click()

    page.goto("/memos/1")
    page.get_by_role("button", name="Move to the trash").click()
    page.goto("/trash")
    card(page, "Groceries").get_by_role("button", name="Restore").click()
    page.goto("/")
    expect(card(page, "Groceries")).to_be_visible()

    page.goto("/memos/1")
    page.get_by_role("button", name="Move to the trash").click()
    page.goto("/trash")
    card(page, "Groceries").get_by_role("button", name="Delete forever").click()
    page.get_by_role("button", name="Delete forever").click()
    expect(card(page, "Groceries")).to_have_count(0)
    gone = page.goto("/memos/1")
    assert gone is not None
    assert gone.status == 404


def titles(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".memo-card__title").all_inner_texts()]


def test_a_pinned_memo_stands_above_the_others(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    with_memos(page, [{"title": "First"}, {"title": "Second"}])
    page.goto("/")
    card(page, "First").get_by_role("button", name="Pin").click()
    expect(page.get_by_role("heading", name="Pinned")).to_be_visible()
    assert titles(page) == ["First", "Second"]


def test_two_tabs_that_edit_one_memo_lose_nothing(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    (memo,) = with_memos(page, [{"title": "Shared", "body": "as it was"}])
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"/memos/{memo}")
    page.locator("[name=body]").fill("from the first tab")
    page.get_by_role("button", name="Save").click()
    other.locator("[name=body]").fill("from the second tab")
    other.get_by_role("button", name="Save").click()
    expect(other.locator("main")).to_contain_text("from the first tab")
    expect(other.locator("textarea[name=body]")).to_have_value("from the second tab")
    other.get_by_role("button", name="Save what I typed").click()
    other.goto(f"/memos/{memo}")
    expect(other.locator("textarea[name=body]")).to_have_value("from the second tab")


def test_what_was_typed_survives_signing_out_in_another_tab(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    (memo,) = with_memos(page, [{"title": "Kept", "body": "before"}])
    name = name_of(page)
    page.goto(f"/memos/{memo}")
    page.context.clear_cookies()
    page.locator("[name=body]").fill("typed while signed out")
    page.get_by_role("button", name="Save").click()
    sign_in_again(page, name)
    expect(page.locator("main")).to_contain_text("typed while signed out")
    page.get_by_role("button", name="Save it now").click()
    page.goto(f"/memos/{memo}")
    expect(page.locator("textarea[name=body]")).to_have_value("typed while signed out")


def sign_in_again(page: Page, name: str) -> None:
    """Fill in the form that has come up."""
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_no_page_scrolls_sideways(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[404], locale="ko-KR")
    (memo,) = with_memos(page, [{"title": "낱" * 300, "body": "https://example.com/" + "a" * 300}])
    for path in (
        "/",
        f"/memos/{memo}",
        "/labels",
        "/search?q=a",
        "/search",
        "/settings",
        "/archive",
        "/trash",
        "/nowhere",
    ):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == "ko"
        for width in (1440, 390, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_a_memo_is_moved_past_its_neighbour_from_its_menu(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    with_memos(page, [{"title": title} for title in ("First", "Second", "Third")])
    page.goto("/")
    assert titles(page) == ["Third", "Second", "First"]
    card(page, "First").hover()
    card(page, "First").locator("summary[aria-label=More]").click()
    expect(card(page, "First").get_by_role("button", name="Move later")).to_have_count(0)
    card(page, "First").get_by_role("button", name="Move earlier").click()
    assert titles(page) == ["Third", "First", "Second"]
    card(page, "Third").hover()
    card(page, "Third").locator("summary[aria-label=More]").click()
    card(page, "Third").get_by_role("button", name="Move later").click()
    assert titles(page) == ["First", "Third", "Second"]
