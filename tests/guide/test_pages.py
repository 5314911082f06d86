"""The guide as pages of the application: in development only, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client

from keepwsgi import create_app
from keepwsgi.config import load_settings

from .blocks import LANGUAGES, chapters


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    app = create_app(load_settings(data_dir=tmp_path_factory.mktemp("guide"), env="development"))
    yield app.test_client()
    app.config["DATABASE"].dispose()


def test_every_chapter_is_a_page_in_both_languages(client: Client) -> None:
    for language in LANGUAGES:
        for path in chapters(language):
            page = client.get(f"/guide/{path.stem}", headers={"Accept-Language": language})
            title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
            assert page.status_code == 200, path
            assert f">{title}</h1>" in page.text
            assert f'<article class="guide__chapter" lang="{language}">' in page.text


def test_the_links_of_a_page_lead_to_pages(client: Client) -> None:
    page = client.get("/guide").text
    assert 'href="/guide/08-sessions"' in page
    assert 'href="/guide/source/keepwsgi/layers/session.py"' in client.get("/guide/08-sessions").text
    assert ".md" not in page
    pages = ["/guide", *(f"/guide/{path.stem}" for path in chapters("en"))]
    links = {
        link
        for page in pages
        for language in LANGUAGES
        for link in re.findall(r'href="(/guide[^"#?]*)', client.get(f"{page}?language={language}").text)
    }
    assert len(links) > 2 * len(pages)
    assert [link for link in sorted(links) if client.get(link).status_code != 200] == []


def test_a_language_that_was_chosen_stays_chosen(client: Client) -> None:
    korean = client.get("/guide/08-sessions?language=ko", headers={"Accept-Language": "en"}).text
    assert 'href="/guide/01-nine-lines?language=ko"' in korean
    assert '<a href="/guide/09-flashes?language=ko">플래시 메시지 →</a>' in korean
    assert 'href="/guide/08-sessions?language=en"' in korean


def test_a_file_of_the_repository_is_shown_as_text(client: Client) -> None:
    answer = client.get("/guide/source/keepwsgi/layers/session.py")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "class CookieSessions" in answer.text
    for path in (
        ".env",
        ".git/config",
        "keepwsgi/../.git/config",
        "instance/secret_key",
        "pyproject.toml",
    ):
        assert client.get(f"/guide/source/{path}").status_code == 404, path


def test_a_chapter_that_is_not_there_is_a_404(client: Client) -> None:
    for name in ("99-nothing", "..", "README", "ko", "../architecture"):
        assert client.get(f"/guide/{name}").status_code == 404, name


def test_in_production_there_is_no_guide(tmp_path: Path) -> None:
    app = create_app(load_settings(data_dir=tmp_path, env="production"))
    for path in ("/guide", "/guide/08-sessions", "/guide/source/keepwsgi/factory.py"):
        assert app.test_client().get(path).status_code == 404
    app.config["DATABASE"].dispose()
