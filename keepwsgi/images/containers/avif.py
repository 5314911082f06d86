"""AVIF (https://aomediacodec.github.io/av1-avif/): boxes in boxes that point into the file by absolute offsets.

Nothing can be taken out without moving what stands behind it, so metadata is overwritten where it stands.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from keepwsgi.images.containers.container import Container, Damaged
from keepwsgi.images.containers.orientation import only_orientation

_TOP: Final = frozenset((b"ftyp", b"meta", b"moov", b"mdat"))
_PARENTS: Final = frozenset((b"moov", b"trak", b"mdia", b"minf", b"iprp", b"ipco"))
_METADATA: Final = frozenset((b"udta", b"uuid", b"free", b"skip"))
#: An offset to the TIFF header, and the shortest one there is.
_NO_EXIF: Final = b"\0\0\0\0" + only_orientation(1)


class Box(NamedTuple):
    """A box: its type, where it begins, where what it holds begins, where it ends."""

    type: bytes
    start: int
    content: int
    end: int


def strip(data: bytes) -> Container:
    """The picture with EXIF, XMP and users' data blanked, without what lies behind its end. Raises Damaged."""
    out = bytearray(data)
    try:
        end, size = _strip(out)
    except (struct.error, IndexError) as error:
        raise Damaged("a box is cut off") from error
    if not all(size):
        raise Damaged("there is no picture in it")
    return Container(bytes(out[:end]), *size)


def _strip(data: bytearray) -> tuple[int, tuple[int, int]]:
    """Blank the metadata in `data`; return where the file ends, and width and height of its largest picture."""
    position, size = 0, (0, 0)
    seen: set[bytes] = set()
    while position < len(data):
        try:
            box = _box(data, position, len(data))
        except Damaged:
            if bytes(data[position + 4 : position + 8]) in _TOP or not _is_whole(seen):
                raise
            return position, size
        if box.type not in _TOP:
            if _is_whole(seen) and box.type not in _METADATA:
                return position, size
            _free(data, box)
        elif box.type == b"meta":
            size = max(size, _meta(data, box), key=_pixels)
        elif box.type == b"moov":
            size = max(size, _inside(data, box), key=_pixels)
        seen.add(box.type)
        position = box.end
    if not _is_whole(seen):
        raise Damaged("a part of the file is missing")
    return position, size


def _is_whole(seen: set[bytes]) -> bool:
    return b"mdat" in seen and not seen.isdisjoint((b"meta", b"moov"))


def _pixels(size: tuple[int, int]) -> int:
    return size[0] * size[1]


def _box(data: bytearray, position: int, limit: int) -> Box:
    if position + 8 > limit:
        raise Damaged("a box is cut off")
    length, kind = struct.unpack_from(">I4s", data, position)
    header = 8
    if length == 1:
        (length,) = struct.unpack_from(">Q", data, position + 8)
        header = 16
    elif length == 0:
        length = limit - position
    if length < header or position + length > limit:
        raise Damaged("a box is cut off")
    return Box(kind, position, position + header, position + length)


def _boxes(data: bytearray, position: int, limit: int) -> Iterator[Box]:
    while position < limit:
        box = _box(data, position, limit)
        yield box
        position = box.end


def _free(data: bytearray, box: Box) -> None:
    """Make the box one that says nothing, of the same length."""
    data[box.start + 4 : box.start + 8] = b"free"
    data[box.content : box.end] = bytes(box.end - box.content)


def _inside(data: bytearray, parent: Box) -> tuple[int, int]:
    """Blank what is metadata among the boxes of `parent`; return the largest size that is told in it."""
    size = (0, 0)
    for box in _boxes(data, parent.content, parent.end):
        if box.type in _METADATA or (box.type == b"meta" and parent.type in (b"moov", b"trak")):
            _free(data, box)
        elif box.type in _PARENTS:
            size = max(size, _inside(data, box), key=_pixels)
        elif box.type == b"ispe":
            size = max(size, struct.unpack_from(">II", data, box.content + 4), key=_pixels)
        elif box.type == b"tkhd":
            width, height = struct.unpack_from(">II", data, box.end - 8)
            size = max(size, (width >> 16, height >> 16), key=_pixels)
    return size


def _meta(data: bytearray, meta: Box) -> tuple[int, int]:
    """Blank the items that are metadata; return the largest size of a picture."""
    children = {box.type: box for box in _boxes(data, meta.content + 4, meta.end)}
    for box in children.values():
        if box.type in _METADATA:
            _free(data, box)
    kinds = _item_types(data, children[b"iinf"]) if b"iinf" in children else {}
    if b"iloc" in children:
        idat = children[b"idat"].content if b"idat" in children else 0
        for item, start, length in _extents(data, children[b"iloc"], idat):
            kind = kinds.get(item)
            if kind in (b"Exif", b"mime", b"uri "):
                if start + length > len(data):
                    raise Damaged("an item is cut off")
                blank = _NO_EXIF if kind == b"Exif" and length >= len(_NO_EXIF) else b""
                data[start : start + length] = blank + bytes(length - len(blank))
    return _inside(data, children[b"iprp"]) if b"iprp" in children else (0, 0)


def _item_types(data: bytearray, iinf: Box) -> dict[int, bytes]:
    wide = data[iinf.content] > 0
    types = {}
    for box in _boxes(data, iinf.content + (8 if wide else 6), iinf.end):
        version = data[box.content]
        if box.type == b"infe" and version >= 2:
            item, _, kind = struct.unpack_from(">HH4s" if version == 2 else ">IH4s", data, box.content + 4)
            types[item] = kind
    return types


def _extents(data: bytearray, iloc: Box, idat: int) -> Iterator[tuple[int, int, int]]:
    """Item, beginning and length of every stretch of bytes an item lies in (ISO 14496-12, 8.11.3)."""
    version = data[iloc.content]
    sizes = data[iloc.content + 4 : iloc.content + 6]
    offset_size, length_size, base_size, index_size = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4, sizes[1] & 15
    position = iloc.content + 6

    def number(size: int) -> int:
        nonlocal position
        if position + size > iloc.end:
            raise Damaged("the list of items is cut off")
        value = int.from_bytes(data[position : position + size])
        position += size
        return value

    for _ in range(number(2 if version < 2 else 4)):
        item = number(2 if version < 2 else 4)
        method = number(2) & 15 if version else 0
        number(2)
        base = number(base_size) + (idat if method == 1 else 0)
        for _ in range(number(2)):
            if version:
                number(index_size)
            start = base + number(offset_size)
            yield item, start, number(length_size)
