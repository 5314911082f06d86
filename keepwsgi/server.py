"""waitress, stopped gently: a listener that is closed first, and requests that are let finish.

`waitress.serve` ends the moment SIGTERM arrives, and with it the download that was half way. Here the
server's own loop goes on after the listening sockets are closed, until the last answer has left.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from waitress import create_server, wasyncore
from waitress.server import BaseWSGIServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: How long requests that are running may take to finish, in seconds.
GRACE_SECONDS = 30.0

logger = logging.getLogger("keepwsgi.server")


def serve(
    application: WSGIApplication,
    *,
    host: str,
    port: int,
    threads: int,
    max_body: int,
    behind_proxy: bool,
    announce: Callable[[str], None],
) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP, then finish what is running, for at most `GRACE_SECONDS`.

    A second signal ends the server at once.

    `max_body` is the largest body in bytes that waitress buffers for the application to refuse or take.
    `behind_proxy` leaves the X-Forwarded headers for the application to read. `announce` is called with each
    address. Raises OSError or ValueError where the address cannot be listened on.
    """
    sockets: dict[int, Any] = {}
    server = create_server(
        application,
        map=sockets,
        host=host,
        port=port,
        threads=threads,
        max_request_body_size=max_body,
        clear_untrusted_proxy_headers=not behind_proxy,
        ident=None,
        # Waitress's own 100 and 120 seconds: a hundred connections that say nothing would stop it for two minutes.
        connection_limit=1000,
        channel_timeout=30,
        cleanup_interval=5,
    )
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        if stopping:
            raise SystemExit(1)
        stopping = True
        for listener in listeners(sockets):
            listener.pull_trigger()

    for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, stop)
    for listener in listeners(sockets):
        announce(f"http://{listener.effective_host}:{listener.effective_port}")
    while not stopping:
        wasyncore.loop(timeout=5, use_poll=True, map=sockets, count=1)
    finish(sockets, time.monotonic() + GRACE_SECONDS)
    server.task_dispatcher.shutdown(timeout=1)


def listeners(sockets: dict[int, Any]) -> list[Any]:
    """The listening servers among waitress's sockets: one for each address of the host."""
    return [each for each in sockets.values() if isinstance(each, BaseWSGIServer)]


def finish(sockets: dict[int, Any], deadline: float) -> None:
    """Listen no more; loop on until no connection has work left, or until `deadline` (monotonic seconds)."""
    servers = listeners(sockets)
    for server in servers:
        # Its own close() would also close the trigger by which threads wake this loop.
        wasyncore.dispatcher.close(server)
    while time.monotonic() < deadline:
        channels = [channel for server in servers for channel in list(server.active_channels.values())]
        for channel in channels:
            arriving = channel.request is not None and channel.request.headers_finished
            if not (channel.requests or arriving or channel.total_outbufs_len):
                channel.handle_close()
        if not channels:
            return
        wasyncore.loop(timeout=0.1, use_poll=True, map=sockets, count=1)
    logger.warning("Some requests did not finish within %g seconds and were cut off.", GRACE_SECONDS)
