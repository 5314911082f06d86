"""`session`: a signed cookie that is set, kept, refreshed and deleted as Flask's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import UUID

import flask
from flask.sessions import session_json_serializer
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from markupsafe import Markup

from keepwsgi.layers import CookieSessions, Rule, abort

from ..applications import flask_application, layered_application
from ..comparison import KEY, OLD_KEY, Ask, Site, Trail, case, get, post

ROW = "session"

VALUES: dict[str, Any] = {
    "text": "메모",
    "number": 7,
    "none": None,
    "list": [1, [2, "둘"]],
    "tuple": (1, (2, "둘")),
    "bytes": b"\x00\xff",
    "markup": Markup("<b>굵게</b>"),
    "uuid": UUID("8b2f1c1e-6a0f-4ac2-8f5b-0f2d1f3b9f10"),
    "datetime": datetime(2024, 2, 29, 12, 30, 15, tzinfo=UTC),
    "datetime-naive": datetime(2024, 2, 29, 12, 30, 15),  # noqa: DTZ001  (it is what is shown)
    "decimal": Decimal("1.10"),
    "nested": {"a": [(1, b"x"), {"b": (UUID(int=1),)}]},
    "tag-like": {" t": [1, 2]},
    "tag-like-bytes": {" b": "not base64"},
    "tag-like-twice": {" di": {" t__": 1}},
    "tag-like-two-keys": {" t": 1, " b": 2},
    "key-with-underscores": {" d__": 1},
    "deep": {" m": {" u": {" d": {" di": ()}}}},
    "number-keys": {1: "a", 2: "b"},
    "empty": {"list": [], "tuple": (), "dict": {}, "bytes": b""},
    "long": "가" * 300,
    "zeros": "0" * 2000,
    "unknown": object,
}


def _nest(session: Any) -> Any:
    session["list"].append(2)
    return "nested"


#: What the view under /<name> does with its session, and answers.
DEEDS: dict[str, Callable[[Any], Any]] = {
    "read": lambda session: sorted(session.items(), key=repr).__repr__(),
    "get": lambda session: str(session.get("user")),
    "missing": lambda session: session["missing"],
    "length": lambda session: str(len(session)),
    "truth": lambda session: str(bool(session)),
    "contains": lambda session: str("user" in session),
    "set": lambda session: session.update(user="ada") or "set",
    "set-other": lambda session: session.__setitem__("theme", "dark") or "set",
    "set-same": lambda session: session.__setitem__("user", "ada") or "set",
    "list": lambda session: session.__setitem__("list", [1]) or "list",
    "nest": _nest,
    "nest-said": lambda session: (_nest(session) and setattr(session, "modified", True)) or "said",
    "setdefault": lambda session: session.setdefault("user", "eve"),
    "pop": lambda session: str(session.pop("user", None)),
    "pop-missing": lambda session: str(session.pop("nothing", None)),
    "delete": lambda session: session.__delitem__("user") or "deleted",
    "clear": lambda session: session.clear() or "cleared",
    "permanent": lambda session: setattr(session, "permanent", True) or "permanent",
    "not-permanent": lambda session: setattr(session, "permanent", False) or "not permanent",
    "is-permanent": lambda session: str(session.permanent),
    "modified": lambda session: str(session.modified),
    "set-and-abort": lambda session: session.update(user="abort") or abort(403),
    "set-and-break": lambda session: session.update(user="break") or 1 / 0,
    "set-and-stream": lambda session: session.update(user="stream") or iter(["a", "b"]),
}


def pair(
    *,
    keys: Sequence[str] = (KEY,),
    lifetime: timedelta = timedelta(days=31),
    name: str = "session",
    **config: Any,
) -> Site:
    def with_flask(trail: Trail) -> Any:
        app = flask_application(SECRET_KEY_FALLBACKS=list(keys[1:]), SESSION_COOKIE_NAME=name, **config)
        app.secret_key = keys[0] if keys else None
        app.permanent_session_lifetime = lifetime

        @app.route("/<deed>", methods=["GET", "POST"])
        def do(deed: str) -> Any:
            return "untouched" if deed == "untouched" else DEEDS[deed](flask.session)

        @app.route("/value/<value>")
        def keep(value: str) -> str:
            flask.session["value"] = VALUES[value]
            return "kept"

        @app.errorhandler(500)
        def defect(error: Any) -> Any:
            return f"{type(error.original_exception).__name__}", 500

        return app

    def with_layers(trail: Trail) -> Any:
        def do(request: Any, deed: str) -> Any:
            return "untouched" if deed == "untouched" else DEEDS[deed](request.session)

        def keep(request: Any, value: str) -> str:
            request.session["value"] = VALUES[value]
            return "kept"

        def defect(request: Any, error: Any) -> Any:
            return f"{type(error.original_exception).__name__}", 500

        return layered_application(
            [Rule("/<deed>", endpoint=do, methods=["GET", "POST"]), Rule("/value/<value>", endpoint=keep)],
            handlers={500: defect},
            store=CookieSessions(list(keys), lifetime=lifetime, cookie_name=name),
        )

    return Site(with_flask, with_layers)


def sealed(value: Any, key: str = KEY, salt: str = "cookie-session", age: int = 0) -> str:
    """A cookie as somebody with the key would make it, `age` seconds ago."""
    serializer = URLSafeTimedSerializer(
        [key], salt=salt, serializer=session_json_serializer, signer_kwargs={"key_derivation": "hmac"}
    )
    moment = int(datetime.now(UTC).timestamp()) - age
    with patch.object(TimestampSigner, "get_timestamp", lambda self: moment):
        text = serializer.dumps(value)
    return text if isinstance(text, str) else text.decode()


def sent(path: str, cookie: str, name: str = "session") -> Ask:
    return get(path, headers={"Cookie": f"{name}={cookie}"})


site = pair()
changing = pair(keys=(KEY, OLD_KEY))
short = pair(lifetime=timedelta(minutes=5))
keyless = pair(keys=())
USER = {"user": "ada"}
PERMANENT = {"_permanent": True, "user": "ada"}


def does(sentence: str, *deeds: str, on: Site = site, **options: Any) -> Any:
    return case(sentence, on, *(get(f"/{deed}") for deed in deeds), **options)


def value(name: str) -> Any:
    return case(f"a value that is kept: {name}", site, get(f"/value/{name}"), get("/read"))


CASES = [
    does("a request that asks nothing of the session sets no cookie", "untouched"),
    does(
        "reading an empty session sets no cookie but varies by cookie",
        "read",
        "get",
        "contains",
        "length",
        "truth",
    ),
    does("what is set is there in the next request", "set", "read", "untouched", "get"),
    does("a missing key is a KeyError, a defect", "missing"),
    does("setting the same value again sets the cookie again", "set", "set-same"),
    does("a change further in is not noticed", "list", "nest", "read"),
    does("unless it is said", "list", "nest-said", "read"),
    does("a default is set only where nothing was", "setdefault", "set-other", "setdefault", "read"),
    does("popping the last key deletes the cookie", "set", "pop", "read"),
    does("popping what is not there changes nothing", "set", "pop-missing", "modified"),
    does("deleting one of two keys keeps the cookie", "set", "set-other", "delete", "read"),
    does("deleting what is not there is a defect", "delete"),
    does("clearing deletes the cookie", "set", "clear", "read"),
    does("clearing an empty session", "clear"),
    does("modified says whether anything was set", "modified", "set", "modified"),
    does("the session is saved when a view aborts", "set-and-abort", "read"),
    does("the session is saved when a view breaks", "set-and-break", "read"),
    does("the session is saved with a streamed answer", "set-and-stream", "read"),
    does("a permanent session's cookie has a date", "set", "permanent", "is-permanent"),
    does("a permanent session that is read is issued anew", "set", "permanent", "get", "get"),
    does(
        "a permanent session that nobody reads is left alone",
        "set",
        "permanent",
        "untouched",
        differs=["unread sessions are not refreshed"],
    ),
    does("a session may cease to be permanent", "permanent", "not-permanent", "read"),
    does("an empty session is not permanent", "is-permanent"),
    does("the lifetime is a setting", "permanent", "get", on=short),
    does("the name is a setting", "set", "read", on=pair(name="memo")),
    case(
        "the cookie is for the mount point",
        site,
        get("/set", base_url="http://localhost/keep"),
        get("/read", base_url="http://localhost/keep"),
        differs=["cookie for the mount point"],
    ),
    case(
        "the cookie is Secure on https",
        site,
        get("/set", base_url="https://localhost"),
        differs=["Secure on https"],
    ),
    case(
        "a deleted cookie is deleted where it was set",
        site,
        get("/set", base_url="https://localhost/keep"),
        get("/clear", base_url="https://localhost/keep"),
        differs=["cookie for the mount point", "Secure on https"],
    ),
    case("a cookie signed with the key is read", site, sent("/read", sealed(USER))),
    case("a cookie signed with another key is an empty session", site, sent("/read", sealed(USER, "another"))),
    case(
        "a cookie signed for another purpose is an empty session", site, sent("/read", sealed(USER, salt="other"))
    ),
    case(
        "a tampered cookie is an empty session",
        site,
        sent("/read", "x" + sealed(USER)),
        sent("/read", sealed(USER)[:-1]),
        sent("/read", sealed(USER).replace(".", "", 1)),
        sent("/read", sealed(USER) + "="),
    ),
    case(
        "a cookie that is none at all is an empty session",
        site,
        sent("/read", "x"),
        sent("/read", ""),
        sent("/read", ".."),
        sent("/read", "\xff\xfe"),
        sent("/read", "a.b.c"),
        sent("/read", "x" * 8000),
    ),
    case("a forged cookie is replaced when something is set", site, sent("/set", "forged")),
    case("a forged cookie that is only read stays", site, sent("/get", "forged")),
    case(
        "an expired cookie is an empty session",
        short,
        sent("/read", sealed(USER, age=299)),
        sent("/read", sealed(USER, age=301)),
    ),
    case("a cookie from the future is an empty session", site, sent("/read", sealed(USER, age=-7200))),
    case(
        "a cookie of an older key is read and signed with the new one",
        changing,
        sent("/read", sealed(USER, OLD_KEY)),
        sent("/set-other", sealed(USER, OLD_KEY)),
        get("/read"),
    ),
    case("a permanent cookie of an older key is issued anew", changing, sent("/read", sealed(PERMANENT, OLD_KEY))),
    case("an older key alone is not enough elsewhere", site, sent("/read", sealed(USER, OLD_KEY))),
    case(
        "two cookies of the name",
        site,
        get("/read", headers={"Cookie": f"session={sealed(USER)}; session=x"}),
        get("/read", headers={"Cookie": f"session=x; session={sealed(USER)}"}),
    ),
    does("without a secret key the session is empty to read", "read", "get", "untouched", on=keyless),
    does("without a secret key setting is a RuntimeError", "set", "permanent", "pop-missing", on=keyless),
    case("HEAD and POST have the session too", site, Ask("HEAD", "/set"), post("/get")),
    case(
        "what no session can hold is a defect",
        site,
        get("/value/unknown"),
        get("/read"),
        differs=["a page that is not saved"],
    ),
    *(value(name) for name in VALUES if name != "unknown"),
]
