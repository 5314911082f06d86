"""The test client and its look into the session."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from keepwsgi.layers import Rule
from keepwsgi.layers.testing import TestClient

from .applications import application


def user(request: Any) -> str:
    return str(request.session.get("user"))


def bad_header(request: Any) -> Any:
    return "x", {"Content-Type": "text/html", "Status": "200"}


def test_what_breaks_the_rules_of_wsgi_is_noticed() -> None:
    client = application([Rule("/", endpoint=bad_header)]).test_client()
    response = client.get("/")
    assert response.status_code == 500


def test_the_session_can_be_set_under_a_mount_point() -> None:
    app = application([Rule("/user", endpoint=user)])
    client = TestClient(app, mounted=DispatcherMiddleware(app, {"/keep": app}))
    with client.session_transaction(base_url="http://localhost/keep") as session:
        session["user"] = "ada"
    assert client.get("/keep/user").text == "ada"
    assert client.get("/user").text == "None"


def test_a_client_without_cookies_has_no_session_to_keep() -> None:
    client = application([Rule("/user", endpoint=user)]).test_client(use_cookies=False)
    with client.session_transaction() as session:
        session["user"] = "ada"
    assert client.get("/user").text == "None"


def test_an_application_without_sessions_says_so() -> None:
    from keepwsgi.layers import Application, Routes

    routes = Routes([])
    with (
        pytest.raises(AttributeError, match="session is offered by no layer"),
        Application(routes, [routes.match]).test_client().session_transaction(),
    ):
        pass
