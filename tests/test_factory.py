"""The composition root: what making an application does, and what it leaves undone."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from pathlib import Path

import keepwsgi
from keepwsgi import create_app
from keepwsgi.config import load_settings
from tests.serving.conftest import ROOT


def form_token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_two_applications_with_two_data_folders_know_nothing_of_each_other(tmp_path: Path) -> None:
    apps = [create_app(load_settings(data_dir=tmp_path / name)) for name in ("one", "two")]
    clients = [app.test_client() for app in apps]
    token = form_token(clients[0].get("/register").text)
    who = {"username": "minji", "password": "correct horse", "password_confirm": "correct horse"}
    assert clients[0].post("/register", data={"csrf_token": token, **who}).location == "/"
    assert clients[0].get("/").status_code == 200

    assert clients[1].get("/").location == "/login?next=/"
    # The other one still waits for its first account, and does not take this one's cookie.
    assert clients[1].get("/login").location == "/register"
    names = [app.config["SESSION_COOKIE_NAME"] for app in apps]
    cookie = clients[0].get_cookie(names[0])
    assert cookie is not None
    clients[1].set_cookie(names[1], cookie.value)
    assert clients[1].get("/").location == "/login?next=/"
    # A browser sends the cookies of one host to all its ports: each instance has a name of its own.
    assert names[0] != names[1]
    for app in apps:
        app.config["DATABASE"].dispose()
    assert (tmp_path / "one" / "secret_key").read_text() != (tmp_path / "two" / "secret_key").read_text()


def test_making_an_application_opens_no_database_and_starts_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    create_app(load_settings(data_dir=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert threading.active_count() == before


def test_keepwsgi_app_is_made_once_however_many_ask_at_once(tmp_path: Path) -> None:
    script = """
import threading, keepwsgi
found = []
threads = [threading.Thread(target=lambda: found.append(keepwsgi.app)) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len(found) == 8 and len(set(map(id, found))) == 1
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_package_has_no_other_attributes_made_on_demand() -> None:
    assert not hasattr(keepwsgi, "application")


def test_every_setting_is_in_the_example_file() -> None:
    from keepwsgi.config import Settings

    example = (ROOT / ".env.example").read_text()
    described = set(re.findall(r"^#KEEPWSGI_(\w+)=", example, re.MULTILINE))
    names = {name.removesuffix("_setting").upper() for name in Settings.model_fields}
    assert described == names


def test_the_links_of_the_documents_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
