"""What goes out comes in again the same: accounts as people could have them, in both shapes of the export."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.images import service as images
from keepwsgi.images.stores import LocalStore
from keepwsgi.labels import service as labels
from keepwsgi.memos import service
from keepwsgi.memos.bulk import read_all
from keepwsgi.memos.schemas import COLORS, MemoFields
from keepwsgi.transfer.archive import Source, open_archive
from keepwsgi.transfer.exporting import export
from keepwsgi.transfer.importing import Importer
from keepwsgi.transfer.report import Report
from keepwsgi.transfer.scanning import find_markdown, find_takeout
from tests.factories import make_memo, make_user
from tests.images.pictures import encode, exif, gradient, prepared

PICTURES = [
    prepared(data)
    for data in (
        encode(gradient(), "PNG"),
        encode(gradient((60, 20)), "JPEG", exif=exif(6)),
        encode(gradient(), "WEBP"),
        encode(gradient().convert("P"), "GIF"),
    )
]

# Words that mean something to Markdown, YAML or file systems more often than chance would have them.
WORDS = st.sampled_from(
    ["---", "- [ ] ", "- [x] milk", "![](a.png)", "![[a.png]]", "title: x", "# h", "null", "no", "2024-05-01",
     "가나", "\u2028", "\x7f", "\ufffe", "\\", "  ", "\n", "\n\n", "con", "labels", "..", "a/b", "é", "'\""]
)  # fmt: skip
TEXT = st.lists(WORDS | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8))
LINES = TEXT.map("".join)
NAMES = st.sampled_from(["집", "Work", "a, b", "#tag", "no", "1.0", "x: y"])
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MEMO = st.fixed_dictionaries(
    {
        "title": LINES.map(lambda text: text[:60]),
        "text": LINES | st.lists(st.tuples(LINES, st.booleans(), st.sampled_from([0, 0, 1]))),
        "color": st.sampled_from(COLORS),
        "labels": st.lists(NAMES, max_size=3, unique=True),
        "place": st.sampled_from(["", "", "pinned", "archived", "trashed", "archived trashed"]),
        "pictures": st.lists(st.sampled_from(PICTURES), max_size=3),
        "created_at": MOMENTS,
        "age": st.integers(0, 10**9),
    }
)


def fill(
    database: Database, store: LocalStore, user: User, drawn: list[dict[str, Any]], unused: list[str]
) -> None:
    for each in drawn:
        text = each["text"]
        content: dict[str, Any] = {"body": text}
        if isinstance(text, list):
            content = {
                "kind": "checklist",
                "items": [{"text": line, "checked": checked, "indent": indent} for line, checked, indent in text],
            }
        lines = text if isinstance(text, str) else "".join(line for line, _, _ in text)
        says = bool((each["title"] + lines).strip()) or each["pictures"]
        fields = {"title": each["title"] if says else "untitled"}
        fields |= {"color": each["color"], "labels": each["labels"]}
        draft = replace(
            service.prepare(MemoFields(**fields, **content)),
            created_at=each["created_at"],
            updated_at=each["created_at"] + timedelta(microseconds=each["age"]),
            pinned="pinned" in each["place"],
            archived="archived" in each["place"],
            trashed_at=each["created_at"] if "trashed" in each["place"] else None,
        )
        with images.stored(database, store, each["pictures"]), database.writing(user.id) as write:
            service.create(write, draft, store=store, pictures=each["pictures"])
    with database.writing(user.id) as write:
        for name in unused:
            if not labels.ids_by_key(write.session, user.id, [name]):
                labels.create(write, name)


def account(database: Database, user: User) -> tuple[list[Any], list[str]]:
    """All that is the user's, in its order, but for ids and counters."""
    with database.reading() as session:
        memos = [
            memo._replace(
                id=0,
                revision=0,
                position="",
                items=tuple((item.text, item.checked, item.indent) for item in memo.items),
                labels=tuple(label.name for label in memo.labels),
                images=tuple((each.digest, each.type, each.size, each.width, each.height) for each in memo.images),
            )
            for some in read_all(session, user.id)
            for memo in some
        ]
        return memos, [(label.name, label.memo_count) for label in labels.list_all(session, user.id)]


def exported(database: Database, store: LocalStore, user: User) -> bytes:
    return b"".join(export(database, store, user.id))


def move_in(database: Database, store: LocalStore, user: User, data: bytes, find: Any = find_takeout) -> Report:
    with open_archive([Source("export.zip", io.BytesIO(data))]) as archive:
        return Importer(database, store, user.id, 1_000_000).run(find(archive))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(MEMO, max_size=4), unused=st.lists(NAMES, max_size=2))
def test_an_empty_account_becomes_the_one_that_was_exported(
    database: Database, tmp_path: Path, drawn: list[dict[str, Any]], unused: list[str]
) -> None:
    store, other_store = LocalStore(tmp_path / "blobs"), LocalStore(tmp_path / "others")
    user, other, third = make_user(database), make_user(database), make_user(database)
    fill(database, store, user, drawn, unused)
    before, data = account(database, user), exported(database, store, user)
    report = move_in(database, other_store, other, data)
    assert (report.notes, report.left) == (len(drawn), {})
    assert account(database, other) == before
    # The same by way of the Markdown files, which know no labels without notes.
    assert move_in(database, other_store, third, data, find_markdown).notes == len(drawn)
    assert account(database, third)[0] == before[0]
    # And once more into the account it came from: all of it is there.
    assert move_in(database, store, user, data).notes == 0
    assert account(database, user) == before


def test_two_notes_that_are_alike_are_two_afterwards(database: Database, tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "blobs")
    user, other = make_user(database), make_user(database)
    for _ in range(2):
        make_memo(database, user, "alike", title="alike")
    data = exported(database, store, user)
    for find in (find_takeout, find_markdown):
        move_in(database, store, other, data, find)
        assert account(database, other) == account(database, user)
