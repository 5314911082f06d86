"""`make_response`, `jsonify`, `redirect`, `abort`, `send_file`, `send_from_directory`, `secure_filename`."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask
from werkzeug.utils import secure_filename

from keepwsgi import layers
from keepwsgi.layers import Rule

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get, post

ROW = "responses made by hand, files, uploads"
FOLDER = Path(__file__).parent.parent / "files"


class FlaskKit:
    """Flask's functions; `files` are those that find the request by themselves there and are handed it here."""

    jsonify = staticmethod(flask.jsonify)
    redirect = staticmethod(flask.redirect)
    abort = staticmethod(flask.abort)
    Response = flask.Response
    make_response = staticmethod(flask.make_response)
    environ = staticmethod(lambda: flask.request.environ)
    send_file = staticmethod(flask.send_file)
    send_from_directory = staticmethod(flask.send_from_directory)


class LayersKit:
    jsonify = staticmethod(layers.jsonify)
    redirect = staticmethod(layers.redirect)
    abort = staticmethod(layers.abort)
    Response = layers.Response

    def __init__(self, request: Any) -> None:
        self.make_response = lambda *value: layers.make_response(value[0] if len(value) == 1 else value, request)
        self.environ = lambda: request.environ
        self.send_file = lambda *args, **options: layers.send_file(request, *args, **options)
        self.send_from_directory = lambda *args, **options: layers.send_from_directory(request, *args, **options)


def _cookies(kit: Any) -> Any:
    response = kit.make_response("cookies")
    response.set_cookie("a", "값 1; 2", max_age=60, httponly=True, samesite="Strict", path="/p", secure=True)
    response.set_cookie("b", "")
    response.delete_cookie("c")
    return response


def _headers(kit: Any) -> Any:
    response = kit.make_response("x", 202, {"X-A": "1"})
    response.headers["X-B"] = "2"
    response.mimetype = "text/plain"
    response.cache_control.max_age = 60
    response.cache_control.public = True
    response.set_etag("tag")
    return response


def _ascii(kit: Any) -> Any:
    response = kit.Response()
    response.data = "글".encode()
    response.content_type = "text/plain; charset=utf-8"
    response.status_code = 203
    return response


def _more_cookies(kit: Any) -> Any:
    response = kit.make_response("cookies")
    response.set_cookie("a", "1", domain="memo.example", expires=0, path=None)
    response.set_cookie("b", "1", samesite="None", secure=True, partitioned=True)
    response.set_cookie("c", "1", max_age=timedelta(days=1))
    response.set_cookie("b", "2")
    response.delete_cookie("d", path="/p", domain="memo.example")
    return response


def _conditional(kit: Any) -> Any:
    """An answer with a tag; whether it is sent is for `make_conditional`, given the request's environ."""
    response = kit.make_response("tagged")
    response.set_etag("v1", weak=True)
    response.last_modified = datetime(2024, 5, 1, tzinfo=UTC)
    return response.make_conditional(kit.environ())


#: What the view under /<name> answers.
DEEDS: dict[str, Callable[[Any], Any]] = {
    "make-str": lambda kit: kit.make_response("메모"),
    "make-tuple": lambda kit: kit.make_response("x", 201),
    "make-dict": lambda kit: kit.make_response({"가": 1}),
    "make-response": lambda kit: kit.make_response(kit.Response("x", status=418)),
    "make-none": lambda kit: kit.make_response(None),
    "headers": _headers,
    "cookies": _cookies,
    "by-hand": _ascii,
    "more-cookies": _more_cookies,
    "conditional": _conditional,
    "cookie-samesite": lambda kit: kit.make_response("x").set_cookie("a", "1", samesite="Sometimes"),
    "header-newline": lambda kit: kit.make_response("x", 200, {"X-A": "a\r\nX-Evil: 1"}),
    "header-list": lambda kit: kit.make_response("x", [("X-A", "1"), ("X-A", "2"), ("Link", "</a>; rel=next")]),
    "status-words": lambda kit: kit.make_response("x", "299 Fine"),
    "no-type": lambda kit: kit.Response(b"x", content_type=""),
    "charset": lambda kit: kit.Response("글", content_type="text/plain; charset=utf-8"),
    "json-keywords": lambda kit: kit.jsonify(b=1, a="한글"),
    "json-dict": lambda kit: kit.jsonify({"b": 1, "a": "한글"}),
    "json-many": lambda kit: kit.jsonify(1, 2, "셋"),
    "json-list": lambda kit: kit.jsonify([1, 2]),
    "json-one": lambda kit: kit.jsonify("글"),
    "json-nothing": lambda kit: kit.jsonify(),
    "json-none": lambda kit: kit.jsonify(None),
    "json-both": lambda kit: kit.jsonify(1, a=2),
    "json-status": lambda kit: (kit.jsonify(error="없음"), 404),
    "redirect": lambda kit: kit.redirect("/there?a=1&b=2"),
    "redirect-303": lambda kit: kit.redirect("/there", 303),
    "redirect-301": lambda kit: kit.redirect("/there", code=301),
    "redirect-308": lambda kit: kit.redirect("https://example.com/x", 308),
    "redirect-korean": lambda kit: kit.redirect("/메모/제목?q=가 나#끝"),
    "redirect-html": lambda kit: kit.redirect('/"><script>'),
    "redirect-relative": lambda kit: kit.redirect("there"),
    "redirect-200": lambda kit: kit.redirect("/there", 200),
    "redirect-newline": lambda kit: kit.redirect("/a\r\nX-Evil: 1"),
    "abort": lambda kit: kit.abort(404),
    "abort-words": lambda kit: kit.abort(400, "<b>no</b>"),
    "abort-unknown": lambda kit: kit.abort(999),
    "file": lambda kit: kit.send_file(FOLDER / "note.txt"),
    "file-str": lambda kit: kit.send_file(str(FOLDER / "note.txt")),
    "file-type": lambda kit: kit.send_file(FOLDER / "note.txt", mimetype="text/markdown"),
    "file-attached": lambda kit: kit.send_file(FOLDER / "note.txt", as_attachment=True),
    "file-named": lambda kit: kit.send_file(FOLDER / "note.txt", as_attachment=True, download_name="메모 1.txt"),
    "file-inline": lambda kit: kit.send_file(FOLDER / "note.txt", download_name="other.json"),
    "file-age": lambda kit: kit.send_file(FOLDER / "note.txt", max_age=3600),
    "file-age-function": lambda kit: kit.send_file(FOLDER / "note.txt", max_age=lambda name: len(name or "")),
    "file-missing": lambda kit: kit.send_file(FOLDER / "missing.txt"),
    "file-object": lambda kit: kit.send_file(io.BytesIO("바이트".encode()), mimetype="text/plain"),
    "file-object-named": lambda kit: kit.send_file(io.BytesIO(b"x"), download_name="x.png"),
    "file-object-nameless": lambda kit: kit.send_file(io.BytesIO(b"x")),
    "file-of-text": lambda kit: kit.send_file(io.StringIO("x"), mimetype="text/plain"),
}
METHODS = ["GET", "POST"]


def with_flask(trail: Trail) -> Any:
    app = flask_application()

    @app.route("/<deed>", methods=METHODS)
    def do(deed: str) -> Any:
        return DEEDS[deed](FlaskKit)

    @app.route("/folder/<path:name>")
    def folder(name: str) -> Any:
        return flask.send_from_directory(FOLDER, name)

    @app.post("/upload")
    def upload() -> Any:
        file = flask.request.files["file"]
        if not file.filename:
            return flask.redirect("/upload")
        return {"name": secure_filename(file.filename), "type": file.mimetype, "size": len(file.read())}

    return app


def with_layers(trail: Trail) -> Any:
    def do(request: Any, deed: str) -> Any:
        return DEEDS[deed](LayersKit(request))

    def folder(request: Any, name: str) -> Any:
        return layers.send_from_directory(request, FOLDER, name)

    def upload(request: Any) -> Any:
        file = request.files["file"]
        if not file.filename:
            return layers.redirect("/upload")
        return {"name": layers.secure_filename(file.filename), "type": file.mimetype, "size": len(file.read())}

    return layered_application(
        [
            Rule("/<deed>", endpoint=do, methods=METHODS),
            Rule("/folder/<path:name>", endpoint=folder),
            Rule("/upload", endpoint=upload, methods=["POST"]),
        ]
    )


site = Site(with_flask, with_layers)


def does(sentence: str, *deeds: str, **options: Any) -> Any:
    return case(sentence, site, *(get(f"/{deed}", **options) for deed in deeds))


def uploads(sentence: str, *names: str) -> Any:
    # The file is made anew for each application: it is read once.
    return case(
        sentence,
        site,
        *(
            lambda answers, name=name: post("/upload", data={"file": (io.BytesIO(b"12345"), name)})
            for name in names
        ),
    )


def again(header: str, of: str, path: str = "/file") -> Any:
    """The same file once more, with what its first answer said of itself."""
    return lambda answers: get(path, headers={header: answers[0].header(of)})


CASES = [
    does(
        "make_response converts as a view's return value", "make-str", "make-tuple", "make-dict", "make-response"
    ),
    does("make_response of nothing is a defect", "make-none"),
    does("a response's headers may be changed", "headers", "by-hand"),
    does("cookies are set and deleted", "cookies"),
    does("cookies have all their attributes", "more-cookies"),
    does("a cookie that cannot be is a defect", "cookie-samesite"),
    does("an answer made conditional", "conditional"),
    does("an answer the client has is a 304", "conditional", headers={"If-None-Match": 'W/"v1"'}),
    does(
        "an answer that has not changed since is a 304",
        "conditional",
        headers={"If-Modified-Since": "Wed, 01 May 2024 00:00:00 GMT"},
    ),
    does("a line break never gets into a header", "header-newline"),
    does("a header may come twice", "header-list"),
    does("a status with words of one's own", "status-words"),
    does("an answer's type is what was said", "no-type", "charset"),
    does("jsonify makes an object of keywords", "json-keywords", "json-dict"),
    does("jsonify makes a list of several values", "json-many", "json-list"),
    does("jsonify of one value, or of none", "json-one", "json-nothing", "json-none"),
    does("jsonify of values and keywords is a defect", "json-both"),
    does("jsonify with a status", "json-status"),
    does("a redirect is a 302", "redirect"),
    does("a redirect has the status asked for", "redirect-303", "redirect-301", "redirect-308"),
    does("a redirect's target is escaped", "redirect-korean", "redirect-html"),
    does("a redirect may be relative", "redirect-relative"),
    does("a redirect that is none is a defect", "redirect-200"),
    does("a line break never gets into a Location", "redirect-newline"),
    does("abort", "abort", "abort-words"),
    does("abort with a status nobody knows is a defect", "abort-unknown"),
    does("a file", "file", "file-str"),
    does("a file's type is guessed or said", "file-type", "file-inline"),
    does("a file to be saved", "file-attached", "file-named"),
    does("a file that may be kept", "file-age", "file-age-function"),
    does("a missing file is a defect", "file-missing"),
    does("a file in memory", "file-object", "file-object-named"),
    does("a file in memory without a name or type is a defect", "file-object-nameless", "file-of-text"),
    case("HEAD of a file", site, ask("HEAD", "/file")),
    case(
        "a file that has not changed is a 304",
        site,
        get("/file"),
        again("If-None-Match", "ETag"),
        again("If-Modified-Since", "Last-Modified"),
    ),
    case("a file that has changed is sent", site, get("/file", headers={"If-None-Match": '"other"'})),
    does("a part of a file", "file", headers={"Range": "bytes=2-5"}),
    does("the last bytes of a file", "file", headers={"Range": "bytes=-3"}),
    does("a part beyond the end is a 416", "file", headers={"Range": "bytes=9000-"}),
    does("several parts at once are not served", "file", headers={"Range": "bytes=0-1,3-4"}),
    case(
        "a part only if unchanged",
        site,
        get("/file"),
        lambda answers: get("/file", headers={"Range": "bytes=0-1", "If-Range": answers[0].header("ETag")}),
        get("/file", headers={"Range": "bytes=0-1", "If-Range": '"other"'}),
    ),
    case("a POST's answer may be a file too", site, post("/file")),
    case("a file of a folder", site, get("/folder/note.txt"), get("/folder/deeper/한글.txt")),
    case(
        "no file outside the folder",
        site,
        get("/folder/../making.py"),
        get("/folder/%2e%2e/conftest.py"),
        get("/folder//etc/passwd"),
        get("/folder/deeper"),
        get("/folder/missing"),
        get("/folder/a%00b"),
        differs=["path-only redirect"],
    ),
    uploads("an upload is stored under a name without paths", "a.txt", "../../etc/passwd", "C:\\x\\y.png"),
    uploads("an upload's Korean name loses its letters, as Werkzeug has it", "한글.png", "my 한글 file.png"),
    uploads("an upload without a file", ""),
    case("a missing upload is a 400", site, post("/upload", data={"other": "x"})),
]
