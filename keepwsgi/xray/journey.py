"""What is known of one request: a tree of steps, and the last requests of this process.

Everything in it is text that may be shown: secrets are taken out before a journey is kept (`redacting.py`).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from types import CodeType
from typing import Final

#: The longest text that is kept of anything, in characters.
LONGEST: Final = 2_000
#: And of one request.
LONGEST_JOURNEY: Final = 300_000


def N_(message: str) -> str:  # noqa: N802  (gettext's own name for it)
    """Mark a text for translation; the template that shows it translates it."""
    return message


def cut(text: str, longest: int = LONGEST) -> str:
    """`text`, or its beginning where it is longer than what is kept."""
    return text if len(text) <= longest else f"{text[:longest]}…"


@dataclass(slots=True)
class Fact:
    """One line of a step: what is said (a msgid) and of what, as the program writes it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where code stands: file and line, what Flask calls it, and the file the guide is asked about."""

    source: str = ""
    flask: str = ""
    about: str = ""


NOWHERE: Final = Place()


@dataclass(slots=True, eq=False)
class Step:
    """Something that was entered and left. Times are in nanoseconds, the start from the request's own.

    `kind` is one of `KINDS`; `says` is a msgid and `note` plain data, both shown beside the name. Of steps that
    repeat one is kept, with their number and the sum of their times. `spent` is None until it is left.
    Of SQL `text` is the statement, and `rows` how many it gave or changed.
    """

    kind: str
    name: str
    start: int
    place: Place = NOWHERE
    spent: int | None = None
    count: int = 1
    says: str = ""
    note: str = ""
    raised: str = ""
    text: str = ""
    #: The names of the headers that the answer has since it came out of here.
    added: list[str] = field(default_factory=list)
    rows: int | None = None
    parameters: int = 0
    facts: list[Fact] = field(default_factory=list)
    nested: list[Step] = field(default_factory=list)
    code: CodeType | None = None

    @property
    def total(self) -> int:
        """Nanoseconds from in to out."""
        return self.spent or 0

    @property
    def own(self) -> int:
        """Nanoseconds that were not spent in a step further in."""
        return max(0, self.total - sum(step.total for step in self.nested))

    def tell(self, label: str, value: object) -> None:
        """Add a fact."""
        self.facts.append(Fact(label, cut(str(value))))

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Step]]:
        """This step and all further in, in the order they were entered, each with its depth."""
        yield depth, self
        for step in self.nested:
            yield from step.walk(depth + 1)


@dataclass(slots=True)
class Statement:
    """How often one SQL text was sent."""

    text: str
    times: int


@dataclass(slots=True)
class NearMiss:
    """A rule that did not match: its methods and pattern, and why, a msgid and the part it is about."""

    methods: str
    rule: str
    endpoint: str
    why: str
    part: str


@dataclass(slots=True, eq=False)
class Journey:
    """One request from `environ` to the last byte of its answer."""

    id: str
    method: str
    path: str
    began: datetime
    steps: Step
    environ: list[tuple[str, str]]
    status: str = ""
    #: Name, value, and the step that put it there, where that is known.
    headers: list[tuple[str, str, str]] = field(default_factory=list)
    body_bytes: int = 0
    chunks: int = 0
    near_misses: list[NearMiss] = field(default_factory=list)
    left_out: int = 0
    #: Whether it came as far as the application, past what answers in front of it.
    inside: bool = False

    def trim(self) -> None:
        """Leave the facts of the last steps out where there is more text than is kept of one request."""
        room = LONGEST_JOURNEY
        for _, step in self.steps.walk():
            room -= len(step.text) + sum(len(fact.value) for fact in step.facts)
            if room < 0:
                step.text, step.facts = "", []

    @property
    def code(self) -> int:
        """The status as a number; 0 where nothing was answered."""
        return int(self.status[:3] or 0)

    def of(self, *kinds: str) -> list[Step]:
        """The steps of these kinds, in order."""
        return [step for _, step in self.steps.walk() if step.kind in kinds]

    @property
    def repeated(self) -> list[Statement]:
        """SQL that was sent more than twice, most often first: as a rule a query in a loop."""
        texts = [step.text for step in self.of("statement")]
        found = [Statement(text, texts.count(text)) for text in dict.fromkeys(texts) if texts.count(text) > 2]
        return sorted(found, key=lambda each: -each.times)


class Journeys:
    """The last journeys of this process: `most` that reached the application, fewer of others."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._inside: deque[Journey] = deque(maxlen=most)
        self._before: deque[Journey] = deque(maxlen=max(1, most // 5))

    def keep(self, journey: Journey) -> None:
        """Add the newest, and forget the oldest where there is no more room."""
        with self._lock:
            (self._inside if journey.inside else self._before).append(journey)

    def inside(self) -> list[Journey]:
        """Those that reached the application, newest first."""
        with self._lock:
            return [*reversed(self._inside)]

    def before(self) -> list[Journey]:
        """Those that something in front of the application answered, newest first."""
        with self._lock:
            return [*reversed(self._before)]

    def find(self, request_id: str) -> Journey | None:
        """The newest of that name, or None."""
        every = [*self.inside(), *self.before()]
        return next((journey for journey in every if journey.id == request_id), None)
