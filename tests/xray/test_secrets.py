"""Nothing on any page of the x-ray lets its reader be somebody else."""

from __future__ import annotations

import re

from keepwsgi.layers import Application
from keepwsgi.xray.pages import coloured
from tests.clients import Browser
from tests.factories import PASSWORD, make_user
from tests.xray.conftest import every_page


def test_no_password_token_cookie_or_key_is_on_any_page(developed: Application) -> None:
    user = make_user(developed.config["DATABASE"], "minji")
    reader = Browser(developed).signed_in_as(user)
    Browser(developed).sign_in("minji", "hunter2 is not it")
    reader.get("/settings")
    token = reader.token
    made = reader.post("/settings/tokens", name="laptop")
    found = re.search(r"keepwsgi_[\w-]{24,}", made.text)
    assert found
    bearer = found[0]
    reader.get("/api/v1/memos", headers={"Authorization": f"Bearer {bearer}"})
    reader.get("/api/v1/memos", headers={"Authorization": "Bearer keepwsgi_of_nobody"})
    reader.open("/memos", method="POST", headers={"X-CSRF-Token": "of-another-session"}, data={"body": "x"})
    reader.get("/login?next=/&token=in-a-query&password=also-in-a-query", headers={"X-Api-Key": "a key of sorts"})
    reader.get("/memos/9999", headers={"Referer": "http://localhost/?reset_token=in-a-referer"})
    cookie = reader.client.get_cookie(developed.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    pages = every_page(reader)
    assert len(pages) > 8
    said = "\n".join(pages)
    for secret in (
        PASSWORD,
        "hunter2",
        token,
        bearer,
        "keepwsgi_of_nobody",
        "of-another-session",
        "in-a-query",
        "a key of sorts",
        "in-a-referer",
        cookie.value,
        "not a secret, only a test",
    ):
        assert secret not in said, secret
    # What was taken out is said to be: the name is there.
    assert f"{developed.config['SESSION_COOKIE_NAME']}=•••" in said
    assert "Bearer •••" in said
    assert "password: •••" in said


def test_what_a_request_says_is_text_and_never_markup(reader: Browser) -> None:
    evil = "<script>alert(1)</script>"
    reader.get(f"/{evil}?q={evil}", headers={"User-Agent": evil, "X-Odd": evil})
    pages = every_page(reader)
    assert any("&lt;script&gt;" in page for page in pages)
    assert not any("<script" in page for page in pages)
    assert coloured("SELECT '<i>'") == "<b>SELECT</b> &#39;&lt;i&gt;&#39;"


def test_the_environment_of_the_process_is_not_shown(reader: Browser, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    # wsgiref's server passes all of it along.
    monkeypatch.setenv("HTTP_PROXY_PASS", "of the operator")
    answer = reader.get("/", environ_base={"HTTP_PROXY_PASS": "of the operator", "KEEPWSGI_KEY": "of the server"})
    assert answer.status_code == 200
    said = "\n".join(every_page(reader))
    assert "of the operator" not in said
    assert "of the server" not in said


def test_pages_of_the_x_ray_are_kept_nowhere(reader: Browser) -> None:
    reader.get("/")
    for path in ("/_xray", "/_xray/nothing-of-that-name", "/_xray/xray.css"):
        answer = reader.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "style=" not in reader.get("/_xray").text
    # Looking is no request that is looked at.
    assert "/_xray" not in reader.get("/_xray").text.partition("<h1>")[2].replace('href="/_xray/', "")
