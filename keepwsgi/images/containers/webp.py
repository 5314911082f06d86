"""WebP (RFC 9649): a RIFF of chunks; animations hold chunks of chunks."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from keepwsgi.images.containers.container import Container, Damaged
from keepwsgi.images.containers.orientation import read_orientation

_KEPT: Final = frozenset((b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"))
_IN_FRAME: Final = frozenset((b"ALPH", b"VP8 ", b"VP8L"))
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def strip(data: bytes) -> Container:
    """The picture without EXIF, XMP, unknown chunks and what lies behind its end. Raises Damaged."""
    if len(data) < 12:
        raise Damaged("the header is cut off")
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise Damaged("the file is shorter than it says")
    kept, orientation, frames = [], 1, 0
    size: tuple[int, int] | None = None
    is_lossless = False
    for name, content in _chunks(data, 12, end):
        if name == b"EXIF":
            # Some writers begin it as JPEG does.
            orientation = read_orientation(content.removeprefix(b"Exif\0\0"))
        if name not in _KEPT:
            continue
        if name == b"VP8X":
            if len(content) < 10:
                raise Damaged("a header is cut off")
            size = 1 + int.from_bytes(content[4:7], "little"), 1 + int.from_bytes(content[7:10], "little")
            content = bytes((content[0] & ~(_EXIF_FLAG | _XMP_FLAG),)) + content[1:]
        elif name == b"ANMF":
            inner = _chunks(content, 16, len(content))
            content = content[:16] + b"".join(_chunk(*chunk) for chunk in inner if chunk[0] in _IN_FRAME)
            frames += 1
        elif name in (b"VP8 ", b"VP8L"):
            size = size or _bitstream_size(name, content)
            is_lossless = name == b"VP8L"
            frames += 1
        kept.append(_chunk(name, content))
    if size is None or not frames or not all(size):
        raise Damaged("there is no picture in it")
    body = b"WEBP" + b"".join(kept)
    stripped = b"RIFF" + struct.pack("<I", len(body)) + body
    return Container(stripped, *size, frames=frames, orientation=orientation, is_lossless=is_lossless)


def _chunks(data: bytes, position: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    while position < end:
        if position + 8 > end:
            raise Damaged("a chunk is cut off")
        name, length = struct.unpack_from("<4sI", data, position)
        if position + 8 + length > end:
            raise Damaged("a chunk is cut off")
        yield name, data[position + 8 : position + 8 + length]
        position += 8 + length + length % 2


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _bitstream_size(name: bytes, content: bytes) -> tuple[int, int]:
    """Width and height as the first bytes of a picture say (RFC 6386, 9.1; RFC 9649, 3.4)."""
    if len(content) < 10:
        raise Damaged("a picture is cut off")
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 1)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", content, 6)
    return width & 0x3FFF, height & 0x3FFF
