"""Several memos at once over HTTP: what is posted for all of them, the one way back, what asks first."""

from __future__ import annotations

import html
import re
from io import BytesIO
from typing import Any

import pytest

from keepwsgi.layers import Application
from keepwsgi.memos import selecting, service
from tests.api.test_pictures import png
from tests.clients import Browser, memo_of, now, titles


def selected(browser: Browser, action: str, *memos: service.Memo, **fields: Any) -> Any:
    ids = [str(memo.id) for memo in memos]
    return browser.post("/memos/selected", memo=ids, action=action, **{"label": "", **fields})


def undo(browser: Browser, page: str = "/") -> Any:
    """Press the button of the message on the page."""
    text = browser.get(page).text
    form = re.search(r'<form method="post" action="([^"]+)">(?:(?!</form>).)*flash__action', text, re.DOTALL)
    assert form, "there is no way back"
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        given = dict(re.findall(r'([\w:-]+)="([^"]*)"', tag))
        fields.setdefault(given["name"], []).append(html.unescape(given["value"]))
    return browser.open(form[1], method="POST", data=fields)


def state(browser: Browser, memo: service.Memo) -> Any:
    """Where a memo is and what it carries, whatever its revision."""
    current = now(browser, memo)
    names = [label.name for label in current.labels]
    return current.pinned, current.archived, current.trashed_at is not None, current.color, names


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("pin", {}),
        ("archive", {}),
        ("trash", {}),
        ("label", {"label": "새 라벨"}),
    ],
)
def test_what_is_done_to_several_is_undone_for_all_of_them(
    browser: Browser, action: str, fields: dict[str, str]
) -> None:
    memos = [memo_of(browser, labels=["a"]) for _ in range(2)]
    left = memo_of(browser)
    browser.get("/")
    before = [state(browser, memo) for memo in memos]
    response = browser.post(
        "/memos/selected", memo=[str(memo.id) for memo in memos], action=action, **{"label": "", **fields}
    )
    assert (response.status_code, response.location) == (303, "/")
    done = [state(browser, memo) for memo in memos]
    assert done[0] == done[1] != before[0]
    assert now(browser, left) == left
    assert undo(browser).status_code == 303
    assert [state(browser, memo) for memo in memos] == before
    # And that can be undone too.
    assert undo(browser).status_code == 303
    assert [state(browser, memo) for memo in memos] == done


@pytest.mark.parametrize(
    ("action", "already", "fields"),
    [
        ("pin", {"action": "pin"}, {}),
        ("archive", {"action": "archive"}, {}),
        ("label", {"action": "label", "label": "Work"}, {"label": "work"}),
    ],
)
def test_undoing_leaves_what_was_so_before(
    browser: Browser, action: str, already: dict[str, str], fields: dict[str, str]
) -> None:
    one, two = memo_of(browser), memo_of(browser)
    browser.get("/")
    browser.post("/memos/selected", memo=str(one.id), **already)
    browser.get("/")
    before = [state(browser, memo) for memo in (one, two)]
    browser.post("/memos/selected", memo=[str(one.id), str(two.id)], action=action, **fields)
    page = browser.get("/settings").text  # shows the message
    assert "1 note was changed." in page
    browser.post("/memos/selected", memo=[str(one.id), str(two.id)], action=action, **fields)
    assert "0 notes were changed." in browser.get("/settings").text
    selected(browser, {"pin": "unpin", "archive": "unarchive", "label": "unlabel"}[action], two, **fields)
    browser.get("/settings")
    browser.post("/memos/selected", memo=[str(one.id), str(two.id)], action=action, **fields)
    undo(browser)
    assert [state(browser, memo) for memo in (one, two)] == before


def test_a_label_taken_from_several_leaves_the_others(browser: Browser) -> None:
    memos = [memo_of(browser, labels=["a", "b"]) for _ in range(2)]
    browser.get("/")
    browser.post("/memos/selected", memo=[str(memo.id) for memo in memos], action="unlabel", label="A")
    assert [state(browser, memo)[4] for memo in memos] == [["b"], ["b"]]


def test_a_label_that_some_carry_already_keeps_its_name(browser: Browser) -> None:
    one, two = memo_of(browser, labels=["Work"]), memo_of(browser)
    browser.get("/")
    browser.post("/memos/selected", memo=[str(one.id), str(two.id)], action="label", label="WORK")
    assert state(browser, one)[4] == state(browser, two)[4] == ["Work"]
    assert now(browser, one) == one


def test_a_colour_is_an_action_by_itself(browser: Browser) -> None:
    memos = [memo_of(browser) for _ in range(2)]
    browser.get("/")
    response = browser.post("/memos/selected", memo=[str(memo.id) for memo in memos], color="teal", label="")
    assert response.status_code == 303
    assert [now(browser, memo).color for memo in memos] == ["teal", "teal"]
    assert "2 notes were changed." in browser.get("/").text


def test_copies_are_made_of_each(browser: Browser) -> None:
    memos = [memo_of(browser, title=title) for title in "ab"]
    browser.get("/")
    selected(browser, "copy", *memos)
    assert sorted(titles(browser.get("/").text)) == ["a", "a", "b", "b"]


def test_deleting_several_for_ever_asks_first_and_takes_their_pictures_too(
    browser: Browser, app: Application
) -> None:
    memos = [memo_of(browser, title=f"doomed {number}") for number in range(2)]
    kept = memo_of(browser, title="kept")
    browser.get("/")
    for number, memo in enumerate([*memos, kept]):
        file = (BytesIO(png(size=(10 + number, 10))), "a.png")
        assert browser.post(f"/memos/{memo.id}/images", file=file).status_code == 303
    selected(browser, "trash", *memos)
    question = selected(browser, "delete", *memos)
    assert (question.status_code, "Delete 2 notes forever?" in question.text) == (200, True)
    assert len(titles(browser.get("/trash").text)) == 2
    response = selected(browser, "delete", *memos, kept, confirm="yes")
    assert response.status_code == 303
    assert titles(browser.get("/trash").text) == []
    picture = now(browser, kept).images[0]
    folder = app.config["BLOBS"].folder
    names = [path.name for path in folder.rglob("*") if path.is_file()]
    assert names
    assert all(picture.digest in name for name in names)


def test_without_a_selection_or_a_name_it_is_said_and_nothing_done(browser: Browser) -> None:
    memo = memo_of(browser)
    browser.get("/")
    assert selected(browser, "pin").status_code == 303
    assert "No note is selected." in browser.get("/").text
    assert selected(browser, "label", memo).status_code == 303
    assert "Type a name for the label." in browser.get("/").text
    for action in ("explode", ""):
        assert selected(browser, action, memo).status_code == 422
    assert now(browser, memo) == memo


def test_nothing_is_done_to_somebody_elses(browser: Browser, other_browser: Browser) -> None:
    memo = memo_of(browser)
    other_browser.get("/")
    for action in ("pin", "trash", "copy"):
        selected(other_browser, action, memo)
        assert "0 notes were changed." in other_browser.get("/").text
    assert now(browser, memo) == memo
    assert titles(other_browser.get("/").text) == []


def test_where_there_are_too_many_labels_it_is_said_and_nothing_done(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    memo = memo_of(browser, labels=["a"])
    monkeypatch.setattr("keepwsgi.labels.service.LABELS_MOST", 1)
    browser.get("/")
    browser.post("/memos/selected", memo=str(memo.id), action="label", label="b")
    assert "as many labels as there can be" in browser.get("/").text
    assert now(browser, memo) == memo


def test_more_than_fit_into_the_cookie_are_done_without_a_way_back(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selecting, "_UNDO_MOST", 1)
    memos = [memo_of(browser) for _ in range(2)]
    browser.get("/")
    selected(browser, "archive", *memos)
    page = browser.get("/").text
    assert "2 notes were changed." in page
    assert '<button class="flash__action"' not in page
    assert all(now(browser, memo).archived for memo in memos)
