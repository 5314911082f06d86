"""The change feed: whoever starts at 0 and follows it ends with exactly the server's state."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from keepwsgi.accounts.models import UserRow
from keepwsgi.accounts.service import User
from keepwsgi.api import feed
from keepwsgi.database import Database, Write
from keepwsgi.database.models import Tombstone
from keepwsgi.labels import service as labels
from keepwsgi.memos import service
from keepwsgi.memos.purging import TOMBSTONES_KEPT, purge
from keepwsgi.memos.schemas import MemoFields
from tests.api.conftest import Program
from tests.conftest import Clock
from tests.factories import make_memo, make_user


class Copy:
    """A client that keeps a copy of everything by following the feed."""

    def __init__(self, database: Database, user: User) -> None:
        self.database = database
        self.user = user
        self.cursor = "0"
        self.things: dict[tuple[str, int], Any] = {}
        self.restarts = 0

    def step(self, limit: int = 100) -> bool:
        """Read one page; say whether there is more."""
        with self.database.reading() as session:
            try:
                page = feed.changes(session, self.user.id, self.cursor, limit=limit)
            except feed.FeedExpired:
                self.cursor, self.things = "0", {}
                self.restarts += 1
                assert self.restarts < 100, "sent back again and again"
                return True
        places = [(change.revision, change.type, change.id) for change in page.changes]
        assert places == sorted(set(places))
        assert len(places) <= limit
        for change in page.changes:
            if change.now is None:
                self.things.pop((change.type, change.id), None)
            else:
                self.things[change.type, change.id] = change.now
        self.cursor = page.next
        return page.has_more

    def catch_up(self, limit: int = 100) -> None:
        while self.step(limit):
            pass


def state(session: Session, user_id: int) -> dict[tuple[str, int], Any]:
    """Everything that is the user's, read without the feed."""
    found: dict[tuple[str, int], Any] = {}
    for label in labels.list_all(session, user_id):
        found["label", label.id] = labels.Label(label.id, label.name)
    for view in get_args(service.View):
        for memo in service.page(session, user_id, view, limit=100_000, whole=True).memos:
            found["memo", memo.id] = memo
    return found


def check(copy: Copy) -> None:
    with copy.database.reading() as session:
        assert copy.things == state(session, copy.user.id)


def some_memo(write: Write, rng: random.Random, *, trashed: bool = False) -> int | None:
    view: Any = "trashed" if trashed else "active"
    memos = service.page(write.session, write.owner, view, limit=50).memos
    return rng.choice(memos).id if memos else None


def some_label(write: Write, rng: random.Random) -> int | None:
    found = labels.list_all(write.session, write.owner)
    return rng.choice(found).id if found else None


def create(write: Write, rng: random.Random) -> None:
    names = rng.sample(["a", "b", "c", "d"], rng.randrange(3))
    fields = MemoFields.model_validate({"title": f"{rng.random()}", "labels": names})
    service.create(write, service.prepare(fields))


def edit(write: Write, rng: random.Random) -> None:
    if memo_id := some_memo(write, rng):
        # Its title, for a list has no body.
        service.update(write, memo_id, service.prepare(MemoFields(title=f"{rng.random()}")))


def trash(write: Write, rng: random.Random) -> None:
    if memo_id := some_memo(write, rng):
        service.trash(write, memo_id)


def restore(write: Write, rng: random.Random) -> None:
    if memo_id := some_memo(write, rng, trashed=True):
        service.restore(write, memo_id)


def remove(write: Write, rng: random.Random) -> None:
    if memo_id := some_memo(write, rng, trashed=True):
        service.delete(write, memo_id)


def empty_trash(write: Write, rng: random.Random) -> None:
    service.empty_trash(write)


def rename_label(write: Write, rng: random.Random) -> None:
    if label_id := some_label(write, rng):
        labels.rename(write, label_id, rng.choice("abcdefg"), merge=True)


def remove_label(write: Write, rng: random.Random) -> None:
    if label_id := some_label(write, rng):
        labels.delete(write, label_id)


def prune(write: Write, rng: random.Random) -> None:
    """What a purge will do: forget old deletions, and remember up to where."""
    upto = rng.randrange(write.stamp)
    write.session.execute(delete(Tombstone).where(Tombstone.user_id == write.owner, Tombstone.revision <= upto))
    pruned = update(UserRow).where(UserRow.id == write.owner, UserRow.pruned_revision < upto)
    write.session.execute(pruned.values(pruned_revision=upto))


def put_labels(write: Write, rng: random.Random) -> None:
    if memo_id := some_memo(write, rng):
        service.set_labels(write, memo_id, rng.sample(["a", "b", "e"], rng.randrange(4)))


def move(write: Write, rng: random.Random) -> None:
    one, two = some_memo(write, rng), some_memo(write, rng)
    if one and two:
        service.move(write, one, **{rng.choice(["before", "after"]): two})


def arrange(write: Write, rng: random.Random) -> None:
    if memo_id := some_memo(write, rng):
        rng.choice([service.pin, service.archive, service.to_checklist, service.to_text, service.copy])(
            write, memo_id
        )


ACTIONS = [create, create, edit, trash, restore, remove, empty_trash, rename_label, remove_label]
ACTIONS += [put_labels, move, arrange]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_follower_has_everything_whatever_is_written_between_its_pages(database: Database, data: Any) -> None:
    user = make_user(database)
    copy = Copy(database, user)
    steps = st.lists(st.one_of(st.sampled_from([*ACTIONS, prune]), st.integers(1, 5)), max_size=40)
    rng = random.Random(data.draw(st.integers(0, 10**6)))
    for step in data.draw(steps):
        if isinstance(step, int):
            copy.step(limit=step)
        else:
            with database.writing(user.id) as write:
                step(write, rng)
    copy.catch_up(limit=3)
    check(copy)
    copy.catch_up()
    check(copy)


def test_a_follower_has_everything_whatever_is_written_meanwhile(database: Database) -> None:
    users = [make_user(database), make_user(database)]
    done = threading.Event()
    copies = [Copy(database, users[0]) for _ in range(2)]

    def write_much(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(60):
            with database.writing(users[seed % 3 == 0].id) as write:
                rng.choice(ACTIONS)(write, rng)

    def follow(copy: Copy, limit: int) -> None:
        # A moment's rest, or on a busy machine the writers would not get their turn.
        while not done.wait(0.002):
            copy.step(limit)

    with ThreadPoolExecutor(6) as threads:
        followers = [threads.submit(follow, copy, limit) for copy, limit in zip(copies, (1, 7), strict=True)]
        try:
            for writer in [threads.submit(write_much, seed) for seed in range(4)]:
                writer.result()
        finally:
            done.set()  # also where a writer has failed: or nobody would ever hear of it
        for follower in followers:
            follower.result()
    for copy in copies:
        copy.catch_up(limit=4)
        check(copy)


def test_many_rows_of_one_revision_are_told_page_by_page(database: Database) -> None:
    user = make_user(database)
    for number in range(25):
        make_memo(database, user, f"{number}", labels=["shared"])
    copy = Copy(database, user)
    copy.catch_up()
    with database.writing(user.id) as write:
        label_id = labels.list_all(write.session, user.id)[0].id
        labels.rename(write, label_id, "renamed")
    pages = 1
    while copy.step(limit=4):
        pages += 1
    assert pages == 7  # the label and 25 memos
    check(copy)


def test_a_purge_does_not_send_an_idle_follower_back(database: Database) -> None:
    user = make_user(database)
    make_memo(database, user)
    copy = Copy(database, user)
    copy.catch_up()
    with database.writing(user.id) as write:
        upto = write.stamp
    copy.catch_up()
    with database.writing(user.id) as write:
        write.session.execute(update(UserRow).where(UserRow.id == user.id).values(pruned_revision=upto))
    copy.catch_up()
    assert copy.restarts == 0


def test_a_purge_sends_who_has_missed_deletions_back_but_nobody_who_is_starting(database: Database) -> None:
    user = make_user(database)
    for _ in range(6):
        make_memo(database, user)
    late = Copy(database, user)
    late.step(limit=3)
    with database.writing(user.id) as write:
        service.trash(write, min(id_ for _, id_ in late.things))
        service.empty_trash(write)
        upto = write.stamp
    starting = Copy(database, user)
    starting.step(limit=1)
    with database.writing(user.id) as write:
        write.session.execute(delete(Tombstone))
        write.session.execute(update(UserRow).where(UserRow.id == user.id).values(pruned_revision=upto))
    for copy in (late, starting):
        copy.catch_up(limit=1)
        check(copy)
    assert (late.restarts, starting.restarts) == (1, 0)


def test_a_restore_sends_every_follower_back(database: Database) -> None:
    user = make_user(database)
    make_memo(database, user)
    copy = Copy(database, user)
    copy.catch_up()
    with database.writing(None) as write:
        write.session.execute(update(UserRow).values(feed_epoch="another"))
    copy.catch_up()
    assert copy.restarts == 1
    check(copy)


# --- By HTTP --------------------------------------------------------------------------------------------------


def test_changes_by_http(program: Program) -> None:
    memo = program.memo(labels=["a"])
    label = memo["labels"][0]
    page = program.get("/changes?since=0").json
    revision = memo["revision"]
    assert page["changes"] == [
        {"type": "label", "id": label["id"], "revision": revision, "deleted": False, "label": label},
        {"type": "memo", "id": memo["id"], "revision": revision, "deleted": False, "memo": memo},
    ]
    assert page["has_more"] is False
    program.patch(f"/memos/{memo['id']}", {"trashed": True})
    program.delete(f"/memos/{memo['id']}")
    program.delete(f"/labels/{label['id']}")
    page = program.get(f"/changes?since={page['next']}").json
    assert [(change["type"], change["deleted"], len(change)) for change in page["changes"]] == [
        ("memo", True, 4),
        ("label", True, 4),
    ]
    again = program.get(f"/changes?since={page['next']}").json
    assert again == {"changes": [], "next": page["next"], "has_more": False}


def test_changes_come_as_many_at_a_time_as_are_asked_for(program: Program) -> None:
    made = [program.memo()["id"] for _ in range(5)]
    told: list[int] = []
    cursor, sizes = "0", []
    while True:
        page = program.get(f"/changes?since={cursor}&limit=2").json
        told += [change["id"] for change in page["changes"]]
        sizes.append(len(page["changes"]))
        cursor = page["next"]
        if not page["has_more"]:
            break
    assert (told, sizes) == (made, [2, 2, 1])
    for limit in ("0", "1001", "x", "1&limit=1"):
        response = program.get(f"/changes?limit={limit}")
        assert (response.status_code, response.json["errors"][0]["field"]) == (422, "limit")


def test_a_cursor_from_before_a_restore_has_expired(program: Program) -> None:
    cursor = program.get("/changes").json["next"]
    with program.database.writing(None) as write:
        write.session.execute(update(UserRow).values(feed_epoch="another"))
    response = program.get(f"/changes?since={cursor}")
    assert (response.status_code, response.json["type"]) == (410, "/api/docs#problem-cursor-expired")
    assert program.get("/changes?since=0").status_code == 200


def test_a_cursor_from_before_what_a_purge_has_forgotten_has_expired(program: Program, clock: Clock) -> None:
    program.memo()
    early = program.get("/changes").json["next"]
    gone = program.memo(trashed=True)["id"]
    program.delete(f"/memos/{gone}")
    late = program.get("/changes").json["next"]
    clock.advance(seconds=TOMBSTONES_KEPT.total_seconds() + 1)
    purge(program.database, program.app.config["BLOBS"], trash_kept=timedelta(days=30))
    response = program.get(f"/changes?since={early}")
    assert (response.status_code, response.json["type"]) == (410, "/api/docs#problem-cursor-expired")
    assert program.get(f"/changes?since={late}").json["changes"] == []
    anew = program.get("/changes?since=0").json
    assert [change["deleted"] for change in anew["changes"]] == [False]
    assert program.get(f"/changes?since={anew['next']}").status_code == 200


@pytest.mark.parametrize("since", ["", "1", "x", "WyIwIl0", "한글", "WyIwIiwxLDEsMSx0cnVlXQ", "a" * 10_000])
def test_a_text_that_is_no_cursor_is_refused(program: Program, since: str) -> None:
    response = program.get(f"/changes?since={since}")
    assert (response.status_code, response.json["errors"][0]["field"]) == (422, "since")


def test_nobody_elses_changes_are_told(program: Program, other_program: Program) -> None:
    other_program.memo(labels=["a"], trashed=True)
    other_program.delete(f"/memos/{other_program.get('/memos?view=trashed').json['items'][0]['id']}")
    assert program.get("/changes").json["changes"] == []
