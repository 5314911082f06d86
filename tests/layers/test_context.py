"""Contexts: what is outside them, inside one another, and in other threads."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from keepwsgi.layers import Rule, context, current_app, g, has_app_context, has_request_context

from .applications import application


def name(request: Any) -> str:
    return current_app.name


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("current_app", "Working outside of application context"),
        ("g", "Working outside of application context"),
        ("request", "Working outside of request context"),
        ("session", "Working outside of request context"),
    ],
)
def test_outside_a_context_a_proxy_says_what_to_do(proxy: str, said: str) -> None:
    with pytest.raises(RuntimeError, match=said) as caught:
        _ = getattr(context, proxy).anything
    assert "with app." in str(caught.value)


def test_in_an_application_context_there_is_no_request() -> None:
    with application([]).app_context():
        assert (has_app_context(), has_request_context()) == (True, False)
        with pytest.raises(RuntimeError, match="Working outside of request context"):
            _ = context.request.path
    assert (has_app_context(), has_request_context()) == (False, False)


def test_a_view_may_ask_another_application_and_is_itself_again_afterwards() -> None:
    inner = application([Rule("/", endpoint=name)], name="inner")

    def outer_view(request: Any) -> Any:
        g.mine = "outer's"
        context.session["who"] = "outer"
        answered = inner.test_client().get("/").text
        return [current_app.name, answered, g.mine, context.request.path, context.session["who"]]

    outer = application([Rule("/outer", endpoint=outer_view)], name="outer")
    assert outer.test_client().get("/outer").json == ["outer", "inner", "outer's", "/outer", "outer"]
    assert not has_app_context()


def test_contexts_of_two_applications_nest() -> None:
    first, second = application([], name="first"), application([], name="second")
    with first.app_context():
        g.x = 1
        with second.test_request_context("/in"):
            assert (current_app.name, g.get("x"), context.request.path) == ("second", None, "/in")
            with first.app_context():
                assert (current_app.name, g.get("x"), has_request_context()) == ("first", None, False)
            assert current_app.name == "second"
        assert (current_app.name, g.x) == ("first", 1)


def test_one_context_may_be_pushed_twice_and_is_torn_down_once() -> None:
    ended: list[Any] = []
    app = application([], teardown_appcontext=[ended.append])
    pushed = app.app_context()
    with pushed:
        g.x = 1
        with pushed:
            assert g.x == 1
        assert ended == []
    assert ended == [None]


def test_a_thread_sees_no_other_s_context() -> None:
    seen: list[bool] = []
    with application([]).test_request_context("/"):
        thread = threading.Thread(target=lambda: seen.append(has_app_context()))
        thread.start()
        thread.join()
    assert seen == [False]


def test_g_is_gone_after_an_exception_too() -> None:
    def broken(request: Any) -> str:
        g.x = 1
        raise RuntimeError

    def looks(request: Any) -> str:
        return str(g.get("x"))

    client = application([Rule("/broken", endpoint=broken), Rule("/looks", endpoint=looks)]).test_client()
    client.get("/broken")
    assert client.get("/looks").text == "None"
    assert not has_app_context()


def test_teardown_functions_all_run_last_one_first_and_get_the_defect() -> None:
    ended: list[str] = []

    def broken(request: Any) -> str:
        raise LookupError

    def first(error: BaseException | None) -> None:
        ended.append(f"first {type(error).__name__}")

    def second(error: BaseException | None) -> None:
        ended.append(f"second {type(error).__name__}")
        raise ValueError

    app = application([Rule("/", endpoint=broken)], teardown_appcontext=[first, second])
    assert app.test_client().get("/").status_code == 500
    assert ended == ["second LookupError", "first LookupError"]
    assert not has_app_context()


def test_g_has_a_message_with_the_name() -> None:
    with application([]).app_context(), pytest.raises(AttributeError, match="missing"):
        _ = g.missing
