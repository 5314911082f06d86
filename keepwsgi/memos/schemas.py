"""What a memo may hold: one model for the form and for JSON."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from keepwsgi.database.types import LARGEST_ID
from keepwsgi.fields import StorableText, short_enough
from keepwsgi.labels.schemas import LabelName, LabelReference

TITLE_LONGEST: Final = 1_000
BODY_LONGEST: Final = 100_000
ITEM_LONGEST: Final = 10_000
ITEMS_MOST: Final = 2_000
LABELS_MOST: Final = 100

# Google Keep's own twelve, by Keep's own names.
Color = Literal[
    "default", "red", "orange", "yellow", "green", "teal", "blue", "cerulean", "purple", "pink", "brown", "gray"
]
COLORS: Final[tuple[Color, ...]] = get_args(Color)
Kind = Literal["text", "checklist"]
#: What can be done to several memos at once.
Action = Literal[
    "pin", "unpin", "archive", "unarchive", "trash", "restore", "delete", "copy", "color", "label", "unlabel"
]


def _at_most(longest: int, says: str) -> Any:
    # For the API's document. What is longer is refused by our own message.
    return Field(description=says, json_schema_extra={"maxLength": longest})


def _on_one_line(value: str) -> str:
    return value.replace("\n", " ")


def _proper_title(value: str) -> str:
    return short_enough(_on_one_line(value), TITLE_LONGEST)


def _proper_body(value: str) -> str:
    return short_enough(value, BODY_LONGEST)


def _proper_item(value: str) -> str:
    return short_enough(_on_one_line(value), ITEM_LONGEST)


class ItemFields(BaseModel):
    """An item of a checklist; with the `id` of one that is there it is that one, and keeps what is not said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: int | None = Field(
        default=None, ge=1, le=LARGEST_ID, description="Of the item it is; without one it is new."
    )
    text: Annotated[StorableText, AfterValidator(_proper_item), _at_most(ITEM_LONGEST, "One line of plain text.")]
    checked: bool | None = Field(default=None, description="Whether it is ticked; a new one is not.")
    indent: Annotated[int, Field(ge=0, le=1)] | None = Field(
        default=None, description="1 puts it below the item before it, 0 does not; a new one has 0."
    )


class MemoFields(BaseModel):
    """A memo as it is typed. In an update, a field that was not given stays as it is.

    `revision` is the memo's revision on which the text was typed; None when that does not matter.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[StorableText, AfterValidator(_proper_title), _at_most(TITLE_LONGEST, "One line.")] = ""
    body: Annotated[
        StorableText, AfterValidator(_proper_body), _at_most(BODY_LONGEST, "Light Markdown. A checklist has none.")
    ] = ""
    color: Annotated[Color, Field(description="Of its card; a new memo has `default`.")] = "default"
    kind: Annotated[
        Kind, Field(description="A new memo is a text, unless it is given items. Another kind turns it into that.")
    ] = "text"
    items: Annotated[
        list[ItemFields], Field(max_length=ITEMS_MOST, description="The whole list of a checklist, in order.")
    ] = Field(default_factory=list)
    labels: Annotated[
        list[LabelName | LabelReference],
        Field(
            max_length=LABELS_MOST, description="All it is to carry: names, or objects; a new name makes a label."
        ),
    ] = Field(default_factory=list)
    revision: int | None = Field(
        default=None,
        ge=0,
        le=LARGEST_ID,
        description="Of the memo as it was read: if it has another one by now, nothing is changed. As `If-Match`.",
    )

    @model_validator(mode="after")
    def _not_too_much(self) -> Self:
        if sum(len(item.text) + 1 for item in self.items) > BODY_LONGEST:
            raise PydanticCustomError(
                "items_long", "All items together have more than {longest} characters.", {"longest": BODY_LONGEST}
            )
        return self


class MemoForm(MemoFields):
    """A memo as its form, or that of a new one, sends it."""

    pinned: bool | None = None


class MemoPatch(MemoFields):
    """A memo as a program writes it: what is typed, and where it is. What is not given stays as it is."""

    pinned: bool | None = Field(default=None, description="Pinning takes it out of the archive.")
    archived: bool | None = Field(default=None, description="Archiving unpins it.")
    trashed: bool | None = Field(default=None, description="Into the trash, or out of it to where it was.")

    @model_validator(mode="after")
    def _in_one_place(self) -> Self:
        if self.pinned and (self.archived or self.trashed):
            raise PydanticCustomError("pinned_elsewhere", "Only a memo on the board can be pinned.")
        return self


class ColorForm(BaseModel):
    """A new colour for a memo."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    color: Color


class ItemForm(BaseModel):
    """A new item for a checklist; several lines are several items."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[StorableText, AfterValidator(_proper_body)] = ""


class SelectedForm(BaseModel):
    """Several memos, and what is to be done: `color` goes with "color", `label` with "label" and "unlabel".

    A colour alone says it all. The field of the label is sent with every action, mostly empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    memo: Annotated[list[int], Field(max_length=1000)]
    action: Action
    color: Color | None = None
    label: LabelName | None = None

    @model_validator(mode="before")
    @classmethod
    def _as_sent(cls, fields: Any) -> Any:
        if not isinstance(fields, dict):
            return fields
        implied = {"action": "color"} if "color" in fields else {}
        return implied | {name: value for name, value in fields.items() if name != "label" or str(value).strip()}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.action == "color" and self.color is None:
            raise PydanticCustomError("color_missing", "Choose a colour.")
        if self.action in ("label", "unlabel") and self.label is None:
            raise PydanticCustomError("label_missing", "Type a name for the label.")
        return self


class MoveForm(BaseModel):
    """The memo that another one is to stand before or after; one of the two."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: int | None = None
    after: int | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.before is None) == (self.after is None):
            raise PydanticCustomError("one_place", "Say either before or after which memo.")
        return self
