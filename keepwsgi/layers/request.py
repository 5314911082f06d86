"""The request as the layers see it: Werkzeug's wrapper over `environ`, and what layers add to it.

Flask calls this `flask.Request`. Without this file a view would read `environ["PATH_INFO"]`, split
`QUERY_STRING` and parse `wsgi.input` by hand (PEP 3333).
"""

from __future__ import annotations

from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge, RequestURITooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wsgi import LimitedStream

from keepwsgi.layers.handler import Handler, Layer
from keepwsgi.layers.multipart import Texts, drain, read_texts

if TYPE_CHECKING:
    from werkzeug.routing import MapAdapter

    from keepwsgi.layers.application import Application
    from keepwsgi.layers.errors import ErrorHandlers
    from keepwsgi.layers.response import Response
    from keepwsgi.layers.routing import Rule
    from keepwsgi.layers.session import Session

#: What is read of a body that is refused, so that the client gets to see the answer: a server that closes
#: a connection with unread bytes resets it, and the 413 is lost on the way.
DRAINED_BYTES = 4 * 1024 * 1024
URLENCODED = "application/x-www-form-urlencoded"


class LimitedFormParser(FormDataParser):
    """Werkzeug's form parser, with its limit on the number of parts kept for url-encoded bodies too."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        if mimetype == URLENCODED and self.max_form_parts is not None:
            body = stream.read()
            if body.count(b"&") >= self.max_form_parts:
                raise RequestEntityTooLarge()
            stream = BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class ChunkedBody(LimitedStream):
    """A body without a Content-Length, which Werkzeug would cut off at its limit without a word."""

    def readinto(self, b: bytearray) -> int | None:  # type: ignore[override]
        """As much as fits; raises 413 at the limit, 400 where the server cannot make sense of the chunks."""
        try:
            return super().readinto(b)
        except HTTPException:
            raise
        except Exception as error:  # gunicorn has classes of its own for this
            raise BadRequest() from error

    def readall(self) -> bytes:
        """All of it; raises 413 where there is more than the limit."""
        body = super().readall()
        if self.is_exhausted:
            self.on_exhausted()
        return body


class Request(WerkzeugRequest):
    """One HTTP request. Everything Werkzeug reads from `environ`, and these:

    - `app`: the `Application` that received it
    - `url_rule`, `view_args`: what `match` found, or None
    - `routing_exception`: what `match` could not find; raised by `dispatch`
    - `id`: the request's name in logs and error pages
    - `unhandled`, `error_page`: the exception that became a 500, for `teardown` functions, and the answer to it
    - `error_handlers`: those of the `errors` layers the request is inside of, the innermost first

    A layer may offer an attribute (`session`, `locale`, …; see `handler.offers`). Its first reading calls the
    layer's function with the request and keeps what it returns, so what is never read costs nothing.
    """

    form_data_parser_class = LimitedFormParser
    max_form_parts = 1000

    app: Application
    url_adapter: MapAdapter
    url_rule: Rule | None = None
    view_args: dict[str, Any] | None = None
    routing_exception: HTTPException | None = None
    unhandled: Exception | None = None
    error_page: Response | None = None
    error_handlers: tuple[ErrorHandlers, ...] = ()
    id: str = "-"
    _texts: Texts | None = None

    session: Session
    flashes: list[tuple[str, Any]]
    locale: str

    def __init__(self, environ: dict[str, Any], app: Application) -> None:
        # A request inside its own environ would be a reference cycle, left for the garbage collector.
        super().__init__(environ, populate_request=False)
        self.app = app
        if not self.query_string.isascii():
            # Werkzeug decodes it as UTF-8 and raises where it is none; what is none is escaped, as in a path.
            self.query_string = self.query_string.decode("utf-8", "werkzeug.url_quote").encode()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            app = self.__dict__.get("app")
            loader = None if app is None else app.loaders.get(name)
            if loader is None:
                raise AttributeError(f"request.{name} is offered by no layer of this application")
            value = self.__dict__[name] = loader(self)
            return value

    @property
    def is_fragment(self) -> bool:
        """Whether a script asks, which puts the content of a page into one that is open (`X-Fragment: 1`)."""
        return "HTTP_X_FRAGMENT" in self.environ

    def loaded(self, name: str) -> bool:
        """Whether the attribute has been read or set in this request."""
        return name in self.__dict__

    def forget(self, name: str) -> Any:
        """Take an attribute that a layer offers back, so that the next reading makes it anew; None if unread."""
        return self.__dict__.pop(name, None)

    @property
    def endpoint(self) -> str | None:
        """The name of the matched rule, `blueprint.view`, or None."""
        return None if self.url_rule is None else self.url_rule.endpoint

    @property
    def blueprint(self) -> str | None:
        """The name of the blueprint the matched rule belongs to, or None."""
        name, dot, _ = (self.endpoint or "").rpartition(".")
        return name if dot else None

    def url_for(self, endpoint: str, **values: Any) -> str:
        """The URL of an endpoint, path-only; see `Routes.url_for`."""
        return self.app.routes.url_for(endpoint, adapter=self.url_adapter, blueprint=self.blueprint, **values)

    @property
    def may_hold_files(self) -> bool:
        """Whether it is a form with files for a rule that takes some."""
        rule = self.url_rule
        return self.mimetype == "multipart/form-data" and rule is not None and rule.max_body is not None

    def read_texts(self, limit: int = DRAINED_BYTES) -> Texts:
        """What was typed into a form that is refused: of one that `may_hold_files`, read as far as `limit` bytes.

        Of a form that has been read it is all. The body is read once, its files are not kept.
        """
        if "form" in self.__dict__:
            return Texts(self.form, [file.filename for _, file in self.files.items(multi=True) if file.filename])
        boundary = self.mimetype_params.get("boundary", "")
        length = limit if "HTTP_TRANSFER_ENCODING" in self.environ else self.content_length or 0
        if self._texts is None and self.may_hold_files and boundary:
            stream, limit = self.environ["wsgi.input"], min(length, limit)
            self._texts = read_texts(stream, boundary.encode(), limit=limit, parts=self.max_form_parts)
        return self._texts or Texts(MultiDict(), [])

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """As Flask: what was wrong with the JSON is told in debug mode only. Raises 400, or 415."""
        try:
            return super().on_json_loading_failed(e)
        except BadRequest as error:
            if self.app.debug:
                raise
            raise BadRequest() from error


def body_limits(default: int, *, drained: int = DRAINED_BYTES) -> Layer:
    """A layer that refuses a body larger than its rule's `max_body` (bytes) before any of it is parsed.

    `default` (bytes) holds where the rule says nothing, and for a form that can hold no file. Of a refused body at
    most `drained` bytes are read.
    Raises 413, and 414 for a query of more fields than a form may have.

    In Flask: `MAX_CONTENT_LENGTH`, `MAX_FORM_PARTS`.
    """

    def layer(handler: Handler) -> Handler:
        def handle(request: Request) -> Any:
            environ, rule = request.environ, request.url_rule
            limit = default
            if rule is not None and rule.max_body is not None and request.mimetype != URLENCODED:
                limit = rule.max_body
            request.max_content_length = limit
            if environ.get("QUERY_STRING", "").count("&") >= request.max_form_parts:
                raise RequestURITooLarge()
            if rule is not None and rule.max_fields is not None:
                request.max_form_parts = rule.max_fields
            length = request.content_length if environ.get("CONTENT_LENGTH") else None
            if length is not None and length > limit:
                if request.may_hold_files:
                    request.read_texts(drained)
                else:
                    drain(environ["wsgi.input"], min(length, drained))
                raise RequestEntityTooLarge()
            if length is not None or "HTTP_TRANSFER_ENCODING" not in environ:
                return handler(request)
            # It ends by itself; one byte beyond the limit tells a body of that size from a larger one.
            chunks = environ["wsgi.input"]
            environ["wsgi.input"] = ChunkedBody(chunks, limit + 1, is_max=True)
            request.max_content_length = None
            try:
                return handler(request)
            except RequestEntityTooLarge:
                drain(chunks, drained)
                raise

        return handle

    return layer
