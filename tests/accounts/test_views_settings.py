"""Language and theme, a new password, and signing out everywhere else."""

from __future__ import annotations

from keepwsgi.accounts.throttle import PER_NAME
from tests.clients import Browser
from tests.factories import PASSWORD


def test_language_and_theme_are_kept(browser: Browser) -> None:
    assert browser.post("/settings", language="ko", theme="dark").location == "/settings"
    page = browser.get("/settings").text
    assert '<html lang="ko" data-theme="dark">' in page
    assert "설정" in page
    browser.post("/settings", language="", theme="")
    assert '<html lang="en" data-theme="system">' in browser.get("/settings").text


def test_a_language_nobody_speaks_here_is_refused(browser: Browser) -> None:
    response = browser.post("/settings", language="tlh", theme="dark")
    assert response.status_code == 422
    assert "This is not one of the choices." in response.text
    assert 'data-theme="system"' in browser.get("/settings").text


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
