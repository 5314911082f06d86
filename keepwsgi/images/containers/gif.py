"""GIF (https://www.w3.org/Graphics/GIF/spec-gif89a.txt): a header, then extensions and images, then a trailer."""

from __future__ import annotations

import struct
from typing import Final

from keepwsgi.images.containers.container import Container, Damaged

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_GRAPHIC_CONTROL, _PLAIN_TEXT, _APPLICATION = 0xF9, 0x01, 0xFF
_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_PROFILE: Final = b"ICCRGBG1012"


def strip(data: bytes) -> Container:
    """The picture without comments, XMP, other applications' blocks and what lies behind its end.

    Raises Damaged.
    """
    view = memoryview(data)
    position = 13 + _colors(data, 10)
    kept: list[bytes | memoryview] = [view[:position]]
    width, height = struct.unpack_from("<HH", data, 6)
    frames = 0
    control: bytes | memoryview = b""  # is about the image after it, and goes where that goes
    while (kind := _byte(data, position)) != _TRAILER:
        start = position
        if kind == _IMAGE:
            if start + 10 > len(data):
                raise Damaged("an image is cut off")
            left, top, wide, high = struct.unpack_from("<HHHH", data, start + 1)
            # Decoders enlarge the canvas for a frame that does not fit.
            width, height = max(width, left + wide), max(height, top + high)
            position = _after_blocks(data, start + 11 + _colors(data, start + 9))
            kept += [control, view[start:position]]
            control = b""
            frames += 1
        elif kind == _EXTENSION:
            label = _byte(data, start + 1)
            position = _after_blocks(data, start + 2)
            if label == _GRAPHIC_CONTROL:
                control = view[start:position]
            elif label == _PLAIN_TEXT:
                control = b""
            elif label == _APPLICATION:
                kept.append(_application(data, start, position))
        else:
            raise Damaged("there is a block of no known kind")
    if not frames or not width or not height:
        raise Damaged("there is no picture in it")
    kept.append(b"\x3b")
    return Container(b"".join(kept), width, height, frames=frames, is_lossless=True)


def _byte(data: bytes, position: int) -> int:
    if position >= len(data):
        raise Damaged("the trailer is missing")
    return data[position]


def _colors(data: bytes, position: int) -> int:
    """The bytes that the colour table takes which the flags at `position` announce."""
    flags = _byte(data, position)
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, position: int) -> int:
    """Where a chain of sub-blocks ends."""
    while length := _byte(data, position):
        position += length + 1
    return position + 1


def _application(data: bytes, start: int, end: int) -> bytes:
    """What is kept of an application's extension: the number of repetitions and the colour profile."""
    name = data[start + 3 : start + 14]
    if name == _PROFILE:
        return data[start:end]
    if name in _LOOPS and data[start + 14 : start + 16] == b"\x03\x01":
        return data[start : start + 18] + b"\0"
    return b""
