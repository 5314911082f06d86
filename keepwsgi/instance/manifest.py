"""What a backup says of itself, and how its files are called.

A backup is a zip: `tables/NAME.jsonl`, a row a line; `pictures/ab/abcdef…`, each named by its SHA-256;
`SHA256SUMS` of both, which `sha256sum -c` reads too; last `manifest.json`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from keepwsgi.images.stores import path_of

MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"

#: Told how many pictures are done, and of how many.
Progress = Callable[[int, int], object]

Count = Annotated[int, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class InstanceError(Exception):
    """A backup or a restore cannot be done; the text says why, to whoever runs the instance."""


class Manifest(BaseModel):
    """`tables` is the number of rows of each, `sequences` the last number that each has given to a row.

    `missing` are pictures that rows name and that were not in the store, or damaged there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["keepwsgi backup"] = "keepwsgi backup"
    version: Literal[1] = 1
    keepwsgi: str
    revision: str
    engine: str
    taken_at: AwareDatetime
    tables: dict[str, Count]
    sequences: dict[str, Count]
    pictures: Count
    missing: list[Sha256]
    sums: Sha256

    def summary(self) -> str:
        """What is in it, in a few words."""
        counts = {
            "account": self.tables.get("users", 0),
            "memo": self.tables.get("memos", 0),
            "picture": self.pictures,
        }
        return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items())


def table_path(name: str) -> str:
    """The path of a table's rows."""
    return f"tables/{name}.jsonl"


def picture_path(digest: str) -> str:
    """The path of a picture. Raises ValueError for what is no digest."""
    return f"pictures/{path_of(digest)}"
