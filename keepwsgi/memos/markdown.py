"""Light Markdown for memos: what looks like Markdown is shown as such, a plain note looks as it was typed.

The page shows spaces as they are (`white-space: pre-wrap` on paragraphs, items and headings) and a blank line
as the margin between two blocks. HTML is text like any other, and a link leads only where a note's link may lead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import escape as markdown_escape
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from keepwsgi.markdown import SafeMarkdown
from keepwsgi.memos import markdown_blocks

# Raised whenever the same body would be rendered otherwise; `keepwsgi memos render` then makes it anew.
HTML_VERSION: Final = 1

# Characters of a body that a card shows; the style sheet cuts off sooner.
CARD_LENGTH: Final = 2000

_LONGEST_WORD: Final = 2000
_LONG_WORD: Final = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_SCHEME_BEFORE: Final = re.compile(r"(?:^|[^a-z0-9.+-])(https?)$", re.IGNORECASE)

# Without http:// in front only these are taken for addresses: `notes.md` and `run.sh` are files.
# fmt: off
_TOP_LEVEL_DOMAINS: Final = [
    "com", "net", "org", "edu", "gov", "info", "io", "dev", "app", "kr", "jp", "cn", "uk", "de", "fr", "한국",
]
# fmt: on


def render(body: str) -> str:
    """Return the HTML of a memo's body: safe to show, in time proportional to the length of the body."""
    return str(_MARKDOWN.render(body)).removesuffix("\n")


def render_card(body: str) -> str | None:
    """Return the HTML of as much of a long body as a card on a board shows; None where that is all of it.

    A board of sixty of the longest memos would otherwise be six million characters.
    """
    if len(body) <= CARD_LENGTH:
        return None
    shown = body[:CARD_LENGTH]
    # Not in the middle of a word or of a piece of Markdown, if it can be helped.
    end = max(shown.rfind("\n"), shown.rfind(" "))
    return render(shown[:end] if end > CARD_LENGTH // 2 else shown)


class _Renderer(RendererHTML):
    """Without line breaks between tags, which `pre-wrap` would show."""

    def renderToken(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:  # noqa: N802
        return super().renderToken(tokens, idx, options, env).strip("\n")

    def hardbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<br>"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return super().fence(tokens, idx, options, env).removesuffix("\n")

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("rel", "noopener nofollow")
        return self.renderToken(tokens, idx, options, env)

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        # The number that was typed, not the one that would follow.
        if tokens[idx].info:
            tokens[idx].attrSet("value", tokens[idx].info)
        return self.renderToken(tokens, idx, options, env)


class _Links(LinkifyIt):  # type: ignore[misc] # it has no types
    """Finds addresses in words of ordinary length: its search takes the square of a word's length."""

    def test(self, text: str) -> bool:
        return bool(super().test(_LONG_WORD.sub(_spaces, text)))

    def match(self, text: str) -> Any:
        return super().match(_LONG_WORD.sub(_spaces, text))


def _spaces(word: re.Match[str]) -> str:
    return " " * len(word[0])


def _newline(state: StateInline, silent: bool) -> bool:
    """Break the line where it was broken, and keep the spaces on both sides."""
    if state.src[state.pos] != "\n":
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos += 1
    return True


def _escape(state: StateInline, silent: bool) -> bool:
    """Take a backslash before punctuation for an escape; at the end of a line it is a backslash."""
    if state.src.startswith("\\\n", state.pos):
        if not silent:
            state.pending += "\\"
        state.pos += 1
        return True
    return markdown_escape(state, silent)


def _address(state: StateInline, silent: bool) -> bool:
    """Take an address with its scheme whole, before a `_` or `*` in it is taken for emphasis.

    markdown-it's own rule searches all the text before and behind, for every `://` anew.
    """
    links = state.md.linkify
    if links is None or state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME_BEFORE.search(state.pending[-len("!https") :])
    if scheme is None:
        return False
    start = state.pos - len(scheme[1])
    text = state.src[start : start + _LONGEST_WORD + 1]
    link = None if _LONG_WORD.match(text) else links.match_at_start(text)
    if link is None:
        return False
    url = str(link.url).rstrip("*")
    address = state.md.normalizeLink(url)
    if not state.md.validateLink(address):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.push("text", "", 0).content = url
        state.push("link_close", "a", -1)
    state.pos = start + len(url)
    return True


def _keep_blank_lines(state: StateCore) -> None:
    """Give back the blank lines between two blocks: the first is their margin, each further one a line break."""
    lines = state.src.split("\n")
    tokens: list[Token] = []
    for index, token in enumerate(state.tokens):
        if token.level == 0 and token.map is not None and token.nesting >= 0:
            blank = 0
            while blank < token.map[0] and not lines[token.map[0] - blank - 1].strip(" \t"):
                blank += 1
            missing = blank if blank == token.map[0] else blank - 1
            if missing > 0 and token.type == "paragraph_open":
                inline = state.tokens[index + 1]
                inline.content = "\n" * missing + inline.content
            elif missing > 1:
                tokens += _blank_paragraph(missing - 1)
        tokens.append(token)
    state.tokens = tokens


def _blank_paragraph(lines: int) -> list[Token]:
    content = Token("inline", "", 0, content="\n" * lines, children=[], level=1)
    return [Token("paragraph_open", "p", 1), content, Token("paragraph_close", "p", -1)]


def _markdown() -> MarkdownIt:
    markdown = SafeMarkdown("zero", {"linkify": True, "breaks": True}, renderer_cls=_Renderer)
    markdown.enable(["heading", "list", "fence"])
    markdown.enable(["emphasis", "strikethrough", "backticks", "link", "autolink", "linkify", "newline", "escape"])
    ends_paragraph: RuleOptionsType = {"alt": ["paragraph"]}
    blocks = markdown.block.ruler
    blocks.at("paragraph", markdown_blocks.paragraph)
    blocks.at("heading", markdown_blocks.heading, ends_paragraph)
    blocks.at("list", markdown_blocks.list_items, ends_paragraph)
    blocks.at("fence", markdown_blocks.fence, {"alt": ["paragraph", "list"]})
    markdown.inline.ruler.at("linkify", _address)
    markdown.inline.ruler.at("newline", _newline)
    markdown.inline.ruler.at("escape", _escape)
    markdown.core.ruler.after("block", "keep_blank_lines", _keep_blank_lines)
    links = _Links()
    links.tlds(_TOP_LEVEL_DOMAINS)
    markdown.linkify = links
    return markdown


_MARKDOWN: Final = _markdown()
