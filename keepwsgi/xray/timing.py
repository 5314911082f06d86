"""`Server-Timing`: what browsers show beside a request in their network panel (W3C Server Timing)."""

from __future__ import annotations

import re

from keepwsgi.xray.journey import Step
from keepwsgi.xray.recording import Recorder

_TOKEN = re.compile(r"[^A-Za-z0-9_-]")


def server_timing(recorder: Recorder) -> str:
    """The header's value: the whole time so far, SQL, templates, and each layer's own time, in milliseconds."""
    steps = [step for _, step in recorder.root.walk()]
    statements = [step for step in steps if step.kind == "statement"]
    sql = sum(step.total for step in steps if step.kind in ("statement", "transaction"))
    templates = sum(step.own for step in steps if step.kind in ("template", "block", "render"))
    metrics = [
        f"total;dur={milliseconds(recorder.now())}",
        f'db;desc="statements: {len(statements)}";dur={milliseconds(sql)}',
        f"template;dur={milliseconds(templates)}",
    ]
    for step in steps:
        if step.kind in ("layer", "view") and step.spent is not None:
            metrics.append(f"{_TOKEN.sub('_', step.name)};dur={milliseconds(own_of(step))}")
    return ", ".join(metrics)


def own_of(step: Step) -> int:
    """The step's own time, with that of the small steps inside it which are no layer, statement or template."""
    small = ("session", "csrf", "attribute", "response", "match", "error")
    return step.own + sum(own_of(inner) for inner in step.nested if inner.kind in small)


def milliseconds(nanoseconds: int) -> str:
    """Nanoseconds as milliseconds with three digits behind the point."""
    return f"{nanoseconds / 1e6:.3f}"
