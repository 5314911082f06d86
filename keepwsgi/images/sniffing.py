"""What a file is, by its first bytes; names and types that a client gives are not asked."""

from __future__ import annotations

from typing import Final, Literal

Format = Literal["JPEG", "PNG", "GIF", "WEBP", "AVIF"]

TYPES: Final[dict[Format, str]] = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
}
#: How a file of each type is named.
EXTENSIONS: Final[dict[str, str]] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
}

_MAGIC: Final[tuple[tuple[bytes, Format], ...]] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
# TIFF in both byte orders and its big sister, BMP, icons, Photoshop, JPEG XL, JPEG 2000.
_OTHER_PICTURES: Final = (
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
    b"BM",
    b"\0\0\1\0",
    b"8BPS",
    b"\xff\x0a",
    b"\0\0\0\x0cJXL ",
    b"\0\0\0\x0cjP  ",
    b"\xff\x4f\xff\x51",
)
_AVIF_BRANDS: Final = frozenset((b"avif", b"avis"))
_HEIF_BRANDS: Final = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
# A document type may stand before the root of an SVG, and say a lot.
_HEAD: Final = 64 * 1024


def sniff(data: bytes) -> Format | Literal["svg", "unsupported"] | None:
    """The format of a picture that is taken, what kind it is of those that are not, or None for no picture."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        length = min(int.from_bytes(data[:4]), 256)
        brands = {data[8:12], *(data[start : start + 4] for start in range(16, length, 4))}
        if brands & _AVIF_BRANDS:
            return "AVIF"
        return "unsupported" if brands & _HEIF_BRANDS else None
    if data.startswith(_OTHER_PICTURES):
        return "unsupported"
    return "svg" if _is_svg(data[:_HEAD]) else None


def _is_svg(head: bytes) -> bool:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = head.decode(encoding, "replace").lower()
    root = text.find("<svg")
    # A page may hold a drawing; it is a page.
    return root >= 0 and not any(
        0 <= text.find(tag) < root for tag in ("<html", "<!doctype html", "<body", "<script")
    )
