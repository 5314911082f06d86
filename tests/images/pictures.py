"""Pictures for the tests, made by Pillow."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

from keepwsgi.images.pictures import PreparedPicture, prepare

#: Where the pictures were taken, in words that must not be found afterwards.
CAMERA = "Hasselblad-of-Minji"
LARGEST = 16 * 1024 * 1024


def gradient(size: tuple[int, int] = (40, 30), mode: str = "RGB") -> Image.Image:
    """A picture whose four corners differ: red, green, blue and white, clockwise from the upper left."""
    corners = Image.new("RGB", (2, 2))
    for place, color in {(0, 0): "red", (1, 0): "lime", (1, 1): "blue", (0, 1): "white"}.items():
        corners.paste(color, (*place, place[0] + 1, place[1] + 1))
    return corners.resize(size, Image.Resampling.NEAREST).convert(mode)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The picture as a file."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif(orientation: int = 1) -> bytes:
    """EXIF with a camera, a place on earth and an orientation."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = CAMERA
    gps = data.get_ifd(0x8825)
    gps[1], gps[2] = "N", (IFDRational(37), IFDRational(33), IFDRational(59))
    gps[29] = "2024:05:01"
    written = data.tobytes()
    assert CAMERA.encode() in written
    assert b"2024:05:01" in written
    return written


@cache  # it holds the second it was made in
def profile() -> bytes:
    """A colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def prepared(data: bytes, *, largest: int = LARGEST) -> PreparedPicture:
    """What `prepare` makes of a file."""
    return prepare(BytesIO(data), largest=largest)


def opened(data: bytes) -> Image.Image:
    """The picture in a file, all of it decoded."""
    image = Image.open(BytesIO(data))
    image.load()
    return image
