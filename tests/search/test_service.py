"""What is found: by any part of a Korean word, by the beginning of a Latin one, within the user's own memos."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, text

from keepwsgi.accounts.models import UserRow
from keepwsgi.database import Database
from keepwsgi.memos.models import MemoRow
from keepwsgi.search import service
from tests.factories import make_user
from tests.search.documents import add_row, document, found, keep


@pytest.mark.parametrize(
    ("body", "query", "is_found"),
    [
        ("회의록을 쓴다", "회의", True),
        ("회의록을 쓴다", "의록", True),
        ("회의록을 쓴다", "록을", True),
        ("회의록을 쓴다", "회", True),
        ("회의록을 쓴다", "의", False),
        ("회의록을 쓴다", "록쓴", False),
        ("회의록을 쓴다", "회의록을쓴다", False),
        ("Meeting notes", "meet", True),
        ("Meeting notes", "NOTES", True),
        ("Meeting notes", "eeting", False),
        ("Meeting notes", "meetings", False),
        ("internationalization", "internationalizat", True),
        ("internationalization", "internationalizes", False),
        ("y" * 100, "y" * 100, True),
        ("y" * 100, "y" * 65, True),
        ("3월 15일", "3월", True),
        ("13월 15일", "3월", False),
        ("3 월", "3월", True),
        ("제3회", "3회", True),
        ("foo, bar", "foo-ba", True),
        ("foo bar", "foo-ar", False),
        ("foobar", "foo-bar", False),
        ("회의 기록 남기기", '"의 기"', True),
        ("회의 기록 남기기", '"회 기"', False),
        ("회의 기록 남기기", '"회의 남기기"', False),
        ("big red balloon", '"big red"', True),
        ("big red balloon", '"big re"', False),
        ("big red balloon", '"red ball"', False),
        ("big red balloon", '"balloon"', True),
        ("big red balloon", '"ball"', False),
        ("big red balloon", "red -green", True),
        ("big red balloon", "red -big", False),
        ("big red balloon", 'red -"big red"', False),
        ("big red balloon", 'red -"red big"', True),
        ("big red balloon", "-green", True),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "full", True),
        ("full", "ＦＵＬＬ", True),
        (unicodedata.normalize("NFD", "회의록"), "의록", True),
        ("회의록", unicodedata.normalize("NFD", "의록"), True),
        ("ﾊﾟｿｺﾝ", "パソコン", True),
        ("STRASSE", "straße", True),
        ("생일 🎂🎉", "🎉", False),
        ("생일 🎂🎉", "🎂", True),
        ("생일 🎂🎉", "🎂🎉", True),
        ("co\u00adoper\u200bation", "cooperation", True),
        ("NEAR/2 AND (foo* OR bar)", "NEAR AND", True),
        ("foo", 'body:foo" OR "foo', False),
        ("words", ".u1.active ~w .default", False),
        ("meeting", "~m", True),
    ],
)
def test_a_query_finds_what_it_should(database: Database, body: str, query: str, is_found: bool) -> None:
    user = make_user(database)
    kept = keep(database, user, body)
    assert found(database, user, query) == ([kept] if is_found else [])


def test_words_may_stand_in_different_fields_but_a_phrase_stands_in_one(database: Database) -> None:
    user = make_user(database)
    kept = keep(database, user, "second", title="first", labels="third", label_ids=[7])
    assert found(database, user, "first second third") == [kept]
    assert found(database, user, '"first second"') == []
    assert found(database, user, "second-third") == []


def test_only_ones_own_are_found(database: Database) -> None:
    mine, other = make_user(database), make_user(database)
    keep(database, other, "word")
    kept = keep(database, mine, "word")
    assert found(database, mine, "word") == [kept]


def test_each_view_holds_its_own(database: Database) -> None:
    user = make_user(database)
    active = keep(database, user, "word")
    archived = keep(database, user, "word", archived=True)
    trashed = keep(database, user, "word", archived=True, trashed=True)
    assert found(database, user, "word", view="active") == [active]
    assert found(database, user, "word", view="archived") == [archived]
    assert found(database, user, "word", view="trashed") == [trashed]
    assert found(database, user, "word") == [archived, active]
    assert found(database, user, "word is:archived") == [archived]
    assert found(database, user, "word -is:archived") == [active]
    assert found(database, user, "word is:archived", view="active") == []


def test_filters_say_what_a_memo_is(database: Database) -> None:
    user = make_user(database)
    plain = keep(database, user, "word")
    pinned = keep(database, user, "word", pinned=True, color="red")
    listed = keep(database, user, "word", kind="checklist", color="blue")
    picture = keep(database, user, "word", has_image=True)
    assert found(database, user, "is:pinned") == [pinned]
    assert found(database, user, "word -is:pinned") == [picture, listed, plain]
    assert found(database, user, "is:checklist") == [listed]
    assert found(database, user, "has:image") == [picture]
    assert found(database, user, "color:red color:blue") == [listed, pinned]
    assert found(database, user, "-color:red -color:blue") == [picture, plain]
    assert found(database, user, "color:default -has:image") == [plain]


def test_several_labels_must_all_be_there(database: Database) -> None:
    user = make_user(database)
    ids = {"work": 1, "홈 페이지": 2}
    both = keep(database, user, "word", label_ids=[1, 2])
    one = keep(database, user, "word", label_ids=[1])
    neither = keep(database, user, "word", label_ids=[11])
    assert found(database, user, "label:Work", label_ids=ids) == [one, both]
    assert found(database, user, 'label:work label:"홈 페이지"', label_ids=ids) == [both]
    assert found(database, user, "-label:work", label_ids=ids) == [neither]
    assert found(database, user, "label:nowhere", label_ids=ids) == []
    assert found(database, user, "-label:nowhere", label_ids=ids) == [neither, one, both]


def test_before_leaves_its_day_out_and_after_takes_it_in(database: Database) -> None:
    user = make_user(database)
    # The server's own days.
    midnight = datetime(2024, 5, 1).astimezone(UTC)
    april = keep(database, user, "word", created_at=midnight - timedelta(microseconds=1))
    may = keep(database, user, "word", created_at=midnight)
    next_year = keep(database, user, "word", created_at=midnight + timedelta(days=366))
    for day in ("2024-05-01", "2024-05", "2024.5.1", "2024/05/"):
        assert found(database, user, f"word before:{day}") == [april]
        assert found(database, user, f"after:{day}") == [next_year, may]
        assert found(database, user, f"-after:{day}") == [april]
    assert found(database, user, "after:2024-05 before:2025") == [may]
    assert found(database, user, "after:2024-05 -before:2025") == [next_year]


def test_pages_follow_one_another_without_a_gap(database: Database) -> None:
    user = make_user(database)
    kept = [keep(database, user, "word" if number % 3 else "other") for number in range(10)]
    words = [memo_id for number, memo_id in enumerate(kept) if number % 3][::-1]
    first = found(database, user, "word", limit=4)
    assert first == words[:4]
    assert first + found(database, user, "word", limit=4, before_id=first[-1]) == words


def test_nothing_is_asked_for_and_nothing_found(database: Database) -> None:
    user = make_user(database)
    keep(database, user, "word")
    assert found(database, user, "") == []
    assert found(database, user, " !? - ") == []


def test_a_changed_document_is_found_by_what_it_is_now(database: Database) -> None:
    user = make_user(database)
    kept = keep(database, user, "old body", title="old title")
    with database.writing(user.id) as write:
        service.change(write, kept, body=service.tokens("new body"))
    assert found(database, user, "new") == found(database, user, "title") == [kept]
    assert found(database, user, '"old body"') == []
    with database.writing(user.id) as write:
        service.put(write, [document(kept, user.id, write.now, {"body": "newest"})])
    assert found(database, user, "newest") == [kept]
    assert found(database, user, "title") == []


def test_many_documents_change_at_once(database: Database) -> None:
    user = make_user(database)
    kept = [keep(database, user, "word", labels="before") for _ in range(3)]
    with database.writing(user.id) as write:
        changes = [{"memo_id": memo_id, "labels": service.tokens("after")} for memo_id in kept[:2]]
        service.change_many(write, changes)
    assert found(database, user, "after") == kept[1::-1]
    assert found(database, user, "before") == [kept[2]]


def test_what_is_deleted_is_found_no_more(database: Database) -> None:
    user, other = make_user(database), make_user(database)
    kept = [keep(database, user, "word") for _ in range(2)]
    keep(database, other, "word")
    with database.writing(user.id) as write:
        write.session.execute(delete(MemoRow).where(MemoRow.id == kept[0]))
    assert found(database, user, "word") == [kept[1]]
    with database.writing(None) as write:
        write.session.execute(delete(UserRow).where(UserRow.id.in_([user.id, other.id])))
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM search_documents")).scalar_one() == 0


def test_a_cleared_index_is_filled_anew(database: Database) -> None:
    user = make_user(database)
    kept = keep(database, user, "word")
    with database.writing(None) as write:
        service.clear(write)
    assert found(database, user, "word") == []
    with database.writing(None) as write:
        service.put(write, [document(kept, user.id, write.now, {"body": "word"})])
        service.optimize(write)
    assert found(database, user, "word") == [kept]
    with database.writing(user.id) as write:
        service.change(write, kept, body=service.tokens("other"))
    assert found(database, user, "word") == []


def test_a_write_finds_what_it_has_put_and_others_do_when_it_has_ended(database: Database) -> None:
    user = make_user(database)
    with database.writing(user.id) as write:
        service.put(write, [document(add_row(write, user.id), user.id, write.now, {"body": "word"})])
        wanted = service.parse("word")
        assert service.find(write.session, user.id, wanted, view=None, label_ids={}, limit=5)
        assert found(database, user, "word") == []
        write.session.rollback()
    assert found(database, user, "word") == []
