"""Style sheets, scripts and pictures, served by WhiteNoise before any layer runs.

Flask calls this `/static` and `url_for("static", filename=…)`. The URL here carries one digest of the
whole folder, `/static/<digest>/css/board.css`: an answer never changes, so a browser never asks twice,
and files may name each other by relative paths. Without it a view would open files, guess their types
and compare `If-None-Match` by hand.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from keepwsgi.layers.routing import Rule

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class StaticFolder:
    """A folder of files and where they are served.

    `compressed` is a folder in which compressed twins may be kept, gzip and Brotli; without it files go out as
    they are. It is written once for each digest. `digest` may be given for a folder that never changes under that
    name, as a package's own of one version; `names` are then the only files of it that are served. `endpoint` is
    what `url_for` knows it by.
    """

    def __init__(
        self,
        folder: Path,
        *,
        compressed: Path | None = None,
        digest: str = "",
        names: Collection[str] = (),
        endpoint: str = "static",
    ) -> None:
        self.folder = folder
        self.compressed = compressed
        self.digest = digest or tree_digest(folder)
        self.names = names
        self.endpoint = endpoint
        self.prefix = f"/static/{self.digest}"

    @property
    def rule(self) -> Rule:
        """The rule that makes `url_for("static", filename=…)` work; WhiteNoise answers, so it only builds."""
        return Rule(f"{self.prefix}/<path:filename>", endpoint=self.endpoint, build_only=True)

    def serve_files(self, application: WSGIApplication) -> WSGIApplication:
        """WSGI middleware: files of the folder from WhiteNoise, anything else from `application`.

        The folder is looked through, and its twins are made, at the first request for one of its files.

        In Flask: `/static`, `Flask.send_static_file`.
        """
        whitenoise: WSGIApplication | None = None

        def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            nonlocal whitenoise
            if not environ.get("PATH_INFO", "").startswith(f"{self.prefix}/"):
                return application(environ, start_response)
            if whitenoise is None:
                whitenoise = self._whitenoise(application)
            return whitenoise(environ, start_response)

        return call

    def _whitenoise(self, application: WSGIApplication) -> WSGIApplication:
        served = WhiteNoise(application, allow_all_origins=False, immutable_file_test=lambda path, url: True)
        folder = self._with_twins()
        if not self.names:
            served.add_files(folder, prefix=self.prefix)
        for name in self.names:
            served.add_file_to_dictionary(f"{self.prefix}/{name}", str(folder / name))
        found: WSGIApplication = served
        return found

    def _with_twins(self) -> Path:
        """The folder to serve: a copy with `.gz` and `.br` beside each file that is smaller compressed."""
        if self.compressed is None:
            return self.folder
        target = self.compressed / self.digest
        if target.is_dir():
            return target
        try:
            self.compressed.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.compressed) as scratch:
                copy = Path(scratch) / "static"
                if self.names:
                    copy.mkdir()
                    for name in self.names:
                        shutil.copyfile(self.folder / name, copy / name)
                else:
                    shutil.copytree(self.folder, copy)
                # Of a package's large files Brotli would take seconds, for the few who ask for them.
                compressor = Compressor(use_brotli=not self.names, quiet=True)
                for path in files(copy):
                    if compressor.should_compress(path.name):
                        compressor.compress(str(path))
                # One process wins the renaming; the others find the same files in place.
                copy.rename(target)
        except OSError:
            return target if target.is_dir() else self.folder
        return target


def files(folder: Path) -> list[Path]:
    """Every file below `folder`, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def tree_digest(folder: Path) -> str:
    """Twelve hexadecimal digits that change with any name or content below `folder`."""
    digest = hashlib.sha256()
    for path in files(folder):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
