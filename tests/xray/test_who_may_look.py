"""The x-ray is for who sits at the machine in development, and for administrators elsewhere."""

from __future__ import annotations

from keepwsgi.layers import Application
from tests.clients import Browser, sign_in_new
from tests.conftest import MakeApp
from tests.factories import make_user


def looked_at(browser: Browser) -> tuple[bool, bool, int]:
    """Whether answers have times, pages the link, and the status of the list."""
    page = browser.get("/")
    return "Server-Timing" in page.headers, "xray-link" in page.text, browser.get("/_xray").status_code


def test_elsewhere_only_an_administrator_sees_it(make_app: MakeApp) -> None:
    app = make_app(xray=True)
    admin = Browser(app).signed_in_as(make_user(app.config["DATABASE"], "boss", is_admin=True))
    reader = sign_in_new(app, "minji")
    assert looked_at(reader) == (False, False, 404)
    assert looked_at(admin) == (True, True, 200)
    assert "Server-Timing" not in Browser(app).get("/login").headers
    # A 404 is the application's own, as for any path that it does not know.
    assert reader.get("/_xray").text.count("There is nothing here") > 0
    # What others do is not recorded.
    assert "/login" not in admin.get("/_xray").text


def test_in_development_it_is_for_this_machine_unless_a_proxy_stands_in_front(make_app: MakeApp) -> None:
    app = make_app(env="development")
    near, far = {"REMOTE_ADDR": "127.0.0.1"}, {"REMOTE_ADDR": "203.0.113.7"}
    client = app.test_client()
    assert client.get("/_xray", environ_base=near).status_code == 200
    assert client.get("/_xray", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
    assert client.get("/_xray", environ_base=far).status_code == 404
    assert client.get("/_xray", environ_base={"REMOTE_ADDR": ""}).status_code == 404
    # A site elsewhere may have its own name lead to this machine.
    for host, status in [
        ("evil.example", 404),
        ("[", 404),
        ("", 404),
        ("[::1]:8080", 200),
        ("keep.localhost", 200),
    ]:
        assert client.get("/_xray", environ_base=near, headers={"Host": host}).status_code == status, host
    behind = make_app(env="development", trusted_proxies=1).test_client()
    assert behind.get("/_xray", environ_base=near).status_code == 404


def test_it_lives_under_the_applications_own_path(make_app: MakeApp) -> None:
    app = make_app(env="development", url_prefix="/keep")
    browser = Browser(app)
    for folder in ("/keep", ""):  # a proxy that leaves the prefix in the path, and one that strips it
        page = browser.get(f"{folder}/register")
        name = page.headers["X-Request-Id"]
        assert f'href="/keep/_xray/{name}"' in page.text
        assert 'href="/keep/_xray"' in browser.get(f"{folder}/_xray/{name}").text


def test_a_wrong_token_or_an_unreachable_database_is_nobody(make_app: MakeApp, developed: Application) -> None:
    app = make_app(xray=True)
    answer = app.test_client().get("/api/v1/memos", headers={"Authorization": "Bearer kw_wrong"})
    assert (answer.status_code, "Server-Timing" in answer.headers) == (401, False)
