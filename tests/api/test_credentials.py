"""Who may speak to the API, and how: bearer tokens, the session cookie, nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from keepwsgi.accounts.models import ApiToken
from keepwsgi.database import Database
from keepwsgi.layers import Application
from tests.api.conftest import Program
from tests.clients import Browser, fields_of_form, recorded_statements, sign_in_new
from tests.conftest import Clock
from tests.factories import PASSWORD


def challenge(response: Any) -> Any:
    assert (response.status_code, response.mimetype) == (401, "application/problem+json")
    assert "Set-Cookie" not in response.headers
    return response.headers.getlist("WWW-Authenticate")


def test_without_credentials_the_api_asks_for_a_bearer_and_sends_nobody_away(app: Application) -> None:
    client = app.test_client()
    for method in ("GET", "POST", "PATCH", "DELETE"):
        path = "/api/v1/memos" if method in ("GET", "POST") else "/api/v1/memos/1"
        assert challenge(client.open(path, method=method)) == ["Bearer"]


@pytest.mark.parametrize("given", ["x", "", "keepwsgi_" + "x" * 40, "keepwsgi_\xe9", "a b c"])
def test_a_wrong_token_is_refused_even_with_a_good_cookie(browser: Browser, given: str) -> None:
    response = browser.get("/api/v1/me", headers={"Authorization": f"Bearer {given}"})
    assert challenge(response) == ['Bearer error="invalid_token"']
    assert "minji" not in response.text


@pytest.mark.parametrize("given", ["Basic bWluamk6eA==", "Digest x", "", "x"])
def test_other_schemes_are_refused_even_with_a_good_cookie(browser: Browser, given: str) -> None:
    assert challenge(browser.get("/api/v1/me", headers={"Authorization": given})) == ["Bearer"]


def test_the_scheme_may_be_written_in_any_case(program: Program) -> None:
    for scheme in ("bearer", "BEARER", "Bearer "):
        response = program.client.get("/api/v1/me", headers={"Authorization": f"{scheme} {program.secret}"})
        assert response.status_code == 200, scheme


def test_a_token_counts_under_the_api_alone(program: Program) -> None:
    headers = {"Authorization": f"Bearer {program.secret}"}
    assert program.get("/me").json["username"] == "minji"
    for path in ("/", "/settings", "/api/docs", "/api/v1x"):
        response = program.client.get(path, headers=headers)
        assert "minji" not in response.text
        assert response.status_code in (200, 303, 404)


def test_a_bearer_does_not_read_the_cookie(program: Program, api_app: Application) -> None:
    browser = sign_in_new(api_app, "jun")
    response = browser.open("/api/v1/me", headers={"Authorization": f"Bearer {program.secret}"})
    assert response.json["username"] == "minji"
    assert "Set-Cookie" not in response.headers


def test_with_a_bearer_the_session_is_not_even_read(
    program: Program, api_app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in_new(api_app, "jun")

    def read(*_: Any) -> Any:
        raise AssertionError("the cookie was read")

    monkeypatch.setattr("keepwsgi.layers.session.CookieSessions.open", read)
    headers = {"Authorization": f"Bearer {program.secret}"}
    for path, status in (("/api/v1/me", 200), ("/api/v1/memos?limit=x", 422), ("/api/v1/nothing", 404)):
        assert browser.open(path, headers=headers).status_code == status
    changed = browser.open("/api/v1/me", method="PATCH", json={"theme": "dark"}, headers=headers)
    assert (changed.json["username"], changed.json["theme"]) == ("minji", "dark")
    assert "Set-Cookie" not in changed.headers


def test_a_header_that_names_no_token_does_not_stand_in_for_the_csrf_token(browser: Browser) -> None:
    for given in ("", "Basic bWluamk6eA==", "Bearer x"):
        response = browser.open(
            "/api/v1/memos", method="POST", json={"title": "forged"}, headers={"Authorization": given}
        )
        assert response.status_code == 401
    assert browser.open("/api/v1/memos").json["items"] == []


def test_preferences_changed_by_cookie_count_for_the_pages_from_then_on(browser: Browser) -> None:
    headers = {"X-CSRF-Token": browser.token}
    assert browser.open("/api/v1/me", method="PATCH", json={"language": "ko"}, headers=headers).status_code == 200
    assert '<html lang="ko"' in browser.get("/").text
    # A page of an error asks no database.
    assert '<html lang="ko"' in browser.get("/nothing").text


def test_a_bearer_needs_no_csrf_token_and_a_cookie_does(program: Program, api_app: Application) -> None:
    assert program.post("/memos", {"title": "x"}).status_code == 201
    browser = sign_in_new(api_app, "jun")
    refused = browser.open("/api/v1/memos", method="POST", json={"title": "x"})
    assert (refused.status_code, refused.json["type"]) == (400, "/api/docs#problem-csrf")
    headers = {"X-CSRF-Token": browser.token}
    assert browser.open("/api/v1/memos", method="POST", json={"title": "x"}, headers=headers).status_code == 201
    elsewhere = {**headers, "Sec-Fetch-Site": "cross-site"}
    refused = browser.open("/api/v1/memos", method="POST", json={"title": "x"}, headers=elsewhere)
    assert (refused.status_code, refused.json["type"]) == (400, "/api/docs#problem-csrf")


def test_token_and_user_are_read_in_one_statement(program: Program) -> None:
    program.get("/me")
    with recorded_statements() as statements:
        program.get("/me")
    assert len(statements) == 1


# --- Tokens -------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_stored_hashed(program: Program) -> None:
    response = program.post("/tokens", {"name": "  backup 스크립트 "})
    made = response.json
    assert re.fullmatch(r"keepwsgi_[A-Za-z0-9_-]{40}", made["token"])
    assert (made["name"], made["last_used_at"]) == ("backup 스크립트", None)
    assert response.headers["Cache-Control"] == "no-store"
    path = response.location.removeprefix("/api/v1")
    assert program.get(path).json == {name: made[name] for name in made if name != "token"}
    listed = program.get("/tokens")
    assert [token["name"] for token in listed.json["items"]] == ["backup 스크립트", "program"]
    assert made["token"] not in listed.text
    with program.database.reading() as session:
        rows = str(session.execute(text("SELECT * FROM api_tokens")).all())
    assert made["token"] not in rows
    assert made["token"].removeprefix("keepwsgi_") not in rows


def test_a_token_outlives_a_new_password_and_the_end_of_all_sessions(browser: Browser) -> None:
    program = Program(browser.app, browser.user)
    browser.get("/settings")
    new = "another good password"
    browser.post("/settings/password", current_password=PASSWORD, password=new, password_confirm=new)
    browser.post("/settings/sessions/end")
    assert program.get("/me").json["username"] == "minji"


def test_a_revoked_token_opens_nothing(program: Program) -> None:
    made = program.post("/tokens", {"name": "other"}).json
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert program.client.get("/api/v1/me", headers=headers).status_code == 200
    assert program.delete(f"/tokens/{made['id']}").status_code == 204
    assert program.client.get("/api/v1/me", headers=headers).status_code == 401
    assert program.delete(f"/tokens/{made['id']}").status_code == 404


def test_somebody_elses_token_is_not_there(program: Program, other_program: Program) -> None:
    theirs = other_program.get("/tokens").json["items"][0]["id"]
    assert program.get(f"/tokens/{theirs}").status_code == 404
    assert program.delete(f"/tokens/{theirs}").status_code == 404
    assert other_program.get("/me").status_code == 200


def last_used(database: Database) -> Any:
    with database.reading() as session:
        return session.scalars(select(ApiToken.last_used_at)).one()


def test_the_last_use_is_kept_to_the_minute(program: Program, clock: Clock) -> None:
    assert last_used(program.database) is None
    program.get("/me")
    first = last_used(program.database)
    assert first == clock.now
    clock.advance(seconds=59)
    with recorded_statements() as statements:
        program.get("/nothing-here")
        program.get("/me")
    assert not [statement for statement in statements if statement.startswith("UPDATE")]
    clock.advance(seconds=1)
    program.get("/me")
    assert last_used(program.database) == clock.now > first


def test_a_request_that_fails_is_a_use_too_and_of_no_other_token(program: Program, clock: Clock) -> None:
    made = program.post("/tokens", {"name": "other"}).json
    clock.advance(hours=1)
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert program.client.get("/api/v1/memos/999", headers=headers).status_code == 404
    with program.database.reading() as session:
        rows = session.execute(select(ApiToken.name, ApiToken.last_used_at))
        used = {row.name: row.last_used_at for row in rows}
    assert used == {"other": clock.now, "program": clock.now - timedelta(hours=1)}
    assert program.get(f"/tokens/{made['id']}").json["last_used_at"] == "2024-05-01T10:30:00Z"


def test_the_id_of_a_token_is_never_used_again(program: Program) -> None:
    first = program.post("/tokens", {"name": "a"}).json["id"]
    program.delete(f"/tokens/{first}")
    assert program.post("/tokens", {"name": "a"}).json["id"] > first


def test_a_database_that_takes_no_write_does_not_fail_a_reading(program: Program) -> None:
    with program.database.writing(None):  # on SQLite nobody else can write meanwhile
        assert program.get("/me").status_code == 200


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\0", 1, None])
def test_a_token_needs_a_proper_name(program: Program, name: Any) -> None:
    response = program.post("/tokens", {"name": name})
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == "name"


# --- The page -----------------------------------------------------------------------------------------------


def test_the_settings_page_makes_lists_and_revokes_tokens(browser: Browser) -> None:
    browser.get("/settings")
    page = browser.post("/settings/tokens", name="phone")
    (secret,) = re.findall(r"keepwsgi_[A-Za-z0-9_-]{40}", page.text)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    used = browser.client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert used.json["username"] == "minji"
    listed = browser.get("/settings").text
    assert "phone" in listed
    assert secret not in listed
    (action,) = re.findall(r'action="(/settings/tokens/\d+/delete)"', listed)
    assert "Revoke this token?" in browser.post(action).text
    assert browser.post(action, confirm="yes").status_code == 303
    assert browser.client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_reloading_the_page_that_shows_a_token_makes_no_second_one(browser: Browser) -> None:
    form = fields_of_form(browser.get("/settings").text, "/settings/tokens")
    first = browser.post("/settings/tokens", **form | {"name": "phone"})
    assert first.status_code == 200
    again = browser.post("/settings/tokens", **form | {"name": "phone"})
    assert (again.status_code, again.location) == (303, "/settings")
    listed = browser.get("/settings").text
    assert "The token was made before" in listed
    assert len(re.findall(r"/settings/tokens/\d+/delete", listed)) == 1
    # The form below the new token is another one, and so is that of a second tab.
    for page in (first.text, listed, browser.get("/settings").text):
        form = fields_of_form(page, "/settings/tokens")
        assert browser.post("/settings/tokens", **form | {"name": "laptop"}).status_code == 200
    assert len(re.findall(r"/settings/tokens/\d+/delete", browser.get("/settings").text)) == 4


def test_a_form_that_was_refused_may_be_sent_again(browser: Browser) -> None:
    form = fields_of_form(browser.get("/settings").text, "/settings/tokens")
    assert browser.post("/settings/tokens", **form | {"name": ""}).status_code == 422
    assert browser.post("/settings/tokens", **form | {"name": "phone"}).status_code == 200


def test_the_settings_page_says_what_is_wrong_with_a_name(browser: Browser) -> None:
    browser.get("/settings")
    response = browser.post("/settings/tokens", name=" ")
    assert response.status_code == 422
    assert "Choose a name." in response.text


def test_who_is_signed_in_may_read_and_change_their_preferences(program: Program) -> None:
    assert program.patch("/me", {"language": "ko"}).json["language"] == "ko"
    assert program.patch("/me", {"theme": "dark"}).json == program.get("/me").json
    assert program.patch("/me", {"layout": "list"}).json == program.get("/me").json
    me = program.get("/me").json
    assert (me["language"], me["theme"], me["layout"], set(me)) == (
        "ko",
        "dark",
        "list",
        {"id", "username", "is_admin", "language", "theme", "layout"},
    )
    assert program.patch("/me", {"layout": "heap"}).status_code == 422
    assert program.patch("/me", {"username": "root"}).status_code == 422
    assert program.patch("/me", {"is_admin": True}).status_code == 422
