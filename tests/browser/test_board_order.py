"""Moving a card to another place of its section: by mouse, by finger, by keyboard and by its menu."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import send, with_memos
from tests.browser.test_without_scripts import card


def opened(page: Page, *, pinned: int = 0, count: int = 6) -> Page:
    """The page with notes A, B, C … on its board, A on top; the first `pinned` of them are pinned."""
    names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:count]
    with_memos(
        page,
        [
            {"title": f"note {name}", "body": "a line", "pinned": number < pinned}
            for number, name in reversed(list(enumerate(names)))
        ],
    )
    page.goto("/")
    return page


def order(page: Page) -> str:
    """The letters of the notes as they stand in the markup."""
    return "".join(text.strip()[-1] for text in page.locator(".memo-card__title").all_text_contents())


def stored(page: Page) -> str:
    """The same, as the server has it."""
    return "".join(memo["title"][-1] for memo in send(page, "GET", "/memos?limit=100")["items"])


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def expect_order(page: Page, letters: str) -> None:
    """Wait for the order on the page, and for the server to have it."""
    expect(page.locator(".memo-card__title")).to_have_text([re.compile(f"note {letter}") for letter in letters])
    assert stored(page) == letters


def drag(page: Page, title: str, onto: str) -> None:
    """Take the card and hold it over another one, without letting go."""
    page.mouse.move(*middle(card(page, title)))
    page.mouse.down()
    x, y = middle(card(page, onto))
    page.mouse.move(x - 40, y - 10, steps=5)
    page.mouse.move(x, y, steps=5)
    expect(page.locator("[data-lifted]")).to_contain_text(title)


def moved(page: Page, act: Callable[[], None]) -> None:
    """Do it, and wait for the answer to the move."""
    with page.expect_response(re.compile("since=")) as answer:
        act()
    answer.value.finished()


def test_a_card_is_dragged_to_another_place_and_stays_there(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    drag(page, "note A", "note C")
    # While it is held the others have closed up around the place where it would go.
    expect(page.locator("li[data-lifted]")).to_have_attribute("style", re.compile("order: 3"))
    moved(page, page.mouse.up)
    expect_order(page, "BCADEF")
    expect(page.locator("drag-order [role=status]")).to_have_text("Moved to place 3 of 6")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile("/$"))
    page.reload()
    expect_order(page, "BCADEF")
    card(page, "note A").get_by_role("link").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_escape_puts_a_card_back_that_is_held(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts())
    drag(page, "note A", "note D")
    page.keyboard.press("Escape")
    expect(page.locator("[data-lifted]")).to_have_count(0)
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert order(page) == "ABCDEF"
    assert middle(card(page, "note A"))[0] < middle(card(page, "note B"))[0]
    assert stored(page) == "ABCDEF"


def test_a_card_stays_in_its_section(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts(), pinned=2)
    drag(page, "note A", "note E")
    moved(page, page.mouse.up)
    expect_order(page, "BACDEF")
    expect(page.locator("[data-section=pinned] .memo-card")).to_have_count(2)


def test_what_cannot_be_moved_goes_back_and_one_is_told(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts(expecting=["ERR_FAILED"]))
    page.route(re.compile("/move$"), lambda route: route.abort())
    drag(page, "note A", "note C")
    page.mouse.up()
    expect(page.locator("main")).to_contain_text("The server cannot be reached.")
    expect_order(page, "ABCDEF")


def test_at_the_edge_of_the_window_the_board_scrolls_on(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts(viewport={"width": 500, "height": 500}), count=26)
    page.mouse.move(*middle(card(page, "note A")))
    page.mouse.down()
    page.mouse.move(150, 480, steps=5)
    expect(card(page, "note Z")).to_be_in_viewport()
    moved(page, page.mouse.up)
    assert order(page).index("A") > 20
    assert stored(page) == order(page)


@pytest.mark.parametrize("view", ["/trash", "/search?q=note"])
def test_where_the_order_is_not_ones_own_nothing_is_dragged(view: str, open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, [{"title": f"note {name}", "trashed": view == "/trash"} for name in "BA"])
    page.goto(view)
    page.mouse.move(*middle(card(page, "note A")))
    page.mouse.down()
    page.mouse.move(*middle(card(page, "note B")), steps=5)
    expect(page.locator("[data-lifted]")).to_have_count(0)


def test_alt_shift_and_an_arrow_move_the_focused_card_as_far_as_they_are_pressed(
    open_with_scripts: OpenPage,
) -> None:
    page = opened(open_with_scripts())
    page.keyboard.press("j")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/move") else None)
    page.keyboard.down("Alt")
    page.keyboard.down("Shift")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("drag-order [role=status]")).to_have_text("Moved to place 4 of 6")
    assert sent == []
    moved(page, lambda: page.keyboard.up("Shift"))
    page.keyboard.up("Alt")
    expect_order(page, "BCDAEF")
    assert len(sent) == 1
    expect(card(page, "note A").locator(".memo-card__link")).to_be_focused()
    moved(page, lambda: page.keyboard.press("Alt+Shift+ArrowUp"))
    expect_order(page, "BCADEF")
    expect(card(page, "note A").locator(".memo-card__link")).to_be_focused()


def test_at_either_end_there_is_nothing_further(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts(), count=3)
    page.keyboard.press("j")
    page.keyboard.press("Alt+Shift+ArrowUp")
    page.keyboard.press("k")
    expect(page.locator("drag-order [role=status]")).to_have_text("")
    assert order(page) == "ABC"


def test_the_menu_moves_a_card_past_the_neighbour_it_has_now(open_with_scripts: OpenPage) -> None:
    page = opened(open_with_scripts(), count=4)
    drag(page, "note A", "note C")
    moved(page, page.mouse.up)
    expect_order(page, "BCAD")

    def choose(title: str, name: str) -> None:
        card(page, title).locator("summary[title=More]").click()
        moved(page, card(page, title).get_by_role("button", name=name).click)

    choose("note A", "Move later")
    expect_order(page, "BCDA")
    choose("note B", "Move later")
    expect_order(page, "CBDA")
    card(page, "note C").locator("summary[title=More]").click()
    expect(card(page, "note C").get_by_role("button", name="Move later")).to_be_visible()
    expect(card(page, "note C").get_by_role("button", name="Move earlier")).to_be_hidden()
    page.keyboard.press("Escape")
    card(page, "note A").locator("summary[title=More]").click()
    expect(card(page, "note A").get_by_role("button", name="Move earlier")).to_be_visible()
    expect(card(page, "note A").get_by_role("button", name="Move later")).to_be_hidden()


# --- A finger ---------------------------------------------------------------------------------------------------


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})


def test_a_finger_that_rests_on_a_card_takes_it_along(open_on_phone: OpenPage) -> None:
    page = opened(open_on_phone())
    finger = page.context.new_cdp_session(page)
    # The cards of a phone stand in two columns: C is below A.
    start, end = middle(card(page, "note A")), middle(card(page, "note C"))
    touch(finger, "touchStart", start)
    expect(page.locator("[data-lifted]")).to_contain_text("note A")
    for part in (0.3, 0.7, 1.0):
        touch(finger, "touchMove", (start[0], start[1] + (end[1] - start[1]) * part))
    expect(page.locator("li[data-lifted]")).to_have_attribute("style", re.compile("order: 3"))
    moved(page, lambda: touch(finger, "touchEnd"))
    expect_order(page, "BCADEF")
    assert page.evaluate("scrollY") == 0


def test_a_finger_that_moves_on_at_once_scrolls(open_on_phone: OpenPage) -> None:
    page = opened(open_on_phone(), count=20)
    finger = page.context.new_cdp_session(page)
    x, y = middle(card(page, "note E"))
    touch(finger, "touchStart", (x, y))
    for step in range(1, 9):
        touch(finger, "touchMove", (x, y - 30 * step))
    touch(finger, "touchEnd")
    page.wait_for_function("() => scrollY > 100")
    expect(page.locator("[data-lifted]")).to_have_count(0)
    assert order(page) == "ABCDEFGHIJKLMNOPQRST"


def test_a_finger_that_rested_and_lets_go_has_selected_the_card(open_on_phone: OpenPage) -> None:
    page = opened(open_on_phone())
    finger = page.context.new_cdp_session(page)
    touch(finger, "touchStart", middle(card(page, "note B")))
    expect(page.locator("[data-lifted]")).to_contain_text("note B")
    touch(finger, "touchEnd")
    expect(card(page, "note B").locator(".memo-card__select input")).to_be_checked()
    expect(page.get_by_role("dialog")).to_have_count(0)
    # From now on a tap selects.
    page.touchscreen.tap(*middle(card(page, "note C")))
    expect(card(page, "note C").locator(".memo-card__select input")).to_be_checked()
    expect(page.locator("memo-selection [role=status]")).to_have_text("2 selected")
    for title in ("note B", "note C"):
        page.touchscreen.tap(*middle(card(page, title)))
    expect(page.locator(".selection")).to_be_hidden()
    page.touchscreen.tap(*middle(card(page, "note C")))
    expect(page.get_by_role("dialog")).to_be_visible()
