"""Composing layers, and attributes of the request that layers offer."""

from __future__ import annotations

from typing import Any

import pytest

from keepwsgi.layers import Response, Rule, compose, offers

from .applications import application


def named(name: str, trail: list[str]) -> Any:
    def layer(handler: Any) -> Any:
        def handle(request: Any) -> Response:
            trail.append(f"{name} in")
            response = handler(request)
            trail.append(f"{name} out")
            return response

        return handle

    return layer


def test_the_first_layer_is_outermost() -> None:
    trail: list[str] = []
    compose([named("a", trail), named("b", trail)], lambda request: Response())(None)
    assert trail == ["a in", "b in", "b out", "a out"]


def test_no_layers_leave_the_handler_as_it_is() -> None:
    def handler(request: Any) -> Response:
        return Response()

    assert compose([], handler) is handler


def test_an_offered_attribute_is_made_when_first_read_and_then_kept() -> None:
    made: list[str] = []

    def load(request: Any) -> object:
        made.append(request.path)
        return object()

    @offers(thing=load)
    def layer(handler: Any) -> Any:
        return handler

    def reads(request: Any) -> str:
        return str(request.thing is request.thing)

    def leaves(request: Any) -> str:
        return str(request.loaded("thing"))

    app = application([Rule("/reads", endpoint=reads), Rule("/leaves", endpoint=leaves)], inner=[layer])
    client = app.test_client()
    assert client.get("/reads").text == "True"
    assert client.get("/leaves").text == "False"
    assert made == ["/reads"]


def test_an_attribute_that_nobody_offers_is_an_attribute_error_with_its_name() -> None:
    with (
        application([]).test_request_context("/") as context,
        pytest.raises(AttributeError, match="nothing is offered by no layer"),
    ):
        _ = context.request.nothing  # type: ignore[union-attr]
