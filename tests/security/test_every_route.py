"""Each route of the map tried by those who must not pass; one that is added is tried without being named here."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import text

from keepwsgi import create_app
from keepwsgi.accounts import tokens
from keepwsgi.accounts.schemas import TokenForm
from keepwsgi.config import load_settings
from keepwsgi.images import service as images
from keepwsgi.layers import Application
from keepwsgi.memos import service
from tests.clients import Browser, sign_in_new
from tests.factories import make_memo
from tests.images.pictures import encode, gradient
from tests.security.test_random_input import wire

#: By the names of a rule's arguments, what they may be.
Things = dict[tuple[str, ...], list[tuple[int, ...]]]

#: Tables whose rows say whose they are.
OWNED = ("memos", "labels", "images", "api_tokens", "tombstones", "jobs", "imported_notes")

PNG = encode(gradient((8, 6)), "PNG")
#: Fields with which every form of the application would do something, were it allowed to.
FIELDS = {
    "title": "changed",
    "body": "changed",
    "color": "red",
    "language": "ko",
    "theme": "dark",
    "layout": "list",
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


def test_routes_are_found(shared_app: Application) -> None:
    assert len(list(shared_app.routes.map.iter_rules())) > 20


# One world for every route: each test asserts that it has changed nothing of it.


@pytest.fixture(scope="module")
def browser(shared_app: Application) -> Browser:
    """Return a browser signed in as the user minji."""
    return sign_in_new(shared_app, "minji")


@pytest.fixture
def visitor(shared_app: Application) -> Browser:
    """Return a browser of somebody who has not signed in."""
    return Browser(shared_app)


@pytest.fixture
def other_browser(shared_app: Application) -> Browser:
    """Return a browser signed in as another user, who may do to herself what the route does."""
    return sign_in_new(shared_app, f"jun-{secrets.token_hex(4)}")


@pytest.fixture(scope="module")
def things(browser: Browser) -> Things:
    """Ids of things that are minji's: one of each kind, by the names a rule has for them."""
    database, user = browser.database, browser.user
    kept, trashed = (make_memo(database, user, title="minji's", body="text", labels=["minji's"]) for _ in range(2))
    ticks = make_memo(database, user, "minji's\nitem", kind="checklist")
    store = browser.app.config["BLOBS"]
    picture = images.prepare(BytesIO(PNG), largest=len(PNG))
    images.keep(store, picture)
    with database.writing(user.id) as write:
        service.trash(write, trashed.id)
        (image,) = service.add_images(write, kept.id, store, [picture])
        token, _ = tokens.create(write, TokenForm(name="minji's"))
    return {
        ("memo_id",): [(kept.id,), (trashed.id,)],
        ("memo_id", "item_id"): [(ticks.id, ticks.items[0].id)],
        ("memo_id", "image_id"): [(kept.id, image.id)],
        ("image_id",): [(image.id,)],
        ("label_id",): [(kept.labels[0].id,)],
        ("token_id",): [(token.id,)],
    }


def addresses(app: Application, endpoint: str, method: str, things: Things) -> list[str]:
    """The address of the endpoint for each of the things; a rule with an argument we have nothing for fails."""
    adapter = app.routes.map.bind("localhost")
    (rule,) = [
        rule
        for rule in app.routes.map.iter_rules()
        if rule.endpoint == endpoint and method in (rule.methods or ())
    ]
    if not rule.arguments:
        return [adapter.build(endpoint)]
    names, ids = next((names, ids) for names, ids in things.items() if set(names) == rule.arguments)
    return [adapter.build(endpoint, dict(zip(names, each, strict=True))) for each in ids]


def is_api(endpoint: str) -> bool:
    """Whether it is for programs, which are answered in problems and not in pages."""
    return endpoint.startswith("api.")


def send(browser: Browser, method: str, endpoint: str, path: str, headers: Any = None, **fields: Any) -> Any:
    """The request as the endpoint takes it, with the token of the last page: JSON, a picture, or a form."""
    if not is_api(endpoint):
        return browser.post(path, headers=headers, **fields)
    options: dict[str, Any] = {"json": fields}
    if endpoint == "api.create_image":
        options = {"data": {"file": (BytesIO(PNG), "a.png")}}
    return browser.open(path, method=method, headers={"X-CSRF-Token": browser.token, **(headers or {})}, **options)


def stored(browser: Browser) -> dict[str, list[Any]]:
    """Everything in the database but for the counting of sign-ins."""
    with browser.database.reading() as session:
        return {
            table: list(session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")))  # noqa: S608
            for table in ("users", "memo_labels", *OWNED)
        }


def test_signed_out_nothing_is_shown_and_nothing_is_changed(
    browser: Browser, visitor: Browser, things: Things, method: str, endpoint: str, is_public: bool
) -> None:
    before = stored(browser)
    visitor.get("/login")
    for path in addresses(browser.app, endpoint, method, things):
        if method == "GET":
            response = visitor.get(path)
        else:
            response = send(visitor, method, endpoint, path, **FIELDS)
        if is_public:
            assert response.status_code < 500
        elif is_api(endpoint):
            assert (response.status_code, response.mimetype) == (401, "application/problem+json")
            assert response.headers["WWW-Authenticate"] == "Bearer"
        elif method == "GET":
            assert (response.status_code, response.location) == (303, f"/login?next={path}")
        else:
            assert response.status_code == 401
            assert "/login" in response.text
        assert b"minji" not in response.data
    assert stored(browser) == before


def test_a_safe_method_changes_nothing_and_head_is_answered_as_get(
    browser: Browser, things: Things, method: str, endpoint: str, is_public: bool
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
    things: Things,
    method: str,
    endpoint: str,
    is_public: bool,
) -> None:
    def minjis() -> dict[str, list[Any]]:
        rows = stored(browser)
        own = {
            table: [row for row in rows[table] if row.user_id == browser.user.id]
            for table in rows
            if table in OWNED
        }
        own["users"] = [row for row in rows["users"] if row.id == browser.user.id]
        memo_ids = {row.id for row in own["memos"]}
        own["memo_labels"] = [row for row in rows["memo_labels"] if row.memo_id in memo_ids]
        return own

    before = minjis()
    own = make_memo(other_browser.database, other_browser.user)
    fields = {**FIELDS, "before": str(own.id)}
    paths = addresses(browser.app, endpoint, method, things)
    for path in paths:
        statuses = []
        # Which of the fields belong to the form is not known here: each is tried alone, too.
        for sent in [{}, fields, *({name: value} for name, value in fields.items())]:
            if method == "GET":
                response = other_browser.get(path)
            else:
                response = send(other_browser, method, endpoint, path, **sent)
            statuses.append(response.status_code)
            assert b"minji" not in response.data
        if re.search(r"\d", path.removeprefix("/api/v1")):  # an address of something that is minji's
            assert 404 in statuses
            assert set(statuses) <= {404, 422}
    assert minjis() == before


def test_a_POST_without_a_token_changes_nothing(  # noqa: N802  (chosen by the method in its name)
    browser: Browser, things: Things, method: str, endpoint: str, is_public: bool
) -> None:
    before = stored(browser)
    for path in addresses(browser.app, endpoint, method, things):
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": "한글\ud800"}):
            fields = {**FIELDS, **token}
            if is_api(endpoint):
                headers = {"X-CSRF-Token": wire(token["csrf_token"])} if token else {}
                response = browser.open(path, method=method, json=FIELDS, headers=headers)
                assert response.status_code == 400
                assert response.json["type"] == "/api/docs#problem-csrf"
                continue
            response = browser.open(
                path, method=method, data={k: v.encode("utf-8", "replace") for k, v in fields.items()}
            )
            assert response.status_code == 400
            assert "Please try this again" in response.text
            assert "correct horse battery" not in response.text
    assert stored(browser) == before


def test_a_POST_from_another_site_changes_nothing(  # noqa: N802
    browser: Browser, things: Things, method: str, endpoint: str, is_public: bool
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
            response = send(browser, method, endpoint, path, headers, **FIELDS)
            assert response.status_code == 400
            assert "sent from another site" in response.text
            assert "Save it now" not in response.text
    assert stored(browser) == before


def test_a_POST_from_another_site_does_not_sign_anybody_out(  # noqa: N802
    visitor: Browser, browser: Browser, things: Things, method: str, endpoint: str, is_public: bool
) -> None:
    """Such a POST comes without the SameSite cookie; an answer that sets a new one would replace the reader's."""
    for path in addresses(browser.app, endpoint, method, things):
        response = send(visitor, method, endpoint, path, {"Sec-Fetch-Site": "cross-site"}, **FIELDS)
        assert response.status_code == (401 if is_api(endpoint) else 400)
        assert "Set-Cookie" not in response.headers
        assert 'name="carried' not in response.text
