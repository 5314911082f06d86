"""Writing a memo and everything that is done with one, as a browser without scripts sees it."""

from __future__ import annotations

import re

import pytest

from keepwsgi.memos.schemas import COLORS
from keepwsgi.memos.service import MemoNotFound
from tests.clients import Browser, fields_of_form, memo_of, now, titles
from tests.factories import get_memo


def test_what_is_typed_into_the_composer_is_on_top_of_the_board(browser: Browser) -> None:
    memo_of(browser, title="older")
    assert browser.post("/memos", title="장보기", body="두부 **둘**", color="teal").location == "/"
    page = browser.get("/").text
    assert titles(page) == ["장보기", "older"]
    assert "<strong>둘</strong>" in page
    assert 'data-color="teal"' in page


def test_an_empty_memo_is_not_kept(browser: Browser) -> None:
    assert browser.post("/memos", title="  ", body="\r\n", color="default").location == "/"
    page = browser.get("/").text
    assert "An empty note is not kept." in page
    assert titles(page) == []


def test_what_is_typed_is_shown_as_text_never_as_html(browser: Browser) -> None:
    text = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    browser.post("/memos", title=text, body=text)
    memo = browser.get("/memos/1").text
    for page in (browser.get("/").text, memo):
        assert "<script>" not in page
        assert "<img src=x" not in page
    fields = fields_of_form(memo, "/memos/1")
    assert fields["title"] == fields["body"] == text


def test_an_edit_is_saved_and_leads_back_to_the_page_it_came_from(browser: Browser) -> None:
    memo = memo_of(browser, "before", title="title")
    fields = fields_of_form(browser.get(f"/memos/{memo.id}").text, f"/memos/{memo.id}")
    assert (fields["title"], fields["body"], fields["color"]) == ("title", "before", "default")
    fields |= {"body": "after\r\nline two", "color": "red", "next": "/archive"}
    assert browser.post(f"/memos/{memo.id}", **fields).location == "/archive"
    saved = now(browser, memo)
    assert (saved.title, saved.body, saved.color) == ("title", "after\nline two", "red")


def test_a_field_that_is_not_sent_stays_as_it_is(browser: Browser) -> None:
    memo = memo_of(browser, "body", title="title", color="blue")
    assert browser.post(f"/memos/{memo.id}", title="new").status_code == 303
    saved = now(browser, memo)
    assert (saved.title, saved.body, saved.color) == ("new", "body", "blue")


def test_text_that_begins_with_line_ends_comes_back_as_it_was(browser: Browser) -> None:
    memo = memo_of(browser, "\n\nbody")
    fields = fields_of_form(browser.get(f"/memos/{memo.id}").text, f"/memos/{memo.id}")
    assert fields["body"] == "\n\nbody"


def test_a_memo_cannot_be_emptied_by_an_edit(browser: Browser) -> None:
    memo = memo_of(browser, "body")
    response = browser.post(f"/memos/{memo.id}", title="", body=" ", revision=memo.revision)
    assert response.status_code == 422
    assert "Move it to the trash, or discard your changes." in response.text
    assert now(browser, memo).body == "body"


def test_a_memo_can_be_pinned_and_unpinned(browser: Browser) -> None:
    memo, other = memo_of(browser, title="one"), memo_of(browser, title="two")
    assert titles(browser.get("/").text) == ["two", "one"]
    assert browser.post(f"/memos/{memo.id}/pin").location == "/"
    page = browser.get("/").text
    assert titles(page) == ["one", "two"]
    assert page.index("Pinned") < page.index(">one<") < page.index("Others") < page.index(">two<")
    browser.post(f"/memos/{memo.id}/unpin")
    assert ">Others<" not in browser.get("/").text
    assert now(browser, memo).position == memo.position
    assert now(browser, other).revision == other.revision


def test_an_archived_memo_is_on_the_archive_and_can_be_undone(browser: Browser) -> None:
    memo = memo_of(browser, title="one")
    browser.post(f"/memos/{memo.id}/archive", next="/")
    page = browser.get("/").text
    assert titles(page) == []
    assert titles(browser.get("/archive").text) == ["one"]
    undo = fields_of_form(page, f"/memos/{memo.id}/unarchive")
    assert browser.post(f"/memos/{memo.id}/unarchive", **undo).location == "/"
    assert titles(browser.get("/").text) == ["one"]


def test_a_trashed_memo_can_be_restored(browser: Browser) -> None:
    memo = memo_of(browser, title="one")
    assert browser.post(f"/memos/{memo.id}/trash").location == "/"
    page = browser.get("/").text
    assert "The note is in the trash." in page
    assert titles(page) == []
    assert titles(browser.get("/trash").text) == ["one"]
    browser.post(f"/memos/{memo.id}/restore", **fields_of_form(page, f"/memos/{memo.id}/restore"))
    assert titles(browser.get("/").text) == ["one"]


def test_trashing_a_memo_on_its_own_page_leads_to_the_board(browser: Browser) -> None:
    memo = memo_of(browser)
    response = browser.post(f"/memos/{memo.id}/trash", next=f"/memos/{memo.id}")
    assert response.location == "/"


def test_deleting_for_ever_asks_first(browser: Browser) -> None:
    memo = memo_of(browser, title="one")
    browser.post(f"/memos/{memo.id}/trash")
    question = browser.post(f"/memos/{memo.id}/delete")
    assert question.status_code == 200
    assert "Delete this note forever?" in question.text
    assert titles(browser.get("/trash").text) == ["one"]
    fields = fields_of_form(question.text, f"/memos/{memo.id}/delete")
    assert browser.post(f"/memos/{memo.id}/delete", **fields).location == "/trash"
    assert browser.get(f"/memos/{memo.id}").status_code == 404
    assert titles(browser.get("/trash").text) == []


@pytest.mark.parametrize("fields", [{}, {"confirm": "yes"}])
def test_only_what_is_in_the_trash_is_deleted_for_ever(browser: Browser, fields: dict[str, str]) -> None:
    memo = memo_of(browser)
    response = browser.post(f"/memos/{memo.id}/delete", **fields)
    assert response.status_code == 409
    assert "Only a note in the trash can be deleted forever." in response.text
    assert now(browser, memo) == memo


def test_emptying_the_trash_asks_first_and_leaves_everything_else(browser: Browser) -> None:
    kept, *thrown = [memo_of(browser) for _ in range(3)]
    for memo in thrown:
        browser.post(f"/memos/{memo.id}/trash")
    question = browser.post("/trash/empty")
    assert "Empty the trash?" in question.text
    assert now(browser, thrown[0]).trashed_at
    browser.post("/trash/empty", **fields_of_form(question.text, "/trash/empty"))
    assert "2 notes were deleted." in browser.get("/trash").text
    assert now(browser, kept) == kept
    with pytest.raises(MemoNotFound):
        now(browser, thrown[0])


def test_a_copy_is_a_memo_of_its_own(browser: Browser) -> None:
    memo = memo_of(browser, "body", title="one", color="pink")
    browser.post(f"/memos/{memo.id}/copy")
    assert titles(browser.get("/").text) == ["one", "one"]
    browser.post(f"/memos/{memo.id + 1}", title="two")
    assert now(browser, memo).title == "one"
    assert 'data-color="pink"' in browser.get(f"/memos/{memo.id + 1}").text


@pytest.mark.parametrize("color", COLORS)
def test_a_memo_can_have_each_of_the_twelve_colours(browser: Browser, color: str) -> None:
    memo = memo_of(browser)
    assert browser.post(f"/memos/{memo.id}/color", color=color, next="/?a=b").location == "/?a=b"
    assert now(browser, memo).color == color
    assert f'data-color="{color}"' in browser.get("/").text


def test_a_memo_can_be_moved_before_and_after_another(browser: Browser) -> None:
    one, two, three = [memo_of(browser, title=title) for title in ("one", "two", "three")]
    assert titles(browser.get("/").text) == ["three", "two", "one"]
    browser.post(f"/memos/{one.id}/move", before=three.id)
    assert titles(browser.get("/").text) == ["one", "three", "two"]
    browser.post(f"/memos/{one.id}/move", after=two.id)
    assert titles(browser.get("/").text) == ["three", "two", "one"]


@pytest.mark.parametrize("fields", [{}, {"before": "1", "after": "2"}, {"before": "x"}, {"before": "9" * 5000}])
def test_a_move_says_one_place(browser: Browser, fields: dict[str, str]) -> None:
    memo = memo_of(browser)
    assert browser.post(f"/memos/{memo.id}/move", **fields).status_code == 422
    assert now(browser, memo) == memo


@pytest.mark.parametrize("beside", ["-1", "0", "99", str(2**63), "9" * 30])
def test_a_memo_is_not_moved_beside_one_that_is_not_there(browser: Browser, beside: str) -> None:
    memo = memo_of(browser)
    assert browser.post(f"/memos/{memo.id}/move", before=beside).status_code == 404
    assert now(browser, memo) == memo


@pytest.mark.parametrize("action", ["pin", "unpin", "archive", "unarchive", "color", "copy", "move"])
def test_a_memo_in_the_trash_can_only_be_restored_or_deleted(browser: Browser, action: str) -> None:
    memo, other = memo_of(browser), memo_of(browser)
    browser.post(f"/memos/{memo.id}/trash")
    trashed = now(browser, memo)
    extra = {"color": {"color": "red"}, "move": {"before": str(other.id)}}.get(action, {})
    response = browser.post(f"/memos/{memo.id}/{action}", **extra)
    assert response.status_code == 409
    assert "Restore it first." in response.text
    assert now(browser, memo) == trashed


def test_an_action_leads_nowhere_but_to_this_site(browser: Browser) -> None:
    memo = memo_of(browser)
    for target in ("//evil.example", "https://evil.example", "/\\evil.example", "/\r\nX: y"):
        assert browser.post(f"/memos/{memo.id}/pin", next=target).location == "/"


def test_only_the_last_step_is_offered_to_be_undone(browser: Browser) -> None:
    """The offers lie in a cookie, of which browsers keep 4 kB."""
    memos = [memo_of(browser).id for _ in range(150)]
    browser.get("/")
    for action in ("pin", "unpin", "archive", "unarchive", "trash"):
        response = browser.post("/memos/selected", memo=[str(memo) for memo in memos], action=action)
        assert len(response.headers["Set-Cookie"]) < 4000
    page = browser.get("/trash").text
    assert page.count(">Undo</button>") == 1
    assert fields_of_form(page, "/memos/selected")


def test_a_new_note_is_pinned_by_its_form_and_unpinned_by_the_form_it_then_has(browser: Browser) -> None:
    below = memo_of(browser, "below")
    browser.post("/memos", body="on top", pinned="1")
    on_top = get_memo(browser.database, browser.user, below.id + 1)
    assert on_top.pinned
    browser.post(f"/memos/{below.id}", pinned="1", body="below, but pinned")
    browser.post(f"/memos/{below.id}", body="still pinned")
    assert (now(browser, below).pinned, now(browser, below).body) == (True, "still pinned")
    browser.post(f"/memos/{below.id}", pinned="0")
    assert not now(browser, below).pinned


def test_a_new_note_that_is_refused_keeps_its_pin(browser: Browser) -> None:
    page = browser.post("/memos", title="x" * 1001, pinned="1").text
    assert re.search(r'name="pinned"[^>]* checked', page)
    page = browser.post("/memos", title="x" * 1001).text
    assert not re.search(r'name="pinned"[^>]* checked', page)
