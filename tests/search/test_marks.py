"""Marks: around what was found and nothing else, in text that stays what it was."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from keepwsgi.memos.markdown import render
from keepwsgi.search.service import excerpt, mark, mark_html, parse
from tests.search import naive


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("회의록을 쓴다", "의록", "회[의록]을 쓴다"),
        ("회의 회의", "회의", "[회의] [회의]"),
        ("회의", "회", "[회]의"),
        ("Meeting, meetings", "meet", "[Meet]ing, [meet]ings"),
        ("foobar foo-bar", "foo-ba", "foobar [foo-ba]r"),
        ("커피 한 잔 더", '"피 한 잔"', "커[피 한 잔] 더"),
        ("big red", "red big -green", "[big] [red]"),
        ("no such", "-such", "no such"),
        ("ＦＵＬＬ １㎏", "full 1kg", "[ＦＵＬＬ] [１㎏]"),
        ("Straße, STRASSE", "strasse", "[Straße], [STRASSE]"),
        ("e\u0301te\u0301", "été", "[e\u0301te\u0301]"),
        ("\u1112\u116c\u110b\u1174", "회의", "[\u1112\u116c\u110b\u1174]"),
        ("co\u00adop", "coop", "[co\u00adop]"),
        ("ㅋㅋㅋ", "ㅋㅋ", "[ㅋㅋㅋ]"),
        ("ㅋㅋㅋ ㅎㅋㅋㅎㅋ", "ㅋㅋ", "[ㅋㅋㅋ] ㅎ[ㅋㅋ]ㅎㅋ"),
        ("가나가나가 나가", "가나가", "[가나가나가] 나가"),
        ("a a b", '"a"', "[a] [a] b"),
        ("<b>&amp;", "b amp", "&lt;[b]&gt;&amp;[amp];"),
        ("İstanbul x", "x", "İstanbul [x]"),
        ("2024 words", "is:pinned", "2024 words"),
    ],
)
def test_matches_are_marked(text: str, query: str, expected: str) -> None:
    assert mark(text, parse(query)).replace("<mark>", "[").replace("</mark>", "]") == expected


@pytest.mark.parametrize(
    ("html", "query", "expected"),
    [
        ('<a href="/foo" title="foo">foo</a>', "foo", '<a href="/foo" title="foo">[foo]</a>'),
        ("<p>a &lt;b&gt; &amp; c</p>", "b lt amp p", "<p>a &lt;[b]&gt; &amp; c</p>"),
        ("<p>커피한 <em>잔</em></p>", '"한 잔"', "<p>커피[한 ]<em>[잔]</em></p>"),
        ("<em>foo</em> <b>bar</b>", '"foo bar"', "<em>[foo]</em> <b>[bar]</b>"),
        ("<p>foo<br>bar</p>", '"foo bar"', "<p>[foo]<br>[bar]</p>"),
        ("<p>caf&eacute; x</p>", "café", "<p>[caf&eacute;] x</p>"),
    ],
)
def test_only_text_is_marked_in_html(html: str, query: str, expected: str) -> None:
    marked = mark_html(Markup(html), parse(query))  # noqa: S704 (as it is written here)
    assert marked.replace("<mark>", "[").replace("</mark>", "]") == expected


def test_a_text_that_is_all_matches_is_marked_at_once() -> None:
    query = parse(" ".join("가" * length for length in range(2, 34)))
    begin = time.process_time()
    assert mark("가" * 100_000, query) == f"<mark>{'가' * 100_000}</mark>"
    # One by one, three million matches take ten seconds.
    assert time.process_time() - begin < 2


_letters = st.text(alphabet="가나aAéß\u0301\u200d①ＡㅋＢ <>&;'*_`#.-\n", max_size=40)
_words = st.text(alphabet="가나aéㅋb1", min_size=1, max_size=3)


@given(_letters, _words)
def test_marking_changes_nothing_else_and_marks_when_something_is_found(text: str, word: str) -> None:
    query = parse(word)
    marked = mark(text, query)
    assert re.sub("</?mark>", "", marked) == str(escape(text))
    assert ("<mark>" in marked) == naive.is_found([naive.Wanted(word)], [text])


@given(_letters, _words)
def test_rendered_memos_keep_their_tags(body: str, word: str) -> None:
    html = Markup(render(body))  # noqa: S704 (made by memos.markdown)
    marked = mark_html(html, parse(word))
    assert re.sub("</?mark>", "", marked) == html
    for found in re.findall("<mark>(.*?)</mark>", marked, re.DOTALL):
        assert unescape(found).strip()
        assert "<" not in found


def test_an_excerpt_shows_a_match_that_lies_far_down() -> None:
    text = "처음 " * 100 + "여기에 찾는 회의록이 있다 " + "나중 " * 100
    shown = excerpt(text, parse("회의"), length=200)
    assert shown is not None
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "찾는 <mark>회의</mark>록이 있다" in shown
    assert len(shown) < 300


def test_there_is_no_excerpt_where_the_match_is_seen_anyway() -> None:
    text = "회의 " + "나중 " * 100 + "회의"
    assert excerpt(text, parse("회의"), length=200) is None
    assert excerpt(text, parse("없는"), length=200) is None
    assert excerpt("짧다", parse("짧"), length=200) is None


def test_an_excerpt_is_escaped() -> None:
    shown = excerpt("x " * 200 + "<b>word</b>", parse("word"), length=100)
    assert shown is not None
    assert shown.endswith("&lt;b&gt;<mark>word</mark>&lt;/b&gt;")
