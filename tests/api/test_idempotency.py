"""A request sent twice with one Idempotency-Key is carried out once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from keepwsgi.api import idempotency
from keepwsgi.database import Database
from tests.api.conftest import Program
from tests.conftest import Clock


def send(program: Program, key: str, **fields: Any) -> Any:
    return program.post("/memos", {"title": "x", **fields}, Idempotency_Key=key)


def count(program: Program) -> int:
    return len(program.get("/memos").json["items"])


def test_a_retry_gets_the_first_answer_and_creates_nothing(program: Program) -> None:
    first = send(program, "key", labels=["a"])
    program.patch(first.location.removeprefix("/api/v1"), {"title": "changed since"})
    again = send(program, "key", labels=["a"])
    assert (again.status_code, again.data) == (201, first.data)
    for name in ("ETag", "Location", "Content-Type", "Cache-Control"):
        assert again.headers[name] == first.headers[name]
    assert count(program) == 1


def test_another_request_with_the_same_key_is_refused(program: Program) -> None:
    send(program, "key")
    refused = send(program, "key", body="other")
    assert (refused.status_code, refused.json["type"]) == (422, "/api/docs#problem-idempotency-key-reused")
    assert count(program) == 1


def test_a_request_that_failed_may_be_sent_again_with_its_key(program: Program) -> None:
    assert send(program, "key", color="mauve").status_code == 422
    assert send(program, "key", title="").status_code == 422
    assert send(program, "key").status_code == 201


def test_a_key_is_its_users_own(program: Program, other_program: Program) -> None:
    send(program, "key", body="mine")
    assert send(other_program, "key", body="theirs").json["body"] == "theirs"


def test_an_answer_is_kept_for_a_day(program: Program, clock: Clock) -> None:
    first = send(program, "key")
    clock.advance(hours=24)
    send(program, "second")
    assert send(program, "key").data == first.data
    clock.advance(seconds=1)
    send(program, "third")
    assert send(program, "key").data != first.data


@pytest.mark.parametrize("key", ["", " ", "a b", "키", "x" * 256])
def test_a_key_is_visible_ascii(program: Program, key: str) -> None:
    environ = {"HTTP_IDEMPOTENCY_KEY": key.encode().decode("latin-1")}
    response = program.send("POST", "/memos", json={"title": "x"}, environ_overrides=environ)
    assert (response.status_code, response.json["type"]) == (400, "/api/docs#problem-bad-request")
    assert send(program, "x" * 255).status_code == 201


def test_the_same_request_several_times_at_once_is_carried_out_once(program: Program) -> None:
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: send(program, "key"), range(12)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert count(program) == 1


def test_old_answers_are_forgotten_by_purging_too(program: Program, clock: Clock) -> None:
    send(program, "old")
    clock.advance(hours=25)
    database: Database = program.app.config["DATABASE"]
    idempotency.forget(database)
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM idempotent_answers")).scalar_one() == 0
