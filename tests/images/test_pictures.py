"""What is taken in as a picture, what is left out of it, and what is refused."""

from __future__ import annotations

import struct
import threading
import time
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from keepwsgi.images.containers import avif
from keepwsgi.images.pictures import InvalidPicture, prepare
from keepwsgi.images.rationing import MAX_PIXELS, TooManyAtOnce, pixels
from keepwsgi.images.stores import StoreUnavailable
from tests.images.pictures import CAMERA, encode, exif, gradient, opened, prepared, profile

#: A file of each format, with what its writer can be told.
FORMATS = {
    "JPEG": {"quality": 90},
    "PNG": {},
    "GIF": {},
    "WEBP": {"lossless": True},
    "AVIF": {"quality": 90},
}
TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
}


def plain(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    return encode(gradient(size), kind, **FORMATS[kind])


def same_pixels(one: Image.Image, other: Image.Image) -> bool:
    difference = ImageChops.difference(one.convert("RGBA"), other.convert("RGBA"))
    return one.size == other.size and difference.getbbox(alpha_only=False) is None


def refused(data: bytes, largest: int = 10_000_000) -> str:
    """Return why the file is refused."""
    with pytest.raises(InvalidPicture) as caught:
        prepared(data, largest=largest)
    return caught.value.kind


def png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def with_png_chunks(data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """Put chunks right after the header of a PNG."""
    return data[:33] + b"".join(png_chunk(*chunk) for chunk in chunks) + data[33:]


def with_segment(data: bytes, marker: int, content: bytes) -> bytes:
    """Put a segment right after the start of a JPEG."""
    return data[:2] + struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content + data[2:]


# --- What is kept ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_with_nothing_to_leave_out_is_kept_to_the_byte(kind: str) -> None:
    data = plain(kind)
    picture = prepared(data)
    assert picture.data == data
    assert picture.type == TYPES[kind]
    assert (picture.width, picture.height) == (40, 30)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nobody_learns_from_a_picture_where_and_with_what_it_was_taken(kind: str) -> None:
    data = encode(gradient(), kind, exif=exif(), xmp=b"<x:xmpmeta>Jeju</x:xmpmeta>", **FORMATS[kind])
    assert CAMERA.encode() in data
    kept = prepared(data).data
    for secret in (CAMERA.encode(), b"2024:05:01", b"Jeju", b"xmpmeta"):
        assert secret not in kept
    assert same_pixels(opened(kept), opened(data))
    assert not opened(kept).getexif().get_ifd(0x8825)
    assert prepared(kept).data == kept  # nothing is left to leave out


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_colour_profile_is_kept(kind: str) -> None:
    data = encode(gradient(), kind, icc_profile=profile(), exif=exif(), **FORMATS[kind])
    assert opened(prepared(data).data).info["icc_profile"] == profile()


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"\0" * 40, b"PK\3\4" + bytes(60), b"x"])
def test_what_lies_behind_the_end_of_a_picture_is_left_out(kind: str, tail: bytes) -> None:
    data = plain(kind)
    assert prepared(data + tail).data == data


def test_comments_and_what_programs_have_put_into_a_jpeg_are_left_out() -> None:
    data = plain("JPEG")
    stuffed = data
    for marker, content in (
        (0xFE, b"a comment"),
        (0xED, b"Photoshop 3.0\0IPTC Seoul"),
        (0xE2, b"MPF\0" + bytes(40)),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0Busan"),
        (0xEF, b"anything"),
        (0xE0, b"JFXX\0\x10" + plain("JPEG")),
    ):
        stuffed = with_segment(stuffed, marker, content)
    assert prepared(stuffed).data == data


def test_a_thumbnail_in_the_header_of_a_jpeg_is_left_out() -> None:
    data = plain("JPEG")
    header = data[2:20]
    assert header[4:9] == b"JFIF\0"
    small = b"\xff\xe0" + struct.pack(">H", 16 + 3) + header[4:16] + b"\1\1" + b"abc"
    assert prepared(data[:2] + small + data[20:]).data == data


def test_texts_and_times_in_a_png_are_left_out() -> None:
    data = plain("PNG")
    chunks = ((b"tEXt", b"Author\0Minji"), (b"tIME", bytes(7)), (b"iTXt", b"x\0\0\0\0\0y"), (b"prVt", b"any"))
    assert prepared(with_png_chunks(data, *chunks)).data == data


def test_comments_and_data_of_programs_in_a_gif_are_left_out() -> None:
    data = plain("GIF")
    start = 13 + (3 << (data[10] & 7) + 1)
    comment = b"\x21\xfe\x08location\0"
    xmp = b"\x21\xff\x0bXMP DataXMP\x04Jeju\0"
    text = b"\x21\xf9\x04\0\0\0\0\0\x21\x01\x0c" + bytes(12) + b"\x02hi\0"
    assert prepared(data[:start] + comment + xmp + text + data[start:]).data == data


def test_data_of_programs_in_a_webp_are_left_out() -> None:
    data = plain("WEBP")
    extra = b"what" + struct.pack("<I", 5) + b"Seoul\0"
    stuffed = b"RIFF" + struct.pack("<I", len(data) - 8 + len(extra)) + data[8:] + extra
    assert prepared(stuffed).data == data


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def test_what_programs_have_put_into_an_avif_is_blanked_where_it_stands() -> None:
    size = box(b"iprp", box(b"ipco", box(b"ispe", struct.pack(">III", 0, 40, 30))))
    uuid, time = box(b"uuid", b"Seoul"), box(b"free", b"Incheon")
    moov = box(b"moov", box(b"udta", b"Busan"), box(b"trak", box(b"meta", b"Jeju"), box(b"uuid", b"Suwon")))
    whole = box(b"ftyp", b"avif\0\0\0\0avif") + uuid + time + box(b"meta", bytes(4), size, uuid) + moov
    whole += box(b"mdat", b"pixels")
    container = avif.strip(whole)
    assert (container.width, container.height) == (40, 30)
    assert len(container.data) == len(whole)  # what points into the file still points right
    assert b"pixels" in container.data
    for secret in (b"Seoul", b"Incheon", b"Busan", b"Jeju", b"Suwon"):
        assert secret not in container.data
    longer = avif.strip(whole + box(b"uuid", b"Daegu") + b"<html>").data
    assert longer == container.data + box(b"free", bytes(5))


# --- Which way up ----------------------------------------------------------------------------------------------


def corners(image: Image.Image) -> list[str]:
    """The colours of the corners clockwise from the upper left, by the channel that is highest."""
    width, height = image.size
    names = []
    for place in ((2, 2), (width - 3, 2), (width - 3, height - 3), (2, height - 3)):
        red, green, blue = image.convert("RGB").getpixel(place)
        bright = [name for name, value in (("r", red), ("g", green), ("b", blue)) if value > 128]
        names.append("".join(bright))
    return names


#: EXIF's eight, and where the corners of `gradient` are seen then.
TURNED = {
    1: ["r", "g", "b", "rgb"],
    2: ["g", "r", "rgb", "b"],
    3: ["b", "rgb", "r", "g"],
    4: ["rgb", "b", "g", "r"],
    5: ["r", "rgb", "b", "g"],
    6: ["rgb", "r", "g", "b"],
    7: ["b", "g", "r", "rgb"],
    8: ["g", "b", "rgb", "r"],
}


@pytest.mark.parametrize("orientation", TURNED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_is_shown_the_way_it_was_taken(kind: str, orientation: int) -> None:
    data = encode(gradient(), kind, exif=exif(orientation), **FORMATS[kind])
    picture = prepared(data)
    assert (picture.width, picture.height) == ((40, 30) if orientation < 5 else (30, 40))
    for small in picture.thumbnails.values():
        assert corners(opened(small)) == TURNED[orientation]
        assert opened(small).size == (picture.width, picture.height)
    kept = opened(picture.data)
    turned = kept.getexif().get(0x0112, 1)
    if kind in ("PNG", "WEBP"):
        assert turned == 1
        assert corners(kept) == TURNED[orientation]
    else:
        assert turned == orientation
    assert CAMERA.encode() not in picture.data
    assert prepared(picture.data).data == picture.data


@pytest.mark.parametrize("value", [0, 9, 255, 65535])
def test_an_orientation_that_is_none_is_passed_over(value: int) -> None:
    picture = prepared(encode(gradient(), "JPEG", exif=exif(value)))
    assert (picture.width, picture.height) == (40, 30)
    assert 0x0112 not in opened(picture.data).getexif()


@pytest.mark.parametrize(
    "block", [b"", b"II*\0", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff", b"nonsense"]
)
def test_broken_exif_does_not_spoil_a_picture(block: bytes) -> None:
    data = plain("JPEG")
    assert prepared(with_segment(data, 0xE1, b"Exif\0\0" + block)).data == data


# --- Modes, sizes, animations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    + [("JPEG", mode) for mode in ("L", "RGB", "CMYK")]
    + [("GIF", mode) for mode in ("1", "L", "P", "RGBA")]
    + [("WEBP", mode) for mode in ("RGB", "RGBA")]
    + [("AVIF", mode) for mode in ("RGB", "RGBA")],
)
def test_every_kind_of_pixels_is_taken(kind: str, mode: str) -> None:
    image = gradient((1300, 700), "L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = image.point(lambda value: value * 257, "I").convert("I;16")
    data = encode(image, kind)
    picture = prepared(data)
    assert picture.data == data
    seen = opened(picture.thumbnails["thumb"])
    assert seen.size == (640, 345)
    expected = opened(encode(gradient((1300, 700), "L" if mode in ("1", "L", "LA", "I;16") else "RGB"), "PNG"))
    for place in ((5, 5), (634, 5)):
        got = seen.convert("RGB").getpixel(place)
        wanted = expected.convert("RGB").getpixel((place[0] * 2, place[1] * 2))
        if mode != "1":  # dithered
            assert all(abs(one - other) < 24 for one, other in zip(got, wanted, strict=True)), (got, wanted)


def test_transparency_is_kept_in_small_pictures() -> None:
    image = gradient((1000, 500), "RGBA")
    image.putalpha(Image.linear_gradient("L").resize((1000, 500)))
    for data in (encode(image, "PNG"), encode(image.quantize(), "PNG"), encode(image, "WEBP")):
        small = opened(prepared(data).thumbnails["thumb"])
        assert small.mode == "RGBA"
        low, high = small.getchannel("A").getextrema()
        assert low < 20
        assert high > 235


def test_colours_of_a_wide_profile_are_converted_for_the_screen() -> None:
    # A profile whose red and green have changed places, so that a picture which is not converted is seen to be.
    data = encode(Image.new("RGB", (20, 20), (250, 5, 5)), "PNG", icc_profile=swapped_profile())
    red, green, _ = opened(prepared(data).thumbnails["thumb"]).convert("RGB").getpixel((10, 10))
    assert green > red


def swapped_profile() -> bytes:
    """sRGB in which the columns of red and green are each other's."""
    data = bytearray(profile())
    (count,) = struct.unpack_from(">I", data, 128)
    entries = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = entries[b"rXYZ"], entries[b"gXYZ"]
    data[red + 4 : red + 12], data[green + 4 : green + 12] = data[green + 4 : green + 12], data[red + 4 : red + 12]
    return bytes(data)


@pytest.mark.parametrize(
    "broken", [b"not a profile", bytes(200), profile()[:100]], ids=["words", "zeros", "cut short"]
)
def test_a_broken_profile_does_not_spoil_a_picture(broken: bytes) -> None:
    assert prepared(encode(gradient(), "JPEG", icc_profile=broken)).width == 40


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (1600, 1600), (1601, 3)])
def test_small_pictures_fit_their_squares_and_are_never_enlarged(kind: str, size: tuple[int, int]) -> None:
    picture = prepared(plain(kind, size))
    for name, longest in (("thumb", 640), ("preview", 1600)):
        small = opened(picture.thumbnails[name])  # type: ignore[index]
        scale = min(1, longest / max(size))
        assert small.format == "WEBP"
        assert small.size == tuple(max(1, round(side * scale)) for side in size)
        assert not small.getexif()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_a_large_picture_is_the_same_when_it_is_small(mode: str) -> None:
    image = Image.linear_gradient("L").resize((90, 9_701))
    if mode == "I;16":
        drawn = image.convert("I").point(lambda value: value * 257).convert("I;16")
    else:
        drawn = image.convert(mode)
    small = opened(prepared(encode(drawn, "PNG")).thumbnails["preview"]).convert("L")
    expected = image.resize(small.size, Image.Resampling.LANCZOS)
    assert small.size == (15, 1600)
    for row in range(0, 1600, 13):
        mean = sum(small.getpixel((column, row)) for column in range(15)) / 15
        assert abs(mean - expected.getpixel((7, row))) < (40 if mode == "1" else 5), row


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_is_kept_and_its_small_picture_stands_still(kind: str) -> None:
    frames = [Image.new("RGB", (50, 40), color) for color in ("red", "lime", "blue")]
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, loop=0)
    picture = prepared(data)
    assert picture.data == data
    assert opened(picture.data).n_frames == 3  # type: ignore[attr-defined]
    small = opened(picture.thumbnails["thumb"])
    assert getattr(small, "n_frames", 1) == 1
    red, green, blue = small.convert("RGB").getpixel((5, 5))
    assert red > 240
    assert max(green, blue) < 15


def test_an_animated_webp_loses_its_metadata_and_nothing_else() -> None:
    frames = [gradient((50, 40), "RGBA"), gradient((50, 40), "RGBA").transpose(Image.Transpose.ROTATE_180)]
    options = {"save_all": True, "append_images": frames[1:], "duration": 70, "lossless": True}
    data = encode(frames[0], "WEBP", exif=exif(6), **options)
    kept = prepared(data).data
    assert CAMERA.encode() not in kept
    assert kept[12:16] == b"VP8X"
    assert data[20] & 0x0C == 0x08
    assert kept[20] & 0x0C == 0
    before, after = Image.open(BytesIO(data)), Image.open(BytesIO(kept))
    for frame in range(2):
        before.seek(frame)
        after.seek(frame)
        assert same_pixels(before, after)


# --- What is refused -------------------------------------------------------------------------------------------


def test_no_file_and_an_empty_file_are_missing() -> None:
    assert refused(b"") == "missing"


def test_a_file_may_have_as_many_bytes_as_are_allowed_and_not_one_more() -> None:
    data = plain("PNG")
    assert prepared(data, largest=len(data)).data == data
    assert refused(data, largest=len(data) - 1) == "too_large"


def test_not_more_is_read_of_a_file_than_is_needed_to_refuse_it() -> None:
    file = BytesIO(bytes(1_000_000))
    with pytest.raises(InvalidPicture):
        prepare(file, largest=1000)
    assert file.tell() <= 1001


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<!DOCTYPE svg [' + b" " * 5000 + b"]><svg/>",
        '<?xml version="1.0" encoding="UTF-16"?><svg/>'.encode("utf-16"),
        b"  \n<SVG></SVG>",
        b'<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>',
    ],
)
def test_a_drawing_is_refused_as_such(data: bytes) -> None:
    assert refused(data) == "svg"


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><html><body><svg></svg></body></html>",
        b"<html>",
        b"<script>alert(1)</script><svg>",
        b"%PDF-1.7 ...",
        b"PK\3\4" + bytes(30),
        b"\x1f\x8b\x08" + bytes(30),
        b"GIF90a" + bytes(100),
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        b"just text",
        b"\0",
        b"\xff\xd8",
    ],
)
def test_what_is_no_picture_is_refused_as_such(data: bytes) -> None:
    assert refused(data) == "not_a_picture"


@pytest.mark.parametrize(
    "data",
    [
        encode(gradient(), "TIFF"),
        encode(gradient(), "BMP"),
        encode(gradient(), "ICO"),
        encode(gradient(), "JPEG2000"),
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(50),
        b"\xff\x0a" + bytes(50),
        b"8BPS" + bytes(50),
    ],
)
def test_a_picture_of_another_format_is_refused_as_such(data: bytes) -> None:
    assert refused(data) == "unsupported"


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_that_is_cut_off_anywhere_is_refused(kind: str) -> None:
    data = encode(gradient((200, 150)), kind, **FORMATS[kind])
    points = {*range(12, 80), *range(80, len(data), max(1, len(data) // 60)), *range(len(data) - 8, len(data))}
    for length in sorted(point for point in points if point < len(data)):
        assert refused(data[:length]) in ("truncated", "not_a_picture"), length


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_that_is_cut_off_anywhere_is_refused(kind: str) -> None:
    frames = [gradient((60, 40)).rotate(90 * turn) for turn in range(4)]
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    for length in range(40, len(data), max(1, len(data) // 50)):
        assert refused(data[:length]) == "truncated", length


@pytest.mark.parametrize("kind", FORMATS)
def test_whatever_is_changed_in_a_picture_it_is_taken_or_refused_and_nothing_else(kind: str) -> None:
    data = bytearray(
        encode(gradient((60, 40)), kind, exif=exif(6), **FORMATS[kind]) if kind != "GIF" else plain(kind)
    )
    for position in range(0, len(data), max(1, len(data) // 150)):
        for value in (0x00, 0xFF, data[position] ^ 0x10):
            changed = bytes(data[:position]) + bytes((value,)) + bytes(data[position + 1 :])
            try:
                picture = prepared(changed)
            except InvalidPicture:
                continue
            assert picture.width * picture.height <= MAX_PIXELS


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_a_frame_that_cannot_be_decoded_spoils_an_animation(kind: str) -> None:
    frames = [gradient((60, 40)).rotate(90 * turn) for turn in range(4)]
    data = bytearray(encode(frames[0], kind, save_all=True, append_images=frames[1:], duration=100))
    if kind == "GIF":
        start = data.rindex(b"\x21\xf9\x04") + 8 + 10
        flags = data[start - 1]
        data[start + (3 << (flags & 7) + 1 if flags & 0x80 else 0)] = 33  # bits of a code
    elif kind == "WEBP":
        data[data.rindex(b"VP8 ") + 11 : data.rindex(b"VP8 ") + 14] = b"abc"  # the signature of a key frame
    elif kind == "PNG":
        start = data.rindex(b"fdAT")
        (length,) = struct.unpack_from(">I", data, start - 4)
        data[start + 8 : start + 4 + length] = bytes(length - 4)
        struct.pack_into(">I", data, start + 4 + length, zlib.crc32(data[start : start + 4 + length]))
    else:
        data[-200:] = bytes(200)
    assert refused(bytes(data)) == "truncated"


def bomb_png(width: int, height: int) -> bytes:
    """A few kilobytes that say they are a picture of any size."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = zlib.compress(bytes(10_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    for width, height in ((50_000, 50_000), (2**31 - 1, 2**31 - 1), (MAX_PIXELS + 1, 1)):
        assert refused(bomb_png(width, height)) == "bomb"
    jpeg = bytearray(plain("JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    struct.pack_into(">HH", jpeg, frame + 5, 65000, 65000)
    assert refused(bytes(jpeg)) == "bomb"
    assert refused(encode(Image.new("1", (5100, 5000)), "GIF")) == "bomb"
    gif = bytearray(plain("GIF"))
    struct.pack_into("<HH", gif, 6, 65535, 65535)
    assert refused(bytes(gif)) == "bomb"


def test_an_animation_of_too_many_frames_is_a_bomb() -> None:
    data = encode(Image.new("P", (4, 4)), "GIF")
    image = data.index(b"\x2c")
    assert refused(data[:image] + data[image:-1] * 5001 + b";") == "bomb"
    large = encode(Image.new("P", (3000, 3000)), "GIF")
    image = large.index(b"\x2c")
    assert refused(large[:image] + large[image:-1] * 60 + b";") == "bomb"


def test_a_picture_that_is_a_script_too_is_kept_as_nothing_but_a_picture() -> None:
    data = plain("GIF")
    start = 13 + (3 << (data[10] & 7) + 1)
    script = b"*/=1;alert(document.domain)//"
    polyglot = data[:start] + b"\x21\xfe" + bytes((len(script),)) + script + b"\0" + data[start:]
    assert prepared(polyglot + b"<script>alert(1)</script>").data == data
    jpeg = with_segment(plain("JPEG"), 0xFE, b"<html><script>alert(1)</script></html>")
    assert b"script" not in prepared(jpeg).data


# --- Memory ----------------------------------------------------------------------------------------------------


def test_more_pixels_than_there_ever_are_are_not_waited_for() -> None:
    with pytest.raises(ValueError, match="more than are ever granted"), pixels(MAX_PIXELS + 1):
        pytest.fail("the block must not run")


def test_no_more_pixels_are_decoded_at_once_than_are_granted() -> None:
    held = threading.Event()
    waiting = threading.Thread(target=lambda: [prepared(plain("PNG")), held.set()])
    with pixels(MAX_PIXELS):
        waiting.start()
        assert not held.wait(0.2)
    waiting.join(10)
    assert held.is_set()


def test_of_many_pictures_at_once_some_are_refused_and_half_of_the_server_stays_free() -> None:
    outcomes: list[object] = []

    def prepare_one() -> None:
        try:
            outcomes.append(prepared(plain("PNG")))
        except StoreUnavailable as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=prepare_one) for _ in range(8)]
    with pixels(MAX_PIXELS):
        for thread in threads:
            thread.start()
        while len(outcomes) < 5:
            time.sleep(0.01)
        assert outcomes == [TooManyAtOnce] * 5
    for thread in threads:
        thread.join(10)
    assert len(outcomes) == 8
    assert TooManyAtOnce not in outcomes[5:]
    prepared(plain("PNG"))
