"""The fixtures themselves: what a page does wrong fails the test, and nobody meets another's notes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import OpenPage, watched_contexts
from tests.browser.people import as_stored, with_memos, with_pictures
from tests.browser.pictures import png
from tests.serving.conftest import Server


@pytest.mark.parametrize(
    ("deed", "trouble"),
    [
        ("console.warn('careful')", "console warning: careful"),
        ("setTimeout(() => { throw new Error('lost') })", "script error: lost"),
        ("document.body.setAttribute('style', 'color: red')", "CSP: style-src-attr"),
        ("fetch('https://example.com/').catch(() => 0)", "CSP: connect-src blocked https://example.com/"),
        ('fetch("/nowhere")', "404 for GET"),
    ],
)  # fmt: skip
def test_what_a_page_does_wrong_is_noticed(
    deed: str, trouble: str, chromium: Browser, shared_server: Server
) -> None:
    failed = pytest.raises(AssertionError, match=trouble)
    with failed, watched_contexts(chromium, shared_server, refused_from=400) as make:
        page = make().new_page()
        page.goto("/login")
        page.evaluate(f"async () => {{ await ({deed}) }}")


def test_what_a_test_expects_is_no_trouble(open_signed_out: OpenPage) -> None:
    page = open_signed_out(expecting=[404, "not so"])
    page.goto("/nowhere")
    page.evaluate("console.error('this is not so bad')")


def test_everybody_has_notes_of_their_own_on_every_device(
    open_with_scripts: OpenPage, open_on_phone: OpenPage
) -> None:
    page = open_with_scripts()
    first, second = with_memos(page, [{"title": "Sea"}, {"title": "장보기", "items": [{"text": "우유"}]}])
    with_pictures(page, first, [png(40, 30)])
    phone = open_on_phone()
    for device in (page, phone):
        device.goto("/")
        assert titles(device) == ["장보기", "Sea"]
    expect(phone.locator(".memo-card img")).to_have_count(1)
    assert as_stored(page, second)["items"][0]["text"] == "우유"


def test_somebody_new_has_no_notes(open_on_phone: OpenPage) -> None:
    page = open_on_phone()
    page.goto("/")
    expect(page.locator(".memo-card")).to_have_count(0)
    assert page.evaluate("[innerWidth, navigator.maxTouchPoints > 0]") == [390, True]


def titles(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".memo-card__title").all_inner_texts()]
