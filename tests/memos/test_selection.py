"""One action on several memos: what can take it takes it, in one write."""

from __future__ import annotations

from typing import Any

import pytest

from keepwsgi.database import Database
from keepwsgi.memos import service
from keepwsgi.memos.schemas import SelectedForm
from keepwsgi.memos.selection import Done, act
from tests.factories import get_memo, make_memo, make_user


def select(database: Database, user: Any, action: str, *memo_ids: int, **fields: Any) -> Done:
    form = SelectedForm(memo=list(memo_ids), action=action, **fields)  # type: ignore[arg-type]
    with database.writing(user.id) as write:
        return act(write, form)


@pytest.mark.parametrize(
    ("action", "back", "changed"),
    [
        ("pin", "unpin", lambda memo: memo.pinned),
        ("archive", "unarchive", lambda memo: memo.archived),
        ("trash", "restore", lambda memo: memo.trashed_at is not None),
    ],
)
def test_several_memos_are_changed_and_changed_back(
    database: Database, action: str, back: str, changed: Any
) -> None:
    user = make_user(database)
    memos = [make_memo(database, user).id for _ in range(3)]
    left = make_memo(database, user).id
    done = select(database, user, action, *memos)
    assert (done.count, done.memo_ids) == (3, memos)
    assert [changed(get_memo(database, user, memo)) for memo in [*memos, left]] == [True, True, True, False]
    assert len({get_memo(database, user, memo).revision for memo in memos}) == 1
    select(database, user, back, *memos)
    assert not any(changed(get_memo(database, user, memo)) for memo in memos)


def test_what_is_not_there_or_not_ones_own_is_left_out(database: Database) -> None:
    user, other = make_user(database), make_user(database)
    mine, theirs, trashed = make_memo(database, user), make_memo(database, other), make_memo(database, user)
    select(database, user, "trash", trashed.id)
    assert select(database, user, "pin", 999_999, theirs.id, trashed.id, mine.id, mine.id).memo_ids == [mine.id]
    assert not get_memo(database, other, theirs.id).pinned


def test_only_what_is_in_the_trash_is_deleted(database: Database) -> None:
    user = make_user(database)
    kept, thrown = make_memo(database, user), make_memo(database, user)
    select(database, user, "trash", thrown.id)
    assert select(database, user, "delete", kept.id, thrown.id).memo_ids == [thrown.id]
    assert get_memo(database, user, kept.id) == kept
    with pytest.raises(service.MemoNotFound):
        get_memo(database, user, thrown.id)


def test_a_label_is_put_on_and_taken_off_beside_others(database: Database) -> None:
    user = make_user(database)
    one, two = make_memo(database, user, labels=["a"]), make_memo(database, user)
    select(database, user, "label", one.id, two.id, label="새")
    assert [[label.name for label in get_memo(database, user, memo.id).labels] for memo in (one, two)] == [
        ["a", "새"],
        ["새"],
    ]
    select(database, user, "unlabel", one.id, two.id, label="새")
    assert [[label.name for label in get_memo(database, user, memo.id).labels] for memo in (one, two)] == [
        ["a"],
        [],
    ]


def test_a_colour_and_copies(database: Database) -> None:
    user = make_user(database)
    memos = [make_memo(database, user, title=name).id for name in "ab"]
    select(database, user, "color", *memos, color="teal")
    select(database, user, "copy", *memos)
    with database.reading() as session:
        page = service.page(session, user.id, "active", limit=10)
    assert [(memo.title, memo.color) for memo in page.memos] == [
        ("b", "teal"),
        ("a", "teal"),
        ("b", "teal"),
        ("a", "teal"),
    ]
