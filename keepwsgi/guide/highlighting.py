"""Comments, strings and keywords of a Python program told apart, by the standard library's own tokenizer."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator
from itertools import accumulate

from markupsafe import Markup, escape

_STRINGS = {
    tokenize.STRING,
    *(
        getattr(tokenize, name)
        for name in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")
        if hasattr(tokenize, name)
    ),
}


def highlighted(code: str, language: str) -> Markup:
    """`code` as HTML, with a `span` around what stands out in it.

    In Python that is what has a colour in any editor, in a transcript the commands.
    """
    if language == "python":
        try:
            return Markup("").join(_python(code))
        except (tokenize.TokenError, SyntaxError):  # a few quoted lines need not be a program
            return escape(code)
    if language in ("console", "sh"):
        return Markup("").join(_commands(code))
    return escape(code)


def _python(code: str) -> Iterator[Markup]:
    starts = [0, *accumulate(len(line) for line in code.splitlines(keepends=True))]
    done = 0
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        kind = _kind(token)
        if kind is None:
            continue
        start = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        yield escape(code[done:start])
        yield Markup('<span class="guide__{}">{}</span>').format(kind, code[start:end])
        done = end
    yield escape(code[done:])


def _kind(token: tokenize.TokenInfo) -> str | None:
    if token.type == tokenize.COMMENT:
        return "comment"
    if token.type in _STRINGS:
        return "string"
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        return "keyword"
    return None


def _commands(transcript: str) -> Iterator[Markup]:
    continued = False
    for line in transcript.splitlines(keepends=True):
        is_command = continued or line.startswith("$ ")
        continued = is_command and line.endswith("\\\n")
        yield Markup('<span class="guide__command">{}</span>').format(line) if is_command else escape(line)
