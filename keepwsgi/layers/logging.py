"""Log lines that name their request, as text or as JSON, through the standard library's `logging`.

Flask calls the logger `app.logger`; the request id and JSON are left to extensions. Without this file
two requests' lines in one log could not be told apart.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from typing import Any, Literal

from keepwsgi.layers import context
from keepwsgi.layers.handler import Handler, Layer
from keepwsgi.layers.request import Request
from keepwsgi.layers.response import Response

REQUEST_ID_HEADER = "X-Request-Id"
_TRUSTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_id(*, trust_header: bool = False) -> Layer:
    """A layer that names the request and says the name in `X-Request-Id`.

    `trust_header` takes the name a proxy has given it, where that is one; anybody can send the header.

    In Flask: `@app.before_request`.
    """

    def layer(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            given = request.headers.get(REQUEST_ID_HEADER) if trust_header else None
            request.id = given if given and _TRUSTED_ID.fullmatch(given) else secrets.token_hex(8)
            response = handler(request)
            response.headers.add(REQUEST_ID_HEADER, request.id)
            return response

        return handle

    return layer


def access_log(logger: logging.Logger) -> Layer:
    """A layer that writes one line per request at INFO: method, path, status, milliseconds.

    The query is left out: what somebody searched for is nobody's business.

    In Flask: `logging.getLogger("werkzeug")`.
    """

    def layer(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            if not logger.isEnabledFor(logging.INFO):
                return handler(request)
            started = time.perf_counter()
            response = handler(request)
            milliseconds = (time.perf_counter() - started) * 1000
            fields = {
                "request_id": request.id,
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "milliseconds": round(milliseconds, 1),
            }
            logger.info("%(method)s %(path)r %(status)s %(milliseconds)s ms", fields, extra={"fields": fields})
            return response

        return handle

    return layer


class RequestIdFilter(logging.Filter):
    """Puts `request_id` on every record: the current request's, or "-"."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: no record is dropped."""
        if not hasattr(record, "request_id"):
            fields = getattr(record, "fields", {})
            name = context.request.id if context.has_request_context() else "-"
            record.request_id = fields.get("request_id", name)
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, request_id, fields, exception."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        entry: dict[str, Any] = {
            "time": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def configure(logger: logging.Logger, form: Literal["text", "json"]) -> None:
    """Send `logger` to stderr in the given form, unless somebody has given it a handler already."""
    if logger.hasHandlers():
        return
    handler = logging.StreamHandler()
    handler.addFilter(RequestIdFilter())
    handler.setFormatter(
        JsonFormatter()
        if form == "json"
        else logging.Formatter("%(asctime)s %(levelname)s [%(request_id)s] %(name)s: %(message)s")
    )
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
