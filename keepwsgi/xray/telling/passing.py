"""What is told on the way in and out: by middleware, by the application, by every layer."""

from __future__ import annotations

from types import FrameType
from typing import Any

from keepwsgi.layers.csrf import SAFE_METHODS
from keepwsgi.layers.response import Response
from keepwsgi.xray.journey import N_, Step
from keepwsgi.xray.places import source_of
from keepwsgi.xray.recording import Recorder
from keepwsgi.xray.redacting import HIDDEN, is_secret, secret_fields, shown_header
from keepwsgi.xray.telling.kinds import kind_of

#: What middleware changes of an environ: who asked, for what, under which mount point.
_CHANGED = ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO")


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
    sent, _ = read.get("_cached_json", (None, None))
    if isinstance(sent, dict):
        recorder.secrets |= secret_fields(sent.items())
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
    # What the dispatch brings out is the view's.
    view = frame.f_locals["request"].endpoint if step.kind == "handler" else None
    for name, text in value.headers:
        if name.lower() not in known:
            known[name.lower()] = view or step.name
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
