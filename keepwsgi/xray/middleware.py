"""The x-ray as WSGI middleware: `app.wsgi_app = XRay(app)`, around any application made of these layers.

It stands outside of everything, so that it sees `environ` as the server gave it. Its own pages are an application
of the same layers (`pages.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from gettext import NullTranslations
from typing import TYPE_CHECKING, Any

from keepwsgi.layers.application import Application
from keepwsgi.xray import statements
from keepwsgi.xray.exchange import Exchange
from keepwsgi.xray.journey import Journeys
from keepwsgi.xray.pages import make_pages
from keepwsgi.xray.parts import layers_of, parts_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: How many requests are kept, in each process.
MOST_JOURNEYS = 100


class XRay:
    """The middleware. Made last, when all other middleware is around `app`.

    - `allowed(environ)`: whether whoever asks may look; for anybody else it is as if the x-ray were not there
    - `prefix`: the path the application lives under, where the server leaves it in `PATH_INFO`
    - `languages`, `catalogue`: of its own pages, the first language for whoever reads none of them
    - `chosen(environ)`: the reader's own `language` and `theme`, where there are any
    - `guide(source)`: the path of the page about a file such as `keepwsgi/layers/session.py`, or None
    - `sources`: the path below which files of the repository are shown, or ""
    """

    def __init__(
        self,
        app: Application,
        *,
        allowed: Callable[[WSGIEnvironment], bool] = lambda environ: True,
        prefix: str = "",
        languages: Sequence[str] = ("en",),
        catalogue: Callable[[str], NullTranslations] = lambda language: NullTranslations(),
        chosen: Callable[[WSGIEnvironment], Mapping[str, Any]] = lambda environ: {},
        guide: Callable[[str], str | None] = lambda source: None,
        sources: str = "",
    ) -> None:
        self.wsgi_app = app.wsgi_app
        self.journeys = Journeys(MOST_JOURNEYS)
        self._allowed = allowed
        self._prefix = prefix
        self._parts = parts_of(app)
        self._layers = layers_of(app)
        self._pages = make_pages(
            self.journeys,
            prefix=prefix,
            languages=languages,
            catalogue=catalogue,
            chosen=chosen,
            guide=guide,
            sources=sources,
        )
        statements.listen()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The pages of the x-ray, or the application's answer with its journey kept."""
        if not self._allowed(environ):
            return self.wsgi_app(environ, start_response)
        path = environ.get("PATH_INFO", "")
        if f"{path}/".startswith(f"{self._prefix}/"):
            path = path[len(self._prefix) :]
        if f"{path}/".startswith("/_xray/"):
            return self._pages(environ, start_response)
        exchange = Exchange(
            environ,
            start_response,
            parts=self._parts,
            layers=self._layers,
            root=environ.get("SCRIPT_NAME", "") + self._prefix,
            keep=self.journeys.keep,
        )
        return exchange.answer(self.wsgi_app)
