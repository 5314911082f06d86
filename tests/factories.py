"""Rows for the tests, made without the rules: a user at once, a memo with only what the test is about."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

from sqlalchemy import insert
from werkzeug.security import generate_password_hash

from keepwsgi.accounts.models import UserRow
from keepwsgi.accounts.service import User, find_user
from keepwsgi.database import Database
from keepwsgi.fields import name_key
from keepwsgi.memos import service
from keepwsgi.memos.schemas import MemoFields
from keepwsgi.memos.service import Memo

PASSWORD = "correct horse battery"

_numbers = itertools.count(1)


@cache
def password_hash() -> str:
    """Return a hash of PASSWORD, of the cheapest kind there is."""
    return generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")


def make_user(database: Database, username: str = "", **columns: Any) -> User:
    """Put a user whose password is PASSWORD straight into the table."""
    name = username or f"user{next(_numbers)}"
    with database.writing(None) as write:
        values = {
            "username": name,
            "username_key": name_key(name),
            "password_hash": password_hash(),
            "created_at": write.now,
            "updated_at": write.now,
            **columns,
        }
        write.session.execute(insert(UserRow).values(values))
        user = find_user(write.session, name)
    assert user is not None
    return user


def make_memo(database: Database, user: User, body: str = "", **fields: Any) -> Memo:
    """Keep a memo of the user's."""
    given = MemoFields(body=body or f"memo {next(_numbers)}", **fields)
    with database.writing(user.id) as write:
        return service.create(write, service.prepare(given))


def get_memo(database: Database, user: User, memo_id: int) -> Memo:
    """Read a memo of the user's."""
    with database.reading() as session:
        return service.get(session, user.id, memo_id)
