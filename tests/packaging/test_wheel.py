"""The wheel, installed where nothing else is, serves the board: templates, icons, styles and Korean included."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.serving.conftest import ROOT, free_port, wait_until_it_answers
from tests.serving.test_smoke import Visitor, walk


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own with the wheel in it."""
    folder = tmp_path_factory.mktemp("elsewhere")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)], check=True
    )
    [wheel] = folder.glob("keepwsgi-*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    # Python compiles what is imported; the rest of what is installed need not be.
    subprocess.run([*pip, "--python", str(folder / "venv"), "install", "--no-compile", str(wheel)], check=True)
    return folder / "venv"


def test_the_wheel_serves_the_board_with_icons_styles_and_korean(environment: Path, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = (tmp_path / "log").open("w+")
    process = subprocess.Popen(
        [str(environment / "bin" / "keepwsgi"), "serve", "--port", str(port)],
        cwd=tmp_path,
        env={},
        stdout=log,
        stderr=log,
    )
    try:
        wait_until_it_answers(url + "/healthz", process, tmp_path / "log")
        visitor = Visitor(url, {"Accept-Language": "ko"})
        walk(visitor)
        assert visitor.go("/") == 200
        assert '<html lang="ko"' in visitor.page
        assert "휴지통" in visitor.page
        assert "<svg" in visitor.page
        icon = visitor.page.split('rel="icon"')[1].split('href="')[1].split('"')[0]
        with urllib.request.urlopen(url + icon, timeout=20) as answer:
            assert answer.headers["Content-Type"] == "image/svg+xml"
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()
    assert (tmp_path / "instance" / "keepwsgi.db").exists()
