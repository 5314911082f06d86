"""What an application is made of, read off the application itself: its routes and its layers, as tables."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from keepwsgi.guide.contents import chapter_of
from keepwsgi.layers import Application

#: The last line of a layer's docstring.
_IN_FLASK = re.compile(r"^In Flask: (.+)\.$", re.MULTILINE)


def routes(app: Application) -> list[dict[str, str]]:
    """One row for each rule of the URL map, in the map's own order."""
    rows = []
    for rule in app.routes.map.iter_rules():
        blueprint, dot, _ = rule.endpoint.rpartition(".")
        rows.append(
            {
                "methods": ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
                "rule": rule.rule,
                "endpoint": rule.endpoint,
                "blueprint": blueprint if dot else "",
            }
        )
    return rows


def layers(app: Application) -> list[dict[str, str]]:
    """One row for each WSGI middleware, each layer, and the dispatch at the centre, outermost first."""
    parts: list[tuple[str, Callable[..., Any]]] = [("middleware", each) for each in app.middleware]
    parts += [("layer", each) for each in app.layers]
    parts.append(("handler", app.routes.dispatch))
    return [{"kind": kind, **describe(part)} for kind, part in parts]


def describe(part: Callable[..., Any]) -> dict[str, str]:
    """Its name, what Flask calls it, the file it is written in, and the guide's chapter about that."""
    function = part.func if isinstance(part, partial) else part
    name = function.__qualname__.split(".<locals>")[0].rpartition(".")[2]
    source = Path(inspect.getsourcefile(function) or "").relative_to(Path(__file__).parent.parent)
    said = _IN_FLASK.search(inspect.getdoc(outer(function)) or "")
    return {
        "name": name,
        "in Flask": said[1] if said else "",
        "source": source.as_posix(),
        "guide": guide(chapter_of(source.as_posix())),
    }


def guide(chapter: str | None) -> str:
    """Where a chapter of the guide is to be read: its file, which the application serves in development."""
    return f"docs/guide/{chapter}.md" if chapter else ""


def outer(function: Callable[..., Any]) -> Any:
    """The function that made this one: `sessions` for the `layer` inside it."""
    names = function.__qualname__.split(".<locals>")[0].split(".")
    found: Any = inspect.getmodule(function)
    for name in names:
        found = getattr(found, name)
    return found


def table(rows: list[dict[str, str]]) -> str:
    """Rows as aligned columns under their names."""
    if not rows:
        return ""
    lines = [dict(zip(rows[0], rows[0], strict=True)), *rows]
    widths = {name: max(len(row[name]) for row in lines) for name in rows[0]}
    return "\n".join("  ".join(row[name].ljust(widths[name]) for name in widths).rstrip() for row in lines)
