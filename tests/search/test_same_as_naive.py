"""Both engines find what a naive scan finds, whatever is written, changed and deleted in between."""

from __future__ import annotations

import unicodedata
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from keepwsgi.database import Database
from keepwsgi.memos.models import MemoRow
from keepwsgi.search import service
from tests.factories import make_user
from tests.search import naive
from tests.search.documents import add_row, document, found

# Few letters of each kind, so that a word of the query is now and then in the text: syllables, half syllables,
# letters with case, width and accents, digits, joiners, what separates words, and what has a meaning elsewhere.
_LETTERS = [
    *"가나각ab1漢か",
    "A",
    "ｂ",
    "é",
    "e\u0301",
    "①",
    "ᄀ",
    "ㅏ",
    "ㄱ",
    "🎂",
    "👍🏽",
    "☕\ufe0f",
    "ß",
    "\u00ad",
    "\u200d",
]
_BETWEEN = [" ", " ", "-", ".", "\n", "~", "'", "*", "(", "%", "_", "\u3000"]
_word = st.lists(st.sampled_from(_LETTERS), min_size=1, max_size=5).map("".join)
_long = st.sampled_from(["a" * 15, "a" * 16, "a" * 17, "ab" * 9, "b" * 63, "b" * 64, "b" * 65, "b" * 70])
_mixed = st.lists(st.one_of(_word, _word, _word, _long, st.sampled_from(_BETWEEN)), max_size=9).map("".join)
_text = st.one_of(_mixed, _mixed.map(lambda text: unicodedata.normalize("NFD", text)))

# A term must reach the query as it is: no white space in a word, no quotation mark, no minus or filter in front.
_plain = st.lists(st.one_of(_word, _long, st.sampled_from(list(".~'*(%_"))), min_size=1, max_size=4).map("".join)
_term = st.one_of(
    st.builds(naive.Wanted, _word, is_negated=st.booleans()),
    st.builds(naive.Wanted, _plain, is_negated=st.booleans()),
    st.builds(naive.Wanted, _mixed, is_phrase=st.just(True), is_negated=st.booleans()),
)
_query = st.lists(_term, min_size=1, max_size=3)
_fields = st.fixed_dictionaries({"title": _text, "body": _text, "labels": _text})
_step = st.one_of(
    st.tuples(st.just("keep"), _fields),
    st.tuples(st.just("change"), st.integers(0, 9), st.sampled_from(["title", "body", "labels"]), _text),
    st.tuples(st.just("replace"), st.integers(0, 9), _fields),
    st.tuples(st.just("delete"), st.integers(0, 9)),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=st.lists(_fields, min_size=1, max_size=4), steps=st.lists(_step, max_size=6), data=st.data())
def test_what_is_found_is_what_a_naive_scan_finds(
    database: Database, kept: list[dict[str, str]], steps: list[Any], data: st.DataObject
) -> None:
    user = make_user(database)
    memos: dict[int, dict[str, str]] = {}
    for step in [("keep", fields) for fields in kept] + steps:
        _take(database, user.id, memos, step)
    # Most queries are cut out of what is there: of letters by chance nearly none would find anything.
    texts = [text for fields in memos.values() for text in fields.values()]
    query = data.draw(st.one_of(_query, st.lists(_part_of(texts), min_size=1, max_size=2)))
    typed = " ".join(map(str, query))
    expected = [memo_id for memo_id, fields in memos.items() if naive.is_found(query, list(fields.values()))]
    assert found(database, user, typed) == sorted(expected, reverse=True), typed


def _part_of(texts: list[str]) -> st.SearchStrategy[naive.Wanted]:
    parts = st.tuples(st.sampled_from(texts or [""]), st.integers(0, 12), st.integers(1, 12))
    phrase = parts.map(lambda part: naive.Wanted(part[0][part[1] :][: part[2]], is_phrase=True))
    words = st.sampled_from([word.lstrip("-") for text in texts for word in text.split()] or ["a"])
    cut = st.tuples(words, st.integers(0, 4), st.integers(1, 20))
    word = cut.map(lambda part: naive.Wanted(part[0][part[1] :][: part[2]].lstrip("-")))
    return st.one_of(phrase, word)


def _take(database: Database, user_id: int, memos: dict[int, dict[str, str]], step: Any) -> None:
    """Do to the index and to `memos` the same."""
    action, *arguments = step
    with database.writing(user_id) as write:
        if action == "keep":
            memo_id = add_row(write, user_id)
            memos[memo_id] = arguments[0]
            service.put(write, [document(memo_id, user_id, write.now, arguments[0])])
            return
        if not memos:
            return
        memo_id = sorted(memos)[arguments[0] % len(memos)]
        if action == "change":
            _, field, text = arguments
            memos[memo_id] = memos[memo_id] | {field: text}
            service.change(write, memo_id, **{field: service.tokens(text)})
        elif action == "replace":
            memos[memo_id] = arguments[1]
            service.put(write, [document(memo_id, user_id, write.now, arguments[1])])
        else:
            del memos[memo_id]
            write.session.execute(delete(MemoRow).where(MemoRow.id == memo_id))
