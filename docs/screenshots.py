"""Makes the picture of the READMEs from the real application: `.venv/bin/python docs/screenshots.py`.

Needs the `test` extra and Chromium. Serves a folder of its own with the demo memos, gives some of them pictures,
and looks at it.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Page, sync_playwright

DOCS = Path(__file__).parent
KEEPWSGI = [sys.executable, "-m", "keepwsgi"]


def main() -> None:
    """Serve the demo, sign in, and photograph the board."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "KEEPWSGI_DATA_DIR": folder}
        demo = subprocess.run([*KEEPWSGI, "demo"], env=environment, capture_output=True, text=True, check=True)
        password = demo.stdout.split()[-1]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen([*KEEPWSGI, "serve", "--port", str(port)], env=environment)
        try:
            photograph(f"http://127.0.0.1:{port}", password)
        finally:
            server.terminate()
            server.wait()


def photograph(url: str, password: str) -> None:
    """Write `board.png` beside this file."""
    wait_for(url + "/healthz")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(base_url=url, viewport={"width": 1280, "height": 800}, locale="en-GB")
        page.goto("/login")
        page.get_by_label("User name").fill("demo")
        page.get_by_label("Password").fill(password)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile("/$"))
        add_pictures(page)
        page.goto("/")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=DOCS / "board.png")
        browser.close()


def add_pictures(page: Page) -> None:
    """Put one picture on the first memo of the board, and three on the third."""
    links = [link.get_attribute("href") or "" for link in page.locator(".memo-card__link").all()]
    for link, pictures in ((links[0], [landscape(0)]), (links[2], [landscape(n) for n in (1, 2, 3)])):
        page.goto(link)
        files: list[FilePayload] = [
            {"name": "picture.png", "mimeType": "image/png", "buffer": data} for data in pictures
        ]
        page.locator("#memo-file").set_input_files(files)
        page.get_by_role("button", name="Upload").click()
        page.locator(".memo-pictures").wait_for()


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
