"""A JSON API: resources by method, validation, and errors that are JSON too, all under one prefix."""

from __future__ import annotations

from typing import Any

import flask
import werkzeug.exceptions as http
from flask.views import MethodView
from pydantic import BaseModel, ConfigDict, ValidationError

from keepwsgi.layers import Blueprint, ErrorHandlers, Rule, errors

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get, post

ROW = "resources"


class Memo(BaseModel):
    """What a client may send."""

    model_config = ConfigDict(extra="forbid", strict=True)
    title: str
    pinned: bool = False


def problem(error: Any) -> tuple[dict[str, Any], int, dict[str, str]]:
    """RFC 9457, as either side's handler of HTTPException returns it."""
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    said = {"type": "about:blank", "title": error.name, "status": error.code}
    return said, error.code, {**headers, "Content-Type": "application/problem+json"}


def invalid(error: Any) -> tuple[dict[str, Any], int]:
    return {"title": "Unprocessable Content", "errors": [list(each["loc"]) for each in error.errors()]}, 422


class Memos:
    """What is kept, by number; one for each application."""

    def __init__(self) -> None:
        self.kept = {1: Memo(title="장보기").model_dump()}

    def all(self, request: Any) -> Any:
        return [{"id": number, **memo} for number, memo in self.kept.items()]

    def add(self, request: Any) -> Any:
        memo = Memo.model_validate(request.get_json())
        number = max(self.kept, default=0) + 1
        self.kept[number] = memo.model_dump()
        return {"id": number, **self.kept[number]}, 201, {"Location": f"/api/memos/{number}"}

    def one(self, request: Any, number: int) -> Any:
        if number not in self.kept:
            raise http.NotFound()
        return self.kept[number]

    def replace(self, request: Any, number: int) -> Any:
        self.one(request, number)
        self.kept[number] = Memo.model_validate(request.get_json()).model_dump()
        return self.kept[number]

    def remove(self, request: Any, number: int) -> Any:
        self.one(request, number)
        del self.kept[number]
        return "", 204

    def busy(self, request: Any) -> Any:
        raise http.TooManyRequests(retry_after=30)

    def broken(self, request: Any) -> Any:
        raise RuntimeError("defect")


def with_flask(trail: Trail) -> Any:
    app = flask_application()
    memos = Memos()
    api = flask.Blueprint("api", __name__, url_prefix="/api")

    class Collection(MethodView):
        def get(self) -> Any:
            return memos.all(flask.request)

        def post(self) -> Any:
            return memos.add(flask.request)

    class Item(MethodView):
        def get(self, number: int) -> Any:
            return memos.one(flask.request, number)

        def put(self, number: int) -> Any:
            return memos.replace(flask.request, number)

        def delete(self, number: int) -> Any:
            return memos.remove(flask.request, number)

    api.add_url_rule("/memos", view_func=Collection.as_view("collection"))
    api.add_url_rule("/memos/<int:number>", view_func=Item.as_view("item"))
    api.add_url_rule("/busy", "busy", lambda: memos.busy(flask.request))
    api.add_url_rule("/broken", "broken", lambda: memos.broken(flask.request))
    api.register_error_handler(ValidationError, invalid)
    app.register_blueprint(api)

    @app.errorhandler(http.HTTPException)
    def of_path(error: Any) -> Any:
        # Flask's blueprint never sees what matched no rule of it, so the application asks for the path.
        return problem(error) if f"{flask.request.path}/".startswith("/api/") else error

    @app.route("/")
    def page() -> str:
        return "a page"

    return app


def with_layers(trail: Trail) -> Any:
    memos = Memos()

    def one(request: Any, number: int) -> Any:
        return memos.one(request, number)

    def replace(request: Any, number: int) -> Any:
        return memos.replace(request, number)

    def remove(request: Any, number: int) -> Any:
        return memos.remove(request, number)

    def page(request: Any) -> str:
        return "a page"

    in_json = ErrorHandlers(
        {
            ValidationError: lambda request, error: invalid(error),
            http.HTTPException: lambda request, error: problem(error),
        }
    )
    api = Blueprint(
        "api",
        [
            Rule("/memos", endpoint=memos.all),
            Rule("/memos", endpoint=memos.add, methods=["POST"]),
            Rule("/memos/<int:number>", endpoint=one),
            Rule("/memos/<int:number>", endpoint=replace, methods=["PUT"]),
            Rule("/memos/<int:number>", endpoint=remove, methods=["DELETE"]),
            Rule("/busy", endpoint=memos.busy),
            Rule("/broken", endpoint=memos.broken),
        ],
        url_prefix="/api",
        layers=[errors(in_json)],
    )
    return layered_application([api, Rule("/", endpoint=page)])


site = Site(with_flask, with_layers)
MEMO = {"title": "빨래", "pinned": True}
EMPTY = ["204 without Content-Type"]


def sent(path: str, text: str, content_type: str = "application/json") -> Any:
    return post(path, data=text, content_type=content_type)


CASES = [
    case("a collection and its items", site, get("/api/memos"), get("/api/memos/1")),
    case(
        "one is added, and where it is",
        site,
        post("/api/memos", json=MEMO),
        get("/api/memos/2"),
        get("/api/memos"),
    ),
    case("one is replaced", site, ask("PUT", "/api/memos/1", json=MEMO), get("/api/memos/1")),
    case("one is removed", site, ask("DELETE", "/api/memos/1"), get("/api/memos/1"), differs=EMPTY),
    case(
        "HEAD and OPTIONS of a resource",
        site,
        ask("HEAD", "/api/memos"),
        ask("OPTIONS", "/api/memos"),
        ask("OPTIONS", "/api/memos/1"),
    ),
    case(
        "a method it does not have is a 405 in JSON, with those it has",
        site,
        ask("PATCH", "/api/memos/1"),
        ask("DELETE", "/api/memos"),
    ),
    case(
        "what is not there is a 404 in JSON", site, get("/api/memos/9"), get("/api/memos/x"), get("/api/nothing")
    ),
    case("outside its prefix errors are pages", site, get("/nothing"), post("/"), get("/apis")),
    case("malformed JSON is a 400 in JSON", site, sent("/api/memos", "{"), sent("/api/memos", "")),
    case(
        "another type of body is a 415 in JSON",
        site,
        sent("/api/memos", "title=x", "application/x-www-form-urlencoded"),
    ),
    case(
        "what is not valid is a 422 with the fields",
        site,
        post("/api/memos", json={"pinned": "yes", "more": 1}),
        post("/api/memos", json=[]),
    ),
    case("what was refused is not kept", site, post("/api/memos", json={}), get("/api/memos")),
    case("an error's own headers go along", site, get("/api/busy")),
    case("a defect is a 500 in JSON", site, get("/api/broken")),
    case("a slash too many", site, get("/api/memos/"), get("/api/memos/1/"), get("/api")),
]
