"""Labels: unique names, memos that carry them, counts that are right, renaming, merging and deleting."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.database.models import Tombstone
from keepwsgi.labels import service as labels
from keepwsgi.labels.models import LabelRow, MemoLabel
from keepwsgi.labels.schemas import LabelReference
from keepwsgi.memos import service
from keepwsgi.memos.models import MemoRow
from tests.factories import get_memo, make_memo, make_user


def act(database: Database, user: User, function: Any, *arguments: Any, **options: Any) -> Any:
    with database.writing(user.id) as write:
        return function(write, *arguments, **options)


def listed(database: Database, user: User) -> dict[str, int]:
    with database.reading() as session:
        return {label.name: label.memo_count for label in labels.list_all(session, user.id)}


def carried(database: Database, user: User, memo: service.Memo) -> list[str]:
    return [label.name for label in get_memo(database, user, memo.id).labels]


def test_a_label_is_made_by_naming_it(database: Database) -> None:
    user = make_user(database)
    one = make_memo(database, user, labels=["장보기", "Work"])
    two = make_memo(database, user, labels=["WORK", unicodedata.normalize("NFD", "장보기")])
    assert listed(database, user) == {"Work": 2, "장보기": 2}
    assert one.labels == two.labels


def test_a_label_is_its_users_own(database: Database) -> None:
    user, other = make_user(database), make_user(database)
    memo = make_memo(database, user, labels=["Work"])
    assert listed(database, other) == {}
    theirs = make_memo(database, other)
    for function in (labels.rename, labels.delete):
        with pytest.raises(labels.LabelNotFound):
            act(database, other, function, memo.labels[0].id, *(["x"] if function is labels.rename else []))
    with pytest.raises(labels.LabelNotFound):
        act(database, other, service.set_labels, theirs.id, [LabelReference(id=memo.labels[0].id)])
    with database.reading() as session, pytest.raises(labels.LabelNotFound):
        labels.get(session, other.id, memo.labels[0].id)
    assert listed(database, user) == {"Work": 1}


def test_a_memo_carries_just_the_labels_it_was_given_last(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, labels=["a", "b"])
    changed = act(database, user, service.set_labels, memo.id, ["b", "c"])
    assert [label.name for label in changed.labels] == ["b", "c"]
    assert changed.revision > memo.revision
    assert listed(database, user) == {"a": 0, "b": 1, "c": 1}
    assert act(database, user, service.set_labels, memo.id, ["C", "b"]).revision == changed.revision


def test_a_label_of_the_same_name_is_not_made_twice(database: Database) -> None:
    user = make_user(database)
    first = act(database, user, labels.create, "Ｗork")
    with pytest.raises(labels.LabelExists) as exists:
        act(database, user, labels.create, "Ｗork")
    assert exists.value.label == first


def test_renaming_stamps_the_memos_that_carry_it_and_they_are_found_by_the_new_name(database: Database) -> None:
    user = make_user(database)
    with_it, without = make_memo(database, user, labels=["old"]), make_memo(database, user)
    renamed = act(database, user, labels.rename, with_it.labels[0].id, "새이름")
    assert renamed.id == with_it.labels[0].id
    assert carried(database, user, with_it) == ["새이름"]
    assert get_memo(database, user, with_it.id).revision > with_it.revision
    assert get_memo(database, user, without.id).revision == without.revision
    assert found(database, user, "새이름") == [with_it.id]
    assert found(database, user, "old") == []
    assert found(database, user, "label:새이름") == [with_it.id]


def found(database: Database, user: User, query: str) -> list[int]:
    with database.reading() as session:
        from keepwsgi.search.service import parse

        return [memo.id for memo in service.found(session, user.id, parse(query), None, limit=50).memos]


def test_renaming_to_another_labels_name_asks_and_then_merges(database: Database) -> None:
    user = make_user(database)
    one, both, two = (make_memo(database, user, labels=names) for names in (["a"], ["a", "b"], ["b"]))
    a, b = both.labels
    with pytest.raises(labels.LabelExists) as exists:
        act(database, user, labels.rename, a.id, "B")
    assert exists.value.label == b
    assert act(database, user, labels.rename, a.id, "B", merge=True) == b
    assert listed(database, user) == {"b": 3}
    for memo in (one, both, two):
        assert carried(database, user, memo) == ["b"]
    assert get_memo(database, user, two.id).revision == two.revision
    assert sorted(found(database, user, "label:b")) == [one.id, both.id, two.id]
    with database.reading() as session:
        stones = session.execute(select(Tombstone.kind, Tombstone.object_id)).all()
    assert [tuple(stone) for stone in stones if stone.object_id == a.id and stone.kind == "label"] == [
        ("label", a.id)
    ]


def test_changing_only_the_case_of_a_name_is_no_merge(database: Database) -> None:
    user = make_user(database)
    label = act(database, user, labels.create, "work")
    assert act(database, user, labels.rename, label.id, "Work").name == "Work"
    assert listed(database, user) == {"Work": 0}


def test_deleting_a_label_leaves_its_memos(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, labels=["a", "b"])
    act(database, user, labels.delete, memo.labels[0].id)
    assert carried(database, user, memo) == ["b"]
    assert get_memo(database, user, memo.id).revision > memo.revision
    assert found(database, user, "label:a") == []
    with pytest.raises(labels.LabelNotFound):
        act(database, user, labels.delete, memo.labels[0].id)


def test_a_label_of_that_name_may_be_made_anew(database: Database) -> None:
    user = make_user(database)
    first = act(database, user, labels.create, "a")
    act(database, user, labels.delete, first.id)
    assert act(database, user, labels.create, "a").id > first.id


def test_the_labels_of_a_memo_in_the_trash_stay_but_do_not_count(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, labels=["a"])
    act(database, user, service.trash, memo.id)
    assert (listed(database, user), carried(database, user, memo)) == ({"a": 0}, ["a"])
    act(database, user, service.restore, memo.id)
    assert listed(database, user) == {"a": 1}
    act(database, user, service.trash, memo.id)
    act(database, user, service.delete, memo.id)
    assert listed(database, user) == {"a": 0}


def test_there_is_an_end_of_labels(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user(database)
    monkeypatch.setattr(labels, "LABELS_MOST", 2)
    memo = make_memo(database, user, labels=["a", "b"])
    with pytest.raises(labels.TooManyLabels):
        act(database, user, service.set_labels, memo.id, ["a", "c"])
    assert carried(database, user, memo) == ["a", "b"]


def board(database: Database, user: User, label_id: int) -> list[int]:
    ids: list[int] = []
    cursor: str | None = None
    while True:
        with database.reading() as session:
            page = service.labelled(session, user.id, label_id, limit=2, cursor=cursor)
        ids += [memo.id for memo in page.memos]
        cursor = page.next_cursor
        if cursor is None:
            return ids


ACTIONS = [
    "pin",
    "unpin",
    "archive",
    "unarchive",
    "trash",
    "restore",
    "before",
    "after",
    "label",
    "unlabel",
    "delete",
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 5), st.integers(0, 5)), max_size=30))
def test_a_labels_board_and_count_are_right_whatever_happens_to_its_memos(
    database: Database, steps: list[tuple[str, int, int]]
) -> None:
    user = make_user(database)
    label = act(database, user, labels.create, "l")
    memos = [make_memo(database, user, labels=["l"] if n % 2 else []).id for n in range(6)]
    for action, first, second in steps:
        one, two = memos[first], memos[second]
        try:
            match action:
                case "before" | "after":
                    act(database, user, service.move, one, **{action: two})
                case "label":
                    act(database, user, service.set_labels, one, ["l", "m"])
                case "unlabel":
                    act(database, user, service.set_labels, one, ["m"])
                case _:
                    act(database, user, getattr(service, action), one)
        except (service.InTrash, service.NotInTrash, service.MemoNotFound):
            continue
    with database.reading() as session:
        rows = session.execute(
            select(MemoRow.id)
            .join(MemoLabel, MemoLabel.memo_id == MemoRow.id)
            .where(MemoLabel.label_id == label.id, MemoRow.trashed_at.is_(None))
            .order_by(MemoRow.archived, MemoRow.pinned.desc(), MemoRow.position)
        ).all()
        counts = session.execute(select(LabelRow.id, LabelRow.memo_count).where(LabelRow.user_id == user.id)).all()
        true = {
            label_id: session.execute(
                select(func.count())
                .select_from(MemoLabel)
                .join(MemoRow, MemoRow.id == MemoLabel.memo_id)
                .where(MemoLabel.label_id == label_id, MemoRow.trashed_at.is_(None))
            ).scalar_one()
            for label_id, _ in counts
        }
    assert board(database, user, label.id) == [row.id for row in rows]
    assert {row.id: row.memo_count for row in counts} == true


def test_a_labels_board_shows_pinned_memos_first_and_archived_ones_last_wherever_they_go(
    database: Database,
) -> None:
    user = make_user(database)
    one, two, three = [make_memo(database, user, labels=["l"]) for _ in range(3)][::-1]
    label_id = one.labels[0].id
    for function, memo, expected in (
        (service.pin, three, [three, one, two]),
        (service.archive, one, [three, two, one]),
        (service.pin, two, [two, three, one]),
        (service.unpin, three, [two, three, one]),
        (service.unpin, two, [two, three, one]),
        (service.unarchive, one, [one, two, three]),
        (service.trash, two, [one, three]),
        (service.restore, two, [one, two, three]),
        (service.archive, two, [one, three, two]),
        (service.trash, one, [three, two]),
    ):
        act(database, user, function, memo.id)
        assert board(database, user, label_id) == [each.id for each in expected]
    with database.reading() as session:
        page = service.labelled(session, user.id, label_id, limit=10)
    assert [len(page.pinned), len(page.others), len(page.archived)] == [0, 1, 1]


def test_a_label_board_of_another_user_is_empty(database: Database) -> None:
    user, other = make_user(database), make_user(database)
    memo = make_memo(database, user, labels=["a"])
    assert board(database, other, memo.labels[0].id) == []
