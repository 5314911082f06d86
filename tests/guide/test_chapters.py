"""What every chapter has: its parts in order, links that lead somewhere, and names that Flask really has."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from keepwsgi.guide.contents import ROOT, chapter_of
from keepwsgi.guide.rendering import render
from tests.conformance.differences import ANSWERS, CONFIGURED
from tests.conformance.differences_ko import KOREAN
from tests.conformance.print_differences import PAGES, printed

from .blocks import FOLDER, LANGUAGES, chapters

ALL = [path for language in LANGUAGES for path in chapters(language)]
PARTS = {
    "en": ["With nothing but WSGI", "The layer", "In Flask", "Differences", "In Flask's source"],
    "ko": ["WSGI만으로", "계층", "Flask에서는", "차이점", "Flask 소스에서"],
}
#: These two are lists, not layers.
LISTS = ("differences", "left-out")


def named(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def targets(path: Path) -> list[str]:
    found: list[str] = []

    def keep(target: str) -> None:
        found.append(target)

    render(path.read_text(encoding="utf-8"), keep)
    return found


def test_both_languages_have_the_same_chapters() -> None:
    assert [path.name for path in chapters("en")] == [path.name for path in chapters("ko")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chapter_has_all_five_parts_in_order(language: str) -> None:
    for path in chapters(language):
        if not path.stem.endswith(LISTS):
            page = render(path.read_text(encoding="utf-8"), lambda target: target)
            assert [text for _, text in page.sections] == PARTS[language], named(path)


@pytest.mark.parametrize("path", [*ALL, *(folder / "README.md" for folder in LANGUAGES.values())], ids=named)
def test_every_link_leads_to_something(path: Path) -> None:
    for target in targets(path):
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve()
        assert there.exists(), target
        if anchor and there.suffix == ".md":
            assert f'id="{anchor}"' in render(there.read_text(encoding="utf-8"), lambda target: target).html, (
                target
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_and_the_feet_of_the_pages_lead_through_all_chapters(language: str) -> None:
    paths = chapters(language)
    names = [path.name for path in paths]
    listed = [target for target in targets(LANGUAGES[language] / "README.md") if target in names]
    assert listed == names
    for before, path, after in zip([None, *paths], paths, [*paths[1:], None], strict=False):
        foot = path.read_text(encoding="utf-8").rpartition("---\n")[2]
        assert re.findall(r"\]\((\S+)\)", foot) == [
            *([before.name] if before else []),
            "README.md",
            *([after.name] if after else []),
        ], named(path)


@pytest.mark.parametrize("path", chapters("en"), ids=named)
def test_what_is_said_to_be_in_the_source_of_flask_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8").partition("## In Flask's source")[2]
    names = re.findall(r"`((?:flask|flask_wtf|werkzeug|jinja2|click|itsdangerous)(?:\.\w+)+)`", text)
    assert names or path.stem.endswith(LISTS)
    for name in names:
        assert exists(name), name
    korean = (LANGUAGES["ko"] / path.name).read_text(encoding="utf-8").partition("## Flask 소스에서")[2]
    assert {name for name in names if f"`{name}`" not in korean} == set()


def exists(name: str) -> bool:
    """Whether the dotted name can be imported, the last parts being attributes."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        return found is not None
    return False


@pytest.mark.parametrize("language", PAGES)
def test_the_page_of_differences_is_the_list_that_the_comparison_uses(language: str) -> None:
    assert PAGES[language].read_text(encoding="utf-8") == printed(language), (
        "run: python -m tests.conformance.print_differences"
    )


def test_every_layer_has_its_chapter() -> None:
    without = {"__init__.py", "handler.py", "headers.py", "locale.py", "multipart.py"}
    layers = {path.name for path in (ROOT / "keepwsgi" / "layers").glob("*.py")} - without
    assert {name for name in layers if chapter_of(f"keepwsgi/layers/{name}") is None} == set()


def test_every_difference_is_told_in_korean_and_named_in_a_chapter() -> None:
    names = [each.name for each in (*CONFIGURED, *ANSWERS.values())]
    assert set(KOREAN) == set(names)
    told = {path.name: path.read_text(encoding="utf-8") for path in chapters("en") if path not in PAGES.values()}
    assert [name for name in names if not any(f"[{name}](27-" in text for text in told.values())] == []
