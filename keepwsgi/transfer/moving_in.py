"""The job that moves in: an archive that was sent through the page, read while the reader does something else."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Final

from keepwsgi.database import Database, DatabaseUnavailable, UserGone, Write, jobs
from keepwsgi.database.jobs import Job, JobCancelled, JobLost, State
from keepwsgi.database.worker import TryAgain
from keepwsgi.images.stores import Store, StoreUnavailable
from keepwsgi.transfer import small_pictures, uploads
from keepwsgi.transfer.archive import Source, open_archive
from keepwsgi.transfer.importing import Importer
from keepwsgi.transfer.report import Report
from keepwsgi.transfer.scanning import find_notes
from keepwsgi.transfer.uploads import Upload

logger = logging.getLogger("keepwsgi.transfer")

#: Seconds between two words of life, while no notes are written.
BEAT_EVERY: Final = 2.0


class UnderWay(Exception):
    """The user has an import that is not finished."""


def order(write: Write, key: str) -> int:
    """Add the job, which is made ready while files are put under `key`; return its id. Raises UnderWay."""
    last = jobs.latest(write.session, write.owner, uploads.KIND)
    if last is not None and last.is_unfinished(write.now):
        raise UnderWay
    jobs.cancel(write, uploads.KIND)  # one that was never made ready
    return jobs.add(write, uploads.KIND, {"key": key, "files": []}, state="preparing")


def make_ready(
    database: Database, store: Store, job_id: int, key: str, files: Sequence[tuple[str, IO[bytes]]]
) -> None:
    """Put the files that were sent, each with its name, into the store, and let the job wait for a worker.

    Raises StoreUnavailable, and JobCancelled where nobody waits for it any more; neither leaves a file behind.
    """
    kept: list[Upload] = []

    def prepare(state: State = "preparing") -> None:
        with database.writing(None) as write:
            jobs.prepare(write, job_id, {"key": key, "files": kept}, state=state)

    try:
        for number, (name, file) in enumerate(files):
            kept.append(uploads.keep(store, key, number, name, file, progress=prepare))
        prepare("waiting")
    except BaseException:
        uploads.discard(store, key, dict(enumerate(kept)))
        with contextlib.suppress(DatabaseUnavailable), database.writing(None) as write:
            jobs.give_up(write, job_id)
        raise


@dataclass(frozen=True, slots=True)
class MovingIn:
    """What the job needs; call it with a job and the worker's name. `largest` is the most bytes of a picture."""

    database: Database
    store: Store
    largest: int

    def __call__(self, job: Job, worker: str) -> None:
        """Read the files and write the notes. The files go when the job has ended, not before."""
        try:
            self._run(job, worker)
            state: State = "done"
        except JobCancelled:
            state = "cancelled"
        except StoreUnavailable as error:
            raise TryAgain(str(error)) from error
        except (DatabaseUnavailable, JobLost):
            raise
        except UserGone as error:
            discard(self.store, job)
            raise JobLost(job.id) from error
        except Exception:
            logger.exception("Job %d cannot read what was sent.", job.id)
            state = "failed"
        jobs.end(self.database, job.id, worker, state)
        discard(self.store, job)

    def _run(self, job: Job, worker: str) -> None:
        life = _Life(self.database, job, worker)
        life.hold()
        with contextlib.ExitStack() as stack:
            sources = []
            for number, upload in enumerate(files_of(job)):
                file = uploads.fetch(self.store, job.input["key"], number, upload, progress=life.beat)
                sources.append(Source(upload.name, stack.enter_context(file)))
            archive = stack.enter_context(open_archive(sources))
            found = find_notes(archive, progress=life.beat)
            life.begin("notes", len(found.notes))
            importer = Importer(
                self.database,
                self.store,
                job.user_id,
                self.largest,
                job_id=job.id,
                record=life.record,
                progress=life.advance,
            )
            report = importer.run(found, Report.of(job.result) if job.result else None)
            life.hold(report)
        wanted = small_pictures.digests(self.database, job.user_id, job.id)
        life.begin("pictures", len(wanted))
        for done in small_pictures.make_all(self.store, wanted):
            life.advance(done)


def files_of(job: Job) -> list[Upload]:
    """The files that were sent for a job."""
    return [Upload(*each) for each in job.input["files"]]


def discard(store: Store, job: Job) -> None:
    """Remove the files of a job."""
    uploads.discard(store, job.input["key"], dict(enumerate(files_of(job))))


class _Life:
    """The words of life of one who works at a job, and how far it is."""

    def __init__(self, database: Database, job: Job, worker: str) -> None:
        self._database = database
        self._job = job
        self._worker = worker
        self._last = time.monotonic()
        self._stage, self._done, self._total = "", 0, 0

    def begin(self, stage: str, total: int) -> None:
        """Say what comes now, and how much of it there is to do."""
        self._stage, self._done, self._total = stage, 0, total
        self.hold()

    def advance(self, count: int) -> None:
        """Say that so much more is done."""
        self._done += count
        self.beat()

    def beat(self) -> None:
        """Renew the lease now and then. Raises JobLost, JobCancelled."""
        if time.monotonic() - self._last >= BEAT_EVERY:
            self.hold()

    def hold(self, report: Report | None = None) -> None:
        """Renew the lease, with the report if there is one. Raises JobLost, JobCancelled."""
        with self._database.writing(None) as write:
            self.record(write, report)

    def record(self, write: Write, report: Report | None) -> None:
        """Renew the lease in a write of the job's own. Raises JobLost, JobCancelled; that undoes the write."""
        result = None if report is None else report.as_json()
        jobs.hold(
            write,
            self._job.id,
            self._worker,
            stage=self._stage,
            done=self._done,
            total=self._total,
            result=result,
        )
        self._last = time.monotonic()
