"""Where code stands, and what Flask calls it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from types import CodeType
from typing import Any

from keepwsgi.xray.journey import Place

_TOP = Path(__file__).parent.parent.parent
#: The last line of a layer's docstring.
_IN_FLASK = re.compile(r"^In Flask: (.+?)\.$", re.MULTILINE)


@cache
def _short(filename: str) -> str:
    """A file's name from the top of its project or package: no path of this machine."""
    path = Path(filename)
    if path.is_relative_to(_TOP) and "site-packages" not in path.parts:
        return path.relative_to(_TOP).as_posix()
    for folder in ("site-packages", "dist-packages"):
        if folder in path.parts:
            return Path(*path.parts[path.parts.index(folder) + 1 :]).as_posix()
    return "/".join(path.parts[-2:])


def file_of(code: CodeType) -> str:
    """The file this code is written in; of a template, the template."""
    return _short(code.co_filename)


def source_of(code: CodeType, line: int | None = None) -> str:
    """`keepwsgi/layers/session.py:190`: the file and the line, by default the function's first."""
    return f"{_short(code.co_filename)}:{line or code.co_firstlineno}"


def within(code: CodeType, *beginnings: str) -> bool:
    """Whether the file of this code begins with one of these, as `source_of` names it."""
    return _short(code.co_filename).startswith(beginnings)


def function_of(part: Callable[..., Any]) -> Any:
    """The function behind a partial or a method."""
    while isinstance(part, partial):
        part = part.func
    return inspect.unwrap(getattr(part, "__func__", part))


def maker_of(part: Callable[..., Any]) -> Any:
    """The function at the top of a module, or in a class, that made this one: `sessions` for its `layer`."""
    function = function_of(part)
    found: Any = inspect.getmodule(function)
    for name in getattr(function, "__qualname__", "").split(".<locals>")[0].split("."):
        found = getattr(found, name, None)
    return function if found is None else found


def place_of(part: Callable[..., Any], code: CodeType) -> Place:
    """Where `part` is written, and what the docstring of the function that made it says of Flask."""
    maker = maker_of(part)
    said = _IN_FLASK.search(inspect.getdoc(maker) or "")
    return Place(source_of(code), said[1].replace("`", "") if said else "", file_of(code))
