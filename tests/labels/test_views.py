"""Labels over HTTP: the page of labels, a label's board, labels given and taken."""

from __future__ import annotations

import html
import re

from keepwsgi.labels import service as labels
from keepwsgi.memos import bulk, service
from keepwsgi.memos.viewing import PAGE_SIZE
from tests.clients import Browser, fields_of_form, memo_of, now, titles


def names(browser: Browser) -> list[str]:
    with browser.database.reading() as session:
        return [label.name for label in labels.list_all(session, browser.user.id)]


def label_id(browser: Browser, name: str) -> int:
    with browser.database.reading() as session:
        return labels.ids_by_key(session, browser.user.id, [name])[name]


def test_a_label_is_made_renamed_and_deleted_on_its_page(browser: Browser) -> None:
    browser.get("/labels")
    assert browser.post("/labels", name="  할  일 ").location == "/labels"
    assert names(browser) == ["할 일"]
    one = label_id(browser, "할 일")
    assert browser.post(f"/labels/{one}/rename", name="집안일").location == "/labels"
    assert "집안일" in browser.get("/labels").text
    question = browser.post(f"/labels/{one}/delete")
    assert question.status_code == 200
    assert "Delete this label?" in question.text
    assert names(browser) == ["집안일"]
    assert browser.post(f"/labels/{one}/delete", confirm="yes").status_code == 303
    assert names(browser) == []


def test_a_name_that_is_taken_or_wrong_is_said_beside_the_field(browser: Browser) -> None:
    browser.get("/labels")
    browser.post("/labels", name="Work")
    for name, message in (
        ("WORK", "There is a label of this name already."),
        ("  ", "Type a name for the label."),
        ("x" * 51, "At most 50 characters are allowed."),
        ("a\0b", "cannot be stored"),
    ):
        response = browser.post("/labels", name=name)
        assert response.status_code == 422
        assert message in response.text
    assert names(browser) == ["Work"]
    wrong = browser.post(f"/labels/{label_id(browser, 'work')}/rename", name=" ")
    assert wrong.status_code == 422
    assert "Type a name for the label." in wrong.text


def test_renaming_to_a_name_there_is_asks_before_it_merges(browser: Browser) -> None:
    one, two = memo_of(browser, labels=["job"]), memo_of(browser, labels=["Work"])
    browser.get("/labels")
    job = label_id(browser, "job")
    question = browser.post(f"/labels/{job}/rename", name="work")
    assert question.status_code == 200
    assert "Merge “job” into “Work”?" in question.text
    assert names(browser) == ["job", "Work"]
    answer = fields_of_form(question.text, f"/labels/{job}/rename")
    assert browser.post(f"/labels/{job}/rename", **answer).status_code == 303
    assert names(browser) == ["Work"]
    assert [now(browser, memo).labels[0].name for memo in (one, two)] == ["Work", "Work"]


def test_a_labels_board_shows_its_memos_the_archived_ones_last(browser: Browser) -> None:
    memo_of(browser, "without")
    one = memo_of(browser, "kept", labels=["집"])
    old = memo_of(browser, "put away", labels=["집"])
    browser.get("/")
    browser.post(f"/memos/{old.id}/archive")
    page = browser.get(f"/labels/{one.labels[0].id}").text
    assert ">without<" in browser.get("/").text
    assert ">without<" not in page
    assert page.index("kept") < page.index("put away")
    assert browser.get("/labels/999").status_code == 404
    assert browser.get(f"/labels/{2**70}").status_code == 404
    assert browser.get(f"/labels/{one.labels[0].id}?cursor=x").status_code == 400


def test_more_leads_through_a_labels_board_into_the_archive(browser: Browser) -> None:
    with browser.database.writing(browser.user.id) as write:
        drafts = [
            service.Draft(
                title=f"memo {number}", labels=["집"], pinned=number < 3, archived=number >= PAGE_SIZE + 15
            )
            for number in range(2 * PAGE_SIZE + 5)
        ]
        bulk.insert_many(write, drafts)
    seen, path, pages = [], f"/labels/{label_id(browser, '집')}", 0
    while path:
        page = browser.get(path).text
        seen += titles(page)
        pages += 1
        more = re.search(r'rel="next" href="([^"]+)"', page)
        path = html.unescape(more[1]) if more else ""
    assert (pages, seen) == (3, [f"memo {number}" for number in range(2 * PAGE_SIZE + 5)])


def test_the_side_list_says_how_many_memos_carry_each_label(browser: Browser) -> None:
    memos = [memo_of(browser, labels=["집", "b"]) for _ in range(2)]
    browser.get("/")

    def side_list() -> list[tuple[str, str]]:
        page = browser.get("/archive").text
        pattern = r'navigation__name" dir="auto">([^<]+)</span> <span class="navigation__count">(\d+)<'
        return re.findall(pattern, page)

    assert side_list() == [("b", "2"), ("집", "2")]
    browser.post(f"/memos/{memos[0].id}/trash")
    browser.post(f"/memos/{memos[1].id}/archive")
    assert side_list() == [("b", "1"), ("집", "1")]
    browser.post(f"/memos/{memos[1].id}", label=["집"])
    assert side_list() == [("b", "0"), ("집", "1")]


def test_a_new_memo_carries_every_label_it_is_given(browser: Browser) -> None:
    browser.get("/")
    assert browser.post("/memos", title="x", label=["a", "집", " A ", ""]).status_code == 303
    with browser.database.reading() as session:
        (memo,) = service.page(session, browser.user.id, "active", limit=5).memos
    assert [label.name for label in memo.labels] == ["a", "집"]


def test_what_is_written_on_a_labels_board_carries_the_label(browser: Browser) -> None:
    one = memo_of(browser, labels=["집"])
    path = f"/labels/{one.labels[0].id}"
    fields = fields_of_form(browser.get(path).text, "/memos")
    response = browser.post("/memos", **fields | {"body": "new here"})
    assert (response.status_code, response.location) == (303, path)
    assert "new here" in browser.get(path).text


def test_labels_are_given_and_taken_in_the_form_of_a_memo(browser: Browser) -> None:
    memo = memo_of(browser, labels=["a", "b"])
    browser.get("/")
    path = f"/memos/{memo.id}"
    browser.post(path, label=["", "b", "새 라벨"])
    assert [label.name for label in now(browser, memo).labels] == ["b", "새 라벨"]
    browser.post(path, label=[""])
    assert now(browser, memo).labels == ()
    browser.post(path, title="without the field all stays")
    assert now(browser, memo).labels == ()


def test_another_users_labels_are_not_there(browser: Browser, other_browser: Browser) -> None:
    memo = memo_of(browser, labels=["secret"])
    one = memo.labels[0].id
    assert other_browser.get(f"/labels/{one}").status_code == 404
    assert other_browser.post(f"/labels/{one}/rename", name="x").status_code == 404
    assert other_browser.post(f"/labels/{one}/delete", confirm="yes").status_code == 404
    assert "secret" not in other_browser.get("/labels").text


def test_a_label_that_cannot_be_taken_is_said_once_beside_its_field(browser: Browser) -> None:
    memo = memo_of(browser, "body")
    browser.get("/")
    response = browser.post(f"/memos/{memo.id}", label=["", "x" * 51])
    assert response.status_code == 422
    assert 'aria-describedby="memo-label-errors"' in response.text
    assert response.text.count("At most 50 characters are allowed.") == 1
    assert "This is not valid." not in response.text
    assert now(browser, memo).labels == ()
