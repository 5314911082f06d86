"""PNG (https://www.w3.org/TR/png-3/): a signature and a chain of chunks, each with its length and check sum."""

from __future__ import annotations

import struct
import zlib
from typing import Final

from keepwsgi.images.containers.container import Container, Damaged
from keepwsgi.images.containers.orientation import read_orientation

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
# What the picture is made of, its colours and its frames. Texts, times and EXIF are not among them.
_KEPT: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)


def strip(data: bytes) -> Container:
    """The picture without texts, times, EXIF, unknown chunks and what lies behind its end. Raises Damaged."""
    view = memoryview(data)
    kept: list[bytes | memoryview] = [SIGNATURE]
    position, size, orientation, frames = len(SIGNATURE), (0, 0), 1, 0
    has_pixels = False
    name = b""
    while name != b"IEND":
        if position + 12 > len(data):
            raise Damaged("the last chunk is missing")
        length, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            raise Damaged("a chunk is cut off")
        if name in _KEPT:
            (check,) = struct.unpack_from(">I", data, end - 4)
            if zlib.crc32(view[position + 4 : end - 4]) != check:
                raise Damaged("a chunk does not match its check sum")
            kept.append(view[position:end])
        elif not name[0] & 0x20:
            raise Damaged("a chunk that must be understood is unknown")
        content = view[position + 8 : end - 4]
        if name == b"IHDR" and length == 13:
            size = struct.unpack_from(">II", content)
        elif name == b"eXIf":
            orientation = read_orientation(bytes(content))
        elif name == b"fcTL":
            frames += 1
        has_pixels = has_pixels or name == b"IDAT"
        position = end
    if not has_pixels or not all(size):
        raise Damaged("there is no picture in it")
    return Container(b"".join(kept), *size, frames=max(frames, 1), orientation=orientation, is_lossless=True)
