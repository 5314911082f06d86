"""An account that ends takes everything that was its own along, and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from keepwsgi.accounts import service
from keepwsgi.accounts.schemas import OwnPassword
from keepwsgi.accounts.service import delete_user
from keepwsgi.database import Base, Database
from tests.database.test_migrations import counts, fill
from tests.factories import PASSWORD, get_memo, make_memo, make_user


def test_nothing_is_left_of_a_deleted_account(database: Database) -> None:
    other = make_user(database, "other")
    kept = make_memo(database, other, "kept", labels=["theirs"])
    left = counts(database)
    user_id = fill(database)
    before = counts(database)
    assert all(before.values()), "a table without a row proves nothing"
    delete_user(database, user_id)
    # Failed sign-ins are counted by name, whether there is such an account or not; leases are the instance's.
    assert {**counts(database), "sign_in_failures": 0, "leases": 0} == left
    with database.reading() as session:
        for table in Base.metadata.tables.values():
            if "user_id" in table.c:
                mine = select(func.count()).select_from(table).where(table.c.user_id == user_id)
                assert session.execute(mine).scalar_one() == 0, table.name
    assert get_memo(database, other, kept.id) == kept


def test_the_owner_s_password_deletes_the_account_and_no_other_does(database: Database) -> None:
    left = counts(database)
    user = make_user(database, "민지")
    for guess in ("a guess", ""):
        form = OwnPassword.model_validate({"current_password": guess})
        with pytest.raises(service.BadCredentials):
            service.delete_own_account(database, user, form, "192.0.2.1")
    with database.reading() as session:
        assert service.load_user(session, user.id, user.epoch) is not None
    form = OwnPassword.model_validate({"current_password": PASSWORD})
    service.delete_own_account(database, user, form, "192.0.2.1")
    # Its failed sign-ins are forgotten with it.
    assert counts(database) == left
