"""The smallest application that has the layers a test is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from keepwsgi.layers import (
    Application,
    Blueprint,
    CookieSessions,
    ErrorHandlers,
    Layer,
    Routes,
    Rule,
    contexts,
    errors,
    last_resort,
    sessions,
)

KEY = "a key for tests"


def application(
    routes: Sequence[Rule | Blueprint],
    *,
    outer: Sequence[Layer] = (),
    inner: Sequence[Layer] = (),
    handlers: Mapping[int | type[Exception], Any] | None = None,
    store: CookieSessions | None = None,
    **options: Any,
) -> Application:
    """Contexts, sessions, routing and errors, with `outer` around the routing and `inner` within the errors."""
    table = Routes(routes)
    handling = ErrorHandlers(handlers or {})
    kept = store if store is not None else CookieSessions([KEY])
    layers = [contexts, last_resort(handling), sessions(kept), *outer, table.match, errors(handling), *inner]
    return Application(table, layers, **options)
