"""The boards as pages: the notes, the archive, the trash."""

from __future__ import annotations

from werkzeug.exceptions import BadRequest

from keepwsgi.accounts.freshness import when_changed
from keepwsgi.accounts.layer import Request
from keepwsgi.layers import Response, render_template
from keepwsgi.memos import service
from keepwsgi.memos.fragments import board_changes
from keepwsgi.memos.schemas import COLORS
from keepwsgi.memos.service import View

#: Memos a page of a board shows.
PAGE_SIZE = 30


def board(request: Request) -> Response:
    """A page of the active memos, pinned ones first, under the composer."""
    return when_changed(request, lambda: board_page(request, "active"))


def archive(request: Request) -> Response:
    """A page of the archived memos."""
    return when_changed(request, lambda: board_page(request, "archived"))


def trash(request: Request) -> Response:
    """A page of the memos in the trash, the last thrown away first."""
    return when_changed(request, lambda: board_page(request, "trashed"))


def board_page(
    request: Request,
    view: View,
    *,
    draft: dict[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
) -> str:
    """A page of one view; `draft` and `errors` refill the composer."""
    changes = board_changes(request, view, lambda memo: place(memo) == view)
    if changes is not None:
        return changes
    try:
        page = service.page(
            request.reading, request.reader.id, view, limit=PAGE_SIZE, cursor=request.args.get("cursor")
        )
    except service.BadCursor:
        raise BadRequest() from None
    return render_template(
        request, "board.html", view=view, page=page, draft=draft, errors=errors or {}, colors=COLORS
    )


def place(memo: service.Memo) -> View:
    """The view that shows the memo."""
    if memo.trashed_at is not None:
        return "trashed"
    return "archived" if memo.archived else "active"
