"""Boards of memos that have something in common: a label, or the words of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from markupsafe import Markup
from werkzeug.exceptions import BadRequest

from keepwsgi.accounts.freshness import when_changed
from keepwsgi.accounts.layer import Request
from keepwsgi.labels import service as labels
from keepwsgi.layers import Response, render_template
from keepwsgi.memos import service
from keepwsgi.memos.filters import offers
from keepwsgi.memos.fragments import board_changes
from keepwsgi.memos.markdown import CARD_LENGTH
from keepwsgi.memos.schemas import COLORS
from keepwsgi.memos.viewing import PAGE_SIZE
from keepwsgi.search import service as search_service
from keepwsgi.search.service import Query
from keepwsgi.translations import translate


def labelled(request: Request, label_id: int) -> Response:
    """A page of the memos that carry a label, the archived ones last."""
    return when_changed(request, lambda: label_page(request, label_id))


def label_page(request: Request, label_id: int, **context: Any) -> str:
    """The board of one label. Raises LabelNotFound."""
    label = labels.get(request.reading, request.reader.id, label_id)
    changes = board_changes(
        request,
        "labelled",
        lambda memo: memo.trashed_at is None and any(each.id == label_id for each in memo.labels),
        label=label,
    )
    if changes is not None:
        return changes
    try:
        page = service.labelled(
            request.reading, request.reader.id, label_id, limit=PAGE_SIZE, cursor=request.args.get("cursor")
        )
    except service.BadCursor:
        raise BadRequest() from None
    return render_template(
        request,
        "board.html",
        view="labelled",
        label=label,
        page=page,
        draft=None,
        errors={},
        colors=COLORS,
        **context,
    )


def search(request: Request) -> Response:
    """A page of the memos that the query `q` finds, the newest first, what was searched for marked in them."""
    return when_changed(request, lambda: found_page(request))


def found_page(request: Request) -> str:
    """What a search has found. Without a query, what can be searched for."""
    text = request.args.get("q", "")
    query = search_service.parse(text)
    # Which of the changed ones are found is not asked again: the script puts back what it has had.
    changes = board_changes(
        request,
        "found",
        lambda memo: memo.trashed_at is None,
        as_shown=lambda memos: marked(request, memos, query),
        q=text,
    )
    if changes is not None:
        return changes
    page = service.Page([], [], None)
    if not query.is_empty:
        try:
            page = service.found(
                request.reading,
                request.reader.id,
                query,
                None,
                limit=PAGE_SIZE,
                cursor=request.args.get("cursor"),
            )
        except service.BadCursor:
            raise BadRequest() from None
        page = replace(page, others=marked(request, page.others, query))
    return render_template(
        request,
        "board.html",
        view="found",
        q=text,
        query=query,
        # The page has the labels anyway.
        offers_of=partial(offers, text, query),
        problems=[problem_text(request, kind, given) for kind, given in query.problems],
        page=page,
        draft=None,
        errors={},
        colors=COLORS,
    )


def marked(request: Request, memos: Sequence[service.Memo], query: Query) -> list[service.Memo]:
    """The memos with what was searched for marked, and of a long body the place where it stands."""
    shown = [mark(memo, query) for memo in memos]
    cut = [memo.id for memo in shown if len(memo.body) >= CARD_LENGTH and not has_mark(memo)]
    if not cut:
        return shown
    bodies = service.bodies(request.reading, request.reader.id, cut)
    return [
        memo._replace(body_html=memo.body_html + excerpt(bodies[memo.id], query)) if memo.id in bodies else memo
        for memo in shown
    ]


def mark(memo: service.Memo, query: Query) -> service.Memo:
    """One memo with the query marked in all that its card shows."""
    return memo._replace(
        title=search_service.mark(memo.title, query),
        body_html=search_service.mark_html(memo.body_html, query),
        items=tuple(replace(item, text=search_service.mark(item.text, query)) for item in memo.items),
    )


def has_mark(memo: service.Memo) -> bool:
    """Whether anything is marked on the card."""
    return "<mark>" in memo.title or "<mark>" in memo.body_html


def excerpt(body: str, query: Query) -> Markup:
    """The place of a long body where the query stands, as a paragraph for the card."""
    found = search_service.excerpt(body, query, length=CARD_LENGTH)
    return Markup('<p class="memo-card__excerpt">{}</p>').format(found) if found else Markup()


def problem_text(request: Request, kind: str, given: str) -> str:
    """What is wrong with a filter of the query, in the reader's language."""
    match kind:
        case "color":
            text = translate(
                request,
                "There is no such colour: “%(given)s”. There are %(names)s.",
                given=given.partition(":")[2],
                names=", ".join(COLORS),
            )
        case "is":
            text = translate(request, "“is:” goes with pinned, archived or checklist.")
        case "has":
            text = translate(request, "“has:” goes with image.")
        case "before" | "after":
            text = translate(request, "“%(given)s” is no date; write 2024-05-01.", given=given)
        case "label":
            text = translate(request, "“label:” needs the name of a label after it.")
        case _:
            text = translate(request, "The search is too long: the rest of it was left out.")
    return text
