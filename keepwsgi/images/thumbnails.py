"""Small pictures of a picture: two WebP files, turned as it is shown, in the colours of a screen."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final, Literal

from PIL import Image, ImageCms, ImageFile

if TYPE_CHECKING:
    from keepwsgi.images.pictures import Size

#: The square each one fits into, in pixels. Nothing is enlarged.
SIZES: Final[dict[Size, int]] = {"preview": 1600, "thumb": 640}
_QUALITY: Final = 80
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def make(image: Image.Image, orientation: int) -> dict[Size, bytes]:
    """The thumbnails of the first frame of an opened picture, all of which is decoded by it."""
    largest = max(SIZES.values())
    if isinstance(image, ImageFile.ImageFile) and image.format == "JPEG":
        # Every byte is read all the same, but only as many pixels are made as are needed.
        image.draft(None, fit(image.size, largest))
    image.load()
    small = turn(_in_screen_colors(_reduced(image, largest), image.info.get("icc_profile")), orientation)
    files: dict[Size, bytes] = {}
    for name, longest in sorted(SIZES.items(), key=lambda item: -item[1]):
        small = _resized(small, longest)
        file = BytesIO()
        small.save(file, "WEBP", quality=_QUALITY, method=3)
        files[name] = file.getvalue()
    return files


def turn(image: Image.Image, orientation: int) -> Image.Image:
    """The picture the right way up; `orientation` is EXIF's."""
    return image if orientation == 1 else image.transpose(_TURNS[orientation])


def fit(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """The size of a picture of `size` in a square of `longest`: as it is if it fits, never less than a pixel."""
    width, height = size
    scale = min(1.0, longest / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _reduced(image: Image.Image, longest: int) -> Image.Image:
    """The picture no larger than needed, in a mode with a byte for each channel.

    A large one is first reduced by a whole factor, strip by strip: what the conversion of all of it would take
    is never there at once.
    """
    width, height = image.size
    factor = max(1, int(max(image.size) / (1.5 * longest)))
    if factor == 1:
        small = _workable(image)
    else:
        strips = range(0, height, 128 * factor)
        parts = (_workable(image.crop((0, top, width, min(top + strips.step, height)))) for top in strips)
        reduced = [part.reduce(factor) for part in parts]
        small = Image.new(reduced[0].mode, (reduced[0].width, sum(part.height for part in reduced)))
        for number, part in enumerate(reduced):
            small.paste(part, (0, number * 128))
    size = fit(image.size, longest)
    if size != small.size:
        small = small.resize(size, Image.Resampling.LANCZOS, box=(0, 0, width / factor, height / factor))
    if small.mode == "RGBa":
        return small.convert("RGBA")
    if small.mode == "I":  # gray of 16 bits
        return small.point(lambda value: value * (1 / 257)).convert("L")
    return small


def _workable(image: Image.Image) -> Image.Image:
    """The picture in a mode that neighbouring pixels can be mixed in; transparent ones weigh nothing then."""
    if "transparency" in image.info or image.mode in ("PA", "LA", "RGBA"):
        return image.convert("RGBA").convert("RGBa")
    if image.mode.startswith(("I", "F")):
        return image.convert("I")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _resized(image: Image.Image, longest: int) -> Image.Image:
    size = fit(image.size, longest)
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _in_screen_colors(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA, converted from `profile` to sRGB where that can be read."""
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    plain: Literal["L", "RGB"] = "L" if image.mode in ("L", "LA") else "RGB"
    colors = image if image.mode == "CMYK" or alpha is None else image.convert(plain)
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(colors, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            colors = converted or colors
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile for another kind of picture, or none at all: as browsers do, without it
    colors = colors.convert("RGB")
    if alpha is not None:
        colors.putalpha(alpha)
    return colors
