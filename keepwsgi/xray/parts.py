"""Which functions are watched: every layer, middleware and view of an application, and what the layers call.

Found through the application itself, so that it is told of nothing: the layers in its list, the middleware by the
closures it was wrapped in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any, Final

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from keepwsgi.layers.application import Application
from keepwsgi.layers.csrf import check, csrf
from keepwsgi.layers.errors import ErrorHandlers
from keepwsgi.layers.flash import flash, get_flashed_messages
from keepwsgi.layers.handler import offered
from keepwsgi.layers.request import Request
from keepwsgi.layers.response import make_response
from keepwsgi.layers.routing import Routes
from keepwsgi.layers.session import CookieSessions, sessions
from keepwsgi.layers.templating import Templates
from keepwsgi.xray import statements
from keepwsgi.xray.journey import Place
from keepwsgi.xray.places import function_of, maker_of, place_of, source_of
from keepwsgi.xray.recording import Enter, Leave, Part
from keepwsgi.xray.telling import dispatching, endings, passing, state

#: What the layers call: kind, name, function, what Flask calls it, and what it tells going in and coming out.
_CALLED: Final[tuple[tuple[str, str, Any, str, Enter | None, Leave | None], ...]] = (
    (
        "application",
        "Application.answer",
        Application.answer,
        "Flask.wsgi_app",
        passing.application_entered,
        passing.application_left,
    ),
    ("match", "Routes.find", Routes.find, "RequestContext.match_request", None, dispatching.matched),
    ("handler", "Routes.dispatch", Routes.dispatch, "Flask.dispatch_request", None, passing.layer_left),
    ("response", "make_response", make_response, "Flask.make_response", None, dispatching.converted),
    ("response", "Response.__call__", WerkzeugResponse.__call__, "Response.__call__", None, None),
    (
        "session",
        "CookieSessions.open",
        CookieSessions.open,
        "SecureCookieSessionInterface.open_session",
        None,
        state.session_opened,
    ),
    (
        "session",
        "CookieSessions.save",
        CookieSessions.save,
        "SecureCookieSessionInterface.save_session",
        None,
        state.session_saved,
    ),
    ("session", "flash", flash, "flash", state.flashed, None),
    (
        "session",
        "get_flashed_messages",
        get_flashed_messages,
        "get_flashed_messages",
        None,
        state.flashes_taken,
    ),
    ("csrf", "csrf.check", check, "Flask-WTF: CSRFProtect.protect", None, state.csrf_checked),
    (
        "attribute",
        "request.…",
        vars(Request)["__getattr__"],
        "session, g, current_user: LocalProxy",
        state.attribute_entered,
        state.attribute_left,
    ),
    ("render", "Templates.render", Templates.render, "render_template", endings.render_entered, None),
    (
        "render",
        "Templates.render_string",
        Templates.render_string,
        "render_template_string",
        endings.render_entered,
        None,
    ),
    (
        "error",
        "ErrorHandlers.answer",
        ErrorHandlers.answer,
        "Flask.handle_user_exception",
        endings.error_entered,
        endings.error_left,
    ),
    (
        "error",
        "ErrorHandlers.unhandled",
        ErrorHandlers.unhandled,
        "Flask.handle_exception",
        endings.error_entered,
        endings.error_left,
    ),
    (
        "error",
        "HTTPException.__call__",
        HTTPException.__call__,
        "Flask.handle_exception",
        endings.error_entered,
        None,
    ),
)
#: Layers that tell more than what came out of them.
_LEFT: Final[dict[Any, Leave]] = {sessions: passing.sessions_left, csrf: passing.csrf_left}


@dataclass(frozen=True, slots=True)
class LayerPart:
    """A layer of the application's list: its name, the code of its handlers, and what it offers."""

    name: str
    place: Place
    codes: tuple[CodeType, ...]
    offers: tuple[str, ...]


def layers_of(app: Application) -> list[LayerPart]:
    """The layers and, innermost, the dispatch, outermost first."""
    found = []
    for layer in app.layers:
        codes = made_by(layer)
        place = place_of(layer, codes[0] if codes else code_of(layer)[0]) if code_of(layer) else Place()
        found.append(LayerPart(name_of(layer), place, tuple(codes), tuple(offered([layer]))))
    dispatch = Routes.dispatch
    place = place_of(dispatch, dispatch.__code__)
    return [*found, LayerPart("Routes.dispatch", place, (dispatch.__code__,), ())]


def name_of(part: Callable[..., Any]) -> str:
    """What a layer or middleware is called: the function that made it."""
    return str(getattr(maker_of(part), "__name__", type(part).__name__))


def parts_of(app: Application) -> dict[CodeType, Part]:
    """Every function of `app` that becomes a step, by its code."""
    found = statements.parts()
    for kind, name, function, flask, enter, leave in _CALLED:
        place = place_of(function, function.__code__)
        found[function.__code__] = Part(kind, name, Place(place.source, flask, place.about), enter, leave)
    for layer in [*app.layers, *(layer for each in app.routes.blueprints.values() for layer in each.layers)]:
        leave = _LEFT.get(maker_of(layer), passing.layer_left)
        for code in made_by(layer):
            found[code] = Part("layer", name_of(layer), place_of(layer, code), passing.layer_entered, leave)
    for wrapped in middleware_of(app.wsgi_app):
        for code in code_of(wrapped):
            part = Part("middleware", name_of(wrapped), place_of(wrapped, code), passing.middleware_entered)
            found.setdefault(code, part)
    for endpoint, view in app.routes.views.items():
        for code in code_of(view):
            place = Place(source_of(code), "@app.route", "keepwsgi/layers/routing.py")
            found.setdefault(code, Part("view", endpoint, place, None, dispatching.view_left))
    for hook in app.teardown_appcontext:
        for code in code_of(hook):
            place = Place(source_of(code), "@app.teardown_appcontext", "keepwsgi/layers/context.py")
            found[code] = Part("hook", getattr(hook, "__name__", "teardown"), place)
    return found


def code_of(part: Any) -> list[CodeType]:
    """The code that runs when `part` is called; none if it is not written in Python."""
    function = function_of(part)
    if not isinstance(function, FunctionType):
        function = vars(type(function)).get("__call__")
    code = getattr(function, "__code__", None)
    return [] if code is None else [code]


def made_by(layer: Callable[..., Any]) -> list[CodeType]:
    """The code of the handlers a layer makes; a layer that hands its own handler on makes none."""
    return [const for code in code_of(layer) for const in code.co_consts if isinstance(const, CodeType)]


def middleware_of(application: Any) -> Iterator[Any]:
    """The WSGI callables around an application, outermost first, each found in what the one outside it keeps."""
    seen: list[Any] = []
    while application is not None and not isinstance(getattr(application, "__self__", None), Application):
        yield application
        seen.append(application)
        kept = dict(getattr(application, "__dict__", {}))
        function = function_of(application)
        if isinstance(function, FunctionType):
            cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
            kept |= {name: cell.cell_contents for name, cell in cells if cell_is_filled(cell)}
        inner = [kept[name] for name in ("application", "app", "wsgi_app") if callable(kept.get(name))]
        application = next((each for each in inner if each not in seen), None)


def cell_is_filled(cell: Any) -> bool:
    """Whether a closure's variable has a value by now."""
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False
