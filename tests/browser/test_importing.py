"""Moving in through the page: a Takeout in which much is odd, its progress, its report, the board afterwards."""

from __future__ import annotations

import zipfile

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.pictures import png
from tests.browser.test_without_scripts import card, register
from tests.transfer.takeout import odd_takeout


def send(page: Page) -> None:
    page.goto("/settings/import")
    parts = enumerate(odd_takeout(png(40, 30)), 1)
    files: list[FilePayload] = [
        {"name": f"takeout-00{n}.zip", "mimeType": "application/zip", "buffer": data} for n, data in parts
    ]
    page.locator("#import-file").set_input_files(files)
    page.locator(".form:has(#import-file) button").click()


def test_a_takeout_is_sent_followed_and_found_on_the_board(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(locale="en-GB")
    send(page)
    report = page.locator(".import-report")
    expect(report.get_by_role("heading", name="The import is finished")).to_be_visible()
    expect(report.locator("dd")).to_have_text(["19", "5", "1"])
    expect(report.locator(".import-left", has_text="Shared notes")).to_contain_text("jun@example.com")
    report.get_by_role("link", name="To the notes").click()
    expect(card(page, "nfd").locator("img")).to_have_js_property("complete", True)
    expect(card(page, "rich").locator("strong")).to_have_text("bold")
    send(page)
    expect(report.locator("dd")).to_have_text(["0", "0", "0"])
    expect(report.locator(".import-left", has_text="Here already from before").locator("li")).to_have_count(19)


def test_without_scripts_one_looks_again_until_it_is_done(open_page: OpenPage) -> None:
    page = open_page(locale="ko-KR")
    register(page)
    send(page)
    report = page.get_by_role("heading", name="가져오기를 마쳤습니다")
    again = page.get_by_role("link", name="다시 확인")
    expect(again.or_(report)).to_be_visible()
    while not report.is_visible():
        # As the link has it.
        page.goto("/settings/import")
        expect(again.or_(report)).to_be_visible()
    assert not again.is_visible()
    page.goto("/settings")
    with page.expect_download() as download:
        page.get_by_role("link", name="전부 내려받기").click()
    names = zipfile.ZipFile(download.value.path()).namelist()
    assert {"Takeout/Keep/rich.json", "Takeout/Keep/rich.md", "Takeout/Keep/Labels.txt"} < set(names)
