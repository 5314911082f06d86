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

#: In the order of the rows' names.
ROWS: dict[str, list[Case]] = {
    module.ROW: module.CASES for module in sorted(_modules, key=lambda module: module.ROW)
}
