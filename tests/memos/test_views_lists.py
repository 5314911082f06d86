"""Checklists over HTTP: made in the composer, ticked on the board, edited and converted, none of it lost."""

from __future__ import annotations

import re

from keepwsgi.memos import service
from tests.clients import Browser, fields_of_form, memo_of, now


def lines(browser: Browser, memo: service.Memo) -> list[str]:
    return [("*" if i.checked else "") + "  " * i.indent + i.text for i in now(browser, memo).items]


def test_each_line_typed_into_a_new_list_is_an_item(browser: Browser) -> None:
    browser.get("/")
    assert browser.post("/memos", title="장보기", body="우유\r\n[x] 두부", kind="checklist").status_code == 303
    page = browser.get("/").text
    assert "우유" in page
    assert "1 ticked" in page
    assert 'action="/memos/1/items/1/check"' in page
    assert 'action="/memos/1/items/2/uncheck"' in page


def test_an_item_is_ticked_from_the_board_and_one_comes_back_to_the_card(browser: Browser) -> None:
    memo = memo_of(browser, "a\nb", kind="checklist")
    browser.get("/")
    response = browser.post(f"/memos/{memo.id}/items/1/check", next=f"/#memo-{memo.id}")
    assert (response.status_code, response.location) == (303, f"/#memo-{memo.id}")
    assert lines(browser, memo) == ["*a", "b"]
    browser.post(f"/memos/{memo.id}/items/1/uncheck")
    assert lines(browser, memo) == ["a", "b"]


def test_items_are_added_and_deleted(browser: Browser) -> None:
    memo = memo_of(browser, "a", kind="checklist")
    browser.get("/")
    browser.post(f"/memos/{memo.id}/items", text="b\r\n\r\nc")
    browser.post(f"/memos/{memo.id}/items/1/delete")
    browser.post(f"/memos/{memo.id}/items", text="")
    assert lines(browser, memo) == ["b", "c"]


def test_a_text_becomes_a_list_and_a_text_again(browser: Browser) -> None:
    memo = memo_of(browser, "a\n\n  b")
    browser.get("/")
    assert browser.post(f"/memos/{memo.id}/checklist").status_code == 303
    assert lines(browser, memo) == ["a", "", "  b"]
    assert browser.post(f"/memos/{memo.id}/text").status_code == 303
    assert now(browser, memo).body == "a\n\n  b"


def test_ticked_items_are_unticked_or_deleted_together(browser: Browser) -> None:
    memo = memo_of(browser, "[x] a\nb\n[x] c", kind="checklist")
    browser.get("/")
    browser.post(f"/memos/{memo.id}/uncheck-all")
    assert lines(browser, memo) == ["a", "b", "c"]
    browser.post(f"/memos/{memo.id}/items/2/check")
    browser.post(f"/memos/{memo.id}/delete-checked")
    assert lines(browser, memo) == ["a", "c"]


def test_deleting_all_there_is_is_not_done_and_said_so(browser: Browser) -> None:
    memo = memo_of(browser, "[x] a", kind="checklist")
    browser.get("/")
    assert browser.post(f"/memos/{memo.id}/delete-checked").status_code == 303
    assert "Nothing would be left of the note" in browser.get("/").text
    assert lines(browser, memo) == ["*a"]


def test_a_button_for_a_list_that_is_a_text_by_now_says_so(browser: Browser) -> None:
    memo = memo_of(browser, "a", kind="checklist")
    browser.get("/")
    browser.post(f"/memos/{memo.id}/text")
    response = browser.post(f"/memos/{memo.id}/items/1/check")
    assert response.status_code == 409
    assert "not a list any more" in response.text
    assert browser.post(f"/memos/{memo.id}/items/99/check").status_code == 409


def test_an_item_that_is_gone_is_404(browser: Browser) -> None:
    memo = memo_of(browser, "a", kind="checklist")
    browser.get("/")
    for item_id in (2, 0, 2**70):
        assert browser.post(f"/memos/{memo.id}/items/{item_id}/check").status_code == 404


def test_the_form_of_a_list_sends_back_what_it_shows(browser: Browser) -> None:
    memo = memo_of(browser, "a\n  [x] b & <c>\nd", kind="checklist", title="t")
    fields = fields_of_form(browser.get(f"/memos/{memo.id}").text, f"/memos/{memo.id}")
    fields["indent.2"] = "1"
    assert browser.post(f"/memos/{memo.id}", **fields).status_code == 303
    assert now(browser, memo) == memo


def test_a_list_is_edited_in_its_form(browser: Browser) -> None:
    memo = memo_of(browser, "a\n[x] b\nc", kind="checklist")
    fields = fields_of_form(browser.get(f"/memos/{memo.id}").text, f"/memos/{memo.id}")
    fields |= {"item.1": "A", "item.3": " ", "items_new": "d\r\n\r\ne", "indent.2": "1"}
    assert browser.post(f"/memos/{memo.id}", **fields).status_code == 303
    assert lines(browser, memo) == ["A", "*  b", "d", "e"]


def test_two_people_editing_a_list_see_both_and_lose_none(browser: Browser) -> None:
    memo = memo_of(browser, "a\nb", kind="checklist")
    fields = fields_of_form(browser.get(f"/memos/{memo.id}").text, f"/memos/{memo.id}")
    browser.post(f"/memos/{memo.id}/items/2/check")
    conflict = browser.post(f"/memos/{memo.id}", **fields | {"item.1": "mine"})
    assert conflict.status_code == 409
    assert "mine" in conflict.text
    assert "[x] b" in conflict.text
    again = fields_of_form(conflict.text, f"/memos/{memo.id}")
    assert browser.post(f"/memos/{memo.id}", **again).status_code == 303
    assert lines(browser, memo)[0] == "mine"


def test_an_edit_of_a_list_that_was_thrown_away_is_offered_as_a_new_list(browser: Browser) -> None:
    memo = memo_of(browser, "a\nb", kind="checklist")
    fields = fields_of_form(browser.get(f"/memos/{memo.id}").text, f"/memos/{memo.id}")
    browser.post(f"/memos/{memo.id}/trash")
    gone = browser.post(f"/memos/{memo.id}", **fields | {"item.1": "mine"})
    assert gone.status_code == 409
    assert browser.post("/memos", **fields_of_form(gone.text, "/memos")).status_code == 303
    assert "mine" in browser.get("/").text


def test_hostile_fields_of_a_list_are_no_error(browser: Browser) -> None:
    memo = memo_of(browser, "a", kind="checklist")
    browser.get("/")
    for fields in (
        {"item.": "x"},
        {"item.x": "x"},
        {"item.-1": "x"},
        {"item." + "9" * 400: "x"},
        {"item.٣": "x"},
        {"item.1": "x" * 20_000},
        {"items_order": "1 1 x 99 " * 100, "item.1": "a"},
        {"items_new": "\n".join("x" * 3_000)},
        {"items_text": "a\n" * 5_000},
        {"item.1": "a\0"},
    ):
        assert browser.post(f"/memos/{memo.id}", **fields).status_code in (303, 422)


def test_items_are_text_never_html(browser: Browser) -> None:
    memo = memo_of(browser, "<b>bold</b> & **stars**", kind="checklist")
    for page in ("/", f"/memos/{memo.id}"):
        text = browser.get(page).text
        assert "<b>bold</b>" not in text
        assert re.search(r"&lt;b&gt;bold&lt;/b&gt; &amp; \*\*stars\*\*", text)


def test_what_is_deleted_from_a_list_can_be_taken_back(browser: Browser) -> None:
    memo = memo_of(browser, "[x] a\n  b\n[x] c", kind="checklist")
    browser.get("/")
    for path, left in (("delete-checked", ["b"]), ("items/5/delete", ["*a", "*c"])):
        browser.post(f"/memos/{memo.id}/{path}")
        assert lines(browser, memo) == left
        undo = fields_of_form(browser.get("/").text, f"/memos/{memo.id}")
        assert browser.post(f"/memos/{memo.id}", **undo).location == "/"
        assert lines(browser, memo) == ["*a", "  b", "*c"]


def test_what_is_deleted_is_not_taken_back_over_what_was_written_since(browser: Browser) -> None:
    memo = memo_of(browser, "[x] a\nb", kind="checklist")
    browser.get("/")
    browser.post(f"/memos/{memo.id}/delete-checked")
    undo = fields_of_form(browser.get("/").text, f"/memos/{memo.id}")
    browser.post(f"/memos/{memo.id}/items", text="since")
    assert browser.post(f"/memos/{memo.id}", **undo).status_code == 409
    assert lines(browser, memo) == ["b", "since"]


def test_a_list_too_long_to_be_offered_back_is_asked_about_first(browser: Browser) -> None:
    memo = memo_of(browser, "[x] a\n" + "b" * 400, kind="checklist")
    browser.get("/")
    question = browser.post(f"/memos/{memo.id}/delete-checked")
    assert (question.status_code, len(lines(browser, memo))) == (200, 2)
    path = f"/memos/{memo.id}/delete-checked"
    assert browser.post(path, **fields_of_form(question.text, path)).status_code == 303
    assert lines(browser, memo) == ["b" * 400]
