"""Rules, methods and the converters string, int, float, path and uuid."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.routing import BaseConverter

from keepwsgi.layers import Routes, Rule

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get, post

ROW = "routing and converters"


class Words(BaseConverter):
    """`a+b+c` as a list."""

    def to_python(self, value: str) -> list[str]:
        return value.split("+")

    def to_url(self, value: list[str]) -> str:
        return "+".join(value)


def with_flask(trail: Trail) -> Any:
    app = flask_application()
    app.url_map.converters["words"] = Words

    @app.route("/user/<username>")
    def user(username: str) -> str:
        return f"user {username!r}"

    @app.route("/two/<string(length=2):code>")
    def two(code: str) -> str:
        return f"code {code!r}"

    @app.route("/int/<int:number>")
    def integer(number: int) -> str:
        return f"int {number!r}"

    @app.route("/signed/<int(signed=True):number>")
    def signed(number: int) -> str:
        return f"signed {number!r}"

    @app.route("/small/<int(max=9):number>")
    def small(number: int) -> str:
        return f"small {number!r}"

    @app.route("/float/<float:number>")
    def real(number: float) -> str:
        return f"float {number!r}"

    @app.route("/path/<path:rest>")
    def path(rest: str) -> str:
        return f"path {rest!r}"

    @app.route("/uuid/<uuid:name>")
    def uuid(name: UUID) -> str:
        assert isinstance(name, UUID)
        return f"uuid {name}"

    @app.route("/any/<any(red, blue):color>")
    def color(color: str) -> str:
        return f"color {color}"

    @app.route("/words/<words:words>")
    def words(words: list[str]) -> str:
        return f"words {words}"

    @app.route("/page/", defaults={"number": 1})
    @app.route("/page/<int:number>")
    def page(number: int) -> str:
        return f"page {number}"

    @app.route("/user/me")
    def me() -> str:
        return "me"

    @app.route("/<int:a>-<b>/<path:c>/end")
    def several(a: int, b: str, c: str) -> str:
        return f"{a!r} {b!r} {c!r}"

    @app.get("/verbs")
    def read() -> str:
        return "read"

    @app.post("/verbs")
    def write() -> str:
        return "write"

    @app.route("/verbs", methods=["PUT", "PATCH"])
    def change() -> str:
        return "change"

    @app.route("/메모/<title>")
    def memo(title: str) -> str:
        return f"메모 {title}"

    @app.route("/strict", strict_slashes=False)
    def loose() -> str:
        return "loose"

    @app.route("/old/<int:number>", redirect_to="/int/<number>")
    def old(number: int) -> str:
        return "old"

    return app


def with_layers(trail: Trail) -> Any:
    def user(request: Any, username: str) -> str:
        return f"user {username!r}"

    def two(request: Any, code: str) -> str:
        return f"code {code!r}"

    def integer(request: Any, number: int) -> str:
        return f"int {number!r}"

    def signed(request: Any, number: int) -> str:
        return f"signed {number!r}"

    def small(request: Any, number: int) -> str:
        return f"small {number!r}"

    def real(request: Any, number: float) -> str:
        return f"float {number!r}"

    def path(request: Any, rest: str) -> str:
        return f"path {rest!r}"

    def uuid(request: Any, name: UUID) -> str:
        assert isinstance(name, UUID)
        return f"uuid {name}"

    def color(request: Any, color: str) -> str:
        return f"color {color}"

    def words(request: Any, words: list[str]) -> str:
        return f"words {words}"

    def page(request: Any, number: int) -> str:
        return f"page {number}"

    def me(request: Any) -> str:
        return "me"

    def several(request: Any, a: int, b: str, c: str) -> str:
        return f"{a!r} {b!r} {c!r}"

    def read(request: Any) -> str:
        return "read"

    def write(request: Any) -> str:
        return "write"

    def change(request: Any) -> str:
        return "change"

    def memo(request: Any, title: str) -> str:
        return f"메모 {title}"

    def loose(request: Any) -> str:
        return "loose"

    def old(request: Any, number: int) -> str:
        return "old"

    return layered_application(
        Routes(
            [
                Rule("/user/<username>", endpoint=user),
                Rule("/two/<string(length=2):code>", endpoint=two),
                Rule("/int/<int:number>", endpoint=integer),
                Rule("/signed/<int(signed=True):number>", endpoint=signed),
                Rule("/small/<int(max=9):number>", endpoint=small),
                Rule("/float/<float:number>", endpoint=real),
                Rule("/path/<path:rest>", endpoint=path),
                Rule("/uuid/<uuid:name>", endpoint=uuid),
                Rule("/any/<any(red, blue):color>", endpoint=color),
                Rule("/words/<words:words>", endpoint=words),
                Rule("/page/<int:number>", endpoint=page),
                Rule("/page/", endpoint=page, defaults={"number": 1}),
                Rule("/user/me", endpoint=me),
                Rule("/<int:a>-<b>/<path:c>/end", endpoint=several),
                Rule("/verbs", endpoint=read, methods=["GET"]),
                Rule("/verbs", endpoint=write, methods=["POST"]),
                Rule("/verbs", endpoint=change, methods=["PUT", "PATCH"]),
                Rule("/메모/<title>", endpoint=memo),
                Rule("/strict", endpoint=loose, strict_slashes=False),
                Rule("/old/<int:number>", endpoint=old, redirect_to="/int/<number>"),
            ],
            converters={"words": Words},
        )
    )


site = Site(with_flask, with_layers)
NAME = "8b2f1c1e-6a0f-4ac2-8f5b-0f2d1f3b9f10"

CASES = [
    case("a variable is a string unless it says otherwise", site, get("/user/ada")),
    case("a string stops at a slash", site, get("/user/ada/lovelace")),
    case("a string may be Korean", site, get("/user/김철수"), get("/user/%EA%B9%80")),
    case("percent-encodings are decoded once", site, get("/user/a%2520b"), get("/user/%41%2F%42")),
    case("bytes that are not UTF-8 do not break the path", site, get("/user/%ff%fe"), get("/path/%c3%28/x")),
    case("a string of fixed length", site, get("/two/ko"), get("/two/kor")),
    case("an int is a number", site, get("/int/42"), get("/int/007"), get("/int/0")),
    case("an int is not negative, not a float, not a word", site, get("/int/-1"), get("/int/1.5"), get("/int/x")),
    case("an int of other scripts' digits", site, get("/int/٣"), get("/int/１２")),
    case("an int beyond 64 bits is still a number", site, get("/int/" + "9" * 40)),
    case("an int of more digits than Python converts is a 404", site, get("/int/" + "9" * 5000)),
    case("a signed int", site, get("/signed/-7"), get("/signed/7"), get("/signed/--7")),
    case("an int with a bound", site, get("/small/9"), get("/small/10")),
    case("a float needs its point", site, get("/float/1.5"), get("/float/1"), get("/float/1."), get("/float/.5")),
    case("a path keeps its slashes", site, get("/path/a/b/c"), get("/path/a")),
    case("a path with dots is left alone", site, get("/path/%2e%2e/%2e%2e/etc/passwd")),
    case("a uuid is a UUID", site, get(f"/uuid/{NAME}"), get(f"/uuid/{NAME.upper()}"), get("/uuid/8b2f")),
    case("one of several words", site, get("/any/red"), get("/any/green")),
    case("a converter of one's own", site, get("/words/a+b+c"), get("/words/a%2Bb")),
    case("a default in the rule", site, get("/page/"), get("/page/2")),
    case("the default spelt out is redirected", site, get("/page/1"), differs=["path-only redirect"]),
    case("a fixed path goes before a variable", site, get("/user/me")),
    case("several variables in one rule", site, get("/3-b-c/d/e/f/end"), get("/3-b/end")),
    case(
        "one path, another view for each method",
        site,
        get("/verbs"),
        post("/verbs"),
        ask("PUT", "/verbs"),
        ask("PATCH", "/verbs"),
        ask("DELETE", "/verbs"),
    ),
    case("a rule may be Korean", site, get("/메모/제목"), get("/%EB%A9%94%EB%AA%A8/x")),
    case("a rule may take both slash and none", site, get("/strict"), get("/strict/")),
    case("a rule may send elsewhere", site, get("/old/5"), differs=["path-only redirect"]),
    case(
        "a semicolon, a plus and a space are ordinary",
        site,
        get("/user/a;b"),
        get("/user/a+b"),
        get("/user/a%20b"),
    ),
    case("a NUL is ordinary", site, get("/user/a%00b")),
    case("a query is no part of the path", site, get("/user/ada?user=eve")),
]
