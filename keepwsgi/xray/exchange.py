"""One request under the x-ray: what comes in, what is sent, and what is added to it.

`Server-Timing` (W3C Server Timing) goes with every answer, a link to the journey into every page (`linking.py`).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import CodeType
from typing import TYPE_CHECKING, Any, Final

from keepwsgi.layers.logging import REQUEST_ID_HEADER
from keepwsgi.xray.absent import add_absent
from keepwsgi.xray.journey import Journey, Place
from keepwsgi.xray.linking import linked, may_be_linked
from keepwsgi.xray.near_misses import near_misses
from keepwsgi.xray.parts import LayerPart
from keepwsgi.xray.recording import Part, Recorder
from keepwsgi.xray.redacting import scrub, secrets_in, shown_environ, shown_error, shown_header, shown_path
from keepwsgi.xray.timing import server_timing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Headers = list[tuple[str, str]]
    Write = Callable[[bytes], object]

_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ANSWER: Final = Place("", "Response.__call__ (Werkzeug)", "keepwsgi/layers/response.py")
_BODY: Final = Place("", "Response.iter_encoded (Werkzeug)", "keepwsgi/layers/response.py")


class Exchange:
    """One call of a WSGI application. `keep` gets the journey when the last byte has left."""

    def __init__(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        *,
        parts: dict[CodeType, Part],
        layers: Sequence[LayerPart],
        root: str,
        keep: Callable[[Journey], None],
    ) -> None:
        self.environ = environ
        self.recorder = Recorder(parts, {name: layer.place for layer in layers for name in layer.offers})
        self.recorder.secrets |= secrets_in(environ)
        self.journey = Journey(
            id=secrets.token_hex(8),
            method=str(environ.get("REQUEST_METHOD", "")),
            path=shown_path(environ),
            began=datetime.now(UTC),
            steps=self.recorder.root,
            environ=shown_environ(environ),
        )
        self._start_response = start_response
        self._layers = layers
        self._root = root
        self._keep: Callable[[Journey], None] | None = keep
        self._held: tuple[str, Headers, Any] | None = None
        self._may_hold = True

    def answer(self, application: WSGIApplication) -> Iterable[bytes]:
        """Call the application, and pass on what it answers."""
        try:
            with self.recorder.watching():
                body = application(self.environ, self.start)
            # Whoever calls start_response only when the first piece is asked for is sending a stream.
            self._may_hold = False
            if self._held is None:
                return Body(self, body)
            page = self._linked(body)
            step = self.recorder.begin("answer", "body", _BODY)
            self.sent(page)
            self.recorder.end(step)
            # Nothing is left to be watched, and whoever follows the link may be quicker than the server's `close`.
            self.finish()
            return [page]
        except BaseException as error:
            self.fail(error)
            raise

    def start(self, status: str, headers: Headers, exc_info: Any = None) -> Write:
        """The application's `start_response`: a page that may get the link waits for its body."""
        self._name(headers)
        if self._may_hold and may_be_linked(self.environ, status, headers):
            self._held = (status, headers, exc_info)
            return self._write_held
        self._held = None
        return self._send(status, headers, exc_info)

    def fail(self, error: BaseException) -> None:
        """Nobody caught it: it goes to the server."""
        self.recorder.raised(error)
        self.recorder.root.raised = shown_error(error)
        self.finish()

    def finish(self) -> None:
        """Close the journey, take the secrets out and keep it. Called twice it does nothing."""
        keep, self._keep = self._keep, None
        if keep is None:
            return
        recorder, journey = self.recorder, self.journey
        recorder.finish()
        journey.left_out = recorder.left_out
        journey.inside = "inside" in recorder.notes
        # Whatever is amiss with the journey is not the request's affair; unscrubbed it is not kept.
        with suppress(Exception):
            add_absent(journey.steps, self._layers)
            if matching := recorder.notes.get("matching"):
                journey.near_misses = near_misses(*matching)
            journey.trim()
            scrub(journey, recorder.secrets)
            keep(journey)

    def sent(self, chunk: bytes) -> bytes:
        """Count a piece of the body."""
        self.journey.chunks += 1
        self.journey.body_bytes += len(chunk)
        return chunk

    def _name(self, headers: Headers) -> None:
        """The request's own name where a layer has given it one, else ours."""
        given = next((value for name, value in headers if name.lower() == REQUEST_ID_HEADER.lower()), None)
        if given is None:
            headers.append((REQUEST_ID_HEADER, self.journey.id))
        elif _ID.fullmatch(given):
            self.journey.id = given

    def _linked(self, body: Iterable[bytes]) -> bytes:
        """The whole page with the link before its end, sent at once."""
        try:
            with self.recorder.watching():
                page = b"".join(body)
        finally:
            close(body)
        assert self._held is not None
        status, headers, exc_info = self._held
        page, headers = linked(page, headers, root=self._root, request_id=self.journey.id)
        self._send(status, headers, exc_info)
        return page

    def _write_held(self, data: bytes) -> object:
        """PEP 3333's `write`: the page is sent in pieces after all."""
        assert self._held is not None
        held, self._held = self._held, None
        self._may_hold = False
        return self._send(*held)(data)

    def _send(self, status: str, headers: Headers, exc_info: Any) -> Write:
        """Call the server's `start_response`; what is in it is the last that is known of the layers' time."""
        journey, recorder = self.journey, self.recorder
        step = recorder.begin("answer", "start_response", _ANSWER)
        headers.append(("Server-Timing", server_timing(recorder)))
        journey.status = status
        # What no layer has put there is middleware's, or ours.
        by = {"server-timing": "x-ray", **recorder.notes.get("headers", {})}
        journey.headers = [
            (name, shown_header(name, value), by.get(name.lower(), "middleware")) for name, value in headers
        ]
        step.note = status
        try:
            write = (
                self._start_response(status, headers, exc_info)
                if exc_info
                else self._start_response(status, headers)
            )
        finally:
            recorder.end(step)
        return lambda data: write(self.sent(data))


class Body:
    """The pieces of an answer, watched while each is made; `close` ends the journey."""

    def __init__(self, exchange: Exchange, pieces: Iterable[bytes]) -> None:
        self._exchange = exchange
        self._pieces = pieces
        self._iterator: Iterator[bytes] | None = None

    def __iter__(self) -> Body:
        return self

    def __next__(self) -> bytes:
        exchange, recorder = self._exchange, self._exchange.recorder
        step = recorder.resume("answer", "body", _BODY)
        try:
            with recorder.watching():
                if self._iterator is None:
                    self._iterator = iter(self._pieces)
                return exchange.sent(next(self._iterator))
        except StopIteration:
            step.count -= 1
            raise
        except BaseException as error:
            recorder.raised(error)
            recorder.root.raised = shown_error(error)
            raise
        finally:
            recorder.end(step)

    def close(self) -> None:
        """Close the application's iterable, as PEP 3333 asks, and the journey."""
        try:
            with self._exchange.recorder.watching():
                close(self._pieces)
        finally:
            self._exchange.finish()


def close(body: Any) -> None:
    """Call its `close`, if it has one."""
    if hasattr(body, "close"):
        body.close()
