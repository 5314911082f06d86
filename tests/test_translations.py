"""The catalogues hold every text of the pages and nothing else."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from keepwsgi.layers import Application
from keepwsgi.translations import LANGUAGES, catalogue

TOP = Path(__file__).parent.parent
FOLDER = TOP / "keepwsgi" / "translations"
#: Of Python: `translate(request, "…")`, `translate_many(request, "…", "…", n)`, `N_("…")`. Of Jinja2: its own.
KEYWORDS = {
    "translate": (2,),
    "translate_many": (2, 3),
    "N_": None,
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
}
TRANSLATED = sorted(set(LANGUAGES) - {"en"})

#: What the x-ray calls by its own name in every language.
NAMES = {"x-ray", "· x-ray", "SQL", "UTC", "ms", "environ", "start_response(, headers)"}

Id = str | tuple[str, ...]


def extracted() -> dict[Id, str]:
    """Every text that is marked for translation, and where it is."""
    with (FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found: dict[Id, str] = {}
    # The mapping names files from the top, where much lies besides: environments, tests, examples.
    for name, line, message, _, _ in extract_from_dir(
        TOP, methods, options, KEYWORDS, directory_filter=is_translated
    ):
        if name.startswith(("keepwsgi/", "templates/")):
            found[message] = f"{name}:{line}"
    return found


def is_translated(folder: str | os.PathLike[str]) -> bool:
    """Whether the folder is to be looked through."""
    path = Path(folder).relative_to(TOP)
    return path.parts[0] in ("keepwsgi", "templates") and path.name != "__pycache__"


def stored(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "keepwsgi.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> dict[Id, Message]:
    """The catalogue without its header, by text."""
    return {
        tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id: message
        for message in stored(language)
        if message.id
    }


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[a-z]", text))


def strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string),)


def test_texts_are_found_in_python_and_in_templates() -> None:
    places = extracted().values()
    assert sum(place.startswith("keepwsgi/") for place in places) > 40
    assert sum(place.startswith("templates/") for place in places) > 40


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_missing(language: str) -> None:
    have = messages(language)
    missing = {
        text: place for text, place in extracted().items() if text not in have or not all(strings(have[text]))
    }
    assert missing == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_fuzzy_or_obsolete(language: str) -> None:
    fuzzy = [message.id for message in messages(language).values() if message.fuzzy]
    assert fuzzy == []
    assert list(stored(language).obsolete) == []
    assert set(messages(language)) - set(extracted()) == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_same_placeholders(language: str) -> None:
    for text, message in messages(language).items():
        # A language without plurals says with the plural's words what English says in two ways.
        wanted = placeholders(text if isinstance(text, str) else text[-1])
        for string in strings(message):
            assert placeholders(string) == wanted, text


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_is_in_its_language(language: str) -> None:
    same = [text for text, message in messages(language).items() if text in strings(message)]
    assert same == []


def test_the_template_of_catalogues_holds_the_same_texts() -> None:
    with (FOLDER / "keepwsgi.pot").open("rb") as file:
        template = read_po(file)
    texts = {
        tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id
        for message in template
        if message.id
    }
    assert texts == set(extracted())


def test_every_language_can_be_loaded_and_english_is_as_it_is_written(app: Application) -> None:
    for language in LANGUAGES:
        assert catalogue(language).gettext("Title")
    assert catalogue("en").ngettext("one", "many", 2) == "many"
    assert catalogue("ko").gettext("Title") == "제목"


def test_no_text_of_a_template_is_left_unmarked() -> None:
    """Words between tags, or in an attribute that is read out, that no `_()` stands around."""
    for path in sorted((TOP / "templates").rglob("*.html")):
        source = re.sub(r"\{#.*?#\}|\{%-?\s*trans.*?endtrans.*?%\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        source = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.DOTALL)
        words = re.findall(r">([^<>]*[A-Za-z]{2}[^<>]*)<", source)
        words += re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*[A-Za-z]{2}[^"]*)"', source)
        assert {word.strip() for word in words} <= {"keepwsgi", "· keepwsgi", *NAMES}, path.name
