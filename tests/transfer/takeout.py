"""Makes archives as Google Takeout does, with whatever is odd about them on request."""

from __future__ import annotations

import io
import json
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
