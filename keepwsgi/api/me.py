"""Who is signed in."""

from __future__ import annotations

from dataclasses import replace

from keepwsgi.accounts import service
from keepwsgi.accounts.layer import Request, remember
from keepwsgi.accounts.schemas import PreferencesForm
from keepwsgi.accounts.service import User
from keepwsgi.api.answers import answer
from keepwsgi.api.bodies import read_json
from keepwsgi.api.operations import Answer, Operation
from keepwsgi.api.schemas import UserObject
from keepwsgi.layers import Response


def get_me(request: Request) -> Response:
    """Read who is signed in."""
    return answer(user_object(request.reader))


def update_me(request: Request) -> Response:
    """Change language or theme.

    What is absent stays as it is.
    """
    user = request.reader
    given = read_json(request, PreferencesForm)
    kept = PreferencesForm.model_validate({"language": user.language or "", "theme": user.theme or ""})
    chosen = kept.model_copy(update=given.model_dump(exclude_unset=True))
    with request.writing() as write:
        service.set_preferences(write, chosen)
    user = replace(user, language=chosen.language or None, theme=chosen.theme or None)
    if not request.has_credentials:
        remember(request, user)
    return answer(user_object(user))


def user_object(user: User) -> UserObject:
    """A user as the API shows one."""
    return {
        "id": user.id,
        "username": user.username,
        "is_admin": user.is_admin,
        "language": user.language or "",  # type: ignore[typeddict-item]
        "theme": user.theme or "",  # type: ignore[typeddict-item]
    }


OPERATIONS = (
    Operation("GET", "/me", get_me, "account", (Answer(200, "Who is signed in.", UserObject),)),
    Operation(
        "PATCH", "/me", update_me, "account", (Answer(200, "As it is now.", UserObject),), body=PreferencesForm
    ),
)
