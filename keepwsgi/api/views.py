"""All operations of the API in one list, the document made of them, and the page that shows it."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from keepwsgi.accounts.layer import API_PREFIX, Request, public
from keepwsgi.api import changes, labels, me, memos, pictures, tokens
from keepwsgi.api.answers import has_current, not_modified
from keepwsgi.api.operations import IF_NONE_MATCH, Answer, Operation, rules
from keepwsgi.api.reference import Reference, reference_of
from keepwsgi.layers import Blueprint, Response, Rule, render_template

#: The files of Swagger UI that are served.
SWAGGER_UI: Final = ("swagger-ui.css", "swagger-ui-bundle.js")


def swagger_ui_folder() -> Path:
    """Where the package keeps Swagger UI; the folder is named after its version."""
    from swagger_ui_bundle import swagger_ui_path

    return Path(swagger_ui_path)


@public
def get_document(request: Request) -> Response:
    """Read this document."""
    text, tag = written(**about(request))
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
    return render_template(request, "api_docs.html", reference=shown(**about(request)))


def about(request: Request) -> dict[str, str]:
    """What the document says of this application."""
    config = request.app.config
    return {
        "version": config["VERSION"],
        "root_path": request.root_path,
        "cookie_name": config["SESSION_COOKIE_NAME"],
    }


@lru_cache(maxsize=4)
def written(*, version: str, root_path: str, cookie_name: str) -> tuple[str, str]:
    """The document as JSON and a tag of it; made when first asked for, which takes a moment."""
    from keepwsgi.api import openapi

    made = openapi.document(OPERATIONS, version=version, root_path=root_path, cookie_name=cookie_name)
    text = openapi.text(made)
    return text, hashlib.sha256(text.encode()).hexdigest()[:16]


@lru_cache(maxsize=4)
def shown(*, version: str, root_path: str, cookie_name: str) -> Reference:
    """What the page shows of the document."""
    return reference_of(json.loads(written(version=version, root_path=root_path, cookie_name=cookie_name)[0]))


OPERATIONS: Final = (
    *memos.OPERATIONS,
    *pictures.OPERATIONS,
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
