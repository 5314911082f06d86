"""Lists being written: in the composer, with an input method, while the server is slow or away, on two devices."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.lists import box, expect_rows, field, items, open_list, saved, stored
from tests.browser.people import as_stored, send, with_memos

COMPOSER = "form.composer"


def new_list(page: Page) -> None:
    page.goto("/")
    page.locator(".composer__kind").click()


def the_memo(page: Page) -> Any:
    """The only memo there is."""
    (memo,) = send(page, "GET", "/memos")["items"]
    return memo


# --- The composer -----------------------------------------------------------------------------------------------


def test_a_new_list_is_written_row_by_row(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(locale="ko-KR")
    new_list(page)
    expect(page.locator(f"{COMPOSER} .item-row--new textarea")).to_be_focused()
    page.keyboard.type("우유")
    page.keyboard.press("Enter")
    page.keyboard.type("저지방")
    page.keyboard.press("Tab")
    expect_rows(page, "우유", "  저지방", where=COMPOSER)
    expect(page.locator(".composer__status")).to_have_text("저장됨")
    memo = the_memo(page)["id"]
    assert stored(page, memo) == ["우유", "  저지방"]
    page.keyboard.press("Enter")
    page.keyboard.type("두부")
    page.locator(COMPOSER).get_by_role("checkbox", name="저지방").click()
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card .item__text")).to_have_text(["우유", "두부", "저지방"])
    expect(page.locator(f"{COMPOSER} memo-items")).to_be_hidden()
    assert stored(page, memo) == ["우유", "  [x] 저지방", "  두부"]
    # The next note is a text again.
    page.locator(f"{COMPOSER} [name=body]").click()
    page.keyboard.type("text")
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card__body")).to_have_text("text")


def test_a_text_becomes_a_list_and_a_text_again_and_nothing_is_lost(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    page.goto("/")
    text = "milk\n  skimmed\n\n[x] bread\n  [x] rye"
    body = page.locator(f"{COMPOSER} [name=body]")
    body.fill(text)
    saved(page, ".composer")
    switch = page.locator(f"{COMPOSER} .composer__kind")
    switch.click()
    expect_rows(page, "milk", "  skimmed", "", ticked=["bread", "  rye"], where=COMPOSER)
    saved(page, ".composer")
    memo = the_memo(page)["id"]
    assert stored(page, memo) == ["milk", "  skimmed", "[x] bread", "  [x] rye"]
    switch.click()
    expect(body).to_have_value(text)
    expect(body).to_be_focused()
    saved(page, ".composer")
    assert (the_memo(page)["kind"], the_memo(page)["body"]) == ("text", text)
    switch.click()
    page.keyboard.type("eggs")
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card .item__text")).to_have_count(5)
    assert stored(page, memo) == ["milk", "  skimmed", "[x] bread", "  [x] rye", "eggs"]


def test_l_begins_a_list_and_ctrl_enter_ends_it(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    page.goto("/")
    page.keyboard.press("l")
    page.keyboard.type("milk")
    page.keyboard.press("Enter")
    page.keyboard.type("bread")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".memo-card .item__text")).to_have_text(["milk", "bread"])
    expect(page.locator(f"{COMPOSER} memo-items")).to_be_hidden()


def test_a_row_is_taken_back_as_long_as_the_note_is_being_written(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    new_list(page)
    page.keyboard.type("milk")
    page.keyboard.press("Enter")
    page.keyboard.type("bread")
    delete = page.locator(COMPOSER).get_by_role("button", name="Delete the item")
    delete.nth(1).click()
    expect_rows(page, "milk", where=COMPOSER)
    page.get_by_role("button", name="Undo").click()
    expect_rows(page, "milk", "bread", where=COMPOSER)
    delete.nth(1).click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.locator(COMPOSER).get_by_role("button", name="Close").click()
    expect(page.locator(".memo-card .item__text")).to_have_text(["milk"])
    assert page.get_by_role("button", name="Undo").count() == 0  # at once, not when its time is over


def test_an_empty_list_is_not_kept(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    new_list(page)
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    saved(page, ".composer")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    expect(page.locator(f"{COMPOSER} memo-items")).to_be_hidden()
    expect(page.locator(".memo-card")).to_have_count(0)
    assert send(page, "GET", "/memos")["items"] == []


# --- An input method --------------------------------------------------------------------------------------------


def compose(session: CDPSession, text: str) -> None:
    session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


@pytest.mark.parametrize("where", [COMPOSER, "dialog"])
def test_a_syllable_is_never_cut_off(where: str, open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    if where == COMPOSER:
        new_list(page)
    else:
        open_list(page, "first")
    before = [] if where == COMPOSER else ["first"]
    session = page.context.new_cdp_session(page)
    # The first letter of a composition already makes the row; the composition goes on in it.
    for part in ("ㅇ", "우"):
        compose(session, part)
    expect_rows(page, *before, "우", where=where)
    compose(session, "웁")
    session.send("Input.insertText", {"text": "우유"})
    expect_rows(page, *before, "우유", where=where)
    page.keyboard.press("Enter")
    for part in ("ㄷ", "두"):
        compose(session, part)
    expect_rows(page, *before, "우유", "두", where=where)
    session.send("Input.insertText", {"text": "두부"})
    expect_rows(page, *before, "우유", "두부", where=where)
    saved(page, ".composer" if where == COMPOSER else ".memo")
    (memo,) = send(page, "GET", "/memos")["items"]
    assert stored(page, memo["id"]) == [*before, "우유", "두부"]


@pytest.mark.parametrize("key", ["Enter", "Tab", "Backspace", "ArrowUp", "Delete"])
def test_a_key_of_the_input_method_is_none_of_the_lists(key: str, open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    open_list(page, "one", "two", "three")
    field(page, "two").press("Home")
    for details in ({"isComposing": True}, {"keyCode": 229}):
        done = page.evaluate(
            """details => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
                {...details, bubbles: true, cancelable: true}))""",
            {"key": key, **details},
        )
        assert done is True, "it was prevented"
    expect(field(page, "two")).to_be_focused()
    expect_rows(page, "one", "two", "three")


# --- A slow server, and none ------------------------------------------------------------------------------------


def test_what_is_typed_while_a_save_is_on_its_way_stays_with_caret_and_blank_rows(
    open_with_scripts: OpenPage,
) -> None:
    page = open_with_scripts()
    memo = open_list(page, "one")
    held: list[Any] = []
    page.route(f"**/memos/{memo}", lambda route: held.append(route) if not held else route.continue_())
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    page.keyboard.type("three")
    with page.expect_request(lambda request: request.method == "POST"):
        pass
    # The first answer knows nothing of these.
    page.keyboard.type(" and more")
    page.keyboard.press("Enter")
    page.keyboard.type("four")
    page.keyboard.press("Enter")
    field(page, "one").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    held[0].continue_()
    saved(page)
    page.keyboard.type("between")
    expect_rows(page, "one", "between", "two", "three and more", "four", "")
    expect(field(page, "between")).to_be_focused()
    saved(page)
    assert stored(page, memo) == ["one", "between", "two", "three and more", "four"]
    ids = [item["id"] for item in as_stored(page, memo)["items"]]
    page.locator("dialog .item-row").nth(2).locator("textarea").fill("TWO")
    saved(page)
    assert [item["id"] for item in as_stored(page, memo)["items"]] == ids


def test_an_item_that_was_emptied_and_saved_can_be_typed_into_again(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "one", "two")
    row = field(page, "one")
    row.press("Control+A")
    page.keyboard.press("Delete")
    saved(page)
    assert stored(page, memo) == ["two"]
    page.keyboard.type("uno")
    expect_rows(page, "uno", "two")
    saved(page)
    assert stored(page, memo) == ["uno", "two"]


def test_a_save_whose_answer_was_lost_makes_no_item_twice(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED", 409])
    memo = open_list(page, "one")
    lost: list[Any] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0))
            route.abort()
        else:
            route.continue_()

    page.route(f"**/memos/{memo}", lose)
    page.keyboard.type("two")
    expect(page.locator(".memo__status")).to_have_attribute("data-state", "waiting")
    assert stored(page, memo) == ["one", "two"]
    page.keyboard.type(" too")
    saved(page)
    assert stored(page, memo) == ["one", "two too"]
    expect_rows(page, "one", "two too")


@pytest.mark.parametrize("where", [COMPOSER, "dialog"])
def test_rows_and_ticks_survive_a_closed_tab(where: str, open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED"])
    if where == COMPOSER:
        new_list(page)
    else:
        open_list(page, "one", "two")
    page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.keyboard.type("milk")
    page.keyboard.press("Enter")
    page.keyboard.type("skimmed")
    page.keyboard.press("Tab")
    if where == "dialog":
        box(page, "two").click()
        field(page, "one").focus()
        page.keyboard.press("Control+Shift+ArrowDown")
    status = page.locator(f"{where} [role=status]:is(.memo__status, .composer__status)")
    expect(status).to_contain_text("Not saved yet")
    if where == COMPOSER:
        page.unroute("**/*")
        page.reload()
        expect(page.locator(".memo-card .item__text")).to_have_text(["milk", "skimmed"])
        assert stored(page, the_memo(page)["id"]) == ["milk", "  skimmed"]
    else:
        page.reload()
        expect_rows(page, "milk", "one", "  skimmed", ticked=["two"], where="")
        page.unroute("**/*")
        saved(page)
        assert stored(page, the_memo(page)["id"]) == ["[x] two", "milk", "one", "  skimmed"]


def test_a_list_that_was_a_text_when_the_tab_was_closed_is_not_lost(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED"])
    page.goto("/")
    page.locator(f"{COMPOSER} [name=body]").click()
    page.keyboard.type("milk")
    saved(page, ".composer")
    page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator(f"{COMPOSER} .composer__kind").click()
    page.keyboard.type("bread")
    expect(page.locator(".composer__status")).to_contain_text("Not saved yet")
    memo = the_memo(page)["id"]
    page.goto("/labels")
    page.unroute("**/*")
    page.goto(f"/memos/{memo}")
    expect_rows(page, "milk", "bread", where="")
    assert stored(page, memo) == ["milk", "bread"]


# --- Two devices ------------------------------------------------------------------------------------------------


def test_two_devices_change_different_items_without_a_question(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[409])
    memo = open_list(page, "milk", "bread", "eggs")
    other = open_with_scripts()
    other.goto(f"/memos/{memo}")
    other.locator(".memo").get_by_role("checkbox", name="milk", exact=True).click()
    other.locator(".item-row--new textarea").click()
    other.keyboard.type("from the other")
    saved(other)
    field(page, "bread").press("End")
    page.keyboard.type(", rye")
    box(page, "eggs").click()
    saved(page)
    expect_rows(page, "bread, rye", "from the other", ticked=["milk", "eggs"])
    assert stored(page, memo) == ["[x] milk", "bread, rye", "[x] eggs", "from the other"]


def test_two_devices_that_change_one_item_get_both_texts(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[409])
    memo = open_list(page, "milk", "bread")
    other = open_with_scripts()
    other.goto(f"/memos/{memo}")
    other.locator("textarea[name='item.1']").fill("theirs")
    saved(other)
    page.locator("dialog textarea[name='item.1']").fill("mine")
    expect(page.get_by_role("heading", name="This note was changed somewhere else")).to_be_visible()
    expect(page.locator(".conflict [name=items_text]")).to_have_value("mine\nbread")
    expect(page.locator(".conflict__stored")).to_have_text("theirs\nbread", use_inner_text=True)


# --- A list and a text ------------------------------------------------------------------------------------------


def test_checkboxes_are_hidden_and_shown_again_with_all_that_was_typed(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo = open_list(page, "milk", "  skimmed", "[x] bread")
    page.keyboard.type("eggs")
    page.get_by_role("button", name="Hide checkboxes").click()
    expect(page.locator("dialog .memo__body")).to_have_value("milk\n  skimmed\n[x] bread\neggs")
    page.locator("dialog .memo__body").press("Control+End")
    page.keyboard.type("\nflour")
    page.get_by_role("button", name="Show checkboxes").click()
    expect_rows(page, "milk", "  skimmed", "eggs", "flour", ticked=["bread"])
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    box(page, "eggs").click()
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card .ticked__summary")).to_have_text("2 ticked")
    assert stored(page, memo) == ["milk", "  skimmed", "[x] bread", "[x] eggs", "flour"]


def test_a_list_of_a_thousand_items_is_edited(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    (memo,) = with_memos(page, [items(*(f"item {number}" for number in range(1000)))])
    page.set_default_timeout(20_000)
    page.goto(f"/memos/{memo}")
    page.locator("textarea[name='item.500']").press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("in the middle")
    page.locator("textarea[name='item.2']").press("Tab")
    expect(page.locator(".memo__status")).to_have_text("Saved", timeout=30_000)
    lines = stored(page, memo)
    assert (len(lines), lines[1], lines[500]) == (1001, "  item 1", "in the middle")
