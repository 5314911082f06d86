"""Checklists as they are kept: made, changed item by item, turned into text, never emptied by accident."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from keepwsgi.database import Database
from keepwsgi.memos import service
from keepwsgi.memos.drafts import prepare
from keepwsgi.memos.schemas import BODY_LONGEST, ITEMS_MOST, MemoFields
from tests.factories import get_memo, make_memo, make_user


class Desk:
    """A user with a database, to do things to memos in one line each."""

    def __init__(self, database: Database) -> None:
        self.database, self.user = database, make_user(database)

    def memo(self, body: str = "", **fields: Any) -> int:
        return make_memo(self.database, self.user, body, **fields).id

    def do(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        with self.database.writing(self.user.id) as write:
            return function(write, *arguments, **options)

    def patch(self, memo_id: int, *, revision: int | None = None, **fields: Any) -> service.Memo:
        changed: service.Memo = self.do(service.update, memo_id, prepare(MemoFields(**fields)), revision)
        return changed

    def read(self, memo_id: int) -> service.Memo:
        return get_memo(self.database, self.user, memo_id)

    def lines(self, memo_id: int) -> list[str]:
        return [("*" if i.checked else "") + "  " * i.indent + i.text for i in self.read(memo_id).items]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_each_line_of_a_new_list_is_an_item(desk: Desk) -> None:
    memo = desk.read(desk.memo("milk\n  [x] oat\neggs", title="t", kind="checklist"))
    assert (memo.kind, memo.body, memo.body_html) == ("checklist", "", "")
    assert desk.lines(memo.id) == ["milk", "*  oat", "eggs"]


def test_a_list_may_be_given_as_items(desk: Desk) -> None:
    fields = MemoFields(items=[{"text": "a"}, {"text": "b", "checked": True, "indent": 1}])  # type: ignore[list-item]
    memo = desk.do(service.create, prepare(fields))
    assert memo.kind == "checklist"
    assert desk.lines(memo.id) == ["a", "*  b"]


def test_a_text_becomes_a_list_and_the_same_text_again(desk: Desk) -> None:
    text = "# milk\n\n  two\n[x] eggs\n    deep\n"
    memo = desk.memo(text)
    desk.do(service.to_checklist, memo)
    assert desk.read(memo).body == ""
    assert len(desk.read(memo).items) == 6
    desk.do(service.to_text, memo)
    again = desk.read(memo)
    assert (again.body, again.items) == (text, ())
    assert "<h1>milk</h1>" in again.body_html or "milk</h" in again.body_html


def test_turning_a_list_into_a_list_changes_nothing(desk: Desk) -> None:
    memo = desk.memo("a\nb", kind="checklist")
    before = desk.read(memo)
    desk.do(service.to_checklist, memo)
    assert desk.read(memo) == before


def test_items_are_ticked_added_and_deleted(desk: Desk) -> None:
    memo = desk.memo("a\nb\nc", kind="checklist")
    desk.do(service.check_item, memo, 2)
    desk.do(service.add_items, memo, "d\n\n e ")
    assert desk.lines(memo) == ["a", "*b", "c", "d", " e "]
    desk.do(service.delete_item, memo, 1)
    desk.do(service.uncheck_item, memo, 2)
    assert desk.lines(memo) == ["b", "c", "d", " e "]


def test_an_items_id_is_never_used_again(desk: Desk) -> None:
    memo = desk.memo("a\nb", kind="checklist")
    desk.do(service.delete_item, memo, 2)
    desk.do(service.add_items, memo, "c")
    assert [item.id for item in desk.read(memo).items] == [1, 3]
    desk.do(service.to_text, memo)
    desk.do(service.to_checklist, memo)
    assert [item.id for item in desk.read(memo).items] == [4, 5]


def test_all_are_unticked_and_the_ticked_ones_deleted(desk: Desk) -> None:
    memo = desk.memo("a\n[x] b\n[x] c", kind="checklist")
    desk.do(service.delete_checked, memo)
    assert desk.lines(memo) == ["a"]
    desk.do(service.check_item, memo, 1)
    desk.do(service.uncheck_all, memo)
    assert desk.lines(memo) == ["a"]


def test_of_ticks_and_new_items_made_at_once_none_is_lost(desk: Desk) -> None:
    memo = desk.memo("\n".join("abcdefgh"), kind="checklist")
    steps = [(service.check_item, number) for number in range(1, 9)]
    steps += [(service.add_items, f"new {number}") for number in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda step: desk.do(step[0], memo, step[1]), steps))
    items = desk.read(memo).items
    assert [item.text for item in items if item.checked] == list("abcdefgh")
    assert sorted(item.text for item in items if not item.checked) == [f"new {number}" for number in range(4)]
    assert sorted(item.id for item in items) == list(range(1, 13))


def test_the_last_of_a_memo_is_not_deleted(desk: Desk) -> None:
    memo = desk.memo("[x] a", kind="checklist")
    for function, *arguments in ((service.delete_item, 1), (service.delete_checked,)):
        with pytest.raises(service.EmptyMemo):
            desk.do(function, memo, *arguments)
    assert desk.lines(memo) == ["*a"]
    titled = desk.memo("[x] a", kind="checklist", title="t")
    desk.do(service.delete_checked, titled)
    assert desk.lines(titled) == []


def test_a_list_without_a_word_is_not_kept(desk: Desk) -> None:
    with pytest.raises(service.EmptyMemo):
        desk.memo(" \n ", kind="checklist")


def test_every_change_of_an_item_advances_the_revision_and_no_change_does_not(desk: Desk) -> None:
    memo = desk.memo("a\nb", kind="checklist")
    first = desk.read(memo).revision
    desk.do(service.check_item, memo, 1)
    second = desk.read(memo).revision
    desk.do(service.check_item, memo, 1)
    assert first < second == desk.read(memo).revision


def test_what_is_asked_of_another_kind_of_memo_is_refused(desk: Desk) -> None:
    text, items = desk.memo("a"), desk.memo("a", kind="checklist")
    with pytest.raises(service.WrongKind):
        desk.do(service.check_item, text, 1)
    with pytest.raises(service.WrongKind):
        desk.patch(text, items=[{"text": "b"}])
    with pytest.raises(service.WrongKind):
        desk.patch(items, body="b")
    with pytest.raises(service.ItemNotFound):
        desk.do(service.check_item, items, 2)


def test_an_edit_may_change_the_kind_and_the_content_together(desk: Desk) -> None:
    memo = desk.memo("a\nb")
    desk.patch(memo, kind="checklist", items=[{"text": "c"}])
    assert desk.lines(memo) == ["c"]
    assert desk.patch(memo, kind="text", body="d").body == "d"
    assert desk.patch(memo, kind="checklist").items[0].text == "d"


def test_an_edit_on_an_older_revision_is_a_conflict_even_where_the_kind_has_changed(desk: Desk) -> None:
    memo = desk.memo("a\nb", kind="checklist")
    revision = desk.read(memo).revision
    desk.do(service.to_text, memo)
    with pytest.raises(service.Conflict) as conflict:
        desk.patch(memo, items=[{"id": 1, "text": "A"}], revision=revision)
    assert conflict.value.current.body == "a\nb"


def test_a_list_has_an_end(desk: Desk) -> None:
    memo = desk.memo("\n".join("a" * ITEMS_MOST), kind="checklist")
    with pytest.raises(service.TooManyItems):
        desk.do(service.add_items, memo, "one more")
    long = desk.memo("a" * (BODY_LONGEST - 1), kind="checklist")
    with pytest.raises(service.TooManyItems):
        desk.do(service.add_items, long, "bb")
    with pytest.raises(service.TooManyItems):
        desk.do(service.to_checklist, desk.memo("a\n" * ITEMS_MOST))


def test_a_trashed_list_is_left_as_it_is(desk: Desk) -> None:
    memo = desk.memo("a", kind="checklist")
    desk.do(service.trash, memo)
    for function, *arguments in (
        (service.check_item, 1),
        (service.delete_item, 1),
        (service.add_items, "b"),
        (service.to_text,),
        (service.uncheck_all,),
        (service.delete_checked,),
    ):
        with pytest.raises(service.InTrash):
            desk.do(function, memo, *arguments)


def test_somebody_elses_list_is_not_there(desk: Desk, database: Database) -> None:
    memo = make_memo(database, make_user(database), "a", kind="checklist")
    for function, *arguments in ((service.check_item, 1), (service.delete_item, 1), (service.to_text,)):
        with pytest.raises(service.MemoNotFound):
            desk.do(function, memo.id, *arguments)


def test_a_copy_has_the_same_items_and_goes_its_own_way(desk: Desk) -> None:
    memo = desk.memo("a\n[x] b", kind="checklist", labels=["l"])
    copied = desk.do(service.copy, memo)
    assert desk.lines(copied.id) == ["a", "*b"]
    assert [label.name for label in copied.labels] == ["l"]
    desk.do(service.uncheck_all, memo)
    assert desk.lines(copied.id) == ["a", "*b"]
