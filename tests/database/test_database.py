"""Reading and writing: who sees what, who waits for whom, and what happens when the database is away."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.pool import Pool

from keepwsgi.accounts.models import UserRow
from keepwsgi.database import Database, DatabaseOutdated, DatabaseUnavailable, UserGone, migrating
from tests.factories import make_user


def revision_of(database: Database, user_id: int) -> int:
    with database.reading() as session:
        return session.execute(select(UserRow.revision).where(UserRow.id == user_id)).scalar_one()


def test_a_write_advances_the_users_revision_once_and_knows_it(database: Database) -> None:
    user = make_user(database)
    with database.writing(user.id) as write:
        assert write.revision == 1
        assert write.user_id == user.id
    assert revision_of(database, user.id) == 1


def test_a_write_that_raises_leaves_nothing_behind(database: Database) -> None:
    user = make_user(database)
    with pytest.raises(ZeroDivisionError), database.writing(user.id) as write:  # noqa: PT012
        write.session.execute(update(UserRow).values(username="renamed"))
        raise ZeroDivisionError
    with database.reading() as session:
        assert session.execute(select(UserRow.username, UserRow.revision)).one() == (user.username, 0)


def test_a_write_for_nobody_advances_nothing(database: Database) -> None:
    user = make_user(database)
    with database.writing(None) as write:
        assert write.revision is None
    assert revision_of(database, user.id) == 0


def test_a_write_for_a_user_who_is_gone_is_refused(database: Database) -> None:
    with pytest.raises(UserGone), database.writing(10**12):
        pytest.fail("the block must not run")


def test_a_reading_session_cannot_change_anything(database: Database) -> None:
    make_user(database)
    with database.reading() as session, pytest.raises(DBAPIError):
        session.execute(update(UserRow).values(username="renamed"))


def test_a_reading_session_sees_one_state_of_the_database(database: Database) -> None:
    user = make_user(database)
    with database.reading() as session:
        statement = select(UserRow.revision).where(UserRow.id == user.id)
        before = session.execute(statement).scalar_one()
        with database.writing(user.id):
            pass
        assert session.execute(statement).scalar_one() == before


def test_writes_for_one_user_come_one_after_another(database: Database) -> None:
    user = make_user(database)

    def write_slowly() -> None:
        for _ in range(5):
            with database.writing(user.id) as write:
                seen = write.session.execute(select(UserRow.theme).where(UserRow.id == user.id)).scalar_one()
                time.sleep(0.002)
                write.session.execute(
                    update(UserRow).where(UserRow.id == user.id).values(theme=str(int(seen or "0") + 1))
                )

    threads = [threading.Thread(target=write_slowly) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.execute(select(UserRow.theme, UserRow.revision)).one() == ("20", 20)


def test_writes_that_read_first_do_not_fail_each_other(database: Database) -> None:
    user = make_user(database)
    failed: list[Exception] = []

    def read_then_write() -> None:
        try:
            for _ in range(5):
                with database.writing(None) as write:
                    write.session.execute(select(UserRow.username)).all()
                    time.sleep(0.002)
                    write.session.execute(update(UserRow).where(UserRow.id == user.id).values(theme="dark"))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=read_then_write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_moments_come_back_in_utc_and_must_have_a_zone(database: Database) -> None:
    user = make_user(database)
    moment = datetime(2024, 5, 1, 18, 30, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    with database.writing(user.id) as write:
        write.session.execute(update(UserRow).values(created_at=moment))
    with database.reading() as session:
        stored = session.execute(select(UserRow.created_at)).scalar_one()
    assert stored == moment
    assert stored.tzinfo is UTC
    with pytest.raises(StatementError, match="without a time zone"), database.writing(user.id) as write:
        write.session.execute(update(UserRow).values(created_at=datetime(2024, 5, 1)))  # noqa: DTZ001


def test_a_locked_user_is_unavailable_and_then_works_again(database_url: str) -> None:
    holder, database = Database(database_url), Database(database_url, patience=0.1)
    user = make_user(holder)
    with holder.writing(user.id):
        with pytest.raises(DatabaseUnavailable), database.writing(user.id):
            pytest.fail("somebody else is writing")
        assert revision_of(database, user.id) == 0, "reading goes on"
    with database.writing(user.id) as write:
        assert write.revision == 2
    holder.dispose()
    database.dispose()


def test_a_missing_sqlite_file_is_unavailable_until_it_is_back(tmp_path: Path) -> None:
    path = tmp_path / "data" / "keepwsgi.db"
    database = Database(f"sqlite:///{path}")
    database.ping()
    database.dispose()  # writes the journal back into the file
    database.ping()
    path.parent.rename(tmp_path / "away")
    with pytest.raises(DatabaseUnavailable):
        database.ping()
    with pytest.raises(DatabaseUnavailable), database.writing(None) as write:
        write.session.execute(text("SELECT 1"))
    assert not path.exists(), "no empty database takes its place"
    (tmp_path / "away").rename(path.parent)
    database.ping()
    database.dispose()


def test_a_server_out_of_reach_is_unavailable() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=2")
    with pytest.raises(DatabaseUnavailable), database.reading():
        pytest.fail("there is no server")


def test_connections_the_server_has_closed_are_replaced(migrated_postgres: str) -> None:
    database = Database(migrated_postgres)
    database.ping()
    other = Database(migrated_postgres)
    with other.writing(None) as write:
        write.session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    database.ping()
    database.dispose()
    other.dispose()


def test_a_server_that_was_not_migrated_is_refused_with_what_to_do(empty_postgres: str) -> None:
    database = Database(empty_postgres)
    with pytest.raises(DatabaseOutdated, match="keepwsgi db upgrade"), database.reading():
        pytest.fail("there are no tables")
    database.upgrade()
    database.ping()
    database.dispose()


def test_a_database_of_a_newer_release_is_refused(tmp_path: Path, migrated_sqlite: Path) -> None:
    path = tmp_path / "newer.db"
    shutil.copyfile(migrated_sqlite, path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(DatabaseOutdated, match="newer release"):
        Database(f"sqlite:///{path}").ping()


def test_making_a_database_object_opens_and_creates_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/data/keepwsgi.db")
    assert database.current() is None
    assert list(tmp_path.iterdir()) == []


def test_the_sqlite_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "keepwsgi.db"
    database = Database(f"sqlite:///{path}")
    database.ping()
    assert path.stat().st_mode & 0o777 == 0o600
    assert {file.stat().st_mode & 0o077 for file in path.parent.iterdir()} == {0}
    database.dispose()


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DatabaseUnavailable):
        Database(f"sqlite:///{tmp_path}/file/keepwsgi.db").ping()


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a file"):
        Database("sqlite://")


def test_a_password_in_the_url_is_not_shown() -> None:
    assert "secret" not in repr(Database("postgresql+psycopg://user:secret@host/name"))


def test_four_processes_and_their_threads_come_up_on_an_empty_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data/keepwsgi.db"
    script = (
        "import sys, threading; from keepwsgi.database import Database\n"
        "database, failed = Database(sys.argv[1]), []\n"
        "def use():\n"
        "    try: database.ping()\n"
        "    except BaseException as error: failed.append(error)\n"
        "threads = [threading.Thread(target=use) for _ in range(4)]\n"
        "for t in threads: t.start()\n"
        "for t in threads: t.join()\n"
        "sys.exit(repr(failed) if failed else 0)\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, url], stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert [(process.communicate()[1], process.returncode) for process in processes] == [("", 0)] * 4


def test_a_write_that_does_not_wait_does_not_wait_for_other_processes_either(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'keepwsgi.db'}"
    here, there = Database(url, patience=20), Database(url)
    user = make_user(there)
    outcomes: list[object] = []

    def attempt(patience: float | None) -> None:
        try:
            with here.writing(None, patience=patience) as write:
                write.session.execute(update(UserRow).values(theme="dark"))
            outcomes.append("written")
        except DatabaseUnavailable:
            outcomes.append("left")

    with there.writing(user.id):
        impatient = threading.Thread(target=attempt, args=(0,))
        impatient.start()
        impatient.join(10)
        assert outcomes == ["left"]
        patient = threading.Thread(target=attempt, args=(None,))
        patient.start()
        patient.join(0.3)
        assert outcomes == ["left"]
    patient.join(30)
    assert outcomes == ["left", "written"]


def test_first_use_waits_while_another_process_migrates(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/keepwsgi.db")
    first_use = threading.Thread(target=database.ping)
    with migrating.sqlite_lock(database.url):
        first_use.start()
        first_use.join(0.3)
        assert first_use.is_alive()
        assert database.current() is None
    first_use.join(5)
    assert database.current() == migrating.newest_revision()
    database.dispose()


def test_a_forked_process_has_connections_of_its_own(database: Database) -> None:
    user = make_user(database)
    reading, writing = os.pipe()
    with database.reading() as session:
        session.execute(text("SELECT 1"))  # this connection is in use while forking
        child = os.fork()
        if child == 0:
            try:
                opened: list[object] = []
                event.listen(Pool, "connect", lambda *_: opened.append(1))
                with database.writing(user.id) as write:
                    os.write(writing, f"{write.revision} {bool(opened)}".encode())
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert session.execute(text("SELECT 2")).scalar_one() == 2
    os.close(writing)
    with os.fdopen(reading) as answer:
        assert answer.read() == "1 True", "the write went over a connection of the child's"
    with database.writing(user.id) as write:
        assert write.revision == 2
