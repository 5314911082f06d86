"""A journey drawn: each step a bar as long as it took, those further in below."""

from __future__ import annotations

from dataclasses import dataclass

from keepwsgi.xray.journey import Journey, Step

#: What a step counts as, by its kind; the colours of the page go by these.
GROUPS = {
    "request": "wsgi",
    "middleware": "wsgi",
    "application": "wsgi",
    "answer": "wsgi",
    "layer": "layer",
    "handler": "layer",
    "hook": "layer",
    "match": "layer",
    "session": "layer",
    "csrf": "layer",
    "attribute": "layer",
    "response": "layer",
    "view": "view",
    "statement": "sql",
    "transaction": "sql",
    "fetch": "sql",
    "render": "template",
    "template": "template",
    "block": "template",
    "error": "error",
}
#: In the order in which they stand in the sum of the page.
ORDER = ("wsgi", "layer", "view", "sql", "template", "error")


#: Templates that took less than this share of the whole are folded together.
SMALL = 0.01


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the picture: its number in the list, its depth, and where it lies, in percent of the whole."""

    number: int
    depth: int
    step: Step
    group: str
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """What is one row of the list: a step, or several small ones after each other."""

    bars: list[Bar]

    @property
    def time(self) -> int:
        """Nanoseconds of their own."""
        return sum(bar.step.own for bar in self.bars)


def drawn(journey: Journey) -> list[Bar]:
    """A bar for each step but the request itself, in the order of the list."""
    whole = max(1, journey.steps.total)
    return [
        Bar(
            number,
            depth - 1,
            step,
            GROUPS[step.kind],
            round(100 * step.start / whole, 3),
            round(max(0.15, 100 * step.total / whole), 3),
        )
        for number, (depth, step) in enumerate(journey.steps.walk())
        if depth
    ]


def rows(journey: Journey) -> list[Row]:
    """The list: small templates in one row where several follow each other."""
    found: list[Row] = []
    small = SMALL * journey.steps.total
    for bar in drawn(journey):
        is_small = bar.group == "template" and bar.step.total < small
        last = found[-1].bars[-1] if found else None
        if is_small and last is not None and last.group == "template" and last.step.total < small:
            found[-1].bars.append(bar)
        else:
            found.append(Row([bar]))
    return found


def shares(journey: Journey) -> list[tuple[str, int, float]]:
    """How the whole time is divided: group, nanoseconds and percent, without groups that took none."""
    whole = max(1, journey.steps.total)
    times = dict.fromkeys(ORDER, 0)
    for _, step in journey.steps.walk():
        times[GROUPS[step.kind]] += step.own
    return [(group, time, round(100 * time / whole, 2)) for group, time in times.items() if time]
