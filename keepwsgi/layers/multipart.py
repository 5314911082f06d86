"""The texts of a multipart form that is refused, for the page that says so: its files are passed over.

Flask reads a form whole or not at all. Whole means that its files are written to disk, for whoever sent them; not
at all means that what was typed beside them is lost.
"""

from __future__ import annotations

import contextlib
from typing import IO, Final, NamedTuple

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.multipart import Data, Field, File, MultipartDecoder, NeedData

_CHUNK: Final = 64 * 1024
#: What may wait for its end: the headers of a part, not its text.
_BUFFER: Final = 4 * _CHUNK


class Texts(NamedTuple):
    """The texts of a form by field, and the names of the files that were chosen beside them."""

    fields: MultiDict[str, str]
    files: list[str]


def read_texts(stream: IO[bytes], boundary: bytes, *, limit: int, parts: int) -> Texts:
    """Read up to `limit` bytes of a body, and keep the texts that end there, at most `parts` of them.

    Of a body that is malformed from somewhere on the texts before that are kept. Nothing is written to disk.
    """
    decoder = MultipartDecoder(boundary, _BUFFER, max_parts=parts)
    texts = Texts(MultiDict(), [])
    name, pieces = "", list[bytes]()
    # UnicodeDecodeError, for a header that is no UTF-8, is a ValueError too.
    with contextlib.suppress(ValueError, HTTPException, OSError):
        while limit > 0 and (chunk := stream.read(min(limit, _CHUNK))):
            limit -= len(chunk)
            decoder.receive_data(chunk)
            while not isinstance(event := decoder.next_event(), NeedData):
                if isinstance(event, Field):
                    name, pieces = event.name or "", []
                elif isinstance(event, File):
                    name = ""
                    texts.files.extend(filter(None, [event.filename]))
                elif isinstance(event, Data) and name:
                    pieces.append(event.data)
                    if not event.more_data:
                        texts.fields.add(name, b"".join(pieces).decode(errors="replace"))
    drain(stream, limit)
    return texts


def drain(stream: IO[bytes], limit: int) -> None:
    """Read and forget up to `limit` bytes of a body that is refused anyway."""
    with contextlib.suppress(Exception):
        while limit > 0 and (chunk := stream.read(min(limit, _CHUNK))):
            limit -= len(chunk)
