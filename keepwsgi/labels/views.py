"""The page on which labels are made, renamed and deleted."""

from __future__ import annotations

from typing import Any

from keepwsgi.accounts.freshness import when_changed
from keepwsgi.accounts.layer import Request
from keepwsgi.forms import InvalidForm, ask, is_confirmed, read_form
from keepwsgi.labels import service
from keepwsgi.labels.schemas import LabelFields
from keepwsgi.labels.service import ListedLabel
from keepwsgi.layers import Blueprint, Response, Rule, flash, redirect, render_template
from keepwsgi.translations import translate


def listed_labels(request: Request) -> list[ListedLabel]:
    """The reader's labels, for the side list of a page. One statement."""
    return service.list_all(request.reading, request.reader.id)


def index(request: Request) -> Response:
    """The page that lists all labels, to be renamed and deleted."""
    return when_changed(request, lambda: labels_page(request))


def labels_page(
    request: Request,
    *,
    errors: dict[str, list[str]] | None = None,
    wrong: dict[int, list[str]] | None = None,
    draft: str = "",
) -> str:
    """The page of labels: `errors` for a new one, `wrong` names by label id, `draft` is what was typed."""
    return render_template(
        request, "labels.html", labels=listed_labels(request), errors=errors or {}, wrong=wrong or {}, draft=draft
    )


def create(request: Request) -> Any:
    """Make a label with the posted `name`."""
    try:
        form = read_form(request, LabelFields)
        with request.writing() as write:
            service.create(write, form.name)
    except InvalidForm as error:
        return labels_page(request, errors=error.errors, draft=request.form.get("name", "")), 422
    except service.LabelExists:
        message = translate(request, "There is a label of this name already.")
        return labels_page(request, errors={"name": [message]}, draft=request.form.get("name", "")), 422
    except service.TooManyLabels:
        message = translate(request, "You have as many labels as there can be.")
        return labels_page(request, errors={"name": [message]}, draft=request.form.get("name", "")), 422
    return redirect(request.url_for(".index"), 303)


def rename(request: Request, label_id: int) -> Any:
    """Give the label the posted `name`; where another one has it, ask whether the two are to become one."""
    try:
        form = read_form(request, LabelFields)
        with request.writing() as write:
            service.rename(write, label_id, form.name, merge=is_confirmed(request))
    except InvalidForm as error:
        messages = [text for texts in error.errors.values() for text in texts]
        return labels_page(request, wrong={label_id: messages}, draft=request.form.get("name", "")), 422
    except service.LabelExists as exists:
        label = service.get(request.reading, request.reader.id, label_id)
        return ask(
            request,
            translate(request, "Merge “%(one)s” into “%(other)s”?", one=label.name, other=exists.label.name),
            translate(
                request,
                "There is a label “%(other)s” already. The notes of both will carry that one.",
                other=exists.label.name,
            ),
            translate(request, "Merge"),
            cancel_url=request.url_for(".index"),
            fields=[("name", form.name)],
        )
    return redirect(request.url_for(".index"), 303)


def delete(request: Request, label_id: int) -> Any:
    """Delete the label; its memos stay. Without `confirm=yes`, the page that asks."""
    if not is_confirmed(request):
        label = service.get(request.reading, request.reader.id, label_id)
        return ask(
            request,
            translate(request, "Delete this label?"),
            translate(request, "The notes that carry it stay."),
            translate(request, "Delete the label"),
            subject=label.name,
            cancel_url=request.url_for(".index"),
        )
    with request.writing() as write:
        service.delete(write, label_id)
    flash(request, translate(request, "The label was deleted."), "success")
    return redirect(request.url_for(".index"), 303)


blueprint = Blueprint(
    "labels",
    [
        Rule("/labels", endpoint=index, methods=["GET"]),
        Rule("/labels", endpoint=create, methods=["POST"]),
        Rule("/labels/<int:label_id>/rename", endpoint=rename, methods=["POST"]),
        Rule("/labels/<int:label_id>/delete", endpoint=delete, methods=["POST"]),
    ],
)
