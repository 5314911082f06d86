"""Labels under many writes at once, and labels of more memos than are changed in one go."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, get_args

import pytest
from sqlalchemy import select

from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.labels import service as labels
from keepwsgi.labels.models import LabelRow, MemoLabel
from keepwsgi.memos import bulk, service
from keepwsgi.memos.models import MemoRow
from keepwsgi.search.service import parse
from tests.factories import make_memo, make_user

NAMES = ["집", "work", "Work", "shop", "x y"]


def act(database: Database, user: User, function: Any, *arguments: Any, **options: Any) -> Any:
    with database.writing(user.id) as write:
        return function(write, *arguments, **options)


def check(database: Database, user: User) -> None:
    """Raise unless counts, boards and search agree with what the memos carry."""
    with database.reading() as session:
        listed = labels.list_all(session, user.id)
        memos = [
            memo
            for view in get_args(service.View)
            for memo in service.page(session, user.id, view, limit=1000).memos
        ]
        for label in listed:
            carriers = {memo.id for memo in memos if label.id in [each.id for each in memo.labels]}
            kept = {memo.id for memo in memos if memo.id in carriers and memo.trashed_at is None}
            assert label.memo_count == len(kept)
            board = service.labelled(session, user.id, label.id, limit=1000).memos
            assert {memo.id for memo in board} == kept
            found = service.found(session, user.id, parse(f'label:"{label.name}"'), None, limit=1000).memos
            assert {memo.id for memo in found} == kept
            by_name = service.found(session, user.id, parse(f'"{label.name}"'), "trashed", limit=1000).memos
            assert {memo.id for memo in by_name} == carriers - kept
        rows = session.execute(
            select(MemoLabel, MemoRow)
            .join(MemoRow, MemoRow.id == MemoLabel.memo_id)
            .where(MemoRow.user_id == user.id)
        ).all()
        for noted, memo in rows:
            assert (noted.archived, noted.pinned, noted.position) == (memo.archived, memo.pinned, memo.position)
            assert noted.trashed == (memo.trashed_at is not None)


def test_whatever_is_done_to_labels_at_once_they_are_right_in_the_end(database: Database) -> None:
    user = make_user(database)
    ids = [make_memo(database, user, labels=["집"]).id for _ in range(6)]

    def some_label(write: Any, rng: random.Random) -> int | None:
        found = labels.list_all(write.session, user.id)
        return rng.choice(found).id if found else None

    def write_much(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(25):
            memo_id, action = rng.choice(ids), rng.randrange(9)
            with database.writing(user.id) as write:
                label_id = some_label(write, rng)
                try:
                    if action < 4:
                        service.set_labels(write, memo_id, rng.sample(NAMES, rng.randrange(4)))
                    elif action < 6 and label_id:
                        labels.rename(write, label_id, rng.choice(NAMES), merge=True)
                    elif action == 6 and label_id:
                        labels.delete(write, label_id)
                    elif action == 7:
                        rng.choice([service.trash, service.restore, service.archive, service.pin])(write, memo_id)
                    else:
                        labels.create(write, rng.choice(NAMES))
                except (service.InTrash, labels.LabelExists):
                    continue

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(write_much, seed) for seed in range(4)]:
            done.result()
    check(database, user)
    # However little the others have left.
    act(database, user, service.restore, ids[0])
    act(database, user, service.set_labels, ids[0], NAMES)
    check(database, user)


def test_a_name_used_by_many_at_once_is_one_label(database: Database) -> None:
    user = make_user(database)
    names = ["Neu", "NEU", "neu"] * 3
    with ThreadPoolExecutor(len(names)) as threads:
        memos = list(threads.map(lambda name: make_memo(database, user, labels=[name]), names))
    with database.reading() as session:
        (label,) = labels.list_all(session, user.id)
    assert label.memo_count == len(names)
    assert {memo.labels[0].id for memo in memos} == {label.id}


def test_many_memos_kept_at_once_carry_labels_of_their_own_user(database: Database) -> None:
    user, other = make_user(database), make_user(database)
    make_memo(database, other, labels=["집", "work"])
    make_memo(database, user, labels=["WORK"])
    with database.writing(user.id) as write:
        drafts = [
            service.Draft(
                title=f"{number}",
                labels=["work", "Work", "집"][: number % 4],
                pinned=number % 5 == 0,
                archived=number % 3 == 0,
                trashed_at=write.now if number % 7 == 0 else None,
            )
            for number in range(20)
        ]
        bulk.insert_many(write, drafts)
    check(database, user)
    check(database, other)
    with database.reading() as session:
        mine, theirs = labels.list_all(session, user.id), labels.list_all(session, other.id)
    assert [label.name for label in mine] == ["WORK", "집"]
    assert [(label.name, label.memo_count) for label in theirs] == [("work", 1), ("집", 1)]


@pytest.mark.parametrize("place", [{"archived": True}, {"pinned": True}, {"trashed": True}, {}])
def test_a_label_put_on_a_memo_that_has_a_place_knows_it(database: Database, place: dict[str, bool]) -> None:
    user = make_user(database)
    with database.writing(user.id) as write:
        draft = service.Draft(
            title="x",
            labels=["집"],
            pinned=place.get("pinned"),
            archived=place.get("archived"),
            trashed_at=write.now if "trashed" in place else None,
        )
        memo = service.create(write, draft)
        plain = service.create(write, replace(draft, labels=None))
    check(database, user)
    if "trashed" not in place:
        act(database, user, service.set_labels, plain.id, ["집", "work"])
        act(database, user, service.set_labels, memo.id, ["work"])
        check(database, user)


def test_others_labels_do_not_use_up_ones_own(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "LABELS_MOST", 2)
    user, other = make_user(database), make_user(database)
    make_memo(database, other, labels=["a", "b"])
    make_memo(database, user, labels=["a", "b"])
    with pytest.raises(labels.TooManyLabels):
        act(database, user, labels.create, "c")


def test_two_labels_merged_into_each_other_at_once_are_one(database: Database) -> None:
    user = make_user(database)
    for _ in range(5):
        make_memo(database, user, labels=["a"])
        make_memo(database, user, labels=["b"])
        make_memo(database, user, labels=["a", "b"])
        with database.reading() as session:
            ids = labels.ids_by_key(session, user.id, ["a", "b"])

        def merge(pair: tuple[int, str]) -> None:
            try:
                act(database, user, labels.rename, *pair, merge=True)
            except labels.LabelNotFound:
                return  # the other was quicker

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(merge, [(ids["a"], "b"), (ids["b"], "a")]))
        with database.reading() as session:
            assert len(labels.list_all(session, user.id)) == 1
        check(database, user)
        act(database, user, labels.delete, ids["b"] if _exists(database, user, ids["b"]) else ids["a"])


def _exists(database: Database, user: User, label_id: int) -> bool:
    with database.reading() as session:
        return bool(session.scalars(select(LabelRow.id).where(LabelRow.id == label_id)).all())


@pytest.mark.parametrize("change", ["rename", "merge", "delete"])
def test_a_label_of_more_memos_than_are_changed_in_one_go(
    database: Database, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(labels, "_AT_ONCE", 2)
    user = make_user(database)
    memos = [make_memo(database, user, labels=["old"]) for _ in range(5)]
    other = make_memo(database, user, labels=["other"])
    label_id = memos[0].labels[0].id
    match change:
        case "rename":
            act(database, user, labels.rename, label_id, "new")
        case "merge":
            act(database, user, labels.rename, label_id, "other", merge=True)
        case _:
            act(database, user, labels.delete, label_id)
    with database.reading() as session:
        now = {memo.id: memo for memo in service.page(session, user.id, "active", limit=10).memos}
        assert not service.found(session, user.id, parse("old"), None, limit=10).memos
    assert len({now[memo.id].revision for memo in memos}) == 1
    assert all(now[memo.id].revision > other.revision for memo in memos)
    assert now[other.id] == other
    check(database, user)
