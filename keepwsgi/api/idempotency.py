"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request sent twice is carried out once.

The answer is kept in the very write that carries the request out, so there is never one without the other.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from keepwsgi.accounts.layer import Request
from keepwsgi.api.models import IdempotentAnswer
from keepwsgi.api.operations import Header
from keepwsgi.api.problems import ProblemRaised
from keepwsgi.database import Database, Write
from keepwsgi.layers import Response

#: How long an answer is kept, at least.
KEPT: Final = timedelta(hours=24)
_LONGEST: Final = 255
_VISIBLE: Final = re.compile(rf"[!-~]{{1,{_LONGEST}}}")
#: What of an answer is kept beside its body.
_HEADERS: Final = ("Content-Type", "ETag", "Location", "Cache-Control", "Vary")

HEADER: Final = Header(
    "Idempotency-Key",
    "Any text of your own. The same request with the same key is carried out once; sent again within a day it "
    "gets the first answer, byte for byte.",
    "8e03978e-40d5-43dd-bc93-6894a57f9324",
    pattern="^[!-~]+$",
    longest=_LONGEST,
)


def key_of(request: Request) -> str | None:
    """The key of the request, if it has one. Raises 400 for one that is none."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _VISIBLE.fullmatch(key):
        raise BadRequest(f"An Idempotency-Key has 1 to {_LONGEST} visible ASCII characters.")
    return key


def earlier_answer(session: Session, request: Request, key: str) -> Response | None:
    """The answer to the same request sent before. Raises a 422 where the key came with another request."""
    row = session.execute(_BY_KEY, {"user_id": request.reader.id, "key": key}).one_or_none()
    if row is None:
        return None
    if row.request_digest != _digest(request):
        raise ProblemRaised("idempotency-key-reused")
    return Response(row.body, status=201, headers=json.loads(row.headers))


def keep(write: Write, request: Request, key: str, response: Response) -> None:
    """Keep the answer, and no longer those that are older than a day."""
    too_old = IdempotentAnswer.created_at < write.now - KEPT
    write.session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.user_id == write.user_id, too_old))
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    values = {
        "user_id": write.user_id,
        "key": key,
        "request_digest": _digest(request),
        "headers": json.dumps(headers),
        "body": response.get_data(as_text=True),
        "created_at": write.now,
    }
    write.session.execute(insert(IdempotentAnswer).values(values))


def forget(database: Database) -> None:
    """Forget all answers that are older than a day, also of users who have sent none since."""
    with database.writing(None) as write:
        write.session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < write.now - KEPT))


def _digest(request: Request) -> str:
    return hashlib.sha256(request.get_data()).hexdigest()


_BY_KEY: Final = select(IdempotentAnswer.request_digest, IdempotentAnswer.headers, IdempotentAnswer.body).where(
    IdempotentAnswer.user_id == bindparam("user_id"), IdempotentAnswer.key == bindparam("key")
)
