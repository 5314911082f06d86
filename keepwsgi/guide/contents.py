"""Which chapters the guide has. They are files of the checkout, `docs/guide/NN-name.md`; a wheel carries none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "docs" / "guide"
#: The chapters of the first language lie in the folder itself.
FOLDERS: Final = {"en": FOLDER, "ko": FOLDER / "ko"}
INDEX: Final = "README"

_SOURCE: Final = re.compile(r"\]\((?:\.\./)+(keepwsgi/[^)#]+)\)")


@dataclass(frozen=True)
class Chapter:
    """A chapter in one language. `sources` are the files of layers it is about, as its third line names them."""

    name: str
    title: str
    path: Path
    sources: tuple[str, ...]


def chapters(language: str = "en") -> list[Chapter]:
    """The chapters in their order; none where there is no guide."""
    return [_read(path) for path in sorted(FOLDERS[language].glob("[0-9][0-9]-*.md"))]


def chapter_of(source: str) -> str | None:
    """The name of the chapter about a source file such as `keepwsgi/layers/session.py`, or None."""
    return next((chapter.name for chapter in chapters() if source in chapter.sources), None)


def _read(path: Path) -> Chapter:
    title, _, layer, *_ = [*path.read_text(encoding="utf-8").splitlines(), "", "", ""]
    return Chapter(path.stem, title.removeprefix("# "), path, tuple(_SOURCE.findall(layer)))
