"""What comes of an archive: the memos, and the report."""

from __future__ import annotations

from datetime import UTC, datetime

from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.images.stores import LocalStore
from keepwsgi.memos import service
from tests.transfer.conftest import JPEG, left, memos, move_in
from tests.transfer.takeout import attachment, items, note, zipped


def test_all_that_a_note_holds_is_moved_in(database: Database, store: LocalStore, user: User) -> None:
    archive = zipped(
        {
            "장보기.json": note(
                "장보기",
                listContent=items("우유", "x 계란"),
                labels=[{"name": "집"}, {"name": "Food"}],
                color="CERULEAN",
                isPinned=True,
            ),
            "장보기.html": "<html>the same once more</html>",
            "sea.json": note("sea", "blue", age=60, isArchived=True, attachments=[attachment("a.jpg")]),
            "a.jpg": JPEG,
            "old.json": note("old", "gone", age=120, isTrashed=True),
            "Labels.txt": "집\nFood\nunused\n",
        }
    )
    report = move_in(database, store, user, archive)
    assert (report.notes, report.pictures, report.labels, left(report)) == (3, 1, 3, {})
    found = memos(database, user)
    shopping, sea, old = found["장보기"], found["sea"], found["old"]
    assert [(item.text, item.checked) for item in shopping.items] == [("우유", False), ("계란", True)]
    assert [label.name for label in shopping.labels] == ["Food", "집"]
    assert (shopping.color, shopping.pinned) == ("cerulean", True)
    assert shopping.created_at == datetime(2021, 3, 4, 5, 6, 7, 89012, UTC)
    assert shopping.updated_at == datetime(2021, 3, 4, 5, 6, 7, 89017, UTC)
    assert (sea.body, sea.archived, len(sea.images)) == ("blue", True, 1)
    assert store.has(sea.images[0].digest)
    assert old.trashed_at == database.now()


def test_the_same_archive_once_more_brings_nothing(database: Database, store: LocalStore, user: User) -> None:
    archive = zipped({"a.json": note("a", "text"), "b.json": note("b", age=1)})
    move_in(database, store, user, archive)
    memo = memos(database, user)["a"]
    with database.writing(user.id) as write:
        service.update(write, memo.id, service.Draft(title="mine", body="changed", body_html="changed"))
    report = move_in(database, store, user, archive)
    assert (report.notes, left(report)) == (
        0,
        {"known": [("Takeout/Keep/b.json", ""), ("Takeout/Keep/a.json", "")]},
    )
    assert [memo.body for memo in memos(database, user).values()] == ["changed", ""]


def test_two_imports_at_once_bring_each_note_once(database: Database, store: LocalStore, user: User) -> None:
    archive = zipped({"a.json": note("a", "text"), "b.json": note("b", age=1)})
    other: list[int] = []

    def meanwhile(count: int) -> None:
        # The first has looked at what is here, and has not written yet.
        if not other:
            other.append(0)
            other[0] = move_in(database, store, user, archive).notes

    assert move_in(database, store, user, archive, progress=meanwhile).notes + other[0] == 2
    assert list(memos(database, user)) == ["a", "b"]
