"""Everything a view may return, and what it may not."""

from __future__ import annotations

import dataclasses
import decimal
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import flask
from markupsafe import Markup
from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as WerkzeugResponse

from keepwsgi import layers
from keepwsgi.layers import Rule

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get

ROW = "return values"


@dataclasses.dataclass
class Point:
    x: int
    y: int


def wsgi(environ: Any, start_response: Any) -> list[bytes]:
    start_response("203 Non-Authoritative Information", [("Content-Type", "text/plain"), ("X-From", "wsgi")])
    return [b"from ", environ["PATH_INFO"].encode()]


def wsgi_broken(environ: Any, start_response: Any) -> list[bytes]:
    raise LookupError("broken inside")


def words() -> Iterator[str]:
    yield "하나 "
    yield "둘"


class Str(str):
    pass


#: What the view under /<name> returns, given the Response class of either side.
VALUES: dict[str, Callable[[Any], Any]] = {
    "str": lambda response: "메모 <b>",
    "str-empty": lambda response: "",
    "str-subclass": lambda response: Str("sub"),
    "markup": lambda response: Markup("<b>x</b>"),
    "bytes": lambda response: b"\x00\xff",
    "bytearray": lambda response: bytearray(b"bytes"),
    "memoryview": lambda response: memoryview(b"x"),
    "dict": lambda response: {"제목": "메모", "b": 1, "a": [None, True, 1.5]},
    "dict-empty": lambda response: {},
    "list": lambda response: [1, "가", {"x": []}],
    "list-empty": lambda response: [],
    "generator": lambda response: words(),
    "iterator": lambda response: iter([b"a", b"b"]),
    "map": lambda response: map(str, range(3)),
    "response": lambda response: response("mine", status=418, headers={"X-Mine": "1"}),
    "response-werkzeug": lambda response: WerkzeugResponse("plain", status=202),
    "wsgi": lambda response: wsgi,
    "wsgi-broken": lambda response: wsgi_broken,
    "exception": lambda response: NotFound(),
    "body-status": lambda response: ("made", 201),
    "body-status-text": lambda response: ("made", "201 Made Up"),
    "body-status-enum": lambda response: ("made", HTTPStatus.CREATED),
    "body-status-own": lambda response: ("x", 799),
    "body-status-empty": lambda response: ("x", ""),
    "body-status-word": lambda response: ("x", "999 Teapot"),
    "body-status-bytes": lambda response: ("x", b"201"),
    "body-status-float": lambda response: ({}, 201.5),
    "body-status-none": lambda response: ("x", None),
    "body-headers-dict": lambda response: ("x", {"X-A": "1", "Content-Type": "text/plain"}),
    "body-headers-list": lambda response: ("x", [("X-A", "1"), ("X-A", "2")]),
    "body-headers-object": lambda response: ("x", Headers([("X-A", "1")])),
    "body-headers-tuple": lambda response: ("x", (("X-A", "1"),)),
    "body-headers-lists": lambda response: ("x", {"X-A": ["1", "2"]}),
    "body-headers-empty": lambda response: ("x", {}),
    "three": lambda response: ("x", 201, {"X-A": "1"}),
    "three-list": lambda response: ("x", 201, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]),
    "three-none": lambda response: ("x", None, None),
    "dict-status": lambda response: ({"error": "없음"}, 404),
    "dict-three": lambda response: ({"a": 1}, 201, {"Content-Type": "application/problem+json"}),
    "list-status": lambda response: ([1], 202),
    "generator-status": lambda response: (words(), 206, {"X-A": "1"}),
    "response-status": lambda response: (response("x", status=200, headers={"X-A": "1"}), 202),
    "response-three": lambda response: (response("x", headers={"X-A": "1"}), 203, {"X-A": "2"}),
    "werkzeug-status": lambda response: (WerkzeugResponse("x"), 202, {"X-A": "2"}),
    "wsgi-status": lambda response: (wsgi, 202),
    "exception-status": lambda response: (NotFound(), 410),
    "empty-204": lambda response: ("", 204),
    "body-304": lambda response: ("", 304, {"ETag": '"x"'}),
    "none": lambda response: None,
    "none-status": lambda response: (None, 200),
    "int": lambda response: 5,
    "object": lambda response: object,
    "set": lambda response: {1, 2},
    "float": lambda response: 1.5,
    "bool": lambda response: True,
    "tuple-0": lambda response: (),
    "tuple-1": lambda response: ("x",),
    "tuple-4": lambda response: ("x", 200, {}, 1),
    "tuple-order": lambda response: (404, "x"),
    "bad-headers": lambda response: ("x", 200, 5),
    "newline-header": lambda response: ("x", 200, {"X-A": "a\nb"}),
    "json-types": lambda response: {
        "date": date(2024, 2, 29),
        "datetime": datetime(2024, 2, 29, 12, 30, tzinfo=UTC),
        "decimal": decimal.Decimal("1.10"),
        "uuid": UUID(int=7),
        "dataclass": Point(1, 2),
        "markup": Markup("<b>&amp;</b>"),
        "tuple": (1, 2),
    },
    "json-keys": lambda response: {1: "a", None: "b", False: "c"},
    "json-unknown": lambda response: {"x": object()},
    "json-set": lambda response: {"x": {1}},
    "json-bytes": lambda response: {"x": b"1"},
    "json-key-tuple": lambda response: {(1, 2): 3},
    "json-nan": lambda response: [float("nan"), float("inf")],
    "json-surrogate": lambda response: {"x": "\ud800"},
    "json-escapes": lambda response: {"x": '</script>\u2028\x00"'},
    "str-surrogate": lambda response: "\ud800",
}


def with_flask(trail: Trail) -> Any:
    app = flask_application()

    @app.route("/<name>")
    def value(name: str) -> Any:
        return VALUES[name](flask.Response)

    @app.errorhandler(500)
    def defect(error: Any) -> Any:
        return f"defect: {isinstance(error.original_exception, TypeError)}", 500

    @app.errorhandler(TypeError)
    def never(error: Any) -> Any:
        return "a wrong return value is not an exception of the view", 400

    return app


def with_ascii_flask(trail: Trail) -> Any:
    app = with_flask(trail)
    app.json.ensure_ascii = True
    return app


def with_layers(trail: Trail) -> Any:
    def value(request: Any, name: str) -> Any:
        return VALUES[name](layers.Response)

    def defect(request: Any, error: Any) -> Any:
        return f"defect: {isinstance(error.original_exception, TypeError)}", 500

    def never(request: Any, error: Any) -> Any:
        return "a wrong return value is not an exception of the view", 400

    return layered_application([Rule("/<name>", endpoint=value)], handlers={500: defect, TypeError: never})


site = Site(with_flask, with_layers)
NO_TYPE = ["204 without Content-Type"]


def returns(sentence: str, *names: str, **options: Any) -> Any:
    return case(sentence, site, *(get(f"/{name}") for name in names), **options)


CASES = [
    returns("a str is an HTML page", "str", "str-empty", "str-subclass", "markup"),
    returns("bytes are the body", "bytes", "bytearray"),
    returns("a memoryview is refused", "memoryview"),
    returns("a dict is JSON", "dict", "dict-empty"),
    returns("a list is JSON", "list", "list-empty"),
    returns("a generator is streamed", "generator"),
    returns("any iterator is streamed", "iterator", "map"),
    returns("a Response is left alone", "response"),
    returns("Werkzeug's own Response will do", "response-werkzeug"),
    returns("a WSGI application is called", "wsgi"),
    returns("an HTTPException may be returned", "exception"),
    returns("body and status", "body-status", "body-status-text", "body-status-enum"),
    returns("a status of one's own", "body-status-own", "body-status-word"),
    returns("a status that is none", "body-status-empty", "body-status-float", "body-status-none"),
    returns("a status as bytes", "body-status-bytes"),
    returns(
        "body and headers", "body-headers-dict", "body-headers-list", "body-headers-object", "body-headers-tuple"
    ),
    returns("a header of several values", "body-headers-lists"),
    returns("no headers after all", "body-headers-empty"),
    returns("body, status and headers", "three", "three-list", "three-none"),
    returns("JSON with status and headers", "dict-status", "dict-three", "list-status"),
    returns("a stream with status and headers", "generator-status"),
    returns("a Response with another status", "response-status", "response-three", "werkzeug-status"),
    returns("a WSGI application with another status", "wsgi-status", "exception-status"),
    returns("an answer without a body", "empty-204", "body-304", differs=NO_TYPE),
    returns("None is a defect", "none", "none-status"),
    returns("a number is a defect", "int", "float", "bool"),
    returns("a set or a class is a defect", "set", "object"),
    returns("a tuple of any other length is a defect", "tuple-0", "tuple-1", "tuple-4"),
    returns("a tuple in the wrong order is a defect", "tuple-order"),
    returns("headers that are none are a defect", "bad-headers"),
    returns("a line break in a header is a defect", "newline-header"),
    returns("what breaks inside a returned WSGI application is a defect", "wsgi-broken"),
    returns("dates, decimals, UUIDs and dataclasses in JSON", "json-types"),
    returns("keys that are not text in JSON", "json-keys", "json-key-tuple"),
    returns("what JSON cannot say is a defect", "json-unknown", "json-set", "json-bytes"),
    returns("NaN is written as Python writes it", "json-nan"),
    returns("what HTML would trip over in JSON", "json-escapes"),
    returns("a lone surrogate in the body is a defect", "str-surrogate"),
    case(
        "a lone surrogate in JSON is escaped, as in Flask's own JSON",
        Site(with_ascii_flask, with_layers),
        get("/json-surrogate"),
    ),
    case(
        "HEAD of any return value has its headers only",
        site,
        *(ask("HEAD", f"/{name}") for name in ("str", "dict", "generator", "wsgi", "empty-204", "none")),
        differs=NO_TYPE,
    ),
]
