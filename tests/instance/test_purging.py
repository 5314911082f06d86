"""The chore of the day: done once by all processes together, while requests come, and again after a failure."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from keepwsgi.database import Database, jobs, worker
from keepwsgi.database.leases import LeaseRow
from keepwsgi.database.worker import Worker
from keepwsgi.layers import Application
from keepwsgi.memos.models import MemoRow
from tests.clients import sign_in_new
from tests.conftest import Clock
from tests.serving.conftest import ROOT

#: Does what is due on the days that it is told.
PROCESS = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from keepwsgi.database import Database
from keepwsgi.database.worker import Worker

url, done = sys.argv[1:]
moment = datetime(2024, 5, 1, tzinfo=UTC)
database = Database(url, clock=lambda: moment)
worker = Worker(database, {}, {"chore": lambda: Path(done).open("a").write(f"{days} ")})
print("ready", flush=True)
for days in map(float, sys.stdin):
    moment = datetime(2024, 5, 1, tzinfo=UTC) + timedelta(days=days)
    worker.wake()
    worker.join()
    print("ready", flush=True)
"""


def test_a_chore_is_done_once_a_day_by_all_processes_together(database_url: str, tmp_path: Path) -> None:
    done = tmp_path / "done"
    command = [sys.executable, "-c", PROCESS, database_url, str(done)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with (
        subprocess.Popen(command, cwd=ROOT, **pipes) as one,
        subprocess.Popen(command, cwd=ROOT, **pipes) as other,
    ):
        for days in ("0", "0.99", "1.01", "1.5", "3"):
            for process in (one, other):
                assert process.stdout.readline() == "ready\n"
            for process in (one, other):
                process.stdin.write(f"{days}\n")
    assert done.read_text() == "0.0 1.01 3.0 "


def test_a_chore_that_fails_is_logged_and_tried_again_an_hour_later(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[datetime] = []

    def chore() -> None:
        done.append(clock.now)
        if len(done) == 1:
            raise OSError("the disk is full")

    of_two = [Worker(database, {}, {"chore": chore}) for _ in range(2)]
    for _ in range(30):
        for each in of_two:
            each.do_chores()
        clock.advance(hours=1, seconds=1)
    assert [(moment - done[0]).total_seconds() // 3600 for moment in done] == [0, 1, 25]
    assert "the disk is full" in caplog.text


def test_old_trash_goes_by_itself_while_the_application_serves(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LOOK_EVERY", 0.0)
    browser = sign_in_new(app, "minji")
    database: Database = app.config["DATABASE"]
    for title in ("old", "new"):
        browser.post("/memos", title=title)
    app.config["WORKER"].join()
    old = datetime.now(UTC) - timedelta(days=30, seconds=1)
    with database.writing(None) as write:
        write.session.execute(delete(LeaseRow))  # as it will be tomorrow
        for title, moment in (("old", old), ("new", old + timedelta(hours=1))):
            write.session.execute(update(MemoRow).where(MemoRow.title == title).values(trashed_at=moment))
    assert "after 30 days in the trash" in browser.get("/trash").text
    app.config["WORKER"].join()
    with database.reading() as session:
        assert session.scalars(select(MemoRow.title)).all() == ["new"]


def test_an_application_that_was_only_made_does_nothing(app: Application) -> None:
    with app.config["DATABASE"].reading() as session:
        assert not jobs.are_waiting(session, ["import"], datetime.now(UTC))
    assert app.config["WORKER"]._thread is None
