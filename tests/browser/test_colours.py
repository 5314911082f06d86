"""Colours chosen in an open note, in a new one and from a card, with scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import as_stored, with_memos


def test_a_colour_opens_from_the_tools_of_a_note_and_is_saved(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    (memo_id,) = with_memos(page, [{"title": "Plan"}])
    page.goto("/")
    page.locator(".memo-card__link").click()
    dialog = page.locator("dialog.memo-dialog")
    colours = dialog.get_by_role("group", name="Colour").get_by_role("radio")
    expect(colours.first).to_be_hidden()
    dialog.locator("summary[aria-label=Colour]").click()
    expect(colours).to_have_count(12)
    page.keyboard.press("ArrowRight")
    dialog.get_by_role("radio", name="Teal").check(force=True)
    expect(dialog.locator(".memo__status")).to_have_text("Saved")
    assert as_stored(page, memo_id)["color"] == "teal"
    dialog.get_by_role("radio", name="Red").focus()
    page.keyboard.press("Enter")
    expect(colours.first).to_be_hidden()
    expect(dialog).to_be_visible()
    expect(dialog.locator("summary[aria-label=Colour]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card")).to_have_attribute("data-color", "red")


def test_a_new_note_gets_its_colour_while_it_is_written(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    page.goto("/")
    composer = page.locator(".composer")
    composer.locator("[name=body]").click()
    page.keyboard.type("yellow one")
    composer.locator("summary[aria-label=Colour]").click()
    composer.get_by_role("radio", name="Yellow").check(force=True)
    page.keyboard.press("Escape")
    composer.get_by_role("button", name="Close").click()
    expect(page.locator(".memo-card")).to_have_attribute("data-color", "yellow")


def paint(page: Page, name: str) -> None:
    card = page.locator(".memo-card")
    card.hover()
    card.locator("summary[aria-label=Colour]").click()
    card.get_by_role("button", name=name).click()


def test_a_card_has_its_new_colour_before_the_server_answers(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED"])
    (memo_id,) = with_memos(page, [{"title": "Plan", "color": "blue"}])
    page.goto("/")
    held: list[Route] = []
    page.route(re.compile("/color$"), lambda route: held.append(route))
    card = page.locator(".memo-card")
    with page.expect_request(re.compile("/color$")):
        paint(page, "Pink")
    expect(card).to_have_attribute("data-color", "pink")
    held[0].abort()
    expect(card).to_have_attribute("data-color", "blue")
    expect(page.locator("undo-bar")).to_contain_text("Nothing was changed")
    page.unroute(re.compile("/color$"))
    paint(page, "Green")
    expect(card).to_have_attribute("data-color", "green")
    page.reload()
    expect(card).to_have_attribute("data-color", "green")
    assert as_stored(page, memo_id)["color"] == "green"
