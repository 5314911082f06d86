"""axe-core finds nothing wrong, of whatever weight, on any page and with anything open on it, in both themes."""

from __future__ import annotations

from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.states import IN_COLOUR, STATES

LOOKED_AT: Final = {**STATES, **IN_COLOUR}

# The pages that are answers of these statuses are looked at as well.
ANSWERS: Final = (400, 401, 404, 405, 409, 422)

OPTIONS: Final = {
    "resultTypes": ["violations"],
    # All that axe has short of WCAG AAA. These, of WCAG 2.2 and of voice control, it leaves off unless it is told.
    "rules": {"target-size": {"enabled": True}, "label-content-name-mismatch": {"enabled": True}},
}


def violations(page: Page) -> list[str]:
    """What axe finds: the rule, its weight, and each element with what is wrong with it."""
    found: Any = Axe().run(page, options=OPTIONS).response
    return [
        f"{page.url}: {rule['id']} ({rule['impact']}) {node['target']}: {node['failureSummary']}\n{node['html']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def in_both_themes(page: Page) -> list[str]:
    """What axe finds, with the element's colours of either theme."""
    # A colour on its way from one theme to the other is neither's.
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    light = violations(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    return [*(f"light: {each}" for each in light), *(f"dark: {each}" for each in violations(page))]


@pytest.mark.parametrize("state", LOOKED_AT)
def test_nothing_is_found_on_a_wide_screen(state: str, open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=ANSWERS, locale="en-GB")
    LOOKED_AT[state](page)
    assert page.locator("html").get_attribute("lang") == "en"
    found = in_both_themes(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_found_on_a_narrow_phone_in_korean(state: str, open_on_phone: OpenPage) -> None:
    page = open_on_phone(
        expecting=ANSWERS,
        locale="ko-KR",
        viewport={"width": 360, "height": 740},
        color_scheme="dark",
        reduced_motion="reduce",
    )
    STATES[state](page)
    found = violations(page)
    assert not found, "\n".join(found)
