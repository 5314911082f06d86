"""Databases for the tests: every test that asks for `database` runs on SQLite and on PostgreSQL.

`KEEPWSGI_TEST_POSTGRES` is the URL of a PostgreSQL server and a user who may create databases on it. Without it
those tests are skipped, except in CI (`CI` set), where they fail.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import hypothesis
import pytest
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

# Every feature's tables, as the migrations make them.
import keepwsgi.accounts.models
import keepwsgi.api.models
import keepwsgi.images.models
import keepwsgi.labels.models
import keepwsgi.memos.models
import keepwsgi.search.models
import keepwsgi.transfer.models  # noqa: F401
from keepwsgi import create_app
from keepwsgi.config import load_settings
from keepwsgi.database import Database
from keepwsgi.layers import Application
from tests.clients import Browser, sign_in_new
from tests.conformance import report as conformance
from tests.guide import report as guide

if not os.environ.get("CI"):
    # A busy machine is no failure. Under CI hypothesis has a profile of its own: no deadline, repeatable examples.
    hypothesis.settings.register_profile("unhurried", deadline=None)
    hypothesis.settings.load_profile("unhurried")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Count what was shown of Flask. The controller of pytest-xdist loads this file whatever paths it is given."""
    conformance.tell(terminalreporter)
    guide.tell(terminalreporter)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2024, 5, 1, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """Return the URL of the PostgreSQL server; skip, or fail in CI, where there is none."""
    given = os.environ.get("KEEPWSGI_TEST_POSTGRES")
    problem = "KEEPWSGI_TEST_POSTGRES is not set"
    if given:
        url = make_url(given).set(drivername="postgresql+psycopg")
        engine = create_engine(url, connect_args={"connect_timeout": 5})
        try:
            engine.connect().close()
            return url.render_as_string(hide_password=False)
        except OperationalError as error:
            problem = f"PostgreSQL is out of reach: {error}"
        finally:
            engine.dispose()
    if os.environ.get("CI"):
        pytest.fail(problem)
    pytest.skip(problem)


@contextlib.contextmanager
def _new_database(server: str) -> Iterator[str]:
    """Create a database for the length of the block; every test run and worker has its own."""
    name = f"keepwsgi_test_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


@pytest.fixture
def empty_postgres(postgres_server: str) -> Iterator[str]:
    """Return the URL of a new PostgreSQL database with nothing in it."""
    with _new_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    """Return the URL of a migrated PostgreSQL database, one for the whole session."""
    with _new_database(postgres_server) as url:
        database = Database(url)
        database.upgrade()
        database.dispose()
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a migrated, empty database, on each engine in turn."""
    if request.param == "sqlite":
        path = tmp_path / "keepwsgi.db"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("migrated_postgres")
    engine = create_engine(url)
    with engine.begin() as connection:
        # Everything else belongs to users. Quicker than TRUNCATE for a handful of rows.
        connection.execute(text("DELETE FROM users"))
        connection.execute(text("DELETE FROM sign_in_failures"))
        connection.execute(text("DELETE FROM leases"))
    engine.dispose()
    return url


@pytest.fixture
def database(database_url: str, clock: Clock) -> Iterator[Database]:
    """Return a migrated, empty database that tells the time by `clock`."""
    database = Database(database_url, clock=clock)
    yield database
    database.dispose()


# --- Applications, for tests that speak HTTP -----------------------------------------------------------------


class MakeApp(Protocol):
    """Makes an application with settings of its own, by default over one database: a migrated SQLite file."""

    def __call__(self, **settings: Any) -> Application: ...


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Return a place for compiled templates: each application has its own environment and would compile anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@contextlib.contextmanager
def applications_in(folder: Path, migrated: Path, templates: FileSystemBytecodeCache) -> Iterator[MakeApp]:
    """What makes applications that keep their data in `folder`; they are closed when the block ends."""
    made: list[Application] = []

    def make(**settings: Any) -> Application:
        path = folder / "keepwsgi.db"
        if not path.exists():
            shutil.copyfile(migrated, path)
        defaults = {"env": "testing", "data_dir": folder, "secret_key": "not a secret, only a test"}
        app = create_app(load_settings(**{**defaults, **settings}))
        app.templates.environment.bytecode_cache = templates
        made.append(app)
        return app

    yield make
    for app in made:
        app.config["DATABASE"].dispose()


@pytest.fixture
def make_app(
    tmp_path: Path, migrated_sqlite: Path, compiled_templates: FileSystemBytecodeCache
) -> Iterator[MakeApp]:
    """Return what makes applications; they are closed when the test ends."""
    with applications_in(tmp_path, migrated_sqlite, compiled_templates) as make:
        yield make


@pytest.fixture(scope="module")
def shared_app(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, compiled_templates: FileSystemBytecodeCache
) -> Iterator[Application]:
    """Return one application for all tests of a file, which change nothing or only what is their own user's."""
    with applications_in(tmp_path_factory.mktemp("shared"), migrated_sqlite, compiled_templates) as make:
        yield make()


@pytest.fixture
def app(make_app: MakeApp) -> Application:
    """Return an application with the default settings, without any user."""
    return make_app()


@pytest.fixture
def visitor(app: Application) -> Browser:
    """Return a browser of somebody who has not signed in."""
    return Browser(app)


@pytest.fixture
def browser(app: Application) -> Browser:
    """Return a browser signed in as the user minji."""
    return sign_in_new(app, "minji")


@pytest.fixture
def other_browser(app: Application) -> Browser:
    """Return a browser signed in as another user, jun."""
    return sign_in_new(app, "jun")
