"""Any page, with anything open on it, can be used by everybody: axe-core finds nothing wrong in either theme, of
whatever weight; magnified, nothing lies beyond the sides; by keyboard every control is reached, and seen there."""

from __future__ import annotations

from typing import Any, Final

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import OpenPage
from tests.browser.reaching import wrong_with_sides, wrong_with_tabbing
from tests.browser.states import IN_COLOUR, STATES

LOOKED_AT: Final = {**STATES, **IN_COLOUR}

# The pages that are answers of these statuses are looked at as well.
ANSWERS: Final = (400, 401, 404, 405, 409, 422)

# 1440 x 900 at 200 %, and 1280 x 1024 at 400 %, which WCAG calls reflow.
MAGNIFIED: Final[tuple[ViewportSize, ...]] = ({"width": 720, "height": 450}, {"width": 320, "height": 256})

OPTIONS: Final = {
    "resultTypes": ["violations"],
    # All that axe has short of WCAG AAA. These, of WCAG 2.2 and of voice control, it leaves off unless it is told.
    "rules": {"target-size": {"enabled": True}, "label-content-name-mismatch": {"enabled": True}},
}
# In another theme or size nothing else of a page is different.
IN_SIGHT: Final = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]},
}


def violations(page: Page, options: Any = OPTIONS) -> list[str]:
    """What axe finds: the rule, its weight, and each element with what is wrong with it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options)", options)
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
    dark = violations(page, IN_SIGHT)
    return [*(f"light: {each}" for each in light), *(f"dark: {each}" for each in dark)]


@pytest.mark.parametrize("state", LOOKED_AT)
def test_nothing_is_wrong_on_a_wide_screen_nor_magnified(state: str, open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=ANSWERS, locale="en-GB")
    LOOKED_AT[state](page)
    assert page.locator("html").get_attribute("lang") == "en"
    wrong = in_both_themes(page)
    for size in MAGNIFIED:
        page.set_viewport_size(size)
        wrong += wrong_with_sides(page)
    assert not wrong, "\n".join(wrong)


# What is done to a card stands on it where something hovers; under a finger it is in the bar of the selection.
HOVERED: Final = {"board, colours of a card", "board, menu of a card"}


@pytest.mark.parametrize("state", [state for state in STATES if state not in HOVERED])
def test_nothing_is_wrong_on_a_narrow_phone_in_korean_and_every_control_is_reached(
    state: str, open_on_phone: OpenPage
) -> None:
    page = open_on_phone(
        expecting=ANSWERS,
        locale="ko-KR",
        viewport={"width": 360, "height": 740},
        color_scheme="dark",
        reduced_motion="reduce",
    )
    STATES[state](page)
    wrong = [*violations(page, IN_SIGHT), *wrong_with_tabbing(page), *wrong_with_sides(page)]
    assert not wrong, "\n".join(wrong)
