"""From what a program sends to a pydantic model: JSON read strictly (RFC 8259), queries as strings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from keepwsgi.accounts.layer import Request
from keepwsgi.api.problems import Invalid, invalid
from keepwsgi.api.schemas import FieldError

Model = TypeVar("Model", bound=BaseModel)

#: Errors told of one request: a list of a hundred thousand wrong items is not answered with as many messages.
MOST_ERRORS: Final = 50


def read_json(request: Request, model: type[Model]) -> Model:
    """The body as a `model`. Raises 415 for another type, 400 for what is no JSON, Invalid (422) for the rest."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("The body must be sent as application/json.")
    value = parse(request.get_data())
    if not isinstance(value, dict):
        raise invalid("", "The body must be an object.")
    try:
        return model.model_validate(value, strict=True)
    except ValidationError as error:
        raise Invalid(field_errors(error, value)) from error


def read_query(request: Request, model: type[Model]) -> Model:
    """The query as a `model`. Raises Invalid (422)."""
    given: dict[str, str] = {}
    for name, values in request.args.lists():
        if len(values) > 1:
            raise invalid(name, "This was given more than once.")
        given[name] = values[0]
    try:
        return model.model_validate_strings(given)
    except ValidationError as error:
        raise Invalid(field_errors(error, given)) from error


def parse(body: bytes) -> Any:
    """The value of a JSON text. Raises 400 for anything else, and for an object that says a name twice."""
    try:
        return json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadRequest("The body is not valid JSON.") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Which of the two counts is not said anywhere (RFC 8259, 4); a reader before us may have taken the other.
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name is given twice")
    return value


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def field_errors(error: ValidationError, value: Any) -> Sequence[FieldError]:
    """What pydantic found in `value`, by field: `items.3.text`.

    Where a value may be of several types pydantic says for each of them what is wrong; told is the first.
    """
    found: dict[str, FieldError] = {}
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        field = ".".join(names(detail["loc"], value, missing=detail["type"] == "missing"))
        found.setdefault(field, {"field": field, "message": detail["msg"]})
    return list(found.values())[:MOST_ERRORS]


def names(location: Sequence[int | str], value: Any, *, missing: bool) -> Iterator[str]:
    """The parts of a location that are names and positions in `value`; the others name types that were tried.

    The last part of what is `missing` is a name that is not there.
    """
    for depth, part in enumerate(location, start=1):
        if (isinstance(value, dict) and part in value) or (isinstance(value, list) and isinstance(part, int)):
            value = value[part]  # type: ignore[index]
            yield str(part)
        elif missing and depth == len(location):
            yield str(part)
