"""The link that leads from a page of the application to its x-ray.

A page with the link differs from request to request. Its `ETag` stays the application's, made weak (RFC 9110,
8.8.3: equivalent, not identical), and so a 304 shows the page that the browser has, with the link of the request
that made it. A tag of its own would end every 304, and show an application that behaves otherwise than without.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markupsafe import escape

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    Headers = list[tuple[str, str]]

#: The largest page that gets a link, in bytes; it is held in memory for that.
LARGEST_PAGE: Final = 4 * 1024 * 1024
_END: Final = b"</body>"
#: How a page begins, and a piece of one does not.
_PAGE: Final = re.compile(rb"\s*<(!doctype\s+)?html\b", re.IGNORECASE)
#: What speaks of the very bytes of the body, or says that they are not the page's own.
_OF_THE_BYTES: Final = {"content-encoding", "content-range", "content-digest", "repr-digest", "content-md5"}


def may_be_linked(environ: WSGIEnvironment, status: str, headers: Headers) -> bool:
    """Whether it is a whole page of HTML: of a known length, so no stream; neither a part nor a fragment.

    Of an answer to HEAD the length is taken away: it is that of a page without the link.
    """
    fields = {name.lower(): value for name, value in headers}
    length = fields.get("content-length", "")
    if fields.get("content-type", "").partition(";")[0].strip().lower() != "text/html":
        return False
    if environ.get("REQUEST_METHOD") == "HEAD":
        # It may be left out (RFC 9110, 8.6).
        headers[:] = [pair for pair in headers if pair[0].lower() != "content-length"]
        return False
    return (
        length.isdecimal()
        and int(length) <= LARGEST_PAGE
        and status[:3] not in ("204", "206", "304")
        and "HTTP_X_FRAGMENT" not in environ
        and not fields.keys() & _OF_THE_BYTES
    )


def linked(page: bytes, headers: Headers, *, root: str, request_id: str) -> tuple[bytes, Headers]:
    """The page with the link before its end, and its headers mended; both as they are where it is no page."""
    before, end, after = page.rpartition(_END)
    if not end:
        if not _PAGE.match(page):
            return page, headers
        # HTML lets a page leave out its end tags, as Werkzeug's error pages do.
        before, after = page, b""
    href, style = escape(f"{root}/_xray/{request_id}"), escape(f"{root}/_xray/link.css")
    # A landmark: whoever goes from one to the next comes past it.
    link = f'<nav class="xray-link" aria-label="x-ray"><a href="{href}">x-ray</a></nav>'
    page = before + f'<link rel="stylesheet" href="{style}">{link}\n'.encode() + end + after
    return page, [_mended(pair, len(page)) for pair in headers]


def _mended(pair: tuple[str, str], length: int) -> tuple[str, str]:
    """Of a page that has got the link: its length is another one, its strong tag becomes weak."""
    name, value = pair
    if name.lower() == "content-length":
        return name, str(length)
    if name.lower() == "etag" and not value.startswith("W/"):
        return name, f"W/{value}"
    return pair
