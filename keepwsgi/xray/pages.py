"""The x-ray's own pages, an application of the same layers: the last requests, and one of them on its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemLoader
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

from keepwsgi.layers.application import Application
from keepwsgi.layers.errors import ErrorHandlers, errors
from keepwsgi.layers.handler import Handler, Layer, offers
from keepwsgi.layers.headers import SECURITY_HEADERS, default_headers
from keepwsgi.layers.hooks import after
from keepwsgi.layers.locale import install_gettext, locale
from keepwsgi.layers.mounting import under_prefix
from keepwsgi.layers.request import Request
from keepwsgi.layers.response import Response
from keepwsgi.layers.routing import Routes, Rule
from keepwsgi.layers.templating import Templates, render_template
from keepwsgi.xray.journey import Journey, Journeys
from keepwsgi.xray.picture import rows, shares
from keepwsgi.xray.timing import milliseconds

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_PACKAGE = Path(__file__).parent.parent
_CSS = _PACKAGE / "static" / "css"
#: Inside an installed package, or at the top of a checkout.
_TEMPLATES = [_PACKAGE / "templates", _PACKAGE.parent / "templates"]
_KEY_WORDS = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE|FROM|WHERE|AND|OR|ORDER BY|GROUP BY|LIMIT|SET|VALUES|JOIN|LEFT|INNER"
    r"|ON|AS|IN|IS|NOT|NULL|EXISTS|UNION|ALL|RETURNING|DESC|ASC|CASE|WHEN|THEN|ELSE|END|BEGIN|IMMEDIATE|MATCH|DISTINCT)\b"
)


def make_pages(
    journeys: Journeys,
    *,
    prefix: str,
    languages: Sequence[str],
    catalogue: Callable[[str], NullTranslations],
    chosen: Callable[[WSGIEnvironment], Mapping[str, Any]],
    guide: Callable[[str], str | None],
    sources: str,
) -> Application:
    """The application of the x-ray's pages; the arguments are those of `XRay`."""
    templates = Templates(
        FileSystemLoader(_TEMPLATES),
        names={"guide_page": cache(guide), "source_page": partial(source_page, sources)},
        filters={"milliseconds": shown_time, "sql": coloured},
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install_gettext(templates.environment, catalogue)
    routes = Routes([Rule("/_xray", endpoint=index), Rule("/_xray/<request_id>", endpoint=show), *STYLES])
    return Application(
        routes,
        [
            after(never_kept),
            routes.match,
            errors(ErrorHandlers({404: not_kept})),
            locale(languages, choice=lambda request: request.chosen.get("language")),
            offered(chosen),
        ],
        middleware=[
            partial(default_headers, headers=SECURITY_HEADERS),
            partial(under_prefix, prefix=prefix),
        ],
        templates=templates,
        config={"JOURNEYS": journeys},
        name="keepwsgi.xray",
    )


def offered(chosen: Callable[[WSGIEnvironment], Mapping[str, Any]]) -> Layer:
    """A layer that offers `request.chosen`: what the reader has chosen in the application itself."""

    @offers(chosen=lambda request: chosen(request.environ))
    def layer(handler: Handler) -> Handler:
        return handler

    return layer


def never_kept(request: Request, response: Response) -> Response:
    """Nothing of the x-ray stays in a browser or on the way to it."""
    response.headers["Cache-Control"] = "no-store"
    return response


def index(request: Request) -> str:
    """The last requests, newest first."""
    journeys: Journeys = request.app.config["JOURNEYS"]
    return render_template(request, "xray/index.html", inside=journeys.inside(), before=journeys.before())


def show(request: Request, request_id: str) -> str:
    """One request's journey; raises 404 where it is forgotten, or known to another process only."""
    journey: Journey | None = request.app.config["JOURNEYS"].find(request_id)
    if journey is None:
        raise NotFound()
    return render_template(
        request,
        "xray/journey.html",
        journey=journey,
        rows=rows(journey),
        shares=shares(journey),
        unfolded="all" in request.args,
    )


def not_kept(request: Request, error: NotFound) -> tuple[str, int]:
    """The page for a request that is not kept."""
    return render_template(request, "xray/gone.html"), 404


def style(request: Request) -> Response:
    """The style sheet of these pages: the application's colours and base, and their own."""
    sheets = (_CSS / f"{name}.css" for name in ("tokens", "base", "xray"))
    return Response("\n".join(sheet.read_text("utf-8") for sheet in sheets), mimetype="text/css")


def link_style(request: Request) -> Response:
    """That of the link in the application's pages: it brings no colour of its own."""
    return Response((_CSS / "xray-link.css").read_text("utf-8"), mimetype="text/css")


STYLES = (
    Rule("/_xray/xray.css", endpoint=style),
    Rule("/_xray/link.css", endpoint=link_style),
)


def coloured(statement: str) -> Markup:
    """SQL as HTML, its key words marked."""
    return Markup(_KEY_WORDS.sub(r"<b>\1</b>", str(escape(statement))))  # noqa: S704  (escaped before)


def source_page(folder: str, source: str) -> str:
    """Where `source`, a file and line, can be read, or "": of the repository itself, not of its packages."""
    path = source.partition(":")[0]
    return f"{folder}/{path}" if folder and path.startswith(("keepwsgi/", "examples/", "templates/")) else ""


def shown_time(nanoseconds: int) -> str:
    """Milliseconds with as many digits as can be read: 153, 12.4, 0.31."""
    value = nanoseconds / 1e6
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.005 else milliseconds(nanoseconds)
