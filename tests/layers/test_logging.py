"""Request ids, access lines, and log lines as text and as JSON."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from typing import Any

import pytest

from keepwsgi.layers import Rule, access_log, current_app, request_id
from keepwsgi.layers.logging import JsonFormatter, RequestIdFilter, configure

from .applications import application


def index(request: Any) -> str:
    current_app.logger.info("in the view 메모")
    return str(request.id)


def broken(request: Any) -> str:
    raise RuntimeError("broken\nover two lines")


RULES = [Rule("/", endpoint=index), Rule("/broken", endpoint=broken)]


@pytest.fixture
def logger() -> logging.Logger:
    """Return a logger of its own, below no other: pytest listens to those."""
    return logging.Logger("keepwsgi.test")


def written(logger: logging.Logger, form: Any, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What `configure` makes the logger write from now on."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure(logger, form)
    return stream


def logged_application(logger: logging.Logger, **options: Any) -> Any:
    app = application(RULES, outer=[request_id(**options), access_log(logger)])
    app.logger = logger
    return app


def test_each_request_has_a_name_of_its_own_and_says_it() -> None:
    client = application(RULES, outer=[request_id()]).test_client()
    responses = [client.get("/") for _ in range(50)]
    names = {response.text for response in responses}
    assert len(names) == 50
    assert all(response.headers["X-Request-Id"] == response.text for response in responses)
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in names)


def test_an_error_page_says_the_name_too() -> None:
    assert "X-Request-Id" in application(RULES, outer=[request_id()]).test_client().get("/broken").headers


@pytest.mark.parametrize("given", ["mine", "a.b-c_D9", "x" * 64])
def test_a_trusted_proxy_s_name_is_taken(given: str) -> None:
    client = application(RULES, outer=[request_id(trust_header=True)]).test_client()
    assert client.get("/", headers={"X-Request-Id": given}).text == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "메모", "<b>", "a\tb"])
def test_a_name_that_could_spoil_a_log_is_not_taken(given: str) -> None:
    client = application(RULES, outer=[request_id(trust_header=True)]).test_client()
    assert client.get("/", headers={"X-Request-Id": given.encode().decode("latin-1")}).text != given


def test_without_trust_anybody_s_name_is_ignored() -> None:
    client = application(RULES, outer=[request_id()]).test_client()
    assert client.get("/", headers={"X-Request-Id": "mine"}).text != "mine"


def test_text_lines_name_their_request(logger: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = written(logger, "text", monkeypatch)
    name = logged_application(logger).test_client().get("/?q=secret").text
    logger.info("outside")
    in_view, access, outside = stream.getvalue().splitlines()
    assert f"INFO [{name}] {logger.name}: in the view 메모" in in_view
    assert re.search(rf"\[{name}\].*: GET '/' 200 [0-9.]+ ms$", access)
    assert "[-]" in outside
    assert "secret" not in stream.getvalue()


def test_json_lines_are_one_object_each(logger: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = written(logger, "json", monkeypatch)
    response = logged_application(logger).test_client().get("/broken?q=secret")
    defect, access = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert defect["level"] == "error"
    assert defect["request_id"] == access["request_id"] == response.headers["X-Request-Id"]
    assert "RuntimeError: broken\nover two lines" in defect["exception"]
    assert (access["method"], access["path"], access["status"]) == ("GET", "/broken", 500)
    assert isinstance(access["milliseconds"], float)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", access["time"])
    assert "secret" not in stream.getvalue()


def test_a_path_cannot_write_a_line_of_its_own(logger: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = written(logger, "text", monkeypatch)
    logged_application(logger).test_client().get("/%0a2024-01-01 ERROR forged")
    assert len(stream.getvalue().splitlines()) == 1
    assert "\\n2024" in stream.getvalue()


def test_a_logger_that_somebody_has_configured_is_left_alone(logger: logging.Logger) -> None:
    own = logging.NullHandler()
    logger.addHandler(own)
    configure(logger, "json")
    assert logger.handlers == [own]


def test_configuring_twice_writes_no_line_twice(logger: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = written(logger, "text", monkeypatch)
    configure(logger, "text")
    logger.info("once")
    assert len(stream.getvalue().splitlines()) == 1


def test_no_access_line_is_made_where_nobody_listens(logger: logging.Logger) -> None:
    logger.setLevel(logging.WARNING)
    assert logged_application(logger).test_client().get("/").status_code == 200


def test_what_json_does_not_know_is_written_as_text() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "%s 메모", ("a",), None)
    record.fields = {"thing": {1, 2}.__class__}
    RequestIdFilter().filter(record)
    entry = json.loads(JsonFormatter().format(record))
    assert entry["message"] == "a 메모"
    assert entry["thing"] == "<class 'set'>"
    assert entry["request_id"] == "-"
