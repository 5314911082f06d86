"""What is told of the rule that matched, of the view, and of what became of its return value."""

from __future__ import annotations

from types import FrameType
from typing import Any

from keepwsgi.layers.response import Response
from keepwsgi.xray.journey import N_, Step
from keepwsgi.xray.recording import Recorder
from keepwsgi.xray.redacting import is_secret
from keepwsgi.xray.telling.kinds import kind_of


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
