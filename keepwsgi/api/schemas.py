"""What the API answers: typed dictionaries, from which the views are checked and the document is made."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypeAlias

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from keepwsgi.memos.schemas import Color, Kind

#: An answer holds what is written here and nothing else.
closed = with_config(ConfigDict(extra="forbid"))

Id: TypeAlias = Annotated[int, Field(ge=1, description="Never used again once it is deleted.", examples=[7])]
Revision: TypeAlias = Annotated[
    int, Field(ge=0, description="Grows with every change of anything that is yours.", examples=[42])
]
Moment: TypeAlias = Annotated[
    str, Field(description="RFC 3339, in UTC.", json_schema_extra={"format": "date-time"})
]
Path: TypeAlias = Annotated[
    str, Field(description="A path on this server.", json_schema_extra={"format": "uri-reference"})
]


@closed
class FieldError(TypedDict):
    """What is wrong with one field."""

    field: Annotated[
        str, Field(description="Where: names and positions, joined by dots.", examples=["items.3.text"])
    ]
    message: Annotated[str, Field(description="What, in English.")]


@closed
class Problem(TypedDict):
    """What went wrong (RFC 9457)."""

    type: Annotated[str, Field(description="Which kind of problem; leads to its description.")]
    title: Annotated[str, Field(description="The kind in words, always the same.")]
    status: Annotated[int, Field(ge=400, le=599, description="The status of the answer.")]
    detail: Annotated[str, Field(description="What to do, or what is special about this case.")]
    request_id: Annotated[str, Field(description="Under which the server has logged the request.")]
    errors: NotRequired[Annotated[list[FieldError], Field(description="Of a 422: field by field.")]]


@closed
class LabelObject(TypedDict):
    """A label."""

    id: Id
    name: Annotated[str, Field(examples=["장보기"])]


@closed
class LabelList(TypedDict):
    """All labels, by name."""

    items: list[LabelObject]


@closed
class ItemObject(TypedDict):
    """An item of a checklist."""

    id: Annotated[int, Field(ge=1, description="Unique in its memo, never used again there.", examples=[1])]
    text: Annotated[str, Field(examples=["우유 2팩"])]
    checked: bool
    indent: Annotated[int, Field(ge=0, le=1, description="1: below the item before it.")]


@closed
class ImageObject(TypedDict):
    """A picture of a memo."""

    id: Id
    url: Path
    thumbnail_url: Path
    width: Annotated[int, Field(ge=1, description="In pixels.")]
    height: Annotated[int, Field(ge=1, description="In pixels.")]
    type: Annotated[str, Field(description="Its media type.", examples=["image/jpeg"])]
    size: Annotated[int, Field(ge=1, description="In bytes.")]


@closed
class MemoObject(TypedDict):
    """A memo with everything it holds."""

    id: Id
    kind: Annotated[Kind, Field(description="A checklist has items, a text has a body.")]
    title: Annotated[str, Field(examples=["주말 장보기"])]
    body: Annotated[
        str, Field(description="As it was typed, in light Markdown.", examples=["우유 2팩, 달걀 한 판"])
    ]
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


@closed
class MemoPage(TypedDict):
    """One page of a list of memos."""

    items: list[MemoObject]
    next_cursor: Annotated[
        str | None, Field(description="What to send as `cursor` for the next page; null on the last one.")
    ]


@closed
class MemoChange(TypedDict):
    """A memo that was made, changed or deleted."""

    type: Literal["memo"]
    id: Id
    revision: Revision
    deleted: Annotated[bool, Field(description="Deleted for ever; one in the trash is not.")]
    memo: NotRequired[Annotated[MemoObject, Field(description="As it is now; absent when deleted.")]]


@closed
class LabelChange(TypedDict):
    """A label that was made, renamed or deleted."""

    type: Literal["label"]
    id: Id
    revision: Revision
    deleted: bool
    label: NotRequired[Annotated[LabelObject, Field(description="As it is now; absent when deleted.")]]


@closed
class ChangePage(TypedDict):
    """What has changed since a cursor, the oldest change first."""

    changes: list[MemoChange | LabelChange]
    next: Annotated[str, Field(description="What to send as `since` next, now or later.")]
    has_more: Annotated[bool, Field(description="Whether there is more already.")]


@closed
class TokenObject(TypedDict):
    """A token, without its secret."""

    id: Id
    name: Annotated[str, Field(examples=["backup script"])]
    created_at: Moment
    last_used_at: Annotated[Moment | None, Field(description="To the minute; null for one that was never used.")]


@closed
class NewToken(TokenObject):
    """A token that was made just now."""

    token: Annotated[str, Field(description="The secret itself. It is shown this once.")]


@closed
class TokenList(TypedDict):
    """All tokens, the newest first."""

    items: list[TokenObject]


@closed
class UserObject(TypedDict):
    """Who is signed in."""

    id: Id
    username: Annotated[str, Field(examples=["haneul"])]
    is_admin: bool
    language: Annotated[Literal["", "ko", "en"], Field(description='"" follows the browser.')]
    theme: Annotated[Literal["", "light", "dark"], Field(description='"" follows the device.')]
