"""The thread of a serving process that works at jobs and does the chores of the day; none until it has to look.

`create_app` starts nothing. A request that comes has the worker look for jobs now and then; who adds a job wakes
it. So a forked process begins with its own first request, and a job whose worker died with its process is found
by whichever process is asked something next. A chore is done by the process that claims its lease.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
import uuid
import weakref
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from keepwsgi.database import jobs, leases
from keepwsgi.database.database import Database
from keepwsgi.database.errors import DatabaseOutdated, DatabaseUnavailable
from keepwsgi.database.jobs import Job, JobCancelled, JobLost

#: Seconds from one look for jobs to the next, while requests come.
LOOK_EVERY: Final = 15.0

#: Works at a job, holding it under the worker's name given. What it raises beside JobLost and JobCancelled fails
#: the job, but for `TryAgain`.
Work = Callable[[Job, str], None]

#: Does something that is safe to be cut short, and to be done twice.
Chore = Callable[[], object]

#: From the end of a chore to the next time it is done, by whichever process.
CHORE_EVERY: Final = timedelta(days=1)
#: After so long one that has failed, or whose process has died, is tried again.
CHORE_AGAIN: Final = timedelta(hours=1)

logger = logging.getLogger("keepwsgi.jobs")


class TryAgain(Exception):
    """Something that the job needs is away for now: the job is left for later."""


class Worker:
    """At most one thread of this process, which works at the jobs of the kinds in `work`, one after another.

    When there is none, it does those `chores`, by name, that are due.
    """

    def __init__(
        self, database: Database, work: Mapping[str, Work], chores: Mapping[str, Chore] | None = None
    ) -> None:
        self._database = database
        self._work = work
        self._chores = chores or {}
        self._thread: threading.Thread | None = None
        self._next_look: float | None = None
        self._forget_thread()
        this = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _forget_thread(this))

    def notice(self) -> None:
        """Look for jobs and chores, if it is time to; called with every request."""
        now = time.monotonic()
        if self._next_look is None:
            self._next_look = now + LOOK_EVERY
        elif now >= self._next_look:
            self._next_look = now + LOOK_EVERY
            self.wake()

    def wake(self) -> None:
        """Look for jobs and chores now, and do what there is to do, in a thread of its own."""
        with self._lock:
            self._asked = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="keepwsgi-jobs", daemon=True)
                self._thread.start()

    def join(self, timeout: float | None = None) -> None:
        """Wait until there is nothing more to do."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)

    def work_once(self) -> bool:
        """Work at one job, if one waits; say whether there was one."""
        with self._database.reading() as session:
            if not jobs.are_waiting(session, self._work.keys(), self._database.now()):
                return False
        name = uuid.uuid4().hex
        job = jobs.take(self._database, self._work.keys(), name)
        if job is None:
            return False
        try:
            if job.is_cancelled:
                raise JobCancelled(job.id)
            if job.attempts >= jobs.ATTEMPTS_MOST:  # before this one
                raise RuntimeError(f"job {job.id} was tried {job.attempts} times")
            self._work[job.kind](job, name)
        except JobLost:
            logger.warning("Job %d is another worker's by now.", job.id)
        except JobCancelled:
            jobs.end(self._database, job.id, name, "cancelled")
        except (TryAgain, DatabaseUnavailable) as error:
            logger.warning("Job %d is left for later: %s", job.id, error)
            with contextlib.suppress(DatabaseUnavailable):
                jobs.put_off(self._database, job.id, name)
            return False
        except Exception:
            logger.exception("Job %d failed.", job.id)
            jobs.end(self._database, job.id, name, "failed")
        else:
            jobs.end(self._database, job.id, name, "done")
        return True

    def do_chores(self) -> None:
        """Do the chores that no process has done for a day. What one raises is logged, and it is tried again."""
        for name, chore in self._chores.items():
            with self._database.reading() as session:
                if leases.is_held(session, name, self._database.now()):
                    continue
            if not leases.claim(self._database, name, CHORE_AGAIN):
                continue
            try:
                chore()
            except Exception:
                logger.exception("The chore %s failed, and is tried again in %s.", name, CHORE_AGAIN)
            else:
                leases.renew(self._database, name, CHORE_EVERY)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._asked:
                    self._thread = None
                    return
                self._asked = False
            with contextlib.suppress(DatabaseUnavailable, DatabaseOutdated):
                while self.work_once():
                    pass
                self.do_chores()

    def _forget_thread(self) -> None:
        # After a fork the lock may be held by a thread that is not here.
        self._lock = threading.Lock()
        self._thread = None
        self._asked = False
        self._next_look = None


def _forget_thread(reference: weakref.ref[Worker]) -> None:
    worker = reference()
    if worker is not None:
        worker._forget_thread()
