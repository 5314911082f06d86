"""Checklists as values: text and back, ticks and what goes with them, a list replaced by another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwsgi.memos.items import (
    Item,
    ItemNotFound,
    Items,
    as_text,
    from_text,
    merged,
    plain_text,
    ticked,
    without,
)
from keepwsgi.memos.schemas import ItemFields

LINES = st.lists(
    st.tuples(
        st.sampled_from(["", " ", "  ", "   ", "\t"]),
        st.sampled_from(["", "[x] ", "[x]", "[ ] "]),
        st.text("ab \t"),
    )
).map(lambda lines: "\n".join("".join(parts) for parts in lines))


@given(st.one_of(st.text(), LINES))
def test_no_line_is_lost_on_the_way_to_a_list_and_back(text: str) -> None:
    assert as_text(from_text(text)) == text


@given(LINES, st.integers(0, 5))
def test_a_list_has_as_many_items_as_the_text_has_lines_with_ids_of_their_own(text: str, made: int) -> None:
    items = from_text(text, made=made)
    assert len(items) == text.count("\n") + 1
    assert [item.id for item in items] == list(range(made + 1, made + 1 + len(items)))
    assert items[0].indent == 0


def test_two_spaces_indent_and_a_cross_in_brackets_ticks() -> None:
    assert from_text("milk\n  [x] oat\n[x] eggs\n[ ] tea") == (
        Item(1, "milk"),
        Item(2, "oat", checked=True, indent=1),
        Item(3, "eggs", checked=True),
        Item(4, "[ ] tea"),
    )


def family() -> Items:
    return from_text("a\n  b\n  c\nd\n  e")


def checked(items: Items) -> str:
    return "".join(item.text for item in items if item.checked)


@pytest.mark.parametrize(("item", "ticks"), [(1, "abc"), (2, "b"), (4, "de"), (5, "e")])
def test_ticking_an_item_ticks_those_under_it(item: int, ticks: str) -> None:
    assert checked(ticked(family(), item, True)) == ticks


@pytest.mark.parametrize(("item", "left"), [(1, "de"), (2, "cde"), (4, "abc"), (5, "abc")])
def test_unticking_an_item_unticks_those_under_it_and_the_one_above(item: int, left: str) -> None:
    everything = tuple(Item(i.id, i.text, checked=True, indent=i.indent) for i in family())
    assert checked(ticked(everything, item, False)) == left


def test_what_stands_first_is_not_indented() -> None:
    assert without(family(), 1)[0] == Item(2, "b")


def test_an_item_that_is_not_there_is_said_so() -> None:
    for change in (lambda: ticked(family(), 9, True), lambda: without(family(), 9)):
        with pytest.raises(ItemNotFound):
            change()


def test_a_given_list_keeps_what_it_does_not_say_of_items_that_are_there() -> None:
    stored = (Item(1, "a", checked=True), Item(2, "b", indent=1), Item(3, "c"))
    given_items = [
        ItemFields(text="new"),
        ItemFields(id=2, text="B"),
        ItemFields(id=1, text="a", checked=False),
        ItemFields(id=99, text="stranger", checked=True),
    ]
    assert merged(stored, given_items, made=7) == (
        Item(8, "new"),
        Item(2, "B", indent=1),
        Item(1, "a"),
        Item(9, "stranger", checked=True),
    )


def test_an_id_given_twice_is_two_items() -> None:
    twice = merged((Item(1, "a", checked=True),), [ItemFields(id=1, text="a"), ItemFields(id=1, text="b")], made=1)
    assert twice == (Item(1, "a", checked=True), Item(2, "b"))


def test_searches_see_the_words_alone() -> None:
    assert plain_text(from_text("milk\n  [x] oat")) == "milk\noat"


def test_a_list_sent_twice_is_the_one_that_is_stored() -> None:
    stored = from_text("a\n  [x] b")
    sent = [ItemFields(text="a"), ItemFields(text="b", checked=True, indent=1)]
    assert merged(stored, sent, made=2) == stored
    assert merged(stored, [*sent, ItemFields(text="c")], made=2)[2] == Item(5, "c")
