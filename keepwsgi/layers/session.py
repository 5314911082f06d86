"""A dictionary that follows one client from request to request, in a signed cookie.

Flask calls this `session` and `SecureCookieSessionInterface`. The cookie here is Flask's own: the same
salt, signature and tagged JSON, so Flask with the same key reads it and its cookies are read here.
Without it an application would invent a token, set it by `Set-Cookie` (RFC 6265) and keep a table.

Unlike Flask's, the session is read when first used: a request that never asks pays nothing.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Any, NoReturn
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup
from werkzeug.datastructures import CallbackDict
from werkzeug.http import http_date, parse_date

from keepwsgi.layers.handler import Handler, Layer, offers
from keepwsgi.layers.request import Request
from keepwsgi.layers.response import Response, json_default

_TAGS = frozenset((" di", " t", " b", " m", " u", " d"))


class TaggedJSON:
    """JSON in which the types it lacks are objects of one key, as Flask writes them.

    Tuple, bytes, Markup, UUID and datetime survive the journey.
    """

    @classmethod
    def dumps(cls, value: Any) -> str:
        """Compact JSON text; raises TypeError for a type that has no tag."""
        return json.dumps(cls._tag(value), default=json_default, separators=(",", ":"))

    @classmethod
    def loads(cls, text: str | bytes) -> Any:
        """The value that was written."""
        return cls._untag(json.loads(text))

    @classmethod
    def _tag(cls, value: Any) -> Any:
        match value:
            case dict():
                tagged = {key: cls._tag(item) for key, item in value.items()}
                if len(value) == 1 and (key := next(iter(value))) in _TAGS:
                    return {" di": {f"{key}__": tagged[key]}}
                return tagged
            case tuple():
                return {" t": [cls._tag(item) for item in value]}
            case list():
                return [cls._tag(item) for item in value]
            case bytes():
                return {" b": b64encode(value).decode("ascii")}
            case UUID():
                return {" u": value.hex}
            case datetime():
                return {" d": http_date(value)}
        if callable(getattr(value, "__html__", None)):
            return {" m": str(value.__html__())}
        return value

    @classmethod
    def _untag(cls, value: Any) -> Any:
        if isinstance(value, list):
            return [cls._untag(item) for item in value]
        if not isinstance(value, dict):
            return value
        value = {key: cls._untag(item) for key, item in value.items()}
        if len(value) != 1:
            return value
        key, item = next(iter(value.items()))
        match key:
            case " di":
                return {name[:-2]: inner for name, inner in item.items()}
            case " t":
                return tuple(item)
            case " b":
                return b64decode(item)
            case " m":
                return Markup(item)  # noqa: S704  (signed: only this application wrote it)
            case " u":
                return UUID(item)
            case " d":
                return parse_date(item)
        return value


class Session(CallbackDict[str, Any]):
    """The client's dictionary. `modified` is set by any change of a key; set it for changes further in.

    `permanent` sessions outlive the browser. `issued` is when the cookie that was read was signed.
    """

    def __init__(self, initial: dict[str, Any] | None = None, *, issued: datetime | None = None) -> None:
        self.modified = False
        self.issued = issued
        super().__init__(initial, self._changed)

    @staticmethod
    def _changed(session: Any) -> None:
        session.modified = True

    @property
    def permanent(self) -> bool:
        """Whether the cookie carries an expiry date. Kept in the session itself, as Flask keeps it."""
        return bool(self.get("_permanent", False))

    @permanent.setter
    def permanent(self, value: bool) -> None:
        self["_permanent"] = bool(value)


class NullSession(Session):
    """What a request has whose application has no secret key: empty to read, and nothing can be written."""

    def _fail(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError("The session is unavailable because no secret key was set.")

    __setitem__ = __delitem__ = clear = pop = popitem = update = setdefault = _fail


class CookieSessions:
    """Reads and writes sessions as signed cookies.

    `secret_keys`: the first signs, all are accepted, so that a key can be changed without signing
    everybody out. `lifetime` is that of permanent sessions. `refresh_after` is the age at which the cookie
    of a permanent session that was read is issued anew; Flask does so at every request, the default here.
    """

    def __init__(
        self,
        secret_keys: Sequence[str | bytes],
        *,
        cookie_name: str = "session",
        lifetime: timedelta = timedelta(days=31),
        refresh_after: timedelta = timedelta(0),
    ) -> None:
        self.cookie_name = cookie_name
        self.lifetime = lifetime
        self.refresh_after = refresh_after
        self._serializer: URLSafeTimedSerializer | None = None
        if secret_keys:
            self._serializer = URLSafeTimedSerializer(
                # itsdangerous signs with the last of its keys
                [key if isinstance(key, bytes) else key.encode() for key in reversed(secret_keys)],
                salt="cookie-session",
                serializer=TaggedJSON,
                signer_kwargs={"key_derivation": "hmac", "digest_method": sha1},
            )

    def open(self, request: Request) -> Session:
        """The session of this request; an empty one where the cookie is absent, forged or too old."""
        if self._serializer is None:
            return NullSession()
        cookie = request.cookies.get(self.cookie_name)
        if not cookie:
            return Session()
        try:
            value, issued = self._serializer.loads(
                cookie, max_age=int(self.lifetime.total_seconds()), return_timestamp=True
            )
        except BadData:
            return Session()
        return Session(value, issued=issued)

    def save(self, request: Request, response: Response) -> None:
        """Set, refresh or delete the cookie, as what happened to the session asks for."""
        session = request.session
        if self._serializer is None:
            return
        response.vary.add("Cookie")
        attributes: dict[str, Any] = {
            "path": request.root_path or "/",
            "secure": request.is_secure,
            "httponly": True,
            "samesite": "Lax",
        }
        if not session:
            if session.modified:
                response.delete_cookie(self.cookie_name, **attributes)
        elif session.modified or self._is_due(session):
            expires = datetime.now(UTC) + self.lifetime if session.permanent else None
            cookie = self._serializer.dumps(dict(session))
            response.set_cookie(
                self.cookie_name,
                cookie if isinstance(cookie, str) else cookie.decode("ascii"),
                expires=expires,
                **attributes,
            )

    def _is_due(self, session: Session) -> bool:
        if not session.permanent:
            return False
        return session.issued is None or datetime.now(UTC) - session.issued >= self.refresh_after


def sessions(store: CookieSessions) -> Layer:
    """A layer that offers `request.session` and saves it on the way out, also when a view aborts.

    In Flask: `session`, `SecureCookieSessionInterface`.
    """

    @offers(session=store.open)
    def layer(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            response = handler(request)
            if request.loaded("session"):
                store.save(request, response)
            return response

        return handle

    return layer
