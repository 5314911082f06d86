"""Language and look, a new password, and signing out everywhere else."""

from __future__ import annotations

import pytest

from keepwsgi.accounts.throttle import PER_NAME
from tests.clients import Browser, fields_of_form
from tests.factories import PASSWORD


def test_language_and_theme_are_kept(browser: Browser) -> None:
    assert browser.post("/settings", language="ko", theme="dark").location == "/settings"
    page = browser.get("/settings").text
    assert '<html lang="ko" data-theme="dark">' in page
    assert "설정" in page
    browser.post("/settings", language="", theme="")
    assert '<html lang="en" data-theme="system">' in browser.get("/settings").text


def test_what_a_form_of_settings_does_not_hold_stays_as_it_was(browser: Browser) -> None:
    browser.post("/settings", language="ko", theme="dark")
    browser.post("/settings", layout="list")
    page = browser.get("/settings").text
    assert '<html lang="ko" data-theme="dark">' in page
    kept = {"language": "ko", "theme": "dark", "layout": "list"}
    assert {name: value for name, value in fields_of_form(page, "/settings").items() if name in kept} == {
        "theme": "dark",
        "layout": "list",
    }
    browser.post("/settings", theme="")
    assert '<html lang="ko" data-theme="system">' in browser.get("/settings").text
    assert 'data-layout="list"' in browser.get("/").text


@pytest.mark.parametrize("path", ["/", "/archive", "/trash", "/search?q=a"])
def test_the_button_on_a_board_turns_the_grid_into_a_list_and_back(path: str, browser: Browser) -> None:
    page = browser.get(path).text
    assert 'data-layout="grid"' in page
    assert ' name="layout" value="list" data-key="layout" aria-label="List view"' in page
    after = browser.post("/settings", **fields_of_form(page, "/settings"), layout="list")
    assert (after.status_code, after.location) == (303, path)
    page = browser.get(path).text
    assert 'data-layout="list"' in page
    assert ' name="layout" value="grid" data-key="layout" aria-label="Grid view"' in page
    assert "Your settings are saved." not in page
    browser.post("/settings", **fields_of_form(page, "/settings"), layout="grid")
    assert 'data-layout="grid"' in browser.get(path).text


def test_only_a_board_has_the_button_that_changes_its_layout(browser: Browser) -> None:
    browser.post("/memos", title="a note")
    for path in ("/settings", "/labels", "/memos/1"):
        assert 'data-key="layout"' not in browser.get(path).text


def test_the_settings_lead_back_to_a_page_of_this_site_only(browser: Browser) -> None:
    assert browser.post("/settings", theme="dark", next="/archive").location == "/archive"
    assert "Your settings are saved." in browser.get("/archive").text
    assert browser.post("/settings", layout="list", next="//elsewhere.example/").location == "/settings"


def test_a_language_nobody_speaks_here_is_refused(browser: Browser) -> None:
    response = browser.post("/settings", language="tlh", theme="dark")
    assert response.status_code == 422
    assert "This is not one of the choices." in response.text
    assert 'data-theme="system"' in browser.get("/settings").text
    assert browser.post("/settings", layout="heap").status_code == 422
    assert 'data-layout="grid"' in browser.get("/").text


def test_a_new_password_ends_every_other_session_but_not_this_one(browser: Browser) -> None:
    elsewhere = Browser(browser.app)
    elsewhere.sign_in("minji")
    before = browser.token
    fields = {"password": "a new password", "password_confirm": "a new password"}
    assert browser.post("/settings/password", current_password=PASSWORD, **fields).status_code == 303
    assert "Your password is changed." in browser.get("/settings").text
    assert browser.token != before
    assert elsewhere.get("/").location == "/login?next=/"
    assert elsewhere.sign_in("minji").status_code == 422
    assert elsewhere.sign_in("minji", "a new password").status_code == 303


def test_the_password_is_not_changed_without_the_current_one(browser: Browser) -> None:
    fields = {"password": "a new password", "password_confirm": "a new password"}
    response = browser.post("/settings/password", current_password="wrong", **fields)
    assert response.status_code == 422
    assert "This is not your password." in response.text
    assert Browser(browser.app).sign_in("minji").status_code == 303


def test_a_new_password_is_typed_twice(browser: Browser) -> None:
    response = browser.post(
        "/settings/password", current_password=PASSWORD, password="a new password", password_confirm="another"
    )
    assert response.status_code == 422
    assert "The two passwords are not the same." in response.text


def test_signing_out_everywhere_else_leaves_this_session(browser: Browser) -> None:
    elsewhere = Browser(browser.app)
    elsewhere.sign_in("minji")
    assert browser.post("/settings/sessions/end").location == "/settings"
    assert "All other sessions have ended." in browser.get("/settings").text
    assert elsewhere.get("/").location == "/login?next=/"


def test_guessing_the_current_password_in_the_settings_is_limited_too(browser: Browser) -> None:
    fields = {"password": "a new password", "password_confirm": "a new password"}
    for guess in range(PER_NAME):
        response = browser.post("/settings/password", current_password=f"guess {guess}", **fields)
        assert response.status_code == 422
    response = browser.post("/settings/password", current_password=PASSWORD, **fields)
    assert response.status_code == 429
    assert "Retry-After" in response.headers
