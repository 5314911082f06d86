"""The pictures of a memo: added, read and taken away."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from keepwsgi.accounts.layer import Request
from keepwsgi.api.answers import answer, nothing
from keepwsgi.api.bodies import read_query
from keepwsgi.api.memos import image_object
from keepwsgi.api.operations import IF_NONE_MATCH, RANGE, Answer, Link, Operation
from keepwsgi.api.problems import invalid
from keepwsgi.api.schemas import ImageObject
from keepwsgi.images import service as images
from keepwsgi.images.views import show
from keepwsgi.layers import Response
from keepwsgi.layers.csrf import FIELD as CSRF_FIELD
from keepwsgi.memos import service

FILE: Final = "file"

#: What is said of a file that is not taken.
MESSAGES: Final = {
    "missing": "Send a picture in this field.",
    "svg": "SVG pictures are not taken: they can hold scripts.",
    "unsupported": "Pictures of this format are not taken. Send JPEG, PNG, GIF, WebP or AVIF.",
    "not_a_picture": "This is not a picture.",
    "truncated": "The picture is incomplete or damaged.",
    "bomb": "The picture has too many pixels.",
}


def create_image(request: Request, memo_id: int) -> Response:
    """Add a picture to a memo.

    JPEG, PNG, GIF, WebP or AVIF. It is kept as it is but for what a camera has written about the place.
    """
    file = uploaded(request)
    # Before anything is decoded for nothing; asked again inside the write.
    if service.get(request.reading, request.reader.id, memo_id).trashed_at is not None:
        raise service.InTrash
    request.stop_reading()
    try:
        picture = images.prepare(file.stream, largest=request.app.config["MAX_UPLOAD"])
    except images.InvalidPicture as error:
        if error.kind == "too_large":
            raise RequestEntityTooLarge() from None
        raise invalid(FILE, MESSAGES[error.kind]) from None
    store: images.Store = request.app.config["BLOBS"]
    with images.stored(request.database, store, [picture]), request.writing() as write:
        (image,) = service.add_images(write, memo_id, store, [picture])
    location = request.url_for(".get_image", image_id=image.id)
    return answer(image_object(image, request.root_path), 201, location=location)


class ImageQuery(BaseModel):
    """Which size of a picture."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: Annotated[
        Literal["thumb", "preview"] | None,
        Field(description="A small WebP of it, of at most 640 or 1600 pixels; without it the file itself."),
    ] = None


def get_image(request: Request, image_id: int) -> Response:
    """Read a picture.

    This is the address in its `url`.
    """
    read_query(request, ImageQuery)
    response = show(request, image_id)
    # A client may keep it for a year without asking again, but not for whoever else uses the client.
    response.vary.update(("Authorization", "Cookie"))
    return response


def delete_image(request: Request, memo_id: int, image_id: int) -> Response:
    """Take a picture from a memo.

    Not the last thing a memo holds: move the memo to the trash instead.
    """
    with request.writing() as write:
        deleted = service.delete_image(write, memo_id, image_id)
    images.remove_unreferenced(request.database, request.app.config["BLOBS"], deleted.digests)
    return nothing()


def uploaded(request: Request) -> FileStorage:
    """The file of a multipart body that holds nothing else. Raises 415, and a 422 for another body."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("The picture must be sent as multipart/form-data.")
    for name in [*request.form, *request.files]:
        if name not in (FILE, CSRF_FIELD):
            raise invalid(name, "There is no such field.")
    files = request.files.getlist(FILE)
    if len(files) != 1:
        raise invalid(FILE, MESSAGES["missing"] if not files else "Send one picture at a time.")
    return files[0]


OPERATIONS = (
    Operation(
        "GET",
        "/images/<int:image_id>",
        get_image,
        "pictures",
        (
            Answer(200, "The picture.", headers=("ETag",), media="image/*"),
            Answer(206, "The part of it that was asked for.", headers=("ETag",), media="image/*"),
            Answer(304, "It has not changed."),
        ),
        problems=("range-not-satisfiable",),
        query=ImageQuery,
        headers=(IF_NONE_MATCH, RANGE),
    ),
    Operation(
        "POST",
        "/memos/<int:memo_id>/images",
        create_image,
        "pictures",
        (Answer(201, "The picture.", ImageObject, ("Location",)),),
        problems=("in-trash",),
        upload=FILE,
        max_body="upload",
        links=(
            (
                "delete",
                Link("delete_image", {"memo_id": "$request.path.memo_id", "image_id": "$response.body#/id"}),
            ),
            ("get", Link("get_image", {"image_id": "$response.body#/id"})),
        ),
    ),
    Operation(
        "DELETE",
        "/memos/<int:memo_id>/images/<int:image_id>",
        delete_image,
        "pictures",
        (Answer(204, "It is gone."),),
        problems=("in-trash", "invalid"),
    ),
)
