"""Labels: listed, made, renamed and deleted."""

from __future__ import annotations

from keepwsgi.accounts.layer import Request
from keepwsgi.api.answers import answer, nothing
from keepwsgi.api.bodies import read_json
from keepwsgi.api.operations import Answer, Link, Operation
from keepwsgi.api.schemas import LabelList, LabelObject
from keepwsgi.labels import service
from keepwsgi.labels.schemas import LabelFields
from keepwsgi.labels.service import Label, ListedLabel
from keepwsgi.layers import Response


def list_labels(request: Request) -> Response:
    """List all labels, by name."""
    found = service.list_all(request.reading, request.reader.id)
    return answer({"items": [label_object(label) for label in found]})


def create_label(request: Request) -> Response:
    """Make a label.

    Names are compared without regard to case.
    """
    fields = read_json(request, LabelFields)
    with request.writing() as write:
        label = service.create(write, fields.name)
    return answer(label_object(label), 201, location=request.url_for(".get_label", label_id=label.id))


def get_label(request: Request, label_id: int) -> Response:
    """Read a label."""
    return answer(label_object(service.get(request.reading, request.reader.id, label_id)))


def update_label(request: Request, label_id: int) -> Response:
    """Rename a label, on every memo that carries it."""
    fields = read_json(request, LabelFields)
    with request.writing() as write:
        label = service.rename(write, label_id, fields.name)
    return answer(label_object(label))


def delete_label(request: Request, label_id: int) -> Response:
    """Delete a label; the memos that carried it stay."""
    with request.writing() as write:
        service.delete(write, label_id)
    return nothing()


def label_object(label: Label | ListedLabel) -> LabelObject:
    """A label as the API shows one."""
    return {"id": label.id, "name": label.name}


_THIS = {"label_id": "$response.body#/id"}
_LINKS = (
    ("read", Link("get_label", _THIS)),
    ("rename", Link("update_label", _THIS)),
    ("delete", Link("delete_label", _THIS)),
    ("memos", Link("list_memos", {"label": "$response.body#/id"})),
)
OPERATIONS = (
    Operation("GET", "/labels", list_labels, "labels", (Answer(200, "All of them.", LabelList),)),
    Operation(
        "POST",
        "/labels",
        create_label,
        "labels",
        (Answer(201, "The label.", LabelObject, ("Location",)),),
        problems=("label-exists",),
        body=LabelFields,
        links=_LINKS,
    ),
    Operation("GET", "/labels/<int:label_id>", get_label, "labels", (Answer(200, "The label.", LabelObject),)),
    Operation(
        "PATCH",
        "/labels/<int:label_id>",
        update_label,
        "labels",
        (Answer(200, "The label as it is now.", LabelObject),),
        problems=("label-exists",),
        body=LabelFields,
    ),
    Operation("DELETE", "/labels/<int:label_id>", delete_label, "labels", (Answer(204, "It is gone."),)),
)
