"""Sort keys: there is always room for one more, at either end and between any two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwsgi.memos.position import between


@given(st.lists(st.integers(min_value=0, max_value=10_000), max_size=300))
def test_keys_made_anywhere_in_a_list_keep_its_order(places: list[int]) -> None:
    keys: list[str] = []
    for place in places:
        at = place % (len(keys) + 1)
        before = keys[at - 1] if at else None
        after = keys[at] if at < len(keys) else None
        keys.insert(at, between(before, after))
    assert keys == sorted(set(keys))
    assert keys == sorted(set(keys), key=str.encode)


@pytest.mark.parametrize("on_top", [True, False])
def test_keys_stay_short_however_many_are_added_at_one_end(on_top: bool) -> None:
    key = between(None, None)
    for _ in range(20_000):
        new = between(None, key) if on_top else between(key, None)
        assert (new < key) is on_top
        key = new
    assert len(key) <= 4


def test_the_order_of_two_keys_cannot_be_given_the_wrong_way_round() -> None:
    with pytest.raises(ValueError, match="nothing is between"):
        between("a1", "a0")


def test_a_key_between_the_same_two_neighbours_grows_slowly() -> None:
    low, high = between(None, None), between(between(None, None), None)
    for _ in range(1000):
        high = between(low, high)
    assert len(high) < 250
