"""The x-ray in a browser: reached from the page, read without scripts, by everybody, on any screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import watched_contexts
from tests.browser.people import register_new
from tests.browser.reaching import wrong_with_sides, wrong_with_tabbing
from tests.browser.test_accessible import IN_SIGHT, in_both_themes, violations
from tests.serving.conftest import servers_in

# A form without a token, a path without a rule, a method that no rule has.
ANSWERS: Final = (400, 404, 405)
NARROW: Final = {"viewport": {"width": 360, "height": 740}, "locale": "ko-KR", "color_scheme": "dark"}


@pytest.fixture(scope="module")
def contexts(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., BrowserContext]]:
    """Call it for a browser at the machine of a server in development."""
    with servers_in(tmp_path_factory.mktemp("development")) as start:
        options = {"KEEPWSGI_ENV": "development", "KEEPWSGI_REGISTRATION": "open"}
        server = start("keepwsgi", "serve", "--port", "{port}", **options)
        with watched_contexts(chromium, server, refused_from=400) as make:
            yield make


def looked_at(context: BrowserContext) -> list[str]:
    """The x-rays of a board, a refused form, a path without a rule and a wrong method."""
    register_new(context)
    ask = context.request
    answers = [ask.get("/"), ask.post("/memos"), ask.get("/memos/abc"), ask.delete("/labels")]
    return [f"/_xray/{answer.headers['x-request-id']}" for answer in answers]


def test_without_scripts_the_link_leads_to_the_journey_and_steps_open(
    contexts: Callable[..., BrowserContext],
) -> None:
    context = contexts(java_script_enabled=False)
    register_new(context)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="x-ray").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("GET / 200 OK")
    sessions = page.locator(".xray-step", has_text="SecureCookieSessionInterface.open_session").first
    expect(sessions.locator("dl")).to_be_hidden()
    sessions.locator("summary").click()
    expect(sessions.locator("dl")).to_contain_text("csrf_token: •••")
    page.get_by_role("link", name="Open all").click()
    expect(page.locator(".xray-step dl").first).to_be_visible()
    page.get_by_role("link", name="x-ray", exact=True).click()
    expect(page.locator(".xray-list").first).to_contain_text("GET /")


def test_nothing_is_wrong_with_its_pages_in_either_theme_nor_on_a_phone(
    contexts: Callable[..., BrowserContext],
) -> None:
    context = contexts(expecting=ANSWERS, viewport={"width": 1440, "height": 900})
    pages = looked_at(context)
    page = context.new_page()
    wrong: list[str] = []
    for path in ("/_xray", *pages, f"{pages[0]}?all=1"):
        page.goto(path)
        wrong += in_both_themes(page)
    page.goto("/")
    expect(page.locator(".xray-link")).to_be_visible()
    wrong += [trouble for trouble in violations(page) if "xray" in trouble]
    narrow: dict[str, Any] = {**NARROW, "storage_state": context.storage_state()}
    phone = contexts(expecting=ANSWERS, **narrow).new_page()
    for path in ("/_xray", f"{pages[1]}?all=1"):
        phone.goto(path)
        expect(phone.locator("html")).to_have_attribute("lang", "ko")
        wrong += [*violations(phone, IN_SIGHT), *wrong_with_sides(phone)]
    phone.goto(pages[2])
    wrong += wrong_with_tabbing(phone)
    assert not wrong, "\n".join(wrong)
