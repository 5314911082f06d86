"""Hashing passwords, a few at a time: the work is made heavy on purpose, and must not slow anybody's memo."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Final

from werkzeug.security import check_password_hash, generate_password_hash

# Each hash takes a processor core for about a tenth of a second and 32 MB. Those who wait hold a server thread,
# of which there are 8 by default: half of them stay free for everything else, however many people guess.
AT_ONCE: Final = 2
WAITING: Final = 2
PER_NETWORK: Final = 2
PATIENCE: Final = 5  # seconds

# The hash of a password nobody knows, for the names nobody has: made as `Hasher.hash` makes them.
_NOBODY: Final = (
    "scrypt:32768:8:1$4YAgjY54CFAqvVnc$"
    "e6449ab6e783cce92ccca4a40fc1facf296034d33082e661d74ebb09814d688d"
    "e79b95e9b4e4c38bc9e579dfc5fd678df5dc9771780ddbbcc3ea74a90d2e263b"
)


class TooBusy(Exception):
    """Too many passwords are being hashed; try again after `retry_after` seconds."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__(f"too many passwords at once; try again in {retry_after} s")
        self.retry_after = retry_after


class Hasher:
    """Hashes and checks for whoever holds a place. Only `place` makes one."""

    def hash(self, password: str) -> str:
        """Return a salted scrypt hash of `password`."""
        return generate_password_hash(password)

    def check(self, password_hash: str | None, password: str) -> bool:
        """Say whether `password` is the one; with None, for a name nobody has, do the same work and say no."""
        matches = check_password_hash(_NOBODY if password_hash is None else password_hash, password)
        return matches and password_hash is not None


# One count for the process, not for each application in it: what is rationed are the machine's cores.
_running = threading.BoundedSemaphore(AT_ONCE)
_admitted: Counter[str] = Counter()
_counting = threading.Lock()


@contextlib.contextmanager
def place(network: str = "") -> Iterator[Hasher]:
    """Take one of the places for hashing, waiting for it a little if few others wait. Raises TooBusy.

    `network` is where the password came from: no more than half of the places are given to any one.
    """
    with _counting:
        if _admitted.total() >= AT_ONCE + WAITING or _admitted[network] >= PER_NETWORK:
            raise TooBusy
        _admitted[network] += 1
    try:
        if not _running.acquire(timeout=PATIENCE):
            raise TooBusy
        try:
            yield Hasher()
        finally:
            _running.release()
    finally:
        with _counting:
            _admitted[network] -= 1
            if not _admitted[network]:
                del _admitted[network]
