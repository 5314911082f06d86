"""Searching memos: all that a memo holds is found as soon as it is written, until it is gone."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.memos import bulk, service
from keepwsgi.memos.demo import demo_memos
from keepwsgi.memos.drafts import prepare
from keepwsgi.memos.schemas import MemoFields
from keepwsgi.search.service import parse
from tests.factories import make_memo, make_user


def found(
    database: Database, user: User, query: str, view: service.View | None = None, **options: Any
) -> list[int]:
    ids: list[int] = []
    cursor: str | None = None
    while True:
        with database.reading() as session:
            page = service.found(session, user.id, parse(query), view, limit=3, cursor=cursor, **options)
        ids += [memo.id for memo in page.memos]
        cursor = page.next_cursor
        if cursor is None:
            return ids


def act(database: Database, user: User, function: Callable[..., Any], *arguments: Any) -> Any:
    with database.writing(user.id) as write:
        return function(write, *arguments)


def edit(database: Database, user: User, memo_id: int, **fields: Any) -> None:
    act(database, user, service.update, memo_id, prepare(MemoFields(**fields)))


@pytest.mark.parametrize("query", ["label:\0", 'label:"a\0b"', "label:\ud800", "a\0b", "color:\0", "before:\0"])
def test_a_query_that_no_database_can_be_asked_finds_nothing(database: Database, query: str) -> None:
    user = make_user(database)
    make_memo(database, user, "a", labels=["a"])
    assert found(database, user, query) == []


def test_title_text_items_and_labels_are_found_the_newest_first(database: Database) -> None:
    user = make_user(database)
    memos = [
        make_memo(database, user, "x", title="주간 회의록"),
        make_memo(database, user, "다음 회의록은 화요일에"),
        make_memo(database, user, "첫째\n[x] 회의록 정리", kind="checklist"),
        make_memo(database, user, labels=["회의록"]),
        make_memo(database, user, "아무것도"),
    ]
    assert found(database, user, "의록") == [memo.id for memo in reversed(memos[:4])]


def test_an_edit_is_found_at_once_and_what_it_replaced_is_not(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "oldword", title="oldtitle").id
    edit(database, user, memo, body="newword")
    assert (found(database, user, "oldword"), found(database, user, "newword")) == ([], [memo])
    edit(database, user, memo, title="newtitle")
    assert (found(database, user, "oldtitle"), found(database, user, "newtitle newword")) == ([], [memo])
    act(database, user, service.to_checklist, memo)
    act(database, user, service.add_items, memo, "another")
    assert found(database, user, "another newword is:checklist") == [memo]
    act(database, user, service.delete_item, memo, 1)
    assert found(database, user, "newword") == []


def test_title_and_text_changed_together_are_both_found(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "oldword", title="oldtitle").id
    edit(database, user, memo, title="newtitle", body="newword")
    assert found(database, user, "newtitle") == found(database, user, "newword") == [memo]
    edit(database, user, memo, kind="checklist", body="[x] ticked\nlisted", title="list")
    assert found(database, user, "list ticked listed") == [memo]
    assert found(database, user, "newword") == found(database, user, "x") == []


def test_a_copy_is_found_beside_the_original(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "apple", title="fruit", labels=["l"], color="red").id
    copied = act(database, user, service.copy, memo).id
    assert found(database, user, "apple fruit label:l color:red") == [copied, memo]


def test_every_state_is_a_filter(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "apple").id
    for function, query, undo in (
        (service.pin, "is:pinned", service.unpin),
        (service.archive, "is:archived", service.unarchive),
        (service.to_checklist, "is:checklist", service.to_text),
    ):
        assert found(database, user, f"apple {query}") == []
        assert found(database, user, f"apple -{query}") == [memo]
        act(database, user, function, memo)
        assert found(database, user, f"apple {query}") == [memo]
        assert found(database, user, query) == [memo]
        act(database, user, undo, memo)
    act(database, user, service.set_color, memo, "teal")
    assert found(database, user, "color:teal") == [memo]
    assert found(database, user, "color:default") == []
    act(database, user, service.set_labels, memo, ["My label"])
    assert found(database, user, 'apple color:teal label:"my LABEL"') == [memo]
    assert found(database, user, "color:red") == found(database, user, "label:other") == []
    assert found(database, user, "apple -label:other") == [memo]


def test_the_trash_and_the_archive_are_views_of_their_own(database: Database) -> None:
    user = make_user(database)
    active, archived, trashed = (make_memo(database, user, "apple").id for _ in range(3))
    act(database, user, service.archive, archived)
    act(database, user, service.trash, trashed)
    assert found(database, user, "apple") == [archived, active]
    assert found(database, user, "apple", "active") == [active]
    assert found(database, user, "apple", "archived") == [archived]
    assert found(database, user, "apple", "trashed") == [trashed]
    act(database, user, service.restore, trashed)
    assert found(database, user, "apple") == [trashed, archived, active]
    act(database, user, service.trash, trashed)
    act(database, user, service.empty_trash)
    assert found(database, user, "apple", "trashed") == []


def test_nobody_finds_somebody_elses(database: Database) -> None:
    user, other = make_user(database), make_user(database)
    make_memo(database, user, "apple", labels=["fruit"])
    mine = make_memo(database, other, "apple").id
    assert found(database, other, "apple") == [mine]
    assert found(database, other, "label:fruit") == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Straße", "STRASSE"), ("집안일", unicodedata.normalize("NFD", "집안일")), ("É", "e\u0301")],
)
def test_a_label_is_asked_for_in_any_spelling_of_its_name(database: Database, name: str, typed: str) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "apple", labels=[name]).id
    make_memo(database, user, "apple")
    assert found(database, user, f"label:{typed}") == [memo]


def test_only_memos_of_a_label_are_found_where_that_is_asked(database: Database) -> None:
    user = make_user(database)
    with_it, _ = make_memo(database, user, "apple", labels=["a"]), make_memo(database, user, "apple")
    assert found(database, user, "apple", label_id=with_it.labels[0].id) == [with_it.id]


def test_many_memos_at_once_are_found_and_the_index_made_anew_finds_the_same(database: Database) -> None:
    user = make_user(database)
    with database.writing(user.id) as write:
        bulk.insert_many(write, demo_memos(100))
    queries = ["두부", "groceries", "여행", "color:red", "is:checklist", "label:집", "회의 -안건", "a"]
    before = [found(database, user, query) for query in queries]
    assert sum(bool(ids) for ids in before) >= 6
    with database.writing(None) as write:
        write.session.execute(text("DELETE FROM search_documents"))
    assert found(database, user, "두부") == []
    told: list[int] = []
    assert bulk.index_all(database, told.append) == 100
    assert sum(told) == 100
    assert [found(database, user, query) for query in queries] == before


def test_the_index_made_anew_has_every_memo_of_every_user_with_all_it_holds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_AT_ONCE", 2)  # a memo at the end of a batch is no other than the rest
    user, other = make_user(database), make_user(database)
    memos = [make_memo(database, owner, "apple").id for owner in (user, user, other, user, other, user, user)]
    act(database, user, service.set_labels, memos[1], ["label"])
    act(database, user, service.to_checklist, memos[3])
    act(database, user, service.trash, memos[5])
    for _ in range(2):  # the second time over a full one
        assert bulk.index_all(database) == 7
        assert found(database, user, "apple") == [memos[at] for at in (6, 3, 1, 0)]
        assert found(database, other, "apple") == [memos[at] for at in (4, 2)]
        assert found(database, user, "label:label") == found(database, user, "labe") == [memos[1]]
        assert found(database, user, "is:checklist apple") == [memos[3]]
        assert found(database, user, "apple", "trashed") == [memos[5]]
    with database.writing(None) as write:
        # What an index that was damaged may hold of what is no longer there.
        write.session.execute(text("UPDATE search_documents SET body = ' ghost '"))
    bulk.index_all(database)
    assert found(database, user, "ghost") == []
    assert found(database, user, "apple")


@pytest.mark.parametrize(
    "query", ["", "  ", '"', "-", "label:", "AND OR NOT", "a*", "x NEAR y", "(", "color:nope"]
)
def test_no_query_is_an_error(database: Database, query: str) -> None:
    user = make_user(database)
    make_memo(database, user, "apple")
    found(database, user, query)
