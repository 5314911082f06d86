"""API tokens: made, listed, revoked, and recognised. A token is shown once; its SHA-256 is what is kept."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from keepwsgi.accounts.models import ApiToken, UserRow
from keepwsgi.accounts.schemas import TokenForm
from keepwsgi.accounts.service import USER_COLUMNS, User
from keepwsgi.database import Database, DatabaseUnavailable, Write
from keepwsgi.database.hot import connection_of
from keepwsgi.database.types import is_id

#: So that a token found in a log or a repository is recognised for what it is.
PREFIX: Final = "keepwsgi_"
_LENGTH: Final = 40
#: How exactly the last use is known.
_USE_KEPT_EVERY: Final = timedelta(minutes=1)


class TokenNotFound(LookupError):
    """There is no such token, or it is somebody else's."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it afterwards."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose token a request came with, and when that was used before."""

    user: User
    token_id: int
    last_used_at: datetime | None


def create(write: Write, form: TokenForm) -> tuple[Token, str]:
    """Make a token; return it with its secret text, which nobody can tell again."""
    secret = PREFIX + secrets.token_urlsafe(_LENGTH * 3 // 4)
    values = {
        "user_id": write.user_id,
        "name": form.name,
        "digest": _digest(secret),
        "created_at": write.now,
    }
    token_id = write.session.execute(insert(ApiToken).values(values).returning(ApiToken.id)).scalar_one()
    return Token(token_id, form.name, write.now, None), secret


def list_all(session: Session, user_id: int) -> list[Token]:
    """Return the user's tokens, the newest first."""
    return [Token(*row) for row in session.execute(_MINE, {"user_id": user_id})]


def get(session: Session, user_id: int, token_id: int) -> Token:
    """Return one token of the user. Raises TokenNotFound."""
    if is_id(token_id):
        row = session.execute(_ONE, {"user_id": user_id, "token_id": token_id}).one_or_none()
        if row is not None:
            return Token(*row)
    raise TokenNotFound(token_id)


def revoke(write: Write, token_id: int) -> None:
    """End a token for ever. Raises TokenNotFound."""
    if is_id(token_id):
        mine = (ApiToken.id == token_id, ApiToken.user_id == write.user_id)
        if write.session.execute(delete(ApiToken).where(*mine).returning(ApiToken.id)).one_or_none():
            return
    raise TokenNotFound(token_id)


def recognise(session: Session, secret: str) -> Bearer | None:
    """Return whose token this is, in one statement; None for one that never was or is revoked."""
    if not secret.startswith(PREFIX) or len(secret) != len(PREFIX) + _LENGTH:
        return None
    row = connection_of(session).execute(_BEARER, {"digest": _digest(secret)}).one_or_none()
    if row is None:
        return None
    *user, token_id, last_used_at = row
    return Bearer(User(*user), token_id, last_used_at)


def remember_use(database: Database, bearer: Bearer) -> None:
    """Keep when the token was used, at most once a minute and in a transaction of its own.

    A database that is busy or away is left alone: another request will do it.
    """
    now = database.now()
    if bearer.last_used_at is not None and now - bearer.last_used_at < _USE_KEPT_EVERY:
        return
    unless_done = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= now - _USE_KEPT_EVERY)
    statement = update(ApiToken).where(ApiToken.id == bearer.token_id, unless_done).values(last_used_at=now)
    with contextlib.suppress(DatabaseUnavailable), database.writing(None, patience=0) as write:
        write.session.execute(statement)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


_COLUMNS: Final = (ApiToken.id, ApiToken.name, ApiToken.created_at, ApiToken.last_used_at)
_OWNED: Final = select(*_COLUMNS).where(ApiToken.user_id == bindparam("user_id"))
_MINE: Final = _OWNED.order_by(ApiToken.id.desc())
_ONE: Final = _OWNED.where(ApiToken.id == bindparam("token_id"))
_TOKENS: Final = ApiToken.__table__.c
_BEARER: Final[Select[*tuple[Any, ...]]] = (
    # The tables' columns: without the ORM the statement, which every request runs, costs half as much.
    select(*(UserRow.__table__.c[column.key] for column in USER_COLUMNS), _TOKENS.id, _TOKENS.last_used_at)
    .join(ApiToken.__table__, _TOKENS.user_id == UserRow.__table__.c.id)
    .where(_TOKENS.digest == bindparam("digest"))
)
