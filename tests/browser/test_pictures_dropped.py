"""Pictures that are chosen, dropped and pasted with scripts, and seen as large as the window."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Final

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.people import as_stored, with_memos, with_pictures
from tests.browser.pictures import png

File = tuple[str, str, bytes]

SEA: Final = ("바다.png", "image/png", png(120, 90))
LETTER: Final = ("letter.txt", "text/plain", b"Dear")
# A transfer made by a script holds what one made by a hand does.
_TRANSFER: Final = """([files, texts]) => {
    const made = new DataTransfer()
    for (const [name, type, data] of files)
        made.items.add(new File([Uint8Array.from(atob(data), (each) => each.charCodeAt(0))], name, {type}))
    for (const [type, text] of texts) made.items.add(text, type)
    return made
}"""


def payloads(*files: File) -> list[FilePayload]:
    return [{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files]


def send_events(target: Locator, names: Iterable[str], *files: File, text: str = "") -> None:
    """Let files, and text beside them, come to an element in these events."""
    held = [[name, kind, base64.b64encode(data).decode()] for name, kind, data in files]
    texts = [["text/plain", text]] if text else []
    transfer = target.page.evaluate_handle(_TRANSFER, [held, texts])
    for name in names:
        field = "clipboardData" if name == "paste" else "dataTransfer"
        kind = "ClipboardEvent" if name == "paste" else "DragEvent"
        target.evaluate(
            f"(element, [name, transfer]) => element.dispatchEvent("
            f"new {kind}(name, {{bubbles: true, cancelable: true, {field}: transfer}}))",
            [name, transfer],
        )


def drop(target: Locator, *files: File) -> None:
    send_events(target, ["dragenter", "dragover", "drop"], *files)


def note(page: Page) -> tuple[int, Locator]:
    """A note that is open over the board: its id, and the dialog."""
    (memo_id,) = with_memos(page, [{"title": "Holiday", "body": "by the sea"}])
    page.goto("/")
    page.locator(".memo-card__link").click()
    dialog = page.locator("dialog.memo-dialog")
    expect(dialog).to_be_visible()
    return memo_id, dialog


def expect_saved(page: Page) -> None:
    expect(page.locator("dialog .memo__status")).to_have_text("Saved")


def test_what_is_chosen_is_uploaded_at_once_while_one_goes_on_typing(open_with_scripts: OpenPage) -> None:
    # The picture may be there before the text that was sent first.
    page = open_with_scripts(expecting=[409])
    memo_id, dialog = note(page)
    held: list[Route] = []
    page.route("**/images", lambda route: held.append(route))
    with page.expect_file_chooser() as chooser:
        dialog.get_by_title("Add pictures").click()
    with page.expect_request("**/images"):
        chooser.value.set_files(payloads(SEA))
    expect(dialog.locator(".uploads")).to_contain_text("바다.png")
    expect(dialog.get_by_role("progressbar", name="Uploading “바다.png”")).to_be_visible()
    dialog.locator("[name=body]").press_sequentially(", sunny")
    expect_saved(page)
    dialog.locator("[name=body]").press_sequentially(" and windy")
    held[0].continue_()
    expect(dialog.locator(".memo-pictures img")).to_have_count(1)
    expect(dialog.locator(".uploads li")).to_have_count(0)
    expect_saved(page)
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card .pictures img")).to_have_count(1)
    assert as_stored(page, memo_id)["body"] == "by the sea, sunny and windy"


def test_a_picture_that_came_meanwhile_is_no_conflict_with_what_is_typed(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[409])
    memo_id, dialog = note(page)
    with_pictures(page, memo_id, [png(30, 30)])
    dialog.locator("[name=body]").press_sequentially("!")
    expect_saved(page)
    expect(dialog.locator(".memo-pictures img")).to_have_count(1)
    assert as_stored(page, memo_id)["body"] == "by the sea!"


def test_files_are_dropped_on_an_open_note_which_shows_where_they_fall(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    _, dialog = note(page)
    text = dialog.locator("[name=body]")
    send_events(text, ["dragenter", "dragover"], SEA)
    expect(dialog.locator(".memo")).to_have_css("outline-style", "dashed")
    send_events(text, ["drop"], SEA, ("산.png", "image/png", png(50, 80)))
    expect(dialog.locator(".memo-pictures img")).to_have_count(2)
    expect(dialog.locator(".memo")).not_to_have_css("outline-style", "dashed")


def test_a_picture_is_pasted_and_text_stays_text(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    _, dialog = note(page)
    send_events(dialog.locator("[name=body]"), ["paste"], SEA, text="a cell of a table")
    send_events(dialog.locator("[name=body]"), ["paste"], SEA)
    expect(dialog.locator(".memo-pictures img")).to_have_count(1)
    expect(dialog.locator(".uploads li")).to_have_count(0)
    expect(dialog.locator(".memo-pictures img")).to_have_count(1)


def test_what_is_no_picture_is_refused_by_name_and_the_others_stay(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[422])
    _, dialog = note(page)
    drop(dialog.locator(".memo"), LETTER, SEA)
    expect(dialog.locator(".memo-pictures img")).to_have_count(1)
    expect(dialog.locator(".uploads li")).to_have_text(re.compile(r"letter.txt: This file is not a picture\."))
    dialog.locator(".uploads").get_by_role("button").click()
    expect(dialog.locator(".uploads li")).to_have_count(0)


def test_a_file_that_is_too_large_is_not_even_sent(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    _, dialog = note(page)
    dialog.locator("image-drop").evaluate("(element) => (element.dataset.largest = 10)")
    drop(dialog.locator(".memo"), SEA)
    expect(dialog.locator(".uploads li")).to_have_text(re.compile("바다.png: Pictures of at most 16 MB"))
    expect(dialog.locator(".memo-pictures")).to_have_count(0)


def test_a_busy_server_is_asked_again(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[503])
    _, dialog = note(page)
    answers = [503]

    def answer(route: Route) -> None:
        if answers:
            route.fulfill(status=answers.pop(), headers={"Retry-After": "0.1"}, body="busy")
        else:
            route.continue_()

    page.route("**/images", answer)
    drop(dialog.locator(".memo"), SEA)
    expect(dialog.locator(".memo-pictures img")).to_have_count(1)


def test_three_are_sent_at_once_and_one_that_is_cancelled_makes_room(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_ABORTED"])
    _, dialog = note(page)
    held: list[Route] = []
    page.route("**/images", lambda route: held.append(route))
    drop(dialog.locator(".memo"), *((f"{number}.png", "image/png", png(40, 30)) for number in range(5)))
    rows = dialog.locator(".uploads li")
    expect(rows).to_have_count(5)
    while len(held) < 3:
        page.wait_for_event("request")
    with page.expect_request("**/images"):
        rows.first.get_by_role("button", name="Cancel the upload").click()
    assert len(held) == 4
    expect(rows).to_have_count(4)
    for sent in range(1, 5):
        held[sent].continue_()
        expect(dialog.locator(".memo-pictures img")).to_have_count(sent)
    expect(rows).to_have_count(0)


def test_a_server_that_is_not_reached_leaves_the_file_named(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=["ERR_FAILED"])
    _, dialog = note(page)
    page.route("**/images", lambda route: route.abort())
    drop(dialog.locator(".memo"), SEA)
    expect(dialog.locator(".uploads li")).to_contain_text("“바다.png” could not be uploaded")


def test_a_picture_is_dropped_on_a_card(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts(expecting=[422])
    with_memos(page, [{"title": "One"}, {"title": "Two"}])
    page.goto("/")
    card = page.locator(".memo-card", has_text="One")
    drop(card.locator(".memo-card__title"), SEA, LETTER)
    expect(card.locator(".pictures img")).to_have_count(1)
    expect(card).to_contain_text("letter.txt: This file is not a picture.")
    expect(page.locator(".memo-card .pictures")).to_have_count(1)


def test_a_file_that_misses_a_note_does_not_take_the_page_away(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    page.goto("/")
    left = page.locator(".navigation").evaluate(
        """(element) => ["dragover", "drop"].map((name) => {
            const dataTransfer = new DataTransfer()
            dataTransfer.items.add(new File(["x"], "x.png"))
            return element.dispatchEvent(new DragEvent(name, {bubbles: true, cancelable: true, dataTransfer}))
        })"""
    )
    assert left == [False, False]


def test_pictures_dropped_on_a_new_note_make_it(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    page.goto("/")
    composer = page.locator(".composer")
    drop(composer, SEA, ("산.png", "image/png", png(50, 80)))
    expect(composer.locator(".memo-pictures img")).to_have_count(2)
    composer.locator("[name=body]").click()
    page.keyboard.type("two of them")
    page.keyboard.press("Escape")
    expect(page.locator(".memo-card")).to_have_count(1)
    expect(page.locator(".memo-card .pictures img")).to_have_count(2)
    expect(page.locator(".memo-card")).to_contain_text("two of them")
    expect(composer.locator(".memo-pictures")).to_have_count(0)


def test_what_is_typed_and_pasted_into_a_new_note_is_one_note(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    page.goto("/")
    page.locator(".composer [name=body]").click()
    page.keyboard.type("the beach")
    send_events(page.locator(".composer [name=body]"), ["paste"], SEA)
    expect(page.locator(".composer .memo-pictures img")).to_have_count(1)
    page.locator(".composer").get_by_role("button", name="Close").click()
    expect(page.locator(".memo-card")).to_have_count(1)
    expect(page.locator(".memo-card")).to_contain_text("the beach")
    expect(page.locator(".memo-card .pictures img")).to_have_count(1)


@pytest.mark.parametrize("way", ["Escape", "Back", "button"])
def test_a_picture_is_seen_as_large_as_the_window_and_left_for_its_note(
    open_with_scripts: OpenPage, way: str
) -> None:
    page = open_with_scripts()
    memo_id, _dialog = note(page)
    with_pictures(page, memo_id, [png(400, 300), png(120, 200)])
    page.reload()
    page.locator(".memo-pictures a").first.click()
    view = page.locator(".image-view")
    expect(view).to_be_visible()
    expect(view.get_by_role("img")).to_have_accessible_name("Picture 1")
    page.keyboard.press("ArrowRight")
    expect(view).to_contain_text("2 / 2")
    page.keyboard.press("ArrowRight")
    expect(view.get_by_role("img")).to_have_accessible_name("Picture 1")
    if way == "Back":
        page.go_back()
    elif way == "Escape":
        page.keyboard.press("Escape")
    else:
        view.get_by_role("button", name="Close").click()
    expect(view).to_have_count(0)
    expect(page).to_have_url(re.compile(f"/memos/{memo_id}$"))
    expect(page.locator(".memo-pictures a").first).to_be_focused()


def test_a_picture_is_deleted_from_its_large_view_after_a_question(open_with_scripts: OpenPage) -> None:
    page = open_with_scripts()
    memo_id, dialog = note(page)
    with_pictures(page, memo_id, [png(400, 300), png(120, 200)])
    page.goto("/")
    page.locator(".memo-card__link").click()
    dialog.locator(".memo-pictures a").last.click()
    view = page.locator(".image-view")
    view.get_by_role("button", name="Delete the picture").click()
    page.locator("dialog.question").get_by_role("button", name="Delete the picture").click()
    expect(view.get_by_role("img")).to_have_accessible_name("Picture 1")
    expect(dialog.locator(".memo-pictures img")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(view).to_have_count(0)
    expect(dialog).to_be_visible()


def test_on_a_phone_a_picture_is_added_and_swiped_to_the_next(open_on_phone: OpenPage) -> None:
    page = open_on_phone(locale="ko-KR")
    _, dialog = note(page)
    dialog.locator("#memo-file").set_input_files(payloads(SEA, ("산.png", "image/png", png(50, 80))))
    expect(dialog.locator(".memo-pictures img")).to_have_count(2)
    dialog.locator(".memo-pictures a").first.tap()
    view = page.locator(".image-view")
    expect(view).to_contain_text("1 / 2")
    touch = page.context.new_cdp_session(page)
    for kind, x in (("touchStart", 300), ("touchMove", 200), ("touchMove", 80), ("touchEnd", None)):
        points = [] if x is None else [{"x": x, "y": 400}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(view).to_contain_text("2 / 2")
