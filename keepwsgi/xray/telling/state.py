"""What is told of session, flashes, CSRF token, and of attributes that are read for the first time."""

from __future__ import annotations

from types import FrameType
from typing import Any

from keepwsgi.layers.session import Session
from keepwsgi.xray.journey import N_, Step
from keepwsgi.xray.recording import Recorder
from keepwsgi.xray.redacting import HIDDEN, is_secret
from keepwsgi.xray.telling.kinds import kind_of


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
