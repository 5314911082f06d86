"""`keepwsgi backup` and `keepwsgi restore`, as somebody types them beside a server that runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, inspect

from keepwsgi.cli import main
from tests.serving.conftest import ROOT, StartServer, start_server
from tests.serving.test_smoke import Visitor, register

__all__ = ["start_server"]


def test_a_backup_knows_all_tables_by_itself(migrated_sqlite: Path) -> None:
    code = "from keepwsgi.instance.tables import names_now; print(*sorted(names_now()))"
    known = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    engine = create_engine(f"sqlite:///{migrated_sqlite}")
    names = {name for name in inspect(engine).get_table_names() if not name.startswith("search_index")}
    engine.dispose()
    assert set(known.stdout.split()) == names - {"alembic_version"}


def test_an_instance_is_backed_up_while_it_serves_and_served_again_from_its_backup(
    start_server: StartServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(folder: str, *arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env={"KEEPWSGI_DATA_DIR": str(tmp_path / folder)})

    key = "the same key in both, so that nothing else ends the sessions"
    visitor = Visitor(start_server("keepwsgi", "serve", "--port", "{port}", KEEPWSGI_SECRET_KEY=key).url)
    register(visitor, "minji")
    visitor.go("/memos", title="장보기", body="두부 두 모")

    kept = "1 account, 1 memo, 0 pictures"
    assert run("data", "backup", "keep.zip").output == f"Wrote keep.zip and verified it: {kept}.\n"
    again = run("data", "backup", "keep.zip")
    assert (again.exit_code, again.output) == (
        1,
        f"Error: {tmp_path}/keep.zip is there already; --force replaces it\n",
    )
    visitor.go("/memos", title="later")
    more = "Wrote keep.zip and verified it: 1 account, 2 memos, 0 pictures.\n"
    assert run("data", "backup", "--force", "keep.zip").output == more

    elsewhere = run("nowhere", "backup", "--force", "keep.zip")
    assert (elsewhere.exit_code, "there is no account" in elsewhere.output) == (1, True)

    assert run("data", "restore", "--check", "keep.zip").output.startswith("keep.zip is whole: 1 account, 2 memos")
    refused = run("data", "restore", "keep.zip")
    assert (refused.exit_code, refused.output) == (
        1,
        "Error: the instance has accounts already; a backup is restored into an empty one\n",
    )
    restored = run("new", "restore", "keep.zip")
    assert restored.output == f"Restored 1 account, 2 memos, 0 pictures into {tmp_path}/new/keepwsgi.db.\n"

    data = {"KEEPWSGI_DATA_DIR": str(tmp_path / "new"), "KEEPWSGI_SECRET_KEY": key}
    visitor.url = start_server("keepwsgi", "serve", "--port", "{port}", **data).url
    visitor.go("/")
    assert urlsplit(visitor.address).path == "/login"  # the session has ended
    visitor.go("/login", username="minji", password="correct horse")
    visitor.go("/search?q=%EB%91%90%EB%B6%80")  # 두부
    assert "장보기" in visitor.page
    (tmp_path / "keep.zip").write_bytes(b"PK")
    damaged = run("empty", "restore", "keep.zip")
    assert damaged.exit_code == 1
    assert damaged.output.startswith("Error: it is no backup of keepwsgi, or damaged: ")
    assert not (tmp_path / "empty").exists()
