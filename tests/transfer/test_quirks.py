"""Everything odd about real archives, in one of them; and each oddity of names, text and time."""

from __future__ import annotations

import io
import shutil
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pytest

from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.images.stores import LocalStore
from keepwsgi.memos import service
from keepwsgi.transfer.archive import Source, open_archive
from keepwsgi.transfer.scanning import find_markdown, find_takeout
from tests.transfer.conftest import JPEG, left, memos, move_in
from tests.transfer.takeout import MADE, attachment, items, note, odd_takeout, zipped

FOLDER = "part1.zip: Takeout/Keep 메모/"


@pytest.fixture
def database_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """Reading archives is the same on both engines; test_importing and test_round_trip write on both."""
    shutil.copyfile(migrated_sqlite, tmp_path / "keepwsgi.db")
    return f"sqlite:///{tmp_path / 'keepwsgi.db'}"


def test_every_oddity_of_an_archive_is_handled_and_told(database: Database, store: LocalStore, user: User) -> None:
    first, second = odd_takeout(JPEG)
    report = move_in(database, store, user, first, second)
    found = memos(database, user)
    told = {
        reason: sorted((file.replace(FOLDER, ""), what) for file, what in lines)
        for reason, lines in left(report).items()
    }
    assert told == {
        "broken": [("torn.json", ""), ("type.json", "")],
        "foreign": [
            ("part1.zip: Takeout/Mail/settings.json", ""),
            ("part1.zip: Takeout/archive_browser.html", ""),
            ("part2.zip: Takeout/Keep 메모/nobodys.png", ""),
        ],
        "duplicate": [("again.json", "")],
        "empty": [("empty.json", "")],
        "audio": [("voice.json", "voice.3gp")],
        "missing": [("lost.json", "lost.png")],
        "picture": [("heic.json", "phone.heic")],
        "sharees": [("shared.json", "jun@example.com")],
        "unknown": [("later.json", "color: MAUVE"), ("later.json", "reminders")],
        "characters": [("half.json", "")],
        "refused": [("long.json", "title")],
        "label": [("labelled.json", "x" * 51)],
        "format": [("rich.json", "")],
    }
    assert (report.notes, report.pictures) == (len(found), 5)
    for title in ("jpeg", "case", "nfd", "cut", "other part"):
        assert len(found[title].images) == 1, title
    assert found["half"].body == "half an emoji � and nothing �"
    assert [label.name for label in found["labelled"].labels] == ["Home"]
    assert found["link"].body == "read this\n\n[A \\[good\\] page](https://example.com/a)"
    assert [item.text for item in found["linked list"].items] == ["milk", "A page https://example.com/b"]
    assert found["said"].body == "see https://example.com/c"
    assert [(item.text, item.checked) for item in found["both"].items] == [("above", False), ("milk", True)]
    assert found["rich"].body == "## Plan\n**bold** and *it* under\n2\\*3"
    assert found["null"].body == ""
    # 1 is the oldest that has a time; those without one are below all others.
    board = list(found)
    assert board.index("jpeg") < board.index("again") < board.index("null")


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("a.jpeg", "a.jpg"),
        ("a.jpg", "A.JPG"),
        (unicodedata.normalize("NFC", "사진.png"), unicodedata.normalize("NFD", "사진.png")),
        ("a-rather-long-name-that-was-cut-off.jpg", "a-rather-long-name-that.jpg"),
        ("a-rather-long-name-that.jpg", "a-rather-long-name-that-was-cut-off.jpg"),
        ("elsewhere/a.jpg", "a.jpg"),
    ],
)
def test_a_picture_is_found_by_what_its_note_calls_it(
    database: Database, store: LocalStore, user: User, said: str, there: str
) -> None:
    archive = zipped({"n.json": note("n", attachments=[attachment(said)]), there: JPEG})
    assert move_in(database, store, user, archive).pictures == 1


def test_of_two_names_that_begin_alike_neither_is_taken(database: Database, store: LocalStore, user: User) -> None:
    files = {"a-rather-long-name-one.jpg": JPEG, "a-rather-long-name-two.jpg": JPEG}
    archive = zipped({"n.json": note("n", attachments=[attachment("a-rather-long-name.jpg")]), **files})
    assert left(move_in(database, store, user, archive))["missing"] == [
        ("Takeout/Keep/n.json", "a-rather-long-name.jpg")
    ]


def test_a_picture_that_lay_in_a_part_that_was_not_there_comes_later(
    database: Database, store: LocalStore, user: User
) -> None:
    fields = {"attachments": [attachment("a.jpg"), attachment("b.jpg")]}
    first, second = zipped({"n.json": note("n", **fields), "a.jpg": JPEG}), zipped({"b.jpg": JPEG})
    assert move_in(database, store, user, first).pictures == 1
    assert move_in(database, store, user, second).notes == 0
    assert move_in(database, store, user, first, second).pictures == 1
    assert move_in(database, store, user, first, second).pictures == 0
    assert len(memos(database, user)["n"].images) == 2


def test_notes_stand_as_they_were_made_the_newest_on_top(
    database: Database, store: LocalStore, user: User
) -> None:
    archive = zipped({f"{age}.json": note(f"{age}", age=age) for age in (5, 1, 4, 2, 3)})
    move_in(database, store, user, archive)
    assert list(memos(database, user)) == ["1", "2", "3", "4", "5"]


def test_what_was_deleted_for_ever_comes_again_with_its_archive(
    database: Database, store: LocalStore, user: User
) -> None:
    archive = zipped({"n.json": note("n"), "t.json": note("t", age=1)})
    move_in(database, store, user, archive)
    for title, forever in (("n", True), ("t", False)):
        with database.writing(user.id) as write:
            memo = service.trash(write, memos_by(database, user, title))
            if forever:
                service.delete(write, memo.id)
    report = move_in(database, store, user, archive)
    assert (report.notes, left(report)) == (1, {"known": [("Takeout/Keep/t.json", "")]})


def memos_by(database: Database, user: User, title: str) -> int:
    return memos(database, user)[title].id


def test_labels_beyond_what_an_account_can_have_are_told(
    database: Database, store: LocalStore, user: User
) -> None:
    archive = zipped(
        {"n.json": note("n", labels=[{"name": "first"}]), "Labels.txt": "\n".join(map(str, range(500)))}
    )
    report = move_in(database, store, user, archive)
    assert report.labels == 500
    assert left(report) == {"label": [("Labels.txt", "499")]}


def test_an_obsidian_vault_is_moved_in(database: Database, store: LocalStore, user: User, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    for path, content in {
        "Daily/one.md": (
            b"---\ntags: [home, work/deep]\ncreated: 2024-03-01\ncssclass: x\n---\n# Hi\n\n![[sea.png]]\nend\n"
        ),
        "list.md": "- [ ] 우유\n\t- [x] 저지방\n- [ ] 빵\n".encode(),
        "img/sea.png": JPEG,
        "md.md": b'text ![alt](img/sea.png "t") and ![far](https://example.com/x.png) ![[gone.png]]',
        "no end.md": b"---\nnot front matter",
        ".obsidian/app.json": b"{}",
        "doc.pdf": b"%PDF",
    }.items():
        (vault / path).parent.mkdir(parents=True, exist_ok=True)
        (vault / path).write_bytes(content)
    (vault / "outside.md").symlink_to("/etc/passwd")
    report = move_in(database, store, user, vault, find=find_markdown)
    found = memos(database, user)
    assert (found["one"].body, len(found["one"].images)) == ("# Hi\n\n\nend", 1)
    assert [label.name for label in found["one"].labels] == ["home", "work/deep"]
    assert f"{found['one'].created_at:%Y-%m-%d}" == "2024-03-01"
    assert [(item.text, item.checked, item.indent) for item in found["list"].items] == [
        ("우유", False, 0),
        ("저지방", True, 1),
        ("빵", False, 0),
    ]
    assert found["md"].body == "text  and ![far](https://example.com/x.png) ![[gone.png]]"
    assert found["no end"].body == "---\nnot front matter"
    assert left(report) == {
        "link": [("outside.md", "")],
        "missing": [("md.md", "gone.png")],
        "unknown": [("Daily/one.md", "cssclass")],
        "foreign": [(".obsidian/app.json", ""), ("doc.pdf", "")],
    }


def test_an_unpacked_folder_and_loose_files_are_as_good_as_a_zip(tmp_path: Path) -> None:
    folder = tmp_path / "Takeout" / "Notizen"
    folder.mkdir(parents=True)
    zipfile.ZipFile(io.BytesIO(zipped({"n.json": note("n"), "m.json": note("m")}, folder="."))).extractall(folder)
    for sources in (
        [Source("Takeout", tmp_path)],
        [Source("n.json", folder / "n.json"), Source("m.json", io.BytesIO((folder / "m.json").read_bytes()))],
    ):
        with open_archive(sources) as archive:
            assert len(find_takeout(archive).notes) == 2


def test_times_are_taken_from_whatever_says_them(database: Database, store: LocalStore, user: User) -> None:
    said: dict[str, dict[str, Any]] = {
        "text": {"createdTimestampUsec": str(MADE), "userEditedTimestampUsec": str(MADE)},
        "edited": {"createdTimestampUsec": 0, "userEditedTimestampUsec": MADE + 1},
        "none": {"createdTimestampUsec": 0, "userEditedTimestampUsec": None},
        "endless": {"createdTimestampUsec": 10**30, "userEditedTimestampUsec": -5},
    }
    archive = zipped({f"{title}.json": note(title, **fields) for title, fields in said.items()})
    assert move_in(database, store, user, archive).notes == 4
    found = memos(database, user)
    assert found["edited"].created_at == found["edited"].updated_at
    assert found["edited"].created_at > found["text"].created_at
    assert found["none"].created_at == found["endless"].created_at == database.now()


def test_a_list_is_a_list_whatever_else_it_has(database: Database, store: LocalStore, user: User) -> None:
    move_in(database, store, user, zipped({"n.json": note("n", listContent=items("x a", "b"))}))
    assert [item.text for item in memos(database, user)["n"].items] == ["a", "b"]
