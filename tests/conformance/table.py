"""All written cases by row of what Flask layers on WSGI."""

from __future__ import annotations

import importlib
from pathlib import Path

from .comparison import Case

_modules = [
    importlib.import_module(f".rows.{path.stem}", __package__)
    for path in sorted((Path(__file__).parent / "rows").glob("*.py"))
    if path.stem != "__init__"
]

#: By the rows' names; a row may have several files.
ROWS: dict[str, list[Case]] = {}
FILES: dict[str, list[Path]] = {}
for _module in sorted(_modules, key=lambda module: str(module.ROW)):
    ROWS.setdefault(_module.ROW, []).extend(_module.CASES)
    FILES.setdefault(_module.ROW, []).append(Path(_module.__file__ or ""))
