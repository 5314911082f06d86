"""The guide's code blocks: which there are, and what each is held to.

A ```python block is a whole program, kept as `hello.py`. The ```console blocks behind it are what curl, `flask`
or `keepwsgi` answers, a ```text block is what it prints. Without either it answers the last ones before it
under the same heading of the third level.
A block whose first line is the comment `# keepwsgi/…` quotes that file. `...` stands for anything.
"""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "docs" / "guide"
LANGUAGES: Final = {"en": FOLDER, "ko": FOLDER / "ko"}

_QUOTED: Final = re.compile(r"# ((?:keepwsgi|templates|examples|tests)/\S+)\n")
_MARKDOWN: Final = MarkdownIt("commonmark")


@dataclass(frozen=True)
class Block:
    """A fenced block: language, text, the line it begins at, and the third-level heading it stands under."""

    kind: str
    text: str
    line: int
    topic: str

    @property
    def quotes(self) -> str | None:
        """The file that is quoted, or None."""
        found = _QUOTED.match(self.text)
        return found[1] if found else None


@dataclass(frozen=True)
class Program:
    """A program of a chapter with what it is held to; `code` is None for commands that need none."""

    path: Path
    line: int
    code: str | None
    transcripts: tuple[str, ...]
    printed: str | None

    @property
    def name(self) -> str:
        return f"{self.path.relative_to(FOLDER)}:{self.line}"


@dataclass(frozen=True)
class Exchange:
    """One command of a transcript and what is expected of it."""

    command: list[str]
    expected: str


def chapters(language: str) -> list[Path]:
    """The chapters of one language, in their order, without the index."""
    return sorted(LANGUAGES[language].glob("[0-9][0-9]-*.md"))


def blocks(path: Path) -> list[Block]:
    """Every fenced block of a chapter."""
    found, topic = [], ""
    tokens = _MARKDOWN.parse(path.read_text(encoding="utf-8"))
    for token, following in pairwise([*tokens, *tokens[:1]]):
        if token.type == "heading_open":
            topic = following.content if token.tag == "h3" else ""
        elif token.type == "fence":
            found.append(Block(token.info.strip(), token.content, (token.map or [0])[0] + 1, topic))
    return found


def programs(path: Path) -> Iterator[Program]:
    """Every program of a chapter, and its commands that need no program."""
    said: dict[str, tuple[tuple[str, ...], str | None]] = {}
    for group in _groups(path):
        code = group[0].text if group[0].kind == "python" else None
        transcripts = tuple(block.text for block in group if block.kind == "console")
        printed = next((block.text for block in group if block.kind == "text"), None)
        topic = group[0].topic
        if printed is not None or any(re.search(r"^\$ (curl|flask) ", text, re.MULTILINE) for text in transcripts):
            said[topic] = transcripts, printed
        elif code is not None:  # what else stands here are commands of keepwsgi's own
            before, printed = said.get(topic, ((), None))
            transcripts = before + transcripts
        yield Program(path, group[0].line, code, transcripts, printed)


def _groups(path: Path) -> Iterator[list[Block]]:
    """Each program with the blocks behind it; quotations and what only a shell can run are left out."""
    group: list[Block] = []
    for block in blocks(path):
        if block.quotes or block.kind not in ("python", "console", "text"):
            continue
        if block.kind == "python" and group:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def exchanges(transcript: str) -> Iterator[Exchange]:
    """The commands of a transcript, each with what follows it."""
    for part in re.split(r"^\$ ", transcript.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield Exchange(shlex.split(command), expected.strip("\n"))


_CURL: Final = argparse.ArgumentParser("curl", add_help=False, exit_on_error=False)
_CURL.add_argument("url")
_CURL.add_argument("-i", dest="head", action="store_true")
_CURL.add_argument("-I", dest="only_head", action="store_true")
_CURL.add_argument("-X", dest="method")
_CURL.add_argument("-H", dest="headers", action="append", default=[])
_CURL.add_argument("-d", dest="data", action="append", default=[])
_CURL.add_argument("-F", dest="parts", action="append", default=[])
_CURL.add_argument("--json")
_CURL.add_argument("-b", dest="sent_jar")
_CURL.add_argument("-c", dest="kept_jar")


def curl(arguments: list[str]) -> argparse.Namespace:
    """The options of a curl command, as far as the guide uses them."""
    return _CURL.parse_args(arguments)


def request_of(options: argparse.Namespace) -> dict[str, Any]:
    """The request as `werkzeug.test.Client.open` takes it."""
    headers = [tuple(re.split(r":\s*", header, maxsplit=1)) for header in options.headers]
    request: dict[str, Any] = {
        "path": options.url.removeprefix("http://").removeprefix("localhost:8000") or "/",
        "base_url": "http://localhost:8000",
        "method": options.method or ("HEAD" if options.only_head else "GET"),
        "headers": headers,
    }
    if options.data or options.parts or options.json:
        request["method"] = options.method or "POST"
    if options.data:
        request["data"] = "&".join(options.data)
        if not any(name.lower() == "content-type" for name, _ in headers):
            request["content_type"] = "application/x-www-form-urlencoded"
    if options.json:
        request.update(data=options.json, content_type="application/json")
    if options.parts:
        pairs = (part.split("=", 1) for part in options.parts)
        request["data"] = {name: _file(value) if value.startswith("@") else value for name, value in pairs}
        request["content_type"] = "multipart/form-data"
    return request


def _file(value: str) -> tuple[Any, str]:
    from io import BytesIO

    return BytesIO(b"from a file\n"), value.removeprefix("@")


def matches(expected: str, actual: str) -> bool:
    """Whether `actual` is what is expected, where `...` stands for anything."""
    pattern = re.escape(expected.strip("\n")).replace(r"\.\.\.", ".*?")
    return re.fullmatch(pattern, actual.strip("\n"), re.DOTALL) is not None
