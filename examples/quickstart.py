"""The exercises of a first Flask course on the layers alone: here hooks, errors and the onion; views next door.

    python -m examples.quickstart       or      waitress-serve examples.quickstart:app

Each section's comment says what Flask spells. Every POST needs the session's CSRF token: the pages carry it
in their forms, a program asks for it once and sends it in a header:

    curl -c jar http://127.0.0.1:8080/token
    curl -b jar -H "X-CSRF-Token: <what it said>" --json '{"memo": "우유"}' http://127.0.0.1:8080/echo
"""

import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import escape
from werkzeug.middleware.proxy_fix import ProxyFix

from examples.quickstart_views import RULES, TEXT
from keepwsgi.layers.application import Application
from keepwsgi.layers.context import contexts, current_app, g, url_for
from keepwsgi.layers.csrf import csrf
from keepwsgi.layers.errors import ErrorHandlers, errors, last_resort
from keepwsgi.layers.headers import SECURITY_HEADERS, default_headers
from keepwsgi.layers.hooks import after, before, once, teardown
from keepwsgi.layers.logging import configure, request_id
from keepwsgi.layers.request import Request, body_limits
from keepwsgi.layers.response import Response
from keepwsgi.layers.routing import Routes
from keepwsgi.layers.session import CookieSessions, sessions
from keepwsgi.layers.static import StaticFolder
from keepwsgi.layers.templating import Templates, render_template

HERE = Path(__file__).parent


# --- hooks, and the proxies g and current_app. Flask: before_first_request (until 2.2), before_request, …
def before_first_request(request: Request) -> None:
    current_app.logger.info("BEFORE_FIRST_REQUEST")


def before_request(request: Request) -> None:
    g.test = True
    current_app.logger.info("BEFORE_REQUEST")


def after_request(request: Request, response: Response) -> Response:
    current_app.logger.info("g.test: %s", g.get("test"))
    current_app.logger.info("current_app.config: %s", current_app.config)
    current_app.logger.info("AFTER_REQUEST")
    return response


def teardown_request(request: Request, error: BaseException | None) -> None:
    current_app.logger.info("TEARDOWN_REQUEST")


def teardown_appcontext(error: BaseException | None) -> None:
    current_app.logger.info("TEARDOWN_APPCONTEXT")


# --- error handlers. Flask: @app.errorhandler(404), @app.errorhandler(ArithmeticError)
def page_not_found(request: Request, error: Exception) -> tuple[str, int]:
    return render_template(request, "page_not_found.html"), 404


def no_such_quotient(request: Request, error: ArithmeticError) -> tuple[str, int]:
    return f"That cannot be: {escape(error)}", 400


def create_app(config: Mapping[str, Any] | None = None) -> Application:
    """The application. Flask: an application factory, whose `app.config` holds these settings.

    `UPLOAD_FOLDER` is a new temporary folder unless the environment names one, `TRUSTED_PROXIES` the number
    of proxies in front whose `X-Forwarded-…` headers are believed. Without a `SECRET_KEY` in the environment
    sessions last as long as this process; it is no part of the config, which a hook writes to the log.
    """
    temporary = f"{tempfile.gettempdir()}/quickstart-{secrets.token_hex(8)}"
    settings = {
        "UPLOAD_FOLDER": os.environ.get("UPLOAD_FOLDER") or temporary,
        "TRUSTED_PROXIES": int(os.environ.get("TRUSTED_PROXIES", "0")),
        **(config or {}),
    }
    static = StaticFolder(HERE / "static")
    routes = Routes([*RULES, TEXT, static.rule])
    handlers = ErrorHandlers({404: page_not_found, ArithmeticError: no_such_quotient})
    app = Application(
        routes,
        # Outermost first: what is above `errors` sees error pages too, what is below it may raise them.
        [
            request_id(),
            contexts,
            teardown(teardown_request),
            last_resort(handlers),
            sessions(CookieSessions([os.environ.get("SECRET_KEY") or secrets.token_bytes(32)])),
            after(after_request),
            routes.match,
            errors(handlers),
            body_limits(1024 * 1024),
            once(before_first_request),
            before(before_request),
            csrf(reads_multipart=lambda request: request.endpoint == "upload"),
        ],
        templates=Templates(HERE / "templates"),
        config=settings,
        name="quickstart",
        teardown_appcontext=[teardown_appcontext],
    )
    # Flask: app.wsgi_app = ProxyFix(app.wsgi_app). Middleware is WSGI's own; no layer knows of it.
    app.wsgi_app = default_headers(static.serve_files(app.wsgi_app), SECURITY_HEADERS)
    if proxies := settings["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
    return app


def show_urls() -> None:
    """Flask: with app.test_request_context(): print(url_for("index"))."""
    with app.test_request_context():
        print(url_for("index"))
        print(url_for("login"))
        print(url_for("login", next="/"))
        print(url_for("profile", username="John Doe"))


app = create_app()
configure(app.logger, "text")

if __name__ == "__main__":
    import waitress

    show_urls()
    waitress.serve(app, listen="127.0.0.1:8080")
