"""Between a posted form and a pydantic model: reading it, and saying what is wrong in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, UnprocessableEntity, UnsupportedMediaType

from keepwsgi.layers.csrf import FIELD as CSRF_FIELD
from keepwsgi.layers.request import Request
from keepwsgi.layers.templating import render_template
from keepwsgi.translations import translate

Model = TypeVar("Model", bound=BaseModel)

#: HTML, 4.10.21.5: what a form is sent as, but for text/plain, which cannot be read back.
FORM_TYPES = frozenset(("application/x-www-form-urlencoded", "multipart/form-data"))
#: Fields that say how to answer, not what to write.
CONTROL_FIELDS = frozenset((CSRF_FIELD, "next", "confirm"))
#: Of the longest form, that of a checklist with all the items it may have, and of one that carries it on.
FIELDS_MOST = 6_500
NO_LISTS: Mapping[str, Any] = MappingProxyType({})


class InvalidForm(UnprocessableEntity):
    """What was typed cannot be taken. `errors` is field -> messages; "form" is the form as a whole."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{field}: {text}" for field, texts in errors.items() for text in texts))
        self.errors = errors


def read_form(
    request: Request,
    model: type[Model],
    *,
    ignore: Callable[[str], bool] = lambda field: False,
    lists: Mapping[str, str] = NO_LISTS,
    also: Mapping[str, Any] = NO_LISTS,
    files: Collection[str] = (),
) -> Model:
    """The posted form as a `model`. Raises `InvalidForm`, a 422, with messages in the reader's language.

    Fields for which `ignore(name)` says so are not the model's. `lists` names those that may be sent several
    times, and the list of the model that their values (but for empty ones) make; `also` is what the caller has
    made of the form itself. Files in the fields of `files` are left to the caller. Raises 415 for a body that is
    no form, 400 for a form that cannot be read: taken for an empty one, what it says would be lost without a word.
    """
    if request.content_length or "Transfer-Encoding" in request.headers:
        if request.mimetype not in FORM_TYPES:
            raise UnsupportedMediaType()
        if not request.form and not request.files:
            raise BadRequest()
    for name in request.files.keys() - files:
        raise InvalidForm({name: [translate(request, "This form does not accept files.")]})
    fields: dict[str, Any] = dict(also)
    for name, values in request.form.lists():
        if name in CONTROL_FIELDS or ignore(name):
            continue
        if name in lists:
            fields[lists[name]] = [value for value in values if value.strip()]
            continue
        if len(values) > 1:
            raise InvalidForm({name: [translate(request, "This field was sent more than once.")]})
        fields[name] = values[0]
    try:
        # Not `model_validate_strings`, which knows no lists.
        return model.model_validate(fields)
    except ValidationError as error:
        sent_as = {of_model: name for name, of_model in lists.items()}
        raise InvalidForm(messages(request, error, sent_as)) from error


def messages(
    request: Request, error: ValidationError, sent_as: Mapping[str, str] = NO_LISTS
) -> dict[str, list[str]]:
    """What pydantic found, by field of the form, translated; `sent_as`: how the form calls one of the model."""
    found: dict[str, list[str]] = {}
    for detail in error.errors(include_url=False, include_input=False):
        kind = detail["type"]
        # Pydantic gives an error of the whole model no field; its type is named after the one it is about.
        field = str(detail["loc"][0]) if detail["loc"] else kind
        text = MESSAGES.get(kind, OTHER)
        values = {name: readable(request, value) for name, value in detail.get("ctx", {}).items()}
        told = found.setdefault(sent_as.get(field, field), [])
        message = translate(request, text, **values)
        # Of a value that may be of several types pydantic says for each what is wrong; the first is the one a form
        # can send.
        if message not in told and not (told and text == OTHER):
            told.append(message)
    return found


def readable(request: Request, value: object) -> object:
    """A number as the reader's language writes it, 100,000; anything else as it is."""
    from babel.numbers import format_decimal

    return format_decimal(value, locale=request.locale) if isinstance(value, int) else value


def is_confirmed(request: Request) -> bool:
    """Whether the reader has said yes to the question that `ask` put."""
    return request.form.get("confirm") == "yes"


def ask(
    request: Request,
    question: str,
    detail: str,
    confirm_label: str,
    *,
    cancel_url: str,
    subject: str = "",
    fields: Iterable[tuple[str, str]] = (),
    password: Collection[str] | None = None,
) -> str:
    """The question as a page whose form is sent to the same address with `confirm=yes`.

    `subject` is what the question is about, in the reader's own words; `fields` are sent along. With `password`,
    what is wrong with the one that was typed, `current_password` is asked for too.
    """
    return render_template(
        request,
        "confirm.html",
        question=question,
        subject=subject,
        detail=detail,
        action=request.root_path + request.path,
        fields=list(fields),
        password=password,
        confirm_label=confirm_label,
        cancel_url=cancel_url,
    )


def N_(message: str) -> str:  # noqa: N802  (gettext's own name for it)
    """Mark a text for the catalogues; it is translated where it is used."""
    return message


OTHER = N_("This is not valid.")
MESSAGES = {
    "missing": N_("This field is missing."),
    "extra_forbidden": N_("This form has no such field."),
    "literal_error": N_("This is not one of the choices."),
    "list_type": N_("This is not a list."),
    "int_parsing": N_("This is not a number."),
    "int_type": N_("This is not a number."),
    "greater_than_equal": N_("This number is too small."),
    "less_than_equal": N_("This number is too large."),
    "int_parsing_size": N_("This number is too large."),
    "text_long": N_("At most %(longest)s characters are allowed."),
    "too_long": N_("At most %(max_length)s are allowed."),
    "items_long": N_("All items together can have at most %(longest)s characters."),
    "label_missing": N_("Type a name for the label."),
    "color_missing": N_("Choose a colour."),
    "one_place": N_("Say either before or after which note."),
    "unstorable_text": N_("This has a character that cannot be stored."),
    "username_missing": N_("Choose a name."),
    "username_long": N_("A name can have at most %(longest)s characters."),
    "username_letters": N_(
        "A name begins with a letter or digit. After that “.”, “_” and “-” may be used too, but no spaces."
    ),
    "token_name_missing": N_("Choose a name."),
    "pinned_elsewhere": N_("Only a note on the board can be pinned."),
    "password_short": N_("A password needs at least %(shortest)s characters."),
    "password_long": N_("A password can have at most %(longest)s characters."),
    "password_confirm": N_("The two passwords are not the same."),
}
