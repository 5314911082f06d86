"""Makes archives as Google Takeout does, with whatever is odd about them on request."""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from collections.abc import Mapping
from typing import Any

#: When the first note of an archive was made: 2021-03-04T05:06:07.089012Z.
MADE = 1_614_834_367_089_012

FOLDER = "Takeout/Keep"
SPAN = "font-size:7.2pt;font-family:'Google Sans';color:#000000;background-color:transparent;"
PLAIN = f"{SPAN}font-weight:400;font-style:normal;text-decoration:none;"


def note(title: str = "", text: str = "", *, age: int = 0, **fields: Any) -> dict[str, Any]:
    """A note as Takeout says it; `age` is how many seconds earlier than MADE it was made."""
    said = {
        "color": "DEFAULT",
        "isTrashed": False,
        "isPinned": False,
        "isArchived": False,
        "title": title,
        "userEditedTimestampUsec": MADE - age * 1_000_000 + 5,
        "createdTimestampUsec": MADE - age * 1_000_000,
    }
    content = {} if "listContent" in fields else {"textContent": text, "textContentHtml": paragraphs(text)}
    return {**said, **content, **fields}


def items(*lines: str) -> list[dict[str, Any]]:
    """A list as Takeout says it; a line that begins with an x and a space is ticked."""
    return [
        {
            "textHtml": f'<p dir="ltr"><span style="{PLAIN}">{line.removeprefix("x ")}</span></p>',
            "text": line.removeprefix("x "),
            "isChecked": line.startswith("x "),
        }
        for line in lines
    ]


def paragraphs(text: str) -> str:
    """Plain text as Takeout's HTML: a paragraph a line, a break for an empty one."""
    style = "line-height:1.38;margin-top:0.0pt;margin-bottom:0.0pt;"
    return "".join(
        f'<p dir="ltr" style="{style}"><span style="{PLAIN}">{line}</span></p>' if line else "<br />"
        for line in text.split("\n")
    )


def attachment(path: str, kind: str = "image/jpeg") -> dict[str, str]:
    """A note's word of a file beside it."""
    return {"filePath": path, "mimetype": kind}


def zipped(files: Mapping[str, Any], *, folder: str = FOLDER, flags: int | None = None) -> bytes:
    """A zip of files by name: bytes as they are, anything else as JSON. A name with a slash is a whole path."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            path = name.removeprefix("//") if name.startswith("//") else f"{folder}/{name}"
            archive.writestr(zipfile.ZipInfo(path, (2024, 5, 1, 9, 30, 0)), as_bytes(content))
    return made.getvalue()


def as_bytes(content: Any) -> bytes:
    """What stands in a file."""
    if isinstance(content, bytes):
        return content
    return content.encode() if isinstance(content, str) else json.dumps(content, ensure_ascii=False).encode()


def odd_takeout(jpeg: bytes) -> tuple[bytes, bytes]:
    """The two parts of a Takeout in which something is wrong with most of what there is; `jpeg` is its picture."""
    bold, italic = f"{SPAN}font-weight:700;", f"{SPAN}font-style:italic;font-weight:400;"
    rich = (
        f'<h2 dir="ltr"><span style="{bold}">Plan</span></h2>'
        f'<p dir="ltr"><span style="{bold}">bold</span><span style="{PLAIN}"> and </span>'
        f'<span style="{italic}">it</span><span style="{SPAN}text-decoration:underline;"> under</span></p>'
        f'<p dir="ltr"><span style="{PLAIN}">2*3</span></p>'
    )
    page = {"description": "…", "source": "WEBLINK"}
    notes: dict[str, dict[str, Any]] = {
        "again": note("again", "twice", age=50),
        "empty": note("", " "),
        "type": note("type", isPinned="perhaps"),
        "voice": note("voice", "said", attachments=[attachment("voice.3gp", "audio/3gpp")]),
        "lost": note("lost", attachments=[attachment("lost.png", "image/png")]),
        "heic": note("heic", attachments=[attachment("phone.heic", "image/heic")]),
        "shared": note(
            "shared",
            sharees=[{"email": "me@example.com", "isOwner": True}, {"email": "jun@example.com", "isOwner": False}],
        ),
        "later": note("later", color="MAUVE", reminders=[{"at": 5}]),
        "half": note("half", "half an emoji \ud83d and nothing \0"),
        "long": note("x" * 1_001),
        "labelled": note("labelled", labels=[{"name": "Home"}, {"name": "x" * 51}, {"name": "HOME"}]),
        "link": note(
            "link", "read this", annotations=[{**page, "title": "A [good] page", "url": "https://example.com/a"}]
        ),
        "linked list": note(
            "linked list",
            listContent=items("milk"),
            annotations=[{**page, "title": "A page", "url": "https://example.com/b"}],
        ),
        "said": note(
            "said",
            "see https://example.com/c",
            annotations=[{**page, "title": "C", "url": "https://example.com/c"}],
        ),
        "both": note("both", listContent=items("x milk"), textContent="above"),
        "rich": note("rich", "Plan\nbold and it under\n2*3", textContentHtml=rich),
        "null": note(
            "null", createdTimestampUsec=None, userEditedTimestampUsec=None, textContent=None, labels=None
        ),
        "jpeg": note("jpeg", attachments=[attachment("one.jpeg")]),
        "case": note("case", attachments=[attachment("two.jpg")]),
        "nfd": note("nfd", attachments=[attachment("사진.jpg")]),
        "cut": note("cut", attachments=[attachment("a-name-that-is-longer-than-zips-like.jpg")]),
        "other part": note("other part", attachments=[attachment("far.jpg")]),
    }
    folder = "Takeout/Keep 메모"
    files: dict[str, Any] = {f"{name}.json": json.dumps(said) for name, said in notes.items()}
    files |= {f"{name}.html": "<html>the same</html>" for name in notes}
    files |= {"torn.json": b'{"textContent": "to', "one.jpg": jpeg, "TWO.JPG": jpeg}
    files |= {unicodedata.normalize("NFD", "사진.jpg"): jpeg, "a-name-that-is-longer-than.jpg": jpeg}
    files |= {"voice.3gp": b"audio", "phone.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"}
    files |= {"//Takeout/Mail/settings.json": {"filters": []}, "//Takeout/archive_browser.html": "<html></html>"}
    second = {"again(1).json": notes["again"], "far.jpg": jpeg, "nobodys.png": jpeg}
    return zipped(files, folder=folder), zipped(second, folder=folder)
