"""Zips made to do harm: what is refused is named, and the rest is read."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from typing import Any

import pytest

from keepwsgi.transfer import zips
from keepwsgi.transfer.archive import Source, Unreadable, open_archive
from keepwsgi.transfer.report import Left
from tests.transfer.takeout import note, zipped


def found(data: bytes, name: str = "a.zip") -> tuple[list[str], list[Left]]:
    """The paths that would be read, and what was refused."""
    with open_archive([Source(name, io.BytesIO(data))]) as archive:
        return [entry.path for entry in archive.entries], archive.left


def with_entry(info: zipfile.ZipInfo, content: bytes = b"x") -> bytes:
    """A zip of this entry and one that is harmless."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(info, content)
        archive.writestr("Takeout/Keep/good.json", "{}")
    return made.getvalue()


@pytest.mark.parametrize(
    "path", ["../up.json", "a/../../up.json", "/etc/passwd", "C:/windows", "\\\\server\\share", "a\\..\\..\\b"]
)
def test_a_path_that_leads_out_is_refused(path: str) -> None:
    assert found(with_entry(zipfile.ZipInfo(path))) == (["Takeout/Keep/good.json"], [Left("unsafe", path)])


def test_a_link_is_refused() -> None:
    link = zipfile.ZipInfo("Takeout/Keep/link.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert found(with_entry(link, b"/etc/passwd"))[1] == [Left("link", "Takeout/Keep/link.json")]


def test_what_is_encrypted_is_refused() -> None:
    data = bytearray(with_entry(zipfile.ZipInfo("Takeout/Keep/secret.json")))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    assert found(bytes(data))[1] == [Left("encrypted", "Takeout/Keep/secret.json")]


def test_a_bomb_is_refused_and_the_rest_is_read() -> None:
    bomb = zipfile.ZipInfo("Takeout/Keep/bomb.json")
    bomb.compress_type = zipfile.ZIP_DEFLATED
    assert found(with_entry(bomb, b"0" * 3_000_000)) == (
        ["Takeout/Keep/good.json"],
        [Left("bomb", "Takeout/Keep/bomb.json")],
    )


def test_entries_that_share_their_bytes_are_refused_as_a_whole() -> None:
    once = with_entry(zipfile.ZipInfo("a.json"), b"a" * 50_000 + bytes(range(256)) * 40)
    end = once.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<L", once, end + 16)[0]
    index, count = once[start:end], 200
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2 * count, 2 * count, len(index) * count, start, 0)
    assert found(once[:start] + index * count + tail) == ([], [Left("bomb", "a.zip")])


@pytest.mark.parametrize("is_64", [False, True])
def test_a_larger_index_than_fits_into_memory_is_not_read(is_64: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(zipped({"a.json": note("a")}))
    end = data.rindex(b"PK\x05\x06")
    size, start = struct.unpack_from("<2L", data, end + 12)
    if is_64:
        # What the small record says does not count where there is a large one.
        struct.pack_into("<L", data, end + 12, 0)
        record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, start)
        data[end:end] = record + struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    assert found(bytes(data)) == (["Takeout/Keep/a.json"], [])
    monkeypatch.setattr(zips, "INDEX_MOST", size - 1)
    assert found(bytes(data)) == ([], [Left("damaged", "a.zip")])


def torn(**fields: Any) -> bytes:
    return zipped({"a.json": note("a", "x" * 5_000), "b.json": note("b")})


@pytest.mark.parametrize("data", [torn()[:-30], torn()[:200], b"PK\x03\x04"])
def test_a_zip_that_is_torn_is_told_and_raises_nothing(data: bytes) -> None:
    assert found(data) == ([], [Left("damaged", "a.zip")])


def test_a_file_that_is_not_what_its_index_says_cannot_be_read() -> None:
    data = bytearray(torn())
    at = data.index(b"Takeout/Keep/a.json") + len("Takeout/Keep/a.json") + 5
    data[at : at + 8] = bytes(8)
    with open_archive([Source("a.zip", io.BytesIO(bytes(data)))]) as archive:
        entries = {entry.name: entry for entry in archive.entries}
        with pytest.raises(Unreadable):
            entries["a.json"].read()
        assert entries["b.json"].read()


def test_a_name_in_utf_8_that_does_not_say_so_is_read_as_it_was_meant() -> None:
    data = zipped({"메모.json": note("a")})
    flagless = bytearray(data)
    for signature, at in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        flagless[flagless.index(signature) + at] &= ~0x08 & 0xFF
    assert found(bytes(flagless))[0] == ["Takeout/Keep/메모.json"]
