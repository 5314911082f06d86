"""Tokens of programs: made, listed, revoked."""

from __future__ import annotations

from keepwsgi.accounts import tokens
from keepwsgi.accounts.layer import Request
from keepwsgi.accounts.schemas import TokenForm
from keepwsgi.accounts.tokens import Token
from keepwsgi.api.answers import answer, nothing, timestamp
from keepwsgi.api.bodies import read_json
from keepwsgi.api.operations import Answer, Link, Operation
from keepwsgi.api.schemas import NewToken, TokenList, TokenObject
from keepwsgi.layers import Response


def list_tokens(request: Request) -> Response:
    """List the tokens."""
    found = tokens.list_all(request.reading, request.reader.id)
    return answer({"items": [token_object(token) for token in found]})


def create_token(request: Request) -> Response:
    """Make a token.

    The answer holds the secret in `token`. It is shown this once; what is kept cannot be turned back into it.
    """
    form = read_json(request, TokenForm)
    with request.writing() as write:
        token, secret = tokens.create(write, form)
    made: NewToken = {**token_object(token), "token": secret}
    response = answer(made, 201, location=request.url_for(".get_token", token_id=token.id))
    response.headers["Cache-Control"] = "no-store"
    return response


def get_token(request: Request, token_id: int) -> Response:
    """Read a token, without its secret."""
    return answer(token_object(tokens.get(request.reading, request.reader.id, token_id)))


def delete_token(request: Request, token_id: int) -> Response:
    """Revoke a token, for ever."""
    with request.writing() as write:
        tokens.revoke(write, token_id)
    return nothing()


def token_object(token: Token) -> TokenObject:
    """A token as the API shows one."""
    return {
        "id": token.id,
        "name": token.name,
        "created_at": timestamp(token.created_at),
        "last_used_at": None if token.last_used_at is None else timestamp(token.last_used_at),
    }


OPERATIONS = (
    Operation("GET", "/tokens", list_tokens, "account", (Answer(200, "All of them.", TokenList),)),
    Operation(
        "POST",
        "/tokens",
        create_token,
        "account",
        (Answer(201, "The token and its secret.", NewToken, ("Location",)),),
        body=TokenForm,
        links=(
            ("get", Link("get_token", {"token_id": "$response.body#/id"})),
            ("revoke", Link("delete_token", {"token_id": "$response.body#/id"})),
        ),
    ),
    Operation("GET", "/tokens/<int:token_id>", get_token, "account", (Answer(200, "The token.", TokenObject),)),
    Operation("DELETE", "/tokens/<int:token_id>", delete_token, "account", (Answer(204, "It is revoked."),)),
)
