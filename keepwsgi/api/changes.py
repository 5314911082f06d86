"""The change feed, for clients that keep a copy of everything."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from keepwsgi.accounts.layer import Request
from keepwsgi.api import feed
from keepwsgi.api.answers import answer
from keepwsgi.api.bodies import read_query
from keepwsgi.api.labels import label_object
from keepwsgi.api.memos import memo_object
from keepwsgi.api.operations import Answer, Link, Operation
from keepwsgi.api.problems import ProblemRaised, invalid
from keepwsgi.api.schemas import ChangePage, LabelChange, MemoChange
from keepwsgi.labels.service import Label
from keepwsgi.layers import Response
from keepwsgi.memos.service import Memo


class ChangeQuery(BaseModel):
    """Where in the feed to go on, and how far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Annotated[str, Field(description="`next` of the answer before; `0` to start.", examples=["0"])] = "0"
    limit: Annotated[int, Field(ge=1, le=1000, description="How many entries at most.")] = 100


def list_changes(request: Request) -> Response:
    """Follow what has changed.

    Start with `since=0` and go on with `next`, for ever. Each entry holds the memo or the label as it is now, or
    says that it was deleted. Whatever changes while you read comes again, later. An answer of 410 means that what
    was deleted since your cursor is no longer known: forget everything and start again.
    """
    asked = read_query(request, ChangeQuery)
    try:
        found = feed.changes(request.reading, request.reader.id, asked.since, limit=asked.limit)
    except feed.BadFeedCursor:
        raise invalid("since", "This is not a cursor of this feed.") from None
    except feed.FeedExpired:
        raise ProblemRaised("cursor-expired") from None
    page: ChangePage = {
        "changes": [change_object(change, request.root_path) for change in found.changes],
        "next": found.next,
        "has_more": found.has_more,
    }
    return answer(page)


def change_object(change: feed.Change, url_root: str) -> MemoChange | LabelChange:
    """An entry as the API shows one."""
    if change.type == "memo":
        memo: MemoChange = {"type": "memo", "id": change.id, "revision": change.revision, "deleted": False}
        if isinstance(change.now, Memo):
            return {**memo, "memo": memo_object(change.now, url_root)}
        return {**memo, "deleted": True}
    label: LabelChange = {"type": "label", "id": change.id, "revision": change.revision, "deleted": False}
    if isinstance(change.now, Label):
        return {**label, "label": label_object(change.now)}
    return {**label, "deleted": True}


OPERATIONS = (
    Operation(
        "GET",
        "/changes",
        list_changes,
        "changes",
        (Answer(200, "What has changed, the oldest change first.", ChangePage),),
        problems=("cursor-expired",),
        query=ChangeQuery,
        links=(("next", Link("list_changes", {"since": "$response.body#/next"})),),
    ),
)
