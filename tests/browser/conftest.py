"""Debian's Chromium, headless, on the real server: with scripts off, and with scripts on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.people import make_new, sign_in
from tests.browser.watching import Expected, Watched
from tests.serving.conftest import Server, StartServer, servers_in, start_server

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

# Milliseconds: a busy machine is no failure, and only a failure waits so long.
PATIENCE: Final = 15_000
expect.set_options(timeout=PATIENCE)

SCREEN: Final = {"width": 1440, "height": 900}
PHONE: Final = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "has_touch": True,
    "is_mobile": True,
}


class OpenPage(Protocol):
    """Opens a page in a browser context of its own; `options` are those of a Playwright context.

    `expecting` are the answers and console lines that are meant: `expecting=[409, "ERR_CONNECTION_REFUSED"]`.
    """

    def __call__(self, *, expecting: Expected = (), **options: Any) -> Page: ...


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # The same browser without its windows: a new context takes it a third of the time.
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@contextmanager
def watched_contexts(
    chromium: Browser, server: Server, *, refused_from: int
) -> Iterator[Callable[..., BrowserContext]]:
    """What makes watched contexts; at the end they are closed, and fail the test if anything was wrong."""
    everything: list[Watched] = []

    def make(*, expecting: Expected = (), **options: Any) -> BrowserContext:
        context = chromium.new_context(**{"base_url": server.url, "locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE)
        everything.append(Watched(context, server.url, refused_from=refused_from, expected=expecting))
        return context

    try:
        yield make
        troubles = [trouble for watched in everything for trouble in watched.settle()]
    finally:
        for watched in everything:
            watched.context.close()
    assert not troubles, "\n".join(troubles)


# --- One server for all tests, and somebody new in each ----------------------------------------------------------


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers_in(tmp_path_factory.mktemp("shared")) as start:
        yield start("keepwsgi", "serve", "--port", "{port}", KEEPWSGI_REGISTRATION="open")


@contextmanager
def somebody_new(chromium: Browser, server: Server, *, refused_from: int, **usual: Any) -> Iterator[OpenPage]:
    """What opens pages where one and the same new user is signed in; `usual` are options of their contexts."""
    name = make_new(server.data)
    with watched_contexts(chromium, server, refused_from=refused_from) as make:

        def open_(**options: Any) -> Page:
            context = make(**{**usual, **options})
            sign_in(context, name)
            return context.new_page()

        yield open_


@pytest.fixture
def open_without_scripts(chromium: Browser, shared_server: Server) -> Iterator[OpenPage]:
    """Call it for a page without scripts, where the test's own new user is signed in; twice for two devices.

    The page is nowhere yet. Any answer from 500 on is wrong.
    """
    with somebody_new(chromium, shared_server, refused_from=500, java_script_enabled=False) as open_:
        yield open_


@pytest.fixture
def open_with_scripts(chromium: Browser, shared_server: Server) -> Iterator[OpenPage]:
    """`open_without_scripts`, with them. Any answer from 400 on is wrong unless it is expected."""
    with somebody_new(chromium, shared_server, refused_from=400, viewport=SCREEN) as open_:
        yield open_


@pytest.fixture
def open_on_phone(open_with_scripts: OpenPage) -> OpenPage:
    """`open_with_scripts`, on a phone: 390 x 844, touched."""
    return lambda **options: open_with_scripts(**{**PHONE, **options})


@pytest.fixture
def open_signed_out(chromium: Browser, shared_server: Server) -> Iterator[OpenPage]:
    """Call it for a page with scripts, where nobody is signed in."""
    with watched_contexts(chromium, shared_server, refused_from=400) as make:
        yield lambda **options: make(**{"viewport": SCREEN, **options}).new_page()


@pytest.fixture
def open_page(chromium: Browser, start_server: StartServer) -> Iterator[OpenPage]:
    """Call it for a page without scripts on a server of its own, where nobody has been yet."""
    server = start_server("keepwsgi", "serve", "--port", "{port}")
    with watched_contexts(chromium, server, refused_from=500) as make:
        yield lambda **options: make(**{"java_script_enabled": False, **options}).new_page()
