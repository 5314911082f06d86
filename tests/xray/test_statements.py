"""What is told of SQL, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.exc import DBAPIError

from keepwsgi.database import Database
from keepwsgi.xray import statements
from keepwsgi.xray.journey import Step
from keepwsgi.xray.recording import Recorder
from tests.factories import make_user


def watched(database: Database) -> tuple[Recorder, list[Step]]:
    statements.listen()
    recorder = Recorder(statements.parts(), {})
    return recorder, recorder.root.nested


def test_a_reading_shows_its_transaction_parameters_and_rows(database: Database) -> None:
    make_user(database, "minji")
    make_user(database, "jun")
    recorder, steps = watched(database)
    with recorder.watching(), database.reading() as session:
        session.execute(text("SELECT id FROM users WHERE username <> :name"), {"name": "secret"}).all()
        session.execute(text("SELECT id FROM users")).first()
    recorder.finish()
    assert [(step.kind, step.name) for step in steps] == [
        ("transaction", "BEGIN"),
        ("statement", "SELECT users"),
        ("statement", "SELECT users"),
        ("transaction", "ROLLBACK"),
    ]
    assert steps[0].says == "reading"
    assert [(step.parameters, step.rows) for step in steps[1:3]] == [(1, 2), (0, 1)]
    assert all(step.total > 0 for step in steps[1:])
    [asker] = steps[1].facts
    assert asker.value.startswith("tests/xray/test_statements.py:")
    assert "secret" not in str(steps)


def test_a_write_shows_what_it_changed_and_its_commit(database: Database) -> None:
    user = make_user(database, "minji")
    recorder, steps = watched(database)
    with recorder.watching(), database.writing(user.id) as write:
        write.session.execute(
            text("UPDATE users SET username = :name WHERE id = :id").bindparams(bindparam("id")),
            {"name": "mj", "id": user.id},
        )
    recorder.finish()
    assert steps[0].name.startswith("BEGIN")
    assert steps[0].says == "writing"
    assert [(step.name, step.rows) for step in steps[1:]] == [
        ("UPDATE users", 1),
        ("UPDATE users", 1),
        ("COMMIT", None),
    ]


def test_a_statement_that_fails_says_what_was_wrong(database: Database) -> None:
    recorder, steps = watched(database)
    with pytest.raises(DBAPIError), recorder.watching(), database.reading() as session:
        session.execute(text("SELECT id FROM nowhere"))
    recorder.finish()
    [failed] = [step for step in steps if step.raised]
    assert "nowhere" in failed.raised


def test_what_nobody_watches_is_told_to_nobody(database: Database) -> None:
    _, steps = watched(database)
    with database.reading() as session:
        session.execute(text("SELECT 1"))
    assert steps == []
