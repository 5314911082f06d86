"""Headers that every answer carries unless it has its own."""

from __future__ import annotations

from typing import Any

from keepwsgi.layers import SECURITY_HEADERS, Rule, default_headers

from .applications import application


def index(request: Any) -> Any:
    return "index", {"Referrer-Policy": "no-referrer", "X-Own": "1"}


def broken(request: Any) -> Any:
    raise RuntimeError


def test_every_answer_has_them_the_last_plain_500_too() -> None:
    app = application([Rule("/", endpoint=index), Rule("/broken", endpoint=broken)])
    app.wsgi_app = default_headers(app.wsgi_app, SECURITY_HEADERS)
    client = app.test_client()
    for path in ("/", "/broken", "/nothing"):
        response = client.get(path)
        assert all(response.headers.get(name) for name, _ in SECURITY_HEADERS)


def test_an_answer_s_own_header_stays_in_any_case() -> None:
    app = application([Rule("/", endpoint=index)])
    app.wsgi_app = default_headers(app.wsgi_app, [("referrer-policy", "same-origin"), ("X-OWN", "2")])
    response = app.test_client().get("/")
    assert response.headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert response.headers.getlist("X-Own") == ["1"]
