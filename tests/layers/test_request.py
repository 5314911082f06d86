"""Limits of bodies and fields, and what is left unread of them."""

from __future__ import annotations

import io
from typing import Any

import pytest

from keepwsgi.layers import Rule, body_limits

from .applications import application

KIB = 1024


class Counted(io.RawIOBase):
    """A body that counts what is read of it."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.taken = 0

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self.left)
        buffer[:wanted] = b"x" * wanted
        self.left -= wanted
        self.taken += wanted
        return wanted

    def readable(self) -> bool:
        return True


def fields(request: Any) -> Any:
    return [len(request.form), len(request.files)]


def size(request: Any) -> str:
    return str(len(request.get_data()))


def limited(default: int = 10 * KIB, drained: int = 64 * KIB) -> Any:
    rules = [
        Rule("/", endpoint=size, methods=["GET", "POST"]),
        Rule("/fields", endpoint=fields, methods=["POST"], max_body=1024 * KIB),
        Rule("/small", endpoint=small, methods=["POST"], max_body=10),
    ]
    return application(rules, inner=[body_limits(default, drained=drained)]).test_client()


def small(request: Any) -> str:
    return str(len(request.get_data()))


def send(client: Any, path: str, body: Counted, length: int | None) -> Any:
    overrides = {"wsgi.input": body, "CONTENT_LENGTH": "" if length is None else str(length)}
    return client.post(path, environ_overrides=overrides)


def test_a_body_at_the_limit_is_read_and_one_byte_more_is_a_413() -> None:
    client = limited()
    assert client.post("/", data=b"x" * 10 * KIB).text == str(10 * KIB)
    assert client.post("/", data=b"x" * (10 * KIB + 1)).status_code == 413


def test_a_rule_s_own_limit_goes_before_the_default() -> None:
    client = limited()
    assert client.post("/small", data=b"x" * 10).text == "10"
    assert client.post("/small", data=b"x" * 11).status_code == 413


def test_an_unmatched_path_has_the_default_limit() -> None:
    client = limited()
    assert client.post("/nothing", data=b"x").status_code == 404
    assert client.post("/nothing", data=b"x" * 11 * KIB).status_code == 413


@pytest.mark.parametrize(("sent", "read"), [(20 * KIB, 20 * KIB), (64 * KIB, 64 * KIB), (10_000 * KIB, 64 * KIB)])
def test_a_refused_body_is_drained_up_to_a_bound(sent: int, read: int) -> None:
    body = Counted(sent)
    assert send(limited(), "/", body, sent).status_code == 413
    assert body.taken == read


def test_a_length_that_lies_does_not_hang_the_drain() -> None:
    body = Counted(100)
    assert send(limited(), "/", body, 1_000_000).status_code == 413
    assert body.taken == 100


def status_of(app: Any, **environ: Any) -> str:
    """The status of a POST whose environ no client would make."""
    answered: list[str] = []
    base = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
    }
    b"".join(app({**base, **environ}, lambda status, headers, exc_info=None: answered.append(status)))
    return answered[0][:3]


@pytest.mark.parametrize("length", ["-1", "x", "1e9", "９"])
def test_a_length_that_is_no_number_is_no_500(length: str) -> None:
    app = application([Rule("/", endpoint=size, methods=["POST"])], inner=[body_limits(10)])
    assert status_of(app, CONTENT_LENGTH=length, **{"wsgi.input": io.BytesIO(b"abc")}) in ("200", "400")


@pytest.mark.parametrize("count", [1000, 1001])
@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_thousand_fields_are_read_in_any_encoding_and_no_more(encoding: str, count: int) -> None:
    data = {f"field{number}": "x" for number in range(count)}
    response = limited(1024 * KIB).post("/fields", data=data, content_type=encoding)
    assert response.status_code == (200 if count == 1000 else 413)


def test_two_mebibytes_of_ampersands_are_refused() -> None:
    client = limited(4096 * KIB)
    body = b"a&" * (500 * KIB)
    kind = "application/x-www-form-urlencoded"
    assert client.post("/fields", data=body, content_type=kind).status_code == 413


def test_a_query_of_more_than_a_thousand_fields_is_a_414() -> None:
    client = limited()
    assert client.get("/?" + "&".join("a" * 1000)).status_code == 200
    assert client.get("/?" + "&".join("a" * 1001)).status_code == 414


def chunked(size: int) -> dict[str, Any]:
    """What gunicorn puts into the environ for a body sent in chunks."""
    return {"wsgi.input": Counted(size), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}


@pytest.mark.parametrize(("sent", "status"), [(0, "200"), (9, "200"), (10, "200"), (11, "413"), (100, "413")])
def test_a_body_in_chunks_is_limited_too_and_never_cut_short(sent: int, status: str) -> None:
    app = application([Rule("/", endpoint=size, methods=["POST"])], inner=[body_limits(10)])
    assert status_of(app, **chunked(sent)) == status


@pytest.mark.parametrize(("sent", "status"), [(2000, "200"), (2001, "413")])
def test_a_form_in_chunks_is_limited_too_and_never_cut_short(sent: int, status: str) -> None:
    app = application([Rule("/", endpoint=fields, methods=["POST"])], inner=[body_limits(2000)])
    kind = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    assert status_of(app, **chunked(sent), **kind) == status


def test_in_debug_mode_malformed_json_says_what_is_wrong_and_otherwise_not() -> None:
    def parsed(request: Any) -> Any:
        return {"json": request.json}

    for debug in (True, False):
        app = application([Rule("/", endpoint=parsed, methods=["POST"])], debug=debug)
        page = app.test_client().post("/", data="{", content_type="application/json").text
        assert ("Failed to decode" in page) is debug


def test_a_request_knows_its_blueprint_and_endpoint_only_once_matched() -> None:
    with application([]).test_request_context("/nothing") as context:
        request = context.request
        assert request is not None
        assert (request.endpoint, request.blueprint, request.view_args, request.id) == (None, None, None, "-")
