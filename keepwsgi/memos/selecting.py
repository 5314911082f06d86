"""One thing done to several memos at once, with one way back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from keepwsgi.accounts.layer import Request
from keepwsgi.forms import InvalidForm, ask, is_confirmed, read_form
from keepwsgi.images import service as images
from keepwsgi.labels.service import TooManyLabels
from keepwsgi.layers import flash
from keepwsgi.memos import service
from keepwsgi.memos.editing import back
from keepwsgi.memos.schemas import SelectedForm
from keepwsgi.memos.selection import act
from keepwsgi.translations import translate, translate_many

# What takes an action back, where there is such a thing.
_BACK = {
    "pin": "unpin",
    "unpin": "pin",
    "archive": "unarchive",
    "unarchive": "archive",
    "trash": "restore",
    "restore": "trash",
    "label": "unlabel",
    "unlabel": "label",
}
# So many ids fit into the cookie beside everything else.
_UNDO_MOST = 200


def selected(request: Request) -> Any:
    """Do the posted `action` to every posted `memo` that is the reader's, and go back to the page of the form."""
    try:
        form = read_form(request, SelectedForm, lists={"memo": "memo"})
    except InvalidForm as error:
        if "label_missing" in error.errors:
            flash(request, " ".join(error.errors["label_missing"]), "error")
        elif "memo" in error.errors:
            flash(request, translate(request, "No note is selected."))
        else:
            raise
        return back(request)
    if form.action == "delete" and not is_confirmed(request):
        return ask(
            request,
            translate_many(
                request, "Delete %(num)d note forever?", "Delete %(num)d notes forever?", len(form.memo)
            ),
            translate(request, "What is deleted cannot be brought back."),
            translate(request, "Delete forever"),
            cancel_url=request.own_path(request.form.get("next")) or request.url_for(".trash"),
            fields=[("action", "delete"), *(("memo", str(memo_id)) for memo_id in form.memo)],
        )
    try:
        with request.writing() as write:
            done = act(write, form)
    except TooManyLabels:
        flash(request, translate(request, "You have as many labels as there can be."), "error")
        return back(request)
    remove_pictures(request, done)
    say(request, form, done.memo_ids)
    return back(request)


def say(request: Request, form: SelectedForm, memo_ids: list[int]) -> None:
    """Tell how many memos were changed, and offer the way back."""
    text = translate_many(request, "%(num)d note was changed.", "%(num)d notes were changed.", len(memo_ids))
    if not memo_ids or form.action not in _BACK or len(memo_ids) > _UNDO_MOST:
        flash(request, text, "success")
        return
    fields = [("action", _BACK[form.action]), *(("memo", str(memo_id)) for memo_id in memo_ids)]
    if form.label is not None:
        fields.append(("label", form.label))
    offer_undo(request, text, request.url_for(".selected"), fields)


def offer_undo(request: Request, text: str, url: str, fields: Iterable[tuple[str, str]] = ()) -> None:
    """A message whose button posts `fields` to `url`, which takes the step back; an earlier offer is withdrawn.

    The messages lie in the cookie, which has no room for several of many memos.
    """
    if kept := request.session.get("_flashes"):
        request.session["_flashes"] = [message for message in kept if message[0] != "undo"]
    flash(request, [text, url, [list(field) for field in fields]], "undo")


def remove_pictures(request: Request, deleted: service.Deleted) -> None:
    """Remove the pictures of what has been deleted forever, unless they are anywhere else too."""
    if deleted.digests:
        config = request.app.config
        images.remove_unreferenced(request.database, config["BLOBS"], deleted.digests)
