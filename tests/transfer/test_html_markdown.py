"""Google's HTML as Markdown: what has a counterpart is kept, and no word is ever changed."""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwsgi.transfer.html_markdown import _shown, convert

BOLD, ITALIC = "font-weight:700", "font-style:italic"


def span(text: str, style: str = "font-weight:400") -> str:
    return f'<span style="{style}">{html.escape(text)}</span>'


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        (f"<p>{span('a')}</p><br /><p>{span('b', BOLD)}</p>", "a\n\n**b**"),
        (f"<p>{span('a')}</p><p></p><p>{span('b', BOLD)}</p>", "a\n\n**b**"),
        (f"<div><p>{span('a', BOLD)}</p></div>", "**a**"),
        (f"<p>{span('a', BOLD)}<br>{span('b')}</p>", "**a**\nb"),
        (f"<h1>{span('Top', BOLD)}</h1><h2>{span('Less')}</h2><p>x</p>", "# Top\n## Less\nx"),
        (f"<p>{span('both', f'{BOLD};{ITALIC}')} and {span('gone', 'text-decoration:line-through')}</p>",
         "***both*** and ~~gone~~"),
        (f"<p>{span('two ', BOLD)}{span('words', BOLD)}</p>", "**two words**"),
        (f"<p>{span('안녕', BOLD)}{span('하세요')}</p>", "**안녕**하세요"),
        (f"<p>{span('# no heading')}</p><p>{span('1. no list')}</p><p>{span('b', BOLD)}</p>",
         "\\# no heading\n1\\. no list\n**b**"),
        (f"<p>{span('b', BOLD)}{span(' see https://example.com/a_b_c*d')}</p>", "**b** see https://example.com/a_b_c*d"),
        ("<style>p {}</style><p><b>b</b> <u>u</u></p>", "**b** u"),
        ("no html at all <3 <b>b</b>", "no html at all \\<3 **b**"),
    ],
)  # fmt: skip
def test_what_is_rich_is_written_as_markdown(source: str, markdown: str) -> None:
    assert convert(source).markdown == markdown


def test_a_mark_that_markdown_would_not_see_is_left_out_and_told() -> None:
    # A closing mark between a bracket and a letter closes nothing.
    converted = convert(f"<p>{span('안녕(하세요)', BOLD)}{span('는')}</p>")
    assert (converted.markdown, converted.lost) == ("안녕(하세요)는", True)


RUNS = st.lists(
    st.tuples(
        st.text(st.sampled_from("ab 가()*_~`#-.1[]<&\\!:/"), min_size=1, max_size=6),
        st.sampled_from(["", BOLD, ITALIC, f"{BOLD};{ITALIC}", "text-decoration:line-through"]),
    ),
    max_size=4,
)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(["p", "h1", "h2"]), RUNS), min_size=1, max_size=3))
def test_no_word_is_changed(paragraphs: list[tuple[str, list[tuple[str, str]]]]) -> None:
    source = "".join(
        f"<{tag}>{''.join(span(text, style) for text, style in runs)}</{tag}>" for tag, runs in paragraphs
    )
    said = " ".join("".join(text for text, _ in runs) for _, runs in paragraphs).split()
    converted = convert(source)
    assert converted.plain.split() == said
    if converted.is_rich and not converted.lost:
        assert _shown(converted.markdown).split() == said
