"""What a reader is shown before, beside and after a step: rendered text, hints, questions, paper."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from keepwsgi.accounts.schemas import PASSWORD_SHORTEST
from tests.browser.conftest import OpenPage
from tests.browser.people import with_memos
from tests.browser.test_without_scripts import card


def test_an_emptied_note_can_be_moved_to_the_trash_from_where_it_is_refused(
    open_without_scripts: OpenPage,
) -> None:
    page = open_without_scripts()
    (memo,) = with_memos(page, [{"title": "Old", "body": "no longer needed"}])
    page.goto(f"/memos/{memo}")
    page.locator("[name=title]").fill("")
    page.locator("[name=body]").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("An empty note is not kept.")
    page.get_by_role("button", name="Move to the trash").click()
    expect(page.locator(".flashes")).to_contain_text("The note is in the trash.")
    page.get_by_role("button", name="Undo").click()
    expect(card(page, "Old")).to_contain_text("no longer needed")


def test_what_is_typed_after_an_empty_note_was_refused_is_not_offered_to_the_trash(
    open_without_scripts: OpenPage,
) -> None:
    page = open_without_scripts()
    (memo,) = with_memos(page, [{"body": "once"}])
    page.goto(f"/memos/{memo}")
    page.locator("[name=body]").fill("")
    page.get_by_role("button", name="Save").click()
    page.locator("[name=body]").fill("typed again")
    page.locator("[name=title]").fill("and a title")
    expect(page.get_by_role("button", name="Move to the trash")).to_have_count(0)
    page.locator("[name=title]").press("Enter")
    expect(card(page, "and a title")).to_contain_text("typed again")


def test_a_link_far_down_in_a_note_can_be_followed(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    (memo,) = with_memos(
        page, [{"title": "Long", "body": "a line\n" * 200 + "/archive is at https://example.com/far-down"}]
    )
    page.goto(f"/memos/{memo}")
    expect(page.get_by_role("link", name="https://example.com/far-down")).to_be_visible()


def test_a_plain_note_is_shown_once_on_the_screen_and_printed_whole(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    (memo,) = with_memos(page, [{"body": "first line\nsecond line"}])
    page.goto(f"/memos/{memo}")
    rendered = page.locator(".memo__rendered")
    expect(rendered).to_be_hidden()
    page.emulate_media(media="print")
    expect(rendered).to_be_visible()
    expect(rendered).to_contain_text("second line")
    # An empty field would be printed as its placeholder.
    expect(page.locator(".memo__form .memo__body")).to_be_hidden()


def test_the_question_before_deleting_says_which_note(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    (memo,) = with_memos(page, [{"body": "the one without a title"}])
    page.goto(f"/memos/{memo}")
    page.get_by_role("button", name="Move to the trash").click()
    page.goto("/trash")
    page.get_by_role("button", name="Delete forever").click()
    expect(page.locator("main")).to_contain_text("the one without a title")


def test_a_new_account_is_told_the_rules_before_it_breaks_them(open_signed_out: OpenPage) -> None:
    page = open_signed_out(java_script_enabled=False, expecting=[422])
    page.goto("/register")
    expect(page.get_by_label("Password", exact=True)).to_have_accessible_description(
        f"At least {PASSWORD_SHORTEST} characters."
    )
    expect(page.get_by_label("User name")).to_have_accessible_description(re.compile("No spaces"))
    page.get_by_label("User name").fill("min ji")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Password again").fill("short")
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("[aria-invalid]")).to_have_count(2)
    expect(page.locator("[autofocus]")).to_have_count(1)
    expect(page.get_by_label("User name")).to_be_focused()


def test_signing_out_is_said_once(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    page.goto("/")
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    page.reload()
    expect(page.get_by_role("status")).to_have_text("")
