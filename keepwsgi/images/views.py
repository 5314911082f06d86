"""One picture as a file, for its owner: whole, in part, or small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import IO, Any, Final, cast

from werkzeug.exceptions import BadRequest, NotFound, RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from keepwsgi.accounts.layer import Request
from keepwsgi.images import service
from keepwsgi.images.pictures import Size
from keepwsgi.images.rationing import TooManyAtOnce
from keepwsgi.images.sniffing import EXTENSIONS
from keepwsgi.images.stores import BlobNotFound, Readable, Store
from keepwsgi.layers import Blueprint, Response, Rule

_CHUNK: Final = 64 * 1024
_HEADERS: Final = {
    # A year: what is at such an address never changes.
    "Cache-Control": "private, max-age=31536000, immutable",
    # Opened by itself a picture is a document of this site; it may load nothing and run nothing.
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def show(request: Request, image_id: int) -> Response:
    """The picture, or with `size=thumb` and `size=preview` a small WebP of it."""
    size = request.args.get("size")
    if size not in (None, *service.SIZES):
        raise BadRequest()
    image = service.get(request.reading, request.reader.id, image_id)
    request.stop_reading()  # the store may take its time
    etag = image.digest if size is None else f"{image.digest}-{size}"
    try:
        if request.if_none_match.contains_weak(etag):
            response = Response(status=304, headers=_HEADERS)
        elif size is None:
            response = original(request, image, etag)
        else:
            response = small(request, image, size, etag)
    except TooManyAtOnce:
        # Too busy to make it small now: shown all the same, and asked for again the next time.
        response = original(request, image, image.digest)
        response.headers["Cache-Control"] = "private, no-store"
        return response
    except BlobNotFound:
        request.app.logger.error("The store has no bytes of picture %d, digest %s.", image.id, image.digest)
        raise NotFound() from None
    response.set_etag(etag)
    return response


def original(request: Request, image: service.Image, etag: str) -> Response:
    """The file as it was kept, streamed from the store. Raises 416, BlobNotFound."""
    store = store_of(request)

    def open_part(start: int, stop: int) -> Readable:
        return store.open(image.digest, start, stop)

    name = f"image-{image.id}.{EXTENSIONS[image.type]}"
    return send(request, open_part, length=image.size, content_type=image.type, name=name, etag=etag)


def small(request: Request, image: service.Image, size: Size, etag: str) -> Response:
    """A thumbnail. Raises 416, BlobNotFound."""
    data = service.read_thumbnail(store_of(request), image, size)

    def open_part(start: int, stop: int) -> Readable:
        return BytesIO(data[start:stop])

    name = f"image-{image.id}-{size}.webp"
    return send(request, open_part, length=len(data), content_type="image/webp", name=name, etag=etag)


def store_of(request: Request) -> Store:
    """The application's store of pictures."""
    store: Store = request.app.config["BLOBS"]
    return store


def send(
    request: Request,
    open_part: Callable[[int, int], Readable],
    *,
    length: int,
    content_type: str,
    name: str,
    etag: str,
) -> Response:
    """The file of `length` bytes that `open_part(start, stop)` opens, or the range of it that is asked for.

    Raises 416 where that lies outside of the file.
    """
    part = wanted_range(request, etag, length)
    start, stop = part or (0, length)
    file = open_part(start, stop)
    if request.method == "HEAD":
        file.close()
        response = Response(headers=_HEADERS)
    else:
        body: Any
        if part is None:
            body = wrap_file(request.environ, cast("IO[bytes]", file), _CHUNK)
        else:
            body = Part(file, stop - start)
        response = Response(body, headers=_HEADERS, direct_passthrough=True)
    response.content_type = content_type
    response.content_length = stop - start
    response.accept_ranges = "bytes"
    response.headers["Content-Disposition"] = f"inline; filename={name}"
    if part is not None:
        response.status_code = 206
        response.content_range.set(start, stop, length)
    return response


def wanted_range(request: Request, etag: str, length: int) -> tuple[int, int] | None:
    """The first byte that is asked for and the one after the last; None for the whole file.

    Raises 416 (RFC 9110, 14.2 and 13.1.5).
    """
    condition = request.headers.get("If-Range")
    wanted = request.range if condition is None or condition == f'"{etag}"' else None
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1 or request.method != "GET":
        return None
    if wanted.ranges[0][0] < -length:
        return 0, length  # the last bytes, and more of them than there are
    found = wanted.range_for_length(length)
    if found is None:
        raise RequestedRangeNotSatisfiable(length)
    return found


class Part:
    """`length` bytes of an open file, from where it stands."""

    def __init__(self, file: Readable, length: int) -> None:
        self._file = file
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        while self._left and (chunk := self._file.read(min(_CHUNK, self._left))):
            self._left -= len(chunk)
            yield chunk

    def close(self) -> None:
        """Close the file."""
        self._file.close()


blueprint = Blueprint("images", [Rule("/images/<int:image_id>", endpoint=show, methods=["GET"])])
