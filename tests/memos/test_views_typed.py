"""Lists as scripts send them: new items between the others, and ticks with the text. None of it is lost."""

from __future__ import annotations

import json
import re

from keepwsgi.memos.schemas import ITEMS_MOST
from tests.clients import Browser, fields_of_form, memo_of
from tests.factories import PASSWORD
from tests.memos.test_views_lists import lines


def typed_into(browser: Browser, body: str = "a\nb", **fields: str) -> tuple[str, dict[str, str]]:
    """The address of a new list, and what its form would send once these fields were typed into it."""
    address = f"/memos/{memo_of(browser, body, kind='checklist').id}"
    return address, fields_of_form(browser.get(address).text, address) | fields


NEW = {"item.new1": "between", "indent.new1": "1", "item.new2": "last", "items_order": "1 new1 2 new2"}


def test_new_items_stand_where_they_were_typed(browser: Browser) -> None:
    memo = memo_of(browser, "a\nb", kind="checklist")
    address = f"/memos/{memo.id}"
    fields = fields_of_form(browser.get(address).text, address)
    assert browser.post(address, **fields | NEW | {"tick.new2": "1"}).status_code == 303
    assert lines(browser, memo) == ["a", "  between", "b", "*last"]
    page = fields_of_form(browser.get(address).text, address)
    assert page["items_order"] == "1 3 2 4"


def test_what_was_sent_twice_is_there_once(browser: Browser) -> None:
    memo = memo_of(browser, "a\nb", kind="checklist")
    address = f"/memos/{memo.id}"
    fields = fields_of_form(browser.get(address).text, address) | NEW
    for _ in range(2):
        assert browser.post(address, **fields).status_code == 303
    assert lines(browser, memo) == ["a", "  between", "b", "last"]


def test_ticks_are_saved_with_the_text_and_those_not_sent_stay(browser: Browser) -> None:
    memo = memo_of(browser, "a\n[x] b\n[x] c", kind="checklist")
    address = f"/memos/{memo.id}"
    fields = fields_of_form(browser.get(address).text, address)
    browser.post(address, **fields | {"tick.1": "1", "tick.2": "0"})
    assert lines(browser, memo) == ["*a", "b", "*c"]


def test_a_new_list_is_sent_as_items(browser: Browser) -> None:
    browser.get("/")
    fields = {"item.new1": "우유", "item.new2": "저지방", "indent.new2": "1", "item.new3": " ", "tick.new2": "1"}
    browser.post("/memos", kind="checklist", body="", items_order="new1 new2 new3", **fields)
    assert fields_of_form(browser.get("/memos/1").text, "/memos/1")["items_order"] == "1 2"
    assert "1 ticked" in browser.get("/").text


def test_a_list_of_blank_items_is_not_kept(browser: Browser) -> None:
    browser.get("/")
    browser.post("/memos", kind="checklist", body="", items_order="new1", **{"item.new1": ""})
    assert browser.get("/memos/1").status_code == 404


def test_a_conflict_shows_new_items_and_ticks_in_their_places(browser: Browser) -> None:
    address, fields = typed_into(browser, **NEW, **{"tick.1": "1", "tick.new1": "1"})
    browser.post(f"{address}/items", text="from elsewhere")
    conflict = browser.post(address, **fields)
    assert conflict.status_code == 409
    assert "[x] a\n  [x] between\nb\nlast" in conflict.text


def test_a_refused_form_comes_back_with_new_items_and_ticks_in_their_places(browser: Browser) -> None:
    address, fields = typed_into(browser, **NEW, **{"tick.2": "1", "tick.new1": "1"})
    refused = browser.post(address, **fields | {"title": "x" * 1001})
    assert refused.status_code == 422
    again = fields_of_form(refused.text, address)
    assert again == fields | {"title": "x" * 1001}
    assert browser.post(address, **again | {"title": "short"}).status_code == 303
    assert "[x] between\n[x] b\nlast" in browser.post(address, **fields | {"title": "other"}).text


def test_a_refused_new_list_comes_back_as_lines(browser: Browser) -> None:
    browser.get("/")
    fields = {"item.new1": "b", "item.new2": "a", "tick.new1": "1", "items_order": "new2 new1"}
    refused = browser.post("/memos", kind="checklist", title="x" * 1001, body="", **fields)
    assert refused.status_code == 422
    assert fields_of_form(refused.text, "/memos")["body"] == "a\n[x] b"


def test_a_list_typed_while_signed_out_is_kept(browser: Browser, visitor: Browser) -> None:
    memo = memo_of(browser, "a\nb", kind="checklist")
    address = f"/memos/{memo.id}"
    fields = fields_of_form(browser.get(address).text, address) | NEW | {"tick.new1": "1"}
    refused = visitor.post(address, **fields)
    assert refused.status_code == 401
    login = fields_of_form(refused.text, "/login") | {"username": browser.user.username, "password": PASSWORD}
    signed_in = visitor.post("/login", **login)
    assert visitor.post(address, **fields_of_form(signed_in.text, address)).status_code == 303
    assert lines(browser, memo) == ["a", "*  between", "b", "last"]


def test_the_longest_list_can_be_saved_from_its_page(browser: Browser) -> None:
    memo = memo_of(browser, "\n".join(f"item {number}" for number in range(ITEMS_MOST)), kind="checklist")
    address = f"/memos/{memo.id}"
    fields = fields_of_form(browser.get(address).text, address) | {"item.2": "second"}
    fields |= {f"{name}.{number}": "1" for number in range(2, ITEMS_MOST + 1) for name in ("indent", "tick")}
    assert browser.post(address, **fields).status_code == 303
    assert lines(browser, memo)[:2] == ["item 0", "*  second"]


def test_hostile_names_of_new_items_are_no_error(browser: Browser) -> None:
    memo = memo_of(browser, "a", kind="checklist")
    browser.get("/")
    for fields in (
        {"item.new": "x"},
        {"item.newnew1": "x"},
        {"item.new" + "9" * 400: "x"},
        {"item.new1": "x", "tick.new1": "maybe"},
        {"tick.7": "1"},
        {"items_order": "new1 new1 new2", "item.new1": "a"},
        {"item.new1": "x" * 20_000},
    ):
        for path in ("/memos", f"/memos/{memo.id}"):
            assert browser.post(path, **fields).status_code in (303, 422)


def test_a_script_is_told_the_rows_of_a_list_without_their_markup(browser: Browser) -> None:
    memo = memo_of(browser, 'it\'s <b>\n  [x] "b"', kind="checklist")
    page = browser.get(f"/memos/{memo.id}", headers={"X-Fragment": "1"}).text
    (told,) = re.findall(r"data-rows='([^']*)'", page)
    assert json.loads(told) == [["1", True, "it's <b>", False, 0, False], ["2", True, '"b"', True, 1, False]]
    assert "<b>" not in page
