"""What one operation of the API takes and answers, written down once: routes and document are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from keepwsgi.layers import Rule

#: Headers an answer may carry, and what they say.
HEADERS: Final = {
    "ETag": "Stands for this state; to be sent back in If-Match or If-None-Match.",
    "Link": 'The next page: `<…>; rel="next"`. Absent on the last one.',
    "Location": "The path of what was made.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One way an operation ends well. `body` is the type of its JSON; None for an answer without a body.

    `media` is the type of bytes that are answered instead.
    """

    status: int
    says: str
    body: Any = None
    headers: tuple[str, ...] = ()
    media: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A header a request may carry."""

    name: str
    says: str
    example: str
    pattern: str | None = None
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An operation that can follow: `parameters` name where in the answer their values are."""

    to: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    - `path`: as a `Rule` has it, below the API's prefix
    - `view`: the function; its name is the operation's id, its docstring describes it
    - `answers`: how it ends well; `problems`: slugs of `problems.KINDS` beside those any operation may have
    - `query`, `body`: models of what is sent; `upload`: the name of the file of a multipart body
    - `headers`: those the operation looks at
    - `links`: what can be done next, by name
    - `is_public`: whether nobody need be signed in
    """

    method: str
    path: str
    view: Callable[..., Any]
    tag: str
    answers: tuple[Answer, ...]
    problems: tuple[str, ...] = ()
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    upload: str = ""
    headers: tuple[Header, ...] = ()
    links: tuple[tuple[str, Link], ...] = ()
    is_public: bool = False
    max_body: int | str | None = None

    @property
    def id(self) -> str:
        """Its name in the document, and the endpoint's after the blueprint's."""
        return self.view.__name__

    @property
    def rule(self) -> Rule:
        """The rule that leads to its view."""
        return Rule(self.path, endpoint=self.view, methods=[self.method], max_body=self.max_body)


def rules(operations: Iterable[Operation]) -> list[Rule]:
    """The rules of all of them."""
    return [operation.rule for operation in operations]


RANGE: Final = Header("Range", "Only this part of it (RFC 9110, 14).", "bytes=0-1023")
IF_MATCH: Final = Header("If-Match", "Do it only if the ETag is still one of these, else 412.", '"42"')
IF_NONE_MATCH: Final = Header("If-None-Match", "Answer 304 if the ETag is still one of these.", '"42"')
