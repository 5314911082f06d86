"""Notes in the manner of Google Keep, and what Flask layers on WSGI.

`create_app` makes an application; `keepwsgi.app` is one made from the environment's settings when a WSGI
server first asks for it. Importing the package opens nothing.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keepwsgi.config import Settings
    from keepwsgi.layers.application import Application

    app: Application

__version__ = "0.1.0"
__all__ = ["__version__", "app", "create_app"]

_building = threading.Lock()


def create_app(settings: Settings | None = None) -> Application:
    """The WSGI application for `settings`, by default those of the environment and `.env`.

    Nothing is opened, migrated or started until a request needs it. Raises `keepwsgi.config.SettingsError`.
    """
    from keepwsgi.factory import create_app

    return create_app(settings)


def __getattr__(name: str) -> Any:
    # PEP 562: `keepwsgi:app` for WSGI servers, without a database behind `import keepwsgi`.
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with _building:
        if "app" not in globals():
            globals()["app"] = create_app()
    return globals()["app"]
