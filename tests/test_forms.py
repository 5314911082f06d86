"""From a posted form to a model, and from what is wrong with it to words."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import BaseModel
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from keepwsgi.accounts.schemas import PasswordForm, PreferencesForm, RegisterForm, SignInForm
from keepwsgi.forms import MESSAGES, OTHER, InvalidForm, read_form
from keepwsgi.layers import Application
from keepwsgi.memos.schemas import ColorForm, MemoFields, MoveForm

MODELS: list[type[BaseModel]] = [
    MemoFields,
    ColorForm,
    MoveForm,
    RegisterForm,
    SignInForm,
    PasswordForm,
    PreferencesForm,
]


def read(app: Application, model: type[BaseModel], *, language: str = "en", **options: Any) -> BaseModel:
    """Post to the application and read the form there."""
    with app.test_request_context(
        "/memos", method="POST", headers={"Accept-Language": language}, **options
    ) as context:
        assert context.request
        return read_form(context.request, model)


def errors_of(
    app: Application, model: type[BaseModel], *, language: str = "en", **fields: Any
) -> dict[str, list[str]]:
    """What is wrong with the fields."""
    with pytest.raises(InvalidForm) as caught:
        read(app, model, language=language, data=fields)
    return caught.value.errors


def test_fields_become_the_model_and_control_fields_do_not(app: Application) -> None:
    fields = {"title": "제목", "revision": "7", "csrf_token": "x", "next": "/", "confirm": "yes"}
    form = read(app, MemoFields, data=fields)
    assert isinstance(form, MemoFields)
    assert (form.title, form.revision, form.model_fields_set) == ("제목", 7, {"title", "revision"})


def test_every_mistake_is_told_beside_its_field(app: Application) -> None:
    errors = errors_of(app, MemoFields, title="x" * 1001, color="ultraviolet", revision="-1", colour="red")
    assert errors == {
        "title": ["At most 1,000 characters are allowed."],
        "color": ["This is not one of the choices."],
        "revision": ["This number is too small."],
        "colour": ["This form has no such field."],
    }


def test_mistakes_are_told_in_the_readers_language(app: Application) -> None:
    assert errors_of(app, ColorForm, language="ko") == {"color": ["빠진 항목입니다."]}


def test_a_mistake_of_the_whole_form_is_told_beside_the_field_it_is_about(app: Application) -> None:
    fields = {"username": "minji", "password": "long enough", "password_confirm": "another one"}
    assert errors_of(app, RegisterForm, **fields) == {"password_confirm": ["The two passwords are not the same."]}


def test_an_error_never_holds_what_was_typed(app: Application) -> None:
    with pytest.raises(InvalidForm) as caught:
        read(app, RegisterForm, data={"username": "minji", "password": "secret", "password_confirm": "secre"})
    assert "secre" not in str(caught.value)
    assert "secre" not in str(caught.value.__cause__)


def test_a_body_that_is_no_form_is_not_an_empty_form(app: Application) -> None:
    with pytest.raises(UnsupportedMediaType):
        read(app, MemoFields, data=b'{"title": "x"}', content_type="application/json")
    with pytest.raises(BadRequest):
        read(app, MemoFields, data=b"title=x", content_type="multipart/form-data")
    assert read(app, MemoFields) == MemoFields()


def test_every_kind_of_mistake_the_models_can_find_has_its_own_words(app: Application) -> None:
    """Random values for each field of each model: none is answered by the words for anything else."""
    odd = ["", "x", "\0", "-1", "9" * 30, "9" * 5000, "1.5", "x" * 200_000, "한글", "a b", "true"]
    for model in MODELS:
        for field in [*model.model_fields, "unknown"]:
            for value in odd:
                found: dict[str, list[str]] = {}
                try:
                    read(app, model, data={field: value})
                except InvalidForm as error:
                    found = error.errors
                assert [OTHER] not in found.values(), (model, field, value[:20], found)


def test_the_messages_are_about_something_that_is_found() -> None:
    assert all(text.endswith(".") for text in MESSAGES.values())
    assert len(get_args(MemoFields.model_fields["color"].annotation)) == 12
