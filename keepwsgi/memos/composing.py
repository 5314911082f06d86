"""The composer: a new memo from its form, or from a script that goes on saving what is typed into it."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final

from werkzeug.exceptions import BadRequest

from keepwsgi.accounts.layer import Request
from keepwsgi.forms import InvalidForm, read_form
from keepwsgi.images import service as images
from keepwsgi.labels.service import TooManyLabels
from keepwsgi.layers import flash, redirect
from keepwsgi.memos import pictures, service
from keepwsgi.memos.beginning import begin
from keepwsgi.memos.editing import back, conflict_page, homeless, too_many, typed_note
from keepwsgi.memos.schemas import MemoForm
from keepwsgi.memos.typed import as_fields, is_item_field, typed_items
from keepwsgi.memos.viewing import board_page
from keepwsgi.translations import translate

KEY: Final = "key"
_PROPER: Final = re.compile(r"[!-~]{1,64}")


def create(request: Request) -> Any:
    """Keep a new memo, unless it is empty, and go back; 422 with what was typed if it is not valid.

    Of a checklist each line of the body is an item, unless a script sends the items as those of a memo's form.
    A script, which saves what is being typed, names what it has begun by a `key`: sent again it is the same memo.
    """
    store = request.app.config["BLOBS"]
    try:
        items = typed_items(request.form)
        fields = read_form(
            request,
            MemoForm,
            ignore=lambda name: name == KEY or is_item_field(name),
            lists={"label": "labels"},
            files={pictures.FIELD},
            also={"items": as_fields(items)} if items else {},
        )
        draft = service.prepare(fields)
        request.stop_reading()  # decoding takes its time
        prepared = pictures.prepared(request)
        keep = partial(begin, key=key) if (key := key_of(request)) else service.create
        with images.stored(request.database, store, prepared), request.writing() as write:
            memo = keep(write, draft, store=store, pictures=prepared)
    except InvalidForm as error:
        return not_kept(request, error.errors)
    except service.TooManyItems:
        return not_kept(request, {"body": [too_many(request)]})
    except TooManyLabels:
        return not_kept(request, {"label": [translate(request, "You have as many labels as there can be.")]})
    except images.InvalidPicture as error:
        return not_kept(request, {pictures.FIELD: [pictures.refusal(request, error)]})
    except images.TooManyPictures:
        return not_kept(request, {pictures.FIELD: [pictures.too_many(request)]})
    except service.Conflict as conflict:
        return conflict_page(request, conflict.current), 409
    except service.InTrash:
        return homeless(request), 409
    except service.EmptyMemo:
        flash(request, translate(request, "An empty note is not kept."))
    else:
        if request.is_fragment:
            # The script goes on with what is typed.
            return redirect(request.url_for("memos.show", memo_id=memo.id), 303)
    return back(request)


def not_kept(request: Request, errors: dict[str, list[str]]) -> tuple[str, int]:
    """The board with what was typed, and what is wrong, in its composer; no page can choose the pictures again."""
    if pictures.posted(request):
        again = translate(request, "The pictures you chose are not kept. Please choose them again.")
        errors = {**errors, pictures.FIELD: [*errors.get(pictures.FIELD, ()), again]}
    return board_page(request, "active", draft=typed_note(request), errors=errors), 422


def key_of(request: Request) -> str | None:
    """The name under which a script has begun the memo, if it has given one. Raises 400 for one that is none."""
    key = request.form.get(KEY)
    if key is not None and not _PROPER.fullmatch(key):
        raise BadRequest
    return key
