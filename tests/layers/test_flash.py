"""Flashes beside the session they lie in."""

from __future__ import annotations

from typing import Any

from keepwsgi.layers import Rule, flash, get_flashed_messages

from .applications import application


def say(request: Any) -> str:
    flash(request, "저장했습니다", "success")
    return "said"


def show(request: Any) -> Any:
    first = get_flashed_messages(request, with_categories=True)
    return [first, get_flashed_messages(request, with_categories=True), "_flashes" in request.session]


def test_messages_are_the_same_list_throughout_one_request_and_gone_from_the_session() -> None:
    client = application([Rule("/say", endpoint=say), Rule("/show", endpoint=show)]).test_client()
    client.get("/say")
    assert client.get("/show").json == [[["success", "저장했습니다"]], [["success", "저장했습니다"]], False]
    assert client.get("/show").json == [[], [], False]


def test_showing_no_messages_changes_no_session() -> None:
    client = application([Rule("/show", endpoint=show)]).test_client()
    assert "Set-Cookie" not in client.get("/show").headers
