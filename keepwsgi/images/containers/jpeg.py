"""JPEG (ITU T.81, annex B): a chain of segments, each with a marker; the scans follow theirs without a length."""

from __future__ import annotations

import re
import struct
from typing import Final

from keepwsgi.images.containers.container import Container, Damaged
from keepwsgi.images.containers.orientation import only_orientation, read_orientation

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_COMMENT: Final = 0xFE
# Start of frame; C4, C8 and CC in the same row are tables.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a length: TEM and the restarts.
_ALONE: Final = frozenset((0x01, *range(0xD0, 0xD8)))
# Inside a scan FF 00 is a byte and FF D0 to D7 are restarts; FF FF is filling.
_END_OF_SCAN: Final = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_EXIF: Final = b"Exif\0\0"


def strip(data: bytes) -> Container:
    """The picture without EXIF (but for its orientation), XMP, IPTC, comments, and what lies behind its end.

    The colour profile stays, and what decoders need to know of the colours. Raises Damaged.
    """
    kept: list[bytes | memoryview] = []
    view = memoryview(data)
    orientation, size, scans, position, jfif = 1, (0, 0), 0, 2, 0
    has_exif = False
    while True:
        marker, position = _next_marker(data, position)
        if marker == _EOI:
            break
        if marker in _ALONE or marker == _SOI:
            continue
        content, end = _content(data, position)
        if marker == _APP1 and content.startswith(_EXIF) and not has_exif:
            has_exif = True
            orientation = read_orientation(content[len(_EXIF) :])
        elif marker in _FRAMES:
            size = _frame_size(content)
        if marker == _APP0 and content.startswith(b"JFIF\0") and len(content) >= 14:
            kept.append(_segment(_APP0, content[:12] + b"\0\0"))  # without a thumbnail
            jfif = len(kept)
        elif marker == _APP14 and content.startswith(b"Adobe") and len(content) >= 12:
            kept.append(_segment(_APP14, content[:12]))
        elif _is_kept(marker, content):
            kept.append(_segment(marker, content))
        position = end
        if marker == _SOS:
            scans += 1
            found = _END_OF_SCAN.search(data, position)
            if found is None:
                raise Damaged("the last scan has no end")
            kept.append(view[position : found.start()])
            position = found.start()
    if not scans or not all(size):
        raise Damaged("there is no picture in it")
    if orientation != 1:
        kept.insert(jfif, _segment(_APP1, _EXIF + only_orientation(orientation)))
    stripped = b"".join((b"\xff\xd8", *kept, b"\xff\xd9"))
    return Container(stripped, *size, orientation=orientation)


def _next_marker(data: bytes, position: int) -> tuple[int, int]:
    """The next marker and where its segment begins. As decoders do, skips what should not be between two."""
    while True:
        position = data.find(b"\xff", position)
        if position < 0 or position + 1 >= len(data):
            raise Damaged("there is no end marker")
        position += 1
        if data[position] not in (0x00, 0xFF):
            return data[position], position + 1


def _content(data: bytes, position: int) -> tuple[bytes, int]:
    """What a segment holds, and where it ends."""
    if position + 2 > len(data):
        raise Damaged("a segment is cut off")
    (length,) = struct.unpack_from(">H", data, position)
    end = position + length
    if length < 2 or end > len(data):
        raise Damaged("a segment is cut off")
    return data[position + 2 : end], end


def _frame_size(content: bytes) -> tuple[int, int]:
    if len(content) < 5:
        raise Damaged("a frame header is cut off")
    height, width = struct.unpack_from(">HH", content, 1)
    return width, height


def _is_kept(marker: int, content: bytes) -> bool:
    if marker == _APP2:
        return content.startswith(b"ICC_PROFILE\0")
    return not (_APP0 <= marker <= 0xEF or marker == _COMMENT)


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
