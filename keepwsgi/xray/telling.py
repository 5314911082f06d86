"""What each watched function tells: read off its frame as it is entered or left, names and sizes before values.

A function here takes the recorder, the step and the frame, and on leaving what was returned: None also where an
exception passes through; who catches it tells of that.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from keepwsgi.layers.csrf import SAFE_METHODS
from keepwsgi.layers.response import Response
from keepwsgi.layers.session import Session
from keepwsgi.xray.journey import N_, Step, cut
from keepwsgi.xray.places import source_of
from keepwsgi.xray.recording import Recorder
from keepwsgi.xray.redacting import HIDDEN, is_secret, secret_fields, shown_header

#: What middleware changes of an environ: who asked, for what, under which mount point.
_CHANGED = ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO")


def kind_of(value: Any) -> str:
    """A value by its type and size; itself only where it is a number, a truth or nothing."""
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    size = f"[{len(value)}]" if isinstance(value, (str, bytes, list, tuple, dict, set)) else ""
    return f"{type(value).__name__}{size}"


# --- Going in and coming out


def middleware_entered(recorder: Recorder, step: Step, frame: FrameType) -> None:
    """What the middleware before this one has changed of the environ."""
    environ = next(value for value in frame.f_locals.values() if isinstance(value, dict) and "wsgi.input" in value)
    now = {name: environ.get(name, "") for name in _CHANGED}
    before = recorder.notes.get("environ", now)
    outer = recorder.notes.get("middleware")
    for name in _CHANGED:
        if outer is not None and now[name] != before[name]:
            outer.tell(N_("Changed in environ"), f"{name}: {before[name]!r} → {now[name]!r}")
    recorder.notes.update(environ=now, middleware=step)


def application_entered(recorder: Recorder, step: Step, frame: FrameType) -> None:
    """Environ has arrived where it becomes a request."""
    middleware_entered(recorder, step, frame)
    recorder.notes["inside"] = True


def application_left(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """What of the request was read by then: its form's fields, and what the layers offered."""
    request = frame.f_locals["request"]
    read = request.__dict__
    if "form" in read:
        recorder.secrets |= secret_fields(request.form.items(multi=True))
        for name, text in request.form.items(multi=True):
            step.tell(N_("Form field"), f"{name}: {HIDDEN if is_secret(name) else kind_of(text)}")
        for name, file in request.files.items(multi=True):
            step.tell(N_("File"), f"{name}: {file.mimetype}")
    if request.loaded("session"):
        recorder.secrets |= {text for text in request.session.values() if isinstance(text, str) and len(text) > 7}
    unread = [name for name in request.app.loaders if not request.loaded(name)]
    if unread:
        step.tell(N_("Offered, never asked for"), ", ".join(f"request.{name}" for name in unread))


def layer_entered(recorder: Recorder, step: Step, frame: FrameType) -> None:
    """Of a hook's layer, which function it calls."""
    hook = frame.f_locals.get("function")
    if callable(hook):
        step.name = f"{step.name}({getattr(hook, '__name__', type(hook).__name__)})"
        if code := getattr(hook, "__code__", None):
            step.tell(N_("Calls"), source_of(code))


def layer_left(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """The answer as it comes out, and which headers it has now that it had not further in."""
    if not isinstance(value, Response):
        return
    step.tell(N_("Came out"), value.status)
    known: dict[str, str] = recorder.notes.setdefault("headers", {})
    for name, text in value.headers:
        if name.lower() not in known:
            known[name.lower()] = step.name
            step.added.append(name)
            step.tell(N_("Header added"), f"{name}: {shown_header(name, text)}")


def sessions_left(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """Whether anybody asked for the session."""
    layer_left(recorder, step, frame, value)
    if not frame.f_locals["request"].loaded("session"):
        step.says = N_("nobody asked: no cookie was parsed")


def csrf_left(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """Why the token was not asked for, where it was not."""
    layer_left(recorder, step, frame, value)
    request = frame.f_locals["request"]
    if any(inner.kind == "csrf" for inner in step.nested):
        return
    if request.method in SAFE_METHODS:
        step.says = N_("not asked: a safe method changes nothing")
    elif request.url_rule is None:
        step.says = N_("not asked: no rule matched")
    else:
        step.says = N_("not asked: it carries credentials of its own")


# --- Rule, view, answer


def matched(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """The rule and its arguments as text and as values, or the routing error."""
    request, routes = frame.f_locals["request"], frame.f_locals["self"]
    recorder.notes["matching"] = (routes, request.path, request.method, request.url_rule)
    rule = request.url_rule
    if rule is None:
        error = request.routing_exception
        step.note = "" if error is None else f"{error.code} {error.name}"
        step.says = N_("no rule; kept for dispatch to raise")
        return
    step.note = f"{rule.rule} → {rule.endpoint}"
    step.tell(N_("Rule"), rule.rule)
    step.tell(N_("Methods"), ", ".join(sorted(rule.methods or ())))
    step.tell(N_("Endpoint"), rule.endpoint)
    for name, converted in (request.view_args or {}).items():
        converter = type(rule._converters[name]).__name__ if name in rule._converters else ""
        if is_secret(name):
            recorder.secrets.add(str(converted))
        # What the converter writes for the value again.
        raw = rule._converters[name].to_url(converted) if name in rule._converters else str(converted)
        step.tell(N_("Argument"), f"{name}: {raw!r} → {converter} → {converted!r} ({type(converted).__name__})")


def view_left(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """What the view returned."""
    if value is not None:
        step.tell(
            N_("Returned"), kind_of(value) if not isinstance(value, Response) else f"Response, {value.status}"
        )


def converted(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """What a view returned, and what became of it."""
    given = frame.f_locals.get("value")
    became = f"{type(value).__name__}, {value.status}" if isinstance(value, Response) else ""
    step.note = f"{kind_of(given) if not isinstance(given, Response) else type(given).__name__} → {became}"


# --- Session, flashes, CSRF, attributes


def session_opened(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """Which keys the cookie brought."""
    store, request = frame.f_locals["self"], frame.f_locals["request"]
    name = getattr(store, "cookie_name", "")
    if name in request.cookies:
        if getattr(value, "issued", None) is None:
            step.says = N_("a cookie that is forged, of another key or too old: an empty session")
    else:
        step.says = N_("no cookie: an empty session")
    step.tell(N_("Cookie"), name)
    _tell_session(recorder, step, value)
    if isinstance(value, Session):
        recorder.notes["session"] = {key: repr(item) for key, item in value.items()}


def session_saved(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """What has changed since it was opened, and whether a cookie goes out."""
    session = frame.f_locals["request"].session
    before = recorder.notes.pop("session", {})
    after = {key: repr(item) for key, item in session.items()}
    for key in sorted({*before, *after}, key=str):
        if before.get(key) != after.get(key):
            word = N_("Key added") if key not in before else N_("Key removed")
            step.tell(N_("Key changed") if key in before and key in after else word, key)
    sent = any(name.lower() == "set-cookie" for name, _ in frame.f_locals["response"].headers)
    step.says = N_("a cookie goes out") if sent else N_("unchanged: no cookie goes out")
    _tell_session(recorder, step, session)


def _tell_session(recorder: Recorder, step: Step, session: Any) -> None:
    for key, item in dict(session).items():
        step.tell(N_("Key"), f"{key}: {HIDDEN if is_secret(str(key)) else kind_of(item)}")
        if isinstance(item, str) and (is_secret(str(key)) or len(item) > 7):
            recorder.secrets.add(item)


def csrf_checked(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """The verdict, unless an exception takes it back, and what the browser said of where the form came from."""
    request = frame.f_locals["request"]
    step.says = N_("passed")
    for name in ("Sec-Fetch-Site", "Origin"):
        if name in request.headers:
            step.tell(N_("Header"), f"{name}: {request.headers[name]}")
    where = "X-CSRF-Token" if "X-CSRF-Token" in request.headers else "csrf_token"
    step.tell(N_("Token looked for in"), where)


def attribute_entered(recorder: Recorder, step: Step, frame: FrameType) -> None:
    """Which attribute of the request is read for the first time."""
    name = frame.f_locals["name"]
    step.name = f"request.{name}"
    step.place = recorder.offers.get(name, step.place)


def attribute_left(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """What it became: its type; a language is no secret."""
    if frame.f_locals["name"] not in frame.f_locals["self"].app.loaders:
        recorder.drop(step)  # Werkzeug asks whether it has something in store
        return
    step.note = value if step.name == "request.locale" and isinstance(value, str) else kind_of(value)


def flashed(recorder: Recorder, step: Step, frame: FrameType) -> None:
    """The category of the message."""
    step.note = str(frame.f_locals.get("category", ""))


def flashes_taken(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """How many messages the page shows."""
    step.note = str(len(value)) if isinstance(value, list) else ""


# --- Templates and errors


def render_entered(recorder: Recorder, step: Step, frame: FrameType) -> None:
    """The template, and the names it is given."""
    step.note = str(frame.f_locals.get("name", ""))
    step.tell(N_("Names given"), ", ".join(frame.f_locals.get("context", {})) or "–")


def error_entered(recorder: Recorder, step: Step, frame: FrameType) -> None:
    """The exception that was caught, and every step it came through."""
    error = frame.f_locals.get("error")
    if not isinstance(error, BaseException):
        error = sys.exc_info()[1]
    if error is None:
        return
    recorder.raised(error)
    step.note = type(error).__name__
    step.tell(N_("Exception"), cut(f"{type(error).__name__}: {error}", 500))
    for frame_of, line in _places(error):
        step.tell(N_("Came through"), f"{source_of(frame_of.f_code, line)} {frame_of.f_code.co_name}")
    for caught_by in _outer(frame):
        step.tell(N_("Caught by"), caught_by)


def error_left(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """The function that answered, and with what."""
    handler = frame.f_locals.get("handler")
    if code := getattr(handler, "__code__", None):
        step.tell(N_("Handler"), f"{code.co_name} {source_of(code)}")
    if isinstance(value, Response):
        step.note += f" → {value.status}"


def _places(error: BaseException) -> list[tuple[FrameType, int]]:
    found = []
    traceback = error.__traceback__
    while traceback is not None:
        found.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    # Where it was raised, and the last few it came through.
    return found[::-1][:4]


def _outer(frame: FrameType) -> list[str]:
    outer = frame.f_back
    return [f"{outer.f_code.co_name} {source_of(outer.f_code, outer.f_lineno)}"] if outer else []
