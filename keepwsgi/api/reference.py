"""The document as a page shows it: operations under their tags, each with what it takes and answers as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markdown_it import MarkdownIt
from markupsafe import Markup

from keepwsgi.api import problems

Schema = Mapping[str, Any]

_PREFIX: Final = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of an object. `type` is in words, `object` the name of one that is described too."""

    name: str
    where: str
    type: str
    object: str
    required: bool
    says: Markup


@dataclass(frozen=True, slots=True)
class Ending:
    """One way an operation may end."""

    status: str
    says: str
    object: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An operation."""

    id: str
    method: str
    path: str
    summary: str
    says: Markup
    parameters: list[Field]
    body: list[Field]
    endings: list[Ending]


@dataclass(frozen=True, slots=True)
class Thing:
    """An object that is sent or answered."""

    name: str
    says: Markup
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Reference:
    """All of it. `groups` are tag, what it is about, operations; `kinds` those of `problems`."""

    url: str
    says: Markup
    groups: list[tuple[str, str, list[Entry]]]
    things: list[Thing]
    kinds: list[problems.Kind]


def reference_of(document: Schema) -> Reference:
    """What the page shows of an OpenAPI document."""
    entries = list(_entries(document))
    return Reference(
        url=document["servers"][0]["url"],
        says=_html(document["info"]["description"]),
        groups=[
            (tag["name"], tag["description"], [entry for of, entry in entries if of == tag["name"]])
            for tag in document["tags"]
        ],
        things=[
            Thing(name, _html(schema.get("description", "")), list(_fields(schema)))
            for name, schema in sorted(document["components"]["schemas"].items())
            if "properties" in schema
        ],
        kinds=list(problems.KINDS.values()),
    )


def _entries(document: Schema) -> Iterator[tuple[str, Entry]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            entry = Entry(
                id=operation["operationId"],
                method=method.upper(),
                path=path,
                summary=operation["summary"],
                says=_html(operation.get("description", "")),
                parameters=[
                    _field(each["name"], each["schema"], each.get("required", False), each["in"], each)
                    for each in operation.get("parameters", ())
                ],
                body=list(_body(operation, document)),
                endings=list(_endings(operation["responses"], document)),
            )
            yield operation["tags"][0], entry


def _body(operation: Schema, document: Schema) -> Iterable[Field]:
    for media in operation.get("requestBody", {}).get("content", {}).values():
        schema = media["schema"]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].removeprefix(_PREFIX)]
        return _fields(schema)
    return ()


def _endings(responses: Schema, document: Schema) -> Iterator[Ending]:
    for status, response in responses.items():
        if "$ref" in response:
            response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
        names = [
            media.get("schema", {}).get("$ref", "").removeprefix(_PREFIX)
            for media in response.get("content", {}).values()
        ]
        yield Ending(status, response["description"], names[0] if names else "")


def _fields(schema: Schema) -> Iterator[Field]:
    for name, field in schema.get("properties", {}).items():
        yield _field(name, field, name in schema.get("required", ()), "", field)


def _field(name: str, schema: Schema, required: bool, where: str, described: Schema) -> Field:
    words, named = _type(schema)
    return Field(name, where, words, named, required, _html(described.get("description", "")))


def _type(schema: Schema) -> tuple[str, str]:
    """The type in words, and the name of an object in it."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_PREFIX)
        return name, name
    if "const" in schema:
        return repr(schema["const"]), ""
    if "enum" in schema:
        return ", ".join(f'"{value}"' for value in schema["enum"]), ""
    if "anyOf" in schema:
        parts = [_type(each) for each in schema["anyOf"]]
        return " or ".join(words for words, _ in parts), next((name for _, name in parts if name), "")
    if schema.get("type") == "array":
        words, name = _type(schema["items"])
        return f"list of {words}", name
    words = str(schema.get("type", "any"))
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None and high < 10**6:
        words = f"{words}, {low:g} to {high:g}"
    if "maxLength" in schema:
        words = f"{words}, at most {schema['maxLength']:,} characters"
    if "default" in schema:
        words = f"{words}, by default {schema['default']}"
    return words, ""


def _html(text: str) -> Markup:
    return Markup(_MARKDOWN.render(text))  # noqa: S704 (our own text, and no HTML in it is let through)


_MARKDOWN: Final = MarkdownIt("zero").enable(["backticks", "emphasis"])
