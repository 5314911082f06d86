"""Debian's Chromium, headless and with scripts off, on the real server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.serving.conftest import Server, StartServer, start_server

__all__ = ["start_server"]

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def server(start_server: StartServer) -> Server:
    return start_server("keepwsgi", "serve", "--port", "{port}")


class Watched:
    """A page, and everything about it that should not have happened."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.page: Page = context.new_page()
        self.troubles: list[str] = []
        self.page.on("console", lambda message: self._note(message.type == "error", message.text))
        self.page.on("pageerror", lambda error: self._note(True, str(error)))
        self.page.on("request", lambda request: self._note(not request.url.startswith(origin), request.url))
        self.page.on("response", lambda answer: self._note(answer.status >= 500, f"{answer.status} {answer.url}"))

    def _note(self, wrong: bool, what: str) -> None:
        # Chromium logs an error for each page that answers 4xx, which some of these tests ask for.
        if wrong and "Failed to load resource" not in what:
            self.troubles.append(what)


@pytest.fixture
def open_page(chromium: Browser, server: Server) -> Iterator[Any]:
    """Call it for a page without scripts; options are those of a Playwright context."""
    contexts: list[BrowserContext] = []
    pages: list[Watched] = []

    def open_(**options: Any) -> Page:
        context = chromium.new_context(**{"java_script_enabled": False, "base_url": server.url, **options})
        context.set_default_timeout(5000)
        contexts.append(context)
        pages.append(Watched(context, server.url))
        return pages[-1].page

    yield open_
    for context in contexts:
        context.close()
    assert [trouble for page in pages for trouble in page.troubles] == []
