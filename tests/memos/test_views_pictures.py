"""Pictures put on a memo by its form: kept, shown, refused with a reason, removed when nobody needs them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from keepwsgi.images import service as images
from tests.clients import Browser, fields_of_form, memo_of, now
from tests.conftest import MakeApp
from tests.factories import make_user
from tests.images.pictures import encode, gradient


def png(size: tuple[int, int]) -> bytes:
    return encode(gradient(size), "PNG")


def upload(browser: Browser, memo_id: int, *files: tuple[bytes, str], **fields: Any) -> TestResponse:
    data: dict[str, Any] = {"file": [FileStorage(BytesIO(content), name) for content, name in files], **fields}
    # Encoded here: the client would leave a large body to the garbage collector as an open file.
    boundary, body = encode_multipart(MultiDict({"csrf_token": browser.token, **data}))
    return browser.post_body(f"/memos/{memo_id}/images", body, f"multipart/form-data; boundary={boundary}")


def test_several_pictures_are_put_on_a_memo_and_shown(browser: Browser) -> None:
    memo = memo_of(browser)
    browser.get("/")
    response = upload(browser, memo.id, (png((30, 20)), "a.png"), (png((5, 5)), "b.png"), next=f"/memos/{memo.id}")
    assert (response.status_code, response.location) == (303, f"/memos/{memo.id}")
    one, two = now(browser, memo).images
    assert (one.width, one.height, two.width) == (30, 20, 5)
    assert now(browser, memo).revision > memo.revision
    for page in ("/", f"/memos/{memo.id}"):
        assert f"/images/{one.id}" in browser.get(page).text
    assert browser.get(f"/images/{one.id}").data[:4] == b"\x89PNG"
    assert browser.get(f"/images/{one.id}?size=thumb").mimetype == "image/webp"


def test_memos_with_pictures_are_found(browser: Browser) -> None:
    memo = memo_of(browser, "needle")
    browser.get("/")
    upload(browser, memo.id, (png((3, 3)), "a.png"))
    assert "<mark>needle</mark>" in browser.get("/search?q=needle+has:image").text
    for action in ("pin", "color", "checklist"):  # none of which is about pictures
        browser.post(f"/memos/{memo.id}/{action}", **({"color": "red"} if action == "color" else {}))
        assert "<mark>needle</mark>" in browser.get("/search?q=needle+has:image").text
    browser.get(f"/memos/{memo.id}")
    browser.post(f"/images/{now(browser, memo).images[0].id}/delete", confirm="yes")
    assert "<mark>needle</mark>" not in browser.get("/search?q=needle+has:image").text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG files are not accepted"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "not a picture"),
        (png((300, 300))[:200], "incomplete or damaged"),
        (b"", "Choose a picture."),
    ],
)
def test_what_is_no_picture_is_refused_with_a_reason_and_none_of_the_others_is_kept(
    browser: Browser, content: bytes, said: str
) -> None:
    memo = memo_of(browser)
    browser.get("/")
    response = upload(browser, memo.id, (png((3, 3)), "good.png"), (content, "bad.png"))
    assert response.status_code == 422
    assert said in response.text
    assert now(browser, memo).images == ()


def test_an_upload_without_a_file_says_so(browser: Browser) -> None:
    memo = memo_of(browser)
    browser.get("/")
    assert "Choose a picture." in upload(browser, memo.id, (b"", "")).text
    assert browser.post(f"/memos/{memo.id}/images").status_code == 422


def test_more_than_the_limit_is_refused_with_the_limit(make_app: MakeApp) -> None:
    app = make_app(max_upload_mb=1)
    browser = Browser(app).signed_in_as(make_user(app.config["DATABASE"]))
    memo = memo_of(browser)
    response = upload(browser, memo.id, (png((3, 3)) + b"\0" * 2**20, "big.png"))
    assert response.status_code == 413
    assert "at most 1 MB" in response.text
    assert now(browser, memo).images == ()


def test_a_picture_is_taken_from_its_memo_and_from_the_store(browser: Browser) -> None:
    memo = memo_of(browser)
    browser.get("/")
    upload(browser, memo.id, (png((3, 3)), "a.png"))
    (image,) = now(browser, memo).images
    store: images.Store = browser.app.config["BLOBS"]
    assert store.has(image.digest)
    browser.get("/")
    question = browser.post(f"/images/{image.id}/delete", next=f"/memos/{memo.id}")
    assert (question.status_code, "Delete this picture?" in question.text) == (200, True)
    assert now(browser, memo).images == (image,)
    answer = fields_of_form(question.text, f"/images/{image.id}/delete")
    assert browser.post(f"/images/{image.id}/delete", **answer).location == f"/memos/{memo.id}"
    assert now(browser, memo).images == ()
    assert not store.has(image.digest)
    assert browser.get(f"/images/{image.id}").status_code == 404


def test_a_picture_that_another_memo_has_too_stays(browser: Browser) -> None:
    memo = memo_of(browser)
    browser.get("/")
    upload(browser, memo.id, (png((3, 3)), "a.png"))
    browser.get("/")
    browser.post(f"/memos/{memo.id}/copy")
    browser.post(f"/memos/{memo.id}/trash")
    browser.post(f"/memos/{memo.id}/delete", confirm="yes")
    copied = browser.get("/memos/2")
    assert "/images/2" in copied.text
    assert browser.get("/images/2").status_code == 200


def test_a_memo_of_pictures_alone_keeps_its_last_one(browser: Browser) -> None:
    memo = memo_of(browser, "text")
    browser.get("/")
    upload(browser, memo.id, (png((3, 3)), "a.png"))
    browser.get("/")
    assert browser.post(f"/memos/{memo.id}", body="").status_code == 303
    (image,) = now(browser, memo).images
    browser.post(f"/images/{image.id}/delete", confirm="yes")
    assert now(browser, memo).images == (image,)
    assert "Nothing would be left" in browser.get("/").text


def test_a_memo_in_the_trash_takes_no_pictures(browser: Browser) -> None:
    memo = memo_of(browser)
    browser.get("/")
    browser.post(f"/memos/{memo.id}/trash")
    browser.get("/")
    assert upload(browser, memo.id, (png((3, 3)), "a.png")).status_code == 409
    assert now(browser, memo).images == ()


def test_nobody_reaches_somebody_elses_pictures(browser: Browser, other_browser: Browser) -> None:
    memo = memo_of(browser)
    browser.get("/")
    upload(browser, memo.id, (png((3, 3)), "a.png"))
    (image,) = now(browser, memo).images
    other_browser.get("/")
    assert upload(other_browser, memo.id, (png((3, 3)), "a.png")).status_code == 404
    assert other_browser.post(f"/images/{image.id}/delete").status_code == 404
    assert other_browser.get(f"/images/{image.id}").status_code == 404
    assert now(browser, memo).images == (image,)


def test_the_pictures_of_what_is_deleted_forever_leave_the_store(browser: Browser) -> None:
    memos = [memo_of(browser) for _ in range(3)]
    browser.get("/")
    for number, memo in enumerate(memos):
        upload(browser, memo.id, (png((3 + number, 3)), "a.png"))
    digests = [now(browser, memo).images[0].digest for memo in memos]
    browser.get("/")
    for memo in memos:
        browser.post(f"/memos/{memo.id}/trash")
    browser.post(f"/memos/{memos[0].id}/delete", confirm="yes")
    browser.post("/memos/selected", memo=str(memos[1].id), action="delete", confirm="yes")
    browser.post("/trash/empty", confirm="yes")
    store: images.Store = browser.app.config["BLOBS"]
    assert [store.has(digest) for digest in digests] == [False, False, False]
