"""Rich text as Takeout writes it (`textContentHtml`), as the Markdown of our bodies.

Google says everything with inline styles: `<span style="font-weight:700;font-style:italic">`. Headings, bold,
italic and strikethrough have a counterpart; underlining has none. The words are never changed: what the Markdown
would show is compared with what the HTML says, and where they differ the line is given plain.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final, NamedTuple

from keepwsgi.memos.markdown import render

#: Deeper than Google nests anything.
_DEEPEST: Final = 100
_BLOCKS: Final = frozenset(("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "blockquote", "pre"))
_VOID: Final = frozenset(("br", "img", "hr", "meta", "link", "input", "wbr", "area", "base", "col", "embed"))
_HIDDEN: Final = frozenset(("style", "script", "head", "title"))
_STYLES: Final = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline"} | dict.fromkeys(
    ("s", "del", "strike"), "strike"
)
# Without any of these there is nothing but text. Most notes have none, and reading HTML takes its time.
_LOOK: Final = re.compile(
    r"<(?:h[1-6]|b|strong|i|em|u|s|del|strike)[\s>]"
    r"|font-weight:\s*(?:[6-9]|bold)|italic|oblique|underline|line-through",
    re.IGNORECASE,
)
_URL: Final = re.compile(r"https?://\S+")
_SPECIAL: Final = re.compile(r"([\\`*_~\[\]<])")
_LINE_START: Final = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-*](?=\s)|\d{1,3}(?=\.\s))")
_LINE_END: Final = re.compile(r"<br>|</(?:p|h\d|li|pre)>")
_TAG: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text looks."""

    bold: bool = False
    italic: bool = False
    strike: bool = False
    underline: bool = False

    def plus(self, **looks: bool) -> Style:
        """The style inside of an element that says so much; what it does not say stays."""
        known = {name: getattr(self, name) for name in ("bold", "italic", "strike", "underline")}
        return Style(**known | looks)


@dataclass(slots=True)
class Line:
    """A line: the level of its heading or 0, and its runs."""

    heading: int
    runs: list[tuple[str, Style]]

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(text for text, _ in self.runs)


class Converted(NamedTuple):
    """The Markdown, what it says without its marks, and whether anything of the look was lost.

    `is_rich` is False where the HTML says no more than plain text does.
    """

    markdown: str
    plain: str
    is_rich: bool
    lost: bool


def convert(source: str) -> Converted:
    """Turn HTML into Markdown. Takes anything; what is no HTML is text."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    lines = reader.lines()
    styles = {style for line in lines for text, style in line.runs if text.strip()}
    is_rich = any(line.heading and line.text.strip() for line in lines) or any(
        style.bold or style.italic or style.strike for style in styles
    )
    lost = any(style.underline for style in styles)
    plain = "\n".join(line.text for line in lines)
    if not is_rich:
        return Converted(plain, plain, False, lost)
    written = [_markdown(line) for line in lines]
    return Converted(
        "\n".join(text for text, _ in written), plain, True, lost or not all(kept for _, kept in written)
    )


def may_be_rich(source: str) -> bool:
    """Whether HTML may say more than its text does."""
    return _LOOK.search(source) is not None


def _markdown(line: Line) -> tuple[str, bool]:
    """The line as Markdown, and whether its look is kept. Google makes the words of a heading bold besides."""
    looks = [(text, style.plus(bold=False) if line.heading else style) for text, style in line.runs]
    prefix = "#" * line.heading + " " if line.heading and line.text.strip() else ""
    text = prefix + "".join(_run(text, style) for text, style in _joined(looks))
    if not prefix:
        text = _LINE_START.sub(lambda found: f"{found[1]}{_escaped_start(found[2])}", text)
    if _shown(text) == " ".join(line.text.split()):
        return text, True
    plain = prefix + _escaped(line.text)
    return (plain, False) if _shown(plain) == " ".join(line.text.split()) else (line.text, False)


def _joined(runs: list[tuple[str, Style]]) -> list[tuple[str, Style]]:
    joined: list[tuple[str, Style]] = []
    for text, style in runs:
        style = style.plus(underline=False)
        # A space between two bold words is as bold as they are.
        if joined and (joined[-1][1] == style or not text.strip()):
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        elif text:
            joined.append((text, style))
    return joined


def _run(text: str, style: Style) -> str:
    words = text.strip()
    if not words:
        return text
    marks = "**" * style.bold + "*" * style.italic + "~~" * style.strike
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{marks}{_escaped(words)}{marks[::-1]}{after}"


def _escaped(text: str) -> str:
    """Text whose every character is shown as it is; addresses stay whole, or they would lead elsewhere."""
    pieces, at = [], 0
    for address in _URL.finditer(text):
        pieces += [_SPECIAL.sub(r"\\\1", text[at : address.start()]), address[0]]
        at = address.end()
    return "".join([*pieces, _SPECIAL.sub(r"\\\1", text[at:])])


def _escaped_start(marker: str) -> str:
    return f"{marker}\\" if marker.isdigit() else f"\\{marker}"


def _shown(markdown: str) -> str:
    """What a reader sees of Markdown, without its look."""
    return " ".join(html.unescape(_TAG.sub("", _LINE_END.sub(" ", render(markdown)))).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[Line] = [Line(0, [])]
        self._open: list[tuple[str, Style, int]] = []  # with how many lines there were by then
        self._heading = 0
        self._hidden = 0

    def lines(self) -> list[Line]:
        """The lines, without the one that an end of the last block would begin."""
        return self._lines[:-1] if len(self._lines) > 1 and not self._lines[-1].runs else self._lines

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._break()
        if tag in _BLOCKS:
            if self._lines[-1].runs:
                self._break()
            self._heading = int(tag[1]) if tag[0] == "h" and tag[1:].isdigit() else self._heading
            self._lines[-1].heading = self._heading
        if tag in _VOID or len(self._open) >= _DEEPEST:
            return
        self._hidden += tag in _HIDDEN
        looks = {_STYLES[tag]: True} if tag in _STYLES else {}
        style = self._style.plus(**looks | _looks(dict(attrs).get("style") or ""))
        self._open.append((tag, style, len(self._lines)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        at = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at][0] == tag), None)
        if at is None:
            return
        lines_before = self._open[at][2]
        self._hidden -= sum(name in _HIDDEN for name, _, _ in self._open[at:])
        del self._open[at:]
        if tag in _BLOCKS:
            self._heading = 0
            # An empty block is a blank line; one whose last line has ended already ends no other.
            if self._lines[-1].runs or len(self._lines) == lines_before:
                self._break()

    def handle_data(self, data: str) -> None:
        # Between two blocks a line end says nothing.
        if self._hidden or (not data.strip() and "\n" in data and not self._lines[-1].runs):
            return
        for number, piece in enumerate(data.replace("\xa0", " ").split("\n")):
            if number:
                self._break()
            if piece:
                self._lines[-1].runs.append((piece, self._style))

    @property
    def _style(self) -> Style:
        return self._open[-1][1] if self._open else Style()

    def _break(self) -> None:
        self._lines.append(Line(self._heading, []))


def _looks(style: str) -> dict[str, bool]:
    looks = {}
    for declaration in style.lower().split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name == "font-weight":
            looks["bold"] = value in ("bold", "bolder") or (value.isdigit() and int(value) >= 600)
        elif name == "font-style":
            looks["italic"] = value in ("italic", "oblique")
        elif name in ("text-decoration", "text-decoration-line"):
            looks["underline"] = "underline" in value
            looks["strike"] = "line-through" in value
    return looks
