"""Documents for the tests of search: memos without the rules of memos, put straight into table and index."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from keepwsgi.accounts.service import User
from keepwsgi.database import Database, Write
from keepwsgi.memos.models import MemoRow
from keepwsgi.search import service
from keepwsgi.search.service import Document

_numbers = itertools.count(1)

DEFAULTS: dict[str, Any] = {
    "title": "",
    "body": "",
    "labels": "",
    "archived": False,
    "trashed": False,
    "pinned": False,
    "color": "default",
    "kind": "text",
    "has_image": False,
    "label_ids": (),
}


def document(memo_id: int, user_id: int, created_at: datetime, fields: Mapping[str, Any]) -> Document:
    """Return the document of a memo with the texts and flags of `fields`."""
    given = DEFAULTS | dict(fields)
    texts = {name: service.tokens(given.pop(name)) for name in ("title", "body", "labels")}
    flags = service.flags(user_id=user_id, **given)
    return Document(memo_id, user_id, created_at, flags, **texts)


def add_row(write: Write, user_id: int, created_at: datetime | None = None) -> int:
    """Put an empty memo into the table, for a document to belong to; return its id."""
    values = {
        "user_id": user_id,
        "title": "",
        "body": "",
        "body_html": "",
        "html_version": 1,
        "position": f"{next(_numbers):012}",
        "revision": 1,
        "created_at": created_at or write.now,
        "updated_at": write.now,
    }
    return write.session.execute(insert(MemoRow).values(values).returning(MemoRow.id)).scalar_one()


def keep(
    database: Database, user: User, body: str = "", *, created_at: datetime | None = None, **fields: Any
) -> int:
    """Put a document of the user's into the index; return its memo's id."""
    with database.writing(user.id) as write:
        memo_id = add_row(write, user.id, created_at)
        service.put(write, [document(memo_id, user.id, created_at or write.now, {"body": body, **fields})])
    return memo_id


def found(
    database: Database,
    user: User,
    query: str,
    *,
    view: service.View | None = None,
    label_ids: Mapping[str, int] | None = None,
    limit: int = 100,
    before_id: int | None = None,
) -> list[int]:
    """Return the ids that `query` finds for the user."""
    with database.reading() as session:
        return service.find(
            session,
            user.id,
            service.parse(query),
            view=view,
            label_ids=label_ids or {},
            limit=limit,
            before_id=before_id,
        )
