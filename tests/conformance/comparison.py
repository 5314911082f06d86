"""One request to two applications, and whether both gave the same answer.

A `Site` is one small application written twice: with Flask and with the layers. A `Case` is requests in a
row to such a pair, with one client's cookies. Status line, headers and body must be equal at every step;
so must the trail, a list in which both write down what they did. Only what `differences` names may differ.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from time import time
from typing import Any

from flask.sessions import session_json_serializer
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.http import dump_header, parse_set_header
from werkzeug.test import Client, EnvironBuilder

from keepwsgi.layers.testing import validated

Trail = list[Any]
KEY = "the key of both applications"
OLD_KEY = "the key before that one"

#: Names whose values are sets: RFC 9110 gives their order no meaning.
_SETS = frozenset(("allow", "vary"))


@dataclass(frozen=True)
class Site:
    """Two functions that make the same application; each is given the trail to write to."""

    flask: Callable[[Trail], Any]
    layers: Callable[[Trail], Any]


@dataclass(frozen=True)
class Ask:
    """One request; `options` are those of `werkzeug.test.EnvironBuilder`."""

    method: str
    path: str
    options: dict[str, Any] = field(default_factory=dict)

    def environ(self) -> dict[str, Any]:
        builder = EnvironBuilder(self.path, method=self.method, **self.options)
        try:
            return builder.get_environ()
        finally:
            builder.close()


def ask(method: str, path: str, **options: Any) -> Ask:
    return Ask(method, path, options)


def get(path: str = "/", **options: Any) -> Ask:
    return Ask("GET", path, options)


def post(path: str = "/", **options: Any) -> Ask:
    return Ask("POST", path, options)


#: A step that depends on what was answered before.
Step = Ask | Callable[[Sequence["Answer"]], Ask]


@dataclass(frozen=True)
class Answer:
    """What a client got. `raised` is the exception that reached the server instead, which counts as a 500."""

    status: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    raised: str | None = None

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name.lower()), None)

    def with_header(self, name: str, value: str | None) -> Answer:
        """The same with the header replaced, or removed where `value` is None."""
        others = [(key, old) for key, old in self.headers if key != name.lower()]
        if value is not None:
            others.append((name.lower(), value))
        return replace(self, headers=tuple(sorted(others)))

    def with_body(self, body: bytes) -> Answer:
        """The same with another body, and its length where one was given."""
        answer = replace(self, body=body)
        return answer.with_header("Content-Length", str(len(body))) if self.header("Content-Length") else answer


@dataclass(frozen=True)
class Case:
    """A sentence about a row, and the requests that show it.

    `differs` names entries of `differences`; `trail` is what the layers write down where one of those changes it.
    """

    sentence: str
    site: Site
    steps: tuple[Step, ...]
    differs: tuple[str, ...] = ()
    trail: Trail | None = None


def case(sentence: str, site: Site, *steps: Step, differs: Sequence[str] = (), trail: Trail | None = None) -> Case:
    return Case(sentence, site, steps, tuple(differs), trail)


def cookie_facts(value: str) -> str:
    """A Set-Cookie without what the clock puts in it: the session unsealed, its expiry in minutes from now."""
    pair, *attributes = value.split("; ")
    name, _, content = pair.partition("=")
    if name == "session" and content:
        try:
            sealed = URLSafeTimedSerializer(
                [KEY],
                salt="cookie-session",
                serializer=session_json_serializer,
                signer_kwargs={"key_derivation": "hmac"},
            )
            pair = f"session={sorted(sealed.loads(content).items())!r}"
        except BadData:
            pass

    def settled(attribute: str) -> str:
        if attribute.startswith("Expires=") and "1970" not in attribute:
            seconds = parsedate_to_datetime(attribute.removeprefix("Expires=")).timestamp() - time()
            return f"Expires in {round(seconds / 60)} minutes"
        return attribute

    return "; ".join([pair, *sorted(settled(attribute) for attribute in attributes)])


def facts(name: str, value: str) -> tuple[str, str]:
    """A header in the form in which equal ones are equal."""
    key = name.lower()
    if key in _SETS:
        value = dump_header(sorted(parse_set_header(value).as_set()))
    elif key == "set-cookie":
        value = cookie_facts(value)
    elif key == "date":
        value = "now"
    return key, value


class Browser:
    """A client of one application that keeps its cookies and never follows a redirect."""

    def __init__(self, application: Any) -> None:
        self._client = Client(application)

    def answer(self, request: Ask) -> Answer:
        try:
            with warnings.catch_warnings():
                # wsgiref.validate knows the methods of HTTP/1.1 only.
                warnings.filterwarnings("ignore", message="Unknown REQUEST_METHOD")
                response = self._client.open(
                    request.path, method=request.method, buffered=True, follow_redirects=False, **request.options
                )
        except Exception as error:  # whatever it is, a server answers 500
            if isinstance(error, AssertionError):
                raise
            return Answer("500 INTERNAL SERVER ERROR", raised=repr(error))
        headers = tuple(sorted(facts(name, value) for name, value in response.headers))
        # The phrase after the number has no meaning, nor has its case.
        return Answer(response.status.upper(), headers, response.get_data())


def converse(application: Any, steps: Sequence[Step]) -> list[Answer]:
    """The answers to `steps`, in order, from one client."""
    browser = Browser(application)
    answers: list[Answer] = []
    for step in steps:
        answers.append(browser.answer(step if isinstance(step, Ask) else step(answers)))
    return answers


def both(case: Case) -> tuple[list[Answer], Trail, list[Answer], Trail]:
    """Flask's answers and trail, then the layers' answers and trail."""
    theirs: Trail = []
    ours: Trail = []
    return (
        converse(case.site.flask(theirs), case.steps),
        theirs,
        converse(validated(case.site.layers(ours)), case.steps),
        ours,
    )


def same(theirs: Answer, ours: Answer) -> bool:
    """Whether both mean the same to a client. An exception that reaches the server has no headers or body."""
    if theirs.raised or ours.raised:
        return theirs.status[:3] == ours.status[:3]
    return theirs == ours
