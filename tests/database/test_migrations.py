"""The migrations: they make what the models say, and lose no row on the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text
from sqlalchemy.engine import URL

from keepwsgi.accounts import tokens
from keepwsgi.accounts.models import SignInAddress, SignInFailure
from keepwsgi.accounts.schemas import TokenForm
from keepwsgi.api.models import IdempotentAnswer
from keepwsgi.database import Base, Database, jobs, leases, migrating
from keepwsgi.database.engine import migration_engine
from keepwsgi.images.models import ImageRow
from keepwsgi.memos import service
from keepwsgi.memos.models import BegunMemo
from keepwsgi.transfer.models import ImportedNote
from tests.factories import make_memo, make_user


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = (
        f"sqlite:///{tmp_path}/empty.db"
        if request.param == "sqlite"
        else request.getfixturevalue("empty_postgres")
    )
    database = Database(url)
    yield database
    database.dispose()


def fill(database: Database) -> int:
    """Put at least one row into every table, all of one user's; return the user's id."""
    user = make_user(database)
    memos = [make_memo(database, user) for _ in range(3)]
    with database.writing(user.id) as write:
        service.trash(write, memos[0].id)
        service.delete(write, memos[0].id)
        service.set_labels(write, memos[1].id, ["장보기"])
        write.session.add(SignInFailure(username_key="x", address="192.0.2.1", attempted_at=write.now))
        write.session.add(SignInAddress(user_id=user.id, address="192.0.2.1", signed_in_at=write.now))
        image = {"digest": "0" * 64, "type": "image/png", "size": 1, "width": 1, "height": 1}
        write.session.add(ImageRow(user_id=user.id, memo_id=memos[1].id, created_at=write.now, **image))
        tokens.create(write, TokenForm(name="program"))
        write.session.add(BegunMemo(user_id=user.id, key="key", memo_id=memos[1].id))
        answer = {"key": "key", "request_digest": "0" * 64, "headers": "{}", "body": "{}"}
        write.session.add(IdempotentAnswer(user_id=user.id, created_at=write.now, **answer))
        write.session.add(ImportedNote(user_id=user.id, identity="0" * 64, memo_id=memos[1].id))
        jobs.add(write, "import", {})
    leases.claim(database, "chore", timedelta(days=1))
    return user.id


def counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in Base.metadata.tables.items()
        }


def tables(database: Database) -> set[str]:
    engine = migration_engine(database.url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names & set(Base.metadata.tables)


def revisions() -> list[str]:
    """Return all revisions, the oldest first."""
    scripts = ScriptDirectory(str(migrating.MIGRATIONS)).walk_revisions()
    return [script.revision for script in scripts][::-1]


def test_models_and_migrations_agree(database: Database) -> None:
    engine = migration_engine(database.url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": migrating.is_modelled})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_filled_database_keeps_every_row_through_every_revision(empty_database: Database) -> None:
    database = empty_database
    database.upgrade()
    fill(database)
    before = counts(database)
    assert all(before.values()), "a table without a row proves nothing"
    for revision in reversed(revisions()):  # what one step has dropped, the next cannot count
        database.dispose()
        migrating.downgrade(database.url, revision)
        # Going back drops the tables of later revisions; what is left keeps its rows, back and up again.
        left = tables(database)
        assert left
        database.upgrade()
        after = counts(database)
        assert {name: after[name] for name in left} == {name: before[name] for name in left}


def test_migrations_go_back_to_nothing_and_up_again(empty_database: Database) -> None:
    empty_database.upgrade()
    fill(empty_database)
    empty_database.dispose()
    migrating.downgrade(empty_database.url, "base")
    assert empty_database.current() is None
    empty_database.upgrade()
    assert empty_database.current() == revisions()[-1]
    fill(empty_database)


def test_upgrading_twice_changes_nothing(empty_database: Database) -> None:
    empty_database.upgrade()
    fill(empty_database)
    before = counts(empty_database)
    empty_database.upgrade()
    assert counts(empty_database) == before


def sqlite_with_a_child(tmp_path: Path) -> URL:
    database = Database(f"sqlite:///{tmp_path}/keepwsgi.db")
    fill(database)
    database.dispose()
    return database.url


def test_on_sqlite_foreign_keys_are_off_while_migrating(tmp_path: Path) -> None:
    engine = migration_engine(sqlite_with_a_child(tmp_path))
    with engine.begin() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 0
        # What altering a table comes to; with foreign keys on, the memos would go with their users.
        connection.execute(text("CREATE TABLE new AS SELECT * FROM users"))
        connection.execute(text("DELETE FROM users"))
        assert connection.execute(text("SELECT count(*) FROM memos")).scalar_one() == 2
        connection.rollback()
    engine.dispose()


def test_on_sqlite_a_migration_that_breaks_a_reference_is_rolled_back(tmp_path: Path) -> None:
    url = sqlite_with_a_child(tmp_path)
    with pytest.raises(migrating.ForeignKeysBroken, match="memos"), migrating.connection(url) as connection:
        connection.execute(text("DELETE FROM users"))
    database = Database(url.render_as_string())
    assert counts(database)["users"] == 1
    database.dispose()


def test_a_new_revision_is_written_from_what_the_models_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrating, "MIGRATIONS", folder)
    database = Database(f"sqlite:///{tmp_path}/keepwsgi.db")
    database.upgrade()
    with database.writing(None) as write:
        write.session.execute(text("DROP TABLE tombstones"))
    database.dispose()
    number = len(revisions()) + 1
    script = database.revision("bring tombstones back")
    assert script.name == f"{number:04}_bring_tombstones_back.py"
    written = script.read_text(encoding="utf-8")
    assert "create_table('tombstones'" in written
    assert "sa.Column('user_id', BigId" in written
    assert "sa.Column('deleted_at', UtcDateTime()" in written
