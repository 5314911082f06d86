"""Pictures of a memo by the API."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from keepwsgi.images import service as images
from tests.api.conftest import Program
from tests.clients import Browser, memo_of
from tests.conftest import Clock
from tests.security.bodies import MULTIPART, Input


def png(color: str = "teal", size: tuple[int, int] = (40, 30)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    return file.getvalue()


def blobs(program: Program) -> list[Path]:
    """The files of the store."""
    return [path for path in program.app.config["BLOBS"].folder.rglob("*") if path.is_file()]


def send(program: Program, memo_id: int, data: bytes, field: str = "file", **more: Any) -> Any:
    return program.send("POST", f"/memos/{memo_id}/images", data={field: (BytesIO(data), "a.png"), **more})


def test_a_picture_is_added_shown_and_taken_away(program: Program) -> None:
    memo = program.memo()
    response = send(program, memo["id"], png())
    image = response.json
    assert (response.status_code, set(image)) == (
        201,
        {"id", "url", "thumbnail_url", "width", "height", "type", "size"},
    )
    assert (image["width"], image["height"], image["type"]) == (40, 30, "image/png")
    assert image["url"] == response.location == f"/api/v1/images/{image['id']}"
    now = program.get(f"/memos/{memo['id']}").json
    assert now["images"] == [image]
    assert now["revision"] > memo["revision"]
    assert program.delete(f"/memos/{memo['id']}/images/{image['id']}").status_code == 204
    assert program.get(f"/memos/{memo['id']}").json["images"] == []
    assert not blobs(program)


def test_a_program_follows_the_address_of_a_picture_with_its_token(program: Program) -> None:
    program.base_url = "http://localhost/keep"
    image = send(program, program.memo()["id"], png()).json
    headers = {"Authorization": f"Bearer {program.secret}"}

    def get(address: str, **more: str) -> Any:
        assert address.startswith("/keep/api/v1/images/")
        path = address.removeprefix("/keep")
        return program.client.get(path, base_url=program.base_url, headers={**headers, **more})

    response = get(image["url"])
    assert (response.status_code, response.mimetype, len(response.data)) == (200, "image/png", image["size"])
    assert "Authorization" in response.vary  # kept for a year, and not for whoever else uses the same client
    assert get(image["thumbnail_url"]).mimetype == "image/webp"
    part = get(image["url"], Range="bytes=1-3")
    assert (part.status_code, part.data) == (206, b"PNG")
    beyond = get(image["url"], Range="bytes=99999-")
    assert (beyond.status_code, beyond.mimetype) == (416, "application/problem+json")
    assert get(f"{image['url']}?size=huge").status_code == 422
    assert program.get("/images/999").status_code == 404


def test_outside_of_the_api_the_token_does_not_count_for_a_picture_either(program: Program) -> None:
    image = send(program, program.memo()["id"], png()).json
    headers = {"Authorization": f"Bearer {program.secret}"}
    assert program.client.get(f"/images/{image['id']}", headers=headers).status_code == 303


def test_a_picture_added_or_taken_away_is_an_edit_of_the_memo(program: Program, clock: Clock) -> None:
    memo = program.memo()
    clock.advance(hours=1)
    image = send(program, memo["id"], png()).json
    added = program.get(f"/memos/{memo['id']}")
    assert (added.json["updated_at"], added.json["position"]) == ("2024-05-01T10:30:00Z", memo["position"])
    clock.advance(hours=1)
    program.delete(f"/memos/{memo['id']}/images/{image['id']}")
    taken = program.get(f"/memos/{memo['id']}")
    assert (taken.json["updated_at"], taken.json["created_at"]) == ("2024-05-01T11:30:00Z", memo["created_at"])
    assert len({f'"{memo["revision"]}"', added.headers["ETag"], taken.headers["ETag"]}) == 3


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "Send a picture"),
        (b"<html>", "not a picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (png()[:60], "incomplete"),
    ],
)
def test_what_is_no_picture_is_refused(program: Program, data: bytes, says: str) -> None:
    memo = program.memo()
    response = send(program, memo["id"], data)
    assert response.status_code == 422, response.text
    (error,) = response.json["errors"]
    assert error["field"] == "file"
    assert says in error["message"]
    assert program.get(f"/memos/{memo['id']}").json == memo


def test_other_bodies_and_other_fields_are_refused(program: Program) -> None:
    memo = program.memo()
    path = f"/memos/{memo['id']}/images"
    assert program.post(path, {"file": "x"}).status_code == 415
    assert send(program, memo["id"], png(), field="picture").json["errors"][0]["field"] == "picture"
    assert send(program, memo["id"], png(), note="x").json["errors"][0]["field"] == "note"
    as_text = {"data": {"file": "text"}, "content_type": "multipart/form-data"}
    assert program.send("POST", path, **as_text).status_code == 422
    two = MultiDict([("file", (BytesIO(png()), "a")), ("file", (BytesIO(png()), "b"))])
    assert program.send("POST", path, data=two).status_code == 422


def test_a_picture_that_is_too_large_is_refused(program: Program) -> None:
    memo = program.memo()
    environ = {"wsgi.input": Input(10**8), "CONTENT_LENGTH": str(10**8)}
    path = f"/memos/{memo['id']}/images"
    response = program.send("POST", path, content_type=MULTIPART, environ_overrides=environ)
    assert (response.status_code, response.json["type"]) == (413, "/api/docs#problem-too-large")


def test_pictures_of_what_is_not_there_or_not_ones_own(program: Program, other_program: Program) -> None:
    theirs = other_program.memo()
    image = send(other_program, theirs["id"], png()).json
    own = program.memo()
    assert send(program, theirs["id"], png()).status_code == 404
    assert program.delete(f"/memos/{theirs['id']}/images/{image['id']}").status_code == 404
    assert program.delete(f"/memos/{own['id']}/images/{image['id']}").status_code == 404
    trashed = program.memo(trashed=True)
    assert send(program, trashed["id"], png()).status_code == 409
    with program.database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM images")).scalar_one() == 1


def test_the_id_of_a_picture_is_never_used_again(program: Program) -> None:
    memo = program.memo()
    first = send(program, memo["id"], png()).json["id"]
    program.delete(f"/memos/{memo['id']}/images/{first}")
    # Who has kept the first one for a year, as they may, would take it for this one.
    assert send(program, memo["id"], png("red")).json["id"] > first


def test_a_picture_may_be_sent_with_a_cookie_and_the_token_of_a_form(browser: Browser) -> None:
    memo = memo_of(browser)
    path = f"/api/v1/memos/{memo.id}/images"
    browser.get("/settings")
    assert browser.post(path, file=(BytesIO(png()), "a.png")).status_code == 201
    browser.token = "wrong"
    refused = browser.post(path, file=(BytesIO(png()), "a.png"))
    assert (refused.status_code, refused.json["type"]) == (400, "/api/docs#problem-csrf")


def test_nothing_is_read_while_a_picture_is_decoded(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    memo = program.memo()
    prepare, open_meanwhile = images.prepare, []

    def slowly(*arguments: Any, **options: Any) -> Any:
        engines = program.database._engines
        assert engines is not None
        open_meanwhile.append(engines.reader.pool.checkedout())  # type: ignore[attr-defined]  # of QueuePool
        return prepare(*arguments, **options)

    monkeypatch.setattr(images, "prepare", slowly)
    assert send(program, memo["id"], png()).status_code == 201
    assert open_meanwhile == [0]


def test_a_deleted_memo_leaves_no_bytes(program: Program) -> None:
    memo = program.memo()
    send(program, memo["id"], png())
    program.patch(f"/memos/{memo['id']}", {"trashed": True})
    assert program.delete(f"/memos/{memo['id']}").status_code == 204
    assert not blobs(program)
