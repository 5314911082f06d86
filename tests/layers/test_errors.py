"""Error pages where layers are nested, hooks fail over them, and handlers fail themselves."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.exceptions import HTTPException

from keepwsgi.layers import Application, Blueprint, ErrorHandlers, Routes, Rule, after, before, errors, last_resort

from .applications import application


def broken(request: Any) -> str:
    raise RuntimeError("broken")


def missing(request: Any) -> str:
    raise LookupError("missing")


def says(text: str, status: int) -> Any:
    return lambda request, error: (text, status)


def test_a_blueprint_without_a_handler_falls_back_on_its_application_s() -> None:
    inside = Blueprint(
        "inside", [Rule("/in", endpoint=missing)], layers=[errors(ErrorHandlers({403: says("in", 403)}))]
    )
    app = application([inside], handlers={LookupError: says("application's", 499)})
    assert app.test_client().get("/in").text == "application's"


def test_blueprint_layers_outside_its_errors_see_its_error_pages() -> None:
    def mark(request: Any, response: Any) -> Any:
        response.headers["X-Seen"] = str(response.status_code)
        return response

    inside = Blueprint("inside", [Rule("/in", endpoint=broken)], layers=[after(mark), errors(ErrorHandlers({}))])
    response = application([inside], handlers={500: says("page", 500)}).test_client().get("/in")
    assert (response.text, response.headers["X-Seen"]) == ("page", "500")


def test_blueprint_layers_without_errors_let_exceptions_through_to_the_application() -> None:
    seen: list[int] = []

    def mark(request: Any, response: Any) -> Any:
        seen.append(response.status_code)
        return response

    inside = Blueprint("inside", [Rule("/in", endpoint=broken)], layers=[after(mark)])
    assert application([inside], handlers={500: says("page", 500)}).test_client().get("/in").text == "page"
    assert seen == []


def test_one_defect_is_one_page_however_many_hooks_fail_over_it() -> None:
    pages: list[str] = []

    def page(request: Any, error: Any) -> Any:
        pages.append(repr(error.original_exception))
        return f"page {len(pages)}", 500

    def fail(request: Any, response: Any) -> Any:
        raise ValueError("over the page")

    app = application([Rule("/", endpoint=broken)], handlers={500: page}, outer=[after(fail), after(fail)])
    assert app.test_client().get("/").text == "page 1"
    assert pages == ["RuntimeError('broken')"]


def test_a_500_handler_that_fails_is_not_called_again() -> None:
    calls: list[int] = []

    def fails(request: Any, error: Any) -> Any:
        calls.append(1)
        raise KeyError("in the handler")

    response = application([Rule("/", endpoint=broken)], handlers={500: fails}).test_client().get("/")
    assert (response.status_code, calls) == (500, [1])
    assert "Internal Server Error" in response.text


def test_what_fails_outside_the_errors_layer_has_the_500_page_too() -> None:
    def fail(request: Any) -> None:
        raise LookupError("in an outer hook")

    handlers = {500: says("page", 500), LookupError: says("not asked", 499)}
    app = application([Rule("/", endpoint=broken)], handlers=handlers, outer=[before(fail)])
    assert app.test_client().get("/").text == "page"


def test_a_handler_may_be_found_by_an_exception_s_status_alone() -> None:
    class Teapot(HTTPException):
        code = 418

    def brew(request: Any) -> str:
        raise Teapot

    app = application(
        [Rule("/", endpoint=brew)], handlers={418: says("short", 418), HTTPException: says("other", 400)}
    )
    assert app.test_client().get("/").text in ("short", "other")


def test_a_defect_is_logged_once_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    application([Rule("/", endpoint=broken)], name="logged").test_client().get("/?secret=1")
    records = [record for record in caplog.records if record.name == "logged"]
    assert [record.getMessage() for record in records] == ["Exception on / [GET]"]
    assert records[0].exc_info is not None


def test_a_handled_exception_and_a_404_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    client = application([Rule("/", endpoint=missing)], handlers={LookupError: says("gone", 404)}).test_client()
    client.get("/")
    client.get("/nothing")
    assert caplog.records == []


def test_a_redirect_of_the_map_is_not_an_error() -> None:
    client = application(
        [Rule("/a/", endpoint=missing)], handlers={HTTPException: says("error", 400)}
    ).test_client()
    assert client.get("/a").status_code == 308


def test_below_a_path_other_handlers_answer_for_every_layer() -> None:
    def outer_fails(request: Any, response: Any) -> Any:
        raise RuntimeError("outer")

    pages = ErrorHandlers({404: says("page", 404), 500: says("page", 500)})
    problems = ErrorHandlers({HTTPException: lambda request, error: ("problem", error.code)})
    under = {"/api": problems}
    routes = Routes([Rule("/api/broken", endpoint=broken), Rule("/broken", endpoint=missing)])
    app = Application(routes, [last_resort(pages, under=under), routes.match, errors(pages, under=under)])
    client = app.test_client()
    for path, answer in {
        "/api": ("problem", 404),
        "/api/none": ("problem", 404),
        "/api/broken": ("problem", 500),
        "/apis": ("page", 404),
        "/broken": ("page", 500),
    }.items():
        response = client.get(path)
        assert (response.text, response.status_code) == answer
    failing = Application(routes, [last_resort(pages, under=under), after(outer_fails), routes.match])
    assert failing.test_client().get("/api/none").text == "problem"
    assert failing.test_client().get("/none").text == "page"
