"""The one thing in EXIF that a picture cannot be shown rightly without: which way up it is."""

from __future__ import annotations

import struct
from typing import Final

_TAG: Final = 0x0112
_SHORT: Final = 3


def read_orientation(exif: bytes) -> int:
    """The orientation in a block of EXIF (a TIFF header and what follows), 1 to 8; 1 where it says none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, values, value = struct.unpack_from(f"{order}HHIH", exif, entry)
            if tag == _TAG:
                return int(value) if kind == _SHORT and values == 1 and 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def only_orientation(orientation: int) -> bytes:
    """A block of EXIF that says the orientation and nothing else."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _TAG, _SHORT, 1, orientation, 0, 0)
