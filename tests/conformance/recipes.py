"""Hypothesis strategies: requests, return values, and what hooks and views do, as plain data.

Values are described rather than made, since each application must be given its own.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import werkzeug.exceptions as http
from hypothesis import strategies as st
from markupsafe import Markup
from werkzeug.test import encode_multipart

from .comparison import Ask

TEXT = st.text(max_size=12)
ASCII = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=12)
STATUSES = st.one_of(
    st.sampled_from([200, 201, 204, 206, 301, 304, 400, 404, 418, 500, 503]), st.integers(200, 599)
)
HEADERS = st.one_of(
    st.dictionaries(st.sampled_from(["X-A", "X-B", "Vary", "Content-Type", "Cache-Control"]), ASCII, max_size=3),
    st.lists(st.tuples(st.sampled_from(["X-A", "x-a", "Set-Cookie"]), ASCII), max_size=3),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=8,
)
BODIES = st.one_of(
    st.tuples(st.just("text"), TEXT),
    st.tuples(st.just("bytes"), st.binary(max_size=12)),
    st.tuples(st.just("json"), st.one_of(st.lists(JSON, max_size=3), st.dictionaries(TEXT, JSON, max_size=3))),
    st.tuples(st.just("stream"), st.lists(TEXT, max_size=3)),
    st.tuples(st.just("response"), TEXT, STATUSES),
    st.tuples(st.just("error"), st.sampled_from([400, 404, 409, 500])),
)
WRONG = st.sampled_from([("wrong", value) for value in (None, 5, 1.5, True, (), ("x",), (1, 2, 3, 4))])
RETURNS = st.one_of(
    BODIES,
    st.tuples(st.just("tuple"), BODIES, STATUSES),
    st.tuples(st.just("tuple"), BODIES, HEADERS),
    st.tuples(st.just("tuple"), BODIES, STATUSES, HEADERS),
    WRONG,
)


def make(recipe: Any, response: Any) -> Any:
    """The value a recipe describes, with either side's Response class."""
    match recipe:
        case ("stream", words):
            return iter(words)
        case ("response", text, status):
            return response(text, status=status)
        case ("error", code):
            return http.default_exceptions[code]("returned")
        case ("tuple", body, *rest):
            return (make(body, response), *rest)
    return recipe[1]


class Custom(Exception):
    """An exception of the application's own."""


class Nearer(Custom):
    """One derived from it."""


#: What may be raised: by name, and made anew each time.
RAISED: dict[str, Any] = {
    "400": http.BadRequest,
    "403": http.Forbidden,
    "404": http.NotFound,
    "500": http.InternalServerError,
    "key": lambda: KeyError("k"),
    "value": lambda: ValueError("v"),
    "custom": lambda: Custom("c"),
    "nearer": lambda: Nearer("n"),
}
RAISES = st.tuples(st.just("raise"), st.sampled_from(sorted(RAISED)))
#: What error handlers may be registered for.
HANDLED = st.lists(
    st.sampled_from(
        [400, 403, 404, 500, http.HTTPException, http.NotFound, LookupError, ValueError, Custom, Exception]
    ),
    unique=True,
    max_size=4,
)

SEGMENTS = st.one_of(
    st.sampled_from(
        ["", "notes", "user", "int", "path", "form", "json", "read", "set", "..", ".", "static", "메모"]
    ),
    st.integers(-3, 10**30).map(str),
    TEXT,
)
RAW = st.binary(max_size=16).map(lambda data: data.decode("latin-1"))


@st.composite
def paths(draw: Any, known: list[str]) -> str:
    """A path as PATH_INFO has it (bytes as latin-1): a known one, spoilt or not, or any other."""
    path = (
        draw(st.sampled_from(known))
        if draw(st.integers(0, 3))
        else "/" + "/".join(draw(st.lists(SEGMENTS, max_size=4)))
    )
    match draw(st.integers(0, 7)):
        case 0:
            path += "/"
        case 1:
            path = path.replace("/", "//", 1)
        case 2:
            path = path.rstrip("/") or "/"
        case 3:
            path += "/" + draw(SEGMENTS)
    raw = path.encode("utf-8", "replace").decode("latin-1")
    return raw + draw(RAW) if draw(st.integers(0, 9)) == 0 else raw


@st.composite
def requests(draw: Any, known: list[str]) -> Ask:
    """Any request: odd methods, paths, queries, bodies, cookies and headers."""
    method = draw(
        st.sampled_from(["GET"] * 6 + ["POST"] * 4 + ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "BREW"])
    )
    query = draw(
        st.one_of(
            st.just(""),
            st.lists(st.tuples(ASCII, TEXT), max_size=3).map(
                lambda pairs: "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
            ),
            st.text("a=&%;+zé\x00#0", max_size=10),
        )
    )
    options: dict[str, Any] = {
        "environ_overrides": {
            "PATH_INFO": draw(paths(known)),
            "QUERY_STRING": query.encode("utf-8", "replace").decode("latin-1"),
        },
        "headers": [
            *draw(
                st.lists(
                    st.tuples(st.sampled_from(["X-Thing", "Accept", "Accept-Language", "Range"]), ASCII),
                    max_size=2,
                )
            ),
            *draw(
                st.lists(st.tuples(st.just("Cookie"), st.one_of(ASCII, RAW.filter(str.isprintable))), max_size=1)
            ),
        ],
    }
    if method not in ("GET", "HEAD", "OPTIONS"):
        match draw(st.integers(0, 4)):
            case 0:
                options["data"] = draw(st.dictionaries(TEXT.filter(bool), TEXT, max_size=3))
            case 1:
                parts = draw(st.dictionaries(ASCII.filter(bool), TEXT, max_size=3))
                boundary, options["data"] = encode_multipart(parts, boundary="generated")
                options["content_type"] = f"multipart/form-data; boundary={boundary}"
            case 2:
                options["json"] = draw(JSON)
            case 3:
                options["data"] = draw(st.binary(max_size=40))
                options["content_type"] = draw(
                    st.sampled_from(
                        [
                            "application/json",
                            "application/x-www-form-urlencoded",
                            "multipart/form-data; boundary=x",
                            "a/b",
                            "",
                        ]
                    )
                )
    return Ask(method, "/", options)


TAGGED = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text(max_size=8),
        st.binary(max_size=8),
        st.uuids(),
        st.text(max_size=8).map(lambda text: Markup(text)),  # noqa: S704  (kept in a session, never shown)
        st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(
            st.one_of(st.text(max_size=4), st.sampled_from([" t", " b", " di", " d", " u", " m"])),
            inner,
            max_size=2,
        ),
    ),
    max_leaves=10,
)
