"""Pages for what went wrong: in both languages, with the request's number, and without asking the database."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import default_exceptions

from keepwsgi.accounts.layer import public
from keepwsgi.accounts.passwords import TooBusy
from keepwsgi.database import DatabaseOutdated, DatabaseUnavailable, UserGone
from keepwsgi.layers import Application
from tests.clients import Browser, fields_of_form, recorded_statements
from tests.factories import get_memo, make_memo

STATUSES = [400, 403, 404, 405, 409, 413, 414, 415, 422, 429, 500, 503]


def let_fail(app: Application, endpoint: str, error: Exception) -> None:
    """Replace the view of an endpoint by one that raises."""

    def fail(request: Any, **arguments: Any) -> str:
        raise error

    app.routes.views[endpoint] = public(fail) if endpoint.startswith("health.") else fail


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(("language", "link"), [("en", "Back to notes"), ("ko", "메모로 가기")])
def test_an_error_page_is_in_the_readers_language_and_names_the_request(
    browser: Browser, status: int, language: str, link: str
) -> None:
    let_fail(browser.app, "health.healthz", default_exceptions[status]())
    with recorded_statements() as statements:
        response = browser.get("/healthz", headers={"Accept-Language": language})
    assert statements == []
    assert response.status_code == status
    assert f'<html lang="{language}"' in response.text
    assert link in response.text
    assert f"<code>{response.headers['X-Request-Id']}</code>" in response.text
    assert "/css/base.css" in response.text
    assert response.headers["Cache-Control"] == "no-store"
    if status != 500:
        assert HTTPStatus(status).phrase not in response.text


@pytest.mark.parametrize(("language", "title"), [("en", "Sign in"), ("ko", "로그인")])
def test_the_401_page_is_a_way_to_sign_in(visitor: Browser, language: str, title: str) -> None:
    with recorded_statements() as statements:
        response = visitor.post("/memos", headers={"Accept-Language": language}, title="typed")
    assert statements == []
    assert response.status_code == 401
    assert f"<title>{title} ·" in response.text
    assert fields_of_form(response.text, "/login")["carried:title"] == "typed"


def test_a_path_or_method_nobody_knows_asks_the_database_nothing(browser: Browser) -> None:
    with recorded_statements() as statements:
        assert browser.get("/nowhere").status_code == 404
        assert browser.post("/nowhere", title="x").status_code == 404
        assert browser.get("/logout").status_code == 405
    assert statements == []


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/memos", "/"),
        ("/memos/7/images", "/memos/7"),
        ("/labels/7/rename", "/labels"),
        ("/settings/tokens", "/settings"),
        ("/settings/password", "/settings"),
        ("/settings/account/delete", "/settings"),
    ],
)
def test_the_address_of_a_form_that_was_refused_leads_to_its_page(
    browser: Browser, address: str, page: str
) -> None:
    for base in ("", "/keep"):
        answer = browser.get(address, base_url=f"http://localhost{base}")
        assert (answer.status_code, answer.location) == (303, base + page)
    refused = browser.open(address, method="PUT")
    assert (refused.status_code, set(refused.headers["Allow"].split(", "))) == (405, {"POST", "OPTIONS"})
    assert browser.get("/memos/selected").status_code == 405


def test_under_a_mount_point_the_page_leads_back_under_it(browser: Browser) -> None:
    page = browser.get("/nowhere", base_url="http://localhost/keep").text
    assert 'href="/keep/"' in page


def test_an_exception_in_a_view_is_the_500_page_and_is_logged_under_its_number(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    let_fail(browser.app, "memos.board", RuntimeError("something only we should read"))
    response = browser.get("/")
    assert response.status_code == 500
    assert "Something went wrong here" in response.text
    assert "something only we should read" not in response.text
    assert response.headers["X-Request-Id"] in response.text
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info
    assert "something only we should read" in str(record.exc_info[1])
    assert "/" in record.getMessage()


def test_what_was_typed_is_on_the_500_page_and_can_be_sent_again(browser: Browser) -> None:
    create = browser.app.routes.views["memos.create"]
    let_fail(browser.app, "memos.create", RuntimeError())
    response = browser.post("/memos", title="typed", body="for an hour")
    assert response.status_code == 500
    assert "for an hour" in response.text
    browser.app.routes.views["memos.create"] = create
    assert browser.post("/memos", **fields_of_form(response.text, "/memos")).status_code == 303
    assert get_memo(browser.database, browser.user, 1).body == "for an hour"


@pytest.mark.parametrize(
    ("error", "status", "wait"),
    [
        (DatabaseUnavailable("locked"), 503, "5"),
        (DatabaseOutdated("at an older revision"), 503, "60"),
        (TooBusy(retry_after=2), 503, "2"),
    ],
)
def test_what_passes_by_itself_says_when_to_try_again(
    visitor: Browser, error: Exception, status: int, wait: str
) -> None:
    let_fail(visitor.app, "health.healthz", error)
    response = visitor.get("/healthz")
    assert response.status_code == status
    assert response.headers["Retry-After"] == wait


def test_an_account_deleted_while_its_owner_writes_keeps_the_text(browser: Browser) -> None:
    let_fail(browser.app, "memos.create", UserGone(1))
    response = browser.post("/memos", title="typed", body="for an hour")
    assert response.status_code == 401
    assert fields_of_form(response.text, "/login")["carried:body"] == "for an hour"


# A database that is away


@pytest.fixture
def file(browser: Browser) -> Path:
    """The database's file."""
    return Path(str(browser.database.url.database))


def test_without_its_database_the_application_says_so_and_recovers_by_itself(
    browser: Browser, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert browser.get("/").status_code == 200
    away = file.rename(file.with_suffix(".away"))
    for language in ("en", "ko"):
        response = browser.get("/", headers={"Accept-Language": language})
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert f'<html lang="{language}"' in response.text
        title = re.search("<h1[^>]*>(.*?)</h1>", response.text)
        assert title
        assert ("Your notes cannot be reached right now" in title[1]) == (language == "en")
        assert response.headers["X-Request-Id"] in response.text
    assert "Traceback" not in caplog.text
    assert browser.get("/healthz").status_code == 200
    assert browser.get("/readyz").status_code == 503
    away.rename(file)
    assert browser.get("/").status_code == 200
    assert browser.get("/readyz").status_code == 200


def test_what_was_typed_while_the_database_was_away_can_be_sent_again(browser: Browser, file: Path) -> None:
    memo = make_memo(browser.database, browser.user, "as it was")
    address = f"/memos/{memo.id}"
    fields = fields_of_form(browser.get(address).text, address) | {"body": "typed <meanwhile>"}
    away = file.rename(file.with_suffix(".away"))
    refused = browser.post(address, **fields)
    assert refused.status_code == 503
    assert "typed &lt;meanwhile&gt;" in refused.text
    still = browser.post(address, **fields_of_form(refused.text, address))
    assert still.status_code == 503
    away.rename(file)
    assert browser.post(address, **fields_of_form(still.text, address)).status_code == 303
    assert get_memo(browser.database, browser.user, memo.id).body == "typed <meanwhile>"


def test_a_form_of_another_site_is_not_offered_to_be_sent_again(browser: Browser, file: Path) -> None:
    away = file.rename(file.with_suffix(".away"))
    response = browser.post("/memos", headers={"Origin": "https://evil.example"}, title="not mine")
    assert response.status_code == 503
    assert "not mine" not in response.text
    away.rename(file)


def test_a_sign_in_while_the_database_is_away_does_not_repeat_the_password(visitor: Browser) -> None:
    file = Path(str(visitor.database.url.database))
    visitor.get("/register")
    away = file.rename(file.with_suffix(".away"))
    response = visitor.post("/login", username="minji", password="correct horse battery")
    assert response.status_code == 503
    assert "correct horse battery" not in response.text
    away.rename(file)


def test_a_file_that_is_no_database_is_an_error_not_an_empty_board(browser: Browser, file: Path) -> None:
    away = file.rename(file.with_suffix(".away"))
    file.mkdir()
    assert browser.get("/").status_code == 503
    file.rmdir()
    away.rename(file)
    assert browser.get("/").status_code == 200
