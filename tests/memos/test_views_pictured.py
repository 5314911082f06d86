"""A note kept together with its pictures, or made of them alone; what was typed beside those is never lost."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from keepwsgi.images.models import ImageRow
from keepwsgi.images.service import MOST
from keepwsgi.images.stores import LocalStore
from keepwsgi.layers.request import DRAINED_BYTES
from keepwsgi.memos.schemas import TITLE_LONGEST
from tests.clients import Browser, fields_of_form, titles
from tests.conftest import MakeApp
from tests.factories import PASSWORD, get_memo, make_user
from tests.images.pictures import encode, gradient
from tests.security.bodies import Input, memos_kept

JPEG = encode(gradient((30, 20)), "JPEG")
PNG = encode(gradient((8, 6)), "PNG")
#: What a browser sends where no file was chosen.
NONE = (b"", "")


def form(token: str, *files: tuple[bytes, str], **fields: Any) -> tuple[bytes, str]:
    """The composer's form as a browser sends it, and its type: the files after all else."""
    sent = [FileStorage(BytesIO(content), name) for content, name in files]
    boundary, body = encode_multipart(MultiDict({"csrf_token": token, **fields, "file": sent}))
    return body, f"multipart/form-data; boundary={boundary}"


def take_note(browser: Browser, *files: tuple[bytes, str], **fields: Any) -> TestResponse:
    """Send the composer's form, with the token in it."""
    body, kind = form(fields.pop("csrf_token", browser.token), *files, **fields)
    return browser.open("/memos", method="POST", data=body, content_type=kind)


def pictures_kept(browser: Browser) -> tuple[int, int]:
    """How many pictures the tables refer to, and how many files the store has of any."""
    store = browser.app.config["BLOBS"]
    assert isinstance(store, LocalStore)
    with browser.database.reading() as session:
        rows = session.scalar(select(func.count()).select_from(ImageRow)) or 0
    return rows, len(list(store.all_keys()))


def test_a_note_is_kept_with_its_pictures(browser: Browser) -> None:
    answer = take_note(browser, (JPEG, "a.jpg"), (PNG, "b.png"), title="바다", body="파도", label=["여름"])
    assert (answer.status_code, answer.location) == (303, "/")
    memo = get_memo(browser.database, browser.user, 1)
    assert (memo.title, memo.body, [label.name for label in memo.labels]) == ("바다", "파도", ["여름"])
    assert [(image.width, image.height) for image in memo.images] == [(30, 20), (8, 6)]
    assert titles(browser.get("/search?q=has:image").text) == ["바다"]


def test_a_note_of_pictures_alone_is_kept(browser: Browser) -> None:
    take_note(browser, (JPEG, "a.jpg"), title="", body=" ", color="default")
    memo = get_memo(browser.database, browser.user, 1)
    assert (memo.title, memo.body.strip(), len(memo.images)) == ("", "", 1)
    assert "/images/1" in browser.get("/").text


def test_a_list_may_have_pictures_too(browser: Browser) -> None:
    take_note(browser, (JPEG, "a.jpg"), body="우유\n두부", kind="checklist")
    memo = get_memo(browser.database, browser.user, 1)
    assert ([item.text for item in memo.items], len(memo.images)) == (["우유", "두부"], 1)


def test_where_no_picture_was_chosen_the_note_is_as_ever(browser: Browser) -> None:
    assert take_note(browser, NONE, body="text").status_code == 303
    assert get_memo(browser.database, browser.user, 1).images == ()
    assert take_note(browser, NONE, title="", body="").status_code == 303
    assert "An empty note is not kept." in browser.get("/").text
    assert memos_kept(browser) == 1


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ((b"<svg xmlns='http://www.w3.org/2000/svg'/>", "b.svg"), "SVG files are not accepted"),
        ((b"<!DOCTYPE html>", "b.jpg"), "not a picture"),
        ((JPEG[:300], "b.jpg"), "incomplete or damaged"),
        ((b"", "b.jpg"), "Choose a picture."),
    ],
)
def test_one_file_that_is_no_picture_and_nothing_is_kept_but_what_was_typed(
    browser: Browser, bad: tuple[bytes, str], said: str
) -> None:
    answer = take_note(browser, (JPEG, "a.jpg"), bad, title="제목", body="typed <b>", color="red", label="여름")
    assert answer.status_code == 422
    assert said in answer.text
    assert "The pictures you chose are not kept. Please choose them again." in answer.text
    fields = fields_of_form(answer.text, "/memos")
    assert (fields["title"], fields["body"], fields["color"]) == ("제목", "typed <b>", "red")
    assert 'name="label" data-keep value="여름"' in answer.text
    assert (memos_kept(browser), pictures_kept(browser)) == (0, (0, 0))


@pytest.mark.parametrize("fields", [{"title": "x" * (TITLE_LONGEST + 1)}, {"body": "\0"}, {"evil": "x"}])
def test_a_text_that_is_refused_keeps_no_picture_and_says_so(browser: Browser, fields: dict[str, str]) -> None:
    answer = take_note(browser, (JPEG, "a.jpg"), **{"body": "typed", **fields})
    assert answer.status_code == 422
    assert "The pictures you chose are not kept." in answer.text
    assert (memos_kept(browser), pictures_kept(browser)) == (0, (0, 0))
    assert "The pictures you chose" not in take_note(browser, NONE, **{"body": "typed", **fields}).text


def test_what_fails_inside_the_write_leaves_no_picture_in_the_store(browser: Browser) -> None:
    answer = take_note(browser, (JPEG, "a.jpg"), kind="checklist", body="x\n" * 2000)
    assert answer.status_code == 422
    assert (memos_kept(browser), pictures_kept(browser)) == (0, (0, 0))


def test_a_note_takes_so_many_pictures_and_no_more(browser: Browser) -> None:
    assert take_note(browser, *[(PNG, "a.png")] * MOST, body="full").status_code == 303
    assert len(get_memo(browser.database, browser.user, 1).images) == MOST
    answer = take_note(browser, *[(PNG, "a.png")] * (MOST + 1), body="too full")
    assert answer.status_code == 422
    assert f"at most {MOST} pictures" in answer.text
    assert memos_kept(browser) == 1


def test_a_file_in_another_field_is_refused(browser: Browser) -> None:
    body, kind = form(browser.token, (JPEG, "a.jpg"), body="text")
    body = body.replace(b'name="file"', b'name="title"')
    answer = browser.open("/memos", method="POST", data=body, content_type=kind)
    assert answer.status_code == 422
    assert "does not accept files" in answer.text


# --- What cannot be taken: the text is carried, the files are not -----------------------------------------------


def test_more_than_fits_into_one_upload_is_refused_with_the_text_to_be_sent_again(make_app: MakeApp) -> None:
    app = make_app(max_upload_mb=1)
    browser = Browser(app).signed_in_as(make_user(app.config["DATABASE"]))
    files = [(JPEG + b"\0" * 600_000, "하나.jpg"), (JPEG + b"\0" * 600_000, "둘.jpg")]
    answer = take_note(browser, *files, title="제목", body="typed", label=["a", "b"])
    assert answer.status_code == 413
    assert "at most 1 MB" in answer.text
    assert "하나.jpg" in answer.text
    fields = fields_of_form(answer.text, "/memos")
    assert (fields["title"], fields["body"]) == ("제목", "typed")
    assert browser.post("/memos", **fields).status_code == 303
    assert get_memo(browser.database, browser.user, 1).title == "제목"


def test_what_another_site_sends_is_not_repeated_whatever_its_size(make_app: MakeApp) -> None:
    app = make_app(max_upload_mb=1)
    browser = Browser(app, headers={"Sec-Fetch-Site": "cross-site"})
    for size in (100, 2**20):
        answer = take_note(browser, (b"\0" * size, "a.jpg"), body="forged")
        assert answer.status_code in (400, 413)
        assert "forged" not in answer.text


@pytest.mark.parametrize("size", [10, 3_000_000, 15_000_000])
def test_after_a_session_has_ended_the_text_is_kept_and_no_file_written(
    size: int, browser: Browser, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Any] = []
    temporary_file = tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda *a, **k: written.append(a) or temporary_file(*a, **k))
    picture = (JPEG + bytes(size), "바다.jpg")
    refused = take_note(visitor, picture, csrf_token="of a session that ended", title="제목", body="글\n낱말")
    assert refused.status_code == 401
    assert "The pictures you chose are not kept." in refused.text
    assert "바다.jpg" in refused.text
    assert written == []
    fields = fields_of_form(refused.text, "/login")
    assert (fields["carried_action"], fields["carried:title"]) == ("/memos", "제목")
    again = visitor.post("/login", **fields | {"username": "minji", "password": PASSWORD})
    kept = fields_of_form(again.text, "/memos")
    assert visitor.post("/memos", **kept).status_code == 303
    memo = get_memo(browser.database, browser.user, 1)
    assert (memo.title, memo.body, memo.images) == ("제목", "글\n낱말", ())
    assert pictures_kept(browser) == (0, 0)
    # That it would have been seen: somebody signed in may have a file written.
    take_note(browser, picture, title="x")
    assert bool(written) == (size > 1_000_000)


def test_a_form_that_was_open_for_too_long_keeps_its_text(browser: Browser) -> None:
    refused = take_note(browser, (JPEG, "바다.jpg"), csrf_token="old", title="제목", body="typed")
    assert refused.status_code == 400
    assert "바다.jpg" in refused.text
    fields = fields_of_form(refused.text, "/memos")
    assert (fields["title"], fields["body"]) == ("제목", "typed")
    assert (memos_kept(browser), pictures_kept(browser)) == (0, (0, 0))


def test_a_store_that_is_away_keeps_the_text(browser: Browser, tmp_path: Path) -> None:
    store = browser.app.config["BLOBS"]
    store.folder = tmp_path / "no folder"
    store.folder.touch()
    answer = take_note(browser, (JPEG, "a.jpg"), title="제목", body="typed")
    assert answer.status_code == 503
    assert fields_of_form(answer.text, "/memos")["title"] == "제목"


@pytest.mark.parametrize("length", [2_000_000, 16 * 2**20])
def test_of_a_strangers_upload_only_so_much_is_read(length: int, visitor: Browser) -> None:
    beginning, kind = form("", (b"a", "a.jpg"), title="typed")
    body = Input(length, beginning[: beginning.rindex(b"\r\n--")])
    environ = {"wsgi.input": body, "CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind}
    answer = visitor.open("/memos", method="POST", environ_overrides=environ)
    assert answer.status_code == 401
    assert fields_of_form(answer.text, "/login")["carried:title"] == "typed"
    assert body.bytes_read == min(length, DRAINED_BYTES)


def test_a_form_without_files_is_no_larger_than_any_other(browser: Browser) -> None:
    body = b"body=" + b"a" * (2 * 1024 * 1024 - 4)
    assert browser.post_body("/memos", body, "application/x-www-form-urlencoded").status_code == 413
