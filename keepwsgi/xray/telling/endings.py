"""What is told of templates, and of exceptions and who caught them."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from keepwsgi.layers.response import Response
from keepwsgi.xray.journey import N_, Step, cut
from keepwsgi.xray.places import source_of
from keepwsgi.xray.recording import Recorder
from keepwsgi.xray.redacting import shown_error


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
    step.tell(N_("Exception"), cut(shown_error(error), 500))
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
