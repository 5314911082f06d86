"""Who is signed in."""

from __future__ import annotations

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
    """Change language, theme or layout.

    What is absent stays as it is.
    """
    form = read_json(request, PreferencesForm)
    with request.writing() as write:
        user = service.set_preferences(write, form)
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
        "layout": user.layout or "",  # type: ignore[typeddict-item]
    }


OPERATIONS = (
    Operation("GET", "/me", get_me, "account", (Answer(200, "Who is signed in.", UserObject),)),
    Operation(
        "PATCH", "/me", update_me, "account", (Answer(200, "As it is now.", UserObject),), body=PreferencesForm
    ),
)
