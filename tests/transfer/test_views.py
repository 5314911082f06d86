"""Moving in and out through the pages, without scripts and without a browser."""

from __future__ import annotations

import html
import io
import re
import zipfile

import pytest

from keepwsgi.database import jobs, worker
from keepwsgi.layers import Application
from keepwsgi.transfer import moving_in, uploads
from keepwsgi.transfer.uploads import KIND
from tests.clients import Browser, memo_of, sign_in_new, titles
from tests.conftest import MakeApp
from tests.images.conftest import s3_server, s3_url
from tests.images.pictures import encode, gradient
from tests.transfer.takeout import attachment, note, zipped

__all__ = ["s3_server", "s3_url"]

TAKEOUT = zipped(
    {
        "sea.json": note("sea", "blue", attachments=[attachment("a.jpg"), attachment("b.jpg")]),
        "a.jpg": encode(gradient(), "JPEG"),
        "b.jpg": encode(gradient((30, 40)), "JPEG"),
        "torn.json": b"{",
    }
)


def send(browser: Browser, *files: tuple[str, bytes]) -> str:
    """Send files and wait until the worker is done; return the page that one comes to."""
    browser.get("/settings/import")
    response = browser.post("/settings/import", file=[(io.BytesIO(data), name) for name, data in files])
    assert response.status_code == 303, response.text
    browser.app.config["WORKER"].join()
    return text_of(browser.get("/settings/import").text)


def text_of(page: str) -> str:
    main = page[page.index("<main") :]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_a_takeout_is_sent_and_its_notes_are_on_the_board(browser: Browser) -> None:
    said = send(browser, ("takeout-001.zip", TAKEOUT))
    assert "The import is finished Notes 1 Pictures 2 New labels 0" in said
    assert "Files that cannot be read 1 Takeout/Keep/torn.json" in said
    board = browser.get("/").text
    assert titles(board) == ["sea"]
    image = re.search(r'src="(/images/[^"]+)"', board)
    assert image
    assert len(list(browser.app.config["BLOBS"].all_keys())) == 6  # the small ones are made by now
    assert browser.get(html.unescape(image[1])).content_type == "image/webp"
    # Nothing of what was sent stays behind.
    assert [key for key in browser.app.config["BLOBS"].all_keys() if key.endswith(".part")] == []


def test_what_is_no_archive_is_refused_beside_the_field(browser: Browser) -> None:
    browser.get("/settings/import")
    for files, said in (([], "Choose a file."), ([(io.BytesIO(b"x"), "a.exe")], "“a.exe” is neither a zip nor")):
        response = browser.post("/settings/import", file=files)
        assert response.status_code == 422
        assert said in html.unescape(response.text)


def test_another_import_has_to_wait_for_the_first(browser: Browser) -> None:
    with browser.database.writing(browser.user.id) as write:
        jobs.add(write, KIND, {"key": "0" * 64, "files": []}, state="preparing")
    page = browser.get("/settings/import").text
    assert "The file is being received" in page
    response = browser.post("/settings/import", file=[(io.BytesIO(TAKEOUT), "a.zip")])
    assert "One import is still under way." in browser.get(response.location).text


def test_an_import_that_nobody_works_at_is_stopped_at_once(browser: Browser) -> None:
    with browser.database.writing(browser.user.id) as write:
        jobs.add(write, KIND, {"key": "0" * 64, "files": []})
    browser.get("/settings")
    assert browser.post("/settings/import/cancel").status_code == 303
    assert "The import was stopped" in browser.get("/settings/import").text


@pytest.mark.parametrize(("path", "every"), [("/healthz", 0.0), ("/settings/import", worker.LOOK_EVERY)])
def test_a_job_that_waits_is_found_by_what_is_asked_next_and_by_its_page_at_once(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, path: str, every: float
) -> None:
    monkeypatch.setattr(worker, "LOOK_EVERY", every)
    browser = sign_in_new(make_app(), "minji")
    key = uploads.new_key()
    with browser.database.writing(browser.user.id) as write:
        job_id = moving_in.order(write, key)
    # As another process that ends right after it.
    store = browser.app.config["BLOBS"]
    moving_in.make_ready(browser.database, store, job_id, key, [("a.zip", io.BytesIO(TAKEOUT))])
    browser.get(path)
    browser.app.config["WORKER"].join()
    assert titles(browser.get("/").text) == ["sea"]


def test_an_archive_waits_in_object_storage_as_in_a_folder(make_app: MakeApp, s3_url: str) -> None:
    browser = sign_in_new(make_app(blob_url=s3_url), "sua")
    assert "Notes 1 Pictures 2" in send(browser, ("takeout.zip", TAKEOUT))
    assert len(list(browser.app.config["BLOBS"].all_keys())) == 6


def test_everything_is_downloaded_and_moved_in_elsewhere(browser: Browser, other_browser: Browser) -> None:
    memo_of(browser, "the body", title="mine")
    memo_of(other_browser, "not to be seen", title="theirs")
    response = browser.get("/settings/export")
    assert re.search(r"attachment; filename=keepwsgi-minji-[\d-]+\.zip", response.headers["Content-Disposition"])
    assert response.content_type == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(response.data)).namelist()
    assert names == ["Takeout/Keep/mine.json", "Takeout/Keep/mine.md"]
    assert "Notes 1 Pictures 0" in send(other_browser, ("export.zip", response.data))
    assert titles(other_browser.get("/").text) == ["mine", "theirs"]


def test_a_larger_archive_than_is_allowed_is_refused(make_app: MakeApp) -> None:
    browser = sign_in_new(make_app(max_import_mb=1), "minji")
    browser.get("/settings/import")
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    body = head + b"PK" * 700_000 + b"\r\n--x--\r\n"
    assert browser.post_body("/settings/import", body, "multipart/form-data; boundary=x").status_code == 413


@pytest.mark.parametrize("path", ["/settings/import", "/settings/export"])
def test_strangers_are_asked_to_sign_in(app: Application, visitor: Browser, path: str) -> None:
    assert "/login" in visitor.get(path).location
