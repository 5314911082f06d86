"""What the API answers: typed dictionaries, from which the views are checked and the document is made."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field
from typing_extensions import NotRequired, TypedDict

from keepwsgi.memos.schemas import Color, Kind

_CLOSED = ConfigDict(extra="forbid")

Id: TypeAlias = Annotated[int, Field(ge=1, description="Never used again once it is deleted.", examples=[7])]
Revision: TypeAlias = Annotated[
    int, Field(ge=0, description="Grows with every change of anything that is yours.", examples=[42])
]
Moment: TypeAlias = Annotated[
    str, Field(description="RFC 3339, in UTC.", json_schema_extra={"format": "date-time"})
]
Path: TypeAlias = Annotated[str, Field(description="A path on this server.", json_schema_extra={"format": "uri-reference"})]


class FieldError(TypedDict):
    """What is wrong with one field."""

    __pydantic_config__ = _CLOSED

    field: Annotated[str, Field(description="Where: names and positions, joined by dots.", examples=["items.3.text"])]
    message: Annotated[str, Field(description="What, in English.")]


class Problem(TypedDict):
    """What went wrong (RFC 9457)."""

    __pydantic_config__ = _CLOSED

    type: Annotated[str, Field(description="Which kind of problem; leads to its description.")]
    title: Annotated[str, Field(description="The kind in words, always the same.")]
    status: Annotated[int, Field(ge=400, le=599, description="The status of the answer.")]
    detail: Annotated[str, Field(description="What to do, or what is special about this case.")]
    request_id: Annotated[str, Field(description="Under which the server has logged the request.")]
    errors: NotRequired[Annotated[list[FieldError], Field(description="Of a 422: field by field.")]]


class LabelObject(TypedDict):
    """A label."""

    __pydantic_config__ = _CLOSED

    id: Id
    name: Annotated[str, Field(examples=["장보기"])]


class LabelList(TypedDict):
    """All labels, by name."""

    __pydantic_config__ = _CLOSED

    items: list[LabelObject]


class ItemObject(TypedDict):
    """An item of a checklist."""

    __pydantic_config__ = _CLOSED

    id: Annotated[int, Field(ge=1, description="Unique in its memo, never used again there.", examples=[1])]
    text: Annotated[str, Field(examples=["우유 2팩"])]
    checked: bool
    indent: Annotated[int, Field(ge=0, le=1, description="1: below the item before it.")]


class ImageObject(TypedDict):
    """A picture of a memo."""

    __pydantic_config__ = _CLOSED

    id: Id
    url: Path
    thumbnail_url: Path
    width: Annotated[int, Field(ge=1, description="In pixels.")]
    height: Annotated[int, Field(ge=1, description="In pixels.")]
    type: Annotated[str, Field(description="Its media type.", examples=["image/jpeg"])]
    size: Annotated[int, Field(ge=1, description="In bytes.")]


class MemoObject(TypedDict):
    """A memo with everything it holds."""

    __pydantic_config__ = _CLOSED

    id: Id
    kind: Annotated[Kind, Field(description="A checklist has items, a text has a body.")]
    title: Annotated[str, Field(examples=["주말 장보기"])]
    body: Annotated[str, Field(description="As it was typed, in light Markdown.", examples=["우유 2팩, 달걀 한 판"])]
    body_html: Annotated[str, Field(description="The body as HTML that is safe to show.")]
    items: list[ItemObject]
    color: Color
    pinned: bool
    archived: bool
    trashed_at: Annotated[
        Moment | None, Field(description="When it was thrown away; null for a memo that is not in the trash.")
    ]
    labels: Annotated[list[LabelObject], Field(description="By name.")]
    images: Annotated[list[ImageObject], Field(description="In the order they were added.")]
    position: Annotated[str, Field(description="Memos sort by it, smallest first, compared byte by byte.")]
    revision: Revision
    created_at: Moment
    updated_at: Annotated[Moment, Field(description="When its content was last changed.")]


class MemoPage(TypedDict):
    """One page of a list of memos."""

    __pydantic_config__ = _CLOSED

    items: list[MemoObject]
    next_cursor: Annotated[
        str | None, Field(description="What to send as `cursor` for the next page; null on the last one.")
    ]


class MemoChange(TypedDict):
    """A memo that was made, changed or deleted."""

    __pydantic_config__ = _CLOSED

    type: Literal["memo"]
    id: Id
    revision: Revision
    deleted: Annotated[bool, Field(description="Deleted for ever; one in the trash is not.")]
    memo: NotRequired[Annotated[MemoObject, Field(description="As it is now; absent when deleted.")]]


class LabelChange(TypedDict):
    """A label that was made, renamed or deleted."""

    __pydantic_config__ = _CLOSED

    type: Literal["label"]
    id: Id
    revision: Revision
    deleted: bool
    label: NotRequired[Annotated[LabelObject, Field(description="As it is now; absent when deleted.")]]


class ChangePage(TypedDict):
    """What has changed since a cursor, the oldest change first."""

    __pydantic_config__ = _CLOSED

    changes: list[MemoChange | LabelChange]
    next: Annotated[str, Field(description="What to send as `since` next, now or later.")]
    has_more: Annotated[bool, Field(description="Whether there is more already.")]


class TokenObject(TypedDict):
    """A token, without its secret."""

    __pydantic_config__ = _CLOSED

    id: Id
    name: Annotated[str, Field(examples=["backup script"])]
    created_at: Moment
    last_used_at: Annotated[Moment | None, Field(description="To the minute; null for one that was never used.")]


class NewToken(TokenObject):
    """A token that was made just now."""

    token: Annotated[str, Field(description="The secret itself. It is shown this once.")]


class TokenList(TypedDict):
    """All tokens, the newest first."""

    __pydantic_config__ = _CLOSED

    items: list[TokenObject]


class UserObject(TypedDict):
    """Who is signed in."""

    __pydantic_config__ = _CLOSED

    id: Id
    username: Annotated[str, Field(examples=["minji"])]
    is_admin: bool
    language: Annotated[Literal["", "ko", "en"], Field(description='"" follows the browser.')]
    theme: Annotated[Literal["", "light", "dark"], Field(description='"" follows the device.')]
