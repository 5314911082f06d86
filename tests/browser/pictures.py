"""A picture to upload."""

from __future__ import annotations

import io


def png(width: int, height: int) -> bytes:
    """A picture of one colour, another one for each size."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (width, height), (width % 256, height % 256, 90)).save(file, "PNG")
    return file.getvalue()
