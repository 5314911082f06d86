"""The texts of a multipart form that is refused: found, whatever comes between them, at a bounded cost."""

from __future__ import annotations

import io
import time

import pytest

from keepwsgi.layers.multipart import Texts, read_texts

KIB = 1024


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return head.encode() + content + b"\r\n"


END = b"--x--\r\n"


class Slowly(io.BytesIO):
    """A body that arrives a few bytes at a time."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(7, size if size and size > 0 else 7))


def read(body: bytes | io.BytesIO, limit: int = 4096 * KIB, parts: int = 1000) -> Texts:
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    return read_texts(stream, b"x", limit=limit, parts=parts)


def test_texts_are_read_and_files_passed_over() -> None:
    picture = part("file", b"\xff\xd8" * 200 * KIB, "사진.jpg")
    body = part("title", "제목".encode()) + picture + part("label", b"a") + part("label", b"b") + END
    found = read(body)
    assert found.fields.to_dict(flat=False) == {"title": ["제목"], "label": ["a", "b"]}
    assert found.files == ["사진.jpg"]


def test_a_file_field_without_a_file_is_none() -> None:
    found = read(part("body", b"text") + part("file", b"", "") + END)
    assert (found.fields.to_dict(), found.files) == ({"body": "text"}, [])


def test_texts_are_whole_however_the_body_arrives() -> None:
    text = "낱말 --x\r\n-- \r\n\r\n".encode() * 50
    assert read(Slowly(part("body", text) + part("title", b"") + END)).fields.to_dict() == {
        "body": text.decode(),
        "title": "",
    }


def test_of_what_is_too_long_the_texts_before_are_kept_and_the_one_that_is_cut_is_not() -> None:
    body = part("title", b"kept") + part("body", b"a" * 300 * KIB)
    stream = io.BytesIO(body + END)
    assert read(stream, limit=100 * KIB).fields.to_dict() == {"title": "kept"}
    assert stream.tell() == 100 * KIB


def test_more_texts_than_a_form_may_have_are_not_read() -> None:
    found = read(b"".join(part(str(number), b"") for number in range(20)) + END, parts=10)
    assert len(found.fields) == 10


@pytest.mark.parametrize(
    "rest",
    [
        b"--x\r\n",
        b"--x\r\nX: a\r\n\r\n",
        b"--x\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n" + END,
        b'--x\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\n\r\n' + END,
        b"--x\r\n" + b"X: " + b"a" * 2000 * KIB,
        b"--x\r\n" + b"X: a\r\n" * 300 * KIB,
        b"--x\r\n" * 400 * KIB,
        b"--x" + b"\r" * 2000 * KIB,
        part("file", b"\r\n--" * 500 * KIB, "a"),
        part("body", b"\r\n--xx" * 300 * KIB)[:-4],
    ],
)
def test_what_is_malformed_ends_the_reading_quickly_and_costs_no_text_before_it(rest: bytes) -> None:
    started = time.process_time()
    assert read(part("title", b"kept") + rest).fields["title"] == "kept"
    assert time.process_time() - started < 1


def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    assert read(part("title", b"\xff\xfe") + END).fields.to_dict() == {"title": "��"}


def test_a_connection_that_breaks_leaves_what_has_arrived() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            chunk = super().read(size)
            if not chunk:
                raise ConnectionResetError
            return chunk

    assert read(Broken(part("title", b"kept") + part("body", b"half"))).fields.to_dict() == {"title": "kept"}
