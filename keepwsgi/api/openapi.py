"""The OpenAPI 3.1 document, made of the operations and the types they name."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import openapi_pydantic as oas
from pydantic import TypeAdapter

from keepwsgi.accounts.layer import API_PREFIX
from keepwsgi.api import problems, schemas
from keepwsgi.api.operations import HEADERS, Answer, Header, Link, Operation

_ARGUMENT: Final = re.compile(r"<int:(\w+)>")
_REF: Final = "#/components/schemas/{model}"
_SAFE: Final = ("GET", "HEAD")
_STRING: Final = oas.Schema(type=oas.DataType.STRING, enum=None)
JSON: Final = "application/json"

_DESCRIPTION: Final = """\
Notes, checklists, labels and pictures as JSON.

**Signing in.** Send `Authorization: Bearer …` with a token made on the settings page or by `keepwsgi token add`.
It counts below `/api/v1` alone. A session cookie works as well; what changes something then needs the session's
CSRF token in `X-CSRF-Token`.

**Editing.** Each memo has an `ETag`. Send it back in `If-Match`, and a change somebody else has made meanwhile is
not overwritten: you get a 412.

**Following.** `GET /changes` tells what has changed since a cursor, deletions included. A client that starts at
`0` and follows `next` has everything.

**Errors** are `application/problem+json` (RFC 9457)."""

_TAGS: Final = {
    "memos": "Notes and checklists.",
    "pictures": "The pictures of a memo.",
    "labels": "Labels, which a memo has any number of.",
    "changes": "What has changed, for clients that keep a copy.",
    "account": "Who is signed in, and the tokens of programs.",
    "document": "This document.",
}

_ARGUMENTS: Final = {
    "memo_id": "The `id` of a memo.",
    "image_id": "The `id` of a picture.",
    "label_id": "The `id` of a label.",
    "token_id": "The `id` of a token.",
}


def document(operations: Sequence[Operation], *, version: str, root_path: str, cookie_name: str) -> oas.OpenAPI:
    """The document of an API mounted at `root_path`, whose session cookie has that name."""
    components = Schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        item = paths.setdefault(_ARGUMENT.sub(r"{\1}", operation.path), {})
        item[operation.method.lower()] = _operation(operation, components)
    return oas.OpenAPI(
        openapi="3.1.0",
        info=oas.Info(
            title="keepwsgi",
            version=version,
            description=_DESCRIPTION,
            license=oas.License(name="MIT", identifier="MIT"),
        ),
        servers=[oas.Server(url=root_path + API_PREFIX)],
        tags=[oas.Tag(name=name, description=says) for name, says in _TAGS.items()],
        paths={path: oas.PathItem(**item) for path, item in paths.items()},
        components=oas.Components(
            schemas=components.schemas,
            responses=dict(_problem_responses()),
            securitySchemes={
                "bearerAuth": oas.SecurityScheme(type="http", scheme="bearer", description="One of your tokens."),
                "cookieAuth": oas.SecurityScheme.model_validate(
                    {"type": "apiKey", "in": "cookie", "name": cookie_name, "description": "A browser's session."}
                ),
                "csrfToken": oas.SecurityScheme.model_validate(
                    {
                        "type": "apiKey",
                        "in": "header",
                        "name": "X-CSRF-Token",
                        "description": "The session's own token, from any of its forms. A bearer needs none.",
                    }
                ),
            },
        ),
    )


class Schemas:
    """The types the operations name, as JSON schemas under their names."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        types: dict[Any, None] = {schemas.Problem: None}
        for operation in operations:
            types |= dict.fromkeys(answer.body for answer in operation.answers if answer.body is not None)
            if operation.body is not None:
                types[operation.body] = None
        inputs = [(kind, "validation", TypeAdapter[Any](kind)) for kind in types]
        self._references, definitions = TypeAdapter.json_schemas(inputs, ref_template=_REF)  # type: ignore[arg-type]
        self.schemas: dict[str, oas.Schema] = {
            name: oas.Schema.model_validate(_without_defaults(schema))
            for name, schema in definitions.get("$defs", {}).items()
        }

    def of(self, kind: Any) -> oas.Schema | oas.Reference:
        """A reference to the schema of one of those types, or the schema itself where it has no name."""
        schema = self._references[kind, "validation"]
        if "$ref" in schema:
            return oas.Reference.model_validate(schema)
        return oas.Schema.model_validate(schema)


def _without_defaults(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a model as a program reads it: in a PATCH, what is absent stays, and is not the default."""
    fields = schema.get("properties", {})
    return {
        **schema,
        "properties": {
            name: {key: value for key, value in field.items() if key != "default"}
            for name, field in fields.items()
        },
    }


def _operation(operation: Operation, types: Schemas) -> oas.Operation:
    summary, _, further = inspect.cleandoc(operation.view.__doc__ or "").partition("\n\n")
    return oas.Operation(
        operationId=operation.id,
        tags=[operation.tag],
        summary=" ".join(summary.split()).rstrip("."),
        description=further or None,
        parameters=[*_path_parameters(operation), *_query_parameters(operation), *map(_header, operation.headers)]
        or None,
        requestBody=_request_body(operation, types),
        responses=_responses(operation, types),
        security=_security(operation),
    )


def _path_parameters(operation: Operation) -> list[oas.Parameter]:
    return [
        _parameter(
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": _ARGUMENTS[name],
                "schema": {"type": "integer", "minimum": 1, "format": "int64"},
            }
        )
        for name in _ARGUMENT.findall(operation.path)
    ]


def _query_parameters(operation: Operation) -> list[oas.Parameter]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema()
    return [
        _parameter(
            {
                "name": name,
                "in": "query",
                "required": name in schema.get("required", ()),
                "description": field.get("description"),
                "schema": _of_query(field),
            }
        )
        for name, field in schema["properties"].items()
    ]


def _of_query(field: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a parameter as a query can hold it: there is no null in one."""
    schema = {
        key: value for key, value in field.items() if key not in ("title", "description", "default", "anyOf")
    }
    for each in field.get("anyOf", ()):
        schema |= each if each.get("type") != "null" else {}
    if field.get("default") is not None:
        schema["default"] = field["default"]
    return schema


def _header(header: Header) -> oas.Parameter:
    schema: dict[str, Any] = {"type": "string", "examples": [header.example]}
    if header.pattern is not None:
        schema["pattern"] = header.pattern
    if header.longest is not None:
        schema |= {"minLength": 1, "maxLength": header.longest}
    return _parameter({"name": header.name, "in": "header", "description": header.says, "schema": schema})


def _parameter(fields: Mapping[str, Any]) -> oas.Parameter:
    return oas.Parameter.model_validate(fields)


def _request_body(operation: Operation, types: Schemas) -> oas.RequestBody | None:
    if operation.upload:
        file = _STRING.model_copy(
            update={"contentMediaType": "application/octet-stream", "description": "The bytes of one file."}
        )
        form = oas.Schema(
            type=oas.DataType.OBJECT,
            enum=None,
            properties={operation.upload: file},
            required=[operation.upload],
            additionalProperties=False,
        )
        return oas.RequestBody(required=True, content={"multipart/form-data": _media(form)})
    if operation.body is None:
        return None
    return oas.RequestBody(required=True, content={JSON: _media(types.of(operation.body))})


def _media(schema: oas.Schema | oas.Reference) -> oas.MediaType:
    return oas.MediaType.model_validate({"schema": schema})


def _responses(operation: Operation, types: Schemas) -> dict[str, oas.Response | oas.Reference]:
    responses: dict[str, oas.Response | oas.Reference] = {
        str(answer.status): _answer(answer, operation, types) for answer in operation.answers
    }
    for status in sorted(statuses(operation)):
        responses[str(status)] = oas.Reference.model_validate({"$ref": f"#/components/responses/{_name(status)}"})
    return responses


def _answer(answer: Answer, operation: Operation, types: Schemas) -> oas.Response:
    return oas.Response(
        description=answer.says,
        headers={name: _answer_header(name) for name in answer.headers} or None,
        content=_content(answer, types),
        links={name: _link(link) for name, link in operation.links if answer.body is not None} or None,
    )


def _content(answer: Answer, types: Schemas) -> dict[str, oas.MediaType] | None:
    if answer.media:
        # Bytes as they are have no schema (OpenAPI 3.1.0, 4.8.14).
        return {answer.media: oas.MediaType()}
    return None if answer.body is None else {JSON: _media(types.of(answer.body))}


def _answer_header(name: str) -> oas.Header:
    return _header_of(HEADERS[name], required=name != "Link")


def _header_of(says: str, *, required: bool) -> oas.Header:
    return oas.Header.model_validate({"description": says, "required": required, "schema": _STRING})


def _link(link: Link) -> oas.Link:
    return oas.Link(operationId=link.to, parameters=dict(link.parameters))


def _security(operation: Operation) -> list[oas.SecurityRequirement]:
    if operation.is_public:
        return []
    by_cookie: dict[str, list[str]] = {"cookieAuth": []}
    return [{"bearerAuth": []}, by_cookie if operation.method in _SAFE else {**by_cookie, "csrfToken": []}]


def statuses(operation: Operation) -> set[int]:
    """The statuses of everything that may go wrong with an operation."""
    slugs = {"bad-request", "uri-too-long", "too-large", "unavailable", *operation.problems}
    if not operation.is_public:
        slugs.add("unauthorized")
    if _ARGUMENT.search(operation.path):
        slugs.add("not-found")
    if operation.query is not None or operation.body is not None or operation.upload:
        slugs.add("invalid")
    if operation.body is not None or operation.upload:
        slugs.add("unsupported-media-type")
    return {problems.KINDS[slug].status for slug in slugs}


def _name(status: int) -> str:
    return f"Problem{status}"


def _problem_responses() -> Iterable[tuple[str, oas.Response]]:
    by_status: dict[int, list[problems.Kind]] = {}
    for kind in problems.KINDS.values():
        by_status.setdefault(kind.status, []).append(kind)
    schema = oas.Reference.model_validate({"$ref": _REF.format(model="Problem")})
    for status, kinds in by_status.items():
        headers = {}
        if status == 401:
            headers["WWW-Authenticate"] = _header_of("Always of the scheme Bearer (RFC 6750).", required=True)
        if status == 503:
            headers["Retry-After"] = _header_of("Seconds to wait.", required=False)
        yield (
            _name(status),
            oas.Response(
                description=" / ".join(kind.title for kind in kinds),
                headers=dict(headers) or None,
                content={problems.MEDIA_TYPE: _media(schema)},
            ),
        )


def text(made: oas.OpenAPI) -> str:
    """The document as JSON."""
    return made.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True)
