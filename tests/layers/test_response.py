"""Responses: JSON text, and what a wrong return value says of itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keepwsgi.layers import Response, Rule, jsonify, make_response
from keepwsgi.layers.response import InvalidReturnValue, json_text

from .applications import application


def test_korean_is_readable_in_json_and_half_a_surrogate_is_escaped() -> None:
    assert jsonify(title="메모").get_data(as_text=True) == '{"title":"메모"}\n'
    assert json_text("\ud83d") == '"\\ud83d"'
    assert json.loads(json_text(["메모", "\ud83d"])) == ["메모", "\ud83d"]


def test_jsonify_takes_values_or_keywords() -> None:
    with pytest.raises(TypeError, match="either args or kwargs"):
        jsonify(1, a=2)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "returned None or nothing"),
        (5, "a int cannot become a response"),
        (("x", 200, {}, 1), "a tuple of 4"),
        (("x", 200, 5), "TypeError"),
        (("x", ""), "ValueError: Empty status"),
        ("\ud83d", "UnicodeEncodeError"),
    ],
)
def test_a_wrong_return_value_is_said_in_words(value: Any, said: str) -> None:
    app = application([])
    with app.test_request_context("/") as context:
        request = context.request
        assert request is not None
        with pytest.raises(InvalidReturnValue, match=said):
            make_response(value, request)


def test_what_went_wrong_is_the_cause() -> None:
    def broken(environ: Any, start_response: Any) -> Any:
        raise LookupError("inside")

    with application([]).test_request_context("/") as context:
        request = context.request
        assert request is not None
        with pytest.raises(InvalidReturnValue) as caught:
            make_response(broken, request)
    assert isinstance(caught.value.__cause__, LookupError)


def test_a_streamed_answer_is_closed() -> None:
    closed: list[bool] = []

    def words() -> Any:
        try:
            yield "a"
            yield "b"
        finally:
            closed.append(True)

    def stream(request: Any) -> Any:
        return words()

    client = application([Rule("/", endpoint=stream)]).test_client()
    assert client.get("/").text == "ab"
    assert client.head("/").text == ""
    assert closed[0] is True


def test_an_answer_without_content_has_no_content_type() -> None:
    def nothing(request: Any) -> Any:
        return "", 204

    response = application([Rule("/", endpoint=nothing)]).test_client().delete("/")
    assert response.status_code == 405
    response = application([Rule("/", endpoint=nothing)]).test_client().get("/")
    assert (response.status_code, response.headers.get("Content-Type")) == (204, None)


def test_a_werkzeug_response_becomes_one_of_ours() -> None:
    from werkzeug.wrappers import Response as Theirs

    def plain(request: Any) -> Any:
        return Theirs("plain")

    seen: list[type] = []

    def remember(handler: Any) -> Any:
        def handle(request: Any) -> Response:
            response: Response = handler(request)
            seen.append(type(response))
            return response

        return handle

    application([Rule("/", endpoint=plain)], outer=[remember]).test_client().get("/")
    assert seen == [Response]
