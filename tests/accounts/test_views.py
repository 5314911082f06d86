"""Registering, signing in and out, and the settings, as a browser sees them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select

from keepwsgi.accounts.models import SignInFailure, UserRow
from keepwsgi.accounts.throttle import PER_ADDRESS, PER_NAME
from keepwsgi.layers import Application
from tests.clients import Browser, fields_of_form
from tests.conftest import MakeApp
from tests.factories import PASSWORD, make_memo, make_user


def names(app: Application) -> dict[str, bool]:
    """Every account's name, and whether it is an administrator's."""
    with app.config["DATABASE"].reading() as session:
        return {row.username: row.is_admin for row in session.execute(select(UserRow.username, UserRow.is_admin))}


# Registering


def test_the_first_account_is_the_administrators_and_is_signed_in_at_once(visitor: Browser) -> None:
    assert "becomes the administrator" in visitor.get("/register").text
    response = visitor.register("민지")
    assert (response.status_code, response.location) == (303, "/")
    assert "민지" in visitor.get("/").text
    assert names(visitor.app) == {"민지": True}


def test_a_stranger_is_led_to_register_while_there_is_no_account(visitor: Browser) -> None:
    assert visitor.get("/").location == "/login?next=/"
    assert visitor.get("/login?next=/").location == "/register"


def test_registration_is_closed_after_the_first_account(browser: Browser, visitor: Browser) -> None:
    page = visitor.get("/register")
    assert page.status_code == 403
    assert "Registration is closed" in page.text
    visitor.get("/login")
    response = visitor.post("/register", username="jun", password=PASSWORD, password_confirm=PASSWORD)
    assert response.status_code == 403
    assert names(visitor.app) == {"minji": False}
    assert "/register" not in visitor.get("/login").text


def test_where_registration_is_open_later_accounts_are_not_administrators(make_app: MakeApp) -> None:
    app = make_app(registration="open")
    Browser(app).register("minji")
    second = Browser(app)
    assert "administrator" not in second.get("/register").text
    assert second.register("jun").status_code == 303
    assert names(app) == {"minji": True, "jun": False}
    assert "/register" in Browser(app).get("/login").text


def test_where_registration_is_closed_not_even_the_first_account_is_made(make_app: MakeApp) -> None:
    visitor = Browser(make_app(registration="closed"))
    assert visitor.register("minji").status_code in (400, 403)
    assert names(visitor.app) == {}
    # Accounts are made by command there: the sign-in page must not send anybody in a circle.
    assert visitor.get("/login").status_code == 200


def test_two_passwords_that_differ_are_refused_and_the_name_is_kept(visitor: Browser) -> None:
    response = visitor.register("minji", confirm=PASSWORD + "x")
    assert response.status_code == 422
    assert "The two passwords are not the same." in response.text
    assert 'value="minji"' in response.text
    assert PASSWORD not in response.text
    assert names(visitor.app) == {}


@pytest.mark.parametrize(
    ("username", "password", "message"),
    [
        ("minji", "short", "A password needs at least 8 characters."),
        ("minji", "x" * 1001, "A password can have at most 1,000 characters."),
        ("", PASSWORD, "Choose a name."),
        ("x" * 41, PASSWORD, "A name can have at most 40 characters."),
        ("min ji", PASSWORD, "A name begins with a letter or digit"),
        ("min\0ji", PASSWORD, "This has a character that cannot be stored."),
        ("minji", PASSWORD + "\0", "This has a character that cannot be stored."),
    ],
)
def test_what_cannot_be_an_account_is_said_beside_the_field(
    visitor: Browser, username: str, password: str, message: str
) -> None:
    response = visitor.register(username, password)
    assert response.status_code == 422
    assert message in response.text
    assert 'aria-invalid="true"' in response.text
    assert names(visitor.app) == {}


def test_a_name_is_taken_in_whatever_case_it_is_written(make_app: MakeApp) -> None:
    app = make_app(registration="open")
    make_user(app.config["DATABASE"], "Minji")
    response = Browser(app).register("mINJI")
    assert response.status_code == 422
    assert "This name is taken." in response.text
    assert names(app) == {"Minji": False}


def test_somebody_signed_in_has_no_use_for_registration(browser: Browser) -> None:
    assert browser.get("/register").location == "/"


# Signing in and out


def test_a_page_asked_for_while_signed_out_is_shown_after_signing_in(browser: Browser, visitor: Browser) -> None:
    response = visitor.get("/archive?cursor=x%26y")
    assert response.status_code == 303
    page = visitor.get(response.location)
    fields = fields_of_form(page.text, "/login")
    assert fields["next"] == "/archive?cursor=x%26y"
    assert visitor.sign_in("minji", next=fields["next"]).location == "/archive?cursor=x%26y"


def test_a_name_is_known_in_any_case_and_with_spaces_around_it(browser: Browser, visitor: Browser) -> None:
    assert visitor.sign_in(" MinJi ").status_code == 303


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(browser: Browser, visitor: Browser) -> None:
    wrong = visitor.sign_in("minji", "not the password")
    unknown = visitor.sign_in("nobody", "not the password")
    assert wrong.status_code == unknown.status_code == 422
    assert "The user name or the password is not right." in wrong.text
    assert wrong.text.replace("minji", "nobody").count("nobody") == unknown.text.count("nobody")
    assert 'value="minji"' in wrong.text
    assert "not the password" not in wrong.text


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n//evil.example",
        "\x01//evil.example",
        "evil",
        "",
    ],
)
def test_signing_in_leads_nowhere_but_to_this_site(browser: Browser, visitor: Browser, target: str) -> None:
    assert visitor.sign_in("minji", next=target).location == "/"
    assert visitor.get("/login", query_string={"next": target}).location == "/"


def test_under_a_mount_point_next_stays_under_it(app: Application) -> None:
    user = make_user(app.config["DATABASE"])
    mounted = Browser(app, base_url="http://localhost/keep")
    assert mounted.get("/archive").location == "/keep/login?next=/keep/archive"
    assert mounted.sign_in(user.username, next="/keep/archive").location == "/keep/archive"
    for elsewhere in ("/other", "/keeper", "/keep/../other", "/keep/%2e%2e/other"):
        assert mounted.get("/login", query_string={"next": elsewhere}).location == "/keep/"


def test_signing_in_begins_a_new_session(browser: Browser, visitor: Browser) -> None:
    visitor.get("/login")
    with visitor.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    before = visitor.token
    visitor.sign_in("minji")
    assert visitor.token != before
    with visitor.client.session_transaction() as session:
        assert "planted" not in session
    assert visitor.post("/settings", csrf_token=before, theme="dark").status_code == 400


def test_signing_out_ends_the_session_and_clears_what_the_browser_kept(browser: Browser) -> None:
    response = browser.post("/logout")
    assert (response.status_code, response.location) == (303, "/login")
    assert response.headers["Clear-Site-Data"] == '"cache"'
    with browser.client.session_transaction() as session:
        assert set(session) == {"_flashes"}
    assert browser.get("/").location == "/login?next=/"


def test_signing_out_takes_a_form_not_a_link(browser: Browser) -> None:
    assert browser.get("/logout").status_code == 405
    assert browser.get("/").status_code == 200


def test_the_session_of_a_deleted_account_is_over(browser: Browser) -> None:
    with browser.database.writing(None) as write:
        write.session.execute(delete(UserRow))
    assert browser.get("/").location == "/login?next=/"


def test_a_sign_in_form_that_was_open_for_too_long_can_be_sent_again(browser: Browser, visitor: Browser) -> None:
    carried = {"carried_action": "/memos", "carried:title": "typed", "next": "/archive"}
    refused = visitor.post("/login", username="minji", password=PASSWORD, csrf_token="old", **carried)
    assert refused.status_code == 400
    assert "open for too long" in refused.text
    assert PASSWORD not in refused.text
    fields = fields_of_form(refused.text, "/login")
    assert fields["username"] == "minji"
    assert fields.items() >= carried.items()
    signed_in = visitor.post("/login", **fields | {"password": PASSWORD})
    assert fields_of_form(signed_in.text, "/memos")["title"] == "typed"


def test_a_registration_form_that_was_open_for_too_long_can_be_sent_again(visitor: Browser) -> None:
    fields = {"username": "minji", "password": PASSWORD, "password_confirm": PASSWORD}
    refused = visitor.post("/register", csrf_token="old", **fields)
    assert refused.status_code == 400
    assert PASSWORD not in refused.text
    again = visitor.post("/register", **fields_of_form(refused.text, "/register"))
    assert again.status_code == 422
    assert visitor.post("/register", **fields_of_form(again.text, "/register") | fields).status_code == 303


# The cookie


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(visitor: Browser) -> None:
    cookie = visitor.get("/register").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie.split("; ")
    assert "Secure" not in cookie
    assert "Domain" not in cookie


def test_over_https_the_cookie_is_secure(app: Application) -> None:
    cookie = Browser(app, base_url="https://localhost").get("/register").headers["Set-Cookie"]
    assert "Secure" in cookie.split("; ")


def test_under_a_mount_point_the_cookie_is_of_that_path(make_app: MakeApp) -> None:
    mounted = Browser(make_app(), base_url="http://localhost/keep")
    assert "Path=/keep" in mounted.get("/register").headers["Set-Cookie"].split("; ")
    prefixed = Browser(make_app(url_prefix="/memo"))
    assert "Path=/memo" in prefixed.get("/register").headers["Set-Cookie"].split("; ")


def test_a_signed_in_session_outlives_the_browser_and_a_strangers_does_not(
    browser: Browser, visitor: Browser
) -> None:
    assert "Expires" not in visitor.get("/login").headers["Set-Cookie"]
    signed_in = visitor.sign_in("minji")
    assert "Expires" in signed_in.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "path", ["/", "/archive", "/trash", "/settings", "/login", "/register", "/memos/1", "/memos/99"]
)
def test_what_is_personal_is_kept_in_no_shared_cache(browser: Browser, visitor: Browser, path: str) -> None:
    make_memo(browser.database, browser.user)
    for who in (browser, visitor):
        response = who.get(path)
        control = response.headers["Cache-Control"]
        assert "private" in control or control == "no-store", (path, control)
        assert "Cookie" in response.headers.get("Vary", ""), path


# The limit on guesses


def test_a_name_guessed_at_too_often_is_closed_for_a_while_in_every_process(make_app: MakeApp) -> None:
    one, another = make_app(), make_app()
    make_user(one.config["DATABASE"], "minji")
    guesser = Browser(one)
    guesser.get("/login")
    for guess in range(PER_NAME):
        assert guesser.post("/login", username="minji", password=f"guess {guess}").status_code == 422
    for app in (one, another):
        refused = Browser(app).sign_in("MINJI")
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
        assert "Too many attempts. Please wait 15 minutes." in refused.text
        assert 'value="MINJI"' in refused.text


def test_an_address_that_guesses_at_many_names_is_closed_for_a_while(make_app: MakeApp) -> None:
    one, another = make_app(), make_app()
    make_user(one.config["DATABASE"], "minji")
    now = datetime.now(UTC)
    with one.config["DATABASE"].writing(None) as write:
        guesses = [
            {"username_key": f"name {n}", "address": "192.0.2.7", "attempted_at": now - timedelta(seconds=n)}
            for n in range(PER_ADDRESS)
        ]
        write.session.execute(insert(SignInFailure), guesses)
    for app in (one, another):
        guesser = Browser(app)
        guesser.get("/login")
        sent = {"csrf_token": guesser.token, "username": "minji", "password": PASSWORD}
        refused = guesser.open("/login", method="POST", data=sent, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
        assert refused.status_code == 429
        assert "Retry-After" in refused.headers
        assert Browser(app).sign_in("minji").status_code == 303
