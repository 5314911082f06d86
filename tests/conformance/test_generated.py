"""Requests and applications that nobody wrote: what hypothesis makes up must be answered alike too."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import flask
import pytest
from flask.sessions import session_json_serializer
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from keepwsgi import layers
from keepwsgi.layers import Rule
from keepwsgi.layers.session import TaggedJSON
from keepwsgi.layers.testing import validated

from .applications import flask_application, layered_application
from .comparison import Answer, Ask, Browser, Site, Trail, both, case, get, same
from .differences import expected
from .recipes import HANDLED, RAISED, RAISES, RETURNS, TAGGED, make, requests
from .rows import blueprints, building, routing, sessions, slashes, templating
from .rows import requests as accessors

#: Repeatable in CI, new examples elsewhere; no deadline, since the machine may be busy.
bounded = settings(
    max_examples=150,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
#: Sites of the written cases, with paths to begin from.
SITES: dict[str, tuple[Site, list[str]]] = {
    "slashes": (slashes.site, ["/notes/", "/about", "/form", "/own", "/memos/3"]),
    "routing": (
        routing.site,
        "/user/ada /int/7 /signed/-7 /float/1.5 /path/a/b /words/a+b /page/1 /verbs /3-b/c/end /any/red /two/ko"
        f" /uuid/{routing.NAME} /strict /old/5 /메모/x".split(),
    ),
    "building": (building.site, ["/build/query-korean", "/build/unknown", "/blog/x", "/memos/3"]),
    "accessors": (accessors.site, [f"/{name}" for name in accessors.READINGS]),
    "sessions": (sessions.site, [f"/{name}" for name in sessions.DEEDS]),
    "blueprints": (
        blueprints.site,
        ["/blog/", "/blog/3", "/blog/raise/403", "/blog/raise/key", "/bare/raise/404", "/raise/value"],
    ),
    "templating": (templating.site, [f"/page/{name}" for name in list(templating.SOURCES)[:8]]),
}
ALWAYS = ("path-only redirect", "204 without Content-Type")


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of tracebacks that nobody reads take longer than the requests."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@cache
def applications(name: str) -> tuple[Any, Any]:
    site, _ = SITES[name]
    return site.flask([]), validated(site.layers([]))


def wanted(flask_answer: Answer, ours: Answer) -> Answer:
    names = [*ALWAYS]
    if ours.header("X-Blog") and not flask_answer.header("X-Blog"):
        names.append("a blueprint owns its prefix")
    unread = ours.status[:3] in ("308", "404", "405") or ours.header("Allow")
    if unread and "('_permanent', True)" in (flask_answer.header("Set-Cookie") or ""):
        names.append("unread sessions are not refreshed")
    return expected(flask_answer, ours, names)


@pytest.mark.parametrize("name", sorted(SITES))
@bounded
@given(data=st.data())
def test_any_requests_in_a_row_are_answered_alike(name: str, data: st.DataObject) -> None:
    steps = data.draw(st.lists(requests(SITES[name][1]), min_size=1, max_size=3))
    theirs, ours = (Browser(application) for application in applications(name))
    for step in steps:
        flask_answer, answer = theirs.answer(step), ours.answer(step)
        event(f"{name} {answer.status[:3]}")
        assert same(wanted(flask_answer, answer), answer), f"{step}\nFlask   {flask_answer}\nlayers  {answer}"


def planned(plan: dict[str, Any], handled: list[Any]) -> Site:
    """An application whose hooks, view and error handlers do what `plan` says at each place."""

    def do(place: str, response: Any, usual: Any = None) -> Any:
        match plan.get(place):
            case None:
                return usual
            case ("raise", name):
                raise RAISED[name]()
            case recipe:
                return make(recipe, response)

    def with_flask(trail: Trail) -> Any:
        app = flask_application()
        for number in (1, 2):

            @app.before_request
            def before(number: int = number) -> Any:
                trail.append(f"before {number}")
                return do(f"before {number}", flask.Response)

            @app.after_request
            def after(response: Any, number: int = number) -> Any:
                trail.append(f"after {number}")
                replaced = do(f"after {number}", flask.Response, response)
                replaced.headers.add("X-After", str(number))
                return replaced

            @app.teardown_request
            def teardown(error: Any, number: int = number) -> None:
                trail.append(
                    f"teardown {number} {type(error).__name__ if not isinstance(error, TypeError) else ''}"
                )
                do(f"teardown {number}", flask.Response)

        @app.route("/", methods=["GET", "POST"])
        def view() -> Any:
            trail.append("view")
            return do("view", flask.Response, "usual")

        for kind in handled:

            @app.errorhandler(kind)
            def handler(error: Any, kind: Any = kind) -> Any:
                trail.append(f"handler {kind} {type(error).__name__}")
                return do(f"handler {kind}", flask.Response, (f"handled by {kind}", 499))

        return app

    def with_layers(trail: Trail) -> Any:
        def before(number: int) -> Any:
            def run(request: Any) -> Any:
                trail.append(f"before {number}")
                return do(f"before {number}", layers.Response)

            return run

        def after(number: int) -> Any:
            def run(request: Any, response: Any) -> Any:
                trail.append(f"after {number}")
                replaced = do(f"after {number}", layers.Response, response)
                replaced.headers.add("X-After", str(number))
                return replaced

            return run

        def teardown(number: int) -> Any:
            def run(request: Any, error: Any) -> None:
                trail.append(
                    f"teardown {number} {type(error).__name__ if not isinstance(error, TypeError) else ''}"
                )
                do(f"teardown {number}", layers.Response)

            return run

        def view(request: Any) -> Any:
            trail.append("view")
            return do("view", layers.Response, "usual")

        def handler(kind: Any) -> Any:
            def run(request: Any, error: Any) -> Any:
                trail.append(f"handler {kind} {type(error).__name__}")
                return do(f"handler {kind}", layers.Response, (f"handled by {kind}", 499))

            return run

        return layered_application(
            [Rule("/", endpoint=view, methods=["GET", "POST"])],
            befores=[before(1), before(2)],
            afters=[after(1), after(2)],
            teardowns=[teardown(1), teardown(2)],
            handlers={kind: handler(kind) for kind in handled},
        )

    return Site(with_flask, with_layers)


@st.composite
def plans(draw: Any) -> tuple[dict[str, Any], list[Any]]:
    """What happens where; most places do nothing, or nearly every answer would be a 500."""
    handled = draw(HANDLED)
    plan: dict[str, Any] = {"view": draw(st.one_of(RETURNS, RETURNS, RAISES))}
    for place in ("before 1", "before 2", *(f"handler {kind}" for kind in handled)):
        if draw(st.integers(0, 3)) == 0:
            plan[place] = draw(st.one_of(RETURNS, RAISES))
    for place in ("after 1", "after 2", "teardown 1", "teardown 2"):
        if draw(st.integers(0, 7)) == 0:
            replacing = st.tuples(st.just("response"), st.just("replaced"), st.just(203))
            plan[place] = draw(RAISES if place.startswith("teardown") else st.one_of(RAISES, replacing))
    return plan, handled


def first_run(trail: Trail) -> Trail:
    """A trail without the after hooks that Flask ran a second time, and without what teardown functions wrote."""
    kept: Trail = []
    for line in trail:
        if line.startswith("teardown") or (line.startswith("after") and line in kept):
            continue
        if line == "after 1" and kept and kept[-1] == "after 2" and "handler" in kept:
            continue
        kept.append(line)
    return kept


@settings(bounded, max_examples=400)
@given(
    planned_site=plans(),
    step=st.sampled_from([get("/"), get("/"), get("/nothing"), Ask("HEAD", "/"), Ask("PUT", "/")]),
)
def test_any_application_answers_alike_whatever_its_parts_return_or_raise(
    planned_site: tuple[dict[str, Any], list[Any]], step: Ask
) -> None:
    plan, handled = planned_site
    theirs, their_trail, ours, our_trail = both(case("generated", planned(plan, handled), step))
    flask_answer, answer = theirs[0], ours[0]
    event(answer.status[:3])
    raising = {
        place[:-2] for place, deed in plan.items() if deed[0] == "raise" and place[:5] in ("after", "teard")
    }
    names = [*ALWAYS, *(["hooks run once"] if "after" in raising else [])]
    assert same(expected(flask_answer, answer, names), answer), f"Flask   {flask_answer}\nlayers  {answer}"
    if not raising:
        assert our_trail == their_trail
    elif "after" not in raising:
        assert first_run(our_trail) == first_run(their_trail)
    # Where an after hook raises Flask runs some hooks twice; here none ever does.
    hooks = [line for line in our_trail if not line.startswith("handler")]
    assert len(hooks) == len(set(hooks))


@settings(bounded, max_examples=300)
@given(value=st.dictionaries(st.text(max_size=5), TAGGED, max_size=3))
def test_any_session_is_written_letter_by_letter_as_flask_writes_it(value: dict[str, Any]) -> None:
    text = TaggedJSON.dumps(value)
    assert text == session_json_serializer.dumps(value)
    assert TaggedJSON.loads(text) == session_json_serializer.loads(text)
