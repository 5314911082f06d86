"""What a memo may hold: one model for the form and for JSON."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from keepwsgi.database.text import UnstorableText, storable
from keepwsgi.database.types import LARGEST_ID

TITLE_LONGEST: Final = 1_000
BODY_LONGEST: Final = 100_000

# Google Keep's own twelve, by Keep's own names.
Color = Literal[
    "default", "red", "orange", "yellow", "green", "teal", "blue", "cerulean", "purple", "pink", "brown", "gray"
]
COLORS: Final[tuple[Color, ...]] = get_args(Color)
Kind = Literal["text", "checklist"]


def _storable(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        # A form sends CRLF, a script LF: what was typed is the same.
        return storable(value.replace("\r\n", "\n").replace("\r", "\n"))
    except UnstorableText:
        raise PydanticCustomError("unstorable_text", "This has a character that cannot be stored.") from None


def _short_enough(value: str, longest: int) -> str:
    if len(value) > longest:
        raise PydanticCustomError("text_long", "This has more than {longest} characters.", {"longest": longest})
    return value


def _proper_title(value: str) -> str:
    return _short_enough(value.replace("\n", " "), TITLE_LONGEST)


def _proper_body(value: str) -> str:
    return _short_enough(value, BODY_LONGEST)


class MemoFields(BaseModel):
    """A memo as it is typed. In an update, a field that was not given stays as it is.

    `revision` is the memo's revision on which the text was typed; None when that does not matter.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, BeforeValidator(_storable), AfterValidator(_proper_title)] = ""
    body: Annotated[str, BeforeValidator(_storable), AfterValidator(_proper_body)] = ""
    color: Color = "default"
    kind: Kind = "text"
    revision: int | None = Field(default=None, ge=0, le=LARGEST_ID)


class ColorForm(BaseModel):
    """A new colour for a memo."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    color: Color


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
