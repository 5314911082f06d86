"""`app.test_client()` and the session in tests."""

from __future__ import annotations

import io
from collections.abc import Callable
from inspect import signature
from typing import Any

import flask
from werkzeug.test import ClientRedirectError, EnvironBuilder

from keepwsgi import layers
from keepwsgi.layers import Rule, context

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, case, get

ROW = "test client"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def told(response: Any) -> list[Any]:
    return [response.status_code, response.text, response.headers.get("Location")]


#: What a view says of its request; either side's has all of it.
def asked(request: Any) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.url,
        "from": request.remote_addr,
        "agent": request.user_agent.string,
        "headers": request.headers.get("X-Thing"),
        "authorization": str(request.authorization and request.authorization.username),
        "cookies": request.cookies.to_dict(),
        "files": [[file.filename, file.read().decode()] for file in request.files.values()],
        "json": request.get_json(silent=True),
        "body": None if request.is_json else request.get_data(as_text=True),
    }


def pair(play: Callable[..., Any], **options: Any) -> Site:
    """`play(client, trail)` uses the test client of either application, made with `options`.

    Where it takes a third argument this is the module of the proxies `g`, `request` and `session`.
    """
    further = len(signature(play).parameters) > 2

    def with_flask(trail: Trail) -> Any:
        app = flask_application()

        @app.route("/", methods=["GET", "POST"])
        def index() -> Any:
            request = flask.request
            return [request.method, request.form.to_dict(), request.get_json(silent=True), request.args.to_dict()]

        @app.route("/user")
        def user() -> str:
            return str(flask.session.get("user"))

        @app.route("/sign-in/<name>")
        def sign_in(name: str) -> Any:
            flask.session["user"] = name
            flask.flash(f"welcome {name}")
            return flask.redirect(flask.url_for("user"))

        @app.route("/json")
        def json() -> Any:
            return {"제목": "메모"}

        @app.route("/asked", methods=METHODS)
        def show() -> Any:
            flask.g.kept = "g of the view"
            return asked(flask.request)

        @app.route("/again/<int:code>", methods=METHODS)
        def again(code: int) -> Any:
            return flask.redirect("/asked?after=1", code)

        @app.route("/round")
        def around() -> Any:
            return flask.redirect("/round")

        @app.route("/break")
        def broken() -> Any:
            raise LookupError("a defect")

        play(app.test_client(**options), trail, *[flask] * further)
        return app

    def with_layers(trail: Trail) -> Any:
        def index(request: Any) -> Any:
            return [request.method, request.form.to_dict(), request.get_json(silent=True), request.args.to_dict()]

        def user(request: Any) -> str:
            return str(request.session.get("user"))

        def sign_in(request: Any, name: str) -> Any:
            request.session["user"] = name
            layers.flash(request, f"welcome {name}")
            return layers.redirect(request.url_for("user"))

        def json(request: Any) -> Any:
            return {"제목": "메모"}

        def show(request: Any) -> Any:
            layers.g.kept = "g of the view"
            return asked(request)

        def again(request: Any, code: int) -> Any:
            return layers.redirect("/asked?after=1", code)

        def around(request: Any) -> Any:
            return layers.redirect("/round")

        def broken(request: Any) -> Any:
            raise LookupError("a defect")

        app = layered_application(
            [
                Rule("/asked", endpoint=show, methods=METHODS),
                Rule("/again/<int:code>", endpoint=again, methods=METHODS),
                Rule("/round", endpoint=around),
                Rule("/break", endpoint=broken),
                Rule("/", endpoint=index, methods=["GET", "POST"]),
                Rule("/user", endpoint=user),
                Rule("/sign-in/<name>", endpoint=sign_in),
                Rule("/json", endpoint=json),
            ]
        )
        play(app.test_client(**options), trail, *[context] * further)
        return app

    return Site(with_flask, with_layers)


def asking(client: Any, trail: Trail) -> None:
    trail.append(told(client.get("/?a=1")))
    trail.append(told(client.post("/", data={"a": "가"})))
    trail.append(told(client.post("/", json={"a": ["가"]})))
    trail.append(told(client.get("/", query_string={"a": "가 나"})))
    trail.append(client.get("/json").get_json())
    trail.append(client.delete("/").status_code)


def remembering(client: Any, trail: Trail) -> None:
    trail.append(told(client.get("/sign-in/ada")))
    trail.append(told(client.get("/user")))
    trail.append(client.get_cookie("session") is not None)
    client.delete_cookie("session")
    trail.append(told(client.get("/user")))


def following(client: Any, trail: Trail) -> None:
    response = client.get("/sign-in/ada", follow_redirects=True)
    trail.append([told(response), response.request.path, len(response.history)])


def transaction(client: Any, trail: Trail) -> None:
    with client.session_transaction() as session:
        trail.append(dict(session))
        session["user"] = "에이다"
    trail.append(told(client.get("/user")))
    with client.session_transaction() as session:
        trail.append(dict(session))
        del session["user"]
    trail.append(told(client.get("/user")))


def transaction_seen(client: Any, trail: Trail) -> None:
    client.get("/sign-in/ada")
    with client.session_transaction() as session:
        trail.append([session["user"], session["_flashes"], session.permanent, session.modified])


def transaction_untouched(client: Any, trail: Trail) -> None:
    with client.session_transaction() as session:
        trail.append(session.get("user"))
    trail.append(client.get_cookie("session") is None)


def transaction_raising(client: Any, trail: Trail) -> None:
    try:
        with client.session_transaction() as session:
            session["user"] = "nobody"
            raise ValueError("in the test")
    except ValueError as error:
        trail.append(str(error))
    trail.append(told(client.get("/user")))


def sending(client: Any, trail: Trail) -> None:
    trail.append(client.put("/asked?q=가", headers={"X-Thing": "1"}, data="text", auth=("ada", "pw")).json)
    trail.append(client.patch("/asked", data={"file": (io.BytesIO(b"12"), "메모.txt")}).json)
    trail.append(client.post("/asked", json=["글", 1], base_url="https://memo.example/keep").json)
    trail.append(client.get("http://other.example/asked", environ_base={"REMOTE_ADDR": "192.0.2.1"}).json)
    trail.append(client.get("/asked", headers={"User-Agent": "mine"}).json)


def methods(client: Any, trail: Trail) -> None:
    for method in ("get", "post", "put", "patch", "delete", "head", "options"):
        response = getattr(client, method)("/asked")
        trail.append([method, response.status, sorted(response.allow), len(response.data) > 0])


def cookies(client: Any, trail: Trail) -> None:
    client.set_cookie("theme", "어둠")
    client.set_cookie("far", "1", domain="other.example")
    client.set_cookie("deep", "1", path="/deeper")
    trail.append(client.get("/asked").json["cookies"])
    trail.append(client.get("/asked", base_url="http://other.example").json["cookies"])
    found = client.get_cookie("theme")
    trail.append([found.value, found.path, client.get_cookie("deep"), client.get_cookie("none")])


def forgetful(client: Any, trail: Trail) -> None:
    trail.append(told(client.get("/sign-in/ada")))
    trail.append(told(client.get("/user")))


def redirected(client: Any, trail: Trail) -> None:
    for code in (301, 302, 303, 307, 308):
        response = client.post("/again/" + str(code), data="body", follow_redirects=True)
        method, body = response.json["method"], response.json["body"]
        trail.append([code, method, body, [each.status_code for each in response.history]])
    try:
        client.get("/round", follow_redirects=True)
    except ClientRedirectError:
        trail.append("round and round")


def looking_back(client: Any, trail: Trail, proxies: Any) -> None:
    with client:
        client.get("/asked")
        trail.append([proxies.request.path, proxies.g.kept, proxies.has_request_context()])
        client.get("/sign-in/ada")
        trail.append([proxies.request.view_args, dict(proxies.session), "kept" in proxies.g])
        client.get("/nothing")
        trail.append([proxies.request.path, proxies.session["user"]])
    trail.append(proxies.has_request_context())
    client.get("/asked")
    trail.append(proxies.has_request_context())


def looking_back_twice(client: Any, trail: Trail) -> None:
    try:
        with client, client:
            pass
    except RuntimeError as error:
        trail.append(str(error))
    with client:
        trail.append(client.get("/json").text)


def followed_and_looked_back(client: Any, trail: Trail, proxies: Any) -> None:
    with client:
        trail.append(client.get("/sign-in/ada", follow_redirects=True).text)
        trail.append([proxies.request.path, proxies.session["user"]])


def streamed(client: Any, trail: Trail) -> None:
    response = client.get("/json", buffered=True)
    trail.append([response.content_length, response.is_json, response.json, response.get_data()])
    response = client.get("/nothing")
    trail.append([response.status, response.json, response.mimetype, response.request.path])


def built(client: Any, trail: Trail) -> None:
    builder = EnvironBuilder("/asked", method="POST", data={"a": "가"})
    trail.append(client.open(builder).json["url"])
    trail.append(client.open(builder.get_environ()).json["method"])
    trail.append(client.open(builder.get_request()).json["method"])


def transaction_elsewhere(client: Any, trail: Trail) -> None:
    with client.session_transaction("/", base_url="http://memo.example") as session:
        session["user"] = "there"
    trail.append([client.get("/user").text, client.get("/user", base_url="http://memo.example").text])


def raising(client: Any, trail: Trail) -> None:
    try:
        client.get("/break")
    except LookupError as error:
        trail.append(repr(error))


def defective(client: Any, trail: Trail) -> None:
    trail.append(client.get("/break").status)


def debugged(site: Site) -> Site:
    """With `TESTING` in Flask and `debug` here: what a view raises reaches the test."""

    def with_flask(trail: Trail) -> Any:
        app = site.flask([])
        app.testing = True
        raising(app.test_client(), trail)
        return app

    def with_layers(trail: Trail) -> Any:
        app = site.layers([])
        app.debug = True
        raising(app.test_client(), trail)
        return app

    return Site(with_flask, with_layers)


CASES = [
    case("a client sends headers, files, JSON and credentials", pair(sending)),
    case("a client has every method", pair(methods)),
    case("a test sets and reads cookies", pair(cookies)),
    case("a client without cookies remembers nothing", pair(forgetful, use_cookies=False)),
    case("a redirect is followed with the method it asks for", pair(redirected)),
    case("in a with block the last request can be looked at", pair(looking_back)),
    case("with blocks of one client do not nest", pair(looking_back_twice)),
    case("a followed redirect leaves its last request to look at", pair(followed_and_looked_back)),
    case("an answer has text, JSON and its request", pair(streamed)),
    case("a client opens what a builder has made", pair(built)),
    case("a session on another host", pair(transaction_elsewhere)),
    case("a defect is a 500 to a client", pair(defective)),
    case("a defect reaches a test that asks for it", debugged(pair(defective))),
    case("a client asks", pair(asking)),
    case("a client keeps cookies", pair(remembering)),
    case("a client follows redirects", pair(following)),
    case("a test sets the session", pair(transaction)),
    case("a test reads the session", pair(transaction_seen)),
    case("a session only looked at sets no cookie", pair(transaction_untouched)),
    case("a session is not saved when the test fails inside", pair(transaction_raising)),
    case(
        "two clients are two people",
        pair(lambda client, trail: trail.append(told(client.get("/user")))),
        get("/user"),
    ),
]
