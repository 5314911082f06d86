"""Stand-in until the pictures room is here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from keepwsgi.database import Database, Write


@dataclass(frozen=True, slots=True)
class Image:
    id: int
    memo_id: int
    digest: str
    type: str
    size: int
    width: int
    height: int


class ImageNotFound(LookupError):
    pass


class TooManyPictures(ValueError):
    pass


def of_memos(session: Session, memo_ids: Sequence[int]) -> dict[int, tuple[Image, ...]]:
    if memo_ids:
        session.execute(text("SELECT 1"))
    return {}


def add(write: Write, store: Any, memo_id: int, picture: Any) -> Image:
    raise NotImplementedError


def remove(write: Write, memo_id: int, image_id: int) -> str:
    raise ImageNotFound


def copy(write: Write, from_memo_id: int, to_memo_id: int) -> None:
    pass


def digests_of(write: Write, memo_ids: Sequence[int]) -> list[str]:
    return []


def remove_unreferenced(database: Database, store: Any, digests: Iterable[str]) -> None:
    pass
