"""Light Markdown: what is shown of what was typed."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keepwsgi.memos.markdown import render


def text_of(rendered: str) -> str:
    """Return what the page shows: a line break for each `<br>`, a blank line between two blocks."""
    broken = rendered.replace("<br>", "\n").replace("</p><p>", "\n\n")
    return html.unescape(re.sub(r"<[^>]*>", "", broken))


@pytest.mark.parametrize(
    ("body", "rendered"),
    [
        ("**굵게** *기울임* ~~지움~~", "<p><strong>굵게</strong> <em>기울임</em> <s>지움</s></p>"),
        ("# 장보기", "<h3>장보기</h3>"),
        ("- 우유\n- 빵", "<ul><li>우유</li><li>빵</li></ul>"),
        ("- a\n  - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("1. a\n2. b", '<ol><li value="1">a</li><li value="2">b</li></ol>'),
        ("`x < y`", "<p><code>x &lt; y</code></p>"),
        ("```py\nx\n  y\n```", '<pre><code class="language-py">x\n  y\n</code></pre>'),
        (r"\*별\*", "<p>*별*</p>"),
        ("a\nb", "<p>a<br>b</p>"),
    ],
)
def test_markdown_is_shown(body: str, rendered: str) -> None:
    assert render(body) == rendered


@pytest.mark.parametrize(
    "note",
    [
        "2024. 5. 1",
        "2024. 5. 1 회의\n2024. 5. 2 휴가",
        "  leading  and   inner spaces",
        "\ttab",
        "one\n\ntwo\n\n\n\nfive lines down",
        "\n\nblank lines first",
        "#tag and # alone\n#",
        "+ pros\n- ",
        "1) first\n2) second",
        "title\n=====\nunder\n---",
        "    four spaces",
        "> quoted",
        "~~~ 안녕 ~~~",
        "```\nnever closed",
        "C:\\새 폴더\\\nnext",
        "a_b_c snake_case",
        "[ ] todo [x] done [1] [a]: b",
        "&amp; &lt; &copy;",
        "notes.md run.sh",
        "|a|b|\n|-|-|",
    ],
)
def test_a_plain_note_looks_as_it_was_typed(note: str) -> None:
    assert text_of(render(note)) == note.rstrip(" ") or text_of(render(note)) == note


def test_a_line_after_a_list_is_not_part_of_it() -> None:
    assert render("- 우유\n엄마께 전화") == "<ul><li>우유</li></ul><p>엄마께 전화</p>"


def test_a_list_keeps_the_numbers_that_were_typed() -> None:
    assert re.findall(r'value="(\d+)"', render("3. c\n7. g\n7. g")) == ["3", "7", "7"]


def without_blanks_nobody_sees(text: str) -> str:
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).rstrip()


@given(st.text(alphabet=st.sampled_from("가나다abc 12.,\t\n!?'\"&<>%$|=+{}/:;"), max_size=80))
@example(" \n1")
def test_text_without_markdown_is_kept_to_the_letter(note: str) -> None:
    shown = text_of(render(note))
    # A list's number is shown by the list itself.
    expected = note if "<ol" not in render(note) else None
    assert expected is None or without_blanks_nobody_sees(shown) == without_blanks_nobody_sees(expected)


@given(st.text(alphabet=st.sampled_from("가a1 \n#*_~`-.[]()<>\\!"), max_size=120))
def test_no_letter_is_ever_lost(note: str) -> None:
    shown = text_of(render(note)) + "".join(re.findall(r'(?:href|title|class)="([^"]*)"', render(note)))
    # The language of code is kept as its class; numbers of lists are attributes.
    assert shown.count("가") + shown.count("%EA%B0%80") >= note.count("가")


def test_deeply_nested_lists_lose_nothing() -> None:
    assert render("".join("  " * depth + f"- item{depth}\n" for depth in range(300))).count("item") == 300
    assert "마지막" in render("- " * 5000 + "마지막")


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ("https://example.com/a_b_c?x=1&y=2.", "https://example.com/a_b_c?x=1&amp;y=2"),
        ("https://예시.com", "https://xn--vv4b11d.com"),
        ("example.com", "http://example.com"),
        ("me@example.com", "mailto:me@example.com"),
        ("<https://example.com>", "https://example.com"),
        ("[글](https://example.com)", "https://example.com"),
        ("[전화](tel:010-1234-5678)", "tel:010-1234-5678"),
    ],
)
def test_addresses_are_links_that_give_nothing_away(body: str, address: str) -> None:
    assert f'<a href="{address}" rel="noopener nofollow">' in render(body)


@pytest.mark.parametrize(
    "body",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "<javascript:alert(1)>",
        "[x](data:text/html,hi)",
        "[x](vbscript:x)",
        "[x](/logout)",
        "[x](//example.com)",
        "[x](file:///etc/passwd)",
        "ftp://example.com",
        "![x](/a.png)",
    ],
)
def test_other_addresses_are_text(body: str) -> None:
    assert "<a" not in render(body)


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<b onclick=x>",
        '[x](https://a.com "a\\" onclick=\\"x")',
        '```"><script>\nx\n```',
        'https://a.com/"><script>',
        "<img src=x onerror=alert(1)>",
        "<!-- x -->",
    ],
)
def test_html_is_text(body: str) -> None:
    tags = re.findall(r"<(/?\w+)((?: \w+=\"[^\"<>]*\")*)>", render(body))
    assert {name.strip("/") for name, _ in tags} <= {"p", "a", "pre", "code", "br"}
    assert len(tags) == render(body).count("<")
    assert all(" on" not in re.sub(r'"[^"]*"', "", attributes) for _, attributes in tags)


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "*",
        "_a*",
        "`a``",
        "[a](",
        "- ",
        "  - x\n",
        "http://a",
        "http://a.b/(",
        "a@b.com,",
        "<http:",
        ">",
        "\n",
        "```x\n",
        "- a\n  ```x\n",
        "```a`\n",
    ],
)
def test_the_longest_body_of_anything_renders_in_bounded_time(piece: str) -> None:
    body = (piece * 100_000)[:100_000]
    begin = time.process_time()
    render(body)
    # About a second at most; quadratic work took twenty.
    assert time.process_time() - begin < 8
