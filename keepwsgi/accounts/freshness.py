"""Pages that are not made again while nothing they show has changed (RFC 9110, 13: conditional requests).

Rails calls this `fresh_when`; Flask leaves it to `Response.make_conditional`, after the page was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from keepwsgi.accounts.layer import Request
from keepwsgi.layers import Handler, Response, csrf_token


def when_changed(request: Request, render: Callable[[], str]) -> Response:
    """The page that `render` makes, or a 304 where the browser has it already.

    The tag holds everything a page of the signed-in reader shows: who it is and the revision of all that is
    theirs, the session's CSRF token, language, theme, layout, address, fragment or page, and the release. A page
    that carries a flash is never kept.
    """
    if "_flashes" in request.session:
        return Response(render(), headers={"Cache-Control": "private, no-store"})
    tag = page_tag(request)
    if request.if_none_match.contains_weak(tag) and not request.if_none_match.star_tag:
        response = Response(status=304)
    else:
        response = Response(render())
    response.set_etag(tag, weak=True)
    # no-cache: keep it, but ask each time; the question costs one indexed query.
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Cookie", "Accept-Language", "X-Fragment"))
    return response


def page_tag(request: Request) -> str:
    """A short digest of everything the page depends on."""
    user = request.reader
    shown = (
        user.id,
        user.username,
        user.is_admin,
        user.revision,
        user.theme,
        user.layout,
        request.locale,
        csrf_token(request),
        request.root_path,
        request.full_path,
        request.is_fragment,
        request.app.config["RELEASE"],
    )
    return hashlib.sha256(repr(shown).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def private_by_default(handler: Handler) -> Handler:
    """A layer: an answer made with session or token in hand is nobody else's, and not kept unless it says so.

    In Flask: `@app.after_request`.
    """

    def handle(request: Request) -> Response:
        response = handler(request)
        if request.loaded("session") or request.has_credentials:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return handle
