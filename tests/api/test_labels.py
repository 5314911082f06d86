"""Labels by the API."""

from __future__ import annotations

import pytest

from tests.api.conftest import Program


def test_labels_are_made_listed_renamed_and_deleted(program: Program) -> None:
    response = program.post("/labels", {"name": " 집안  일 "})
    label = response.json
    assert (response.status_code, label["name"]) == (201, "집안 일")
    path = f"/labels/{label['id']}"
    assert response.location == f"/api/v1{path}"
    memo = program.memo(labels=[label])
    assert program.patch(path, {"name": "House"}).json == {"id": label["id"], "name": "House"}
    assert program.get("/labels").json == {"items": [program.get(path).json]}
    assert program.get(f"/memos/{memo['id']}").json["labels"] == [{"id": label["id"], "name": "House"}]
    assert program.delete(path).status_code == 204
    assert program.get(f"/memos/{memo['id']}").json["labels"] == []
    for response in (program.get(path), program.patch(path, {"name": "x"}), program.delete(path)):
        assert response.status_code == 404


def test_a_second_label_of_a_name_is_refused_whatever_its_case(program: Program) -> None:
    program.post("/labels", {"name": "Straße"})
    other = program.post("/labels", {"name": "other"}).json["id"]
    for response in (
        program.post("/labels", {"name": "STRASSE"}),
        program.patch(f"/labels/{other}", {"name": "strasse"}),
    ):
        assert (response.status_code, response.json["type"]) == (409, "/api/docs#problem-label-exists")
    assert len(program.get("/labels").json["items"]) == 2


@pytest.mark.parametrize("name", ["", " ", "x" * 51, None, 1, "a\0"])
def test_a_label_needs_a_proper_name(program: Program, name: object) -> None:
    response = program.post("/labels", {"name": name})
    assert (response.status_code, response.json["errors"][0]["field"]) == (422, "name")


def test_a_label_of_somebody_else_is_not_there(program: Program, other_program: Program) -> None:
    path = f"/labels/{other_program.post('/labels', {'name': 'theirs'}).json['id']}"
    for response in (program.get(path), program.patch(path, {"name": "x"}), program.delete(path)):
        assert response.status_code == 404
    assert other_program.get(path).json["name"] == "theirs"
