"""What the account forms may hold. Forms by `model_validate_strings`, JSON strictly; unknown fields refused."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from keepwsgi.fields import StorableText, short_enough, storable_text

USERNAME_LONGEST: Final = 40
PASSWORD_SHORTEST: Final = 8
PASSWORD_LONGEST: Final = 1000
TOKEN_NAME_LONGEST: Final = 100


def _proper_username(value: str) -> str:
    name = value.strip()
    if not name:
        raise PydanticCustomError("username_missing", "Choose a name.")
    if len(name) > USERNAME_LONGEST:
        raise PydanticCustomError(
            "username_long", "A name has at most {longest} characters.", {"longest": USERNAME_LONGEST}
        )
    if not name[0].isalnum() or not all(character.isalnum() or character in "._-" for character in name):
        raise PydanticCustomError(
            "username_letters", "A name begins with a letter or digit; after that . _ and - may be used too."
        )
    return name


def _proper_token_name(value: str) -> str:
    name = value.strip()
    if not name:
        raise PydanticCustomError("token_name_missing", "Choose a name.")
    return short_enough(name, TOKEN_NAME_LONGEST)


def _new_password(value: SecretStr) -> SecretStr:
    length = len(value.get_secret_value())
    if length < PASSWORD_SHORTEST:
        raise PydanticCustomError(
            "password_short", "A password has at least {shortest} characters.", {"shortest": PASSWORD_SHORTEST}
        )
    return _any_password(value)


def _any_password(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) > PASSWORD_LONGEST:
        raise PydanticCustomError(
            "password_long", "A password has at most {longest} characters.", {"longest": PASSWORD_LONGEST}
        )
    return value


def _known_at_most(value: str) -> str:
    # A name nobody can have need not be kept whole for the throttle.
    return value.strip()[: 2 * USERNAME_LONGEST]


NewUsername = Annotated[str, BeforeValidator(storable_text), AfterValidator(_proper_username)]
GivenUsername = Annotated[str, BeforeValidator(storable_text), AfterValidator(_known_at_most)]
NewPassword = Annotated[SecretStr, BeforeValidator(storable_text), AfterValidator(_new_password)]
GivenPassword = Annotated[SecretStr, BeforeValidator(storable_text), AfterValidator(_any_password)]


def _same(confirm: SecretStr, info: ValidationInfo) -> SecretStr:
    # A password that was refused itself is not there, and needs no second message.
    password = info.data.get("password")
    if isinstance(password, SecretStr) and password.get_secret_value() != confirm.get_secret_value():
        raise PydanticCustomError("password_confirm", "The two passwords are not the same.")
    return confirm


RepeatedPassword = Annotated[
    SecretStr, BeforeValidator(storable_text), AfterValidator(_any_password), AfterValidator(_same)
]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Credentials(_Form):
    """A name and a password for a new account."""

    username: NewUsername
    password: NewPassword


class RegisterForm(Credentials):
    """The registration form: the password is typed twice."""

    password_confirm: RepeatedPassword


class SignInForm(_Form):
    """The sign-in form. It does not say what a name or a password must look like."""

    username: GivenUsername
    password: GivenPassword


class PasswordForm(_Form):
    """The form that changes the password."""

    current_password: GivenPassword
    password: NewPassword
    password_confirm: RepeatedPassword


class OwnPassword(_Form):
    """What shows that it is really the owner of the account who asks for something grave."""

    current_password: GivenPassword


class PreferencesForm(_Form):
    """Language, theme and layout; "" is no preference. What is absent stays as it is."""

    language: Annotated[Literal["", "ko", "en"], Field(description='"" follows the browser.')] = ""
    theme: Annotated[Literal["", "light", "dark"], Field(description='"" follows the device.')] = ""
    layout: Annotated[Literal["", "grid", "list"], Field(description='Of the boards; "" is a grid.')] = ""


class TokenForm(_Form):
    """What a new API token is called, for its owner to tell it from others."""

    name: Annotated[
        StorableText,
        AfterValidator(_proper_token_name),
        Field(
            description="What it is for, to tell it from others.",
            json_schema_extra={"minLength": 1, "maxLength": TOKEN_NAME_LONGEST},
        ),
    ]
