"""The guide as pages: anybody can read it, in either theme, on a wide screen and on a narrow phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import OpenPage, watched_contexts
from tests.browser.reaching import wrong_with_sides, wrong_with_tabbing
from tests.browser.test_accessible import IN_SIGHT, in_both_themes, violations
from tests.serving.conftest import StartServer

#: The widest code, the widest table, and the index.
PAGES = ("", "/10-routing", "/28-left-out")


@pytest.fixture
def open_guide(chromium: Browser, start_server: StartServer) -> Iterator[OpenPage]:
    server = start_server("keepwsgi", "serve", "--port", "{port}", KEEPWSGI_ENV="development")
    with watched_contexts(chromium, server, refused_from=400) as make:
        yield lambda **options: make(**options).new_page()


def test_the_guide_can_be_read_by_everybody(open_guide: OpenPage) -> None:
    wide = open_guide(viewport={"width": 1440, "height": 900})
    phone = open_guide(
        viewport={"width": 360, "height": 740}, locale="ko-KR", color_scheme="dark", reduced_motion="reduce"
    )
    wrong: list[Any] = []
    for path in PAGES:
        wide.goto(f"/guide{path}")
        wrong += in_both_themes(wide)
        phone.goto(f"/guide{path}")
        wrong += [*violations(phone, IN_SIGHT), *wrong_with_sides(phone)]
    wrong += wrong_with_tabbing(phone)
    assert not wrong, "\n".join(map(str, wrong))


def test_a_reader_goes_from_chapter_to_chapter_and_from_language_to_language(open_guide: OpenPage) -> None:
    page = open_guide(java_script_enabled=False)
    page.goto("/guide")
    page.get_by_role("link", name="Sessions").click()
    page.get_by_role("link", name="Flashed messages →").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Flashed messages"
    page.get_by_role("link", name="한국어").click()
    page.get_by_role("link", name="라우팅 →").click()
    assert page.get_by_role("heading", level=1).inner_text() == "라우팅"
    page.get_by_role("link", name="keepwsgi/layers/routing.py").click()
    assert "class Blueprint" in page.locator("body").inner_text()
