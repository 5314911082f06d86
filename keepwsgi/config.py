"""The settings: environment variables and `.env`, read once, checked at once, named when they are wrong."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from werkzeug.sansio.utils import host_is_trusted

PREFIX: Final = "KEEPWSGI_"
MEBIBYTE: Final = 1024 * 1024
# Flask's own advice for a signing key; a shorter one can be searched for.
SECRET_KEY_MINIMUM: Final = 16

Environment = Literal["development", "testing", "production"]
Registration = Literal["first", "open", "closed"]
LogFormat = Literal["text", "json"]


class SettingsError(ValueError):
    """One line for each variable that is wrong: its name, what is accepted, never a secret's value."""


class Settings(BaseSettings):
    """What can be set from outside. Keyword arguments win over the environment, the environment over `.env`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    env: Environment = "production"
    data_dir: Path = Path("instance")
    database_url_setting: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("KEEPWSGI_DATABASE_URL", "DATABASE_URL", "database_url")
    )
    secret_key_setting: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("KEEPWSGI_SECRET_KEY", "SECRET_KEY", "secret_key")
    )
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8080, ge=0, le=65535)
    threads: int = Field(default=8, ge=1, le=512)
    blob_url: str | None = None
    registration: Registration = "first"
    max_upload_mb: int = Field(default=16, ge=1, le=4096)
    max_import_mb: int = Field(default=2048, ge=1, le=1_048_576)
    trusted_proxies: int = Field(default=0, ge=0, le=16)
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    url_prefix: str = ""
    trash_days: int = Field(default=30, ge=1, le=36_500)
    log_format: LogFormat = "text"
    xray_setting: bool | None = Field(default=None, validation_alias=AliasChoices("KEEPWSGI_XRAY", "xray"))

    @field_validator("database_url_setting")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _database_url(value.get_secret_value())
        return value

    @field_validator("secret_key_setting")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SECRET_KEY_MINIMUM:
            raise PydanticCustomError(
                "secret_key", "at least {minimum} characters are needed", {"minimum": SECRET_KEY_MINIMUM}
            )
        return value

    @field_validator("blob_url")
    @classmethod
    def _known_store(cls, value: str | None) -> str | None:
        if value is not None and not (value.startswith("s3://") and len(value) > len("s3://")):
            raise PydanticCustomError("blob_url", "must look like s3://bucket/prefix")
        if value is not None and find_spec("obstore") is None:
            raise PydanticCustomError("blob_url", "needs the client: pip install 'keepwsgi[s3]'")
        return value

    @field_validator("trusted_hosts", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(host.strip() for host in value.split(",") if host.strip())
        return value

    @field_validator("trusted_hosts")
    @classmethod
    def _host_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [host for host in value if not host_is_trusted(host.removeprefix("."), None)]:
            raise PydanticCustomError("trusted_hosts", "not a host name: {host}", {"host": wrong[0]})
        return value

    @field_validator("url_prefix")
    @classmethod
    def _normal_prefix(cls, value: str) -> str:
        path = value.strip().strip("/")
        if any(character in path for character in "?#\\\0 ") or "//" in path or ".." in path.split("/"):
            raise PydanticCustomError("url_prefix", "must be a path such as /keep")
        return f"/{path}" if path else ""

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL with its password in it: for `Database`, never for a log."""
        if self.database_url_setting is None:
            return _sqlite_url(self.data_dir / "keepwsgi.db")
        return _database_url(self.database_url_setting.get_secret_value())

    @property
    def xray(self) -> bool:
        """Whether the request x-ray is shown: in development unless said otherwise."""
        return self.env == "development" if self.xray_setting is None else self.xray_setting

    @property
    def max_upload(self) -> int:
        """The largest picture upload, in bytes."""
        return self.max_upload_mb * MEBIBYTE

    @property
    def max_import(self) -> int:
        """The largest file to import, in bytes."""
        return self.max_import_mb * MEBIBYTE


def load_settings(**given: Any) -> Settings:
    """Read the settings from the environment and `.env`, with `given` (by field name) on top.

    Raises SettingsError with one line for each variable that is wrong, TypeError for a name that is none.
    """
    names = {name.removesuffix("_setting") for name in Settings.model_fields}
    if unknown := given.keys() - names:
        raise TypeError(f"no such setting: {', '.join(sorted(unknown))}")
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_line(detail) for detail in error.errors(include_url=False))) from None


def unknown_variables() -> list[str]:
    """Return the environment variables that look like settings and are none: most likely misspelt."""
    known = {PREFIX + name.removesuffix("_setting").upper() for name in Settings.model_fields}
    names = (name for name in os.environ if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_"))
    return sorted(set(names) - known)


def secret_key(settings: Settings) -> str:
    """Return the signing key: the setting, else the one kept in the data folder, made at first use.

    The file is written whole under another name and then linked into place, which fails where a file already
    is: of several processes that start at once one wins, and the others read what it wrote.
    Raises SettingsError when the folder cannot be written or the file is too short to be a key.
    """
    if settings.secret_key_setting is not None:
        return settings.secret_key_setting.get_secret_value()
    path = settings.data_dir / "secret_key"
    try:
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{PREFIX}DATA_DIR: the secret key cannot be kept in it ({error})") from error
    if len(key) < SECRET_KEY_MINIMUM:
        raise SettingsError(
            f"{PREFIX}SECRET_KEY: not set, and {path} is empty or too short to be a key; "
            "put back the key it held, or remove the file to have a new one made (which signs everybody out)"
        )
    return key


def _write_once(path: Path, text: str) -> None:
    """Put `text` at `path` with mode 0600 unless a file is there by then; nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # mkstemp makes it 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()


def _sqlite_url(path: Path) -> str:
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def _database_url(text: str) -> str:
    """Return the URL SQLAlchemy is to use; hosting services hand out `postgres://`, which it does not know."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise PydanticCustomError(
            "database_url", "must look like sqlite:///path or postgresql+psycopg://user:password@host/name"
        ) from None
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise PydanticCustomError("database_url", "must begin with sqlite:/// or postgresql+psycopg://")
    if url.drivername == "postgresql+psycopg" and find_spec("psycopg") is None:
        raise PydanticCustomError("database_url", "needs the driver: pip install 'keepwsgi[postgres]'")
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        # Each connection would have a memory of its own.
        raise PydanticCustomError("database_url", "must name a file: sqlite:///path")
    return url.render_as_string(hide_password=False)


def _line(detail: ErrorDetails) -> str:
    """Say which variable is wrong and what it accepts, without repeating its value."""
    name = str(detail["loc"][0]) if detail["loc"] else ""
    variable = PREFIX + name.removeprefix(PREFIX).removesuffix("_setting").upper()
    if variable not in os.environ and variable.removeprefix(PREFIX) in os.environ:
        plain = variable.removeprefix(PREFIX)
        variable = plain if plain in {"DATABASE_URL", "SECRET_KEY"} else variable
    message = detail["msg"]
    return f"{variable}: {message[:1].lower()}{message[1:]}"
