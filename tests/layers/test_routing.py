"""What the conformance cases cannot show of routing: bounds, names, and links on error pages."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from werkzeug.routing import BuildError

from keepwsgi.layers import Blueprint, ErrorHandlers, Request, Routes, Rule, before, errors
from keepwsgi.layers.routing import MAX_ADAPTERS

from .applications import application


def index(request: Any) -> str:
    return str(request.url_for("index"))


def show(request: Any, memo_id: int) -> str:
    return f"memo {memo_id}"


def linked(request: Any, error: Any) -> tuple[str, int]:
    """An error page with a link, as real ones have."""
    return f"{error.code}: see {request.url_for('index')}", error.code


class Trusting(Request):
    trusted_hosts = ["memo.example"]  # noqa: RUF012  (as Werkzeug declares it)


def test_ten_thousand_forged_hosts_leave_few_adapters_behind() -> None:
    app = application([Rule("/", endpoint=index)])
    client = app.test_client()
    for number in range(10_000):
        app.routes.adapter(app.request_class(environ_of(f"{number}.evil.example"), app))
    assert len(app.routes._adapters) <= MAX_ADAPTERS
    assert client.get("/").status_code == 200


def test_forged_methods_and_mount_points_leave_few_adapters_behind() -> None:
    app = application([Rule("/", endpoint=index)])
    for number in range(1000):
        app.routes.adapter(app.request_class(environ_of("localhost", f"M{number}"), app))
        app.routes.adapter(app.request_class({**environ_of("localhost"), "SCRIPT_NAME": f"/{number}"}, app))
    assert len(app.routes._adapters) <= MAX_ADAPTERS


def environ_of(host: str, method: str = "GET") -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method,
        "HTTP_HOST": host,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "wsgi.url_scheme": "http",
    }


def test_many_threads_under_forged_hosts_are_all_answered() -> None:
    app = application([Rule("/", endpoint=index)])
    statuses: list[int] = []

    def ask(thread: int) -> None:
        client = app.test_client()
        for number in range(60):
            statuses.append(client.get("/", headers={"Host": f"{thread}-{number}.example"}).status_code)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 480


def test_a_host_that_is_not_trusted_is_a_400_whose_page_has_links() -> None:
    app = application([Rule("/", endpoint=index)], handlers={400: linked}, request_class=Trusting)
    client = app.test_client()
    assert client.get("/", headers={"Host": "memo.example"}).text == "/"
    response = client.get("/", headers={"Host": "evil.example"}, base_url="http://evil.example/keep")
    assert (response.status_code, response.text) == (400, "400: see /keep/")


@pytest.mark.parametrize("path", ["//evil.example", "///evil.example/", "/%2f/evil.example"])
def test_a_redirect_of_the_map_never_leaves_the_site(path: str) -> None:
    app = application([Rule("/<path:anything>/", endpoint=lambda_named("page"))])
    location = (
        app.test_client()
        .get("/", environ_overrides={"PATH_INFO": path.replace("%2f", "/")})
        .headers.get("Location")
    )
    assert location is None or (location.startswith("/") and not location.startswith("//"))


def lambda_named(name: str) -> Any:
    def view(request: Any, **arguments: Any) -> str:
        return name

    view.__name__ = name
    return view


def test_a_rule_may_send_to_another_site_when_its_author_says_so() -> None:
    app = application([Rule("/old", endpoint=index, redirect_to="https://elsewhere.example/new")])
    assert app.test_client().get("/old").headers["Location"] == "https://elsewhere.example/new"


def test_a_view_may_have_several_rules() -> None:
    app = application([Rule("/", endpoint=index), Rule("/home", endpoint=index)])
    assert [app.test_client().get(path).status_code for path in ("/", "/home")] == [200, 200]


def test_two_views_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two view functions are named 'index'"):
        Routes([Rule("/", endpoint=index), Rule("/other", endpoint=lambda_named("index"))])


def test_two_blueprints_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two blueprints are named 'a'"):
        Routes([Blueprint("a", []), Blueprint("a", [])])


@pytest.mark.parametrize("name", ["", "a.b"])
def test_a_blueprint_s_name_has_no_dot_and_is_not_empty(name: str) -> None:
    with pytest.raises(ValueError, match="must not be empty or hold a dot"):
        Blueprint(name, [])


def test_an_endpoint_that_is_no_function_is_refused_unless_it_only_builds() -> None:
    with pytest.raises(TypeError, match="is not a function"):
        Routes([Rule("/", endpoint="index")])
    routes = Routes([Rule("/static/<name>", endpoint="static", build_only=True)])
    assert routes.url_for("static", adapter=routes.map.bind(""), name="a") == "/static/a"


def test_a_build_only_rule_answers_nothing() -> None:
    app = application([Rule("/static/<name>", endpoint="static", build_only=True)])
    assert app.test_client().get("/static/a").status_code == 404


def test_one_blueprint_serves_two_applications() -> None:
    memos = Blueprint("memos", [Rule("/<int:memo_id>", endpoint=show, max_body=7)], url_prefix="/memos")
    first, second = application([memos]), application([memos])
    assert [app.test_client().get("/memos/3").text for app in (first, second)] == ["memo 3", "memo 3"]
    assert next(second.routes.map.iter_rules()).max_body == 7  # type: ignore[attr-defined]


def test_a_rule_may_name_a_limit_that_each_application_sets_for_itself() -> None:
    memos = Blueprint("memos", [Rule("/<int:memo_id>", endpoint=show, max_body="upload")])
    for limit in (7, 8):
        routes = Routes([memos], limits={"upload": limit})
        assert next(routes.map.iter_rules()).max_body == limit  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="'/<int:memo_id>' asks for a limit that is not set: 'upload'"):
        Routes([memos])


def test_the_longest_prefix_owns_a_path_and_a_likeness_of_names_is_none() -> None:
    def style(name: str) -> Blueprint:
        handlers = ErrorHandlers({404: lambda request, error: (name, 404)})
        return Blueprint(name, [], url_prefix=f"/{name.replace('_', '/')}", layers=[errors(handlers)])

    client = application([style("api"), style("api_v1")]).test_client()
    assert client.get("/api/v1/nothing").text == "api_v1"
    assert client.get("/api/nothing").text == "api"
    assert client.get("/api").text == "api"
    assert "Not Found" in client.get("/apiary").text


def test_a_blueprint_s_layer_guards_what_matches_nothing_too() -> None:
    closed = Blueprint("closed", [], url_prefix="/closed", layers=[before(lambda request: ("closed", 401))])
    assert application([closed]).test_client().get("/closed/anything").status_code == 401


def test_url_for_without_a_matching_rule_names_the_endpoint() -> None:
    app = application([Rule("/", endpoint=index)])
    with app.test_request_context("/") as context, pytest.raises(BuildError, match=r"memos\.show"):
        context.request.url_for("memos.show")  # type: ignore[union-attr]
