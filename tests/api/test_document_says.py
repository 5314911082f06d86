"""What the OpenAPI document promises, line by line: who may, what is looked at, and each way it can end."""

from __future__ import annotations

from typing import Any

import pytest

from keepwsgi.layers import Application
from tests.clients import Browser

#: By operation: the headers that are looked at, and the statuses beside those that any operation may answer.
SAYS: dict[str, tuple[set[str], set[int]]] = {
    "list_memos": ({"If-None-Match"}, {200, 304, 401, 422}),
    "create_memo": ({"Idempotency-Key"}, {201, 401, 415, 422}),
    "get_memo": ({"If-None-Match", "If-Match"}, {200, 304, 401, 404, 412}),
    "update_memo": ({"If-Match"}, {200, 401, 404, 409, 412, 415, 422}),
    "delete_memo": ({"If-Match"}, {204, 401, 404, 409, 412}),
    "create_image": (set(), {201, 401, 404, 409, 415, 422}),
    "delete_image": (set(), {204, 401, 404, 409, 422}),
    "list_labels": (set(), {200, 401}),
    "create_label": (set(), {201, 401, 409, 415, 422}),
    "get_label": (set(), {200, 401, 404}),
    "update_label": (set(), {200, 401, 404, 409, 415, 422}),
    "delete_label": (set(), {204, 401, 404}),
    "list_changes": (set(), {200, 401, 410, 422}),
    "get_me": (set(), {200, 401}),
    "update_me": (set(), {200, 401, 415, 422}),
    "list_tokens": (set(), {200, 401}),
    "create_token": (set(), {201, 401, 415, 422}),
    "get_token": (set(), {200, 401, 404}),
    "delete_token": (set(), {204, 401, 404}),
    "get_document": ({"If-None-Match"}, {200, 304}),
}
#: Of any operation: not understood, too large, too many fields, no database.
ANY = {400, 413, 414, 503}


@pytest.fixture
def document(app: Application) -> Any:
    return app.test_client().get("/api/v1/openapi.json").json


def operations(document: Any) -> dict[str, tuple[str, Any]]:
    """Each operation with its method, by its id."""
    return {
        operation["operationId"]: (method, operation)
        for item in document["paths"].values()
        for method, operation in item.items()
    }


@pytest.mark.parametrize("name", SAYS)
def test_an_operation_names_the_headers_and_endings_it_has(document: Any, name: str) -> None:
    _, operation = operations(document)[name]
    headers, statuses = SAYS[name]
    assert {each["name"] for each in operation.get("parameters", ()) if each["in"] == "header"} == headers
    assert set(map(int, operation["responses"])) == statuses | ANY


def test_only_the_document_itself_is_for_everybody_and_a_cookie_needs_its_csrf_token(document: Any) -> None:
    for name, (method, operation) in operations(document).items():
        by_cookie = {"cookieAuth": []} if method == "get" else {"cookieAuth": [], "csrfToken": []}
        expected = [] if name == "get_document" else [{"bearerAuth": []}, by_cookie]
        assert operation["security"] == expected, name
    schemes = document["components"]["securitySchemes"]
    assert set(schemes) == {"bearerAuth", "cookieAuth", "csrfToken"}
    assert (schemes["bearerAuth"]["scheme"], schemes["csrfToken"]["name"]) == ("bearer", "X-CSRF-Token")


def test_the_cookie_it_names_is_the_one_that_signs_in(browser: Browser) -> None:
    document = browser.get("/api/v1/openapi.json").json
    name = document["components"]["securitySchemes"]["cookieAuth"]["name"]
    cookie = browser.client.get_cookie(name)
    assert cookie is not None
    sent = {"Cookie": f"{name}={cookie.value}"}
    stranger = browser.app.test_client(use_cookies=False)
    assert stranger.get("/api/v1/me", headers=sent).json["username"] == "minji"


@pytest.mark.parametrize(
    ("name", "status", "headers"),
    [
        ("list_memos", "200", {"ETag", "Link"}),
        ("create_memo", "201", {"ETag", "Location"}),
        ("update_memo", "200", {"ETag"}),
        ("create_image", "201", {"Location"}),
        ("create_label", "201", {"Location"}),
        ("create_token", "201", {"Location"}),
    ],
)
def test_an_answer_names_its_headers(document: Any, name: str, status: str, headers: set[str]) -> None:
    _, operation = operations(document)[name]
    assert set(operation["responses"][status]["headers"]) == headers


def test_problems_name_theirs(document: Any) -> None:
    responses = document["components"]["responses"]
    assert set(responses["Problem401"]["headers"]) == {"WWW-Authenticate"}
    assert set(responses["Problem503"]["headers"]) == {"Retry-After"}
    for response in responses.values():
        assert set(response["content"]) == {"application/problem+json"}


def test_what_is_made_leads_to_what_can_be_done_with_it(document: Any) -> None:
    known = operations(document)
    leads = {
        name: {link["operationId"] for link in response.get("links", {}).values()}
        for name, (_, operation) in known.items()
        for status, response in operation["responses"].items()
        if status == "201"
    }
    assert leads["create_memo"] == {"get_memo", "update_memo", "delete_memo"}
    assert leads["create_label"] == {"get_label", "update_label", "delete_label", "list_memos"}
    assert leads["create_token"] == {"get_token", "delete_token"}
    assert "delete_image" in leads["create_image"]
    assert all(target in known for targets in leads.values() for target in targets)


def test_what_is_sent_is_closed_and_bounded(document: Any) -> None:
    schemas = document["components"]["schemas"]
    sent = schemas["MemoPatch"]
    assert sent["additionalProperties"] is False
    assert (sent["properties"]["title"]["maxLength"], sent["properties"]["body"]["maxLength"]) == (1_000, 100_000)
    for name, most in (("list_memos", 100), ("list_changes", 1000)):
        parameters = {each["name"]: each["schema"] for each in operations(document)[name][1]["parameters"]}
        assert (parameters["limit"]["minimum"], parameters["limit"]["maximum"]) == (1, most)
