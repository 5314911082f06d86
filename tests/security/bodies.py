"""Bodies no browser sends."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from keepwsgi.memos.models import MemoRow
from tests.clients import Browser

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=boundary"


class Input:
    """A body of any length that counts how much of it is read."""

    def __init__(self, length: int, beginning: bytes = b"") -> None:
        self.left = length
        self.beginning = beginning
        self.bytes_read = 0

    def read(self, size: int = -1) -> bytes:
        size = self.left if size < 0 else min(size, self.left)
        self.left -= size
        self.bytes_read += size
        head, self.beginning = self.beginning[:size], self.beginning[size:]
        return head.ljust(size, b"a")

    def readline(self, size: int = -1) -> bytes:
        return self.read(size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        return [self.read()]

    def __iter__(self) -> Any:
        while chunk := self.read(65536):
            yield chunk


def memos_kept(browser: Browser) -> int:
    with browser.database.reading() as session:
        return session.scalar(select(func.count()).select_from(MemoRow)) or 0


def parts(*fields: tuple[str, str]) -> bytes:
    """A multipart body."""
    disposition = '--boundary\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return ("".join(disposition.format(name, text) for name, text in fields) + "--boundary--\r\n").encode()
