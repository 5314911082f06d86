"""Pictures without scripts: uploaded, shown on the card and in the note, deleted, refused."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import with_memos, with_pictures
from tests.browser.pictures import png
from tests.browser.test_without_scripts import card


def upload(page: Page, files: dict[str, bytes], button: str) -> None:
    payloads: list[FilePayload] = [
        {"name": name, "mimeType": "image/png", "buffer": data} for name, data in files.items()
    ]
    page.locator("#memo-file").set_input_files(payloads)
    page.get_by_role("button", name=button).click()


def size(image: Locator) -> tuple[float, float]:
    box = image.bounding_box()
    assert box is not None
    return box["width"], box["height"]


def test_two_pictures_are_uploaded_seen_and_one_deleted(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts(locale="ko-KR")
    (memo,) = with_memos(page, [{"title": "Holiday", "body": "the sea"}])
    page.goto(f"/memos/{memo}")
    upload(page, {"one.png": png(400, 300), "둘.png": png(300, 500)}, "올리기")
    expect(page.locator(".memo-pictures img")).to_have_count(2)
    page.goto("/")
    expect(card(page, "Holiday").locator(".pictures img")).to_have_count(2)
    for image in card(page, "Holiday").locator("img").all():
        response = page.request.get(f"{page.url.rstrip('/')}{image.get_attribute('src')}")
        assert (response.status, response.headers["content-type"]) == (200, "image/webp")
    page.goto(f"/memos/{memo}")
    page.get_by_role("button", name="사진 1 삭제").click()
    page.get_by_role("button", name="사진 삭제").click()
    expect(page).to_have_url(re.compile(f"/memos/{memo}$"))
    expect(page.locator(".memo-pictures img")).to_have_count(1)


def test_a_picture_has_its_place_before_it_is_loaded(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts(viewport={"width": 1280, "height": 800})
    (memo,) = with_memos(page, [{"title": "Wide", "body": "text"}])
    with_pictures(page, memo, [png(600, 300)])
    page.goto("/")
    width, height = size(card(page, "Wide").locator("img"))
    assert width / height == pytest.approx(2, rel=0.02)
    page.route("**/images/*", lambda route: None)
    page.goto("/", wait_until="domcontentloaded")
    assert size(card(page, "Wide").locator("img")) == (width, height)


def test_a_card_shows_six_pictures_and_how_many_more_there_are(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    (memo,) = with_memos(page, [{"title": "Album", "body": "text"}])
    with_pictures(page, memo, [png(100 + n, 100) for n in range(8)])
    page.goto("/")
    expect(card(page, "Album").locator("img")).to_have_count(6)
    expect(card(page, "Album").locator(".pictures__more")).to_have_text("+2")


def test_a_file_that_is_no_picture_is_refused_beside_its_field(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    (memo,) = with_memos(page, [{"title": "Text", "body": "kept"}])
    page.goto(f"/memos/{memo}")
    upload(page, {"picture.png": b"<!doctype html><title>no picture</title>"}, "Upload")
    expect(page.locator("#memo-file")).to_have_accessible_description("This file is not a picture.")
    # Nothing was typed, so everything can still be done.
    expect(page.get_by_role("button", name="Make a copy")).to_be_visible()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("kept")
