"""Pictures put on a memo and taken from it."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage

from keepwsgi.accounts.layer import Request
from keepwsgi.config import MEBIBYTE
from keepwsgi.forms import ask, is_confirmed
from keepwsgi.images import service as images
from keepwsgi.images.service import InvalidPicture, PreparedPicture, TooManyPictures
from keepwsgi.layers import flash
from keepwsgi.memos import service
from keepwsgi.memos.editing import as_stored, back, memo_page
from keepwsgi.memos.selecting import remove_pictures
from keepwsgi.translations import translate

FIELD = "file"


def add_images(request: Request, memo_id: int) -> Any:
    """Put the posted files on the memo, all or none, and go back; 422 with what is wrong with one of them."""
    memo = service.get(request.reading, request.reader.id, memo_id)
    if memo.trashed_at is not None:
        raise service.InTrash
    request.stop_reading()  # decoding takes its time
    store = request.app.config["BLOBS"]
    try:
        pictures = prepared(request)
        if not pictures:
            raise InvalidPicture("missing")
        with images.stored(request.database, store, pictures), request.writing() as write:
            service.add_images(write, memo_id, store, pictures)
    except InvalidPicture as error:
        return memo_page(request, memo, as_stored(memo), {FIELD: [refusal(request, error)]}), 422
    except TooManyPictures:
        return memo_page(request, memo, as_stored(memo), {FIELD: [too_many(request)]}), 422
    return back(request)


def posted(request: Request) -> list[FileStorage]:
    """The files that were chosen; a browser sends an empty one where none was."""
    return [file for file in request.files.getlist(FIELD) if file.filename or file.content_length]


def prepared(request: Request) -> list[PreparedPicture]:
    """The posted files, ready to be kept. Raises InvalidPicture for the first not taken, TooManyPictures."""
    files = posted(request)
    if len(files) > images.MOST:
        raise TooManyPictures
    return [images.prepare(file.stream, largest=largest(request)) for file in files]


def largest(request: Request) -> int:
    """The bytes that the rule of this request takes."""
    assert request.url_rule is not None
    assert request.url_rule.max_body is not None
    return request.url_rule.max_body


def refusal(request: Request, error: InvalidPicture) -> str:
    """Why a file is not taken, in the reader's language."""
    match error.kind:
        case "missing":
            text = translate(request, "Choose a picture.")
        case "too_large":
            text = too_large(request)
        case "svg":
            text = translate(request, "SVG files are not accepted. Save it as a PNG and try again.")
        case "unsupported":
            text = translate(request, "Pictures can be JPEG, PNG, GIF, WebP or AVIF files.")
        case "truncated":
            text = translate(request, "The picture is incomplete or damaged.")
        case "bomb":
            text = translate(request, "The picture has too many pixels.")
        case _:
            text = translate(request, "This file is not a picture.")
    return text


def too_many(request: Request) -> str:
    """A note is full."""
    return translate(request, "A note can have at most %(most)s pictures.", most=images.MOST)


def too_large(request: Request) -> str:
    """More was sent than fits into one upload."""
    most = f"{largest(request) // MEBIBYTE:,}"
    return translate(request, "Pictures of at most %(most)s MB can be added at once.", most=most)


def delete_image(request: Request, image_id: int) -> Any:
    """Take the picture from its memo and go back to the page of the form; without `confirm=yes`, ask."""
    image = images.get(request.reading, request.reader.id, image_id)
    if not is_confirmed(request):
        return ask(
            request,
            translate(request, "Delete this picture?"),
            translate(request, "It cannot be brought back."),
            translate(request, "Delete the picture"),
            cancel_url=request.own_path(request.form.get("next"))
            or request.url_for(".show", memo_id=image.memo_id),
        )
    try:
        with request.writing() as write:
            deleted = service.delete_image(write, image.memo_id, image_id)
    except service.EmptyMemo:
        message = translate(request, "Nothing would be left of the note. Move it to the trash instead.")
        flash(request, message, "error")
    else:
        remove_pictures(request, deleted)
    return back(request)
