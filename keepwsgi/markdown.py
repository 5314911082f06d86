"""Markdown that lets no HTML through and only links that may be followed: for memos and for the guide."""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt

_LINK: Final = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)


class SafeMarkdown(MarkdownIt):
    """A parser for text that anybody may have written. HTML is text where the options do not say otherwise."""

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Whether it leads to a page, a mailbox or a telephone."""
        return _LINK.match(url) is not None

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """The URL as it is written into the page; "" for what turns out to be none."""
        try:
            return super().normalizeLink(url)
        except ValueError:
            return ""

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """An address is shown as it was typed."""
        return link
