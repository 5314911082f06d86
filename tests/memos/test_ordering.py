"""The order of memos under everything that happens at once, and pages that are read while memos move."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.labels.models import MemoLabel
from keepwsgi.labels.service import list_all
from keepwsgi.memos import ordering, service
from keepwsgi.memos.models import MemoRow
from tests.factories import get_memo, make_memo, make_user


def act(database: Database, user: User, function: Any, *arguments: Any, **options: Any) -> Any:
    with database.writing(user.id) as write:
        return function(write, *arguments, **options)


def order(database: Database, user: User, view: service.View = "active") -> list[int]:
    with database.reading() as session:
        return [memo.id for memo in service.page(session, user.id, view, limit=1000).memos]


def revisions(database: Database, user: User) -> dict[int, int]:
    with database.reading() as session:
        memos = service.page(session, user.id, "active", limit=1000).memos
        return {memo.id: memo.revision for memo in memos}


def check_label_boards(database: Database, user: User) -> None:
    """Raise unless what label boards note of where memos stand is where they stand."""
    with database.reading() as session:
        rows = session.execute(
            select(MemoLabel.position, MemoRow.position).join(MemoRow).where(MemoRow.user_id == user.id)
        ).all()
    assert all(noted == true for noted, true in rows)


def test_moves_made_at_once_lose_no_memo_and_give_no_two_the_same_place(database: Database) -> None:
    user = make_user(database)
    ids = [make_memo(database, user, labels=["l"]).id for _ in range(8)]

    def move_much(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(25):
            one, two = rng.sample(ids, 2)
            act(database, user, service.move, one, **{rng.choice(["before", "after"]): two})

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(move_much, seed) for seed in range(4)]:
            done.result()
    assert sorted(order(database, user)) == ids
    with database.reading() as session:
        positions = session.scalars(select(MemoRow.position).where(MemoRow.user_id == user.id)).all()
    assert len(set(positions)) == len(ids)
    check_label_boards(database, user)


def test_of_moves_to_the_same_place_at_once_each_is_done_on_what_the_one_before_left(database: Database) -> None:
    user = make_user(database)
    target, *others = (make_memo(database, user).id for _ in range(9))
    with ThreadPoolExecutor(4) as threads:
        moved = list(threads.map(lambda memo: act(database, user, service.move, memo, after=target), others))
    last_first = [memo.id for memo in sorted(moved, key=lambda memo: memo.revision, reverse=True)]
    # Whoever came later pushed the earlier ones down.
    assert order(database, user) == [target, *last_first]


def test_new_memos_made_at_once_are_all_on_top_in_the_order_they_were_made(database: Database) -> None:
    user = make_user(database)
    first = make_memo(database, user).id
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: make_memo(database, user), range(12)))
    newest_first = [memo.id for memo in sorted(made, key=lambda memo: memo.revision, reverse=True)]
    assert order(database, user) == [*newest_first, first]


def test_pages_show_each_memo_that_stays_once_whatever_moves_meanwhile(database: Database) -> None:
    rng = random.Random(1)
    user = make_user(database)
    ids = [make_memo(database, user).id for _ in range(30)]
    for memo in ids[::5]:
        act(database, user, service.pin, memo)
    restless = ids[::3]
    for label_limit in (1, 4, 7):
        cursor, seen = None, []
        while True:
            with database.reading() as session:
                page = service.page(session, user.id, "active", limit=label_limit, cursor=cursor)
            seen += [memo.id for memo in page.memos]
            cursor = page.next_cursor
            if cursor is None:
                break
            for _ in range(3):
                one, two = rng.choice(restless), rng.choice(ids)
                act(database, user, service.move, one, **{rng.choice(["before", "after"]): two})
            act(database, user, rng.choice([service.archive, service.unarchive]), rng.choice(restless))
        still = [memo for memo in seen if memo not in restless]
        assert sorted(still) == [memo for memo in ids if memo not in restless]
        assert still == [memo for memo in order(database, user) if memo not in restless]


def test_the_memo_a_page_ended_with_may_go_before_the_next_is_read(database: Database) -> None:
    user = make_user(database)
    ids = [make_memo(database, user, labels=["l"]).id for _ in range(6)][::-1]
    with database.reading() as session:
        label_id = list_all(session, user.id)[0].id
        first = service.page(session, user.id, "active", limit=3)
        of_label = service.labelled(session, user.id, label_id, limit=3)
    for function in (service.trash, service.delete):
        act(database, user, function, ids[2])
    with database.reading() as session:
        for page in (
            service.page(session, user.id, "active", limit=3, cursor=first.next_cursor),
            service.labelled(session, user.id, label_id, limit=3, cursor=of_label.next_cursor),
        ):
            assert [memo.id for memo in page.memos] == ids[3:]


def test_moving_a_memo_where_it_is_changes_nothing(database: Database) -> None:
    user = make_user(database)
    one, two, three = [make_memo(database, user).id for _ in range(3)][::-1]
    before = revisions(database, user)
    for memo, place in (
        (one, {"before": two}),
        (two, {"after": one}),
        (two, {"before": three}),
        (one, {"after": one}),
    ):
        act(database, user, service.move, memo, **place)
    assert revisions(database, user) == before
    assert order(database, user) == [one, two, three]
    # Nor where its place has become a wide one.
    four = make_memo(database, user).id
    act(database, user, service.move, one, after=three)
    before = revisions(database, user)
    for place in ({"after": four}, {"before": three}):
        act(database, user, service.move, two, **place)
    assert revisions(database, user) == before
    assert order(database, user) == [four, two, three, one]


def test_where_a_memo_stands_tells_nothing_of_other_users(database: Database) -> None:
    alone = make_memo(database, make_user(database))
    for _ in range(3):
        other = make_user(database)
        memos = [make_memo(database, other) for _ in range(2)]
        assert memos[0].position == alone.position
        act(database, other, service.move, memos[1].id, after=memos[0].id)
        last = get_memo(database, other, memos[1].id)
    first = make_user(database)
    memos = [make_memo(database, first) for _ in range(2)]
    assert act(database, first, service.move, memos[1].id, after=memos[0].id).position == last.position


def test_a_memo_in_the_trash_is_no_place_to_move_to(database: Database) -> None:
    user = make_user(database)
    memo, gone = make_memo(database, user), make_memo(database, user)
    act(database, user, service.trash, gone.id)
    with pytest.raises(service.InTrash):
        act(database, user, service.move, memo.id, before=gone.id)
    assert get_memo(database, user, memo.id) == memo


def test_places_that_have_grown_long_are_made_short_for_all_of_ones_own_and_everybody_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "LONGEST_POSITION", 4)
    user, other = make_user(database), make_user(database)
    theirs = [make_memo(database, other, labels=["theirs"]) for _ in range(2)]
    ids = [make_memo(database, user, labels=["l"]).id for _ in range(4)][::-1]
    act(database, user, service.trash, ids[3])
    respaced = False
    for turn in range(40):
        before = revisions(database, user)
        # Ever between the first and the one that was moved there before.
        act(database, user, service.move, ids[2 - turn % 2], after=ids[0])
        changed = [memo for memo, revision in revisions(database, user).items() if revision != before[memo]]
        assert order(database, user)[:2] == [ids[0], ids[2 - turn % 2]]
        # One memo, or all of them.
        assert changed in ([ids[2 - turn % 2]], order(database, user))
        respaced |= len(changed) == 3
    assert respaced
    check_label_boards(database, user)
    with database.reading() as session:
        label_id = list_all(session, user.id)[0].id
        board = service.labelled(session, user.id, label_id, limit=10).memos
    assert [memo.id for memo in board] == order(database, user)
    assert max(len(memo.position) for memo in board) <= ordering.LONGEST_POSITION
    for memo in theirs:
        assert get_memo(database, other, memo.id) == memo
    act(database, user, service.restore, ids[3])
    for first, second in pairwise(order(database, user)):
        assert get_memo(database, user, first).position < get_memo(database, user, second).position
    assert order(database, user)[-1] == ids[3]
