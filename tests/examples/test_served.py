"""The examples as a newcomer runs them: `waitress-serve` in a process of its own, asked over a socket."""

import http.client
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from urllib.parse import quote, urlencode

ROOT = Path(__file__).parents[2]
WAITRESS = Path(sys.executable).with_name("waitress-serve")


@contextmanager
def served(target, folder=ROOT):
    """The port where `target` answers, and a queue of what the server writes to stderr, line by line.

    The server is started in `folder`.
    """
    process = subprocess.Popen(
        # Port 0 is a free one, which the server then names: nobody can take it in between.
        [WAITRESS, "--listen=127.0.0.1:0", target],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    lines = Queue()

    def read():
        for line in process.stderr:
            lines.put(line.rstrip())

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        while not (serving := re.search(r"Serving on http://127\.0\.0\.1:(\d+)", lines.get(timeout=20))):
            pass
        yield int(serving[1]), lines
    finally:
        process.terminate()
        process.wait(timeout=20)
        reader.join(timeout=20)
        process.stderr.close()


def ask(port, method, path, *, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


def test_hello_is_served_by_waitress():
    with served("examples.hello:app") as (port, _):
        status, headers, body = ask(port, "GET", "/")
        assert (status, headers["Content-Type"], body) == (
            200,
            "text/html; charset=utf-8",
            "안녕하세요, keepwsgi!",
        )
        assert ask(port, "GET", "/user/" + quote("홍길동"))[2] == "사용자 이름: 홍길동"
        assert ask(port, "GET", "/nowhere")[0] == 404


def test_quickstart_is_served_by_waitress():
    with served("examples.quickstart:app") as (port, lines):
        _, headers, token = ask(port, "GET", "/token")
        cookie = {"Cookie": headers["Set-Cookie"].partition(";")[0]}
        form = {"Content-Type": "application/x-www-form-urlencoded", **cookie}
        status, headers, _ = ask(
            port, "POST", "/login", body=urlencode({"username": "홍길동", "csrf_token": token}), headers=form
        )
        assert (status, headers["Location"]) == (303, "/")
        cookie = {"Cookie": headers["Set-Cookie"].partition(";")[0]}
        assert ask(port, "GET", "/", headers=cookie)[2] == "Logged in as 홍길동"
        assert ask(port, "POST", "/login", body="username=x", headers=form)[0] == 400
        assert ask(port, "GET", "/countdown/2")[2] == "2\n1\n"

        hooks = [lines.get(timeout=20).rpartition(" quickstart: ")[2] for _ in range(4)]
        assert [hooks[0], hooks[1], hooks[2]] == ["BEFORE_FIRST_REQUEST", "BEFORE_REQUEST", "g.test: True"]


def test_the_blog_is_served_by_waitress_from_a_clean_folder(tmp_path):
    with served("examples.blog:app", tmp_path) as (port, _):
        assert list(tmp_path.iterdir()) == []
        _, headers, page = ask(port, "GET", "/add")
        form = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": headers["Set-Cookie"].partition(";")[0],
        }
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        post = {"title": "첫 글", "content": "<안녕>", "csrf_token": token}
        status, headers, _ = ask(port, "POST", "/add", body=urlencode(post), headers=form)
        assert (status, headers["Location"]) == (303, "/post/1")
        assert "&lt;안녕&gt;" in ask(port, "GET", "/post/1")[2]
        assert "첫 글" in ask(port, "GET", "/")[2]
        assert [path.name for path in tmp_path.iterdir()] == ["blog.db"]
