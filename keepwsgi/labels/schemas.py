"""What a label may be called."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from keepwsgi.database.types import LARGEST_ID
from keepwsgi.fields import StorableText, short_enough

NAME_LONGEST: Final = 50


def name_key(name: str) -> str:
    """Return what a name is found by: two spellings of one name (case, Unicode form) have one key."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _proper_name(value: str) -> str:
    name = " ".join(value.split())
    if not name:
        raise PydanticCustomError("label_missing", "Type a name for the label.")
    return short_enough(name, NAME_LONGEST)


LabelName = Annotated[
    StorableText, AfterValidator(_proper_name), Field(description=f"1 to {NAME_LONGEST} characters.")
]


class LabelFields(BaseModel):
    """A label as it is typed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: LabelName


class LabelReference(BaseModel):
    """A label of a memo: by its id, else by its name, which is made when it is new."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"anyOf": [{"required": ["id"]}, {"required": ["name"]}]},
    )

    id: int | None = Field(default=None, ge=1, le=LARGEST_ID, description="Of a label that is there.")
    name: LabelName | None = Field(default=None, description="Counts where there is no id.")

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if self.id is None and self.name is None:
            raise PydanticCustomError("label_missing", "Type a name for the label.")
        return self
