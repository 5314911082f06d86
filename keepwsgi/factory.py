"""The composition root: every part of the application is named here and nowhere else.

Reading the two lists in `create_app`, middleware and layers, is reading the application.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from keepwsgi import __version__, health
from keepwsgi.accounts import views as accounts_views
from keepwsgi.accounts.freshness import private_by_default
from keepwsgi.accounts.layer import API_PREFIX, Request, accounts, chosen_language
from keepwsgi.accounts.looking import chosen_look, onlookers
from keepwsgi.api import views as api_views
from keepwsgi.api.problems import problem_handlers
from keepwsgi.config import Settings, load_settings, secret_key
from keepwsgi.database import Database
from keepwsgi.database.layer import database, working
from keepwsgi.database.worker import Worker
from keepwsgi.error_pages import error_handlers
from keepwsgi.guide import views as guide_views
from keepwsgi.images import views as images_views
from keepwsgi.images.stores import open_store
from keepwsgi.instance import purging
from keepwsgi.labels import views as labels_views
from keepwsgi.layers import (
    SECURITY_HEADERS,
    Application,
    CookieSessions,
    Routes,
    Rule,
    StaticFolder,
    Templates,
    access_log,
    behind_proxies,
    body_limits,
    contexts,
    csrf,
    default_headers,
    errors,
    install_gettext,
    last_resort,
    locale,
    request_id,
    sessions,
    under_prefix,
)
from keepwsgi.layers.logging import configure
from keepwsgi.layers.request import DRAINED_BYTES
from keepwsgi.layers.static import tree_digest
from keepwsgi.memos import views as memos_views
from keepwsgi.transfer import uploads
from keepwsgi.transfer import views as transfer_views
from keepwsgi.transfer.moving_in import MovingIn
from keepwsgi.translations import LANGUAGES, catalogue, dates

if TYPE_CHECKING:
    from keepwsgi.xray import XRay

PACKAGE = Path(__file__).parent
#: The largest body of a form, in bytes; a rule that takes more says so itself.
MAX_FORM = 2 * 1024 * 1024
#: The cookie of somebody who keeps coming is renewed once a day, and lasts this long after the last time.
SESSION_LIFETIME = timedelta(days=90)
SESSION_REFRESH = timedelta(days=1)


def create_app(settings: Settings | None = None, *, debug: bool = False) -> Application:
    """The application for `settings`, by default those of the environment; `debug` lets exceptions through.

    Opens no database and starts nothing; only the secret key is made if there is none. Raises SettingsError.
    """
    settings = settings or load_settings()
    logger = logging.getLogger("keepwsgi")
    configure(logger, settings.log_format)
    static = StaticFolder(PACKAGE / "static", compressed=settings.data_dir / "cache" / "static")
    swagger_ui = StaticFolder(
        api_views.swagger_ui_folder(),
        compressed=static.compressed,
        digest=api_views.swagger_ui_folder().name,
        names=api_views.SWAGGER_UI,
        endpoint="swagger_ui",
    )
    store = Database(settings.database_url)
    blobs = open_store(settings.blob_url, settings.data_dir / "blobs")
    worker = Worker(
        store,
        {uploads.KIND: MovingIn(store, blobs, settings.max_upload)},
        {purging.NAME: partial(purging.purge, store, blobs, trash_kept=timedelta(days=settings.trash_days))},
    )
    templates = make_templates(template_folder(), debug=debug)
    routes = Routes(
        [
            static.rule,
            swagger_ui.rule,
            accounts_views.blueprint,
            memos_views.blueprint,
            labels_views.blueprint,
            images_views.blueprint,
            transfer_views.blueprint,
            api_views.blueprint,
            api_views.pages,
            health.blueprint,
            *([guide_views.blueprint] if settings.env == "development" else []),
        ],
        limits={"upload": settings.max_upload, "import": settings.max_import},
    )
    problems = {API_PREFIX: problem_handlers}
    key = secret_key(settings)
    cookies = CookieSessions(
        [key], cookie_name=cookie_name(key), lifetime=SESSION_LIFETIME, refresh_after=SESSION_REFRESH
    )

    app = Application(
        routes,
        middleware=[
            partial(default_headers, headers=SECURITY_HEADERS),
            partial(behind_proxies, proxies=settings.trusted_proxies),
            partial(under_prefix, prefix=settings.url_prefix),
            static.serve_files,
            swagger_ui.serve_files,
        ],
        layers=[
            request_id(trust_header=settings.trusted_proxies > 0),
            access_log(logger),
            contexts,
            last_resort(error_handlers, under=problems),
            private_by_default,
            sessions(cookies),
            routes.match,
            database(store),
            working(worker),
            errors(error_handlers, under=problems),
            body_limits(MAX_FORM),
            # Outside csrf: a form sent after the session has ended is asked to sign in.
            accounts,
            # A browser never sends a token by itself, whatever site asks it to.
            csrf(
                reads_multipart=lambda request: request.user is not None,
                exempt=lambda request: request.has_credentials,
            ),
            locale(tuple(LANGUAGES), choice=chosen_language),
        ],
        templates=templates,
        request_class=request_class(settings),
        config={
            "VERSION": __version__,
            "RELEASE": f"{__version__}-{static.digest}-{tree_digest(template_folder())}",
            "REGISTRATION": settings.registration,
            "SESSION_COOKIE_NAME": cookies.cookie_name,
            "DATABASE": store,
            "BLOBS": blobs,
            "WORKER": worker,
            "TRASH_DAYS": settings.trash_days,
            "MAX_UPLOAD": settings.max_upload,
            "MAX_IMPORT": settings.max_import,
        },
        debug=debug,
    )
    if settings.xray:
        app.wsgi_app = x_rayed(app, settings)
    return app


def x_rayed(app: Application, settings: Settings) -> XRay:
    """The x-ray around all of `app`: for administrators, and in development for whoever sits at this machine."""
    from keepwsgi.xray import XRay  # off, it is not even loaded

    development = settings.env == "development"
    return XRay(
        app,
        allowed=onlookers(app, locally=development and not settings.trusted_proxies),
        prefix=settings.url_prefix,
        languages=tuple(LANGUAGES),
        catalogue=catalogue,
        chosen=chosen_look(app),
        guide=guide_views.about if development else lambda source: None,
        sources=guide_views.SOURCES if development else "",
    )


def cookie_name(key: str) -> str:
    """A name of this instance's own: a browser sends one host's cookies to all of its ports."""
    return f"keepwsgi_{hashlib.sha256(key.encode()).hexdigest()[:6]}"


def largest_body(routes: Routes) -> int:
    """The bytes a server must let through: the largest body a rule takes, and what is read of a larger one."""
    limits = (rule.max_body for rule in routes.map.iter_rules() if isinstance(rule, Rule) and rule.max_body)
    return max(limits, default=MAX_FORM) + DRAINED_BYTES


def request_class(settings: Settings) -> type[Request]:
    """The request with the limits and hosts of `settings`."""
    return type(
        "Request",
        (Request,),
        {"trusted_hosts": list(settings.trusted_hosts) or None, "max_form_memory_size": MAX_FORM},
    )


def template_folder() -> Path:
    """Where the templates lie: inside an installed package, or at the top of a checkout."""
    packed = PACKAGE / "templates"
    return packed if packed.is_dir() else PACKAGE.parent / "templates"


def make_templates(folder: Path, *, debug: bool) -> Templates:
    """The Jinja environment with icons, dates and both languages."""
    from lucide.jinja import lucide

    templates = Templates(
        folder,
        # The same few icons on every page; drawing one means copying a tree.
        names={"lucide": lru_cache(maxsize=256)(lucide), "listed_labels": labels_views.listed_labels},
        filters={"datetime": dates.format_datetime, "date": dates.format_date},
        auto_reload=debug,
        # Jinja's bounded cache takes a lock for each include, at which the threads of a server queue up. There
        # are only as many templates as files.
        cache_size=-1,
    )
    install_gettext(templates.environment, catalogue)
    return templates
