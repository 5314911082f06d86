"""A program with a token, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from keepwsgi.accounts import tokens
from keepwsgi.accounts.schemas import TokenForm
from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.layers import Application
from tests.conftest import Clock, MakeApp
from tests.factories import make_user


class Program:
    """What a program does: requests below /api/v1 with a bearer token, and no cookies."""

    def __init__(self, app: Application, user: User, *, base_url: str = "http://localhost") -> None:
        self.app = app
        self.user = user
        self.client = app.test_client(use_cookies=False)
        self.base_url = base_url
        with self.database.writing(user.id) as write:
            _, self.secret = tokens.create(write, TokenForm(name="program"))

    @property
    def database(self) -> Database:
        database: Database = self.app.config["DATABASE"]
        return database

    def send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any
    ) -> TestResponse:
        """Any request; `json=` is the body. `path` is below the API's prefix."""
        sent = {"Authorization": f"Bearer {self.secret}", **(headers or {})}
        options.setdefault("base_url", self.base_url)
        return self.client.open(f"/api/v1{path}", method=method, headers=sent, **options)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.send("GET", path, headers=named(headers))

    def post(self, path: str, json: Any, **headers: str) -> TestResponse:
        return self.send("POST", path, json=json, headers=named(headers))

    def patch(self, path: str, json: Any, **headers: str) -> TestResponse:
        return self.send("PATCH", path, json=json, headers=named(headers))

    def delete(self, path: str, **headers: str) -> TestResponse:
        return self.send("DELETE", path, headers=named(headers))

    def memo(self, **fields: Any) -> Any:
        """Make a memo; return it as the API shows it."""
        response = self.post("/memos", {"title": "a memo", **fields})
        assert response.status_code == 201, response.text
        return response.json


def named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def api_app(database_url: str, clock: Clock, make_app: MakeApp) -> Application:
    """An application over a database of each engine in turn, with a clock that stands still."""
    app = make_app(database_url=database_url)
    app.config["DATABASE"]._clock = clock
    return app


@pytest.fixture
def program(api_app: Application) -> Program:
    """A program of the user minji."""
    return Program(api_app, make_user(api_app.config["DATABASE"], "minji"))


@pytest.fixture
def other_program(api_app: Application) -> Program:
    """A program of another user, jun."""
    return Program(api_app, make_user(api_app.config["DATABASE"], "jun"))
