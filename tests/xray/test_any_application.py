"""The x-ray around any application of these layers, as WSGI middleware: what goes through it is not changed."""

from __future__ import annotations

import cProfile
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from wsgiref.util import setup_testing_defaults

import pytest
from sqlalchemy import create_engine, text

from examples.hello import app as hello
from keepwsgi.layers import Application, ErrorHandlers, Response, Routes, Rule, errors, redirect
from keepwsgi.layers.response import make_response
from keepwsgi.layers.testing import TestClient, validated
from keepwsgi.xray import XRay
from tests.xray.conftest import every_page, text_of


def rayed(app: Application) -> TestClient:
    """A client of `app` under the x-ray; every call is checked on both sides of it against PEP 3333."""
    ray = XRay(app)
    ray.wsgi_app = validated(ray.wsgi_app)
    return TestClient(app, mounted=ray)


def made_of(*views: Any) -> Application:
    """An application whose views are found under their names."""
    routes = Routes([Rule(f"/{view.__name__}", endpoint=view, methods=["GET", "POST"]) for view in views])
    return Application(routes, [routes.match, errors(ErrorHandlers({}))])


def said(client: TestClient, answer: Any) -> str:
    return text_of(client.get(f"/_xray/{answer.headers['X-Request-Id']}?all=1").text)


def test_the_smallest_example_is_followed_in_english() -> None:
    client = rayed(hello)
    answer = client.get("/user/minji", headers={"Accept-Language": "ko"})
    text = said(client, answer)
    assert "rule Routes.find /user/<username> → show_user_profile" in text
    assert "Argument username: 'minji' → UnicodeConverter → 'minji' (str)" in text
    assert "view show_user_profile" in text
    assert "Source examples/hello.py:" in text
    assert "/user/minji" in client.get("/_xray").text


def test_the_quickstart_shows_its_hooks_session_and_proxies() -> None:
    from examples.quickstart import create_app

    client = rayed(create_app())
    token = client.get("/token").text
    answer = client.post("/login", data={"csrf_token": token, "username": "minji"})
    text = said(client, answer)
    for step in (
        "middleware default_headers",
        "layer teardown(teardown_request)",
        "layer after(after_request)",
        "layer before(before_request)",
        "CSRF csrf.check passed",
        "session flash success",
        "session CookieSessions.save a cookie goes out",
        "Key added username",
        "hook teardown_appcontext",
        "In Flask @app.before_request",
    ):
        assert step in text, step
    assert "Set-Cookie session=•••" in text


def test_a_stream_is_passed_on_piece_by_piece_and_followed_to_its_end() -> None:
    made: list[int] = []

    def numbers(request: Any) -> Iterator[str]:
        for number in range(3):
            made.append(number)
            yield f"<p>{number}</p></body>"

    app = made_of(numbers)
    ray = XRay(app)
    environ: dict[str, Any] = {"PATH_INFO": "/numbers"}
    setup_testing_defaults(environ)
    started: list[Any] = []
    body = ray(environ, lambda status, headers, exc_info=None: started.append(dict(headers)))  # type: ignore[arg-type, return-value]
    pieces = iter(body)
    assert next(pieces) == b"<p>0</p></body>"
    assert made == [0]
    assert sys.getprofile() is None  # between the pieces this thread is the server's
    assert ray.journeys.inside() == []
    list(pieces)
    body.close()  # type: ignore[attr-defined]
    [journey] = ray.journeys.inside()
    assert (journey.chunks, journey.body_bytes) == (3, 45)
    [view] = journey.of("view")
    assert view.count == 4  # a generator is asked once more than it has pieces
    assert "xray-link" not in str(started)


def test_a_stream_that_fails_half_way_says_what_nobody_caught() -> None:
    def broken(request: Any) -> Iterator[str]:
        yield "begun"
        raise LookupError("in the middle")

    client = rayed(made_of(broken))
    with pytest.raises(LookupError):
        client.get("/broken")
    assert "Nobody caught it; the server got it: LookupError: in the middle" in text_of(every_page(client)[1])


def test_only_a_whole_page_gets_the_link_and_its_tag_becomes_weak() -> None:
    page = "<!doctype html><title>x</title><body><p>x</body>"

    def whole(request: Any) -> Response:
        return Response(page, headers={"ETag": '"strong"'})

    def piece(request: Any) -> str:
        return "<p>a piece of a page</p>"

    def packed(request: Any) -> Response:
        return Response(page, headers={"Content-Encoding": "br"})

    def text(request: Any) -> Response:
        return Response(page, mimetype="text/plain")

    def open_ended(request: Any) -> str:
        return page.removesuffix("</body>")

    client = rayed(made_of(whole, open_ended, piece, packed, text))
    answer = client.get("/whole")
    assert answer.text.startswith(page.removesuffix("</body>"))
    assert 'class="xray-link"' in answer.text
    assert answer.content_length == len(answer.data)
    assert answer.headers["ETag"] == 'W/"strong"'
    # HTML lets a page leave out its end tags; the plain page of an error does.
    assert 'class="xray-link"' in client.get("/open_ended").text
    assert 'class="xray-link"' in client.get("/nowhere").text
    for path in ("/piece", "/packed", "/text"):
        other = client.get(path)
        assert "xray-link" not in other.text
        assert other.content_length == len(other.data)
    # What a script puts into an open page is as the application made it.
    assert client.get("/whole", headers={"X-Fragment": "1"}).text == page
    # Of a page that is only asked about, the length that it would have is not known.
    assert "Content-Length" not in client.head("/whole").headers


def test_a_page_that_is_read_has_its_x_ray_also_before_the_server_closes_it() -> None:
    def whole(request: Any) -> str:
        return "<body>x</body>"

    app = made_of(whole)
    app.wsgi_app = XRay(app)
    environ: dict[str, Any] = {"PATH_INFO": "/whole"}
    setup_testing_defaults(environ)
    body = app(environ, lambda status, headers, exc_info=None: lambda data: None)
    link = b"".join(body).decode().partition('<a href="')[2].partition('"')[0]
    assert "body of" in text_of(TestClient(app).get(link).text)


def test_a_secret_that_a_program_repeats_is_taken_out_of_every_text() -> None:
    def sign_in(request: Any) -> str:
        given = request.json if request.is_json else request.form
        raise ValueError(f"{given['password']} is wrong, and so is {request.args['token']}")

    client = rayed(made_of(sign_in))
    text = said(client, client.post("/sign_in?token=0123-4567", data={"password": "hunter2"}))
    assert "ValueError: ••• is wrong, and so is •••" in text
    assert "hunter2" not in text
    assert "0123-4567" not in text
    assert "hunter2" not in said(client, client.post("/sign_in?token=x", json={"password": "hunter2"}))


def test_a_secret_is_found_in_a_url_within_a_query_and_as_a_url_writes_it() -> None:
    def go(request: Any) -> Response:
        return redirect(f"/{quote(request.args['token'])}")

    client = rayed(made_of(go))
    client.get("/go?token=%EC%9A%B0%EC%9C%A0+%26%EB%B9%B5+1")
    client.get("/go?token=x&next=%2Freset%3Fa%3D1%26otp%3D012345", headers={"Referer": "/?next=/reset?pin=678901"})
    client.get("/go?token=x&" + "a=?" * 3000)
    pages = "".join(every_page(client))
    for secret in ("우유 &빵 1", "%EC%9A%B0%EC%9C%A0", "012345", "678901"):
        assert secret not in pages, secret
    assert "next=•••" in pages


def test_what_people_wrote_is_not_in_the_error_of_a_statement(tmp_path: Path) -> None:
    def register(request: Any) -> str:
        with create_engine(f"sqlite:///{tmp_path / 'app.db'}").begin() as connection:
            connection.execute(text("CREATE TABLE users (name TEXT UNIQUE, hash TEXT)"))
            for _ in range(2):
                connection.execute(
                    text("INSERT INTO users VALUES (:name, :hash)"), {"name": "minji", "hash": "$argon2id$"}
                )
        return ""

    client = rayed(made_of(register))
    answer = client.get("/register")
    assert "IntegrityError: UNIQUE constraint failed: users.name" in said(client, answer)
    assert "$argon2id$" not in "".join(every_page(client))


def test_requests_at_the_same_time_do_not_mix() -> None:
    meet = threading.Barrier(2, timeout=30)

    def one(request: Any) -> str:
        meet.wait()  # both are inside by now
        text: str = request.url_for("two")
        meet.wait()  # and until here
        return text

    def two(request: Any) -> str:
        meet.wait()
        meet.wait()
        return "two"

    app = made_of(one, two)
    ray = XRay(app)
    app.wsgi_app = ray
    threads = [threading.Thread(target=app.test_client().get, args=(path,)) for path in ("/one", "/two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = {journey.path: [step.name for step in journey.of("view")] for journey in ray.journeys.inside()}
    assert found == {"/one": ["one"], "/two": ["two"]}


def test_who_profiled_this_thread_before_does_so_afterwards() -> None:
    client = rayed(made_of(quick))
    heard: list[str] = []

    def profiler(frame: Any, event: str, value: Any) -> None:
        heard.append(event)

    sys.setprofile(profiler)
    try:
        client.get("/quick")
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(None)
    # One written in C keeps its place; the answer goes through all the same.
    with cProfile.Profile() as other:
        answer = client.get("/quick")
    assert answer.status_code == 200
    assert any("quick" in str(entry.code) for entry in other.getstats())


def quick(request: Any) -> str:
    return "quick"


def test_only_the_last_requests_are_kept_and_files_do_not_push_pages_out() -> None:
    from examples.quickstart import create_app

    app = create_app()
    ray = XRay(app)
    client = TestClient(app, mounted=ray)
    kept = [client.get("/hello").headers["X-Request-Id"] for _ in range(3)]
    file = client.get("/hello/").text.partition('href="/static')[2].partition('"')[0]
    for _ in range(40):
        assert client.get(f"/static{file}").status_code == 200
    assert [journey.id for journey in ray.journeys.inside()][1:] == kept[::-1]
    assert len(ray.journeys.before()) == 20
    for _ in range(110):
        client.get("/hello")
    assert len(ray.journeys.inside()) == 100
    assert client.get(f"/_xray/{kept[0]}").status_code == 404


def test_a_request_of_very_many_steps_is_cut_and_says_so() -> None:
    def busy(request: Any) -> str:
        for _ in range(700):
            make_response("x", request)
        return "done"

    client = rayed(made_of(busy))
    text = said(client, client.get("/busy"))
    assert "more steps are not kept" in text
