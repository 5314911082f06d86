"""The rules of accounts, on both engines."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import func, select
from werkzeug.security import generate_password_hash

from keepwsgi.accounts import passwords, service
from keepwsgi.accounts.models import UserRow
from keepwsgi.accounts.schemas import (
    Credentials,
    PasswordForm,
    PreferencesForm,
    RegisterForm,
    SignInForm,
)
from keepwsgi.database import Database, UserGone
from keepwsgi.fields import name_key
from keepwsgi.memos.models import MemoRow
from tests.factories import PASSWORD, make_memo, make_user

HERE = "192.0.2.1"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    generate = generate_password_hash
    monkeypatch.setattr(
        passwords, "generate_password_hash", lambda password: generate(password, "pbkdf2:sha256:1")
    )


def credentials(username: str = "민수", password: str = PASSWORD) -> Credentials:
    return Credentials(username=username, password=SecretStr(password))


def sign_in(database: Database, username: str, password: str = PASSWORD, address: str = HERE) -> service.User:
    form = SignInForm.model_validate_strings({"username": username, "password": password})
    return service.authenticate(database, form, address)


def together(*calls: Callable[[], object]) -> list[object]:
    """Call all at once, each in a thread; return what came of it, exceptions too."""
    outcomes: list[object] = []
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            outcomes.append(call())
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_the_first_account_is_the_administrators_and_the_last_under_first(database: Database) -> None:
    assert service.register(database, credentials("가"), "first", "192.0.2.1").is_admin
    with pytest.raises(service.RegistrationClosed):
        service.register(database, credentials("나"), "first", "192.0.2.1")


def test_under_open_anybody_may_register_and_only_the_first_is_administrator(database: Database) -> None:
    assert service.register(database, credentials("가"), "open", "192.0.2.1").is_admin
    assert not service.register(database, credentials("나"), "open", "192.0.2.1").is_admin


def test_under_closed_nobody_may_register(database: Database) -> None:
    with pytest.raises(service.RegistrationClosed):
        service.register(database, credentials(), "closed", "192.0.2.1")
    assert service.add_user(database, credentials()).is_admin


@pytest.mark.parametrize("policy", ["first", "open"])
def test_of_two_who_register_first_at_once_one_is_administrator(
    database: Database, policy: service.Policy
) -> None:
    database.ping()
    together(
        *[
            lambda n=n: service.register(database, credentials(f"user{n}"), policy, f"192.0.2.{n}")
            for n in range(4)
        ]
    )
    with database.reading() as session:
        admins = session.execute(select(func.count()).where(UserRow.is_admin)).scalar_one()
        users = session.execute(select(func.count()).select_from(UserRow)).scalar_one()
    assert admins == 1
    assert policy == "open" or users == 1


@pytest.mark.parametrize("second", ["Andrè", "ANDRÈ", "Andre\u0300", "andrè"])
def test_a_name_is_taken_in_every_spelling(database: Database, second: str) -> None:
    service.register(database, credentials("andrè"), "open", "192.0.2.1")
    with pytest.raises(service.UsernameTaken):
        service.register(database, credentials(second), "open", "192.0.2.1")


def test_one_name_registered_twice_at_once_is_one_account(database: Database) -> None:
    database.ping()
    outcomes = together(
        *[lambda n=n: service.register(database, credentials(), "open", f"192.0.2.{n}") for n in range(4)]
    )
    assert sum(isinstance(outcome, service.User) for outcome in outcomes) == 1
    assert {type(outcome) for outcome in outcomes} == {service.User, service.UsernameTaken}


def test_a_user_signs_in_by_any_spelling_of_the_name(database: Database) -> None:
    user = service.register(database, credentials("민수"), "open", "192.0.2.1")
    assert sign_in(database, " 민수 ") == user
    assert sign_in(database, "\u1106\u1175\u11ab\u1109\u116e").id == user.id


def test_a_password_typed_in_another_unicode_form_is_the_same(database: Database) -> None:
    service.register(database, credentials(password="가나다라마바사아"), "open", "192.0.2.1")
    sign_in(database, "민수", unicodedata.normalize("NFD", "가나다라마바사아"))


def test_a_wrong_password_and_an_unknown_name_are_refused_alike(database: Database) -> None:
    make_user(database, "민수")
    for name in ("민수", "nobody"):
        with pytest.raises(service.BadCredentials):
            sign_in(database, name, "wrong password")


def test_an_unknown_name_costs_a_hash_of_the_same_kind(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def refuse(stored: str, _: str) -> bool:
        checked.append(stored)
        return False

    monkeypatch.setattr(passwords, "check_password_hash", refuse)
    with pytest.raises(service.BadCredentials):
        sign_in(database, "nobody")
    monkeypatch.undo()
    method, salt, digest = generate_password_hash("x").split("$")
    [stored] = checked
    assert stored.split("$")[0] == method
    assert [len(part) for part in stored.split("$")[1:]] == [len(salt), len(digest)]


def test_a_session_is_loaded_until_its_epoch_has_passed(database: Database) -> None:
    user = make_user(database)
    with database.reading() as session:
        assert service.load_user(session, user.id, 1) == user
    with database.writing(user.id) as write:
        assert service.end_sessions(write) == 2
    with database.reading() as session:
        assert service.load_user(session, user.id, 1) is None
        loaded = service.load_user(session, user.id, 2)
    assert loaded is not None
    assert loaded.revision == 1


@pytest.mark.parametrize("number", [0, -1, 2**63, 2**70])
def test_an_impossible_id_or_epoch_is_nobody(database: Database, number: int) -> None:
    user = make_user(database)
    with database.reading() as session:
        assert service.load_user(session, number, 1) is None
        assert service.load_user(session, user.id, number) is None


def test_a_changed_password_ends_sessions_and_replaces_the_old_one(database: Database) -> None:
    user = make_user(database, "민수")
    form = {"current_password": PASSWORD, "password": "another secret", "password_confirm": "another secret"}
    assert service.change_password(database, user, PasswordForm.model_validate_strings(form), HERE) == 2
    with pytest.raises(service.BadCredentials):
        sign_in(database, "민수")
    assert sign_in(database, "민수", "another secret").epoch == 2


def test_a_password_is_not_changed_without_the_current_one(database: Database) -> None:
    user = make_user(database, "민수")
    form = {"current_password": "wrong", "password": "another secret", "password_confirm": "another secret"}
    with pytest.raises(service.BadCredentials):
        service.change_password(database, user, PasswordForm.model_validate_strings(form), HERE)
    assert sign_in(database, "민수").epoch == 1


def test_an_administrator_sets_a_password(database: Database) -> None:
    user = make_user(database, "민수")
    assert service.set_password(database, user.id, "set by hand") == 2
    assert sign_in(database, "민수", "set by hand").id == user.id


def test_preferences_are_kept_and_taken_back(database: Database) -> None:
    user, other = make_user(database), make_user(database)
    for given, kept in [
        ({"language": "ko", "theme": "dark", "layout": "list"}, ("ko", "dark", "list")),
        ({"layout": "grid"}, ("ko", "dark", "grid")),
        ({}, ("ko", "dark", "grid")),
        ({"theme": ""}, ("ko", None, "grid")),
        ({"language": "", "layout": ""}, (None, None, None)),
    ]:
        with database.writing(user.id) as write:
            changed = service.set_preferences(write, PreferencesForm.model_validate_strings(given))
        with database.reading() as session:
            loaded = service.load_user(session, user.id, 1)
            assert service.load_user(session, other.id, 1) == other
        assert changed == loaded
        assert (changed.language, changed.theme, changed.layout) == kept


def test_a_deleted_user_takes_everything_along_and_nobody_elses(database: Database) -> None:
    gone, stays = make_user(database), make_user(database)
    make_memo(database, gone)
    make_memo(database, stays)
    service.delete_user(database, gone.id)
    with database.reading() as session:
        assert [user.id for user in service.list_users(session)] == [stays.id]
        assert session.execute(select(MemoRow.user_id)).scalars().all() == [stays.id]
    with pytest.raises(UserGone):
        service.delete_user(database, gone.id)


@pytest.mark.parametrize(
    "username", ["", "   ", "-a", "a b", "a/b", "a\0b", "a\ud800", "x" * 41, "<b>", "a\u202eb", "@a"]
)
def test_a_name_that_cannot_be_is_refused_at_its_field(username: str) -> None:
    form = {"username": username, "password": PASSWORD, "password_confirm": PASSWORD}
    with pytest.raises(ValidationError) as caught:
        RegisterForm.model_validate_strings(form)
    assert [error["loc"] for error in caught.value.errors()] == [("username",)]


@pytest.mark.parametrize("username", ["민수", "a", "x" * 40, "Jean-Luc.P_7", " padded ", "éclair"])
def test_a_name_of_letters_and_digits_is_taken(username: str) -> None:
    form = {"username": username, "password": PASSWORD, "password_confirm": PASSWORD}
    assert RegisterForm.model_validate_strings(form).username == username.strip()


@pytest.mark.parametrize(
    ("password", "confirm", "kind"),
    [
        ("seven77", "seven77", "password_short"),
        ("x" * 1001, "x" * 1001, "password_long"),
        ("nul\0nul\0nul", "nul\0nul\0nul", "unstorable_text"),
        ("half\udc00half", "half\udc00half", "unstorable_text"),
        (PASSWORD, PASSWORD + "!", "password_confirm"),
    ],
)
def test_a_password_that_cannot_be_is_refused_and_not_shown(password: str, confirm: str, kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        RegisterForm.model_validate_strings({"username": "a", "password": password, "password_confirm": confirm})
    assert kind in {error["type"] for error in caught.value.errors()}
    assert password not in str(caught.value)


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError):
        SignInForm.model_validate_strings({"username": "a", "password": PASSWORD, "is_admin": "1"})


def test_a_names_key_is_stable() -> None:
    assert name_key(name_key("STRASSE")) == name_key("straße")
