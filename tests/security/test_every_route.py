"""Each route of the map tried by those who must not pass; one that is added is tried without being named here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from keepwsgi import create_app
from keepwsgi.config import load_settings
from keepwsgi.layers import Application
from keepwsgi.memos import service
from tests.clients import Browser
from tests.factories import make_memo

#: Fields with which every form of the application would do something, were it allowed to.
FIELDS = {
    "title": "changed",
    "body": "changed",
    "color": "red",
    "language": "ko",
    "theme": "dark",
    "name": "changed",
    "username": "changed",
    "password": "a password",
    "password_confirm": "a password",
    "current_password": "correct horse battery",
    "confirm": "yes",
}


def routes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, bool]]:
    """Every method and endpoint of the application, and whether strangers may use it."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("routes"), secret_key="not a secret, only a test")
    app = create_app(settings)
    for rule in app.routes.map.iter_rules():
        if rule.build_only:
            continue
        is_public = getattr(app.routes.views[rule.endpoint], "is_public", False)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.endpoint, is_public


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "endpoint" in metafunc.fixturenames:
        factory = metafunc.config._tmp_path_factory  # type: ignore[attr-defined]
        chosen = list(routes(factory))
        if "POST" in metafunc.function.__name__:
            chosen = [route for route in chosen if route[0] != "GET"]
        metafunc.parametrize(
            ("method", "endpoint", "is_public"), chosen, ids=[f"{method} {name}" for method, name, _ in chosen]
        )


def test_routes_are_found(app: Application) -> None:
    assert len(list(app.routes.map.iter_rules())) > 20


@pytest.fixture
def things(browser: Browser) -> dict[str, Any]:
    """Ids of things that are minji's: one of each kind, by the name a rule has for it."""
    kept, trashed = (make_memo(browser.database, browser.user, title="minji's", body="text") for _ in range(2))
    with browser.database.writing(browser.user.id) as write:
        service.trash(write, trashed.id)
    return {"memo_id": [kept.id, trashed.id]}


def addresses(app: Application, endpoint: str, method: str, things: dict[str, Any]) -> list[str]:
    """The address of the endpoint for each of the things; a rule with an argument we have nothing for fails."""
    adapter = app.routes.map.bind("localhost")
    (rule,) = [
        rule
        for rule in app.routes.map.iter_rules()
        if rule.endpoint == endpoint and method in (rule.methods or ())
    ]
    if not rule.arguments:
        return [adapter.build(endpoint)]
    (name,) = rule.arguments
    return [adapter.build(endpoint, {name: thing}) for thing in things[name]]


def stored(browser: Browser) -> dict[str, list[Any]]:
    """Everything in the database but for the counting of sign-ins."""
    with browser.database.reading() as session:
        return {
            table: list(session.execute(text(f"SELECT * FROM {table} ORDER BY 1")))  # noqa: S608
            for table in ("users", "memos", "tombstones")
        }


def test_signed_out_nothing_is_shown_and_nothing_is_changed(
    browser: Browser, visitor: Browser, things: dict[str, Any], method: str, endpoint: str, is_public: bool
) -> None:
    before = stored(browser)
    visitor.get("/login")
    for path in addresses(browser.app, endpoint, method, things):
        if method == "GET":
            response = visitor.get(path)
            if is_public:
                assert response.status_code < 500
            else:
                assert (response.status_code, response.location) == (303, f"/login?next={path}")
        else:
            response = visitor.post(path, **FIELDS)
            if is_public:
                assert response.status_code < 500
            else:
                assert response.status_code == 401
                assert "/login" in response.text
        assert "minji" not in response.text
    assert stored(browser) == before


def test_a_safe_method_changes_nothing_and_head_is_answered_as_get(
    browser: Browser, things: dict[str, Any], method: str, endpoint: str, is_public: bool
) -> None:
    before = stored(browser)
    for path in addresses(browser.app, endpoint, method, things):
        head, options = browser.client.head(path), browser.client.options(path)
        assert options.status_code == 200
        if method == "GET":
            # A page made after another one may answer a flash less; the status is the same.
            assert head.status_code == browser.get(path).status_code
            assert head.data == b""
    assert stored(browser) == before


def test_as_somebody_else_nothing_is_shown_and_nothing_is_changed(
    browser: Browser,
    other_browser: Browser,
    things: dict[str, Any],
    method: str,
    endpoint: str,
    is_public: bool,
) -> None:
    def minjis() -> dict[str, list[Any]]:
        # A table's first column says whose row it is: an id of users, or after the row's own id the owner's.
        users = [row for row in stored(browser)["users"] if row.id == browser.user.id]
        memos = [row for row in stored(browser)["memos"] if row.user_id == browser.user.id]
        tombstones = [row for row in stored(browser)["tombstones"] if row.user_id == browser.user.id]
        return {"users": users, "memos": memos, "tombstones": tombstones}

    before = minjis()
    own = make_memo(other_browser.database, other_browser.user)
    fields = {**FIELDS, "before": str(own.id)}
    paths = addresses(browser.app, endpoint, method, things)
    for path in paths:
        statuses = []
        # Which of the fields belong to the form is not known here: each is tried alone, too.
        for sent in [{}, fields, *({name: value} for name, value in fields.items())]:
            response = other_browser.get(path) if method == "GET" else other_browser.post(path, **sent)
            statuses.append(response.status_code)
            assert "minji" not in response.text
        if len(paths) > 1:  # an address of something that is minji's
            assert 404 in statuses
            assert set(statuses) <= {404, 422}
    assert minjis() == before


def test_a_POST_without_a_token_changes_nothing(  # noqa: N802  (chosen by the method in its name)
    browser: Browser, things: dict[str, Any], method: str, endpoint: str, is_public: bool
) -> None:
    before = stored(browser)
    for path in addresses(browser.app, endpoint, method, things):
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": "한글\ud800"}):
            fields = {**FIELDS, **token}
            response = browser.open(
                path, method=method, data={k: v.encode("utf-8", "replace") for k, v in fields.items()}
            )
            assert response.status_code == 400
            assert "Please try this again" in response.text
            assert "correct horse battery" not in response.text
    assert stored(browser) == before


def test_a_POST_from_another_site_changes_nothing(  # noqa: N802
    browser: Browser, things: dict[str, Any], method: str, endpoint: str, is_public: bool
) -> None:
    before = stored(browser)
    for path in addresses(browser.app, endpoint, method, things):
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://[::1"},
        ):
            response = browser.post(path, headers=headers, **FIELDS)
            assert response.status_code == 400
            assert "sent from another site" in response.text
            assert "Save it now" not in response.text
    assert stored(browser) == before


def test_a_POST_from_another_site_does_not_sign_anybody_out(  # noqa: N802
    visitor: Browser, browser: Browser, things: dict[str, Any], method: str, endpoint: str, is_public: bool
) -> None:
    """Such a POST comes without the SameSite cookie; an answer that sets a new one would replace the reader's."""
    for path in addresses(browser.app, endpoint, method, things):
        response = visitor.post(path, headers={"Sec-Fetch-Site": "cross-site"}, **FIELDS)
        assert response.status_code == 400
        assert "Set-Cookie" not in response.headers
        assert 'name="carried' not in response.text
