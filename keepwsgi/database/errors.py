"""What the database refuses with, whichever engine it is."""

from __future__ import annotations


class DatabaseUnavailable(Exception):
    """The database is locked, absent or out of reach for now; the same call may succeed a little later."""


class DatabaseOutdated(Exception):
    """The tables are not those this release works with: `keepwsgi db upgrade` has not been run."""


class UserGone(LookupError):
    """The user a write was opened for does not exist (any more)."""
