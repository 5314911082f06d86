"""The database of one request: nothing is opened until it is used, and what was opened is closed.

Flask-SQLAlchemy calls this `db.session`. Without this layer every view would open a session and remember
to close it on each way out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from keepwsgi.database.database import Database, Write
from keepwsgi.database.worker import Worker
from keepwsgi.layers import request as layers
from keepwsgi.layers.csrf import SAFE_METHODS
from keepwsgi.layers.handler import Handler, Layer, offers
from keepwsgi.layers.response import Response


class Request(layers.Request):
    """A request that reads by `request.reading` and changes things by `request.writing_for(user_id)`."""

    database: Database
    reading: Session
    _has_written = False

    @contextmanager
    def writing_for(self, user_id: int | None) -> Iterator[Write]:
        """The one write of this request, committed at the end of the block.

        What was read before is forgotten, so that a page rendered afterwards shows what was written.
        Raises RuntimeError for a second write, since two halves of one change must not be torn apart, and for a
        write by a safe method (RFC 9110, 9.2.1), which no CSRF token is asked of.
        """
        if self.method in SAFE_METHODS:
            raise RuntimeError(f"{self.method} must not change anything")
        if self._has_written:
            raise RuntimeError("this request has written already")
        self._has_written = True
        self.stop_reading()
        with self.database.writing(user_id) as write:
            yield write

    def stop_reading(self) -> None:
        """Close the session that `reading` opened, if it did; the next reading sees the newest state."""
        session = self.forget("reading")
        if session is not None:
            session.close()


def database(of: Database) -> Layer:
    """A layer that offers `request.database` and `request.reading`.

    In Flask: Flask-SQLAlchemy's `db.session`.
    """

    @offers(database=lambda request: of, reading=lambda request: of.open_reading())
    def layer(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            try:
                return handler(request)
            finally:
                request.stop_reading()

        return handle

    return layer


def working(worker: Worker) -> Layer:
    """A layer that has a worker look for jobs while requests come.

    In Flask: a thread begun in `@app.before_request`, or Celery.
    """

    def layer(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            worker.notice()
            return handler(request)

        return handle

    return layer
