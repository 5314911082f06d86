"""Labels without scripts: put on a note, listed at the side, renamed, merged, deleted."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.people import send, with_memos
from tests.browser.test_without_scripts import card


def test_labels_are_added_renamed_merged_and_deleted(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts(locale="ko-KR")
    with_memos(page, [{"title": "첫째"}, {"title": "둘째", "labels": ["일"]}])
    page.goto("/")
    card(page, "첫째").hover()
    card(page, "첫째").locator("summary[aria-label='더보기']").click()
    card(page, "첫째").get_by_role("link", name="라벨…").click()
    # The address leads into the folded labels, which opens them.
    page.locator("#memo-label").fill("집")
    page.get_by_role("button", name="저장").click()
    expect(card(page, "첫째").locator(".chip", has_text="집")).to_be_visible()
    side = page.get_by_role("navigation").first
    side.get_by_role("link", name="집").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("집")
    expect(page.locator(".memo-card")).to_have_count(1)
    expect(side.get_by_role("link", name="집")).to_have_attribute("aria-current", "page")

    page.goto("/labels")
    page.locator("form", has=page.get_by_role("button", name="‘집’ 이름 변경")).locator("[name=name]").fill(
        "우리 집"
    )
    page.get_by_role("button", name="‘집’ 이름 변경").click()
    expect(side.get_by_role("link", name="우리 집")).to_be_visible()

    page.locator("form", has=page.get_by_role("button", name="‘우리 집’ 이름 변경")).locator("[name=name]").fill(
        "일"
    )
    page.get_by_role("button", name="‘우리 집’ 이름 변경").click()
    page.get_by_role("button", name="합치기").click()
    expect(side.get_by_role("link", name="우리 집")).to_have_count(0)
    side.get_by_role("link", name=re.compile("^일")).click()
    expect(page.locator(".memo-card")).to_have_count(2)

    page.goto("/labels")
    page.get_by_role("button", name="‘일’ 삭제").click()
    expect(page.locator("main")).to_contain_text("일")
    page.get_by_role("button", name="라벨 삭제").click()
    expect(page.locator(".label-list")).to_have_count(0)
    page.goto("/")
    expect(page.locator(".memo-card")).to_have_count(2)
    expect(page.locator(".chip")).to_have_count(0)


def test_a_note_written_on_the_board_of_a_label_carries_it(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    page.goto("/labels")
    page.locator("#label-new").fill("Garden")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("link", name=re.compile("^Garden")).first.click()
    expect(page.locator("main")).to_contain_text("No notes with this label yet")
    page.locator(".composer [name=body]").fill("plant the tomatoes")
    page.locator(".composer").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Garden")
    expect(page.locator(".memo-card")).to_contain_text("plant the tomatoes")


def test_text_and_labels_of_a_note_are_saved_by_one_button(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    (memo,) = with_memos(page, [{"title": "Both", "body": "before", "labels": ["Garden"]}])
    send(page, "POST", "/labels", data={"name": "Shed"})
    page.goto(f"/memos/{memo}#labels")
    page.get_by_role("checkbox", name="Shed").check()
    page.get_by_role("checkbox", name="Garden").uncheck()
    page.locator("#memo-label").fill("House")
    page.locator("[name=body]").fill("after")
    page.get_by_role("button", name="Save").click()
    expect(card(page, "Both")).to_contain_text("after")
    assert card(page, "Both").locator(".chip").all_inner_texts() == ["House", "Shed"]


def test_a_name_that_is_taken_is_said_beside_the_field(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts()
    send(page, "POST", "/labels", data={"name": "Garden"})
    page.goto("/labels")
    page.locator("#label-new").fill("Garden")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#label-new")).to_have_accessible_description(re.compile("this name already"))
    expect(page.locator("#label-new")).to_have_value("Garden")


def test_many_labels_scroll_and_leave_the_trash_in_sight(open_without_scripts: OpenPage) -> None:
    page = open_without_scripts(viewport={"width": 1280, "height": 800})
    names = [f"{number:02} " + "long name " * 4 for number in range(12)]
    for name in names:
        send(page, "POST", "/labels", data={"name": name})
    with_memos(page, [{"title": "Much", "labels": names[:5]}])
    page.goto("/")
    page.set_viewport_size({"width": 1280, "height": 480})
    trash = page.get_by_role("navigation").first.get_by_role("link", name="Trash").bounding_box()
    assert trash is not None
    assert trash["y"] + trash["height"] <= 480
    expect(card(page, "Much").locator(".chip--more")).to_have_text("+2")
