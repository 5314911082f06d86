"""A blog: write, read and delete posts, kept in SQLite. The place where an application of one's own starts.

    waitress-serve examples.blog:app    or      python -m examples.blog

`models.py` says what is kept, `views.py` what each address answers, `templates/` how it looks. This file puts
them together, and the list of layers in it is everything that happens to a request on its way to a view.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from werkzeug.exceptions import HTTPException

from examples.blog.config import settings_of_the_environment
from examples.blog.database import database
from examples.blog.models import Base
from examples.blog.views import RULES, error_page
from keepwsgi.layers import (
    SECURITY_HEADERS,
    Application,
    CookieSessions,
    ErrorHandlers,
    Routes,
    StaticFolder,
    Templates,
    body_limits,
    contexts,
    csrf,
    default_headers,
    errors,
    last_resort,
    once,
    sessions,
)

HERE = Path(__file__).parent
MAX_BODY = 256 * 1024  # bytes


def create_app(config: Mapping[str, Any] | None = None) -> Application:
    """The application; `config` goes before what the environment says. Flask calls this an application factory.

    Nothing is opened here: the tables are made when the first request comes.
    """
    settings = {**settings_of_the_environment(), **(config or {})}
    engine = create_engine(settings["DATABASE_URL"])
    static = StaticFolder(HERE / "static")
    routes = Routes([*RULES, static.rule])
    handlers = ErrorHandlers({HTTPException: error_page})
    app = Application(
        routes,
        # Outermost first. Take a line out, and what Flask calls it is gone.
        [
            contexts,  # current_app, g
            last_resort(handlers),  # the 500 page, for what fails on the way out too
            sessions(CookieSessions([settings["SECRET_KEY"]])),  # session
            routes.match,  # @app.route
            database(engine),  # Flask-SQLAlchemy's db.session
            errors(handlers),  # @app.errorhandler
            body_limits(MAX_BODY),  # MAX_CONTENT_LENGTH
            once(lambda request: Base.metadata.create_all(engine)),  # before_first_request: db.create_all()
            csrf(reads_multipart=lambda request: False),  # Flask-WTF's CSRFProtect; no form here sends files
        ],
        templates=Templates(HERE / "templates"),
        config=settings,
        name="blog",
    )
    app.wsgi_app = default_headers(static.serve_files(app.wsgi_app), SECURITY_HEADERS)
    return app


def __getattr__(name: str) -> Any:
    # `examples.blog:app` is made when a server asks for it, so that importing the package reads no setting.
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["app"] = create_app()
    return globals()["app"]
