"""A journey drawn: each step a bar as long as it took, those further in below."""

from __future__ import annotations

from dataclasses import dataclass

from keepwsgi.xray.journey import Journey, Step

#: What a step counts as, by its kind; the colours of the page go by these.
GROUPS = {
    "request": "server",
    "middleware": "wsgi",
    "application": "wsgi",
    "answer": "wsgi",
    "layer": "layer",
    "absent": "layer",
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
ORDER = ("server", "wsgi", "layer", "view", "sql", "template", "error")


#: Templates that took less than this share of the whole are folded together.
SMALL = 0.01
#: The thinnest bar, in percent: thinner ones could not be seen.
THINNEST = 0.15


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the picture: its number in the list, the groups of the steps around it, outermost first, and
    where it lies, in percent of the whole: from where, how long, and how much of that was its own."""

    number: int
    around: tuple[str, ...]
    step: Step
    group: str
    left: float
    width: float
    own: float


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
    around: list[str] = []
    bars = []
    for number, (depth, step) in enumerate(journey.steps.walk()):
        del around[max(0, depth - 1) :]
        if depth:
            left, width, own = (100 * time / whole for time in (step.start, step.total, step.own))
            width, own = max(THINNEST, width), max(THINNEST, own)
            group = GROUPS[step.kind]
            bars.append(Bar(number, tuple(around), step, group, round(left, 3), round(width, 3), round(own, 3)))
            around.append(group)
    return bars


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
