"""An import that is a job: interrupted, taken over from a worker that died, cancelled; nothing twice or lost."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from keepwsgi.accounts.service import User
from keepwsgi.database import Database, Write, jobs
from keepwsgi.database.jobs import Job, JobCancelled, JobLost
from keepwsgi.database.worker import Worker
from keepwsgi.images import service as images
from keepwsgi.images.stores import LocalStore, StoreUnavailable
from keepwsgi.transfer import importing, moving_in, uploads
from keepwsgi.transfer.moving_in import MovingIn
from keepwsgi.transfer.report import Report
from tests.conftest import Clock
from tests.transfer.conftest import JPEG, left, memos, move_in
from tests.transfer.takeout import attachment, note, zipped

ARCHIVE = zipped(
    {f"{n:02}.json": note(f"{n:02}", "text", age=n, attachments=[attachment(f"{n:02}.jpg")]) for n in range(20)}
    | {f"{n:02}.jpg": JPEG for n in range(20)}
    | {"torn.json": b"{", "Labels.txt": "one\ntwo\n"}
)


class Died(BaseException):
    """A worker whose process ends."""


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "NOTES_AT_ONCE", 5)


def ordered(database: Database, store: LocalStore, user: User, data: bytes = ARCHIVE) -> int:
    key = uploads.new_key()
    with database.writing(user.id) as write:
        job_id = moving_in.order(write, key)
    moving_in.make_ready(database, store, job_id, key, [("takeout.zip", io.BytesIO(data))])
    return job_id


def latest(database: Database, user: User) -> Job:
    with database.reading() as session:
        job = jobs.latest(session, user.id, uploads.KIND)
    assert job is not None
    return job


def worker(database: Database, store: LocalStore) -> Worker:
    return Worker(database, {uploads.KIND: MovingIn(database, store, 1_000_000)})


def dying_after(writes: int) -> Any:
    """What `record` may be: the process ends in the write after so many."""
    left_over = [writes]

    def record(write: Write, report: Report) -> None:
        left_over[0] -= 1
        if left_over[0] < 0:
            raise Died

    return record


def test_a_command_that_was_interrupted_goes_on_where_it_was(
    database: Database, store: LocalStore, user: User
) -> None:
    with pytest.raises(Died):
        move_in(database, store, user, ARCHIVE, record=dying_after(2))
    assert len(memos(database, user)) == 10
    report = move_in(database, store, user, ARCHIVE)
    assert (report.notes, len(left(report)["known"])) == (10, 10)
    # In one order, as if nothing had been.
    assert list(memos(database, user)) == [f"{n:02}" for n in range(20)]


def test_a_job_whose_worker_died_is_taken_over_when_its_lease_has_ended(
    database: Database, store: LocalStore, user: User, clock: Clock
) -> None:
    job_id = ordered(database, store, user)
    job = jobs.take(database, [uploads.KIND], "first")
    assert job is not None
    with pytest.raises(Died):
        move_in(database, store, user, ARCHIVE, job_id=job_id, record=_held(job, "first", dying_after(2)))
    second = worker(database, store)
    assert not second.work_once()  # the lease still holds
    clock.advance(seconds=jobs.LEASE.total_seconds() + 1)
    assert second.work_once()
    ended = latest(database, user)
    report = Report.of(ended.result)
    # One report for both: what the first one brought is not told as known.
    assert (ended.state, report.notes, report.pictures, report.labels) == ("done", 20, 20, 2)
    assert left(report) == {"broken": [("Takeout/Keep/torn.json", "")]}
    assert list(memos(database, user)) == [f"{n:02}" for n in range(20)]
    # What was sent is gone; the picture, which is one for all of them, has its small ones.
    assert {key.partition(".")[0] for key in store.all_keys()} == {
        memo.images[0].digest for memo in memos(database, user).values()
    }
    # The first one was only slow: whatever it still writes is undone.
    with pytest.raises(JobLost), database.writing(user.id) as write:
        jobs.hold(write, job_id, "first")
    with pytest.raises(JobLost):
        MovingIn(database, store, 1_000_000)(job, "first")


def _held(job: Job, name: str, then: Any) -> Any:
    def record(write: Write, report: Report) -> None:
        jobs.hold(write, job.id, name, result=report.as_json())
        then(write, report)

    return record


def test_a_job_is_cancelled_between_two_writes_and_what_is_done_stays(
    database: Database, store: LocalStore, user: User
) -> None:
    job_id = ordered(database, store, user)
    job = jobs.take(database, [uploads.KIND], "worker")
    assert job is not None

    def cancelling(write: Write, report: Report) -> None:
        jobs.hold(write, job_id, "worker", result=report.as_json())
        if report.notes == 10:
            jobs.cancel(write, uploads.KIND)

    with pytest.raises(JobCancelled):
        move_in(database, store, user, ARCHIVE, job_id=job_id, record=cancelling)
    assert len(memos(database, user)) == 10
    assert latest(database, user).is_cancelled


def test_a_store_that_is_away_leaves_the_job_for_later(
    database: Database, store: LocalStore, user: User, clock: Clock, tmp_path: Path
) -> None:
    ordered(database, store, user)
    blobs = tmp_path / "blobs"
    blobs.rename(tmp_path / "away")
    blobs.write_text("no folder")
    for _ in range(jobs.ATTEMPTS_MOST + 1):
        assert not worker(database, store).work_once()
        clock.advance(seconds=jobs.LEASE.total_seconds() + 1)
    blobs.unlink()
    (tmp_path / "away").rename(blobs)
    assert worker(database, store).work_once()
    assert latest(database, user).state == "done"


def test_a_job_that_takes_down_every_worker_is_given_up(
    database: Database, store: LocalStore, user: User, clock: Clock
) -> None:
    ordered(database, store, user)
    for _ in range(jobs.ATTEMPTS_MOST):
        assert jobs.take(database, [uploads.KIND], "dies")
        clock.advance(seconds=jobs.LEASE.total_seconds() + 1)
    assert worker(database, store).work_once()
    assert latest(database, user).state == "failed"


def test_an_upload_that_fails_leaves_nothing_and_can_be_sent_again(
    database: Database, store: LocalStore, user: User
) -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise StoreUnavailable("away")
            return super().read(10)

    key = uploads.new_key()
    with database.writing(user.id) as write:
        job_id = moving_in.order(write, key)
    with pytest.raises(StoreUnavailable):
        moving_in.make_ready(database, store, job_id, key, [("takeout.zip", Torn(ARCHIVE))])
    assert list(store.all_keys()) == []
    assert latest(database, user).state == "failed"


def test_the_sweep_leaves_what_waits_to_be_read_and_removes_what_nobody_waits_for(
    database: Database, store: LocalStore, user: User, clock: Clock
) -> None:
    ordered(database, store, user)
    store.put(f"{'0' * 64}.0.0.part", b"left over")
    assert images.sweep(database, store) == 0
    assert uploads.sweep(database, store) == 1
    assert worker(database, store).work_once()
    assert len(memos(database, user)) == 20


def test_an_upload_whose_process_died_does_not_stand_in_the_way(
    database: Database, store: LocalStore, user: User, clock: Clock
) -> None:
    with database.writing(user.id) as write:
        moving_in.order(write, uploads.new_key())
    assert latest(database, user).is_unfinished(clock())
    with pytest.raises(moving_in.UnderWay), database.writing(user.id) as write:
        moving_in.order(write, uploads.new_key())
    clock.advance(seconds=jobs.LEASE.total_seconds() + 1)
    assert not latest(database, user).is_unfinished(clock())
    ordered(database, store, user)
    assert latest(database, user).state == "waiting"
