"""Writes the tables of `docs/README.md` and `docs/README.ko.md`, and leaves what stands around them.

    python -m docs.table

The rows are in `rows.py`. Chapters are found by the files they name, cases are counted in `tests/conformance`.
A test writes both pages again and compares.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from docs.rows import EXTENSIONS, ROWS, Row
from keepwsgi.guide.contents import chapter_of, chapters
from tests.conformance.table import FILES
from tests.conformance.table import ROWS as CASES

Language = Literal["en", "ko"]
DOCS = Path(__file__).parent
ROOT = DOCS.parent
PAGES: dict[Language, Path] = {"en": DOCS / "README.md", "ko": DOCS / "README.ko.md"}
#: Where the guide's chapters are in each language.
GUIDES: dict[Language, str] = {"en": "guide", "ko": "guide/ko"}


def chapter_file(row: Row) -> str:
    """The name of the row's chapter, as `08-sessions`. Raises LookupError where the guide has none."""
    if not row.chapter:
        found = chapter_of(row.files[0])
        if found is None:
            raise LookupError(f"no chapter names {row.files[0]}")
        return found
    return numbered(row.chapter)


def numbered(name: str) -> str:
    """`sessions` as the file it is in, `08-sessions`. Raises LookupError."""
    names = [chapter.name for chapter in chapters() if chapter.name.partition("-")[2] == name]
    if not names:
        raise LookupError(f"the guide has no chapter {name!r}")
    return names[0]


def link(path: str | Path) -> str:
    """A link from `docs/` to a file or folder of the project, under its name in its room."""
    path = ROOT / path
    name = path.relative_to(ROOT).as_posix().removeprefix("keepwsgi/layers/")
    return f"[{name}{'/' * path.is_dir()}]({os.path.relpath(path, DOCS)})"


def links(paths: Iterable[str | Path]) -> str:
    """Several links in one cell."""
    return ", ".join(map(link, paths))


def proof(row: Row) -> str:
    """How many cases there are, linked to their files, and the other tests."""
    told = []
    for name in row.cases:
        told.append(
            f"{len(CASES[name])}: "
            + ", ".join(f"[{file.stem}]({os.path.relpath(file, DOCS)})" for file in FILES[name])
        )
    return ", ".join([*told, *map(link, row.tests)])


def rows(language: Language) -> list[str]:
    """The lines of the first table, without its head."""
    titles = {chapter.name: chapter.title for chapter in chapters(language)}
    lines = []
    for row in ROWS:
        name = chapter_file(row)
        flask = row.korean if language == "ko" and row.korean else row.flask
        chapter = f"[{titles[name]}]({GUIDES[language]}/{name}.md)"
        lines.append(f"| {flask} | {links(row.files)} | {chapter} | {links(row.used)} | {proof(row)} |")
    return [*lines, f"| | | | | {sum(map(len, CASES.values()))} |"]


def extensions() -> list[str]:
    """The lines of the second table, without its head."""
    return [f"| {row.flask} | {links(row.files)} | {links(row.used)} |" for row in EXTENSIONS]


def page(language: Language) -> str:
    """The page as it is, with the rows below each table's head written again."""
    tables = {5: rows(language), 3: extensions()}
    lines: list[str] = []
    below = False
    for line in PAGES[language].read_text(encoding="utf-8").splitlines():
        if re.fullmatch(r"(\|---)+\|", line):
            lines += [line, *tables[line.count("---")]]
            below = True
        elif not (below and line.startswith("|")):
            lines.append(line)
            below = False
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(page(language), encoding="utf-8")
