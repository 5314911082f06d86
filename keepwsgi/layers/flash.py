"""A message for the next page that is shown.

Flask calls these `flash` and `get_flashed_messages`. They are a list in the session under `_flashes`,
the same as Flask's. Without them a redirect after a POST could only carry its message in the URL.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from keepwsgi.layers.request import Request


def flash(request: Request, message: Any, category: str = "message") -> None:
    """Keep `message` for the next page. Anything the session can hold may be a message."""
    flashes = request.session.get("_flashes", [])
    flashes.append((category, message))
    # Assigned, not appended in place: the session notices only changes of its own keys.
    request.session["_flashes"] = flashes


def get_flashed_messages(
    request: Request, with_categories: bool = False, category_filter: Collection[str] = ()
) -> list[Any]:
    """The messages kept so far, which are forgotten by it; the same list again within one request.

    With categories each is a pair `(category, message)`. `category_filter` keeps only those categories.
    """
    if not request.loaded("flashes"):
        request.flashes = request.session.pop("_flashes") if "_flashes" in request.session else []
    flashes = request.flashes
    if category_filter:
        flashes = [flash for flash in flashes if flash[0] in category_filter]
    return flashes if with_categories else [message for _, message in flashes]
