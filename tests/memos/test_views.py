"""Boards and memos, as a browser without scripts sees them."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest

from keepwsgi.memos import service
from keepwsgi.memos.schemas import COLORS
from keepwsgi.memos.service import Memo, MemoNotFound
from tests.clients import Browser, fields_of_form, recorded_statements
from tests.factories import get_memo, make_memo


def memo_of(browser: Browser, body: str = "", **fields: str) -> Memo:
    """Keep a memo of the browser's user."""
    return make_memo(browser.database, browser.user, body, **fields)


def now(browser: Browser, memo: Memo) -> Memo:
    """The memo as it is stored by now."""
    return get_memo(browser.database, browser.user, memo.id)


def titles(page: str) -> list[str]:
    """The titles on a board, in order."""
    return [html.unescape(title) for title in re.findall(r'class="memo-card__link"[^>]*>([^<]+)</a>', page)]


# Writing


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
    assert "An empty memo is not kept." in page
    assert titles(page) == []


def test_what_is_typed_is_shown_as_text_never_as_html(browser: Browser) -> None:
    text = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    browser.post("/memos", title=text, body=text)
    memo = browser.get("/memos/1").text
    for page in (browser.get("/").text, memo):
        assert "<script" not in page
        assert "<img" not in page
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
    assert "Move it to the trash instead." in response.text
    assert now(browser, memo).body == "body"


# What can be done with a memo


def test_a_memo_can_be_pinned_and_unpinned(browser: Browser) -> None:
    memo, other = memo_of(browser, title="one"), memo_of(browser, title="two")
    assert titles(browser.get("/").text) == ["two", "one"]
    assert browser.post(f"/memos/{memo.id}/pin").location == "/"
    page = browser.get("/").text
    assert titles(page) == ["one", "two"]
    assert page.index("Pinned") < page.index(">one<") < page.index("Others") < page.index(">two<")
    browser.post(f"/memos/{memo.id}/unpin")
    assert "Others" not in browser.get("/").text
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
    assert "The memo is in the trash." in page
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
    assert "Delete this memo for ever?" in question.text
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
    assert "Only a memo in the trash is deleted for ever." in response.text
    assert now(browser, memo) == memo


def test_emptying_the_trash_asks_first_and_leaves_everything_else(browser: Browser) -> None:
    kept, *thrown = [memo_of(browser) for _ in range(3)]
    for memo in thrown:
        browser.post(f"/memos/{memo.id}/trash")
    question = browser.post("/trash/empty")
    assert "Empty the trash?" in question.text
    assert now(browser, thrown[0]).trashed_at
    browser.post("/trash/empty", **fields_of_form(question.text, "/trash/empty"))
    assert "2 memos are deleted." in browser.get("/trash").text
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


# Boards


def test_more_leads_through_all_memos_once(browser: Browser) -> None:
    drafts = [service.Draft(title=f"memo {number}") for number in range(150)]
    with browser.database.writing(browser.user.id) as write:
        service.insert_many(write, drafts)
    for number in (3, 40, 77):
        browser.post(f"/memos/{number}/pin")
    seen, path, pages = [], "/", 0
    while path:
        page = browser.get(path).text
        seen += titles(page)
        pages += 1
        more = re.search(r'rel="next" href="([^"]+)"', page)
        path = html.unescape(more[1]) if more else ""
    assert pages == 3
    assert len(seen) == len(set(seen)) == 150


@pytest.mark.parametrize(("board", "action"), [("/archive", "archive"), ("/trash", "trash")])
def test_the_other_boards_have_more_too(browser: Browser, board: str, action: str) -> None:
    for number in range(61):
        memo = memo_of(browser, title=f"memo {number}")
        with browser.database.writing(browser.user.id) as write:
            getattr(service, action)(write, memo.id)
    first = browser.get(board).text
    more = re.search(r'rel="next" href="([^"]+)"', first)
    assert more
    second = browser.get(html.unescape(more[1])).text
    assert 'rel="next"' not in second
    assert sorted(titles(first) + titles(second)) == sorted(f"memo {number}" for number in range(61))


@pytest.mark.parametrize("board", ["/", "/archive", "/trash"])
@pytest.mark.parametrize("cursor", ["x", "%ff", "e30", "W10", "%00", "9" * 9000, "한글"])
def test_a_cursor_that_is_none_is_a_bad_request(browser: Browser, board: str, cursor: str) -> None:
    assert browser.get(f"{board}?cursor={quote(cursor, safe='%')}").status_code == 400


def test_a_cursor_of_one_board_is_none_of_another(browser: Browser) -> None:
    for _ in range(61):
        memo_of(browser)
    more = re.search(r"cursor=([^\"]+)", browser.get("/").text)
    assert more
    assert browser.get(f"/archive?cursor={more[1]}").status_code == 400
    assert browser.get(f"/trash?cursor={more[1]}").status_code == 400


@pytest.mark.parametrize("board", ["/", "/archive", "/trash"])
def test_a_board_takes_the_same_number_of_statements_however_many_memos_there_are(
    browser: Browser, board: str
) -> None:
    taken = []
    there = 0
    for many in (5, 60, 600):
        archived = board == "/archive"
        drafts = [service.Draft(title=f"{n}", body="x", archived=archived) for n in range(many - there)]
        with browser.database.writing(browser.user.id) as write:
            service.insert_many(write, drafts)
        there = many
        if board == "/trash":
            with browser.database.writing(browser.user.id) as write:
                for memo_id in range(1, many + 1):
                    service.trash(write, memo_id)
        with recorded_statements() as statements:
            assert len(titles(browser.get(board).text)) == min(many, 60)
        taken.append(len(statements))
    # Who it is, and the memos.
    assert taken == [2, 2, 2]


def test_a_board_without_memos_says_so(browser: Browser) -> None:
    assert "appear here" in browser.get("/").text
    assert "appear here" in browser.get("/archive").text
    assert "Empty the trash" not in browser.get("/trash").text


# Pages kept by the browser


def test_an_unchanged_page_is_confirmed_by_one_statement(browser: Browser) -> None:
    memo = memo_of(browser)
    for path in ("/", "/archive", "/trash", f"/memos/{memo.id}"):
        page = browser.get(path)
        assert page.headers["Cache-Control"] == "private, no-cache"
        with recorded_statements() as statements:
            again = browser.get(path, headers={"If-None-Match": page.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
        assert len(statements) == 1, statements
        assert again.headers["ETag"] == page.headers["ETag"]
        assert again.headers["Cache-Control"] == "private, no-cache"
        assert set(again.vary) >= {"Cookie", "Accept-Language", "X-Fragment"}


def test_a_page_is_made_anew_after_any_change(browser: Browser) -> None:
    memo = memo_of(browser)
    changes = [
        ("/memos", {"title": "new"}),
        (f"/memos/{memo.id}", {"title": "changed"}),
        (f"/memos/{memo.id}/pin", {}),
        (f"/memos/{memo.id}/color", {"color": "red"}),
        ("/settings", {"theme": "dark"}),
        ("/settings", {"theme": "dark", "language": "ko"}),
        ("/settings/sessions/end", {}),
    ]
    for path, fields in changes:
        tag = browser.get("/").headers.get("ETag") or browser.get("/").headers["ETag"]
        assert browser.post(path, **fields).status_code == 303
        browser.get("/settings")  # takes the flash
        assert browser.get("/", headers={"If-None-Match": tag}).status_code == 200, path


def test_no_page_of_one_reader_is_revived_for_another(browser: Browser, other_browser: Browser) -> None:
    tags = {who: who.get("/").headers["ETag"] for who in (browser, other_browser)}
    assert browser.get("/", headers={"If-None-Match": tags[other_browser]}).status_code == 200
    assert other_browser.get("/", headers={"If-None-Match": tags[browser]}).status_code == 200


def test_no_page_of_another_language_fragment_session_mount_or_address_is_revived(browser: Browser) -> None:
    tag = {"If-None-Match": browser.get("/").headers["ETag"]}
    assert browser.get("/", headers=tag).status_code == 304
    assert browser.get("/", headers=tag | {"Accept-Language": "ko"}).status_code == 200
    assert browser.get("/", headers=tag | {"X-Fragment": "1"}).status_code == 200
    assert browser.get("/?", headers=tag).status_code == 304
    assert browser.get("/?a=b", headers=tag).status_code == 200
    assert browser.get("/archive", headers=tag).status_code == 200
    assert browser.get("/", headers=tag, base_url="http://localhost/keep").status_code == 200
    elsewhere = Browser(browser.app).signed_in_as(browser.user)
    assert elsewhere.get("/", headers=tag).status_code == 200


def test_no_page_of_another_release_is_revived(browser: Browser) -> None:
    tag = {"If-None-Match": browser.get("/").headers["ETag"]}
    browser.app.config["RELEASE"] = "the next one"  # type: ignore[index]
    assert browser.get("/", headers=tag).status_code == 200


def test_a_page_with_a_message_is_not_kept_and_the_message_is_shown_once(browser: Browser) -> None:
    memo = memo_of(browser)
    browser.post(f"/memos/{memo.id}/archive")
    tag = browser.get("/archive").headers  # shows the message
    assert tag["Cache-Control"] == "private, no-store"
    assert "ETag" not in tag
    browser.post(f"/memos/{memo.id}/copy")
    fresh = Browser(browser.app).signed_in_as(browser.user).get("/").headers["ETag"]
    page = browser.get("/", headers={"If-None-Match": fresh})
    assert (page.status_code, "The memo is copied." in page.text) == (200, True)
    assert "The memo is copied." not in browser.get("/").text


# Two edits at once, and texts that must not be lost


def test_the_later_of_two_edits_gets_both_texts_and_can_still_be_saved(browser: Browser) -> None:
    memo = memo_of(browser, "as it was", title="title")
    address = f"/memos/{memo.id}"
    tabs = [fields_of_form(browser.get(address).text, address) for _ in range(2)]
    assert browser.post(address, **tabs[0] | {"body": "the first tab's"}).status_code == 303
    conflict = browser.post(address, **tabs[1] | {"body": "the second <tab>'s"})
    assert conflict.status_code == 409
    assert "the first tab&#39;s" in conflict.text
    assert now(browser, memo).body == "the first tab's"
    fields = fields_of_form(conflict.text, address)
    assert (fields["title"], fields["body"]) == ("title", "the second <tab>'s")
    assert browser.post(address, **fields).status_code == 303
    assert now(browser, memo).body == "the second <tab>'s"


def test_a_conflict_keeps_what_the_form_left_out(browser: Browser) -> None:
    memo = memo_of(browser, "as it was", title="title", color="red")
    address = f"/memos/{memo.id}"
    browser.post(address, body="the first")
    conflict = browser.post(address, body="the second", revision=memo.revision)
    assert conflict.status_code == 409
    assert browser.post(address, **fields_of_form(conflict.text, address)).status_code == 303
    saved = now(browser, memo)
    assert (saved.title, saved.body, saved.color) == ("title", "the second", "red")


def test_a_form_refilled_after_a_mistake_still_notices_the_other_tab(browser: Browser) -> None:
    memo = memo_of(browser, "as it was")
    address = f"/memos/{memo.id}"
    browser.post(address, body="the first tab's")
    refused = browser.post(address, title="x" * 1001, body="the second tab's", revision=memo.revision)
    assert refused.status_code == 422
    fields = fields_of_form(refused.text, address) | {"title": "short"}
    conflict = browser.post(address, **fields)
    assert conflict.status_code == 409
    assert now(browser, memo).body == "the first tab's"


def test_the_same_edit_sent_twice_is_no_conflict(browser: Browser) -> None:
    memo = memo_of(browser, "as it was")
    for _ in range(2):
        response = browser.post(f"/memos/{memo.id}", body="typed", revision=memo.revision)
        assert response.status_code == 303


@pytest.mark.parametrize("title", ["title", "x" * 1001])
@pytest.mark.parametrize(("deleted", "status"), [(False, 409), (True, 404)])
def test_an_edit_of_a_memo_thrown_away_meanwhile_becomes_a_new_memo(
    browser: Browser, title: str, deleted: bool, status: int
) -> None:
    memo = memo_of(browser, "as it was")
    address = f"/memos/{memo.id}"
    fields = fields_of_form(browser.get(address).text, address)
    browser.post(f"{address}/trash")
    if deleted:
        browser.post(f"{address}/delete", confirm="yes")
    response = browser.post(address, **fields | {"title": title, "body": "typed <b>meanwhile</b>"})
    assert response.status_code == status
    assert "typed &lt;b&gt;meanwhile" in response.text
    offered = fields_of_form(response.text, "/memos")
    saved = browser.post("/memos", **offered | {"title": "title"})
    assert saved.status_code == 303
    page = browser.get("/").text
    assert titles(page) == ["title"]


def test_what_was_typed_in_a_session_that_ended_is_saved_after_signing_in_again(
    browser: Browser, visitor: Browser
) -> None:
    memo = memo_of(browser, "as it was")
    address = f"/memos/{memo.id}"
    fields = fields_of_form(browser.get(address).text, address)
    visitor.signed_in_as(browser.user).post("/settings/sessions/end")
    refused = browser.post(address, **fields | {"body": "typed\r\nfor an <hour>"})
    assert refused.status_code == 401
    assert "typed\r\nfor an &lt;hour&gt;" in refused.text
    assert now(browser, memo) == memo
    login = fields_of_form(refused.text, "/login")
    wrong = browser.post("/login", **login | {"username": "minji", "password": "wrong password"})
    assert wrong.status_code == 422
    login = fields_of_form(wrong.text, "/login") | {"password": "correct horse battery"}
    signed_in = browser.post("/login", **login)
    assert signed_in.status_code == 200
    assert "It has not been saved yet." in signed_in.text
    again = fields_of_form(signed_in.text, address)
    assert browser.post(address, **again).status_code == 303
    assert now(browser, memo).body == "typed\nfor an <hour>"


def test_somebody_elses_session_in_between_does_not_take_the_text(
    browser: Browser, other_browser: Browser
) -> None:
    """Minji's session ends while she types, and jun signs in on the page that carries her text."""
    memo = memo_of(browser, "as it was")
    Browser(browser.app).signed_in_as(browser.user).post("/settings/sessions/end")
    refused = browser.post(f"/memos/{memo.id}", body="minji's text", revision=memo.revision)
    login = fields_of_form(refused.text, "/login") | {"username": "jun", "password": "correct horse battery"}
    page = browser.post("/login", **login).text
    response = browser.post(f"/memos/{memo.id}", **fields_of_form(page, f"/memos/{memo.id}"))
    assert response.status_code == 404
    assert "minji&#39;s text" in response.text
    assert now(browser, memo) == memo


def test_a_form_sent_with_an_old_token_shows_the_text_and_can_be_sent_again(browser: Browser) -> None:
    refused = browser.post("/memos", csrf_token="of an older session", title="title", body="typed\nlong")
    assert refused.status_code == 400
    assert "Nothing was changed." in refused.text
    assert "typed\nlong" in refused.text
    assert titles(browser.get("/").text) == []
    browser.post("/memos", **fields_of_form(refused.text, "/memos"))
    assert titles(browser.get("/").text) == ["title"]
