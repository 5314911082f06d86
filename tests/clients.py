"""Somebody at a browser without scripts, for tests that speak HTTP to an application in this process."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from keepwsgi.accounts.service import User
from keepwsgi.database import Database
from keepwsgi.layers import Application
from keepwsgi.memos.service import Memo
from tests.factories import PASSWORD, get_memo, make_memo, make_user

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """Cookies and the token of the last form seen. Every request passes through wsgiref.validate.

    `headers` are sent with each request, `base_url` may hold a mount point and https.
    """

    def __init__(
        self, app: Application, *, headers: dict[str, str] | None = None, base_url: str = "http://localhost"
    ) -> None:
        self.app = app
        self.client = app.test_client()
        self.headers = headers or {}
        self.base_url = base_url
        self.token = ""
        self._user: User | None = None

    @property
    def user(self) -> User:
        """Who is signed in."""
        assert self._user is not None
        return self._user

    @property
    def database(self) -> Database:
        """The application's own, to look behind its pages."""
        database: Database = self.app.config["DATABASE"]
        return database

    def open(self, path: str, *, headers: dict[str, str] | None = None, **options: Any) -> TestResponse:
        """Any request; keeps the token of the page that comes back. `options` are werkzeug's."""
        options.setdefault("base_url", self.base_url)
        response = self.client.open(path, headers={**self.headers, **(headers or {})}, **options)
        if response.mimetype == "text/html" and (found := _TOKEN.search(response.text)):
            self.token = html.unescape(found[1])
        return response

    def get(self, path: str, *, headers: dict[str, str] | None = None, **options: Any) -> TestResponse:
        """GET `path`."""
        return self.open(path, headers=headers, **options)

    def post(self, path: str, *, headers: Any = None, **fields: Any) -> TestResponse:
        """POST a form with the token of the last page; a list is a field sent several times."""
        return self.open(path, method="POST", headers=headers, data={"csrf_token": self.token, **fields})

    def post_body(self, path: str, body: bytes, content_type: str, **options: Any) -> TestResponse:
        """POST bytes as they are, with the token in its header."""
        headers = {"X-CSRF-Token": self.token, **options.pop("headers", {})}
        return self.open(path, method="POST", headers=headers, data=body, content_type=content_type, **options)

    def register(self, username: str, password: str = PASSWORD, confirm: str | None = None) -> TestResponse:
        """Fill in the registration form."""
        self.get("/register")
        confirm = password if confirm is None else confirm
        return self.post("/register", username=username, password=password, password_confirm=confirm)

    def sign_in(self, username: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Fill in the sign-in form; a sign-in that succeeds ends with the token of the new session."""
        self.get("/login")
        response = self.post("/login", username=username, password=password, **fields)
        if response.status_code == 303:
            self.get("/settings")
        return response

    def signed_in_as(self, user: User) -> Browser:
        """Sign the user in; return this browser."""
        assert self.sign_in(user.username).status_code == 303
        self._user = user
        return self


def sign_in_new(app: Application, username: str, **options: Any) -> Browser:
    """Return a browser signed in as a new user, whose password is PASSWORD."""
    return Browser(app, **options).signed_in_as(make_user(app.config["DATABASE"], username))


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    """Every SQL statement of the block, on any engine, but for the BEGIN of each transaction."""
    statements: list[str] = []

    def record(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", record)


def fields_of_form(page: str, action: str) -> dict[str, str]:
    """What the form that posts to `action` would send: its inputs and textareas, by name."""
    page = re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL)
    form = re.search(rf'<form[^>]*action="{re.escape(html.escape(action))}"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form, f"no form posts to {action}"
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form[1]):
        attributes = dict(re.findall(r'([\w:-]+)="([^"]*)"', tag))
        if attributes.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        if attributes.get("type") == "file":
            continue
        if "name" in attributes and "form" not in attributes and " disabled" not in tag:
            fields[html.unescape(attributes["name"])] = html.unescape(attributes.get("value", ""))
    for attributes_of, text in re.findall(r"<textarea([^>]*)>(.*?)</textarea>", form[1], re.DOTALL):
        name = re.search(r'name="([^"]*)"', attributes_of)
        if name is None:
            continue
        # The line end right after the tag is not part of the text (HTML, 13.1.2.5).
        fields[name[1]] = html.unescape(text).removeprefix("\n")
    return fields


def memo_of(browser: Browser, body: str = "", **fields: Any) -> Memo:
    """Keep a memo of the browser's user, without a request."""
    return make_memo(browser.database, browser.user, body, **fields)


def now(browser: Browser, memo: Memo) -> Memo:
    """The memo as it is stored by now."""
    return get_memo(browser.database, browser.user, memo.id)


def titles(page: str) -> list[str]:
    """The titles of the cards on a board, in order."""
    return [html.unescape(title) for title in re.findall(r'class="memo-card__link"[^>]*>([^<]+)</a>', page)]
