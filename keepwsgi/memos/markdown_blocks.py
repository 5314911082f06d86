"""Block rules for markdown-it that leave a plain note as it was typed.

CommonMark was made for documents: it drops leading spaces, folds a line after a list item into the item, turns
`2024. 5. 1` into two nested lists and everything after a stray ``` into code. These four rules take the place of
markdown-it's own and read as Markdown only what somebody meant as Markdown.
"""

from __future__ import annotations

import re
from typing import Final

from markdown_it.rules_block import StateBlock, list_block
from markdown_it.rules_block.fence import make_fence_rule

# markdown-it leaves out what lies deeper than its `maxNesting`; deeper lists than this stay text.
DEEPEST_LEVEL: Final = 12

# One to three digits: a year is no list. `+` and `1)` would be shown as another character than was typed.
_LIST_MARKER: Final = re.compile(r"(?:[-*]|\d{1,3}\.)[ \t]+(?=[^ \t\n])")
_HEADING: Final = re.compile(r"(#{1,6})[ \t]+(?=[^ \t\n])")
_FENCE: Final = re.compile(r"`{3,}")
_backtick_fence = make_fence_rule(markers=("`",))


def paragraph(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Take the lines up to an empty one, another block or a smaller indent, their leading spaces included."""
    next_line = start_line + 1
    terminators = state.md.block.ruler.getRules("paragraph")
    parent, state.parentType = state.parentType, "paragraph"
    while (
        next_line < state.lineMax
        and not state.isEmpty(next_line)
        and state.sCount[next_line] >= state.blkIndent
        and not any(rule(state, next_line, state.lineMax, True) for rule in terminators)
    ):
        next_line += 1
    state.parentType = parent
    text = state.getLines(start_line, next_line, state.blkIndent, False)
    state.line = next_line
    _push(state, "paragraph", "p", text.rstrip(), (start_line, next_line))
    return True


def heading(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Take a line such as `## Title`: two levels down, for the page has headings above a memo's."""
    match = _HEADING.match(state.src, _first(state, start_line), state.eMarks[start_line])
    if match is None:
        return False
    if not silent:
        level = min(6, len(match[1]) + 2)
        state.line = start_line + 1
        text = state.src[match.end() : state.eMarks[start_line]].rstrip()
        _push(state, "heading", f"h{level}", text, (start_line, state.line))
    return True


def list_items(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Take a list that begins with something in it, and not on the line where an item around it begins."""
    if state.level >= DEEPEST_LEVEL:
        return False
    if not _LIST_MARKER.match(state.src, _first(state, start_line), state.eMarks[start_line]):
        return False
    if state.tokens and state.tokens[-1].type == "list_item_open":
        item = state.tokens[-1].map
        if item is not None and item[0] == start_line:
            return False
    return list_block(state, start_line, end_line, silent)


def fence(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Take code between two lines of backticks; without the second one there is no code."""
    opening = _FENCE.match(state.src, _first(state, start_line), state.eMarks[start_line])
    if opening is None:
        return False
    if "`" in state.src[opening.end() : state.eMarks[start_line]]:
        return False
    length = len(opening[0])
    # Where a search for the closing line has failed, one for the same or a longer line fails too: without this
    # every opening line would look through the whole text.
    searched, until, shortest = state.env.get(f"fence {state.blkIndent}", (0, 0, 0))
    if searched <= start_line < until and length >= shortest:
        return False
    closing = re.compile(rf"`{{{length},}}[ \t]*\Z")
    until = end_line
    for line in range(start_line + 1, end_line):
        if not state.isEmpty(line) and state.sCount[line] < state.blkIndent:
            until = line
            break
        if closing.match(state.src, _first(state, line), state.eMarks[line]):
            return _backtick_fence(state, start_line, end_line, silent)
    state.env[f"fence {state.blkIndent}"] = start_line, until, length
    return False


def _first(state: StateBlock, line: int) -> int:
    """Return where the text of a line begins, after its indent."""
    return state.bMarks[line] + state.tShift[line]


def _push(state: StateBlock, kind: str, tag: str, text: str, lines: tuple[int, int]) -> None:
    opening = state.push(f"{kind}_open", tag, 1)
    opening.map = list(lines)
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = text, list(lines), []
    state.push(f"{kind}_close", tag, -1)
