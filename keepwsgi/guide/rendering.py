"""From a chapter's Markdown to HTML: headings with anchors, links to pages here, wide tables that scroll."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from urllib.parse import unquote

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from keepwsgi.guide.highlighting import highlighted
from keepwsgi.markdown import SafeMarkdown

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NOT_IN_ANCHORS: Final = re.compile(r"[^\w\- ]")


@dataclass(frozen=True)
class Page:
    """A rendered chapter: its HTML, its title as text, and anchor and text of each section."""

    html: Markup
    title: str
    sections: list[tuple[str, str]]


def render(text: str, link: Callable[[str], str | None]) -> Page:
    """Render a chapter. `link` takes the target of a relative link and returns its URL, None for no link."""
    tokens = _MARKDOWN.parse(text)
    title, sections = "", list[tuple[str, str]]()
    for token, following in pairwise(tokens):
        if token.type == "heading_open":
            said = "".join(child.content for child in following.children or ())
            token.attrSet("id", anchor(said))
            if token.tag == "h1":
                title = said
            elif token.tag == "h2":
                sections.append((anchor(said), said))
        for child in token.children or ():
            if child.type == "link_open":
                _lead(child, link)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Page(Markup(html), title, sections)  # noqa: S704 (the parser lets no HTML through)


def anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return _NOT_IN_ANCHORS.sub("", heading.lower()).replace(" ", "-")


def _lead(token: Token, link: Callable[[str], str | None]) -> None:
    target = unquote(str(token.attrGet("href") or ""))
    if _SCHEME.match(target) or target.startswith("#"):
        return
    url = link(target)
    if url is None:
        del token.attrs["href"]
    else:
        token.attrSet("href", url)


class _Renderer(RendererHTML):
    """A table or a piece of code that is too wide scrolls in itself, also by keyboard."""

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<div class="guide__wide" tabindex="0">{self.renderToken(tokens, idx, options, env)}'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"{self.renderToken(tokens, idx, options, env)}</div>"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        # The corner of a table heads nothing.
        return self.renderToken(tokens, idx, options, env) if tokens[idx + 1].content else "<td>"

    def th_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self.renderToken(tokens, idx, options, env) if tokens[idx - 1].content else "</td>"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        code = highlighted(tokens[idx].content, tokens[idx].info.strip())
        return f'<pre class="guide__code" tabindex="0"><code>{code}</code></pre>\n'


class _Markdown(SafeMarkdown):
    def validateLink(self, url: str) -> bool:  # noqa: N802
        return super().validateLink(url) or not _SCHEME.match(url)


def _markdown() -> Any:
    return _Markdown("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")


_MARKDOWN: Final = _markdown()
