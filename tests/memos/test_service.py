"""The rules of memos, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from keepwsgi.database import Database
from keepwsgi.database.models import Tombstone
from keepwsgi.memos import bulk, service
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.ordering import LONGEST_POSITION
from keepwsgi.memos.schemas import BODY_LONGEST, COLORS, TITLE_LONGEST, MemoFields
from tests.conftest import Clock
from tests.factories import get_memo, make_memo, make_user

Action = Callable[..., Any]


def act(database: Database, user: service.Memo | Any, action: Action, *arguments: Any, **named: Any) -> Any:
    with database.writing(user.id) as write:
        return action(write, *arguments, **named)


def change(
    database: Database, user: Any, memo_id: int, revision: int | None = None, **fields: Any
) -> service.Memo:
    changes = service.prepare(MemoFields(**fields))
    result: service.Memo = act(database, user, service.update, memo_id, changes, revision)
    return result


def titles(database: Database, user: Any, view: service.View = "active") -> list[str]:
    with database.reading() as session:
        page = service.page(session, user.id, view, limit=100)
    return [memo.title for memo in [*page.pinned, *page.others]]


def test_a_new_memo_is_on_top_rendered_and_stamped(database: Database, clock: Clock) -> None:
    user = make_user(database)
    make_memo(database, user, title="older")
    memo = make_memo(database, user, "**굵게**", title="제목", color="teal")
    assert get_memo(database, user, memo.id) == memo
    assert memo.body_html == "<p><strong>굵게</strong></p>"
    assert (memo.color, memo.kind, memo.revision, memo.created_at) == ("teal", "text", 2, clock.now)
    assert titles(database, user) == ["제목", "older"]


@pytest.mark.parametrize("fields", [{}, {"title": "  ", "body": "\n\t"}, {"color": "red"}])
def test_an_empty_memo_is_not_kept(database: Database, fields: dict[str, str]) -> None:
    user = make_user(database)
    with pytest.raises(service.EmptyMemo):
        act(database, user, service.create, service.prepare(MemoFields.model_validate(fields)))
    assert titles(database, user) == []


def test_an_edit_changes_what_is_given_and_never_moves_the_memo(database: Database, clock: Clock) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "몸", title="제목", color="red")
    make_memo(database, user, title="newer")
    clock.advance(hours=1)
    edited = change(database, user, memo.id, memo.revision, body="새 몸")
    assert (edited.title, edited.body, edited.body_html, edited.color) == ("제목", "새 몸", "<p>새 몸</p>", "red")
    assert (edited.revision, edited.position, edited.updated_at) == (3, memo.position, clock.now)
    assert edited.created_at == memo.created_at
    assert get_memo(database, user, memo.id) == edited
    assert titles(database, user) == ["newer", "제목"]


def test_an_edit_that_changes_nothing_changes_no_revision(database: Database, clock: Clock) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "body", title="title")
    clock.advance(hours=1)
    assert change(database, user, memo.id, memo.revision, title="title", body="body") == memo
    assert act(database, user, service.unpin, memo.id) == memo
    assert act(database, user, service.set_color, memo.id, "default") == memo


def test_an_edit_on_an_older_revision_is_a_conflict_that_shows_the_current_memo(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "first")
    mine = change(database, user, memo.id, memo.revision, body="mine")
    with pytest.raises(service.Conflict) as caught:
        change(database, user, memo.id, memo.revision, body="theirs")
    assert caught.value.current == mine
    assert get_memo(database, user, memo.id).body == "mine"
    assert change(database, user, memo.id, mine.revision, body="theirs").body == "theirs"


def test_an_edit_on_a_revision_that_never_was_is_a_conflict(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    with pytest.raises(service.Conflict):
        change(database, user, memo.id, 99, body="from a restored backup")


def test_the_same_edit_sent_twice_is_no_conflict(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "first")
    once = change(database, user, memo.id, memo.revision, body="second")
    assert change(database, user, memo.id, memo.revision, body="second") == once


def test_the_same_labels_sent_twice_are_no_conflict(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "first", labels=["a"])
    once = change(database, user, memo.id, memo.revision, body="second", labels=["a", "b"])
    assert change(database, user, memo.id, memo.revision, body="second", labels=["B", "a"]) == once
    with pytest.raises(service.Conflict):
        change(database, user, memo.id, memo.revision, body="second", labels=["a"])
    assert get_memo(database, user, memo.id) == once


def test_an_edit_cannot_leave_a_memo_empty(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "body", title="title")
    change(database, user, memo.id, title="")
    with pytest.raises(service.EmptyMemo):
        change(database, user, memo.id, body=" ")
    assert get_memo(database, user, memo.id).body == "body"


def test_pinned_archived_and_trashed_exclude_each_other(database: Database) -> None:
    user = make_user(database)
    memo_id = make_memo(database, user, title="m").id

    def state(action: Action) -> tuple[bool, bool, bool]:
        memo = act(database, user, action, memo_id)
        assert memo == get_memo(database, user, memo_id)
        return memo.pinned, memo.archived, memo.trashed_at is not None

    assert state(service.pin) == (True, False, False)
    assert state(service.archive) == (False, True, False)
    assert titles(database, user, "archived") == ["m"]
    assert state(service.pin) == (True, False, False)
    assert state(service.trash) == (False, False, True)
    assert state(service.trash) == (False, False, True)
    assert titles(database, user, "trashed") == ["m"]
    assert state(service.restore) == (False, False, False)
    assert state(service.archive) == (False, True, False)
    assert state(service.trash) == (False, True, True)
    assert titles(database, user, "archived") == []
    assert state(service.restore) == (False, True, False)
    assert state(service.unarchive) == (False, False, False)


def test_what_is_thrown_away_twice_has_been_there_since_the_first_time(database: Database, clock: Clock) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    thrown = act(database, user, service.trash, memo.id)
    clock.advance(days=29)
    assert act(database, user, service.trash, memo.id) == thrown
    assert thrown.trashed_at == memo.created_at


@pytest.mark.parametrize("action", [service.pin, service.unpin, service.archive, service.unarchive, service.copy])
def test_a_trashed_memo_can_only_be_restored_or_deleted(database: Database, action: Action) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    act(database, user, service.trash, memo.id)
    with pytest.raises(service.InTrash):
        act(database, user, action, memo.id)
    with pytest.raises(service.InTrash):
        change(database, user, memo.id, body="edit")
    act(database, user, service.restore, memo.id)
    act(database, user, action, memo.id)


def test_a_memo_is_deleted_for_ever_only_from_the_trash_and_leaves_a_tombstone(
    database: Database, clock: Clock
) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    with pytest.raises(service.NotInTrash):
        act(database, user, service.delete, memo.id)
    act(database, user, service.trash, memo.id)
    act(database, user, service.delete, memo.id)
    with pytest.raises(service.MemoNotFound):
        get_memo(database, user, memo.id)
    with database.reading() as session:
        [stone] = session.scalars(select(Tombstone)).all()
    assert (stone.user_id, stone.kind, stone.object_id) == (user.id, "memo", memo.id)
    assert stone.revision == 3  # the refused attempt was rolled back, its revision too
    assert stone.deleted_at == clock.now


def test_emptying_the_trash_deletes_only_what_is_in_the_users_own(database: Database) -> None:
    user, other = make_user(database), make_user(database)
    kept = make_memo(database, user, title="kept")
    thrown = [make_memo(database, user), make_memo(database, user)]
    others = make_memo(database, other)
    for memo in thrown:
        act(database, user, service.trash, memo.id)
    act(database, other, service.trash, others.id)
    assert act(database, user, service.empty_trash).count == 2
    assert act(database, user, service.empty_trash).count == 0
    assert get_memo(database, user, kept.id) == kept
    assert get_memo(database, other, others.id).trashed_at is not None
    with database.reading() as session:
        stones = session.scalars(select(Tombstone.object_id).where(Tombstone.user_id == user.id)).all()
    assert sorted(stones) == [memo.id for memo in thrown]


def test_ids_never_return(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    act(database, user, service.trash, memo.id)
    act(database, user, service.delete, memo.id)
    assert make_memo(database, user).id > memo.id


def test_a_copy_is_another_memo_on_top(database: Database, clock: Clock) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "*body*", title="title", color="pink")
    act(database, user, service.archive, memo.id)
    make_memo(database, user, title="newer")
    clock.advance(days=1)
    copied = act(database, user, service.copy, memo.id)
    assert copied.id != memo.id
    assert (copied.title, copied.body, copied.body_html, copied.color) == (
        "title",
        "*body*",
        memo.body_html,
        "pink",
    )
    assert (copied.pinned, copied.archived, copied.created_at) == (False, False, clock.now)
    assert titles(database, user) == ["title", "newer"]


def every_action(memo_id: int, other_id: int) -> list[tuple[Action, tuple[Any, ...], dict[str, Any]]]:
    plain = [
        service.pin,
        service.unpin,
        service.archive,
        service.unarchive,
        service.trash,
        service.restore,
        service.delete,
        service.copy,
    ]
    return [
        *[(action, (memo_id,), {}) for action in plain],
        (service.set_color, (memo_id, "red"), {}),
        (service.update, (memo_id, service.Draft(title="taken")), {}),
        (service.move, (memo_id,), {"before": other_id}),
        (service.move, (other_id,), {"after": memo_id}),
    ]


def test_nothing_can_be_done_with_another_users_memo(database: Database) -> None:
    owner, stranger = make_user(database), make_user(database)
    memo = make_memo(database, owner)
    own = make_memo(database, stranger)
    for trashed in (False, True):
        if trashed:
            memo = act(database, owner, service.trash, memo.id)
        for action, arguments, named in every_action(memo.id, own.id):
            with pytest.raises(service.MemoNotFound):
                act(database, stranger, action, *arguments, **named)
        with pytest.raises(service.MemoNotFound):
            get_memo(database, stranger, memo.id)
        act(database, stranger, service.empty_trash)
        assert get_memo(database, owner, memo.id) == memo
    for view in ("active", "archived", "trashed"):
        assert titles(database, stranger, view) == ([own.title] if view == "active" else [])


@pytest.mark.parametrize("memo_id", [0, -1, 10**12, 2**63 - 1, 2**63, 2**64, 10**30])
def test_an_id_that_is_nobodys_is_not_found_however_large(database: Database, memo_id: int) -> None:
    user = make_user(database)
    own = make_memo(database, user)
    for action, arguments, named in every_action(memo_id, own.id):
        with pytest.raises(service.MemoNotFound):
            act(database, user, action, *arguments, **named)
    with pytest.raises(service.MemoNotFound):
        get_memo(database, user, memo_id)


def test_a_memo_is_moved_before_and_after_others_and_nothing_else_changes(database: Database) -> None:
    user = make_user(database)
    e, d, c, b, a = (make_memo(database, user, title=name) for name in "edcba")
    assert titles(database, user) == ["a", "b", "c", "d", "e"]
    act(database, user, service.move, e.id, before=b.id)
    assert titles(database, user) == ["a", "e", "b", "c", "d"]
    act(database, user, service.move, a.id, after=d.id)
    assert titles(database, user) == ["e", "b", "c", "d", "a"]
    act(database, user, service.move, a.id, before=e.id)
    act(database, user, service.move, b.id, after=c.id)
    assert titles(database, user) == ["a", "e", "c", "b", "d"]
    for memo in (c, d):
        assert get_memo(database, user, memo.id) == memo
    moved = get_memo(database, user, b.id)
    assert act(database, user, service.move, b.id, after=c.id) == moved, "it is there already"
    assert act(database, user, service.move, b.id, before=b.id) == moved


def test_a_memo_is_moved_either_before_or_after(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    for named in ({}, {"before": memo.id, "after": memo.id}):
        with pytest.raises(ValueError, match="either"):
            act(database, user, service.move, memo.id, **named)


def test_a_memo_keeps_its_place_through_trash_and_pin(database: Database) -> None:
    user = make_user(database)
    c, b, a = (make_memo(database, user, title=name) for name in "cba")
    act(database, user, service.trash, b.id)
    act(database, user, service.move, c.id, before=a.id)
    act(database, user, service.pin, a.id)
    assert titles(database, user) == ["a", "c"]
    act(database, user, service.restore, b.id)
    act(database, user, service.unpin, a.id)
    assert titles(database, user) == ["c", "a", "b"]


def test_any_number_of_moves_between_two_memos_keeps_the_order_and_the_keys_short(database: Database) -> None:
    user = make_user(database)
    with database.writing(user.id) as write:
        bulk.insert_many(write, [service.Draft(title=name) for name in "abcd"])
    with database.reading() as session:
        a, b, c, _ = service.page(session, user.id, "active", limit=10).others
    with database.writing(user.id) as write:
        for _ in range(700):
            service.move(write, c.id, after=a.id)
            service.move(write, b.id, after=a.id)
    assert titles(database, user) == ["a", "b", "c", "d"]
    with database.reading() as session:
        assert max(map(len, session.scalars(select(MemoRow.position)))) <= LONGEST_POSITION


def test_many_memos_are_kept_in_their_order_above_the_others(database: Database, clock: Clock) -> None:
    user = make_user(database)
    make_memo(database, user, title="there before")
    drafts = [service.Draft(title=str(number)) for number in range(1200)]
    drafts.insert(3, service.Draft(title=" "))
    told: list[int] = []
    with database.writing(user.id) as write:
        assert bulk.insert_many(write, iter(drafts), told.append) == 1200
    assert sum(told) == 1200
    assert titles(database, user) == [str(number) for number in range(100)]
    with database.reading() as session:
        last = session.scalars(select(MemoRow.title).order_by(MemoRow.position.desc()).limit(2)).all()
    assert last == ["there before", "1199"]


def test_line_breaks_and_unicode_have_one_form() -> None:
    fields = MemoFields.model_validate_strings({"title": "\u1100\u1161\r\nb", "body": "a\r\nb\rc\u0065\u0301"})
    assert (fields.title, fields.body) == ("가 b", "a\nb\nc\u00e9")


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("title", "x" * (TITLE_LONGEST + 1), "text_long"),
        ("body", "x" * (BODY_LONGEST + 1), "text_long"),
        ("title", "nul\0", "unstorable_text"),
        ("body", "half\ud83d", "unstorable_text"),
        ("color", "mauve", "literal_error"),
        ("kind", "drawing", "literal_error"),
        ("revision", "one", "int_parsing"),
        ("revision", "-1", "greater_than_equal"),
        ("revision", str(2**63), "less_than_equal"),
        ("revision", "9" * 5000, "int_parsing_size"),
        ("user_id", "1", "extra_forbidden"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(field: str, value: str, kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MemoFields.model_validate_strings({field: value})
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [((field,), kind)]


def test_the_longest_memo_is_kept_whole(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user, "😀" * BODY_LONGEST, title="각" * TITLE_LONGEST)
    kept = get_memo(database, user, memo.id)
    assert (len(kept.title), len(kept.body)) == (TITLE_LONGEST, BODY_LONGEST)


def test_there_are_keeps_twelve_colors(database: Database) -> None:
    user = make_user(database)
    memo = make_memo(database, user)
    assert len(COLORS) == 12
    for color in COLORS:
        assert act(database, user, service.set_color, memo.id, color).color == color
