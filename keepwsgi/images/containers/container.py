"""What reading a file from the outside gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Container:
    """A picture file without its metadata.

    `data` is the very bytes that were given where there was nothing to leave out. `width` and `height` are those
    of the canvas, before `orientation` (EXIF's, 1 to 8) is applied; `frames` is more than 1 for an animation.
    `is_lossless` says whether the pixels can be written anew without losing anything.
    """

    data: bytes
    width: int
    height: int
    frames: int = 1
    orientation: int = 1
    is_lossless: bool = False


class Damaged(ValueError):
    """The file ends too early, or is not put together as its format demands."""
