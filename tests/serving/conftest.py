"""Real servers on loopback: each a process of its own, on a port of its own, with a data folder of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


class Server:
    """A server process, where it answers, and the folder of its data."""

    def __init__(self, process: subprocess.Popen[str], url: str, *, log: Path, data: Path) -> None:
        self.process = process
        self.url = url
        self.log = log
        self.data = data


def wait_until_it_answers(url: str, process: subprocess.Popen[str] | subprocess.Popen[bytes], log: Path) -> None:
    """Ask again and again, for at most 20 seconds; fails with the server's output."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}:\n{log.read_text()}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"no answer from {url}:\n{log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


StartServer = Callable[..., Server]


@contextlib.contextmanager
def servers_in(folder: Path) -> Iterator[StartServer]:
    """What starts servers that keep their data in `folder`; they are stopped when the block ends."""
    servers: list[Server] = []

    def start(*command: str, mount: str = "", cwd: Path = ROOT, wait: bool = True, **environment: str) -> Server:
        port = free_port()
        log = folder / f"server-{len(servers)}.log"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("KEEPWSGI_")}
        with log.open("w") as output:
            process = subprocess.Popen(
                [str(BIN / command[0]), *(part.format(port=port) for part in command[1:])],
                cwd=cwd,
                env={
                    **clean,
                    "PYTHONPATH": str(ROOT),
                    "PYTHONUNBUFFERED": "1",
                    "KEEPWSGI_DATA_DIR": str(folder / "data"),
                    **environment,
                },
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        server = Server(process, f"http://127.0.0.1:{port}{mount}", log=log, data=folder / "data")
        servers.append(server)
        if wait:
            wait_until_it_answers(server.url + "/healthz", process, log)
        return server

    try:
        yield start
    finally:
        for server in servers:
            # The whole group: gunicorn's workers, and the child of the reloader.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.process.pid, signal.SIGTERM)
        for server in servers:
            try:
                server.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(server.process.pid, signal.SIGKILL)
                server.process.wait()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Call it with a command in which {port} stands for the port; servers are stopped after the test."""
    with servers_in(tmp_path) as start:
        yield start
