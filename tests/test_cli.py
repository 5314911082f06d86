"""The `keepwsgi` command, as somebody types it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from keepwsgi.accounts.service import find_user
from keepwsgi.cli import main
from keepwsgi.database import Database
from keepwsgi.memos import service as memos
from keepwsgi.search.service import parse
from tests.serving.conftest import ROOT, StartServer, start_server
from tests.serving.test_smoke import Visitor

__all__ = ["start_server"]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments, **options: CliRunner().invoke(main, arguments, **options)


def test_routes_shows_methods_rule_endpoint_and_blueprint(run: Run) -> None:
    rows = [line.split() for line in run("routes").output.splitlines()]
    assert rows[0] == ["methods", "rule", "endpoint", "blueprint"]
    assert ["POST", "/memos/<int:memo_id>/pin", "memos.pin_memo", "memos"] in rows
    assert rows[-1][-1] == "docs/guide/10-routing.md"


def test_routes_as_json_holds_the_same(run: Run) -> None:
    rows = json.loads(run("routes", "--json").output)
    assert {
        "methods": "GET",
        "rule": "/archive",
        "endpoint": "memos.archive",
        "blueprint": "memos",
    } in rows


def test_layers_shows_the_onion_outermost_first_with_what_flask_calls_each(run: Run) -> None:
    lines = run("layers").output.splitlines()
    names = [line.split()[1] for line in lines[1:]]
    assert names.index("sessions") < names.index("match") < names.index("errors") < names.index("csrf")
    assert names[-1] == "dispatch"
    [csrf] = [line for line in lines if line.split()[1] == "csrf"]
    assert "Flask-WTF" in csrf
    assert csrf.split()[-2:] == ["keepwsgi/layers/csrf.py", "docs/guide/15-csrf.md"]
    assert all("keepwsgi/" in line for line in lines[1:])
    assert all(len(line.split()) > 3 for line in lines[1:]), "a layer does not say what Flask calls it"


def test_every_chapter_that_layers_names_is_there(run: Run) -> None:
    named = re.findall(r"docs/guide/\S+", run("layers").output)
    assert len(set(named)) > 9
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_the_first_account_added_is_an_administrator(run: Run) -> None:
    added = run("user", "add", "민지", "--password-stdin", input="correct horse\n")
    assert added.output == "Added 민지 (administrator).\n"
    assert run("user", "add", "jun", "--password-stdin", input="correct horse\n").output == "Added jun.\n"
    assert run("user", "list").output == "민지  administrator\njun\n"


def test_a_name_is_taken_in_any_case(run: Run) -> None:
    run("user", "add", "jun", "--password-stdin", input="correct horse\n")
    again = run("user", "add", "JUN", "--password-stdin", input="correct horse\n")
    assert (again.exit_code, again.output) == (1, "Error: the name 'JUN' is taken\n")


def test_a_short_password_is_refused_in_one_line(run: Run) -> None:
    refused = run("user", "add", "jun", "--password-stdin", input="short\n")
    assert refused.exit_code == 1
    assert refused.output == "Error: A password has at least 8 characters.\n"


def test_a_deleted_account_is_gone_and_an_unknown_one_is_said(run: Run) -> None:
    run("user", "add", "jun", "--password-stdin", input="correct horse\n")
    assert run("user", "delete", "jun", input="n\n").exit_code == 1
    assert run("user", "delete", "jun", "--yes").output == "Deleted jun.\n"
    assert run("user", "passwd", "jun", input="x\n").output == "Error: there is no account 'jun'\n"


def test_a_new_password_by_command_ends_the_sessions(run: Run, start_server: StartServer, tmp_path: Path) -> None:
    server = start_server("keepwsgi", "serve", "--port", "{port}", KEEPWSGI_DATA_DIR=str(tmp_path / "instance"))
    visitor = Visitor(server.url)
    visitor.go("/register")
    visitor.go("/register", username="jun", password="correct horse", password_confirm="correct horse")
    assert visitor.address.endswith("/")
    changed = run("user", "passwd", "jun", "--password-stdin", input="another horse\n")
    assert changed.output == "The password of jun is changed and its sessions have ended.\n"
    visitor.go("/")
    assert urlsplit(visitor.address).path == "/login"
    visitor.go("/login", username="jun", password="another horse")
    assert urlsplit(visitor.address).path == "/"


def test_demo_makes_a_user_with_memos_and_says_its_password(run: Run) -> None:
    made = run("demo", "--memos", "70")
    assert made.exit_code == 0, made.output
    assert "Sign in as demo with the password " in made.output
    assert run("demo").output.startswith("Error: there is a user demo already")


def test_memos_render_says_how_many_have_changed(run: Run) -> None:
    run("demo", "--memos", "5")
    assert "Rendered 5 memos; 0 are shown otherwise than before." in run("memos", "render").output


def test_db_upgrade_and_current_agree(run: Run) -> None:
    revision = run("db", "upgrade").output.split()[-1].rstrip(".")
    assert run("db", "current").output.strip() == revision


def test_a_wrong_setting_is_said_by_its_variable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWSGI_PORT", "http")
    wrong = run("routes")
    assert wrong.exit_code == 1
    assert wrong.output.startswith("Error: KEEPWSGI_PORT: ")


def test_a_secret_that_is_wrong_is_not_repeated(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWSGI_SECRET_KEY", "hunter2")
    wrong = run("routes")
    assert wrong.output.startswith("Error: KEEPWSGI_SECRET_KEY: ")
    assert "hunter2" not in wrong.output


def test_serve_says_which_setting_is_misspelt(start_server: StartServer) -> None:
    server = start_server("keepwsgi", "serve", "--port", "{port}", KEEPWSGI_REGISTRATON="open")
    assert "KEEPWSGI_REGISTRATON is no setting of keepwsgi and is ignored." in server.log.read_text()


def test_serve_says_where_the_memos_are(start_server: StartServer, tmp_path: Path) -> None:
    server = start_server("keepwsgi", "serve", "--port", "{port}")
    assert f"is serving {tmp_path / 'data' / 'keepwsgi.db'} on {server.url}" in server.log.read_text()


def test_a_host_that_is_none_is_said_in_one_line(run: Run) -> None:
    refused = run("serve", "--host", "nowhere.invalid")
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: cannot listen on nowhere.invalid:8080: ")


def test_debug_is_for_loopback_only(run: Run) -> None:
    refused = run("serve", "--debug", "--host", "0.0.0.0")
    assert refused.exit_code == 1
    assert "not on 0.0.0.0" in refused.output


def test_debug_shows_a_page_and_reloads(start_server: StartServer) -> None:
    server = start_server("keepwsgi", "serve", "--debug", "--port", "{port}")
    assert Visitor(server.url).go("/register") == 200
    assert "Debugger is active" in server.log.read_text()


def test_the_shell_opens_inside_an_application_context(run: Run) -> None:
    shell = run("shell", input="from keepwsgi.layers import current_app\nprint(current_app.name)\n")
    assert "keepwsgi" in shell.output
    assert "Traceback" not in shell.output


def test_python_m_keepwsgi_is_the_command(start_server: StartServer) -> None:
    server = start_server("python", "-m", "keepwsgi", "serve", "--port", "{port}")
    assert Visitor(server.url).go("/healthz") == 200


def test_a_token_is_made_and_shown_once(run: Run) -> None:
    run("user", "add", "minji", "--password-stdin", input="a good password\n")
    made = run("token", "add", "backup", "--user", "MINJI")
    assert re.fullmatch(r"keepwsgi_[\w-]{40}\n", made.output)
    nobody = run("token", "add", "backup", "--user", "nobody")
    assert (nobody.exit_code, nobody.output) == (1, "Error: there is no account 'nobody'\n")
    unnamed = run("token", "add", " ", "--user", "minji")
    assert (unnamed.exit_code, unnamed.output) == (1, "Error: Choose a name.\n")


def test_a_damaged_search_index_is_made_anew(run: Run, tmp_path: Path) -> None:
    run("demo", "--memos", "25")
    database = Database(f"sqlite:///{tmp_path}/instance/keepwsgi.db")

    def found() -> int:
        with database.reading() as session:
            user = find_user(session, "demo")
            assert user is not None
            return len(memos.found(session, user.id, parse("is:checklist"), None, limit=100).memos)

    before = found()
    with database.writing(None) as write:
        write.session.execute(text("DELETE FROM search_documents"))
    assert (before > 0, found()) == (True, 0)
    assert "Indexed 25 memos." in run("search", "rebuild").output
    assert found() == before
    database.dispose()


def test_purge_deletes_what_has_been_in_the_trash_for_long_and_says_so(run: Run, tmp_path: Path) -> None:
    run("demo", "--memos", "40")  # some of them thrown away just now
    assert run("purge").output == "Deleted 0 memos of the trash and 0 pictures.\n"
    database = Database(f"sqlite:///{tmp_path}/instance/keepwsgi.db")
    with database.writing(None) as write:
        write.session.execute(text("UPDATE memos SET trashed_at = created_at WHERE trashed_at IS NOT NULL"))
    database.dispose()
    assert run("purge").output == "Deleted 2 memos of the trash and 0 pictures.\n"
    assert run("purge").output == "Deleted 0 memos of the trash and 0 pictures.\n"
    assert "Indexed 38 memos." in run("search", "rebuild").output
