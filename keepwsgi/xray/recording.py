"""Watching one request at work: a profile function for its thread, put in when it begins and out when it ends.

The layers know nothing of it. Python tells the function of every call and return in this thread
(`sys.setprofile`); only those whose code object is among the watched parts become steps. From Python 3.12 on
`sys.monitoring` watches single code objects and costs nothing for all others, but it does so for every thread at
once, and 3.11 has none.

Up to 3.12 Python copies a frame's variables out and back around each such call: what another thread does to a
variable of the same closure in that moment is lost (github.com/python/cpython/issues/74929, PEP 667). That is one
reason why in production nobody but administrators is watched.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any, TypeAlias

from keepwsgi.xray.journey import N_, NOWHERE, Place, Step
from keepwsgi.xray.places import file_of
from keepwsgi.xray.redacting import shown_error

#: A request of more steps is shown without the rest.
MOST_STEPS = 600

Enter: TypeAlias = Callable[["Recorder", Step, FrameType], None]
Leave: TypeAlias = Callable[["Recorder", Step, FrameType, Any], None]


@dataclass(frozen=True, slots=True)
class Part:
    """A function that becomes a step: what it is called, and what is noted as it is entered and left."""

    kind: str
    name: str
    place: Place
    enter: Enter | None = None
    leave: Leave | None = None


#: The recorder of the request that is being answered here, for what is told by events rather than by calls.
current: ContextVar[Recorder | None] = ContextVar("keepwsgi.xray", default=None)


class Recorder:
    """Makes the steps of one request. `parts` are the watched functions by their code; `notes` is for them.

    `offers` are the places of the layers that offer attributes of the request, by the attributes' names.
    """

    def __init__(self, parts: dict[CodeType, Part], offers: Mapping[str, Place]) -> None:
        self.parts = parts
        self.offers = offers
        self.began = time.perf_counter_ns()
        self.root = Step("request", "", 0)
        self.left_out = 0
        self.notes: dict[str, Any] = {}
        self.secrets: set[str] = set()
        self._stack = [self.root]
        self._size = 0
        self._calls: dict[int, Step] = {}
        self._templates: dict[int, Step] = {}
        self._seen: dict[int, Step] = {}
        self._resumed: dict[int, int] = {}

    def now(self) -> int:
        """Nanoseconds since the request came in."""
        return time.perf_counter_ns() - self.began

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch this thread during the block. Whoever profiled it before does so again afterwards."""
        token = current.set(self)
        previous = sys.getprofile()
        # A profiler written in C, as cProfile's is up to 3.11, cannot be put back from here: it keeps its place,
        # and of this request only SQL and the answer are seen.
        mine = previous is None or callable(previous)
        if mine:
            sys.setprofile(self._profiler())
        try:
            yield
        finally:
            if mine:
                sys.setprofile(previous)
            current.reset(token)

    def begin(self, kind: str, name: str, place: Place = NOWHERE) -> Step:
        """Enter a step inside the one that is open."""
        inside = self._stack[-1].nested
        step = Step(kind, name, self.now(), place)
        self._size += 1
        if self._size <= MOST_STEPS:
            inside.append(step)
        else:
            self.left_out += 1
        self._stack.append(step)
        return step

    def resume(self, kind: str, name: str, place: Place = NOWHERE) -> Step:
        """The step that was left last where it is the same, entered once more; else a new one."""
        last = self._stack[-1].nested[-1:]
        if last and (last[0].kind, last[0].name, last[0].place) == (kind, name, place):
            step = last[0]
            step.count += 1
            self._resumed[id(step)] = self.now()
            self._stack.append(step)
            return step
        return self.begin(kind, name, place)

    def end(self, step: Step) -> None:
        """Leave a step, and whatever was left open inside it."""
        now = self.now()
        if step not in self._stack:
            return
        while True:
            each = self._stack.pop()
            each.spent = (each.spent or 0) + now - self._resumed.pop(id(each), each.start)
            if each is step:
                return

    def fold(self, step: Step, into: Step) -> None:
        """Count what was just left as a part of a step that was left before it."""
        self.drop(step)
        into.spent = into.total + step.total

    def drop(self, step: Step) -> None:
        """Forget what was just left."""
        inside = self._stack[-1].nested
        if inside and inside[-1] is step:
            inside.pop()
            self._size -= 1

    def raised(self, error: BaseException) -> None:
        """Say of each step the exception came through that it raised it, of the outermost that it caught it."""
        traceback = error.__traceback__
        caught = traceback is not None and self._seen.get(id(traceback.tb_frame))
        if traceback is not None and caught and caught.code is traceback.tb_frame.f_code:
            caught.says, caught.note = N_("caught"), type(error).__name__
            traceback = traceback.tb_next
        innermost = None
        while traceback is not None:
            frame = traceback.tb_frame
            step = self._seen.get(id(frame))
            # `match` keeps a routing error for `dispatch` to raise: where it was made it goes no further.
            if step is not None and step.code is frame.f_code and step.kind != "match":
                innermost, step.raised = step, type(error).__name__
                if step.kind == "csrf":
                    step.says = N_("refused")
            traceback = traceback.tb_next
        if innermost is not None and not any(fact.label == "Exception" for fact in innermost.facts):
            innermost.tell(N_("Exception"), shown_error(error))

    def finish(self) -> None:
        """Leave all that is open."""
        self.end(self.root)
        self._seen.clear()

    def _profiler(self) -> Callable[[FrameType, str, Any], None]:
        """What Python calls for every call and return, thousands of times in a request."""
        parts, calls, templates = self.parts, self._calls, self._templates
        # By identity: to hash a code object takes longer than all the rest of this.
        passed_over: set[int] = set()

        def profile(frame: FrameType, event: str, value: Any) -> None:
            if event == "call":
                code = frame.f_code
                if id(code) in passed_over or id(frame) in templates:
                    return
                if code in parts:
                    self._enter(frame, code, parts[code])
                elif (code.co_name == "root" or code.co_name[:6] == "block_") and "debug_info" in frame.f_globals:
                    self._enter_template(frame, code)
                else:
                    passed_over.add(id(code))
            elif event == "return":
                if id(frame) in calls:
                    self._leave(frame, calls.pop(id(frame)), value)
                # What it gives before its end are pieces.
                elif value is None and id(frame) in templates:
                    self.end(templates.pop(id(frame)))

        return profile

    def _enter(self, frame: FrameType, code: CodeType, part: Part) -> None:
        generator = code.co_flags & 0x20  # inspect.CO_GENERATOR: each piece it makes is a call of its own
        step = (self.resume if generator else self.begin)(part.kind, part.name, part.place)
        step.code = code
        self._calls[id(frame)] = self._seen[id(frame)] = step
        if part.enter is not None:
            # Whatever is amiss here is not the request's affair.
            with suppress(Exception):
                part.enter(self, step, frame)

    def _enter_template(self, frame: FrameType, code: CodeType) -> None:
        """Jinja makes a generator of each template and each block; it is entered at its first piece."""
        name = str(frame.f_globals.get("name"))
        kind, name = ("template", name) if code.co_name == "root" else ("block", f"{code.co_name[6:]} · {name}")
        step = self.resume(kind, name, Place(file_of(code), about="keepwsgi/layers/templating.py"))
        step.code = code
        self._templates[id(frame)] = self._seen[id(frame)] = step

    def _leave(self, frame: FrameType, step: Step, value: Any) -> None:
        self.end(step)
        part = self.parts.get(frame.f_code)
        if part is not None and part.leave is not None:
            with suppress(Exception):
                part.leave(self, step, frame, value)
