"""Labels picked in an open note, in a new one and from a card, with scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import as_stored, send, with_memos


def labels_of(page: Page, memo_id: int) -> list[str]:
    return sorted(each["name"] for each in as_stored(page, memo_id)["labels"])


def note(page: Page) -> tuple[int, Locator]:
    """An open note of somebody who has three labels: its id, and the dialog."""
    (memo_id, _) = with_memos(
        page, [{"title": "Plan", "labels": ["Work"]}, {"title": "Other", "labels": ["집", "Our house"]}]
    )
    page.goto("/")
    page.locator(".memo-card__link", has_text="Plan").click()
    dialog = page.locator("dialog.memo-dialog")
    expect(dialog).to_be_visible()
    return memo_id, dialog


def picker(dialog: Locator, name: str = "Labels") -> Locator:
    dialog.locator(f"summary[aria-label={name}]").click()
    panel = dialog.locator(".label-panel")
    expect(panel.get_by_role("textbox").or_(panel.get_by_role("combobox"))).to_be_focused()
    return panel


def expect_saved(page: Page) -> None:
    expect(page.locator("dialog .memo__status")).to_have_text(re.compile("^(Saved|저장됨)$"))


def test_labels_are_ticked_and_saved_at_once_and_shown_with_a_cross(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo_id, dialog = note(page)
    chips = dialog.locator(".form-chips li")
    expect(chips).to_have_text(["Work"])
    panel = picker(dialog)
    panel.get_by_role("checkbox", name="집").check()
    expect_saved(page)
    expect(chips).to_have_count(2)
    assert labels_of(page, memo_id) == ["Work", "집"]
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Remove the label “Work”").click()
    expect(chips).to_have_text(["집"])
    expect(chips.get_by_role("button")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card", has_text="Plan").locator(".chip")).to_have_text(["집"])
    assert labels_of(page, memo_id) == ["집"]


def test_what_is_typed_narrows_the_list_and_enter_makes_what_is_not_in_it(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo_id, dialog = note(page)
    panel = picker(dialog)
    expect(panel.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("HOUSE")
    expect(panel.get_by_role("checkbox")).to_have_count(1)
    expect(panel.get_by_role("button", name="Create “HOUSE”")).to_be_visible()
    page.keyboard.type("hold")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("checkbox", name="HOUSEhold")).to_be_checked()
    expect(panel.get_by_role("checkbox")).to_have_count(4)
    # Typed in whatever case, it is the label that is there: Enter ticks it, and again unticks it.
    for names in (["HOUSEhold", "Our house", "Work"], ["HOUSEhold", "Work"]):
        page.keyboard.type("our HOUSE")
        expect(panel.get_by_role("button")).to_be_hidden()
        page.keyboard.press("Enter")
        expect(dialog.locator(".form-chips li")).to_have_count(len(names))
    expect_saved(page)
    assert labels_of(page, memo_id) == ["HOUSEhold", "Work"]


def test_half_a_word_is_no_label_before_it_is_made(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo_id, dialog = note(page)
    picker(dialog)
    page.keyboard.type("Gard")
    page.keyboard.press("Escape")
    dialog.locator("[name=body]").click()
    page.keyboard.type("text")
    expect_saved(page)
    assert labels_of(page, memo_id) == ["Work"]
    expect(dialog.get_by_role("checkbox", name="Gard")).to_have_count(0)


def test_the_enter_that_ends_a_korean_syllable_makes_no_label(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(locale="ko-KR")
    memo_id, dialog = note(page)
    panel = picker(dialog, "라벨")
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "정원", "selectionStart": 2, "selectionEnd": 2})
    expect(panel.get_by_role("button", name="‘정원’ 만들기")).to_be_visible()
    panel.get_by_role("textbox").dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(panel.get_by_role("checkbox", name="정원")).to_have_count(0)
    keyboard.send("Input.insertText", {"text": "정원"})
    page.keyboard.press("Enter")
    expect(panel.get_by_role("checkbox", name="정원")).to_be_checked()
    expect_saved(page)
    assert labels_of(page, memo_id) == ["Work", "정원"]


def test_the_list_is_gone_through_by_keys(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo_id, dialog = note(page)
    panel = picker(dialog)
    boxes = panel.get_by_role("checkbox")
    page.keyboard.press("ArrowDown")
    expect(boxes.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(boxes.nth(1)).not_to_be_checked()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(boxes.nth(2)).to_be_checked()
    page.keyboard.press("Escape")
    expect(dialog.locator("summary[aria-label=Labels]")).to_be_focused()
    expect_saved(page)
    assert labels_of(page, memo_id) == ["집"]


def test_the_labels_of_a_card_are_ticked_over_the_board(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo_id, _ = with_memos(page, [{"title": "Plan"}, {"title": "Other", "labels": ["Work"]}])
    page.goto("/")
    card = page.locator(".memo-card", has_text="Plan")
    card.hover()
    card.locator("summary[aria-label=More]").click()
    card.get_by_role("link", name="Labels…").click()
    dialog = page.get_by_role("dialog", name="Label the note")
    dialog.get_by_role("checkbox", name="Work").check()
    expect(card.locator(".chip")).to_have_text(["Work"])
    dialog.get_by_role("textbox").fill("Garden")
    page.keyboard.press("Enter")
    expect(card.locator(".chip")).to_have_count(2)
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Garden")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(card.locator("summary[aria-label=More]")).to_be_focused()
    expect(page).to_have_url(re.compile("/$"))
    assert labels_of(page, memo_id) == ["Garden", "Work"]


def test_a_new_note_gets_its_labels_while_it_is_written(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, [{"title": "Other", "labels": ["Work"]}])
    page.goto("/")
    composer = page.locator(".composer")
    composer.locator("[name=body]").click()
    page.keyboard.type("plant tomatoes")
    panel = picker(composer)
    panel.get_by_role("checkbox", name="Work").check()
    page.keyboard.type("Garden")
    page.keyboard.press("Escape")
    composer.get_by_role("button", name="Close").click()
    card = page.locator(".memo-card", has_text="tomatoes")
    expect(card.locator(".chip")).to_have_text(["Work"])
    expect(composer.locator(".form-chips li")).to_have_count(0)
    assert [each["name"] for each in send(page, "GET", "/labels")["items"]] == ["Work"]


def test_a_label_that_was_made_offline_is_there_when_the_note_is_opened_again(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED"])
    memo_id, dialog = note(page)
    down = re.compile(rf"/memos/{memo_id}$")

    def fail(route: Route) -> None:
        route.abort() if route.request.method == "POST" else route.continue_()

    page.route(down, fail)
    picker(dialog)
    page.keyboard.type("Garden")
    page.keyboard.press("Enter")
    expect(dialog.locator(".memo__status")).to_contain_text("Not saved yet")
    page.reload()
    expect(page.locator(".form-chips li")).to_have_text(["Work", "Garden"])
    page.unroute(down)
    expect(page.locator(".memo__status")).to_have_text("Saved")
    assert labels_of(page, memo_id) == ["Garden", "Work"]


def test_the_labels_of_several_notes_are_ticked_for_all_of_them(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memos = with_memos(
        page,
        [{"title": "One", "labels": ["Work", "집"]}, {"title": "Two", "labels": ["Work"]}, {"title": "Three"}],
    )
    page.goto("/")
    for title in ("One", "Two"):
        page.locator(".memo-card", has_text=title).locator("[name=memo]").check(force=True)
    page.locator(".selection").locator("summary[aria-label=Label]").click()
    dialog = page.get_by_role("dialog", name="Label the note")
    expect(dialog.get_by_role("checkbox", name="Work")).to_be_checked()
    box = dialog.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= page.evaluate("document.documentElement.clientWidth")
    some = dialog.get_by_role("checkbox", name="집")
    expect(some).to_be_checked(indeterminate=True)
    some.check()
    expect(page.locator(".memo-card", has_text="Two").locator(".chip", has_text="집")).to_be_visible()
    dialog.get_by_role("checkbox", name="Work").uncheck()
    expect(page.locator(".memo-card .chip", has_text="Work")).to_have_count(0)
    dialog.get_by_role("textbox").fill("Garden")
    page.keyboard.press("Enter")
    expect(page.locator(".memo-card .chip", has_text="Garden")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".selection")).to_contain_text("selected")
    assert [labels_of(page, memo) for memo in memos] == [["Garden", "집"], ["Garden", "집"], []]
    page.locator("undo-bar").get_by_role("button", name="Undo").click()
    expect(page.locator(".memo-card .chip", has_text="Garden")).to_have_count(0)


def test_on_a_phone_labels_of_what_is_selected_lie_along_the_lower_edge(open_on_phone: OpenPage) -> None:
    page = open_on_phone(locale="ko-KR")
    memo_id, _ = with_memos(page, [{"title": "Plan"}, {"title": "Other", "labels": ["집"]}])
    page.goto("/")
    card = page.locator(".memo-card", has_text="Plan")
    card.locator("[name=memo]").dispatch_event("click")
    page.locator(".selection summary[aria-label=라벨]").tap()
    dialog = page.get_by_role("dialog", name="메모에 라벨 지정")
    expect(dialog.get_by_role("textbox")).not_to_be_focused()
    box = dialog.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == 844
    dialog.get_by_role("checkbox", name="집").tap()
    expect(card.locator(".chip")).to_have_text(["집"])
    assert labels_of(page, memo_id) == ["집"]
