"""The guide's pages: in the reader's language, or in the one that the address names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from keepwsgi.accounts.layer import Request, public
from keepwsgi.guide.contents import FOLDER, FOLDERS, INDEX, ROOT, chapter_of, chapters
from keepwsgi.guide.rendering import render
from keepwsgi.layers import Blueprint, Response, Rule, abort, render_template, send_from_directory
from keepwsgi.translations import LANGUAGES

#: The files a chapter may lead to, by their ending: what is in the repository, and nothing that lies beside it.
READABLE: Final = frozenset((".py", ".html", ".css", ".js", ".md", ".toml"))
READABLE_FOLDERS: Final = frozenset(("docs", "examples", "keepwsgi", "templates", "tests"))
#: And at its top, where `.env` may lie.
READABLE_AT_TOP: Final = frozenset(("README.md", "README.ko.md", ".env.example"))

#: Where files of the repository are shown.
SOURCES: Final = "/guide/source"


def about(source: str) -> str | None:
    """The path of the chapter about a file such as `keepwsgi/layers/session.py`, or None."""
    name = chapter_of(source)
    return f"/guide/{name}" if name else None


@public
def index(request: Request) -> str:
    """What the guide is, and its chapters."""
    return page(request, INDEX)


@public
def chapter(request: Request, name: str) -> str:
    """One chapter. Raises 404 where there is none."""
    if name == INDEX:
        abort(404)
    return page(request, name)


@public
def source(request: Request, path: str) -> Response:
    """A file of the repository, as text: what a chapter speaks of. There is none beside an installed package."""
    folder, _, _ = path.partition("/")
    readable = path in READABLE_AT_TOP or (folder in READABLE_FOLDERS and Path(path).suffix in READABLE)
    if not FOLDER.is_dir() or not readable:
        abort(404)
    response = send_from_directory(request, ROOT, path)
    response.content_type = "text/plain; charset=utf-8"
    return response


def page(request: Request, name: str) -> str:
    """The page of a chapter, or of the index. Raises 404 where there is none."""
    asked = request.args.get("language")
    language = asked if asked in FOLDERS else request.locale
    listed = chapters(language)
    path = FOLDERS[language] / f"{name}.md"
    if name not in [INDEX, *(each.name for each in listed)] or not path.is_file():
        abort(404)
    return render_template(
        request,
        "guide.html",
        page=render(path.read_text(encoding="utf-8"), lambda target: leads_to(request, path, target)),
        chapters=listed,
        name=None if name == INDEX else name,
        language=language,
        # Kept from page to page where the reader has chosen it here.
        chosen={"language": language} if asked in FOLDERS else {},
        other=next((code, called) for code, called in LANGUAGES.items() if code != language),
    )


def leads_to(request: Request, page: Path, target: str) -> str | None:
    """The URL of what a chapter links to by its path: another chapter, or a file; None for a folder."""
    target, _, anchor = target.partition("#")
    path = (page.parent / target).resolve()
    values = {"_anchor": anchor} if anchor else {}
    if path.is_relative_to(FOLDER) and path.suffix == ".md":
        language = "ko" if path.parent == FOLDERS["ko"] else "en"
        if path.parent != page.parent or request.args.get("language") == language:
            values["language"] = language
        if path.stem == INDEX:
            return request.url_for(".index", **values)
        return request.url_for(".chapter", name=path.stem, **values)
    if path.is_file() and path.is_relative_to(ROOT):
        return request.url_for(".source", path=path.relative_to(ROOT).as_posix(), **values)
    return None


blueprint = Blueprint(
    "guide",
    [
        Rule("/guide", endpoint=index, methods=["GET"]),
        Rule("/guide/<name>", endpoint=chapter, methods=["GET"]),
        Rule(f"{SOURCES}/<path:path>", endpoint=source, methods=["GET"]),
    ],
)
