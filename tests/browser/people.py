"""Accounts and notes for pages, made without a page: in milliseconds."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import APIResponse, BrowserContext, Page

from keepwsgi.database import Database
from tests.factories import PASSWORD, make_user

_TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')


def make_new(data: Path) -> str:
    """Put somebody new into the database of the server that keeps its data there; return the name."""
    name = _new_name()
    database = Database(f"sqlite:///{data / 'keepwsgi.db'}")
    make_user(database, name)
    database.dispose()
    return name


def register_new(context: BrowserContext) -> str:
    """Sign the context in as somebody new; return the name, by which `sign_in` knows them on another device."""
    name = _new_name()
    _submit(context, "/register", username=name, password=PASSWORD, password_confirm=PASSWORD)
    return name


def sign_in(context: BrowserContext, name: str) -> None:
    """Sign the context in as somebody whom `make_new` or `register_new` has made."""
    _submit(context, "/login", username=name, password=PASSWORD)


def name_of(page: Page) -> str:
    """The name of whoever is signed in."""
    return str(send(page, "GET", "/me")["username"])


def sign_out(context: BrowserContext) -> None:
    """Sign the context out, as it is done in another tab."""
    answer = context.request.post("/logout", form={"csrf_token": csrf_token(context)}, max_redirects=0)
    assert answer.status == 303, answer.text()


def with_memos(page: Page, memos: Iterable[Mapping[str, Any]]) -> list[int]:
    """Give the signed-in reader of `page` these memos, in the API's fields; return their ids.

    The last one stands first on the board, as if each had been written after the other.
    """
    token = csrf_token(page.context)
    return [int(send(page, "POST", "/memos", token=token, data=dict(memo))["id"]) for memo in memos]


def with_pictures(page: Page, memo_id: int, pictures: Iterable[bytes]) -> list[int]:
    """Give a memo these PNG pictures; return their ids."""
    token = csrf_token(page.context)
    files = [{"name": "picture.png", "mimeType": "image/png", "buffer": data} for data in pictures]
    path = f"/memos/{memo_id}/images"
    return [int(send(page, "POST", path, token=token, multipart={"file": file})["id"]) for file in files]


def as_stored(page: Page, memo_id: int) -> Any:
    """The memo as the API has it now."""
    return send(page, "GET", f"/memos/{memo_id}")


def send(page: Page, method: str, path: str, *, token: str | None = None, **body: Any) -> Any:
    """Ask the API as the reader of `page`, beside the page; return what it answers."""
    headers = {"X-CSRF-Token": token or csrf_token(page.context)}
    answer = page.context.request.fetch(f"/api/v1{path}", method=method, headers=headers, **body)
    assert answer.ok, answer.text()
    return answer.json() if answer.body() else None


def csrf_token(context: BrowserContext) -> str:
    """The token of the context's session."""
    # A short page with a form; whoever is signed out is sent on to another one.
    return _token_in(context.request.get("/labels"))


def _new_name() -> str:
    return f"minji-{secrets.token_hex(4)}"


def _submit(context: BrowserContext, path: str, **fields: str) -> None:
    form: dict[str, Any] = {"csrf_token": _token_in(context.request.get(path)), **fields}
    answer = context.request.post(path, form=form, max_redirects=0)
    assert answer.status == 303, answer.text()


def _token_in(page: APIResponse) -> str:
    found = _TOKEN.search(page.text())
    assert found is not None, page.text()
    return html.unescape(found[1])
