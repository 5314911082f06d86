"""The OpenAPI document: valid, complete, and kept to by the application, whatever is sent."""

from __future__ import annotations

import re
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator, ValidationError
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from keepwsgi.api.views import OPERATIONS
from keepwsgi.layers import Application
from tests.api.conftest import Program
from tests.api.test_pictures import png
from tests.factories import make_user

load_all_checks()


@pytest.fixture
def document(app: Application) -> Any:
    return app.test_client().get("/api/v1/openapi.json").json


def test_the_document_is_valid(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_of_the_api_is_in_the_document_and_nothing_else(app: Application, document: Any) -> None:
    routed = {
        (method, re.sub(r"<int:(\w+)>", r"{\1}", rule.rule))
        for rule in app.routes.map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    (server,) = document["servers"]
    written = {
        (method.upper(), server["url"] + path) for path, item in document["paths"].items() for method in item
    }
    assert routed == written
    assert len(written) == len(OPERATIONS)


def test_every_operation_says_what_it_does_and_how_it_ends(document: Any) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            assert operation["summary"]
            assert {"400", "503"} <= set(operation["responses"])
            assert ("401" in operation["responses"]) == bool(operation["security"])


def test_answers_with_everything_in_them_are_as_written(sent_from: Program, document: Any) -> None:
    program = sent_from
    items = [{"text": "a"}, {"text": "b", "indent": 1, "checked": True}]
    memo = program.memo(items=items, labels=["집", "b"], color="teal", pinned=True)
    image = program.send("POST", f"/memos/{memo['id']}/images", data={"file": (BytesIO(png()), "a.png")}).json
    program.memo(body="**text**", archived=True)
    program.delete("/memos/1")
    program.patch("/me", {"language": "ko", "theme": "dark", "layout": "list"})
    token = program.post("/tokens", {"name": "other"}).json
    problem = program.patch(f"/memos/{memo['id']}", {"items": [{"text": 1}]}).json
    answers = [
        ("MemoObject", program.get(f"/memos/{memo['id']}").json),
        ("MemoPage", program.get("/memos?limit=1").json),
        ("MemoPage", program.get("/memos?view=archived").json),
        ("ImageObject", image),
        ("LabelList", program.get("/labels").json),
        ("ChangePage", program.get("/changes").json),
        ("ChangePage", program.get("/changes?limit=1").json),
        ("UserObject", program.get("/me").json),
        ("NewToken", token),
        ("TokenList", program.get("/tokens").json),
        ("Problem", problem),
    ]
    assert {change["deleted"] for change in answers[5][1]["changes"]} == {True, False}
    for name, answer in answers:
        # With the whole document around it, for the references inside.
        schema = {**document, "$ref": f"#/components/schemas/{name}"}
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer)
        with pytest.raises(ValidationError):
            Draft202012Validator(schema).validate({**answer, "unheard_of": 1})


def test_everything_that_is_sent_or_answered_is_explained(document: Any) -> None:
    for path, item in document["paths"].items():
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                assert parameter.get("description"), (path, parameter["name"])
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"], name
        for field, of in schema["properties"].items():
            # A reference may stand beside its own words (JSON Schema 2020-12).
            assert of.get("description"), (name, field)


def test_what_is_absent_has_no_default(document: Any) -> None:
    # It stays as it is; a client that filled defaults in would empty what it only wanted to rename.
    for schema in document["components"]["schemas"].values():
        assert not any("default" in field for field in schema["properties"].values())


def test_the_document_lives_where_the_application_is_mounted(app: Application) -> None:
    client = app.test_client()
    assert client.get("/api/v1/openapi.json", base_url="http://localhost/keep").json["servers"] == [
        {"url": "/keep/api/v1"}
    ]
    assert client.get("/api/v1/openapi.json").json["servers"] == [{"url": "/api/v1"}]


def test_an_unchanged_document_is_not_sent_again(app: Application) -> None:
    client = app.test_client()
    tag = client.get("/api/v1/openapi.json").headers["ETag"]
    for _ in range(2):
        response = client.get("/api/v1/openapi.json", headers={"If-None-Match": tag})
        assert (response.status_code, response.headers["ETag"]) == (304, tag)
        assert response.headers["Cache-Control"] == "no-cache"
        assert "Vary" not in response.headers  # it is the same for everybody
    first = client.get("/api/v1/openapi.json")
    assert (first.headers["Cache-Control"], "Vary" in first.headers) == ("no-cache", False)


def test_the_page_shows_every_operation_and_object(app: Application, document: Any) -> None:
    page = app.test_client().get("/api/docs")
    assert page.status_code == 200
    for item in document["paths"].values():
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in page.text
            assert operation["summary"] in page.text
    for name in re.findall(r'href="#([\w-]+)"', page.text):
        assert f'id="{name}"' in page.text


def test_the_page_says_what_is_taken_for_what_is_left_out(app: Application) -> None:
    assert "integer, 1 to 100, by default 30" in app.test_client().get("/api/docs").text


def test_the_page_takes_swagger_ui_from_here(app: Application) -> None:
    client = app.test_client()
    page = client.get("/api/docs", base_url="http://localhost/keep").text
    for name in ("script", "styles"):
        (url,) = re.findall(rf' {name}="([^"]+)"', page)
        assert url.startswith("/keep/static/swagger-ui-5.")
        file = client.get(url.removeprefix("/keep"))
        assert (file.status_code, "immutable" in file.headers["Cache-Control"]) == (200, True)
        folder = url.removeprefix("/keep").rpartition("/")[0]
        assert client.get(f"{folder}/swagger-ui-es-bundle.js").status_code == 404


# --- schemathesis ---------------------------------------------------------------------------------------------

BOUNDED: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}


def schema_of(program: Program) -> Any:
    """The document as schemathesis reads it from the application in this process."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", program.app)


def signed(program: Program) -> dict[str, Any]:
    """What signs a request of schemathesis's."""
    return {"headers": {"Authorization": f"Bearer {program.secret}"}}


@pytest.fixture
def sent_from(app: Application) -> Program:
    program = Program(app, make_user(app.config["DATABASE"], "minji"))
    # Something for the ids that are guessed: 1 is there, and in the trash.
    program.memo(trashed=True, labels=["a"])
    return program


def is_kept_to(case: Any, response: Any, **options: Any) -> None:
    """Whatever was sent, the answer is one the document describes, and never a mistake of ours.

    Not everything that fits a schema can be taken: a memo without any content, a label of a name that is there.
    """
    case.validate_response(response, excluded_checks=CHECKS.get_by_names(["positive_data_acceptance"]), **options)


@pytest.mark.parametrize(
    ("mode", "operation_id"),
    [
        (mode, operation.id)
        for operation in OPERATIONS
        for mode in GenerationMode
        # Of an operation that takes nothing there is nothing to send wrong.
        if mode.is_positive or operation.body or operation.query or operation.upload or "<" in operation.path
    ],
)
def test_whatever_is_sent_the_answer_is_as_written(sent_from: Program, operation_id: str, mode: Any) -> None:
    operation = schema_of(sent_from).find_operation_by_id(operation_id)
    sign = signed(sent_from)

    @settings(max_examples=25, phases=[Phase.explicit, Phase.generate], **BOUNDED)
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        is_kept_to(case, case.call(**sign), **sign)

    send()


def test_whatever_follows_from_an_answer_is_as_written_too(sent_from: Program, tmp_path: Path) -> None:
    sign, database = signed(sent_from), sent_from.database
    file, fresh = Path(database.url.database or ""), tmp_path / "fresh.db"
    database.dispose()
    shutil.copyfile(file, fresh)

    class Following(schema_of(sent_from).as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            # Each walk from the same state: hypothesis repeats them, and must find the same.
            database.dispose()
            shutil.copyfile(fresh, file)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return sign

        def validate_response(self, response: Any, case: Any, *args: Any, **options: Any) -> None:
            is_kept_to(case, response, **sign)

    bounds = settings(max_examples=50, stateful_step_count=8, phases=[Phase.generate], **BOUNDED)
    Following.run(settings=bounds)
