"""The settings: where they come from, and what is said about a wrong one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keepwsgi.config import Settings, SettingsError, load_settings, secret_key, unknown_variables

SECRET = "s3cr3t-passw0rd-0123456789"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("KEEPWSGI_") or name in {"DATABASE_URL", "SECRET_KEY"}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_without_anything_set_the_defaults_of_the_contract_hold() -> None:
    settings = load_settings()
    assert settings.env == "production"
    assert settings.data_dir == Path("instance")
    assert settings.database_url == "sqlite:///instance/keepwsgi.db"
    assert (settings.host, settings.port, settings.threads) == ("127.0.0.1", 8080, 8)
    assert settings.blob_url is None
    assert settings.registration == "first"
    assert (settings.max_upload, settings.max_import) == (16 * 2**20, 2048 * 2**20)
    assert settings.trusted_proxies == 0
    assert settings.trusted_hosts == ()
    assert settings.url_prefix == ""
    assert settings.trash_days == 30
    assert settings.log_format == "text"
    assert settings.xray is False


def test_the_environment_wins_over_dotenv_and_arguments_over_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("KEEPWSGI_PORT=1\nKEEPWSGI_THREADS=2\nUNRELATED=x\nKEEPWSGI_TRASH_DAYS=3\n")
    monkeypatch.setenv("KEEPWSGI_PORT", "4")
    monkeypatch.setenv("KEEPWSGI_THREADS", "5")
    settings = load_settings(threads=6)
    assert (settings.port, settings.threads, settings.trash_days) == (4, 6, 3)


def test_the_plain_names_of_hosting_services_are_read_and_the_prefixed_ones_win(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///plain.db")
    monkeypatch.setenv("SECRET_KEY", "plain-" + SECRET)
    assert load_settings().database_url == "sqlite:///plain.db"
    assert secret_key(load_settings()) == "plain-" + SECRET
    monkeypatch.setenv("KEEPWSGI_DATABASE_URL", "sqlite:///prefixed.db")
    monkeypatch.setenv("KEEPWSGI_SECRET_KEY", SECRET)
    assert load_settings().database_url == "sqlite:///prefixed.db"
    assert secret_key(load_settings()) == SECRET


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_psycopg(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://me:p%40ss@host:5433/name?sslmode=require")
    assert load_settings().database_url == "postgresql+psycopg://me:p%40ss@host:5433/name?sslmode=require"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KEEPWSGI_PORT", "eighty", "KEEPWSGI_PORT: input should be a valid integer"),
        ("KEEPWSGI_PORT", "70000", "KEEPWSGI_PORT: input should be less than or equal to 65535"),
        ("KEEPWSGI_THREADS", "0", "KEEPWSGI_THREADS: input should be greater than or equal to 1"),
        ("KEEPWSGI_ENV", "prod", "KEEPWSGI_ENV: input should be 'development', 'testing' or 'production'"),
        ("KEEPWSGI_REGISTRATION", "yes", "KEEPWSGI_REGISTRATION: input should be 'first', 'open' or 'closed'"),
        ("KEEPWSGI_LOG_FORMAT", "xml", "KEEPWSGI_LOG_FORMAT: input should be 'text' or 'json'"),
        ("KEEPWSGI_XRAY", "maybe", "KEEPWSGI_XRAY: input should be a valid boolean"),
        ("KEEPWSGI_BLOB_URL", "ftp://x", "KEEPWSGI_BLOB_URL: must look like s3://bucket/prefix"),
        ("KEEPWSGI_URL_PREFIX", "/a?b", "KEEPWSGI_URL_PREFIX: must be a path such as /keep"),
        ("KEEPWSGI_SECRET_KEY", "short", "KEEPWSGI_SECRET_KEY: at least 16 characters"),
        ("SECRET_KEY", "short", "SECRET_KEY: at least 16 characters"),
        ("KEEPWSGI_DATABASE_URL", f"mysql://me:{SECRET}@host/x", "KEEPWSGI_DATABASE_URL: must begin with sqlite"),
        ("DATABASE_URL", f"me:{SECRET}@host", "DATABASE_URL: must look like sqlite:///path or postgresql"),
        ("DATABASE_URL", "sqlite://", "DATABASE_URL: must name a file"),
    ],
)
def test_a_wrong_value_is_named_and_no_secret_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = str(caught.value)
    assert message.startswith(said)
    assert "\n" not in message
    assert SECRET not in message
    assert caught.value.__cause__ is None


def test_every_wrong_value_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWSGI_PORT", "x")
    monkeypatch.setenv("KEEPWSGI_ENV", "x")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == ["KEEPWSGI_ENV", "KEEPWSGI_PORT"]


def test_a_setting_that_does_not_exist_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="prot"):
        load_settings(prot=1)


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWSGI_DATABASE_URL", "")
    monkeypatch.setenv("KEEPWSGI_PORT", "")
    assert load_settings().port == 8080


def test_settings_do_not_show_secrets() -> None:
    settings = load_settings(secret_key=SECRET, database_url=f"postgresql://me:{SECRET}@host/name")
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings.model_dump())


@pytest.mark.parametrize("value", ["keep", "/keep", "/keep/", "keep/", " /keep "])
def test_a_prefix_is_written_in_one_way(value: str) -> None:
    assert load_settings(url_prefix=value).url_prefix == "/keep"
    assert load_settings(url_prefix="/").url_prefix == ""


def test_trusted_hosts_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWSGI_TRUSTED_HOSTS", "memo.example.com, localhost,")
    assert load_settings().trusted_hosts == ("memo.example.com", "localhost")


def test_the_x_ray_is_on_in_development_unless_said_otherwise() -> None:
    assert load_settings(env="development").xray is True
    assert load_settings(env="development", xray=False).xray is False
    assert load_settings(xray=True).xray is True


def test_the_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data")
    key = secret_key(settings)
    assert len(key) >= 32
    assert secret_key(settings) == key
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]
    assert secret_key(load_settings(data_dir=tmp_path / "other")) != key


def test_processes_that_start_at_once_have_one_secret_key(tmp_path: Path) -> None:
    script = "from keepwsgi.config import *; print(secret_key(load_settings(data_dir='data')))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    processes = [
        subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(6)
    ]
    keys = {process.communicate()[0] for process in processes}
    assert len(keys) == 1
    assert len(keys.pop()) > 32


@pytest.mark.parametrize("content", ["", "\n", "short", "한글" * 20])
def test_a_broken_key_file_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secret_key"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"KEEPWSGI_(SECRET_KEY|DATA_DIR)"):
        secret_key(load_settings(data_dir=tmp_path))
    assert path.read_text(encoding="utf-8") == content


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="KEEPWSGI_DATA_DIR"):
        secret_key(load_settings(data_dir=tmp_path / "file"))


@pytest.mark.parametrize("host", ["http://a", "a b", "a,b c"])
def test_a_trusted_host_is_a_host_name(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWSGI_TRUSTED_HOSTS", host)
    with pytest.raises(SettingsError, match="KEEPWSGI_TRUSTED_HOSTS: not a host name"):
        load_settings()


def test_variables_that_are_no_settings_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWSGI_PROT", "8080")
    monkeypatch.setenv("KEEPWSGI_PORT", "8080")
    assert unknown_variables() == ["KEEPWSGI_PROT"]


def test_settings_are_not_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1
