"""Makes the picture of the READMEs from the real application: `.venv/bin/python docs/screenshots.py`.

Needs the `test` extra and Chromium. Serves a folder of its own with the demo memos, and looks at it.
"""

from __future__ import annotations

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

from playwright.sync_api import sync_playwright

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
        page.screenshot(path=DOCS / "board.png")
        browser.close()


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
