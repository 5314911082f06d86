"""The callable and what it does when no layer answers."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from keepwsgi.layers import Application, Response, Routes, Rule
from keepwsgi.layers.testing import TestClient

from .applications import application


def index(request: Any) -> str:
    return "index"


def broken(request: Any) -> str:
    raise RuntimeError("broken")


def raising(handler: Any) -> Any:
    def handle(request: Any) -> Response:
        raise RuntimeError("a broken layer")

    return handle


def test_what_no_layer_answers_becomes_a_plain_500_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    routes = Routes([Rule("/", endpoint=index)])
    response = TestClient(Application(routes, [raising, routes.match])).get("/?secret=1")
    assert response.status_code == 500
    assert "No layer answered / [GET]" in caplog.text
    assert "secret" not in caplog.text


def test_in_debug_mode_a_defect_reaches_the_server() -> None:
    with pytest.raises(RuntimeError, match="broken"):
        application([Rule("/", endpoint=broken)], debug=True).test_client().get("/")


def test_what_is_no_exception_but_an_order_to_stop_is_not_answered() -> None:
    def stop(request: Any) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        application([Rule("/", endpoint=stop)]).test_client().get("/")


def test_the_request_is_closed_with_its_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    app = application([Rule("/", endpoint=index), Rule("/broken", endpoint=broken)])
    monkeypatch.setattr(app.request_class, "close", lambda request: closed.append(request.path))
    client = app.test_client()
    client.get("/")
    client.get("/broken")
    assert closed == ["/", "/broken"]


def test_two_applications_of_one_name_keep_apart() -> None:
    first = application([Rule("/", endpoint=index)], config={"x": 1})
    second = application([], config={"x": 2})
    assert (first.test_client().get("/").status_code, second.test_client().get("/").status_code) == (200, 404)
    assert (first.config["x"], second.config["x"]) == (1, 2)


def test_an_application_without_templates_says_so() -> None:
    with pytest.raises(RuntimeError, match="without templates"):
        _ = application([]).templates


def test_the_logger_has_the_application_s_name() -> None:
    assert application([], name="of its own").logger is logging.getLogger("of its own")
