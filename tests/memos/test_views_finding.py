"""Searching over HTTP: what was searched for is marked, what cannot be understood is said."""

from __future__ import annotations

import html
import re
from urllib.parse import quote, unquote_plus

import pytest

from keepwsgi.memos.viewing import PAGE_SIZE
from tests.clients import Browser, memo_of, recorded_statements


def search(browser: Browser, query: str) -> str:
    response = browser.get(f"/search?q={quote(query)}")
    assert response.status_code == 200
    return response.text


def test_matches_are_marked_in_title_text_and_items(browser: Browser) -> None:
    memo_of(browser, "오늘 **회의**록을 쓴다", title="주간회의 & <b>")
    memo_of(browser, "회의실 예약\nother", kind="checklist")
    page = search(browser, "회의")
    assert "주간<mark>회의</mark> &amp; &lt;b&gt;" in page
    assert "<strong><mark>회의</mark></strong>" in page
    assert "<mark>회의</mark>실 예약" in page


def test_the_place_of_a_long_text_is_shown(browser: Browser) -> None:
    memo_of(browser, "처음 " * 2000 + "바늘 하나" + " 끝" * 500)
    page = search(browser, "바늘")
    assert "<mark>바늘</mark> 하나" in page


def test_the_query_stays_in_the_field(browser: Browser) -> None:
    assert 'value="&#34;a &lt; b&#34; -c"' in search(browser, '"a < b" -c')


def test_without_a_query_one_is_told_what_can_be_searched_for(browser: Browser) -> None:
    memo_of(browser, "needle")
    for page in (browser.get("/search").text, search(browser, "  ")):
        assert "is:pinned" in page
        assert "needle" not in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("color:mauve", "There is no such colour: “mauve”. There are default, red, orange"),
        ("is:tall", "“is:” goes with pinned, archived or checklist."),
        ("has:wings", "“has:” goes with image."),
        ("before:soon", "is no date"),
    ],
)
def test_a_filter_that_says_nothing_is_told(browser: Browser, query: str, said: str) -> None:
    assert said in search(browser, f"{query} word")


def test_what_lies_in_the_trash_is_not_found(browser: Browser) -> None:
    memo = memo_of(browser, "needle")
    browser.get("/")
    browser.post(f"/memos/{memo.id}/trash")
    browser.get("/")
    assert "<mark>needle</mark>" not in search(browser, "needle")


def test_further_pages_show_each_memo_once(browser: Browser) -> None:
    for number in range(2 * PAGE_SIZE + 5):
        memo_of(browser, f"needle n{number}.")
    page = search(browser, "needle")
    seen = ""
    for _ in range(3):
        seen += page
        if 'rel="next"' not in page:
            break
        path = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        page = browser.get(path).text
    assert [seen.count(f'href="/memos/{number}"') for number in (1, PAGE_SIZE + 2, 2 * PAGE_SIZE + 5)] == [1, 1, 1]
    assert browser.get("/search?q=needle&cursor=x").status_code == 400


def test_a_search_takes_the_same_number_of_statements_however_many_it_finds(browser: Browser) -> None:
    taken = []
    for _ in range(2):
        for number in range(40):
            memo_of(browser, f"needle {number}", labels=[f"l{number}"])
        with recorded_statements() as statements:
            search(browser, "needle")
        taken.append(len(statements))
    # Who it is; the search; the memos, their labels and pictures; the side list.
    assert taken == [6, 6]


def test_a_search_is_not_made_again_while_nothing_has_changed(browser: Browser) -> None:
    memo_of(browser, "needle")
    first = browser.get("/search?q=needle")
    with recorded_statements() as statements:
        again = browser.get("/search?q=needle", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, len(statements)) == (304, 1)


def filters(page: str) -> dict[str, tuple[str, bool]]:
    """The filters of a search page: the query each leads to, and whether it is part of the present one."""
    links = re.findall(r'href="/search\?q=([^"]*)" data-filter="([^"]*)"( aria-current="true")?', page)
    return {html.unescape(name): (unquote_plus(html.unescape(query)), bool(on)) for query, name, on in links}


def test_a_search_page_offers_filters_that_lead_to_it_with_them_and_without(browser: Browser) -> None:
    memo_of(browser, "needle", labels=["우리 집", "Work", 'the "new" one'])
    offered = filters(search(browser, 'needle label:"우리 집"'))
    assert offered["is:checklist"] == ('needle label:"우리 집" is:checklist', False)
    assert offered["label:우리 집"] == ("needle", True)
    assert offered["label:Work"] == ('needle label:"우리 집" label:Work', False)
    assert offered["color:red"] == ('needle label:"우리 집" color:red', False)
    # Its name cannot be typed.
    assert 'label:the "new" one' not in offered
    # However it was typed, it is the label.
    assert filters(search(browser, "label:WORK"))["label:Work"] == ("", True)
    # Nothing is both.
    assert filters(search(browser, "is:pinned"))["is:archived"] == ("is:archived", False)


def test_a_search_page_says_how_many_were_found(browser: Browser) -> None:
    for number in range(PAGE_SIZE + 1):
        memo_of(browser, f"needle {number}")
    assert "1 note</p>" in search(browser, f"needle {PAGE_SIZE}")
    assert f"{PAGE_SIZE} notes or more</p>" in search(browser, "needle")
