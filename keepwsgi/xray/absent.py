"""The layers a request did not show itself in: those it never came to, and those that only offer something."""

from __future__ import annotations

from collections.abc import Sequence

from keepwsgi.xray.journey import N_, Step
from keepwsgi.xray.parts import LayerPart


def add_absent(root: Step, layers: Sequence[LayerPart]) -> None:
    """Put each layer that made no step where it stands, so that the onion is whole."""
    entered = [step for _, step in root.walk() if step.kind in ("layer", "handler")]
    inside = next((step for _, step in root.walk() if step.kind == "application"), None)
    if inside is None:
        return
    at = 0
    for layer in layers:
        if at < len(entered) and entered[at].code in layer.codes:
            inside = entered[at]
            at += 1
            continue
        step = Step("absent", layer.name, inside.start, layer.place, spent=0)
        if layer.codes or at == len(entered):
            step.says = N_("not reached")
            inside.nested.append(step)
        else:
            step.says = N_("stands aside, and offers")
            step.note = ", ".join(f"request.{name}" for name in layer.offers)
            # Right outside of the next layer that was entered.
            inside.nested.insert(next(i for i, each in enumerate(inside.nested) if each is entered[at]), step)
