"""Memos by the API: everything a memo holds, conditions, pages."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.conftest import Program
from tests.clients import recorded_statements

KEYS = {
    "id",
    "kind",
    "title",
    "body",
    "body_html",
    "items",
    "color",
    "pinned",
    "archived",
    "trashed_at",
    "labels",
    "images",
    "position",
    "revision",
    "created_at",
    "updated_at",
}


def field_errors(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.text
    return {error["field"]: error["message"] for error in response.json["errors"]}


def test_a_memo_is_made_with_all_it_can_hold_and_read_again(program: Program) -> None:
    sent = {
        "title": "주말 장보기",
        "items": [{"text": "우유 2팩"}, {"text": "저지방", "checked": True, "indent": 1}],
        "color": "teal",
        "labels": ["장보기", {"name": "집"}],
        "pinned": True,
    }
    response = program.post("/memos", sent)
    made = response.json
    assert response.status_code == 201
    assert set(made) == KEYS
    assert (made["kind"], made["title"], made["color"], made["pinned"]) == (
        "checklist",
        sent["title"],
        "teal",
        True,
    )
    assert made["items"] == [
        {"id": 1, "text": "우유 2팩", "checked": False, "indent": 0},
        {"id": 2, "text": "저지방", "checked": True, "indent": 1},
    ]
    assert [label["name"] for label in made["labels"]] == ["장보기", "집"]
    assert (made["body"], made["images"], made["trashed_at"]) == ("", [], None)
    assert made["created_at"] == made["updated_at"] == "2024-05-01T09:30:00Z"
    assert response.location == f"/api/v1/memos/{made['id']}"
    again = program.get(f"/memos/{made['id']}")
    assert again.json == made
    assert again.headers["ETag"] == response.headers["ETag"] == f'"{made["revision"]}"'


def test_a_text_is_shown_as_typed_and_as_html(program: Program) -> None:
    made = program.memo(body="**굵게**\r\n<b>")
    assert made["body"] == "**굵게**\n<b>"
    assert made["body_html"] == "<p><strong>굵게</strong><br>&lt;b&gt;</p>"


def test_what_is_absent_from_a_change_stays_as_it_is(program: Program) -> None:
    made = program.memo(body="text", color="red", labels=["a"])
    changed = program.patch(f"/memos/{made['id']}", {"title": "new"}).json
    assert (changed["title"], changed["body"], changed["color"]) == ("new", "text", "red")
    assert changed["labels"] == made["labels"]
    assert changed["revision"] > made["revision"]


@pytest.mark.parametrize(
    "change", [{}, {"title": "a memo"}, {"labels": ["A"]}, {"pinned": False}, {"trashed": False}]
)
def test_a_change_of_nothing_keeps_the_tag(program: Program, change: dict[str, Any]) -> None:
    made = program.memo(labels=["a"])
    response = program.patch(f"/memos/{made['id']}", change)
    assert response.status_code == 200
    assert response.json == made
    assert response.headers["ETag"] == f'"{made["revision"]}"'


def test_items_are_matched_by_id_and_labels_by_id_or_name(program: Program) -> None:
    made = program.memo(items=[{"text": "one", "checked": True}, {"text": "two"}], labels=["a", "b"])
    a, _ = made["labels"]
    sent = {
        "items": [{"id": 2, "text": "2"}, {"text": "three"}, {"id": 1, "text": "1"}],
        "labels": [{"id": a["id"]}, "c"],
    }
    changed = program.patch(f"/memos/{made['id']}", sent).json
    assert [(item["id"], item["text"], item["checked"]) for item in changed["items"]] == [
        (2, "2", False),
        (3, "three", False),
        (1, "1", True),
    ]
    assert [label["name"] for label in changed["labels"]] == ["a", "c"]
    again = program.patch(f"/memos/{made['id']}", {"labels": changed["labels"], "items": changed["items"]}).json
    assert again == changed


def test_a_label_given_with_its_id_is_that_one_whatever_name_comes_with_it(program: Program) -> None:
    made = program.memo(labels=["a"])
    sent = {"labels": [{"id": made["labels"][0]["id"], "name": "an older name"}]}
    assert program.patch(f"/memos/{made['id']}", sent).json == made
    assert [label["name"] for label in program.get("/labels").json["items"]] == ["a"]


def test_the_first_item_of_a_list_stands_under_nothing(program: Program) -> None:
    items = [{"text": "a", "indent": 1}, {"text": "b", "indent": 1}]
    made = program.memo(items=items)
    assert [item["indent"] for item in made["items"]] == [0, 1]
    changed = program.patch(f"/memos/{made['id']}", {"items": items[::-1]}).json
    assert [(item["text"], item["indent"]) for item in changed["items"]] == [("b", 0), ("a", 1)]


def test_kind_turns_lines_into_items_and_back(program: Program) -> None:
    made = program.memo(body="one\n  [x] two")
    as_list = program.patch(f"/memos/{made['id']}", {"kind": "checklist"}).json
    assert [(item["text"], item["checked"], item["indent"]) for item in as_list["items"]] == [
        ("one", False, 0),
        ("two", True, 1),
    ]
    assert program.patch(f"/memos/{made['id']}", {"kind": "text"}).json["body"] == "one\n  [x] two"


def test_items_for_a_text_and_a_body_for_a_checklist_are_refused_by_name(program: Program) -> None:
    text, items = program.memo(body="x"), program.memo(items=[{"text": "x"}])
    assert "kind" in field_errors(program.patch(f"/memos/{text['id']}", {"items": [{"text": "y"}]}))["items"]
    assert "kind" in field_errors(program.patch(f"/memos/{items['id']}", {"body": "y"}))["body"]


def test_a_memo_goes_to_the_archive_to_the_trash_and_back(program: Program) -> None:
    path = f"/memos/{program.memo(pinned=True)['id']}"
    assert program.patch(path, {"archived": True}).json["pinned"] is False
    assert program.patch(path, {"pinned": True}).json["archived"] is False
    thrown = program.patch(path, {"title": "last words", "trashed": True}).json
    assert (thrown["title"], thrown["trashed_at"], thrown["pinned"]) == (
        "last words",
        "2024-05-01T09:30:00Z",
        False,
    )
    refused = program.patch(path, {"title": "too late"})
    assert (refused.status_code, refused.json["type"]) == (409, "/api/docs#problem-in-trash")
    back = program.patch(path, {"trashed": False, "title": "back", "pinned": True}).json
    assert (back["trashed_at"], back["title"], back["pinned"]) == (None, "back", True)


def test_each_state_of_a_memo_is_set_and_taken_back(program: Program) -> None:
    path = f"/memos/{program.memo()['id']}"
    for change in (
        {"pinned": True},
        {"pinned": False},
        {"archived": True},
        {"archived": False},
        {"pinned": True, "archived": False},
        {"pinned": False, "archived": True},
        {"pinned": True, "archived": False},
        {"color": "red"},
        {"kind": "checklist"},
        {"labels": ["a"]},
        {"body": "x", "kind": "text"},
        {"labels": []},
        {"items": [{"text": "x"}], "kind": "checklist"},
    ):
        before = program.get(path).json
        after = program.patch(path, change).json
        said = {**after, "labels": [label["name"] for label in after["labels"]]}
        said["items"] = [{"text": item["text"]} for item in after["items"]]
        assert {name: said[name] for name in change} == change
        assert after["revision"] > before["revision"]
        assert program.get(path).json == after
    thrown = program.patch(path, {"trashed": True}).json
    assert thrown["trashed_at"]
    assert program.patch(path, {"trashed": True}).json == thrown
    assert program.patch(path, {"trashed": False, "archived": True, "color": "teal"}).json["archived"]


def test_a_memo_can_be_made_in_the_archive_and_in_the_trash(program: Program) -> None:
    assert program.memo(archived=True)["archived"] is True
    assert program.memo(trashed=True)["trashed_at"] == "2024-05-01T09:30:00Z"
    assert [memo["trashed_at"] is None for memo in program.get("/memos?view=trashed").json["items"]] == [False]
    assert "pinned" in str(field_errors(program.post("/memos", {"title": "x", "pinned": True, "archived": True})))


def test_only_a_memo_in_the_trash_is_deleted(program: Program) -> None:
    path = f"/memos/{program.memo()['id']}"
    refused = program.delete(path)
    assert (refused.status_code, refused.json["type"]) == (409, "/api/docs#problem-not-in-trash")
    program.patch(path, {"trashed": True})
    assert (program.delete(path).status_code, program.delete(path).status_code) == (204, 404)


def test_an_empty_memo_is_not_kept(program: Program) -> None:
    assert "body" in field_errors(program.post("/memos", {"title": " "}))
    assert "body" in field_errors(program.patch(f"/memos/{program.memo()['id']}", {"title": ""}))


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"title": 1}, "title"),
        ({"title": None}, "title"),
        ({"pinned": "yes"}, "pinned"),
        ({"pinned": 1}, "pinned"),
        ({"color": "mauve"}, "color"),
        ({"items": [{"text": "a"}, {"text": 2}]}, "items.1.text"),
        ({"items": [{"checked": True}]}, "items.0.text"),
        ({"items": [{"text": "a", "indent": 2}]}, "items.0.indent"),
        ({"items": {}}, "items"),
        ({"title": "a\0b"}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"revision": 10**30}, "revision"),
        ({"body_html": "<script>"}, "body_html"),
        ({"owner": 1}, "owner"),
        ({"labels": ["a", 1]}, "labels.1"),
        ({"labels": [{"id": 0}]}, "labels.0.id"),
    ],
)
def test_what_is_wrong_is_said_by_field(program: Program, sent: dict[str, Any], field: str) -> None:
    errors = field_errors(program.post("/memos", {"title": "x", **sent}))
    assert field in errors
    assert not any("function" in name for name in errors)


def test_a_label_that_is_not_there_or_says_nothing_is_refused(program: Program, other_program: Program) -> None:
    theirs = other_program.memo(labels=["theirs"])["labels"][0]["id"]
    assert program.post("/memos", {"title": "x", "labels": [{"id": theirs}]}).status_code == 422
    assert program.post("/memos", {"title": "x", "labels": [{"id": 10**6}]}).status_code == 422
    assert program.post("/memos", {"title": "x", "labels": [{}]}).status_code == 422
    assert program.post("/memos", {"title": "x", "labels": [3]}).status_code == 422
    assert program.get("/memos").json["items"] == []


# --- Conditions ---------------------------------------------------------------------------------------------


def test_a_change_on_a_stale_tag_is_refused_and_changes_nothing(program: Program) -> None:
    made = program.memo()
    path, stale = f"/memos/{made['id']}", f'"{made["revision"]}"'
    current = program.patch(path, {"title": "mine"}, If_Match=stale)
    for refused in (
        program.patch(path, {"title": "theirs"}, If_Match=stale),
        program.patch(path, {"title": "theirs"}, If_Match="W/" + current.headers["ETag"]),
        program.patch(path, {"title": "theirs", "revision": made["revision"]}),
        program.patch(path, {"trashed": True}, If_Match='"x"'),
        program.get(path, If_Match=stale),
    ):
        assert (refused.status_code, refused.json["type"]) == (412, "/api/docs#problem-precondition-failed")
    assert program.get(path).json == current.json


def test_of_changes_on_the_same_tag_at_once_one_is_made(program: Program) -> None:
    made = program.memo()
    path, tag = f"/memos/{made['id']}", f'"{made["revision"]}"'
    changes: list[dict[str, Any]] = [{"title": f"{number}"} for number in range(6)] + [{"trashed": True}]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda change: program.patch(path, change, If_Match=tag), changes))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 6
    (done,) = [answer for answer in answers if answer.status_code == 200]
    assert program.get(path).json == done.json


@pytest.mark.parametrize("tags", ["*", '"x", {tag}', "{tag}"])
def test_a_change_on_the_present_tag_is_made(program: Program, tags: str) -> None:
    response = program.post("/memos", {"title": "x"})
    given = tags.format(tag=response.headers["ETag"])
    assert program.patch(f"/memos/{response.json['id']}", {"title": "y"}, If_Match=given).status_code == 200


def test_a_delete_on_a_stale_tag_deletes_nothing(program: Program) -> None:
    path = f"/memos/{program.memo(trashed=True)['id']}"
    assert program.delete(path, If_Match='"0"').status_code == 412
    assert program.delete(path, If_Match=program.get(path).headers["ETag"]).status_code == 204


def test_what_the_client_has_is_not_sent_again(program: Program) -> None:
    response = program.post("/memos", {"title": "x"})
    tag = response.headers["ETag"]
    for given in (tag, f"W/{tag}", f'"a", {tag}', "*"):
        again = program.get(f"/memos/{response.json['id']}", If_None_Match=given)
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        for name in ("Cache-Control", "Vary"):
            assert again.headers[name] == response.headers[name]


def test_answers_are_for_the_one_who_asked_and_asked_about_each_time(program: Program) -> None:
    memo = program.memo()
    for path in ("/memos", f"/memos/{memo['id']}", "/labels", "/changes", "/me", "/tokens"):
        headers = program.get(path).headers
        assert (headers["Cache-Control"], headers["Content-Type"]) == ("private, no-cache", "application/json"), (
            path
        )
        assert set(headers["Vary"].split(", ")) >= {"Authorization", "Cookie"}, path


def test_a_list_is_new_to_another_user_and_with_another_release(program: Program, other_program: Program) -> None:
    tag = program.get("/memos").headers["ETag"]
    assert program.get("/memos", If_None_Match=tag).status_code == 304
    for _ in range(2):  # whatever their revisions are
        other_program.memo()
        assert other_program.get("/memos", If_None_Match=tag).status_code == 200
        program.memo()
        tag = program.get("/memos").headers["ETag"]
    program.app.config["RELEASE"] = "the next one"  # type: ignore[index]  # nothing else may change it
    assert program.get("/memos", If_None_Match=tag).status_code == 200


def test_a_list_is_never_taken_for_somebody_elses(program: Program, other_program: Program) -> None:
    program.memo()
    other_program.memo()
    tag = program.get("/memos").headers["ETag"]
    assert (
        other_program.get("/memos").json["items"][0]["revision"]
        == program.get("/memos").json["items"][0]["revision"]
    )
    assert other_program.get("/memos", If_None_Match=tag).status_code == 200


def test_a_renamed_label_gives_its_memos_new_tags(program: Program) -> None:
    made = program.memo(labels=["old"])
    program.patch(f"/labels/{made['labels'][0]['id']}", {"name": "new"})
    again = program.get(f"/memos/{made['id']}", If_None_Match=f'"{made["revision"]}"')
    assert again.json["labels"][0]["name"] == "new"


def test_an_unchanged_list_is_answered_by_one_statement(program: Program) -> None:
    program.memo()
    tag = program.get("/memos").headers["ETag"]
    with recorded_statements() as statements:
        assert program.get("/memos", If_None_Match=tag).status_code == 304
    assert len(statements) == 1
    program.memo()
    assert program.get("/memos", If_None_Match=tag).status_code == 200


# --- Lists --------------------------------------------------------------------------------------------------


def followed(program: Program, path: str) -> list[str]:
    """The titles of all pages, following `Link`."""
    titles = []
    while path:
        response = program.get(path)
        titles += [memo["title"] for memo in response.json["items"]]
        link = re.fullmatch(r'<(/keep)?/api/v1(.*)>; rel="next"', response.headers.get("Link", ""))
        assert bool(link) == (response.json["next_cursor"] is not None)
        path = link[2] if link else ""
    return titles


def test_lists_are_followed_by_their_links(program: Program) -> None:
    for number in range(7):
        program.memo(title=f"{number}", labels=["주말 집"] if number % 2 else [])
    assert followed(program, "/memos?limit=3") == list("6543210")
    label = program.get("/labels").json["items"][0]["id"]
    assert followed(program, f"/memos?limit=2&label={label}") == list("531")
    assert followed(program, "/memos?limit=2&q=label:%22주말 집%22") == list("531")
    assert followed(program, "/memos?limit=1&view=archived") == []


def test_pages_of_each_list_follow_one_another_in_the_same_list(program: Program) -> None:
    for number in range(9):
        place = [{}, {"archived": True}, {"trashed": True}][number % 3]
        program.memo(title=f"{number}", labels=["a"], **place)
    label = program.get("/labels").json["items"][0]["id"]
    for view, titles in (("active", "630"), ("archived", "741"), ("trashed", "852")):
        assert followed(program, f"/memos?view={view}&limit=1") == list(titles)
        assert followed(program, f"/memos?view={view}&limit=2&label={label}") == list(titles)
        assert followed(program, f"/memos?view={view}&limit=1&q=label:a") == list(titles)
        assert followed(program, f"/memos?view={view}&limit=1&q=label:a&label={label}") == list(titles)
        assert followed(program, f"/memos?view={view}&label={label + 1}") == []


def test_links_start_at_the_mount_point(program: Program) -> None:
    for _ in range(2):
        program.memo()
    program.base_url = "http://localhost/keep"
    assert followed(program, "/memos?limit=1") == ["a memo", "a memo"]
    assert program.post("/memos", {"title": "x"}).location.startswith("/keep/api/v1/memos/")
    assert program.get("/nothing").json["type"] == "/keep/api/docs#problem-not-found"


def test_each_view_lists_its_own(program: Program) -> None:
    program.memo(title="on the board")
    program.memo(title="archived", archived=True)
    program.memo(title="thrown away", trashed=True)
    for view, title in (("active", "on the board"), ("archived", "archived"), ("trashed", "thrown away")):
        assert followed(program, f"/memos?view={view}") == [title]
    assert followed(program, "/memos") == ["on the board"]
    assert set(followed(program, "/memos?q=a")) == {"archived"}
    assert followed(program, "/memos?q=th&view=trashed") == ["thrown away"]


def test_a_list_holds_whole_bodies(program: Program) -> None:
    body = "긴 글 " * 5000
    program.memo(body=body)
    assert program.get("/memos").json["items"][0]["body"] == body


def test_every_list_holds_whole_bodies(program: Program) -> None:
    body = "긴 글 " * 1000
    memo = program.memo(body=body, labels=["a"])
    label, path = memo["labels"][0]["id"], f"/memos/{memo['id']}"
    assert program.get("/changes").json["changes"][-1]["memo"]["body"] == body
    for change, queries in (
        ({}, ["", f"label={label}", "q=label:a"]),
        ({"archived": True}, ["view=archived", f"view=archived&label={label}"]),
        ({"trashed": True}, ["view=trashed", "view=trashed&q=label:a"]),
    ):
        html = program.patch(path, change).json["body_html"]
        for query in queries:
            (listed,) = program.get(f"/memos?{query}").json["items"]
            assert (listed["body"], listed["body_html"]) == (body, html), query


def test_an_empty_query_is_none(program: Program) -> None:
    memo = program.memo()
    for query in ("q=", "q=%20", "q=&view=active"):
        assert program.get(f"/memos?{query}").json["items"] == [memo]
    assert program.get("/memos?q=%21").json["items"] == []


def test_no_more_is_said_of_a_body_than_can_be_read(program: Program) -> None:
    wrong = {"items": [{"text": 1}] * 1_000}
    assert len(program.post("/memos", wrong).json["errors"]) == 50


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("view=all", "view"),
        ("label=0", "label"),
        ("label=99999999999999999999", "label"),
        ("cursor=x", "cursor"),
        ("view=trashed&cursor=WyJhY3RpdmUiLDAsImEiLDFd", "cursor"),
        ("limit=1&limit=2", "limit"),
        ("sort=title", "sort"),
    ],
)
def test_a_query_that_cannot_be_taken_is_refused_by_name(program: Program, query: str, field: str) -> None:
    assert field in field_errors(program.get(f"/memos?{query}"))


def test_a_list_takes_four_statements_however_long(program: Program) -> None:
    for _ in range(5):
        program.memo(labels=["a", "b"])
    for query in ("limit=1", "limit=5"):
        with recorded_statements() as statements:
            program.get(f"/memos?{query}")
        assert len(statements) == 4


def test_a_memo_of_somebody_else_is_not_there(program: Program, other_program: Program) -> None:
    path = f"/memos/{other_program.memo(trashed=True)['id']}"
    for response in (program.get(path), program.patch(path, {"trashed": False}), program.delete(path)):
        assert response.status_code == 404
    assert program.get("/memos?view=trashed").json["items"] == []
    assert other_program.get(path).status_code == 200


def test_an_id_beyond_every_id_is_not_there(program: Program) -> None:
    assert program.get(f"/memos/{10**30}").status_code == 404


@pytest.mark.parametrize("query", ["color:mauve", "is:foo", "label:", "-", "!?"])
def test_a_query_that_asks_for_nothing_finds_nothing_as_on_the_page(program: Program, query: str) -> None:
    program.memo()
    assert program.get(f"/memos?q={query}").json == {"items": [], "next_cursor": None}
    assert len(program.get("/memos?q=").json["items"]) == 1
