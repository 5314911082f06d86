"""Makes the pictures of the READMEs from the real application: `.venv/bin/python docs/screenshots.py`.

Needs the `test` extra and Chromium. Serves a folder of its own with the demo memos, gives some of them pictures,
and looks at it.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, ViewportSize, sync_playwright

IMAGES = Path(__file__).parent / "images"
WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
# The memo that is shown open; the demo has the same ones each time.
OPENED = "Groceries"
KEEPWSGI = [sys.executable, "-m", "keepwsgi"]


def main() -> None:
    """Serve the demo, sign in, and photograph it."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "KEEPWSGI_DATA_DIR": folder}
        demo = subprocess.run([*KEEPWSGI, "demo"], env=environment, capture_output=True, text=True, check=True)
        password = demo.stdout.split()[-1]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=["--no-sandbox", "--disable-gpu"],
                # Their room is kept in any case.
                ignore_default_args=["--hide-scrollbars"],
            )
            with served(environment) as url:
                photograph(browser, url, password)
            with served({**environment, "KEEPWSGI_ENV": "development"}) as url:
                photograph_xray(browser, url, password)
            browser.close()


@contextmanager
def served(environment: dict[str, str]) -> Iterator[str]:
    """The address of a server, which ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([*KEEPWSGI, "serve", "--port", str(port)], env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def photograph_xray(browser: Browser, url: str, password: str) -> None:
    """The x-ray of a board."""
    high: ViewportSize = {"width": 1440, "height": 1360}
    page = signed_in(browser.new_context(base_url=url, viewport=high, locale="en-GB"), password)
    # The second time: what is made once, as compiled templates are, is made.
    answer = page.request.get("/")
    take(page, "xray", f"/_xray/{answer.headers['x-request-id']}")


def photograph(browser: Browser, url: str, password: str) -> None:
    """The pictures of what people use."""
    english = browser.new_context(base_url=url, viewport=WIDE, locale="en-GB", color_scheme="light")
    page = signed_in(english, password)
    add_pictures(page)
    page.emulate_media(color_scheme="dark")
    take(page, "board-dark", "/")
    page.emulate_media(color_scheme="light")
    take(page, "board-light", "/")
    page.locator(".memo-card__link", has_text=OPENED).first.click()
    page.locator("#memo-title").wait_for()
    # The caret, which blinks, is not taken; the ring round the text would be.
    page.locator("#memo-title").evaluate("() => document.activeElement.blur()")
    save(page, "memo")
    everywhere: dict[str, Any] = {"base_url": url, "locale": "ko-KR", "storage_state": english.storage_state()}
    take(browser.new_context(**everywhere, viewport=WIDE).new_page(), "search-korean", "/search?q=두부")
    phone = browser.new_context(
        **everywhere, viewport=NARROW, device_scale_factor=2, is_mobile=True, has_touch=True
    )
    take(phone.new_page(), "phone", "/")


def signed_in(context: BrowserContext, password: str) -> Page:
    """A page of the demo's reader."""
    page = context.new_page()
    page.goto("/login")
    page.locator("[name=username]").fill("demo")
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.locator(".memo-card").first.wait_for()
    return page


def take(page: Page, name: str, path: str) -> None:
    """The screenshot of the page at `path`."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    save(page, name)


def save(page: Page, name: str) -> None:
    """The screenshot as a PNG in as few bytes as it takes."""
    image = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    image.save(IMAGES / f"{name}.png", optimize=True)


def add_pictures(page: Page) -> None:
    """Put one picture on the first memo of the board, and three on the third."""
    token = page.locator("[name=csrf_token]").first.get_attribute("value") or ""
    cards = [card.get_attribute("id") or "" for card in page.locator(".memo-card").all()]
    for card, pictures in ((cards[0], (0,)), (cards[2], (1, 2, 3))):
        for number in pictures:
            file: FilePayload = {"name": "picture.png", "mimeType": "image/png", "buffer": landscape(number)}
            answer = page.request.post(
                f"/api/v1/memos/{card.removeprefix('memo-')}/images",
                multipart={"file": file},
                headers={"X-CSRF-Token": token},
            )
            if not answer.ok:
                raise SystemExit(answer.text())


def landscape(number: int) -> bytes:
    """A PNG of hills under a sky, in one of four lights."""
    width, height = 800, 560
    high, low, sun, hill = _LIGHTS[number]
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        share = y / height
        color = tuple(round(a + (b - a) * share) for a, b in zip(high, low, strict=True))
        draw.line([(0, y), (width, y)], fill=color)
    draw.ellipse([520, 110, 620, 210], fill=sun)
    for layer in range(3):
        shade = tuple(round(part * (1 - 0.25 * layer)) for part in hill)
        left, right = 330 + 70 * layer, 290 + 90 * layer
        draw.polygon(
            [(0, left), (260 - 90 * layer, left - 110), (width, right), (width, height), (0, height)], shade
        )
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


# Sky above, sky at the horizon, sun, hills.
_LIGHTS = (
    ((247, 178, 122), (253, 226, 190), (255, 244, 214), (146, 104, 98)),
    ((120, 178, 222), (214, 234, 246), (255, 250, 224), (104, 150, 110)),
    ((58, 66, 110), (176, 128, 150), (250, 232, 196), (70, 66, 98)),
    ((150, 208, 214), (236, 244, 226), (255, 246, 196), (92, 140, 132)),
)


def wait_for(url: str) -> None:
    """Until it answers."""
    for _ in range(200):
        try:
            urllib.request.urlopen(url).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"no answer from {url}")


if __name__ == "__main__":
    main()
