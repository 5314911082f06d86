"""Memos: listed, made, read, changed and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from keepwsgi.accounts.layer import API_PREFIX, Request
from keepwsgi.api import idempotency
from keepwsgi.api.answers import answer, has_current, not_modified, nothing, require_match, timestamp
from keepwsgi.api.bodies import read_json, read_query
from keepwsgi.api.operations import IF_MATCH, IF_NONE_MATCH, Answer, Link, Operation
from keepwsgi.api.problems import ProblemRaised, invalid
from keepwsgi.api.schemas import ImageObject, MemoObject, MemoPage
from keepwsgi.database.types import LARGEST_ID
from keepwsgi.fields import StorableText
from keepwsgi.images import service as images
from keepwsgi.images.service import Image
from keepwsgi.labels.service import LabelNotFound
from keepwsgi.layers import Response
from keepwsgi.memos import service
from keepwsgi.memos.patches import patch
from keepwsgi.memos.schemas import MemoPatch
from keepwsgi.memos.service import Memo, View
from keepwsgi.search import service as search


class MemoQuery(BaseModel):
    """Which memos, and which page of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    view: Annotated[
        View | None,
        Field(description="Which memos; without it the active ones, and with `q` all but those in the trash."),
    ] = None
    label: Annotated[
        int | None, Field(ge=1, le=LARGEST_ID, description="Only those that carry the label of this id.")
    ] = None
    q: Annotated[
        StorableText | None,
        Field(
            description='Words, "a phrase", -not; label: color: is:pinned is:archived is:checklist has:image '
            "before:2024-05-01 after:2024-05-01. A filter whose value is none is left out; where nothing is "
            "left, nothing is found."
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=100, description="How many at most.")] = 30
    cursor: Annotated[str | None, Field(description="`next_cursor` of the page before.")] = None


def list_memos(request: Request) -> Response:
    """List memos, page by page.

    In the order of the pages: the pinned ones first, then by position; in the trash what was thrown away last
    comes first. With `q` the newest memo comes first.
    """
    asked = read_query(request, MemoQuery)
    user = request.reader
    # With the user: two who sign in from one browser must not be answered with each other's memos.
    tag = f"{user.id}-{user.revision}-{request.app.config['RELEASE']}"
    if has_current(request, tag):
        return not_modified(f'W/"{tag}"')
    page = page_of(request, asked)
    url_root = request.root_path
    found: MemoPage = {
        "items": [memo_object(memo, url_root) for memo in page.memos],
        "next_cursor": page.next_cursor,
    }
    response = answer(found, etag=f'W/"{tag}"')
    if page.next_cursor is not None:
        query = urlencode({**asked.model_dump(exclude_unset=True, exclude_none=True), "cursor": page.next_cursor})
        response.headers["Link"] = f'<{url_root}{request.path}?{query}>; rel="next"'
    return response


def page_of(request: Request, asked: MemoQuery) -> service.Page:
    """The page that is asked for."""
    which: dict[str, Any] = {
        "limit": asked.limit,
        "cursor": asked.cursor,
        "label_id": asked.label,
        "whole": True,
    }
    session, user_id = request.reading, request.reader.id
    if asked.q is None or not asked.q.strip():
        return service.page(session, user_id, asked.view or "active", **which)
    return service.found(session, user_id, search.parse(asked.q), asked.view, **which)


def create_memo(request: Request) -> Response:
    """Make a memo, on top of the others.

    It must have a title, a text or an item. With `items` it is a checklist.
    """
    key = idempotency.key_of(request)
    fields = read_json(request, MemoPatch)
    if key is not None:
        earlier = idempotency.earlier_answer(request.reading, request, key)
        if earlier is not None:
            return earlier
    draft = service.prepare(fields)
    with known_labels(), request.writing() as write:
        if key is not None:
            # The same request may have arrived twice at once.
            earlier = idempotency.earlier_answer(write.session, request, key)
            if earlier is not None:
                return earlier
        memo = service.create(write, replace(draft, trashed_at=write.now) if fields.trashed else draft)
        location = request.url_for(".get_memo", memo_id=memo.id)
        response = memo_answer(request, memo, 201, location=location)
        if key is not None:
            idempotency.keep(write, request, key, response)
    return response


def get_memo(request: Request, memo_id: int) -> Response:
    """Read a memo."""
    memo = service.get(request.reading, request.reader.id, memo_id)
    require_match(request, tag_of(memo))
    if has_current(request, tag_of(memo)):
        return not_modified(f'"{tag_of(memo)}"')
    return memo_answer(request, memo)


def update_memo(request: Request, memo_id: int) -> Response:
    """Change a memo.

    What is absent stays as it is. `items` and `labels` replace the whole list; an item with the `id` of one that
    is there is that one. `kind` alone turns each line into an item, or each item into a line. `trashed` moves a
    memo to the trash and back; in the trash nothing else can be changed. What stays as it is keeps its ETag.
    """
    fields = read_json(request, MemoPatch)
    draft = service.prepare(fields)

    def check(memo: Memo) -> None:
        require_match(request, tag_of(memo))
        if fields.revision is not None and fields.revision != memo.revision:
            raise ProblemRaised("precondition-failed")

    with known_labels(), request.writing() as write:
        memo = patch(write, memo_id, draft, trashed=fields.trashed, check=check)
    return memo_answer(request, memo)


def delete_memo(request: Request, memo_id: int) -> Response:
    """Delete a memo for ever.

    It must be in the trash: change `trashed` first.
    """
    with request.writing() as write:
        require_match(request, tag_of(service.get(write.session, write.owner, memo_id)))
        deleted = service.delete(write, memo_id)
    images.remove_unreferenced(request.database, request.app.config["BLOBS"], deleted.digests)
    return nothing()


@contextmanager
def known_labels() -> Iterator[None]:
    """For a block that puts labels on a memo: an unknown id makes what was sent wrong, not the memo absent."""
    try:
        yield
    except LabelNotFound:
        raise invalid("labels", "There is no label of this id.") from None


def memo_answer(request: Request, memo: Memo, status: int = 200, *, location: str = "") -> Response:
    """The memo with its tag."""
    value = memo_object(memo, request.root_path)
    return answer(value, status, etag=f'"{tag_of(memo)}"', location=location)


def tag_of(memo: Memo) -> str:
    """What stands for the memo's present state: every change of anything it shows gives it another revision."""
    return str(memo.revision)


def memo_object(memo: Memo, url_root: str) -> MemoObject:
    """A memo as the API shows one; `url_root` is where the application is mounted."""
    return {
        "id": memo.id,
        "kind": memo.kind,
        "title": memo.title,
        "body": memo.body,
        "body_html": memo.body_html,
        "items": [
            {"id": item.id, "text": item.text, "checked": item.checked, "indent": item.indent}
            for item in memo.items
        ],
        "color": memo.color,
        "pinned": memo.pinned,
        "archived": memo.archived,
        "trashed_at": None if memo.trashed_at is None else timestamp(memo.trashed_at),
        "labels": [{"id": label.id, "name": label.name} for label in memo.labels],
        "images": [image_object(image, url_root) for image in memo.images],
        "position": memo.position,
        "revision": memo.revision,
        "created_at": timestamp(memo.created_at),
        "updated_at": timestamp(memo.updated_at),
    }


def image_object(image: Image, url_root: str) -> ImageObject:
    """A picture as the API shows one, at an address where a token counts too."""
    url = f"{url_root}{API_PREFIX}/images/{image.id}"
    return {
        "id": image.id,
        "url": url,
        "thumbnail_url": f"{url}?size=thumb",
        "width": image.width,
        "height": image.height,
        "type": image.type,
        "size": image.size,
    }


_THIS = {"memo_id": "$response.body#/id"}
_LINKS = (
    ("read", Link("get_memo", _THIS)),
    ("change", Link("update_memo", _THIS)),
    ("delete", Link("delete_memo", _THIS)),
)
OPERATIONS = (
    Operation(
        "GET",
        "/memos",
        list_memos,
        "memos",
        (
            Answer(200, "One page of memos.", MemoPage, ("ETag", "Link")),
            Answer(304, "Nothing of yours has changed."),
        ),
        query=MemoQuery,
        headers=(IF_NONE_MATCH,),
        links=(("next", Link("list_memos", {"cursor": "$response.body#/next_cursor"})),),
    ),
    Operation(
        "POST",
        "/memos",
        create_memo,
        "memos",
        (Answer(201, "The memo.", MemoObject, ("ETag", "Location")),),
        problems=("idempotency-key-reused",),
        body=MemoPatch,
        headers=(idempotency.HEADER,),
        links=_LINKS,
    ),
    Operation(
        "GET",
        "/memos/<int:memo_id>",
        get_memo,
        "memos",
        (Answer(200, "The memo.", MemoObject, ("ETag",)), Answer(304, "It has not changed.")),
        problems=("precondition-failed",),
        headers=(IF_NONE_MATCH, IF_MATCH),
    ),
    Operation(
        "PATCH",
        "/memos/<int:memo_id>",
        update_memo,
        "memos",
        (Answer(200, "The memo as it is now.", MemoObject, ("ETag",)),),
        problems=("precondition-failed", "in-trash"),
        body=MemoPatch,
        headers=(IF_MATCH,),
        links=_LINKS,
    ),
    Operation(
        "DELETE",
        "/memos/<int:memo_id>",
        delete_memo,
        "memos",
        (Answer(204, "It is gone."),),
        problems=("precondition-failed", "not-in-trash"),
        headers=(IF_MATCH,),
    ),
)
