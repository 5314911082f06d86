"""The cards of a board in columns that close up: where they stand, from the first frame on."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import with_memos

SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
#: A column may be this much higher than the lowest one and still be the next (masonry-grid.js), in pixels.
TOLERANCE = 16


def notes(count: int) -> list[dict[str, str]]:
    """Notes from one line to nine, the last one first on the board: "note 0" stands first."""
    return [
        {"title": f"note {number}", "body": "\n".join(["a line"] * (1 + number * 5 % 9))}
        for number in reversed(range(count))
    ]


def next_frame(page: Page) -> None:
    """Wait until the page has been painted as it is now."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def boxes(page: Page) -> list[tuple[int, int, int]]:
    """Left edge, top and foot of each card of the board, in the order of the markup, in pixels."""
    found = page.evaluate("""
      [...document.querySelectorAll(".board__grid > li")].map((item) => {
        const { left, top, bottom } = item.getBoundingClientRect();
        return [left, top + scrollY, bottom + scrollY].map(Math.round);
      })
    """)
    return [(left, top, bottom) for left, top, bottom in found]


def gaps(page: Page) -> set[int]:
    """The distances from each card to the next one below it, in pixels."""
    columns: dict[int, list[tuple[int, int]]] = {}
    for left, top, bottom in boxes(page):
        columns.setdefault(left, []).append((top, bottom))
    pairs = [pair for column in columns.values() for pair in pairwise(column)]
    assert pairs
    return {below[0] - above[1] for above, below in pairs}


@pytest.mark.parametrize("width", [1440, 1024, 390, 360])
def test_no_card_leaves_a_hole_below_it(width: int, open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(viewport={"width": width, "height": 900})
    with_memos(page, notes(14))
    page.goto("/")
    # Heights are fractions of a pixel.
    expected = 16 if width >= 640 else 8
    assert gaps(page) <= {expected - 1, expected, expected + 1}


def test_each_card_goes_where_there_is_most_room_so_that_the_first_ones_are_on_top(
    open_with_scripts: OpenPage,
) -> None:
    page = open_with_scripts()
    with_memos(page, notes(14))
    page.goto("/")
    placed = boxes(page)
    lefts = sorted({left for left, _, _ in placed})
    assert [left for left, _, _ in placed[: len(lefts)]] == lefts
    ends = dict.fromkeys(lefts, placed[0][1])
    for left, top, bottom in placed:
        assert top <= min(ends.values()) + TOLERANCE + 2
        ends[left] = bottom + 16


def test_the_first_frame_has_every_card_in_its_place(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, notes(30))
    page.context.add_init_script(SHIFTS)
    page.goto("/")
    next_frame(page)
    assert page.evaluate("shifted") <= 0.02
    assert gaps(page) <= {15, 16, 17}


def test_a_card_that_grows_moves_those_below_it_only(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    ticked = [{"text": f"item {number}", "checked": True} for number in range(6)]
    with_memos(page, [*notes(12), {"title": "List", "kind": "checklist", "items": [{"text": "open"}, *ticked]}])
    page.goto("/")
    before = boxes(page)
    page.locator(".memo-card").first.locator("summary", has_text="ticked").click()
    expect(page.get_by_text("item 5")).to_be_visible()
    after = boxes(page)
    assert after[0][2] > before[0][2] + 100
    assert after[1] == before[1]
    assert gaps(page) <= {15, 16, 17}


def test_another_width_of_the_window_has_another_number_of_columns(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, notes(9))
    page.goto("/")
    wide = len({left for left, _, _ in boxes(page)})
    page.set_viewport_size({"width": 700, "height": 900})
    next_frame(page)
    assert len({left for left, _, _ in boxes(page)}) < wide
    assert gaps(page) <= {15, 16, 17}
    page.set_viewport_size({"width": 1440, "height": 900})
    next_frame(page)
    assert len({left for left, _, _ in boxes(page)}) == wide


def test_one_card_less_and_the_others_close_up(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(reduced_motion="reduce")
    with_memos(page, notes(12))
    page.goto("/")
    page.locator(".memo-card", has_text="note 1").first.get_by_role("button", name="Archive this note").click()
    expect(page.locator(".memo-card")).to_have_count(11)
    assert gaps(page) <= {15, 16, 17}


def test_tab_goes_from_card_to_card_as_they_were_written(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, notes(8))
    page.goto("/")
    seen: list[str] = []
    page.locator(".memo-card__link").first.focus()
    while len(seen) < 8:
        title = page.evaluate(
            "document.activeElement.closest('.memo-card')?.querySelector('h3').textContent.trim()"
        )
        assert title
        if title not in seen:
            seen.append(title)
        page.keyboard.press("Tab")
    assert seen == [f"note {number}" for number in range(8)]


def test_on_paper_the_columns_of_the_screen_are_forgotten(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, notes(12))
    page.goto("/")
    page.emulate_media(media="print")
    positions = page.evaluate(
        "[...document.querySelectorAll('.board__grid > li')].map((li) => getComputedStyle(li).position)"
    )
    assert set(positions) == {"static"}
    grid = page.locator(".board__grid:visible").bounding_box()
    last = page.locator(".board__grid > li").last.bounding_box()
    assert grid
    assert last
    assert last["y"] + last["height"] <= grid["y"] + grid["height"] + 1
