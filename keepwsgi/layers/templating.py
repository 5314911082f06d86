"""HTML from Jinja2 templates.

Flask calls this `render_template`, with autoescape for `.html`, the globals `request session g url_for
get_flashed_messages`, and context processors. Without it a view would join strings and have to remember
`markupsafe.escape` for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader, pass_context
from jinja2.runtime import Context
from werkzeug.local import LocalProxy

from keepwsgi.layers import context as proxies
from keepwsgi.layers.csrf import csrf_token
from keepwsgi.layers.flash import get_flashed_messages
from keepwsgi.layers.request import Request
from keepwsgi.layers.response import json_text

ContextProcessor = Callable[[Request], Mapping[str, Any]]


def _autoescape(name: str | None) -> bool:
    return name is None or name.endswith((".html", ".htm", ".xml", ".xhtml", ".svg"))


@pass_context
def _url_for(context: Context, endpoint: str, **values: Any) -> str:
    request: Request = context["request"]
    # The proxy where the template was rendered outside a request, or imported without its context.
    return (proxies if request is proxies.request else request).url_for(endpoint, **values)


@pass_context
def _get_flashed_messages(
    context: Context, with_categories: bool = False, category_filter: Sequence[str] = ()
) -> list[Any]:
    return get_flashed_messages(context["request"], with_categories, category_filter)


@pass_context
def _csrf_token(context: Context) -> str:
    return csrf_token(context["request"])


class Templates:
    """A Jinja2 environment and the names every template sees.

    `folder` is where the templates lie, or a Jinja2 loader. `context_processors` are called with the
    request for each rendering and return more names. `options` go to `jinja2.Environment`.
    """

    def __init__(
        self,
        folder: str | Path | BaseLoader,
        *,
        filters: Mapping[str, Callable[..., Any]] | None = None,
        names: Mapping[str, Any] | None = None,
        context_processors: Sequence[ContextProcessor] = (),
        **options: Any,
    ) -> None:
        loader = folder if isinstance(folder, BaseLoader) else FileSystemLoader(folder)
        self.environment = Environment(loader=loader, autoescape=_autoescape, **options)  # noqa: S701  (on, by file name)
        self.environment.filters.update(filters or {})
        self.environment.globals.update(
            url_for=_url_for,
            get_flashed_messages=_get_flashed_messages,
            csrf_token=_csrf_token,
            # Proxies: a template that does not look at the session does not open it, and one that is imported
            # without its context sees the request too.
            request=proxies.request,
            session=proxies.session,
            g=proxies.g,
            config=LocalProxy(lambda: proxies.current_app.config),
            **(names or {}),
        )
        self.environment.policies["json.dumps_function"] = json_text
        self.context_processors = tuple(context_processors)

    def render(self, request: Request | None, name: str, context: Mapping[str, Any]) -> str:
        """The template as text. Raises `jinja2.TemplateNotFound`."""
        return self.environment.get_template(name).render(self._names(request, context))

    def render_string(self, request: Request | None, source: str, context: Mapping[str, Any]) -> str:
        """The same for a template given as text; it is escaped as HTML."""
        return self.environment.from_string(source).render(self._names(request, context))

    def _names(self, request: Request | None, context: Mapping[str, Any]) -> dict[str, Any]:
        names: dict[str, Any] = {}
        if request is not None:
            names.update(request=request, config=request.app.config)
            for processor in self.context_processors:
                names.update(processor(request))
        names.update(context)
        return names


def render_template(request: Request, name: str, /, **context: Any) -> str:
    """Render a template of the request's application with `context` and the names all templates see."""
    return request.app.templates.render(request, name, context)


def render_template_string(request: Request, source: str, /, **context: Any) -> str:
    """The same for a template given as text."""
    return request.app.templates.render_string(request, source, context)
