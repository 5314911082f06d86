"""From an uploaded file to a picture that can be kept: checked, without its metadata, with two thumbnails.

All of it happens before a write is opened. The picture itself is kept as it came wherever that is possible.
"""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING, Final, Literal

from keepwsgi.images.containers.container import Container, Damaged
from keepwsgi.images.rationing import MAX_PIXELS, pixels
from keepwsgi.images.sniffing import TYPES, Format, sniff

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFile import ImageFile

Problem = Literal["missing", "too_large", "svg", "unsupported", "not_a_picture", "truncated", "bomb"]
Size = Literal["thumb", "preview"]

#: The pixels of all frames of an animation together: about ten seconds of a screen.
MAX_FRAME_PIXELS: Final = 500_000_000
MAX_FRAMES: Final = 5_000


class InvalidPicture(ValueError):
    """The file is not taken. `kind` says why:

    `missing` (no file, or an empty one), `too_large` (in bytes), `svg`, `unsupported` (a picture of another
    format), `not_a_picture`, `truncated` (incomplete or damaged), `bomb` (too many pixels).
    """

    def __init__(self, kind: Problem) -> None:
        super().__init__(kind)
        self.kind: Problem = kind


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """A picture ready to be kept: its bytes, their SHA-256 in hex, its MIME type, its size as it is shown.

    `thumbnails` are WebP files by the name of their size.
    """

    data: bytes
    digest: str
    type: str
    width: int
    height: int
    thumbnails: dict[Size, bytes]


def prepare(file: IO[bytes], *, largest: int) -> PreparedPicture:
    """Read a file of at most `largest` bytes and make it ready. Raises InvalidPicture.

    Waits while other pictures of the process take up what memory is granted to decoding, but not among many:
    then, and after a while, it raises rationing.TooManyAtOnce, which is a StoreUnavailable.
    """
    name, container = _opened(file.read(largest + 1), largest)
    with pixels(_weight(name, container.width, container.height)):
        return _decoded(container, name)


def examine(data: bytes, *, largest: int) -> PreparedPicture:
    """As `prepare`, but without thumbnails, and no pixel is decoded of a file whose own parts say everything.

    For many pictures at once that come from another program of this kind. Raises InvalidPicture, and what
    `prepare` raises.
    """
    name, container = _opened(data, largest)
    if name == "AVIF" or (container.orientation != 1 and name in ("PNG", "WEBP")):
        return prepare(BytesIO(data), largest=largest)
    turned = container.orientation >= 5 and container.frames == 1
    size = (container.height, container.width) if turned else (container.width, container.height)
    return PreparedPicture(container.data, hashlib.sha256(container.data).hexdigest(), TYPES[name], *size, {})


def thumbnails_of(data: bytes) -> dict[Size, bytes]:
    """Make the thumbnails of a stored picture anew.

    Raises InvalidPicture where it can no longer be read, rationing.TooManyAtOnce.
    """
    name = _format_of(data)
    container = strip(data, name)
    with pixels(_weight(name, container.width, container.height)):
        return _decoded(container, name).thumbnails


def _opened(data: bytes, largest: int) -> tuple[Format, Container]:
    if not data:
        raise InvalidPicture("missing")
    if len(data) > largest:
        raise InvalidPicture("too_large")
    name = _format_of(data)
    return name, strip(data, name)


def strip(data: bytes, name: Format) -> Container:
    """The file without metadata. Raises InvalidPicture where it is damaged, or too large to be decoded."""
    module = importlib.import_module(f"keepwsgi.images.containers.{name.lower()}")
    try:
        container: Container = module.strip(data)
    except Damaged as error:
        raise InvalidPicture("truncated") from error
    _check_size(name, container.width, container.height, container.frames)
    return container


def _format_of(data: bytes) -> Format:
    found = sniff(data)
    if found is None:
        raise InvalidPicture("not_a_picture")
    if found == "svg" or found == "unsupported":
        raise InvalidPicture(found)
    if found == "AVIF":
        from PIL import features

        if not features.check("avif"):
            raise InvalidPicture("unsupported")
    return found


def _weight(name: Format, width: int, height: int) -> int:
    """The pixels to be granted: decoders of formats that may be animated hold a picture several times over."""
    return width * height * (2 if name in ("GIF", "WEBP") else 1)


def _check_size(name: Format, width: int, height: int, frames: int) -> None:
    total = width * height
    if (
        _weight(name, width, height) > MAX_PIXELS
        or frames > MAX_FRAMES
        or (frames > 1 and total * frames > MAX_FRAME_PIXELS)
    ):
        raise InvalidPicture("bomb")


def _decoded(container: Container, name: Format) -> PreparedPicture:
    """Decode every pixel, and give the picture with its thumbnails."""
    from PIL import Image

    from keepwsgi.images import thumbnails

    try:
        _open(container.data, name).verify()
        with _open(container.data, name) as image:
            frames = getattr(image, "n_frames", 1)
            _check_size(name, *image.size, frames)
            orientation = _orientation(image, container, name, frames)
            size = image.size if orientation < 5 else image.size[::-1]
            data = container.data
            if orientation != 1 and name in ("PNG", "WEBP"):
                # Browsers do not agree on turning these.
                data = _turned(image, orientation, container)
            made = thumbnails.make(image, orientation)
            for frame in range(1, frames):
                image.seek(frame)
                image.load()
    except InvalidPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise InvalidPicture("bomb") from error
    except Exception as error:  # Pillow raises what its decoders stumble over: OSError, SyntaxError, ValueError…
        raise InvalidPicture("truncated") from error
    return PreparedPicture(data, hashlib.sha256(data).hexdigest(), TYPES[name], *size, made)


def _open(data: bytes, name: Format) -> ImageFile:
    from PIL import Image

    # Otherwise Pillow imports all of its formats to find this one.
    importlib.import_module(f"PIL.{_PLUGINS[name]}ImagePlugin")
    return Image.open(BytesIO(data), formats=[name])


_PLUGINS: Final[dict[Format, str]] = {
    "JPEG": "Jpeg",
    "PNG": "Png",
    "GIF": "Gif",
    "WEBP": "WebP",
    "AVIF": "Avif",
}


def _orientation(image: Image.Image, container: Container, name: Format, frames: int) -> int:
    if name == "AVIF":
        # The file has properties for it, which Pillow translates.
        orientation = image.getexif().get(0x0112, 1)
        return orientation if 1 <= orientation <= 8 else 1
    return container.orientation if frames == 1 else 1


def _turned(image: Image.Image, orientation: int, container: Container) -> bytes:
    """The picture written anew the right way up, with its colour profile."""
    from keepwsgi.images.thumbnails import turn

    file = BytesIO()
    profile = image.info.get("icc_profile")
    turned = turn(image, orientation)
    if image.format == "PNG":
        turned.save(file, "PNG", icc_profile=profile, compress_level=3)
    elif container.is_lossless:
        turned.save(file, "WEBP", lossless=True, exact=True, icc_profile=profile)
    else:
        turned.save(file, "WEBP", quality=92, icc_profile=profile)
    return file.getvalue()
