"""Static files under one digest, with compressed twins."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import brotli
import pytest
from werkzeug.test import Client

from keepwsgi.layers import Rule, StaticFolder, default_headers
from keepwsgi.layers.static import tree_digest
from keepwsgi.layers.testing import TestClient

from .applications import application

CSS = "body { color: black }\n" * 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a large style sheet, a small script and a picture."""
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "board.css").write_text(CSS)
    (folder / "tiny.js").write_text("1")
    (folder / "dot.png").write_bytes(b"\x89PNG" + os.urandom(3000))
    return folder


def index(request: Any) -> str:
    return str(request.url_for("static", filename="css/board.css"))


def client_of(static: StaticFolder) -> TestClient:
    app = application([static.rule, Rule("/", endpoint=index)])
    app.wsgi_app = default_headers(static.serve_files(app.wsgi_app), [("X-Content-Type-Options", "nosniff")])
    return app.test_client()


def test_the_url_carries_the_digest_and_the_answer_is_immutable(folder: Path) -> None:
    static = StaticFolder(folder)
    client = client_of(static)
    path = client.get("/").text
    assert path == f"/static/{static.digest}/css/board.css"
    response = client.get(path)
    assert response.text == CSS
    assert response.mimetype == "text/css"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_any_change_of_name_or_content_changes_the_digest(folder: Path) -> None:
    digests = {tree_digest(folder)}
    (folder / "tiny.js").write_text("2")
    digests.add(tree_digest(folder))
    (folder / "tiny.js").rename(folder / "other.js")
    digests.add(tree_digest(folder))
    (folder / "new").mkdir()
    (folder / "new" / "x").write_text("")
    digests.add(tree_digest(folder))
    assert len(digests) == 4
    assert all(len(digest) == 12 for digest in digests)


def test_the_digest_is_of_names_and_contents_only(folder: Path) -> None:
    before = tree_digest(folder)
    os.utime(folder / "tiny.js", (1, 1))
    (folder / "empty").mkdir()
    assert tree_digest(folder) == before


def test_a_browser_that_takes_gzip_gets_the_twin(folder: Path, tmp_path: Path) -> None:
    static = StaticFolder(folder, compressed=tmp_path / "compressed")
    client = client_of(static)
    path = f"{static.prefix}/css/board.css"
    response = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data).decode() == CSS
    assert "Accept-Encoding" in response.headers["Vary"]
    assert client.get(path).text == CSS
    assert (
        "Content-Encoding"
        not in client.get(f"{static.prefix}/dot.png", headers={"Accept-Encoding": "gzip"}).headers
    )


def test_a_browser_that_takes_brotli_gets_less(folder: Path, tmp_path: Path) -> None:
    static = StaticFolder(folder, compressed=tmp_path / "compressed")
    client = client_of(static)
    path = f"{static.prefix}/css/board.css"
    response = client.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert response.headers["Content-Encoding"] == "br"
    assert brotli.decompress(response.data).decode() == CSS
    assert len(response.data) < len(client.get(path, headers={"Accept-Encoding": "gzip"}).data)


def test_the_folder_itself_is_not_written_to(folder: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in folder.rglob("*"))
    static = StaticFolder(folder, compressed=tmp_path / "compressed")
    assert client_of(static).get(f"{static.prefix}/tiny.js").status_code == 200
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_twins_are_made_once_and_several_processes_may_make_them(folder: Path, tmp_path: Path) -> None:
    compressed = tmp_path / "compressed"
    first = StaticFolder(folder, compressed=compressed)
    assert client_of(first).get(f"{first.prefix}/tiny.js").status_code == 200
    twin = compressed / first.digest / "css" / "board.css.gz"
    written = twin.stat().st_mtime_ns
    second = StaticFolder(folder, compressed=compressed)
    assert client_of(second).get(f"{second.prefix}/tiny.js").status_code == 200
    assert twin.stat().st_mtime_ns == written
    assert [path.name for path in compressed.iterdir()] == [first.digest]


def test_where_no_twins_can_be_written_files_go_out_as_they_are(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")
    static = StaticFolder(folder, compressed=tmp_path / "a file" / "below")
    assert client_of(static).get(f"{static.prefix}/tiny.js").text == "1"


def test_a_file_that_the_browser_has_is_a_304_and_head_has_no_body(folder: Path) -> None:
    static = StaticFolder(folder)
    client = client_of(static)
    path = f"{static.prefix}/css/board.css"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    head = client.head(path)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(CSS)))


@pytest.mark.parametrize("path", ["css/none.css", "../secret", "%2e%2e/secret", "css", "", "css/board.css/"])
def test_what_is_not_a_file_is_the_application_s_to_answer(folder: Path, path: str) -> None:
    (folder.parent / "secret").write_text("secret")
    static = StaticFolder(folder)
    response = client_of(static).get(f"{static.prefix}/{path}")
    assert response.status_code == 404
    assert "secret" not in response.text


def test_an_old_digest_is_gone(folder: Path) -> None:
    client = client_of(StaticFolder(folder))
    assert client.get("/static/000000000000/tiny.js").status_code == 404


def test_a_static_file_cannot_be_posted_to(folder: Path) -> None:
    static = StaticFolder(folder)
    # WhiteNoise's 405 has no Content-Type, which the validating client would not let pass.
    client = Client(client_of(static).app)
    assert client.post(f"{static.prefix}/tiny.js").status_code == 405


def test_nothing_is_compressed_before_the_first_file_is_asked_for(folder: Path, tmp_path: Path) -> None:
    client_of(StaticFolder(folder, compressed=tmp_path / "compressed")).get("/")
    assert not (tmp_path / "compressed").exists()


def test_of_a_packages_folder_only_the_named_files_are_served(folder: Path, tmp_path: Path) -> None:
    static = StaticFolder(
        folder, digest="ui-5.0", names=["css/board.css"], endpoint="ui", compressed=tmp_path / "compressed"
    )
    client = client_of(static)
    assert static.prefix == "/static/ui-5.0"
    file = client.get("/static/ui-5.0/css/board.css", headers={"Accept-Encoding": "gzip"})
    assert (file.status_code, "immutable" in file.headers["Cache-Control"]) == (200, True)
    assert client.get("/static/ui-5.0/tiny.js").status_code == 404
    assert (static.rule.endpoint, static.rule.rule) == ("ui", "/static/ui-5.0/<path:filename>")
