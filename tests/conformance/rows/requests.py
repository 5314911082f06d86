"""What a view reads of its request, and what a wrong reading answers."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import flask

from keepwsgi.layers import Rule

from ..applications import flask_application, layered_application
from ..comparison import Ask, Site, Trail, ask, case, get, post

ROW = "request"


def _files(request: Any) -> Any:
    return [
        [
            name,
            [
                [file.filename, file.mimetype, file.read().decode("latin-1")]
                for file in request.files.getlist(name)
            ],
        ]
        for name in request.files
    ]


#: What the view answers under /<name>: both requests are Werkzeug's, so one function reads either.
READINGS: dict[str, Callable[[Any], Any]] = {
    "args": lambda request: request.args.to_dict(flat=False),
    "arg": lambda request: request.args["name"],
    "arg-int": lambda request: [request.args.get("page", 1, type=int)],
    "form": lambda request: request.form.to_dict(flat=False),
    "field": lambda request: request.form["name"],
    "fields": lambda request: request.form.getlist("label"),
    "values": lambda request: request.values.to_dict(flat=False),
    "files": _files,
    "file": lambda request: request.files["picture"].filename,
    "json": lambda request: {"got": request.json},
    "json-silent": lambda request: {"got": request.get_json(silent=True)},
    "json-forced": lambda request: {"got": request.get_json(force=True)},
    "is-json": lambda request: [request.is_json, request.mimetype],
    "data": lambda request: request.get_data(),
    "stream": lambda request: request.stream.read(),
    "then-form": lambda request: [len(request.get_data()), request.form.to_dict()],
    "cookies": lambda request: request.cookies.to_dict(flat=False),
    "cookie": lambda request: request.cookies["theme"],
    "header": lambda request: [request.headers["X-Thing"]],
    "header-get": lambda request: [request.headers.get("x-thing", "none")],
    "where": lambda request: {
        "method": request.method,
        "path": request.path,
        "full_path": request.full_path,
        "script_root": request.script_root,
        "query": request.query_string.decode("latin-1"),
        "endpoint": request.endpoint,
        "blueprint": request.blueprint,
        "view_args": request.view_args,
        "rule": str(request.url_rule),
    },
    "urls": lambda request: [request.url, request.base_url, request.url_root, request.host_url, request.host],
    "secure": lambda request: [request.scheme, request.is_secure],
    "remote": lambda request: [request.remote_addr, request.access_route],
    "agent": lambda request: [request.user_agent.string, request.referrer],
    "accepts": lambda request: [
        request.accept_languages.best_match(["en", "ko"]),
        request.accept_mimetypes.best_match(["application/json", "text/html"]),
    ],
    "authorization": lambda request: [
        request.authorization and [request.authorization.type, request.authorization.username]
    ],
    "conditional": lambda request: [request.if_none_match.to_header(), str(request.if_modified_since)],
    "range": lambda request: [request.range and request.range.to_header()],
    "limits": lambda request: [request.max_form_parts, request.max_content_length],
}
METHODS = ["GET", "POST", "PUT", "DELETE"]


def with_flask(trail: Trail) -> Any:
    app = flask_application(MAX_CONTENT_LENGTH=None)

    @app.route("/<reading>", methods=METHODS)
    def read(reading: str) -> Any:
        return READINGS[reading](flask.request)

    return app


def with_layers(trail: Trail) -> Any:
    def read(request: Any, reading: str) -> Any:
        return READINGS[reading](request)

    return layered_application([Rule("/<reading>", endpoint=read, methods=METHODS)])


site = Site(with_flask, with_layers)


def json_text(path: str, text: str | bytes, content_type: str = "application/json") -> Ask:
    return post(path, data=text, content_type=content_type)


def picture(*names: str) -> dict[str, Any]:
    return {"picture": [(io.BytesIO(b"\x89PNG"), name) for name in names], "title": "제목"}


def upload(path: str, *names: str) -> Any:
    # Made anew for each application: a file is read once.
    return lambda answers: post(path, data=picture(*names))


CASES = [
    case(
        "the query is a dictionary of lists",
        site,
        get("/args?a=1&a=2&b=&c"),
        get("/args?%EA%B0%80=%EB%82%98&x=a+b%2B"),
    ),
    case("a broken query is read as far as it goes", site, get("/args?a=%zz&=b&&c=%ff"), get("/args?a;b=1")),
    case("a missing argument is a 400", site, get("/arg"), get("/arg?name=x")),
    case(
        "an argument that is no number is the default",
        site,
        get("/arg-int?page=7"),
        get("/arg-int?page=x"),
        get("/arg-int"),
    ),
    case("a form is a dictionary of lists", site, post("/form", data={"a": ["1", "2"], "제목": "메모"})),
    case("a missing field is a 400", site, post("/field", data={"other": "x"}), post("/field")),
    case("a field that is there", site, post("/field", data={"name": "메모 & <b>"})),
    case("a repeated field", site, post("/fields", data={"label": ["a", "b"]})),
    case(
        "query and form together",
        site,
        post("/values?a=1&b=2", data={"a": "3"}),
        ask("PUT", "/values?a=1", data={"a": "3"}),
    ),
    case("a form in a PUT", site, ask("PUT", "/form", data={"a": "1"})),
    case(
        "a form with a foreign content type is empty",
        site,
        post("/form", data="a=1", content_type="text/plain"),
        post("/form", data="a=1"),
    ),
    case(
        "a form that is not UTF-8",
        site,
        post("/form", data=b"a=%ff%fe&b=\xff", content_type="application/x-www-form-urlencoded"),
    ),
    case(
        "a form with a NUL and a lone surrogate",
        site,
        post("/form", data=b"a=%00&b=%ED%A0%80", content_type="application/x-www-form-urlencoded"),
    ),
    case("a multipart form", site, upload("/form", "a.png"), upload("/files", "a.png")),
    case("several files under one name", site, upload("/files", "a.png", "한글 이름.png", "../up.png")),
    case("a missing file is a 400", site, post("/file", data={"x": "1"}), upload("/file", "a.png")),
    case(
        "a multipart body without its boundary",
        site,
        post("/form", data=b"--x\r\n\r\n", content_type="multipart/form-data"),
        post("/form", data=b"rubbish", content_type="multipart/form-data; boundary=x"),
    ),
    case(
        "a thousand and one parts are too many",
        site,
        post("/form", data={f"f{i}": "x" for i in range(1001)}, content_type="multipart/form-data"),
    ),
    case(
        "a JSON body", site, json_text("/json", '{"제목": ["메모", 1, null, true, 1.5]}'), json_text("/json", "[]")
    ),
    case("JSON of another JSON type", site, json_text("/json", "{}", "application/problem+json; charset=utf-8")),
    case("malformed JSON is a 400 that does not say why", site, json_text("/json", "{"), json_text("/json", "")),
    case("JSON that is not UTF-8 is a 400", site, json_text("/json", b'"\xff"')),
    case(
        "a body that is not JSON is a 415",
        site,
        post("/json", data="{}", content_type="text/plain"),
        post("/json"),
        get("/json"),
        post("/json", data={"a": "1"}),
    ),
    case(
        "JSON asked for silently",
        site,
        json_text("/json-silent", "{"),
        post("/json-silent", data="x", content_type="a/b"),
    ),
    case("JSON asked for by force", site, post("/json-forced", data="[1]"), post("/json-forced", data="[")),
    case(
        "JSON numbers that JSON does not have",
        site,
        json_text("/json", "[NaN, Infinity]"),
        json_text("/json", "[1e400]"),
    ),
    case("whether a body says it is JSON", site, json_text("/is-json", "{}"), post("/is-json", data={"a": "1"})),
    case(
        "the body as bytes", site, post("/data", data=b"\x00\xff"), post("/stream", data=b"\x00\xff"), get("/data")
    ),
    case("a body read as bytes is still a form", site, post("/then-form", data={"a": "1"})),
    case("cookies", site, get("/cookies", headers={"Cookie": 'a=1; b="x y"; c=%EA; a=2; d'}), get("/cookies")),
    case("a broken cookie header", site, get("/cookies", headers={"Cookie": ";;=;a==b; ; \x7f=\xff"})),
    case("a missing cookie is a 400", site, get("/cookie"), get("/cookie", headers={"Cookie": "theme=dark"})),
    case("headers by name in any case", site, get("/header-get", headers={"X-THING": "1"}), get("/header-get")),
    case("a missing header is a 400", site, get("/header"), get("/header", headers={"x-thing": "1"})),
    case("method, path and what was matched", site, get("/where?a=1&%EA%B0%80"), ask("DELETE", "/where")),
    case("method and path under a mount point", site, get("/where?a=1", base_url="http://localhost:5000/keep")),
    case("the request's own URLs", site, get("/urls?q=가 나"), get("/urls", base_url="https://example.com/keep")),
    case(
        "the request's own URLs with a strange Host",
        site,
        get("/urls", headers={"Host": "example.com:80"}),
        get("/urls", headers={"Host": "a b"}),
        get("/urls", headers={"Host": ""}),
    ),
    case("http or https", site, get("/secure"), get("/secure", base_url="https://localhost")),
    case(
        "the address of the client",
        site,
        get("/remote", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}),
        get("/remote", headers={"X-Forwarded-For": "198.51.100.1"}),
    ),
    case(
        "browser and referrer", site, get("/agent", headers={"User-Agent": "x/1", "Referer": "http://localhost/"})
    ),
    case(
        "languages and types the client likes",
        site,
        get("/accepts", headers={"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.1", "Accept": "application/json"}),
        get("/accepts"),
    ),
    case(
        "authorization",
        site,
        get("/authorization", headers={"Authorization": "Basic YTpi"}),
        get("/authorization", headers={"Authorization": "Bearer x"}),
        get("/authorization", headers={"Authorization": "Basic %"}),
    ),
    case(
        "conditional headers",
        site,
        get(
            "/conditional",
            headers={"If-None-Match": '"a", W/"b"', "If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"},
        ),
    ),
    case(
        "a range", site, get("/range", headers={"Range": "bytes=0-9"}), get("/range", headers={"Range": "pages=1"})
    ),
    case(
        "a length that is not said is none",
        site,
        post("/data", data=b"abc", environ_overrides={"CONTENT_LENGTH": ""}),
    ),
    case(
        "a body shorter than it said is a 400",
        site,
        post("/data", data=b"abc", environ_overrides={"CONTENT_LENGTH": "9"}),
        post("/form", data={"a": "1"}, environ_overrides={"CONTENT_LENGTH": "9"}),
        post("/json", json=[1], environ_overrides={"CONTENT_LENGTH": "9"}),
    ),
    case(
        "a body longer than it said is cut there",
        site,
        post("/data", data=b"abcdef", environ_overrides={"CONTENT_LENGTH": "3"}),
    ),
    case("a GET may have a body", site, ask("GET", "/data", data=b"abc"), ask("GET", "/form", data={"a": "1"})),
    case("a method in lower case is another method", site, ask("get", "/where"), ask("Post", "/where")),
    case(
        "a name that comes twice among headers",
        site,
        get("/header-get", headers=[("X-Thing", "1"), ("X-Thing", "2")]),
    ),
    case("an unknown reading is a defect and a 500", site, get("/nothing-such")),
]
