"""Which function answers: a table of `Rule`s, blueprints, matching, dispatch, and URLs made from names.

Flask calls these `@app.route`, `Blueprint`, `url_for`, and `Flask.dispatch_request`. Without this file an
application would compare `environ["PATH_INFO"]` with patterns one by one, remember to answer HEAD,
OPTIONS, 405 and the missing slash, and write its URLs as strings in every template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from werkzeug import routing
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, RequestRedirect

from keepwsgi.layers.handler import Handler, Layer, compose
from keepwsgi.layers.request import Request
from keepwsgi.layers.response import Response, make_response, redirect

View = Callable[..., Any]

#: A client chooses its own `Host`; the adapters kept for them must not grow with what clients send.
MAX_ADAPTERS = 64


class Rule(routing.Rule):
    """Werkzeug's `Rule` with the view function itself as its endpoint, and limits for the body.

    `max_body` is in bytes, or the name of one of the application's `limits`, which `Routes` knows; `max_fields` is
    how many fields its form may have. None leaves either to the `body_limits` layer. As in Flask a rule without
    `methods` answers GET, every rule answers OPTIONS by itself, and HEAD comes with GET.
    """

    def __init__(
        self, string: str, *, max_body: int | str | None = None, max_fields: int | None = None, **options: Any
    ) -> None:
        methods = {method.upper() for method in options.pop("methods", None) or ("GET",)}
        self.automatic_options = "OPTIONS" not in methods
        super().__init__(string, methods=methods | {"OPTIONS"}, **options)
        self.limit = max_body if isinstance(max_body, str) else None
        self.max_body = max_body if isinstance(max_body, int) else None
        self.max_fields = max_fields

    def get_empty_kwargs(self) -> dict[str, Any]:
        """What `empty()` copies a rule with: a `Rule` can be bound to one map only."""
        options = {
            **super().get_empty_kwargs(),
            "max_body": self.limit or self.max_body,
            "max_fields": self.max_fields,
        }
        if self.automatic_options:
            options["methods"] = set(self.methods or ()) - {"OPTIONS"}
        return options


class Blueprint:
    """A named group of rules under one prefix, with layers of its own around its views.

    `layers` wrap the views inside `dispatch`, the first one outermost. A path that matches no rule but
    has the blueprint's prefix passes them too, so that its errors are answered in the blueprint's style.
    """

    def __init__(
        self, name: str, rules: Iterable[Rule], *, url_prefix: str = "", layers: Sequence[Layer] = ()
    ) -> None:
        if not name or "." in name:
            raise ValueError(f"a blueprint's name must not be empty or hold a dot: {name!r}")
        self.name = name
        self.rules = tuple(rules)
        self.url_prefix = url_prefix.rstrip("/")
        self.layers = tuple(layers)


class Routes:
    """The URL map of one application: rules and blueprints in, `match` and `dispatch` out.

    A rule outside any blueprint is named after its view function, one inside `blueprint.view`; `views`
    holds the functions by that name. `converters` are added to Werkzeug's (string int float path uuid). `limits`
    are sizes in bytes, by name: rules are written down once, and what is set from outside is not known there.
    """

    def __init__(
        self,
        routes: Iterable[Rule | Blueprint],
        *,
        converters: Mapping[str, type[routing.BaseConverter]] | None = None,
        limits: Mapping[str, int] | None = None,
    ) -> None:
        self.map = Map(converters=converters)
        self.views: dict[str, View] = {}
        self.blueprints: dict[str, Blueprint] = {}
        self._limits = limits or {}
        self._handlers: dict[str, Handler] = {}
        self._adapters: dict[tuple[str | None, ...], MapAdapter] = {}
        for route in routes:
            if isinstance(route, Blueprint):
                self._add_blueprint(route)
            else:
                self._add(route, "", "")
        self._by_prefix = sorted(
            (blueprint for blueprint in self.blueprints.values() if blueprint.url_prefix),
            key=lambda blueprint: -len(blueprint.url_prefix),
        )

    def _add_blueprint(self, blueprint: Blueprint) -> None:
        if blueprint.name in self.blueprints:
            raise ValueError(f"two blueprints are named {blueprint.name!r}")
        self.blueprints[blueprint.name] = blueprint
        self._handlers[blueprint.name] = compose(blueprint.layers, self.call)
        for rule in blueprint.rules:
            self._add(rule, blueprint.url_prefix, f"{blueprint.name}.")

    def _add(self, rule: Rule, url_prefix: str, name_prefix: str) -> None:
        view = rule.endpoint
        copy: Rule = rule.empty()  # type: ignore[assignment]
        if callable(view):
            copy.endpoint = f"{name_prefix}{view.__name__}"
            if self.views.setdefault(copy.endpoint, view) is not view:
                raise ValueError(f"two view functions are named {copy.endpoint!r}")
        elif not rule.build_only:
            raise TypeError(f"the endpoint of {rule.rule!r} is not a function: {view!r}")
        if copy.limit is not None:
            if copy.limit not in self._limits:
                raise ValueError(f"{rule.rule!r} asks for a limit that is not set: {copy.limit!r}")
            copy.max_body = self._limits[copy.limit]
        copy.rule = url_prefix + copy.rule
        self.map.add(copy)

    def adapter(self, request: Request) -> MapAdapter:
        """The map bound to this request's scheme, host, mount point and method."""
        environ = request.environ
        key = (
            environ["wsgi.url_scheme"],
            environ.get("HTTP_HOST"),
            environ.get("SERVER_NAME"),
            environ.get("SERVER_PORT"),
            environ.get("SCRIPT_NAME"),
            environ["REQUEST_METHOD"],
        )
        adapter = self._adapters.get(key)
        if adapter is None:
            adapter = self.map.bind(
                request.host,
                request.root_path,
                url_scheme=request.scheme,
                path_info="/",
                # Of an endpoint's several rules the URL of the request's own method is built first.
                default_method=request.method,
            )
            if len(self._adapters) >= MAX_ADAPTERS:
                self._adapters.clear()
            self._adapters[key] = adapter
        return adapter

    def find(self, request: Request) -> None:
        """Put the matching rule and its arguments on the request, or the routing error.

        Kept there for `dispatch` to raise, so that hooks run for a 404 too, as in Flask.
        """
        query = request.environ.get("QUERY_STRING", "")
        if not query.isascii():  # bytes as PEP 3333 has them, for a redirect to repeat
            query = query.encode("latin-1").decode("utf-8", "replace")
        try:
            adapter = request.url_adapter = self.adapter(request)
            request.url_rule, request.view_args = adapter.match(  # type: ignore[assignment]
                # At a mount point without its slash the path is empty, which `request.path` hides.
                request.environ.get("PATH_INFO") and request.path,
                request.method,
                return_rule=True,
                query_args=query,
            )
        except HTTPException as error:
            request.routing_exception = error
            if not request.loaded("url_adapter"):
                # The page that says so has links too. They are paths, which need no host.
                request.url_adapter = self.map.bind("", request.root_path)

    def match(self, handler: Handler) -> Handler:
        """The layer that finds the rule before anything further in asks for it; see `find`.

        In Flask: `RequestContext.match_request`.
        """

        def handle(request: Request) -> Response:
            self.find(request)
            return handler(request)

        return handle

    def dispatch(self, request: Request) -> Response:
        """The innermost handler: the blueprint's layers, then the view. Raises the kept routing error.

        In Flask: `Flask.dispatch_request`, `Flask.make_response`.
        """
        rule = request.url_rule
        if rule is not None:
            name, _, _ = rule.endpoint.rpartition(".")
        else:
            name = self.blueprint_at(request.path)
        return self._handlers[name](request) if name else self.call(request)

    def blueprint_at(self, path: str) -> str:
        """The name of the blueprint with the longest prefix that `path` lies under, or ""."""
        for blueprint in self._by_prefix:
            if path == blueprint.url_prefix or path.startswith(f"{blueprint.url_prefix}/"):
                return blueprint.name
        return ""

    def call(self, request: Request) -> Response:
        """Call the matched view and convert what it returns."""
        rule = request.url_rule
        if rule is None:
            error = request.routing_exception
            if isinstance(error, RequestRedirect):
                return redirect(path_only(error.new_url, request.url_adapter), error.code)
            raise error if error is not None else RuntimeError("the layers have no `match`")
        if rule.automatic_options and request.method == "OPTIONS":
            response = Response()
            response.allow.update(request.url_adapter.allowed_methods(request.path))
            return response
        return make_response(self.views[rule.endpoint](request, **request.view_args or {}), request)

    def url_for(
        self,
        endpoint: str,
        *,
        adapter: MapAdapter,
        blueprint: str | None = None,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """The URL of `endpoint`; what the rule does not take goes into the query, escaped.

        A leading dot means the current `blueprint`. Under a mount point (`SCRIPT_NAME`) the URL starts
        with it. `_external` adds scheme and host. Raises `werkzeug.routing.BuildError`.
        """
        if endpoint[:1] == ".":
            endpoint = f"{blueprint}{endpoint}" if blueprint else endpoint[1:]
        if _external is None:
            _external = _scheme is not None
        if _scheme is not None and not _external:
            raise ValueError("When specifying '_scheme', '_external' must be True.")
        url = adapter.build(endpoint, values, method=_method, url_scheme=_scheme, force_external=_external)
        return url if _anchor is None else f"{url}#{quote(_anchor, safe='%!#$&()*+,/:;=?@' + chr(39))}"


def path_only(url: str, adapter: MapAdapter) -> str:
    """A URL of this site without scheme and host: a redirect built on `Host` would go where a forged one says."""
    here = f"{adapter.url_scheme}://{adapter.get_host(None)}/"
    # "//elsewhere.example/" is a path here and a host to a browser.
    return "/" + url.removeprefix(here).lstrip("/") if url.startswith(here) else url
