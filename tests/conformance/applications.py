"""The empty Flask and the empty application of layers that every site starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask import Flask

from keepwsgi.layers import (
    Application,
    Blueprint,
    CookieSessions,
    ErrorHandlers,
    Layer,
    Routes,
    Rule,
    after,
    before,
    contexts,
    errors,
    last_resort,
    sessions,
    teardown,
)

from .comparison import KEY
from .differences import CONFIGURED


def flask_application(**config: Any) -> Flask:
    """Flask with a secret key and what `differences.CONFIGURED` says, and nothing else."""
    app = Flask("site", static_folder=None, template_folder=None)
    app.secret_key = KEY
    for setting in CONFIGURED:
        setting.apply(app)
    app.config.update(config)
    return app


def layered_application(
    routes: Iterable[Rule | Blueprint] | Routes,
    *,
    handlers: Mapping[int | type[Exception], Any] | None = None,
    befores: Sequence[Callable[[Any], Any]] = (),
    afters: Sequence[Callable[[Any, Any], Any]] = (),
    teardowns: Sequence[Callable[[Any, Any], None]] = (),
    store: CookieSessions | None = None,
    outer: Sequence[Layer] = (),
    inner: Sequence[Layer] = (),
    **options: Any,
) -> Application:
    """The layers in the order that answers as Flask does; `outer` come before the routing, `inner` after it.

    Hooks are given in the order in which Flask's would be registered.
    """
    handling = ErrorHandlers(handlers or {})
    table = routes if isinstance(routes, Routes) else Routes(routes)
    return Application(
        table,
        [
            contexts,
            *map(teardown, teardowns),
            last_resort(handling),
            sessions(store if store is not None else CookieSessions([KEY])),
            *map(after, afters),
            *outer,
            table.match,
            errors(handling),
            *map(before, befores),
            *inner,
        ],
        **options,
    )
