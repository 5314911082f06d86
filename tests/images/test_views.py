"""Pictures as files: whole, in part and small, for their owner only."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from keepwsgi.images import service
from keepwsgi.images.rationing import ADMITTED, pixels
from keepwsgi.images.service import Image
from keepwsgi.images.stores import open_store
from keepwsgi.layers import Application
from tests.clients import Browser, memo_of, recorded_statements, sign_in_new
from tests.conftest import MakeApp
from tests.images.pictures import encode, gradient, opened, prepared

JPEG = encode(gradient((900, 600)), "JPEG")


def picture_of(browser: Browser, data: bytes = JPEG) -> Image:
    """Keep a memo of the browser's user with a picture in it."""
    memo = memo_of(browser)
    picture = prepared(data)
    store = browser.app.config["BLOBS"]
    service.keep(store, picture)
    with browser.database.writing(browser.user.id) as write:
        return service.add(write, store, memo.id, picture)


def blobs(app: Application) -> list[Path]:
    """Return the files of the local store."""
    return [path for path in app.config["BLOBS"].folder.rglob("*") if path.is_file()]


def test_the_owner_gets_the_picture_as_it_was_kept(browser: Browser) -> None:
    image = picture_of(browser)
    response = browser.get(f"/images/{image.id}")
    assert response.status_code == 200
    assert response.data == JPEG
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Length"] == str(len(JPEG))
    assert response.headers["Content-Disposition"] == f"inline; filename=image-{image.id}.jpg"
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["ETag"] == f'"{image.digest}"'


@pytest.mark.parametrize(("size", "shown"), [("thumb", (640, 427)), ("preview", (900, 600))])
def test_a_small_picture_is_webp_and_never_larger_than_the_picture(
    browser: Browser, size: str, shown: tuple[int, int]
) -> None:
    image = picture_of(browser)
    response = browser.get(f"/images/{image.id}?size={size}")
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Content-Disposition"] == f"inline; filename=image-{image.id}-{size}.webp"
    assert response.headers["ETag"] == f'"{image.digest}-{size}"'
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert opened(response.data).size == shown
    assert opened(response.data).format == "WEBP"


@pytest.mark.parametrize("query", ["size=", "size=huge", "size=..%2F..", "size=THUMB"])
def test_any_other_size_is_a_bad_request(browser: Browser, query: str) -> None:
    assert browser.get(f"/images/{picture_of(browser).id}?{query}").status_code == 400


def test_somebody_elses_picture_looks_like_one_that_is_not_there(browser: Browser, other_browser: Browser) -> None:
    image = picture_of(browser)
    theirs = other_browser.get(f"/images/{image.id}")
    assert theirs.status_code == 404
    assert other_browser.get(f"/images/{image.id}?size=thumb").status_code == 404
    # Knowing the tag does not help.
    assert other_browser.get(f"/images/{image.id}", headers={"If-None-Match": "*"}).status_code == 404
    assert browser.get(f"/images/{image.id + 1}").status_code == 404
    assert browser.get(f"/images/{10**30}").status_code == 404


def test_who_has_not_signed_in_is_asked_to(browser: Browser, visitor: Browser) -> None:
    response = visitor.get(f"/images/{picture_of(browser).id}")
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/login")


@pytest.mark.parametrize("query", ["", "?size=thumb"])
def test_a_picture_the_browser_has_is_not_sent_again(browser: Browser, query: str) -> None:
    path = f"/images/{picture_of(browser).id}{query}"
    etag = browser.get(path).headers["ETag"]
    for path_file in blobs(browser.app):
        path_file.unlink()  # nor looked for
    for known in (etag, f'W/{etag}, "other"', "*"):
        response = browser.get(path, headers={"If-None-Match": known})
        assert response.status_code == 304
        assert response.data == b""
        assert response.headers["ETag"] == etag
        assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"


LENGTH = len(JPEG)


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, LENGTH),
        ("bytes=-100", LENGTH - 100, LENGTH),
        (f"bytes=-{LENGTH * 2}", 0, LENGTH),
        (f"bytes={LENGTH - 1}-", LENGTH - 1, LENGTH),
        (f"bytes=10-{LENGTH * 2}", 10, LENGTH),
        (f"bytes=0-{LENGTH - 1}", 0, LENGTH),
    ],
)
def test_a_part_of_a_picture_may_be_asked_for(browser: Browser, asked: str, start: int, stop: int) -> None:
    response = browser.get(f"/images/{picture_of(browser).id}", headers={"Range": asked})
    assert response.data == JPEG[start:stop]
    assert response.headers["Content-Length"] == str(stop - start)
    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{LENGTH}"
    assert response.headers["Content-Type"] == "image/jpeg"


# RFC 9110, 14.2: what is not understood is passed over.
@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=0-1", "bytes=5-1", "bytes=x-y", "nonsense"])
def test_whatever_is_not_one_range_of_bytes_gets_the_whole_picture(browser: Browser, asked: str) -> None:
    response = browser.get(f"/images/{picture_of(browser).id}", headers={"Range": asked})
    assert response.status_code == 200
    assert response.data == JPEG


@pytest.mark.parametrize("asked", [f"bytes={LENGTH}-", "bytes=99999999-999999999"])
def test_a_part_outside_of_the_picture_is_refused(browser: Browser, asked: str) -> None:
    response = browser.get(f"/images/{picture_of(browser).id}", headers={"Range": asked})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{LENGTH}"


def test_a_part_of_a_small_picture_may_be_asked_for_too(browser: Browser) -> None:
    path = f"/images/{picture_of(browser).id}?size=thumb"
    whole = browser.get(path).data
    response = browser.get(path, headers={"Range": "bytes=10-19"})
    assert response.status_code == 206
    assert response.data == whole[10:20]


def test_a_part_is_sent_only_of_the_picture_it_is_a_part_of(browser: Browser) -> None:
    image = picture_of(browser)
    for condition, status in ((f'"{image.digest}"', 206), (f'W/"{image.digest}"', 200), ('"other"', 200)):
        headers = {"Range": "bytes=0-9", "If-Range": condition}
        assert browser.get(f"/images/{image.id}", headers=headers).status_code == status


@pytest.mark.parametrize("query", ["", "?size=preview"])
def test_head_says_what_get_would_send(browser: Browser, query: str) -> None:
    path = f"/images/{picture_of(browser).id}{query}"
    got = browser.get(path)
    head = browser.open(path, method="HEAD")
    assert head.status_code == 200
    assert head.data == b""
    names = ("Content-Length", "Content-Type", "ETag", "Cache-Control", "Content-Disposition", "Accept-Ranges")
    assert {name: head.headers[name] for name in names} == {name: got.headers[name] for name in names}


def test_a_picture_whose_bytes_are_gone_is_not_found_and_the_log_says_so(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    image = picture_of(browser)
    for path in blobs(browser.app):
        path.unlink()
    for query in ("", "?size=thumb"):
        assert browser.get(f"/images/{image.id}{query}").status_code == 404
    assert f"no bytes of picture {image.id}" in caplog.text


def test_a_small_picture_that_is_gone_is_made_again(browser: Browser) -> None:
    image = picture_of(browser)
    path = f"/images/{image.id}?size=thumb"
    before = browser.get(path).data
    for blob in blobs(browser.app):
        if blob.name.endswith(".webp"):
            blob.unlink()
    assert browser.get(path).data == before
    assert f"{image.digest}.thumb.webp" in [blob.name for blob in blobs(browser.app)]


def test_while_too_many_are_made_small_the_picture_is_shown_as_it_is(browser: Browser) -> None:
    image = picture_of(browser)
    for blob in blobs(browser.app):
        if blob.name.endswith(".webp"):
            blob.unlink()
    with ExitStack() as others:
        for _ in range(ADMITTED):
            others.enter_context(pixels(1))
        response = browser.get(f"/images/{image.id}?size=thumb")
    assert (response.data, response.headers["Cache-Control"]) == (JPEG, "private, no-store")
    assert browser.get(f"/images/{image.id}?size=thumb").content_type == "image/webp"


def test_while_the_store_is_away_the_answer_is_to_come_back_later(browser: Browser) -> None:
    image = picture_of(browser)
    folder = browser.app.config["BLOBS"].folder
    folder.rename(folder.with_name("elsewhere"))
    folder.write_text("not a folder")
    for query in ("", "?size=preview"):
        response = browser.get(f"/images/{image.id}{query}")
        assert response.status_code == 503
        assert "Retry-After" in response.headers


def test_the_file_is_streamed_after_the_database_was_let_go(browser: Browser) -> None:
    image = picture_of(browser)
    with recorded_statements() as statements:
        browser.get(f"/images/{image.id}")
    assert len(statements) == 2  # who is asking, and the picture


def test_pictures_are_served_from_object_storage_too(make_app: MakeApp, s3_url: str) -> None:
    browser = sign_in_new(make_app(blob_url=s3_url), "sua")
    image = picture_of(browser)
    path = f"/images/{image.id}"
    whole = browser.get(path)
    assert whole.data == JPEG
    assert whole.headers["Content-Length"] == str(LENGTH)
    assert browser.get(path, headers={"Range": "bytes=100-199"}).data == JPEG[100:200]
    assert browser.get(path, headers={"Range": "bytes=-5"}).data == JPEG[-5:]
    assert opened(browser.get(f"{path}?size=thumb").data).size == (640, 427)
    assert browser.open(path, method="HEAD").headers["Content-Length"] == str(LENGTH)
    browser.app.config["BLOBS"].delete(image.digest)
    assert browser.get(path).status_code == 404
    assert list(browser.app.config["BLOBS"].all_keys())


def test_while_object_storage_is_away_the_answer_is_to_come_back_later(
    make_app: MakeApp, s3_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(blob_url=s3_url)
    browser = sign_in_new(app, "sua")
    image = picture_of(browser)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    app.config["BLOBS"] = open_store(s3_url, Path("unused"))
    response = browser.get(f"/images/{image.id}")
    assert response.status_code == 503
    assert "Retry-After" in response.headers


def test_an_application_makes_no_folder_for_pictures_before_there_is_one(app: Application) -> None:
    assert not app.config["BLOBS"].folder.exists()
