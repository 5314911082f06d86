"""What may be typed, and how it is understood."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwsgi.memos.schemas import COLORS
from keepwsgi.search import grammar
from keepwsgi.search.grammar import Filter, parse, toggled
from keepwsgi.search.tokens import needle, tokens


def terms(query: str) -> list[str]:
    """The terms of a query, as `-"a b"`."""
    return [
        ("-" if term.is_negated else "")
        + ('"{}"' if term.is_exact else "{}").format(" ".join(segment.text for segment in term.segments))
        for term in parse(query).terms
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("one Two", ["one", "two"]),
        ("one  one", ["one"]),
        ("foo-bar 3월", ["foo bar", "3 월"]),
        ('"a phrase" -not', ['"a phrase"', "-not"]),
        ('-"a phrase"', ['-"a phrase"']),
        ('"never closed', ['"never closed"']),
        ("“커피 한 잔”", ['"커피 한 잔"']),
        ('foo"bar baz"-qux', ["foo", '"bar baz"', "-qux"]),
        ("--foo", ["-foo"]),
        ("http://a.b", ["http a b"]),
        ('foo:"bar baz"', ["foo", '"bar baz"']),
        ('- !? "" "," -""', []),
        ("is is:", ["is"]),
    ],
)
def test_words_and_phrases(query: str, expected: list[str]) -> None:
    assert terms(query) == expected
    assert parse(query).is_empty is not bool(expected)


@pytest.mark.parametrize(
    ("query", "key", "value"),
    [
        ("label:work", "label", "work"),
        ('LABEL:"홈  페이지"', "label", "홈 페이지"),
        ("label：홈", "label", "홈"),
        ("color:Red", "color", "red"),
        ("is:pinned", "is", "pinned"),
        ("is:archived", "is", "archived"),
        ("is:checklist", "is", "checklist"),
        ("has:image", "has", "image"),
        ("before:2024", "before", date(2024, 1, 1)),
        ("after:2024-05", "after", date(2024, 5, 1)),
        ("after:2024.5.17", "after", date(2024, 5, 17)),
        ("after:２０２４/05/17", "after", date(2024, 5, 17)),
    ],
)
def test_filters(query: str, key: str, value: Any) -> None:
    assert parse(query).filters == (Filter(key, value, is_negated=False),)
    assert parse("-" + query).filters == (Filter(key, value, is_negated=True),)
    assert parse(query).terms == ()
    assert parse(query).label_names == ((value,) if key == "label" else ())


@pytest.mark.parametrize(
    "query",
    [
        "label:",
        'label:" "',
        "label:a\0b",
        "color:mauve",
        "is:happy",
        "has:",
        "before:yesterday",
        "after:2024-13",
        "before:2023-02-29",
    ],
)
def test_a_filter_that_makes_no_sense_is_named_and_left_out(query: str) -> None:
    understood = parse(f"word {query}")
    assert understood.problems == ((query.partition(":")[0], query),)
    assert understood.filters == ()
    assert terms(f"word {query}") == ["word"]


def test_colours_are_those_of_memos() -> None:
    assert set(COLORS) == grammar.COLORS


def test_what_is_too_long_is_cut_off_and_said() -> None:
    many = parse(" ".join(f"word{number}" for number in range(40)))
    assert len(many.terms) == grammar.TERMS_MOST
    assert many.problems[0][0] == "many"
    long = parse("a" * 2_000)
    assert len(long.terms[0].segments[0].text) == grammar.QUERY_LONGEST
    assert long.problems == (("long", "a" * 1_000),)


@given(st.text(max_size=80))
def test_no_text_is_an_error(query: str) -> None:
    understood = parse(query)
    assert understood == parse(query)
    hash(understood)
    for term in understood.terms:
        assert needle(term.segments, is_exact=term.is_exact).tokens


@given(st.text(max_size=80))
def test_tokens_hold_nothing_that_means_something_to_the_index(text: str) -> None:
    for token in tokens(text).split(" ") if tokens(text) else []:
        assert token.removeprefix("~").isalnum() or not token.isascii()
        assert not set(token.removeprefix("~")) & set(" \t\n\0~.\"'*^(){}:+-\ud800")


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("", Filter("is", "pinned", False), "is:pinned"),
        ("milk", Filter("label", "work", False), "milk label:work"),
        ("milk ", Filter("label", "우리 집", False), 'milk label:"우리 집"'),
        ('milk label:"우리  집" bread', Filter("label", "우리 집", False), "milk bread"),
        ("LABEL:work", Filter("label", "work", False), ""),
        ("is:pinned is:pinned milk", Filter("is", "pinned", False), "milk"),
        ("-is:pinned", Filter("is", "pinned", False), "-is:pinned is:pinned"),
        ('"rye bread', Filter("has", "image", False), '"rye bread" has:image'),
        ("“rye", Filter("has", "image", False), '“rye" has:image'),
        ('a"b"is:pinned"c"', Filter("is", "pinned", False), 'a"b" "c"'),
        ("color:", Filter("color", "red", False), "color: color:red"),
    ],
)
def test_a_filter_is_put_into_a_query_and_taken_out_of_it(text: str, found: Filter, expected: str) -> None:
    assert toggled(text, found) == expected


def test_a_filter_takes_the_place_of_another() -> None:
    pinned, archived = Filter("is", "pinned", False), Filter("is", "archived", False)
    assert toggled("is:pinned milk", archived, instead_of=[pinned]) == "milk is:archived"
    assert toggled("is:archived is:pinned", archived, instead_of=[pinned]) == "is:pinned"


def test_a_name_with_a_quotation_mark_cannot_be_typed() -> None:
    with pytest.raises(ValueError, match="quotation"):
        toggled("", Filter("label", "the “new” one", False))


FILTERS = st.one_of(
    st.sampled_from(sorted(COLORS)).map(lambda color: Filter("color", color, False)),
    st.sampled_from(["work", "우리 집", "a:b", "-x", "is:pinned"]).map(lambda name: Filter("label", name, False)),
)
PIECES = st.lists(
    st.sampled_from(['"', "“", " ", "-", "label:", "color:red", "work", "우리 집", "x", ":", "is:pinned"])
)


@given(pieces=PIECES, found=FILTERS)
def test_nothing_else_in_a_query_is_changed_by_a_filter(pieces: list[str], found: Filter) -> None:
    text = "".join(pieces)
    before = parse(text)
    after = parse(toggled(text, found))
    assert set(after.filters) == set(before.filters) ^ {found}
    assert list(after.terms) == list(before.terms)
