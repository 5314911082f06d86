"""What is not shown: whatever would let its reader be somebody else.

By name where a value comes with one (a header, a field, a query), and by value everywhere else: what came in under
such a name is looked for in every text that is kept.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote_plus

from sqlalchemy.exc import StatementError

from keepwsgi.xray.journey import Journey, cut

#: What stands where something was.
HIDDEN: Final = "•••"
_SECRET: Final = re.compile(
    r"cookie|auth|token|secret|passw|pwd|credential|signature|api[_-]?key|session|csrf|otp|\bpin\b", re.IGNORECASE
)
#: CGI's names and WSGI's. Some servers pass the environment of their process along, which may hold any secret.
_CGI: Final = re.compile(
    r"(REQUEST_METHOD|SCRIPT_NAME|PATH_INFO|QUERY_STRING|CONTENT_TYPE|CONTENT_LENGTH|SERVER_(NAME|PORT|PROTOCOL"
    r"|SOFTWARE)|REMOTE_(ADDR|HOST|PORT)|HTTP_[A-Z0-9_]+|wsgi\.\w+)"
)
#: Shorter ones would be found in half of all words.
_SHORTEST: Final = 6


def is_secret(name: str) -> bool:
    """Whether what comes under this name is not shown."""
    return _SECRET.search(name) is not None


def shown_environ(environ: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What of `environ` may be seen, in its own order."""
    return [
        (name, cut(_shown(name, value), 500))
        for name, value in environ.items()
        if _CGI.fullmatch(name) and not (name in os.environ and os.environ[name] == value)
    ]


def _shown(name: str, value: Any) -> str:
    if not isinstance(value, str):
        return repr(value) if isinstance(value, (bool, int, tuple)) else type(value).__name__
    if name == "HTTP_COOKIE":
        return "; ".join(f"{cookie}={HIDDEN}" for cookie, _ in _cookies(value))
    if name in ("HTTP_AUTHORIZATION", "HTTP_PROXY_AUTHORIZATION"):
        return f"{value.partition(' ')[0]} {HIDDEN}" if " " in value else HIDDEN
    if name.startswith("HTTP_") and is_secret(name):
        return HIDDEN
    if name == "QUERY_STRING":
        return shown_query(value)
    if name == "HTTP_REFERER":
        return shown_url(value)
    return value


def shown_query(query: str) -> str:
    """A query with its fields' values, but for those that are secret."""
    return "&".join(
        f"{field.partition('=')[0]}={HIDDEN}" if _secrets_of(unquote_plus(field)) else field
        for field in query.split("&")
    )


def _secrets_of(query: str, *, within: int = 2) -> set[str]:
    """The secret values of a query, also of a URL that is one of its values: `next=/reset?token=…`."""
    found = set()
    for field in query.split("&"):
        name, _, text = field.partition("=")
        value = unquote_plus(text)
        if value and is_secret(unquote_plus(name.rpartition("?")[2])):
            found.add(value)
        elif "=" in value and within:
            found |= _secrets_of(value, within=within - 1)
    return found


def shown_url(url: str) -> str:
    """A URL whose query is one that `shown_query` gives."""
    path, mark, query = url.partition("?")
    return f"{path}?{shown_query(query)}" if mark else url


def shown_header(name: str, value: str) -> str:
    """A header of the answer: of a cookie its name and attributes, of a URL all but secrets."""
    if name.lower() == "set-cookie":
        cookie, _, attributes = value.partition(";")
        kept = HIDDEN if cookie.partition("=")[2] else ""
        return f"{cookie.partition('=')[0]}={kept}" + (f";{attributes}" if attributes else "")
    if name.lower() in ("location", "content-location", "link", "refresh"):
        return shown_url(value)
    return HIDDEN if is_secret(name) and name.lower() != "www-authenticate" else value


def secrets_in(environ: Mapping[str, Any]) -> set[str]:
    """Every value of `environ` that is not to be seen, also where a program repeats it."""
    found = {value for _, value in _cookies(str(environ.get("HTTP_COOKIE", "")))}
    for name, value in environ.items():
        if name.startswith("HTTP_") and name != "HTTP_COOKIE" and is_secret(name) and isinstance(value, str):
            found |= {value, value.partition(" ")[2].strip()}
    found |= _secrets_of(str(environ.get("QUERY_STRING", "")))
    return found


def secret_fields(fields: Iterable[tuple[str, Any]]) -> set[str]:
    """The values of those fields that are secret by their name."""
    return {value for name, value in fields if isinstance(value, str) and is_secret(name)}


def _cookies(header: str) -> list[tuple[str, str]]:
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return [(name, value.strip('"')) for name, equals, value in pairs if equals]


def scrub(journey: Journey, secrets: Iterable[str]) -> None:
    """Take every one of `secrets` out of every text of the journey, also as a URL or `repr` writes it."""
    long = {secret for secret in secrets if len(secret) >= _SHORTEST}
    long |= {write(secret) for secret in long for write in (quote, quote_plus, lambda text: repr(text)[1:-1])}
    if not long:
        return
    pattern = re.compile("|".join(map(re.escape, sorted(long, key=len, reverse=True))))

    def clean(text: str) -> str:
        return pattern.sub(HIDDEN, text)

    journey.path = clean(journey.path)
    journey.environ = [(name, clean(value)) for name, value in journey.environ]
    journey.headers = [(name, clean(value), by) for name, value, by in journey.headers]
    for _, step in journey.steps.walk():
        step.name, step.note, step.raised, step.text = map(clean, (step.name, step.note, step.raised, step.text))
        for fact in step.facts:
            fact.value = clean(fact.value)
    for miss in journey.near_misses:
        miss.part = clean(miss.part)


def shown_error(error: BaseException) -> str:
    """Its type and what it says. Of SQL that is the driver's first line: SQLAlchemy adds the parameters to it,
    PostgreSQL the values, and those are what people wrote."""
    said = error.orig if isinstance(error, StatementError) else None
    return f"{type(error).__name__}: {str(said).partition(chr(10))[0] if said is not None else error}"


def shown_path(environ: Mapping[str, Any]) -> str:
    """The path that was asked for, mount point included, with the query as `shown_query` gives it."""
    raw = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
    path = raw.encode("latin-1", "replace").decode("utf-8", "replace")
    query = str(environ.get("QUERY_STRING", ""))
    return cut(f"{path}?{shown_query(query)}" if query else path, 500)
