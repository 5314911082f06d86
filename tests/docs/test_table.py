"""`docs/README.md`: the table of what Flask layers on WSGI, as true as the code it points to."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from docs.table import EXTENSIONS, PAGES, ROOT, ROWS, Language, page
from tests.conformance.table import ROWS as CASES

LANGUAGES: list[Language] = ["en", "ko"]
#: Rows without a counterpart of Flask's to be compared with; other tests prove them.
NOT_COMPARED = {"Flask-Migrate", "the page: fonts, icons, CSS variables, masonry"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_what_the_rows_and_the_cases_say_today(language: Language) -> None:
    assert PAGES[language].read_text(encoding="utf-8") == page(language), "run `python -m docs.table`"


@pytest.mark.parametrize(
    "path", sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")]), ids=lambda path: path.name
)
def test_every_link_leads_to_something(path: Path) -> None:
    dead = []
    for token in MarkdownIt().enable("table").parse(path.read_text(encoding="utf-8")):
        for child in token.children or []:
            target = str(child.attrGet("href") or child.attrGet("src") or "")
            if (
                target
                and not re.match(r"[a-z]+:|#", target)
                and not (path.parent / target.partition("#")[0]).exists()
            ):
                dead.append(target)
    assert dead == []


def test_every_row_has_a_file_a_use_and_a_proof() -> None:
    for row in ROWS:
        assert row.files, row.flask
        assert row.used, row.flask
        assert row.tests if row.flask in NOT_COMPARED else row.cases, row.flask


def test_every_written_case_belongs_to_one_row_of_the_table() -> None:
    named = Counter(name for row in ROWS for name in row.cases)
    assert named == Counter(dict.fromkeys(CASES, 1))


def test_every_file_of_the_layers_is_in_a_row() -> None:
    named = {name for row in (*ROWS, *EXTENSIONS) for name in row.files}
    layers = {path.relative_to(ROOT).as_posix() for path in (ROOT / "keepwsgi/layers").glob("[!_]*.py")}
    assert layers - named == set()


def test_the_korean_page_says_in_korean_what_is_more_than_names() -> None:
    for row in ROWS:
        without_names = re.sub(r"`[^`]*`|Flask-\w+|“[^”]*”", "", row.flask)
        assert row.korean or not re.search(r"[a-z]{3}", without_names), row.flask
