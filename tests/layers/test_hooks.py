"""Hooks where threads and exceptions other than `Exception` are about."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from keepwsgi.layers import Rule, once, teardown

from .applications import application


def index(request: Any) -> str:
    return "index"


def in_threads(count: int, function: Any) -> None:
    threads = [threading.Thread(target=function) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_once_runs_once_however_many_ask_at_once_and_all_wait_for_it() -> None:
    ran: list[float] = []
    answered: list[float] = []

    def slowly(request: Any) -> None:
        time.sleep(0.05)
        ran.append(time.monotonic())

    app = application([Rule("/", endpoint=index)], inner=[once(slowly)])

    def ask() -> None:
        assert app.test_client().get("/").status_code == 200
        answered.append(time.monotonic())

    in_threads(8, ask)
    assert len(ran) == 1
    assert len(answered) == 8
    assert min(answered) >= ran[0]


def test_once_that_raises_is_tried_again_by_the_next_request() -> None:
    tries: list[int] = []

    def at_the_third(request: Any) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError("not yet")

    client = application([Rule("/", endpoint=index)], inner=[once(at_the_third)]).test_client()
    assert [client.get("/").status_code for _ in range(4)] == [500, 500, 200, 200]
    assert len(tries) == 3


def test_each_application_has_its_own_once() -> None:
    ran: list[str] = []
    layer = once(lambda request: ran.append(request.app.name))
    for name in ("first", "second"):
        application([Rule("/", endpoint=index)], inner=[layer], name=name).test_client().get("/")
    assert ran == ["first", "second"]


def test_teardown_runs_also_when_the_process_is_told_to_stop() -> None:
    seen: list[Any] = []

    def stop(request: Any) -> str:
        raise SystemExit(3)

    layer = teardown(lambda request, error: seen.append(type(error)))
    with pytest.raises(SystemExit):
        application([Rule("/", endpoint=stop)], outer=[layer]).test_client().get("/")
    assert seen == [SystemExit]
