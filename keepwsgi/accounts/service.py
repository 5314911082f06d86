"""The rules of accounts, without HTTP. Passwords are hashed before a write opens, never inside one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import SecretStr
from sqlalchemy import Row, Select, bindparam, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from keepwsgi.accounts import passwords, throttle
from keepwsgi.accounts.models import UserRow
from keepwsgi.accounts.schemas import Credentials, OwnPassword, PasswordForm, PreferencesForm, SignInForm
from keepwsgi.database import Database, Write
from keepwsgi.database.types import is_id
from keepwsgi.fields import name_key

Policy = Literal["first", "open", "closed"]


class RegistrationClosed(Exception):
    """The instance takes no new accounts."""


class UsernameTaken(Exception):
    """Somebody has this name, in some spelling."""


class BadCredentials(Exception):
    """No such user, or another password; which of the two is not said."""


@dataclass(frozen=True, slots=True)
class User:
    """A user as a request knows one; it outlives the session it was read in."""

    id: int
    username: str
    is_admin: bool
    epoch: int
    revision: int
    language: str | None
    theme: str | None
    layout: str | None


def can_register(session: Session, policy: Policy) -> bool:
    """Say whether a stranger may make an account now."""
    return policy == "open" or (policy == "first" and not has_users(session))


def has_users(session: Session) -> bool:
    """Say whether there is any account; the first becomes the administrator."""
    return bool(session.execute(_ANY_USER).scalar_one())


def register(database: Database, form: Credentials, policy: Policy, address: str) -> User:
    """Make an account for a stranger at a network address; the first one is the administrator's.

    Raises RegistrationClosed, UsernameTaken, passwords.TooBusy.
    """
    with database.reading() as session:
        if not can_register(session, policy):
            raise RegistrationClosed
        _refuse_taken(session, name_key(form.username))
    return _add(database, form, policy=policy, is_admin=False, network=throttle.network_of(address))


def add_user(database: Database, form: Credentials, *, is_admin: bool = False) -> User:
    """Make an account whatever the policy says. Raises UsernameTaken, passwords.TooBusy."""
    return _add(database, form, policy="open", is_admin=is_admin)


def authenticate(database: Database, form: SignInForm, address: str) -> User:
    """Return the user of these credentials, given from the network address `address`.

    Unknown names cost what known ones do. Raises BadCredentials, throttle.TooManyAttempts, passwords.TooBusy.
    """
    key = name_key(form.username)
    with _verified(database, key, form.password, address) as (_, found):
        pass
    with database.writing(None) as write:
        # The password may have been changed while this one was checked.
        unchanged = (UserRow.id == found.id, UserRow.password_hash == found.password_hash)
        user = _read(write.session, _USER.where(*unchanged))
        if user is None:
            raise BadCredentials
        throttle.forgive(write, user.id, key, address)
    return user


def change_password(database: Database, user: User, form: PasswordForm, address: str) -> int:
    """Set a new password and end all sessions; return the epoch with which this one may go on.

    Raises BadCredentials when the current password is another, throttle.TooManyAttempts, passwords.TooBusy.
    """
    key = name_key(user.username)
    with _verified(database, key, form.current_password, address) as (hasher, found):
        password_hash = hasher.hash(form.password.get_secret_value())
    with database.writing(user.id) as write:
        now = write.session.execute(_HASH_BY_KEY, {"key": key}).one_or_none()
        if now is None or now.password_hash != found.password_hash:
            raise BadCredentials
        throttle.forgive(write, user.id, key, address)
        return _set_hash(write, password_hash)


def set_password(database: Database, user_id: int, password: str) -> int:
    """Set a password without asking for the old one, and end all sessions. Raises UserGone, passwords.TooBusy."""
    with passwords.place() as hasher:
        password_hash = hasher.hash(password)
    with database.writing(user_id) as write:
        return _set_hash(write, password_hash)


def end_sessions(write: Write) -> int:
    """End every session of the user; return the epoch with which a session may go on."""
    statement = update(UserRow).where(UserRow.id == write.user_id).values(epoch=UserRow.epoch + 1)
    return int(write.session.execute(statement.returning(UserRow.epoch)).scalar_one())


def set_preferences(write: Write, form: PreferencesForm) -> User:
    """Keep what the form gives of the user's preferences; return the user as they are now."""
    given = {name: value or None for name, value in form.model_dump(exclude_unset=True).items()}
    statement = update(UserRow).where(UserRow.id == write.user_id).values(**given, updated_at=write.now)
    return _user(write.session.execute(statement.returning(*USER_COLUMNS)).one())


def load_user(session: Session, user_id: int, epoch: int) -> User | None:
    """Return the user of a session that was begun in `epoch`; None when it has ended or the user is gone."""
    if not is_id(user_id) or not is_id(epoch):
        return None
    return _read(session, _USER_OF_SESSION, id=user_id, epoch=epoch)


def find_user(session: Session, username: str) -> User | None:
    """Return the user of this name, in whatever spelling."""
    return _read(session, _USER.where(UserRow.username_key == name_key(username)))


def list_users(session: Session) -> list[User]:
    """Return all users, the oldest account first."""
    return [_user(row) for row in session.execute(_USER.order_by(UserRow.id))]


def delete_own_account(database: Database, user: User, form: OwnPassword, address: str) -> None:
    """Delete the user who has given the password, and everything of theirs.

    Raises BadCredentials when it is another, throttle.TooManyAttempts, passwords.TooBusy, UserGone.
    """
    key = name_key(user.username)
    with _verified(database, key, form.current_password, address) as (_, found):
        pass
    with database.writing(user.id) as write:
        # The password may have been changed while this one was checked.
        unchanged = (UserRow.id == user.id, UserRow.password_hash == found.password_hash)
        if write.session.execute(delete(UserRow).where(*unchanged).returning(UserRow.id)).one_or_none() is None:
            raise BadCredentials
        throttle.forget(write, key)


def delete_user(database: Database, user_id: int) -> None:
    """Delete a user and everything of theirs. Raises UserGone."""
    with database.writing(user_id) as write:
        write.session.execute(delete(UserRow).where(UserRow.id == user_id))


# Built once: SQLAlchemy then finds the compiled statement by its cached key.
_ANY_USER = select(exists().where(UserRow.id.is_not(None)))
#: What a `User` is made of, in its order.
USER_COLUMNS: Final = (
    UserRow.id,
    UserRow.username,
    UserRow.is_admin,
    UserRow.epoch,
    UserRow.revision,
    UserRow.language,
    UserRow.theme,
    UserRow.layout,
)
_USER: Select[*tuple[Any, ...]] = select(*USER_COLUMNS)
_USER_OF_SESSION = _USER.where(UserRow.id == bindparam("id"), UserRow.epoch == bindparam("epoch"))
_HASH_BY_KEY = select(UserRow.id, UserRow.password_hash).where(UserRow.username_key == bindparam("key"))


@contextlib.contextmanager
def _verified(
    database: Database, key: str, password: SecretStr, address: str
) -> Iterator[tuple[passwords.Hasher, Row[*tuple[Any, ...]]]]:
    """Check a password; hold the place for hashing, and the row it was checked against, while the block runs.

    Who is over a limit is sent away before taking a place. Raises BadCredentials, throttle.TooManyAttempts,
    passwords.TooBusy.
    """
    throttle.refuse(database, key, address)
    with passwords.place(throttle.network_of(address)) as hasher:
        throttle.count_attempt(database, key, address)
        with database.reading() as session:
            found = session.execute(_HASH_BY_KEY, {"key": key}).one_or_none()
        if not hasher.check(found.password_hash if found else None, password.get_secret_value()) or found is None:
            raise BadCredentials
        yield hasher, found


def _add(database: Database, form: Credentials, *, policy: Policy, is_admin: bool, network: str = "") -> User:
    with passwords.place(network) as hasher:
        password_hash = hasher.hash(form.password.get_secret_value())
    key = name_key(form.username)
    with database.writing(None) as write:
        # One registration at a time: who is first, and whose a name is, depends on rows that are not there.
        write.lock("registration")
        if not can_register(write.session, policy):
            raise RegistrationClosed
        _refuse_taken(write.session, key)
        values = {
            "username": form.username,
            "username_key": key,
            "password_hash": password_hash,
            "is_admin": is_admin or not has_users(write.session),
            "created_at": write.now,
            "updated_at": write.now,
        }
        user_id = write.session.execute(insert(UserRow).values(values).returning(UserRow.id)).scalar_one()
        user = _read(write.session, _USER.where(UserRow.id == user_id))
        assert user is not None
        return user


def _refuse_taken(session: Session, key: str) -> None:
    if session.execute(_HASH_BY_KEY, {"key": key}).one_or_none() is not None:
        raise UsernameTaken


def _set_hash(write: Write, password_hash: str) -> int:
    values = {"password_hash": password_hash, "updated_at": write.now}
    write.session.execute(update(UserRow).where(UserRow.id == write.user_id).values(values))
    return end_sessions(write)


def _read(session: Session, statement: Select[*tuple[Any, ...]], **parameters: Any) -> User | None:
    row = session.execute(statement, parameters).one_or_none()
    return None if row is None else _user(row)


def _user(row: Sequence[Any]) -> User:
    return User(*row)
