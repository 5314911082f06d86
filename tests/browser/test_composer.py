"""\"Take a note…\": kept from its first words on, wherever one goes from there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import as_stored, send, with_memos


def composer(page: Page) -> Locator:
    return page.locator("form.composer")


def begin(page: Page, text: str) -> None:
    page.goto("/")
    page.get_by_role("textbox", name="Take a note…").click()
    page.keyboard.type(text)


def expect_saved(page: Page) -> None:
    expect(page.locator(".composer__status")).to_have_text("Saved")


def cards(page: Page) -> Locator:
    return page.locator(".memo-card")


def test_a_note_is_kept_while_it_is_written_and_stands_on_the_board_when_one_is_done(
    open_with_scripts: OpenPage,
) -> None:
    page = open_with_scripts()
    with_memos(page, [{"title": "older"}])
    begin(page, "milk")
    expect_saved(page)
    assert [memo["body"] for memo in send(page, "GET", "/memos")["items"]] == ["milk", ""]
    page.keyboard.type(" and honey")
    page.get_by_role("textbox", name="Title").fill("Groceries")
    page.keyboard.press("Escape")
    expect(cards(page)).to_have_count(2)
    expect(cards(page).first).to_contain_text("milk and honey")
    expect(cards(page).first).to_contain_text("Groceries")
    expect(page.get_by_role("textbox", name="Take a note…")).to_have_value("")
    expect(page.get_by_role("textbox", name="Title")).to_be_hidden()
    assert len(send(page, "GET", "/memos")["items"]) == 2


@pytest.mark.parametrize("way", ["Escape", "Control+Enter", "elsewhere", "button"])
def test_a_note_is_finished_in_whatever_way_one_knows(open_with_scripts: OpenPage, way: str) -> None:
    page = open_with_scripts()
    begin(page, "milk")
    if way == "elsewhere":
        page.mouse.click(1400, 850)
    elif way == "button":
        composer(page).get_by_role("button", name="Close").click()
    else:
        page.keyboard.press(way)
    expect(cards(page)).to_have_text(re.compile("milk"))
    expect(page.get_by_role("textbox", name="Title")).to_be_hidden()


def test_one_note_after_the_other_is_written(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    page.goto("/")
    for text in ("first", "second", "third"):
        page.get_by_role("textbox", name="Take a note…").click()
        page.keyboard.type(text)
        page.keyboard.press("Escape")
        expect(cards(page).first).to_contain_text(text)
    expect(cards(page)).to_have_count(3)


def test_nothing_typed_is_no_note(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    begin(page, "   ")
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name="Title")).to_be_hidden()
    assert send(page, "GET", "/memos")["items"] == []


def test_a_note_that_is_emptied_again_goes_to_the_trash(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    begin(page, "milk")
    expect_saved(page)
    page.get_by_role("textbox", name="Take a note…").fill("")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(cards(page)).to_have_count(0)
    assert send(page, "GET", "/memos")["items"] == []


def test_enter_in_the_title_goes_on_to_the_text(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    begin(page, "x")
    page.get_by_role("textbox", name="Title").fill("Plan")
    page.keyboard.press("Enter")
    page.keyboard.type("y")
    page.keyboard.press("Escape")
    expect(cards(page)).to_contain_text("xy")


def test_a_note_begun_while_the_server_is_away_is_there_when_the_board_is_opened_again(
    open_with_scripts: OpenPage,
) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED"])
    page.goto("/")
    page.context.route("**/memos", lambda route: route.abort())
    page.get_by_role("textbox", name="Take a note…").click()
    page.keyboard.type("milk")
    expect(page.locator(".composer__status")).to_contain_text("Trying again")
    page.goto("/settings")
    page.context.unroute("**/memos")
    page.goto("/")
    expect(cards(page)).to_have_text(re.compile("milk"))
    page.reload()
    expect(cards(page)).to_have_count(1)
    expect(page.get_by_role("textbox", name="Take a note…")).to_have_value("")
    assert len(send(page, "GET", "/memos")["items"]) == 1


def test_a_note_begun_is_kept_when_one_walks_away_from_the_page(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    begin(page, "milk")
    page.get_by_role("link", name="Archive").click()
    expect(page).to_have_url(re.compile("/archive$"))
    page.goto("/")
    expect(cards(page)).to_have_text(re.compile("milk"))
    assert len(send(page, "GET", "/memos")["items"]) == 1


def test_a_note_whose_answer_was_lost_is_one_note_with_the_words_written_since(
    open_with_scripts: OpenPage,
) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED"])
    page.goto("/")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/memos", lose)
    page.get_by_role("textbox", name="Take a note…").click()
    page.keyboard.type("milk")
    expect(page.locator(".composer__status")).to_contain_text("Trying again")
    assert len(send(page, "GET", "/memos")["items"]) == 1
    page.unroute("**/memos")
    page.keyboard.type(" and honey")
    expect_saved(page)
    assert [memo["body"] for memo in send(page, "GET", "/memos")["items"]] == ["milk and honey"]


def test_what_is_too_long_for_a_note_stays_in_the_composer_also_after_a_reload(
    open_with_scripts: OpenPage,
) -> None:
    page = open_with_scripts(expecting=[422])
    page.goto("/")
    title = page.get_by_role("textbox", name="Title")
    page.get_by_role("textbox", name="Take a note…").click()
    page.keyboard.type("milk")
    title.fill("x" * 2000)
    expect(page.locator(".composer__status")).to_contain_text("At most")
    page.reload()
    expect(title).to_have_value("x" * 2000)
    expect(page.locator(".composer__status")).to_contain_text("At most")
    title.fill("short")
    page.keyboard.press("Escape")
    expect(cards(page)).to_have_text(re.compile("short"))


def test_a_note_changed_elsewhere_while_it_is_composed_shows_both_texts(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[409])
    begin(page, "milk")
    expect_saved(page)
    (memo,) = send(page, "GET", "/memos")["items"]
    send(page, "PATCH", f"/memos/{memo['id']}", data={"body": "from a telephone"})
    page.keyboard.type(" and honey")
    dialog = page.locator("dialog.memo-dialog")
    expect(dialog).to_contain_text("from a telephone")
    expect(dialog.locator("textarea[name=body]")).to_have_value("milk and honey")
    dialog.get_by_role("button", name="Save what I typed").click()
    expect(dialog.locator(".memo__body")).to_have_value("milk and honey")
    assert as_stored(page, memo["id"])["body"] == "milk and honey"


def test_on_the_board_of_a_label_the_note_gets_it(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, [{"title": "older", "labels": ["work"]}])
    page.goto("/")
    page.get_by_role("link", name="work").first.click()
    page.get_by_role("textbox", name="Take a note…").click()
    page.keyboard.type("milk")
    page.keyboard.press("Escape")
    expect(cards(page)).to_have_count(2)
    expect(cards(page).first).to_contain_text("milk")
    assert [each["name"] for each in send(page, "GET", "/memos")["items"][0]["labels"]] == ["work"]


def test_korean_is_written_as_it_is_composed(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(locale="ko-KR")
    page.goto("/")
    page.locator(".composer__body").click()
    session = page.context.new_cdp_session(page)
    for half in ("ㅇ", "우", "우ㅇ", "우유"):
        session.send(
            "Input.imeSetComposition", {"text": half, "selectionStart": len(half), "selectionEnd": len(half)}
        )
    page.keyboard.press("Escape")
    session.send("Input.insertText", {"text": "우유"})
    expect(page.locator(".composer__status")).to_have_text("저장됨")
    page.keyboard.press("Escape")
    expect(cards(page)).to_have_text(re.compile("우유"))


def test_on_a_phone_a_note_is_written_and_opened_the_same(open_on_phone: OpenPage) -> None:
    page = open_on_phone()
    page.goto("/")
    page.get_by_role("textbox", name="Take a note…").tap()
    page.keyboard.type("milk")
    composer(page).get_by_role("button", name="Close").tap()
    expect(cards(page)).to_have_count(1)
    cards(page).tap(position={"x": 20, "y": 20})
    dialog = page.locator("dialog.memo-dialog")
    expect(dialog.locator(".memo__body")).to_have_value("milk")
    dialog.get_by_role("link", name="Close").tap()
    expect(dialog).to_be_hidden()


def test_a_new_note_is_pinned_while_it_is_written(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    with_memos(page, [{"title": "older", "pinned": True}])
    begin(page, "milk")
    pin = composer(page).get_by_role("checkbox", name="Pin")
    pin.check(force=True)
    expect_saved(page)
    pin.uncheck(force=True)
    pin.check(force=True)
    composer(page).get_by_role("button", name="Close").click()
    expect(page.locator("[data-section=pinned] .memo-card")).to_have_count(2)
    expect(composer(page).locator("[name=pinned]")).not_to_be_checked()
