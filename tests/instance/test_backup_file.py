"""Files that are no whole backup: cut short, changed, or made to do harm. Each is refused, and nothing changes."""

from __future__ import annotations

import hashlib
import io
import json
import random
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from keepwsgi.database import Database
from keepwsgi.images.stores import LocalStore
from keepwsgi.instance import backup_file
from keepwsgi.instance.backup_file import BadBackup, open_backup
from keepwsgi.instance.manifest import MANIFEST, SUMS, InstanceError
from keepwsgi.instance.restoring import restore
from tests.factories import make_user
from tests.instance.conftest import BEGUN_ANEW, backed_up, fill_instance, pictures, rows

Files = dict[str, bytes]


@pytest.fixture
def whole(sqlite: Database, store: LocalStore, tmp_path: Path) -> bytes:
    """The bytes of a backup."""
    fill_instance(sqlite, store)
    backed_up(sqlite, store, tmp_path / "backup.zip")
    return (tmp_path / "backup.zip").read_bytes()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """An instance that has been served, but has no account."""
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    database.upgrade()
    yield database
    database.dispose()


def files_of(data: bytes) -> Files:
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def forged(
    files: Files,
    *,
    packed: Callable[[str], bool] = lambda name: name.startswith("tables/"),
    of: Files | None = None,
) -> bytes:
    """A zip of these files in which all sums are right, or are those `of` others."""
    rest = {name: data for name, data in files.items() if name not in (MANIFEST, SUMS)}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in (of or rest).items()).encode()
    manifest = json.loads(files[MANIFEST]) | {"sums": hashlib.sha256(sums).hexdigest()}
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name, data in {**rest, SUMS: sums, MANIFEST: json.dumps(manifest).encode()}.items():
            archive.writestr(name, data, ZIP_DEFLATED if packed(name) else ZIP_STORED)
    return file.getvalue()


def changed(files: Files, **manifest: Any) -> Files:
    return files | {MANIFEST: json.dumps(json.loads(files[MANIFEST]) | manifest).encode()}


def refusal(empty: Database, store: LocalStore, tmp_path: Path, data: bytes) -> str:
    """Restore, and return why that was refused; nothing has changed by it."""
    file = tmp_path / "bad.zip"
    file.write_bytes(data)
    before, kept = rows(empty), pictures(store)
    with pytest.raises(InstanceError) as refused:
        restore(empty, store, file)
    assert (rows(empty), pictures(store)) == (before, kept)
    return str(refused.value)


def test_a_file_that_was_cut_short_is_refused(whole: bytes) -> None:
    for length in [*range(0, len(whole), 997), len(whole) - 1]:
        with pytest.raises(BadBackup), open_backup(io.BytesIO(whole[:length])):
            pass


def test_a_flipped_bit_is_found_or_does_no_harm(whole: bytes) -> None:
    files, rng = files_of(whole), random.Random(1)
    found = 0
    for _ in range(150):
        place = rng.randrange(len(whole) * 8)
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        try:
            with open_backup(io.BytesIO(damaged)) as backup:
                # In a date or an attribute of the zip: what is in it is what was.
                assert {name: backup.archive.read(name) for name in files} == files
        except BadBackup:
            found += 1
    assert found > 100


def test_what_is_no_backup_is_said_to_be_none(
    whole: bytes, empty: Database, other_store: LocalStore, tmp_path: Path
) -> None:
    files = files_of(whole)
    picture = next(name for name in files if name.startswith("pictures/"))

    def why(data: bytes) -> str:
        return refusal(empty, other_store, tmp_path, data)

    assert "no backup" in why(b"no zip")
    assert "no backup" in why(forged(files)[:-200])
    assert "newer release" in why(forged(changed(files, version=2)))
    assert "newer release" in why(forged(changed(files, revision="9999")))
    assert "manifest.json" in why(forged(changed(files, tables={})))
    assert "tables" in why(forged(changed(files, tables={"users": "many"})))
    # Sums that are not right, files that are too many or too few.
    without = {name: data for name, data in files.items() if name != "tables/memos.jsonl"}
    rest = {name: data for name, data in files.items() if name not in (MANIFEST, SUMS)}
    assert "memos.jsonl is not as it was" in why(forged(files | {"tables/memos.jsonl": b""}, of=rest))
    assert "SHA256SUMS names what is not" in why(forged(without, of=rest))
    assert "rows" in why(forged(files | {"tables/memos.jsonl": b""}))
    assert "same" in why(forged({name: data for name, data in files.items() if name != picture}))
    assert "another picture" in why(forged(files | {picture: b"another"}))
    tables = {name: count for name, count in json.loads(files[MANIFEST])["tables"].items() if name != "memos"}
    assert "not those of revision" in why(forged(changed(without, tables=tables)))


def test_a_file_that_was_made_to_do_harm_is_refused(
    whole: bytes, empty: Database, other_store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = files_of(whole)
    picture = next(name for name in files if name.startswith("pictures/"))

    def why(data: bytes) -> str:
        return refusal(empty, other_store, tmp_path, data)

    for path in ("../evil", "/etc/evil", "pictures/../../evil", "tables/..\\evil.jsonl", "tables/A.jsonl"):
        assert "no file of a backup" in why(forged(files | {path: b""}))
    assert "packed" in why(forged(files, packed=lambda name: name.startswith("pictures/")))

    def with_entry(change: Callable[[ZipInfo], object]) -> bytes:
        file = io.BytesIO(whole)
        with ZipFile(file, "a") as archive:
            change(archive.getinfo(picture))
            archive._didModify = True  # type: ignore[attr-defined]  # writes its index anew
        return file.getvalue()

    def link(info: ZipInfo) -> None:
        info.external_attr = (stat.S_IFLNK | 0o777) << 16

    def encrypted(info: ZipInfo) -> None:
        info.flag_bits |= 1

    def larger(info: ZipInfo) -> None:
        info.file_size = info.compress_size = 1 << 40

    assert "no plain file" in why(with_entry(link))
    assert "no plain file" in why(with_entry(encrypted))
    assert "more than it does" in why(with_entry(larger))

    # A row that unpacks into more than memory, and an index as large as that.
    monkeypatch.setattr(backup_file, "LINE_MOST", 100_000)
    bomb = b'{"id": "' + b"0" * 200_000 + b'"}\n'
    assert "too long" in why(forged(changed(files | {"tables/users.jsonl": bomb}, tables=counts(files, users=1))))
    monkeypatch.setattr(backup_file, "INDEX_MOST", 100)
    assert "index is too large" in why(whole)


def counts(files: Files, **tables: int) -> dict[str, int]:
    return json.loads(files[MANIFEST])["tables"] | tables


def test_rows_that_do_not_fit_change_nothing(
    whole: bytes, empty: Database, other_store: LocalStore, tmp_path: Path
) -> None:
    files = files_of(whole)

    def why(table: str, **values: Any) -> str:
        lines = files[f"tables/{table}.jsonl"].splitlines(keepends=True)
        row = json.loads(lines[0]) | values
        lines[0] = json.dumps(row).encode() + b"\n"
        forgery = forged(files | {f"tables/{table}.jsonl": b"".join(lines)})
        return refusal(empty, other_store, tmp_path, forgery)

    assert "tables/memos.jsonl, line 1 has other columns" in why("memos", sql="DROP TABLE users")
    assert "in pinned" in why("memos", pinned=1)
    assert "in id" in why("memos", id=2**63)
    assert "in title" in why("memos", title=["a"])
    assert "in created_at" in why("memos", created_at="2024-05-01T00:00:00")
    assert "do not fit" in why("memos", title=None)
    assert "refer to rows that are not there" in why("memos", user_id=99)


def test_an_instance_with_an_account_is_left_alone(
    whole: bytes, database: Database, other_store: LocalStore, tmp_path: Path
) -> None:
    make_user(database)
    assert "has accounts already" in refusal(database, other_store, tmp_path, whole)


def test_a_backup_of_an_older_release_is_migrated(
    whole: bytes, sqlite: Database, other_store: LocalStore, tmp_path: Path
) -> None:
    newer = ("leases", "jobs", "imported_notes")
    old = {
        name: data
        for name, data in files_of(whole).items()
        if not name.endswith(tuple(f"{n}.jsonl" for n in newer))
    }
    tables = {name: count for name, count in counts(old).items() if name not in newer}
    (tmp_path / "old.zip").write_bytes(forged(changed(old, tables=tables, revision="0007")))
    other = Database(f"sqlite:///{tmp_path}/other.db")
    restore(other, other_store, tmp_path / "old.zip")
    before = rows(sqlite, but=BEGUN_ANEW)
    assert rows(other, but=BEGUN_ANEW) == before | {"jobs": [], "imported_notes": []}
    other.dispose()
