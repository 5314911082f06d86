"""Every program of the guide is run, Flask's included, and answers what the page beside it says."""

from __future__ import annotations

import ast
import importlib.util
import logging
import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine
from werkzeug.test import Client, TestResponse

from keepwsgi.database import Database
from keepwsgi.layers.testing import validated

from .blocks import LANGUAGES, ROOT, Program, blocks, chapters, curl, exchanges, matches, programs, request_of

PATHS = [path for language in LANGUAGES for path in chapters(language)]
PROGRAMS = [program for path in PATHS for program in programs(path)]
QUOTES = [(path, block) for path in PATHS for block in blocks(path) if block.quotes]


@contextmanager
def new_loggers() -> Iterator[None]:
    """Loggers as in a new process: a program that has said where its log goes has said it for itself only."""
    root = logging.getLogger()
    kept, root.handlers = root.handlers, []
    try:
        yield
    finally:
        root.handlers = kept
        for name in ("hello", "keepwsgi"):
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = [], True
            logger.setLevel(logging.NOTSET)


@pytest.mark.parametrize("program", PROGRAMS, ids=[program.name for program in PROGRAMS])
def test_a_program_of_the_guide_answers_as_the_page_says(
    program: Program,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    assert program.transcripts or program.printed is not None, "nothing says what it answers"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEEPWSGI_DATA_DIR", str(tmp_path / "instance"))
    with new_loggers(), running(program.code, tmp_path) as hello:
        commands = [exchange for transcript in program.transcripts for exchange in exchanges(transcript)]
        app = getattr(hello, "app", None)
        browsers: dict[bool, Client] = {}
        for exchange in commands:
            command, *arguments = exchange.command
            if command != "curl":
                actual = run(command, arguments)
                assert matches(exchange.expected, actual), f"$ {' '.join(exchange.command)}\n{actual}"
                continue
            assert app is not None, "curl needs a program that defines `app`"
            options = curl(arguments)
            jar = bool(options.sent_jar or options.kept_jar)
            if jar not in browsers:
                browsers[jar] = Client(validated(app), TestResponse, use_cookies=jar)
            response = browsers[jar].open(buffered=True, **request_of(options))
            compare(exchange.expected, response, options.head or options.only_head)
    out, err = capsys.readouterr()
    if program.printed is not None:
        assert matches(program.printed, out + err), out + err
    record_property("guide_commands", len(commands))


@contextmanager
def running(code: str | None, folder: Path) -> Iterator[ModuleType | None]:
    """The program as the module `hello`, for as long as it is asked."""
    if code is None:
        yield None
        return
    path = folder / "hello.py"
    path.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("hello", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["hello"] = module
    environ = dict(os.environ)
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules["hello"]
        os.environ.clear()
        os.environ.update(environ)
        for value in vars(module).values():
            if isinstance(value, (Engine, Database)):
                value.dispose()


def run(command: str, arguments: list[str]) -> str:
    """What a command prints."""
    if command == "keepwsgi":
        from keepwsgi.cli import main as group
    else:
        assert command == "flask", f"the test knows no command {command!r}"
        from flask.cli import cli as group  # type: ignore[assignment]  # another kind of group
    path, environ = sys.path[:], dict(os.environ)
    try:
        result = CliRunner().invoke(group, arguments, prog_name=command)
    finally:
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environ)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return "\n".join(line.rstrip() for line in result.output.splitlines())


def compare(expected: str, response: TestResponse, with_head: bool) -> None:
    """The status, the headers that are shown and the body; others may have come too."""
    if not with_head:
        assert response.status_code < 400, response.status
        assert matches(expected, response.text), f"{response.text!r} is not {expected!r}"
        return
    head, _, body = expected.partition("\n\n")
    status, *headers = head.splitlines()
    assert status.lower() == f"http/1.1 {response.status.lower()}", response.status
    for header in headers:
        name, _, value = header.partition(": ")
        sent = response.headers.getlist(name)
        if name in ("Allow", "Vary"):  # sets, whose order has no meaning (RFC 9110)
            value, sent = ", ".join(sorted(value.split(", "))), [", ".join(sorted(", ".join(sent).split(", ")))]
        assert any(matches(value, each) for each in sent), f"{name}: {sent} is not {value!r}"
    assert matches(body, response.text), f"{response.text!r} is not {body!r}"


@pytest.mark.parametrize(("path", "block"), QUOTES, ids=[f"{path.stem}:{block.line}" for path, block in QUOTES])
def test_what_is_quoted_stands_in_the_file(path: Path, block: Any) -> None:
    quoted = textwrap.dedent(block.text.partition("\n")[2]).rstrip()
    lines = (ROOT / block.quotes).read_text(encoding="utf-8").splitlines()
    count = len(quoted.splitlines())
    pieces = (textwrap.dedent("\n".join(lines[start : start + count])).rstrip() for start in range(len(lines)))
    assert quoted in pieces


@pytest.mark.parametrize("path", chapters("en"), ids=lambda path: path.stem)
def test_both_languages_show_the_same_code(path: Path) -> None:
    """But for the comments, which are in the language of the page."""
    english, korean = blocks(path), blocks(LANGUAGES["ko"] / path.name)
    assert [block.kind for block in english] == [block.kind for block in korean]
    for one, other in zip(english, korean, strict=True):
        if one.kind == "python" and not one.quotes:
            assert ast.dump(ast.parse(one.text)) == ast.dump(ast.parse(other.text)), f"{path.name}:{one.line}"
        else:
            assert one.text == other.text, f"{path.name}:{one.line}"
