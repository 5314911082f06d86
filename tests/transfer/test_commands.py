"""Moving in and out by command: a report, an exit status, a zip."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from keepwsgi.cli import main
from tests.images.pictures import encode, gradient
from tests.transfer.takeout import attachment, note, zipped


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, and an instance with the users minji and jun."""
    monkeypatch.setenv("KEEPWSGI_DATA_DIR", str(tmp_path / "instance"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in ("minji", "jun"):
        assert run("user", "add", name, "--password-stdin", input="correct horse\n").exit_code == 0
    return tmp_path


def run(*arguments: str, input: str | None = None) -> Result:  # noqa: A002 - as click's runner has it
    return CliRunner().invoke(main, list(arguments), input=input)


def test_a_takeout_goes_in_and_everything_comes_out_and_goes_in_elsewhere(folder: Path) -> None:
    takeout, out = folder / "takeout.zip", folder / "out.zip"
    files = {"a.json": note("a", attachments=[attachment("a.jpg")]), "a.jpg": encode(gradient(), "JPEG")}
    takeout.write_bytes(zipped({**files, "b.json": note("b", age=1), "torn.json": b"{"}))
    moved = run("import", "takeout", str(takeout), "--user", "minji")
    assert (moved.exit_code, moved.stdout.splitlines()) == (
        0,
        [
            "Moved in: notes 2, pictures 1, labels 0.",
            "",
            "Files that cannot be read: 1",
            "  Takeout/Keep/torn.json",
        ],
    )
    assert run("export", "--user", "minji", "-o", str(out)).exit_code == 0
    with zipfile.ZipFile(out) as archive:
        archive.extractall(folder / "vault")
    # By way of the Markdown files beside the notes.
    assert "notes 2, pictures 1" in run("import", "markdown", str(folder / "vault"), "--user", "jun").stdout
    blobs = [path for path in (folder / "instance" / "blobs").rglob("*") if path.is_file()]
    assert len(blobs) == 3  # one picture, and two small ones


def test_where_there_is_no_note_the_exit_status_says_so(folder: Path) -> None:
    (folder / "a.zip").write_bytes(zipped({"//Takeout/Mail/a.mbox": b"x"}))
    nothing = run("import", "takeout", str(folder / "a.zip"), "--user", "minji")
    assert (nothing.exit_code, nothing.stderr.splitlines()[-1]) == (1, "Error: there is no note in it")
    assert "Takeout/Mail/a.mbox" in nothing.stdout
    assert run("import", "takeout", str(folder / "a.zip"), "--user", "nobody").exit_code == 1
