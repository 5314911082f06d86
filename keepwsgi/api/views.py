"""All operations of the API in one list, the document made of them, and the page that shows it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any, Final

from keepwsgi.accounts.layer import API_PREFIX, Request, public
from keepwsgi.api import changes, labels, me, memos, tokens
from keepwsgi.api.answers import has_current, not_modified
from keepwsgi.api.operations import IF_NONE_MATCH, Answer, Operation, rules
from keepwsgi.layers import Blueprint, Response, Rule, render_template

#: The files of Swagger UI that are served.
SWAGGER_UI: Final = ("swagger-ui.css", "swagger-ui-bundle.js")


@public
def get_document(request: Request) -> Response:
    """Read this document."""
    text, tag = written(request.root_path, request.app.config["SESSION_COOKIE_NAME"])
    etag = f'"{tag}"'
    if has_current(request, tag):
        response = not_modified(etag)
    else:
        response = Response(text, content_type="application/json")
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    response.headers.pop("Vary", None)
    return response


@public
def docs(request: Request) -> Any:
    """The reference as a page: plain HTML, in whose place a script puts Swagger UI."""
    return render_template(request, "api_docs.html")


def _place(request: Request) -> tuple[str, str]:
    return request.root_path, request.app.config["SESSION_COOKIE_NAME"]


@lru_cache(maxsize=4)
def written(root_path: str, cookie_name: str) -> tuple[str, str]:
    """The document as JSON and a tag of it; made when first asked for, which takes a moment."""
    from keepwsgi.api import openapi

    text = openapi.text(openapi.document(OPERATIONS, root_path=root_path, cookie_name=cookie_name))
    return text, hashlib.sha256(text.encode()).hexdigest()[:16]


@lru_cache(maxsize=4)
def shown(root_path: str, cookie_name: str) -> Any:
    """What the page shows of the document."""
    from keepwsgi.api import openapi, reference

    return reference.of(openapi.document(OPERATIONS, root_path=root_path, cookie_name=cookie_name))


OPERATIONS: Final = (
    *memos.OPERATIONS,
    *labels.OPERATIONS,
    *changes.OPERATIONS,
    *me.OPERATIONS,
    *tokens.OPERATIONS,
    Operation(
        "GET",
        "/openapi.json",
        get_document,
        "document",
        (Answer(200, "The document.", dict[str, Any], ("ETag",)), Answer(304, "It has not changed.")),
        headers=(IF_NONE_MATCH,),
        is_public=True,
    ),
)

blueprint = Blueprint("api", rules(OPERATIONS), url_prefix=API_PREFIX)
pages = Blueprint("api_docs", [Rule("/api/docs", endpoint=docs, methods=["GET"])])
