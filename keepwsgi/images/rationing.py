"""Decoding takes memory by the pixel: so many pixels are decoded at once, and no more, however many upload."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from typing import Final

from keepwsgi.images.stores import StoreUnavailable

#: The largest picture, and what all pictures being decoded in a process may have together. A pixel takes up to
#: 10 bytes on the way to a thumbnail: half a gigabyte at worst, beside the files themselves.
MAX_PIXELS: Final = 50_000_000


# Who decodes or waits for it holds a server thread, of which there are 8 by default: half of them stay free for
# everything else, however many pictures are sent.
ADMITTED: Final = 4
PATIENCE: Final = 10  # seconds


class TooManyAtOnce(StoreUnavailable):
    """Too many pictures are being decoded: to be sent again a little later."""


class _Ration:
    def __init__(self) -> None:
        self.left = MAX_PIXELS
        self.admitted = 0
        self.changed = threading.Condition()


_ration = _Ration()


@contextlib.contextmanager
def pixels(count: int) -> Iterator[None]:
    """Hold `count` pixels for the length of the block, waiting a little until they are free if few others wait.

    Raises ValueError for more than there ever are, TooManyAtOnce.
    """
    if count > MAX_PIXELS:
        raise ValueError(f"{count} pixels are more than are ever granted")
    ration = _ration
    with ration.changed:
        if ration.admitted >= ADMITTED:
            raise TooManyAtOnce("too many pictures at once")
        ration.admitted += 1
        if not ration.changed.wait_for(lambda: ration.left >= count, PATIENCE):
            ration.admitted -= 1
            raise TooManyAtOnce("the pictures before this one take too long")
        ration.left -= count
    try:
        yield
    finally:
        with ration.changed:
            ration.left += count
            ration.admitted -= 1
            ration.changed.notify_all()


def _after_fork() -> None:
    global _ration
    _ration = _Ration()  # those who held pixels are not here


os.register_at_fork(after_in_child=_after_fork)
