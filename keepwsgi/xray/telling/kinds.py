"""How a value is spoken of that may be anybody's secret."""

from __future__ import annotations

from typing import Any


def kind_of(value: Any) -> str:
    """A value by its type and size; itself only where it is a number, a truth or nothing."""
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    size = f"[{len(value)}]" if isinstance(value, (str, bytes, list, tuple, dict, set)) else ""
    return f"{type(value).__name__}{size}"
