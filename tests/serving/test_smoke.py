"""The same walk through the application over real sockets, on each server and mounting it is meant for."""

from __future__ import annotations

import http.cookiejar
import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.conftest import ROOT, Server, StartServer, servers_in

MOUNTED = "tests.serving.mounted:app"


class Visitor:
    """Somebody with a browser that has no scripts: cookies, forms and the token in them."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        self.url = url
        self.headers = headers or {}
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.page = ""
        self.address = ""

    def go(self, path: str, **fields: str) -> int:
        """GET, or POST the fields with the token of the last page; follows redirects; returns the status."""
        data = None
        if fields:
            token = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
            assert token, self.page
            data = urllib.parse.urlencode({"csrf_token": token[1], **fields}).encode()
        request = urllib.request.Request(self.url + path, data, self.headers)
        try:
            with self.opener.open(request, timeout=20) as answer:
                self.page, self.address = answer.read().decode(), answer.url
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                self.page = error.read().decode()
                return error.code


def register(visitor: Visitor, name: str) -> None:
    who = {"username": name, "password": "correct horse", "password_confirm": "correct horse"}
    assert visitor.go("/register") == 200
    assert visitor.go("/register", **who) == 200
    assert visitor.address == f"{visitor.url}/"


def walk(visitor: Visitor) -> None:
    """Register, write, edit, archive, trash, restore and delete a memo."""
    register(visitor, "minji")
    assert visitor.go("/memos", title="장보기", body="두부, 대파") == 200
    found = re.search(r"/memos/(\d+)\"", visitor.page)
    assert found
    memo = f"/memos/{found[1]}"
    assert "두부, 대파" in visitor.page
    assert visitor.go(memo) == 200
    assert visitor.go(memo, title="장보기", body="두부, 대파, **달걀**") == 200
    assert "<strong>달걀</strong>" in visitor.page
    assert visitor.go(f"{memo}/archive", next="") == 200
    assert visitor.go("/archive") == 200
    assert "달걀" in visitor.page
    assert visitor.go(f"{memo}/trash", next="") == 200
    assert visitor.go(f"{memo}/restore", next="") == 200
    assert visitor.go(f"{memo}/trash", next="") == 200
    assert visitor.go(f"{memo}/delete", confirm="yes") == 200
    assert visitor.go(memo) == 404
    style = re.search(r'href="([^"]+/css/base\.css)"', visitor.page)
    assert style
    with urllib.request.urlopen(urllib.parse.urljoin(visitor.url, style[1]), timeout=20) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "command",
    [
        ("python", "serve.py", "--port", "{port}"),
        ("waitress-serve", "--listen=127.0.0.1:{port}", "keepwsgi:app"),
        ("gunicorn", "-w", "2", "-b", "127.0.0.1:{port}", "keepwsgi:create_app()"),
    ],
    ids=["serve.py", "waitress", "gunicorn-factory"],
)
def test_a_memo_lives_its_life_on(command: tuple[str, ...], start_server: StartServer) -> None:
    walk(Visitor(start_server(*command).url))


def test_a_memo_lives_its_life_on_postgresql_once_the_database_is_prepared(
    empty_postgres: str, start_server: StartServer
) -> None:
    server = start_server(
        "gunicorn", "-w", "2", "-b", "127.0.0.1:{port}", "keepwsgi:app", KEEPWSGI_DATABASE_URL=empty_postgres
    )
    visitor = Visitor(server.url)
    assert visitor.go("/register") == 503
    assert "keepwsgi db upgrade" in visitor.page
    subprocess.run(
        [sys.executable, "-m", "keepwsgi", "db", "upgrade"],
        cwd=ROOT,
        env={"DATABASE_URL": empty_postgres, "PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
    )
    walk(visitor)


@pytest.fixture(
    scope="module",
    params=[
        ("keepwsgi", "serve", "--port", "{port}"),
        ("gunicorn", "-w", "2", "-b", "127.0.0.1:{port}", "keepwsgi:app"),
    ],
    ids=["serve", "gunicorn"],
)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Each of the two servers that the README names first, for people who know nothing of each other."""
    with servers_in(tmp_path_factory.mktemp("server")) as start:
        yield start(*request.param, KEEPWSGI_REGISTRATION="open")


def test_a_memo_lives_its_life(server: Server) -> None:
    walk(Visitor(server.url))


def test_a_body_over_the_limit_is_answered_413_in_the_look_of_the_site(server: Server) -> None:
    visitor = Visitor(server.url)
    register(visitor, "jun")
    assert visitor.go("/memos", body="x" * 3_000_000) == 413
    assert "tokens.css" in visitor.page


def test_memos_are_kept_while_seven_people_guess_passwords(server: Server) -> None:
    visitor = Visitor(server.url)
    register(visitor, "hana")
    stop = threading.Event()
    answers: list[int] = []

    def guess() -> None:
        guesser = Visitor(server.url)
        guesser.go("/login")
        while not stop.is_set():
            answers.append(guesser.go("/login", username="hana", password="hunter2222"))

    guessers = [threading.Thread(target=guess) for _ in range(7)]
    for guesser in guessers:
        guesser.start()
    kept = [visitor.go("/memos", body=f"memo {number}") for number in range(20)]
    stop.set()
    for guesser in guessers:
        guesser.join()
    assert kept == [200] * 20
    # Wrong, too many at once, or too often; never let in and never a mistake of the server.
    assert set(answers) <= {422, 503, 429}


def test_a_memo_lives_its_life_mounted_under_another_application(start_server: StartServer) -> None:
    server = start_server("waitress-serve", "--listen=127.0.0.1:{port}", MOUNTED, mount="/keep")
    visitor = Visitor(server.url)
    walk(visitor)
    assert [cookie.path for cookie in visitor.cookies] == ["/keep"]


def test_a_memo_lives_its_life_behind_a_proxy_that_strips_its_path(start_server: StartServer) -> None:
    server = start_server(
        "keepwsgi",
        "serve",
        "--port",
        "{port}",
        KEEPWSGI_TRUSTED_PROXIES="1",
        KEEPWSGI_URL_PREFIX="/notes",
    )
    # What the proxy would send on for https://notes.example/notes/login
    request = urllib.request.Request(
        server.url + "/login",
        headers={
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "notes.example",
            "X-Forwarded-For": "192.0.2.7",
        },
    )
    opener = urllib.request.build_opener(NoRedirects)
    with pytest.raises(urllib.error.HTTPError) as redirect:
        opener.open(request, timeout=20)
    with redirect.value as answer:
        assert answer.headers["Location"] == "/notes/register"
    request.full_url = server.url + "/register"
    with opener.open(request, timeout=20) as answer:
        page, cookie = answer.read().decode(), answer.headers["Set-Cookie"]
    assert 'action="/notes/register"' in page
    assert "Secure" in cookie
    assert "Path=/notes" in cookie


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:
        return None


@pytest.mark.parametrize("preload", [(), ("--preload",)], ids=["each", "preload"])
def test_four_workers_that_start_at_once_on_an_empty_folder_all_come_up(
    preload: tuple[str, ...], start_server: StartServer, tmp_path: Path
) -> None:
    server = start_server("gunicorn", "-w", "4", *preload, "-b", "127.0.0.1:{port}", "keepwsgi:app")
    visitors = [Visitor(server.url) for _ in range(12)]
    assert [visitor.go("/register") for visitor in visitors] == [200] * 12
    assert {visitor.page.count("csrf_token") > 0 for visitor in visitors} == {True}
    # One key for all of them: whoever made the token, any worker takes it.
    who = {"username": "minji", "password": "correct horse", "password_confirm": "correct horse"}
    assert visitors[0].go("/register", **who) == 200
    assert all(visitors[0].go("/") == 200 and "minji" in visitors[0].page for _ in range(12))
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert "Traceback" not in server.log.read_text()


def test_importing_the_package_opens_nothing(tmp_path: Path) -> None:
    script = "import keepwsgi, sys; print([name for name in ('sqlalchemy', 'jinja2') if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"
    assert list(tmp_path.iterdir()) == []
