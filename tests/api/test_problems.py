"""Whatever goes wrong under the API is a problem a program can read (RFC 9457)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from keepwsgi.accounts import service
from keepwsgi.api import me
from keepwsgi.database import Database
from keepwsgi.images.stores import StoreUnavailable
from keepwsgi.layers import Application
from tests.api.conftest import Program
from tests.api.test_pictures import png
from tests.clients import Browser
from tests.conftest import MakeApp
from tests.factories import make_user
from tests.security.bodies import Input


def problem(response: Any, status: int, slug: str) -> Any:
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text
    said = response.json
    assert {"type", "title", "status", "detail", "request_id"} <= set(said)
    assert (said["type"], said["status"]) == (f"/api/docs#problem-{slug}", status)
    assert said["request_id"] == response.headers["X-Request-Id"]
    return said


def test_an_address_nobody_knows_and_a_method_nobody_knows(program: Program) -> None:
    problem(program.get("/nothing"), 404, "not-found")
    problem(program.get("/memos/x"), 404, "not-found")
    problem(program.client.get("/api/v1"), 404, "not-found")
    response = program.send("PUT", "/memos/1")
    problem(response, 405, "method-not-allowed")
    assert {"GET", "PATCH", "DELETE"} <= set(response.headers["Allow"].split(", "))


def test_elsewhere_errors_are_pages(app: Application) -> None:
    for path in ("/nothing", "/api/nothing", "/api/v1x"):
        assert app.test_client().get(path).mimetype == "text/html"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "slug"),
    [
        (b"{}", "text/plain", 415, "unsupported-media-type"),
        (b"title=x", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
        (b"{}", None, 415, "unsupported-media-type"),
        (b"", "application/json", 400, "bad-request"),
        (b"{", "application/json", 400, "bad-request"),
        (b"\xff", "application/json", 400, "bad-request"),
        ('{"title":"é"}'.encode("utf-16"), "application/json", 400, "bad-request"),
        (b'{"title": NaN}', "application/json", 400, "bad-request"),
        (b'{"title": -Infinity}', "application/json", 400, "bad-request"),
        (b'{"title": "a", "title": "b"}', "application/json", 400, "bad-request"),
        (b"[" * 100_000, "application/json", 400, "bad-request"),
        (b'{"title":' * 100_000, "application/json", 400, "bad-request"),
        (b'{"revision": ' + b"9" * 5000 + b"}", "application/json", 400, "bad-request"),
        (b"[]", "application/json", 422, "invalid"),
        (b"null", "application/json", 422, "invalid"),
        (b'{"\\ud800": 1}', "application/json", 422, "invalid"),
        (b'{"revision": 1e400}', "application/json", 422, "invalid"),
        (b"{" + b" " * 3_000_000 + b"}", "application/json", 413, "too-large"),
    ],
)
def test_a_body_that_cannot_be_taken(
    program: Program, body: bytes, content_type: str | None, status: int, slug: str
) -> None:
    response = program.send("POST", "/memos", data=body, content_type=content_type)
    problem(response, status, slug)
    assert program.get("/memos").json["items"] == []


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({"labels": [""]}, ["labels.0"]),
        ({"labels": ["a", {"id": "x"}]}, ["labels.1", "labels.1.id"]),
        ({"labels": [{}]}, ["labels.0"]),
        ({"labels": [{"nme": "a"}]}, ["labels.0", "labels.0.nme"]),
        ({"items": [{"text": "a"}, {"checked": True}], "titel": "x"}, ["items.1.text", "titel"]),
        ({"items": [{"text": "a", "indent": 2}], "color": "mauve"}, ["color", "items.0.indent"]),
    ],
)
def test_what_is_wrong_is_told_by_the_names_the_program_knows(
    program: Program, sent: dict[str, Any], fields: list[str]
) -> None:
    response = program.post("/memos", {"title": "x", **sent})
    said = problem(response, 422, "invalid")
    assert [error["field"] for error in said["errors"]] == fields
    assert all(error["message"] and "LabelReference" not in error["message"] for error in said["errors"])


def test_a_chunked_body_that_is_too_large(program: Program) -> None:
    environ = {
        "wsgi.input": Input(3_000_000),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    response = program.send("POST", "/memos", content_type="application/json", environ_overrides=environ)
    problem(response, 413, "too-large")


def test_a_query_of_too_many_fields(program: Program) -> None:
    problem(program.get("/memos?" + "a&" * 1001), 414, "uri-too-long")


def test_a_request_for_another_host(make_app: MakeApp) -> None:
    client = make_app(trusted_hosts="keep.example").test_client()
    problem(client.get("/api/v1/me"), 400, "bad-request")


def test_a_database_that_is_away(make_app: MakeApp, tmp_path: Any) -> None:
    app = make_app(database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=1")
    response = app.test_client().get("/api/v1/me", headers={"Authorization": "Bearer keepwsgi_" + "x" * 40})
    problem(response, 503, "unavailable")
    assert int(response.headers["Retry-After"]) > 0


def test_a_mistake_of_ours_tells_nothing_of_itself(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(user: Any) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr(me, "user_object", broken)
    response = program.get("/me")
    problem(response, 500, "server-error")
    assert "secret" not in response.text


def test_a_defect_of_an_outer_layer_is_a_problem_too(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Any, request: Any, response: Any) -> None:
        raise RuntimeError("secret")

    browser = Browser(program.app).signed_in_as(make_user(program.database, "jun"))
    monkeypatch.setattr("keepwsgi.layers.session.CookieSessions.save", broken)
    problem(browser.get("/api/v1/me"), 500, "server-error")


def test_an_account_that_ends_while_it_writes(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "keepwsgi.memos.service.prepare", lambda fields: service.delete_user(program.database, program.user.id)
    )
    response = program.post("/memos", {"title": "x"})
    problem(response, 401, "unauthorized")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_there_is_an_end_of_labels_items_and_pictures(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    memo = program.memo(labels=["a"], items=[{"text": "a"}])
    path = f"/memos/{memo['id']}"
    monkeypatch.setattr("keepwsgi.labels.service.LABELS_MOST", 1)
    monkeypatch.setattr("keepwsgi.memos.drafts.ITEMS_MOST", 1)
    monkeypatch.setattr("keepwsgi.images.service.MOST", 0)
    for response, field in (
        (program.post("/labels", {"name": "b"}), "labels"),
        (program.post("/memos", {"title": "x", "labels": ["b"]}), "labels"),
        (program.patch(path, {"labels": ["a", "b"]}), "labels"),
        (program.patch(path, {"items": [{"text": "a"}, {"text": "b"}]}), "items"),
        (program.send("POST", f"{path}/images", data={"file": (BytesIO(png()), "a.png")}), "file"),
    ):
        said = problem(response, 422, "invalid")
        assert [error["field"] for error in said["errors"]] == [field]
    assert program.get("/memos").json["items"] == [memo]


def test_a_store_that_is_away(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise StoreUnavailable("no answer")

    memo = program.memo()
    monkeypatch.setattr("keepwsgi.images.stores.LocalStore.put", away)
    response = program.send("POST", f"/memos/{memo['id']}/images", data={"file": (BytesIO(png()), "a.png")})
    problem(response, 503, "unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert program.get(f"/memos/{memo['id']}").json == memo


def test_a_database_that_was_not_migrated(make_app: MakeApp, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/newer.db")
    database.upgrade()
    with database.writing(None) as write:
        write.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.dispose()
    app = make_app(database_url=f"sqlite:///{tmp_path}/newer.db")
    response = app.test_client().get("/api/v1/me", headers={"Authorization": "Bearer keepwsgi_" + "x" * 40})
    problem(response, 503, "unavailable")


def test_problems_are_kept_by_nobody(program: Program) -> None:
    for response in (program.get("/memos/1"), program.get("/memos?limit=0"), program.client.get("/api/v1/me")):
        assert response.headers["Cache-Control"] == "no-store"


def test_every_type_leads_to_its_description(program: Program) -> None:
    page = program.client.get("/api/docs")
    target = program.get("/nothing").json["type"].partition("#")[2]
    assert page.status_code == 200
    assert f'id="{target}"' in page.text
