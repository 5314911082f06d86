"""A new note with pictures, without scripts and with them; and the buttons of a composer at rest."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import name_of
from tests.browser.pictures import png
from tests.browser.test_without_scripts import card, sign_in_again

PICTURES: list[FilePayload] = [
    {"name": "바다.png", "mimeType": "image/png", "buffer": png(40, 30)},
    {"name": "산.png", "mimeType": "image/png", "buffer": png(30, 50)},
]


def choose(page: Page) -> None:
    """Press the button of a composer that is at rest, and choose two files."""
    with page.expect_file_chooser() as chooser:
        page.locator(".composer").get_by_title("Add pictures").click()
    chooser.value.set_files(PICTURES)


def test_pictures_alone_make_a_note(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    page.goto("/")
    for width, count in ((390, 2), (1280, 4)):
        page.set_viewport_size({"width": width, "height": 800})
        choose(page)
        page.locator(".composer").get_by_role("button", name="Save").click()
        expect(page.locator(".memo-card .pictures img")).to_have_count(count)


def test_a_composer_at_rest_becomes_that_of_a_list_by_one_click(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    page.goto("/")
    page.locator(".composer__kind").click()
    expect(page.get_by_role("checkbox", name="New list")).to_be_checked()


def test_what_was_typed_beside_pictures_survives_a_session_that_has_ended(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    page.goto("/")
    choose(page)
    page.locator(".composer [name=body]").fill("파도 소리\n둘째 줄")
    name = name_of(page)
    page.context.clear_cookies()
    page.locator(".composer").get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("The pictures you chose are not kept.")
    sign_in_again(page, name)
    page.get_by_role("button", name="Save it now").click()
    expect(card(page, "파도 소리")).to_contain_text("둘째 줄")


def test_a_file_that_is_no_picture_leaves_the_text_in_the_composer(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    page.goto("/")
    page.locator(".composer [name=body]").fill("typed")
    page.locator("#composer-file").set_input_files(
        [*PICTURES, {"name": "letter.png", "mimeType": "image/png", "buffer": b"Dear"}]
    )
    page.locator(".composer").get_by_role("button", name="Save").click()
    expect(page.locator("#composer-file")).to_have_accessible_description(
        "This file is not a picture. The pictures you chose are not kept. Please choose them again."
    )
    expect(page.locator(".composer [name=body]")).to_have_value("typed")
    expect(page.locator(".memo-card")).to_have_count(0)


def test_with_scripts_pictures_are_kept_when_they_are_chosen(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    page.goto("/")
    choose(page)
    page.locator(".composer [name=body]").fill("typed beside them")
    page.keyboard.press("Escape")
    expect(card(page, "typed beside them").locator(".pictures img")).to_have_count(2)
    choose(page)
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card")).to_have_count(2)
    expect(page.locator(".memo-card .pictures img")).to_have_count(4)
    page.goto("/trash")
    expect(page.locator(".memo-card")).to_have_count(0)


def test_pictures_that_arrive_late_are_those_of_their_note_and_not_of_the_next(
    open_with_scripts: OpenPage,
) -> None:
    page = open_with_scripts()
    page.goto("/")
    held: list[Route] = []
    page.route("**/memos", lambda route: held.append(route) if not held else route.continue_())
    choose(page)
    page.locator(".composer [name=title]").fill("the first")
    page.keyboard.press("Escape")
    expect(page.locator(".composer__status")).to_have_text("Saving…")
    held[0].continue_()
    expect(card(page, "the first").locator(".pictures img")).to_have_count(2)
    page.locator(".composer [name=body]").fill("the second")
    page.keyboard.press("Escape")
    expect(card(page, "the second")).to_be_visible()
    expect(page.locator(".memo-card")).to_have_count(2)
    expect(card(page, "the second").locator("img")).to_have_count(0)
