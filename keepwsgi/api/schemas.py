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
    name: Annotated[str, Field(description="Unique but for case.", examples=["장보기"])]


@closed
class LabelList(TypedDict):
    """All labels."""

    items: Annotated[list[LabelObject], Field(description="By name.")]


@closed
class ItemObject(TypedDict):
    """An item of a checklist."""

    id: Annotated[int, Field(ge=1, description="Unique in its memo, never used again there.", examples=[1])]
    text: Annotated[str, Field(description="One line, shown as it is.", examples=["우유 2팩"])]
    checked: Annotated[bool, Field(description="Whether it is ticked.")]
    indent: Annotated[int, Field(ge=0, le=1, description="1 below another item, else 0.")]


@closed
class ImageObject(TypedDict):
    """A picture of a memo."""

    id: Id
    url: Annotated[Path, Field(description="Where the picture is, as it was sent; a token counts there.")]
    thumbnail_url: Annotated[Path, Field(description="Where a small WebP of it is.")]
    width: Annotated[int, Field(ge=1, description="In pixels.")]
    height: Annotated[int, Field(ge=1, description="In pixels.")]
    type: Annotated[str, Field(description="Its media type.", examples=["image/jpeg"])]
    size: Annotated[int, Field(ge=1, description="In bytes.")]


@closed
class MemoObject(TypedDict):
    """A memo with everything it holds."""

    id: Id
    kind: Annotated[Kind, Field(description="A checklist has items, a text has a body.")]
    title: Annotated[str, Field(description="One line; may be empty.", examples=["주말 장보기"])]
    body: Annotated[
        str, Field(description="As it was typed, in light Markdown.", examples=["우유 2팩, 달걀 한 판"])
    ]
    body_html: Annotated[str, Field(description="The body as HTML that is safe to show.")]
    items: Annotated[list[ItemObject], Field(description="In their order; empty for a text.")]
    color: Annotated[Color, Field(description="Of its card.")]
    pinned: Annotated[bool, Field(description="Whether it stands before all others.")]
    archived: Annotated[bool, Field(description="Whether it is in the archive instead of on the board.")]
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

    items: Annotated[list[MemoObject], Field(description="In the order of the list.")]
    next_cursor: Annotated[
        str | None, Field(description="What to send as `cursor` for the next page; null on the last one.")
    ]


@closed
class MemoChange(TypedDict):
    """A memo that was made, changed or deleted."""

    type: Annotated[Literal["memo"], Field(description="Of which kind it is.")]
    id: Id
    revision: Revision
    deleted: Annotated[bool, Field(description="Deleted for ever; one in the trash is not.")]
    memo: NotRequired[Annotated[MemoObject, Field(description="As it is now; absent when deleted.")]]


@closed
class LabelChange(TypedDict):
    """A label that was made, renamed or deleted."""

    type: Annotated[Literal["label"], Field(description="Of which kind it is.")]
    id: Id
    revision: Revision
    deleted: Annotated[bool, Field(description="Deleted, or merged into another one.")]
    label: NotRequired[Annotated[LabelObject, Field(description="As it is now; absent when deleted.")]]


@closed
class ChangePage(TypedDict):
    """What has changed since a cursor, the oldest change first."""

    changes: Annotated[list[MemoChange | LabelChange], Field(description="Each memo and label at most once.")]
    next: Annotated[str, Field(description="What to send as `since` next, now or later.")]
    has_more: Annotated[bool, Field(description="Whether there is more already.")]


@closed
class TokenObject(TypedDict):
    """A token, without its secret."""

    id: Id
    name: Annotated[str, Field(description="What it is for.", examples=["backup script"])]
    created_at: Moment
    last_used_at: Annotated[Moment | None, Field(description="To the minute; null for one that was never used.")]


@closed
class NewToken(TokenObject):
    """A token that was made just now."""

    token: Annotated[str, Field(description="The secret itself. It is shown this once.")]


@closed
class TokenList(TypedDict):
    """All tokens."""

    items: Annotated[list[TokenObject], Field(description="The newest first.")]


@closed
class UserObject(TypedDict):
    """Who is signed in."""

    id: Id
    username: Annotated[str, Field(description="What they sign in with.", examples=["haneul"])]
    is_admin: Annotated[bool, Field(description="Whether they administer this server.")]
    language: Annotated[Literal["", "ko", "en"], Field(description='"" follows the browser.')]
    theme: Annotated[Literal["", "light", "dark"], Field(description='"" follows the device.')]
    layout: Annotated[Literal["", "grid", "list"], Field(description='Of the boards; "" is a grid.')]
