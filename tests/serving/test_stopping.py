"""What a SIGTERM does to requests that are running."""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.serving.conftest import Server, StartServer

MEGABYTE = 1024 * 1024


@pytest.fixture
def slow_server(start_server: StartServer, tmp_path: Path) -> Server:
    return start_server("python", "-m", "tests.serving.slow", "{port}", str(tmp_path))


def until(condition: Callable[[], bool]) -> None:
    """Ask again and again, for at most 20 seconds."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def refuses(server: Server) -> bool:
    host, port = urlsplit(server.url).hostname, urlsplit(server.url).port
    try:
        socket.create_connection((host, port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        pass
    return False


def test_a_slow_request_is_answered_and_new_ones_are_refused(slow_server: Server, tmp_path: Path) -> None:
    answers: list[bytes] = []
    asking = threading.Thread(
        target=lambda: answers.append(urllib.request.urlopen(slow_server.url + "/slow", timeout=20).read())
    )
    asking.start()
    until((tmp_path / "begun").exists)
    slow_server.process.send_signal(signal.SIGTERM)
    until(lambda: refuses(slow_server))
    assert answers == []
    (tmp_path / "go").touch()
    asking.join(timeout=20)
    assert answers == [b"finished"]
    assert slow_server.process.wait(timeout=10) == 0


def test_a_slow_download_of_20_megabytes_is_delivered_whole(slow_server: Server) -> None:
    connection = http.client.HTTPConnection(urlsplit(slow_server.url).netloc, timeout=20)
    connection.request("GET", "/large")
    answer = connection.getresponse()
    received = len(answer.read(MEGABYTE))
    slow_server.process.send_signal(signal.SIGTERM)
    until(lambda: refuses(slow_server))
    while chunk := answer.read(MEGABYTE):
        received += len(chunk)
    assert received == 20 * MEGABYTE
    connection.close()
    assert slow_server.process.wait(timeout=10) == 0


def test_an_idle_kept_alive_connection_does_not_hold_the_server_up(slow_server: Server) -> None:
    connection = http.client.HTTPConnection(urlsplit(slow_server.url).netloc, timeout=20)
    connection.request("GET", "/")
    connection.getresponse().read()
    started = time.monotonic()
    slow_server.process.send_signal(signal.SIGTERM)
    assert slow_server.process.wait(timeout=10) == 0
    assert time.monotonic() - started < 5
    connection.close()


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_keepwsgi_serve_ends_without_an_error(signum: signal.Signals, start_server: StartServer) -> None:
    server = start_server("keepwsgi", "serve", "--port", "{port}")
    server.process.send_signal(signum)
    assert server.process.wait(timeout=10) == 0
    assert "Traceback" not in server.log.read_text()


def test_a_second_signal_ends_the_server_at_once(slow_server: Server, tmp_path: Path) -> None:
    asking = threading.Thread(target=lambda: ask_in_vain(slow_server.url + "/slow"))
    asking.start()
    until((tmp_path / "begun").exists)
    slow_server.process.send_signal(signal.SIGTERM)
    until(lambda: refuses(slow_server))
    slow_server.process.send_signal(signal.SIGTERM)
    assert slow_server.process.wait(timeout=10) == 1
    asking.join(timeout=20)


def ask_in_vain(url: str) -> None:
    with contextlib.suppress(OSError):
        urllib.request.urlopen(url, timeout=20).read()


def test_somebody_who_never_finishes_asking_does_not_hold_the_server_up(slow_server: Server) -> None:
    address = urlsplit(slow_server.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as half:
        half.sendall(b"GET / HTTP/1.1\r\nHost: ")
        # Whoever comes later is answered later: the half of a request has arrived.
        urllib.request.urlopen(slow_server.url + "/", timeout=20).close()
        slow_server.process.send_signal(signal.SIGTERM)
        assert slow_server.process.wait(timeout=10) == 0


def test_a_hundred_and_fifty_who_never_finish_asking_keep_nobody_waiting(slow_server: Server) -> None:
    address = urlsplit(slow_server.url)
    with contextlib.ExitStack() as halves:
        for _ in range(150):
            half = halves.enter_context(socket.create_connection((address.hostname, address.port), timeout=5))
            half.sendall(b"GET / HTTP/1.1\r\nHost: ")
        # With waitress's own limit of a hundred connections this would take two minutes.
        with urllib.request.urlopen(slow_server.url + "/", timeout=20) as answer:
            assert answer.read() == b"ok"


def test_an_address_in_use_is_said_in_one_line(start_server: StartServer) -> None:
    server = start_server("keepwsgi", "serve", "--port", "{port}")
    port = str(urlsplit(server.url).port)
    second = start_server("keepwsgi", "serve", "--port", port, wait=False)
    assert second.process.wait(timeout=20) == 1
    assert second.log.read_text().startswith(f"Error: cannot listen on 127.0.0.1:{port}")
