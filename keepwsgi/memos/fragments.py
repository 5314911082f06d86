"""What a script that has a board open is told of it: not the whole board again, only what has changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from keepwsgi.accounts.layer import Request
from keepwsgi.layers import render_template
from keepwsgi.memos import service
from keepwsgi.memos.catching_up import changed
from keepwsgi.memos.schemas import COLORS
from keepwsgi.memos.service import Memo, Page

#: Ids and revisions are BIGINTs, of at most nineteen digits.
_DIGITS = 18


def board_changes(
    request: Request,
    view: str,
    shows: Callable[[Memo], bool],
    *,
    as_shown: Callable[[Sequence[Memo]], Sequence[Memo]] = lambda memos: memos,
    **context: Any,
) -> str | None:
    """What has changed since the revision `?since=` on a board of the memos that it `shows`, as a fragment.

    `as_shown` changes the memos as the board does before it shows them. None where the whole page is to be made:
    no script has asked, or so much has changed that it is the quicker answer.
    """
    since = request.args.get("since", "")
    if not request.is_fragment or not since.isdecimal() or len(since) > _DIGITS:
        return None
    found = changed(request.reading, request.reader.id, int(since), shows)
    if found is None:
        return None
    page = in_sections(view, list(as_shown(found.memos)))
    return render_template(
        request, "board_changes.html", view=view, changed=found, page=page, colors=COLORS, **context
    )


def in_sections(view: str, memos: list[Memo]) -> Page:
    """The memos in the sections of the view; only boards and those of a label have more than one."""
    if view not in ("active", "labelled"):
        return service.Page([], memos, None)
    active = [memo for memo in memos if not memo.archived]
    pinned, others = [memo for memo in active if memo.pinned], [memo for memo in active if not memo.pinned]
    return service.Page(pinned, others, None, [memo for memo in memos if memo.archived])
