"""A note as Google Takeout writes it: one JSON file, read tolerantly and by what it holds.

Takeout knows no order, no indents and no moment of throwing away; an export of ours says those in a field of its
own, `keepwsgi`, and other tools read past it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Annotated, Any, Final
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from keepwsgi.memos.schemas import COLORS
from keepwsgi.transfer.html_markdown import convert, may_be_rich
from keepwsgi.transfer.note import Attachment, Note, NoteItem, moment
from keepwsgi.transfer.report import Reason

#: A JSON object with one of these is a note of Keep's; no other product of Google's writes them.
_OF_KEEP: Final = frozenset(("textContent", "listContent", "isTrashed", "userEditedTimestampUsec"))
#: What says nothing that is not said elsewhere.
_EMPTY: Final[tuple[Any, ...]] = (None, "", False, [], {}, 0)


class NotKeep(ValueError):
    """JSON, but no note of Keep's."""


class BrokenNote(ValueError):
    """No JSON, or a note whose fields are not what they should be."""


def _or(default: Any) -> Any:
    """A field for which null is as good as nothing."""
    return BeforeValidator(lambda value: default() if value is None else value)


Text = Annotated[str, _or(str)]
Flag = Annotated[bool, _or(bool)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Item(_Part):
    text: Text = ""
    isChecked: Flag = False  # noqa: N815 (Google's names)


class _Label(_Part):
    name: Text = ""


class _Attachment(_Part):
    filePath: Text = ""  # noqa: N815
    mimetype: Text = ""


class _Annotation(_Part):
    title: Text = ""
    url: Text = ""
    source: Text = ""


class _Sharee(_Part):
    email: Text = ""
    isOwner: Flag = False  # noqa: N815


class Ours(_Part):
    """What an export of ours adds: nothing of it is needed to read the note."""

    id: int | None = Field(default=None, ge=1, lt=2**63)
    position: str = Field(default="", max_length=1000)
    indents: list[int] = Field(default_factory=list)
    trashed_usec: int | None = None


class KeepNote(BaseModel):
    """The fields of a note. Others are kept, to be told of."""

    model_config = ConfigDict(extra="allow", frozen=True)

    title: Text = ""
    textContent: Text = ""  # noqa: N815
    textContentHtml: Text = ""  # noqa: N815
    listContent: list[_Item] | None = None  # noqa: N815
    labels: Annotated[list[_Label], _or(list)] = Field(default_factory=list)
    color: Text = "DEFAULT"
    isPinned: Flag = False  # noqa: N815
    isArchived: Flag = False  # noqa: N815
    isTrashed: Flag = False  # noqa: N815
    createdTimestampUsec: int | None = None  # noqa: N815
    userEditedTimestampUsec: int | None = None  # noqa: N815
    attachments: Annotated[list[_Attachment], _or(list)] = Field(default_factory=list)
    annotations: Annotated[list[_Annotation], _or(list)] = Field(default_factory=list)
    sharees: Annotated[list[_Sharee], _or(list)] = Field(default_factory=list)
    keepwsgi: Ours | None = None


def parse(data: bytes) -> KeepNote:
    """Read a file. Raises NotKeep for JSON of another kind, BrokenNote for what cannot be read."""
    value = _json(data)
    if not isinstance(value, dict) or not _OF_KEEP & value.keys():
        raise NotKeep
    try:
        return KeepNote.model_validate(value)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise BrokenNote(where) from error


def _json(data: bytes) -> Any:
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return from_json(data)
    except ValueError:
        pass
    try:
        # Takes half an emoji, which some devices have written.
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BrokenNote("no JSON") from error


def as_note(keep: KeepNote) -> Note:
    """The note, with what it has that we have not in `left`."""
    left: list[tuple[Reason, str]] = []
    ours = keep.keepwsgi
    color = keep.color.lower()
    if color not in COLORS:
        left.append(("unknown", f"color: {keep.color}"))
        color = "default"
    body = keep.textContent
    if ours is None and keep.textContentHtml and (not body or may_be_rich(keep.textContentHtml)):
        rich = convert(keep.textContentHtml)
        # The words are those of the text, whatever the HTML says.
        agrees = not body or rich.plain.split() == body.split()
        if agrees and (rich.is_rich or not body):
            body = rich.markdown
        if rich.lost or (rich.is_rich and not agrees):
            left.append(("format", ""))
    items = None
    if keep.listContent is not None and (keep.listContent or not body):
        indents = iter(ours.indents if ours else ())
        items = [NoteItem(each.text, each.isChecked, 1 if next(indents, 0) else 0) for each in keep.listContent]
        if body:
            # A note has either; what was written above the list becomes its first lines.
            items = [*(NoteItem(line) for line in body.split("\n")), *items]
            body = ""
    links = _links(keep, [body, keep.title, *(item.text for item in items or ())])
    if items is None:
        added = [_markdown_link(title, url) for title, url in links]
        body = "\n\n".join(filter(None, [body, "\n".join(added)]))
    else:
        items += [NoteItem(f"{title} {url}".strip()) for title, url in links]
    others = [sharee.email for sharee in keep.sharees if not sharee.isOwner and sharee.email]
    if others:
        left.append(("sharees", ", ".join(others)))
    left += [
        ("unknown", name)
        for name, value in (keep.model_extra or {}).items()
        if not any(value == e for e in _EMPTY)
    ]
    return Note(
        title=keep.title,
        body=body,
        items=items,
        color=color,
        labels=[label.name for label in keep.labels],
        pinned=keep.isPinned,
        archived=keep.isArchived,
        trashed=keep.isTrashed,
        trashed_at=moment(ours.trashed_usec) if ours else None,
        created_at=moment(keep.createdTimestampUsec),
        updated_at=moment(keep.userEditedTimestampUsec),
        attachments=[Attachment(each.filePath, each.mimetype) for each in keep.attachments],
        own_id=ours.id if ours else None,
        left=left,
    )


def _links(keep: KeepNote, texts: Iterable[str]) -> list[tuple[str, str]]:
    """The pages a note refers to, as title and address, but for those its text names already."""
    said = "\n".join(texts)
    found: dict[str, str] = {}
    for each in keep.annotations:
        if each.url and each.url not in said:
            found.setdefault(each.url, " ".join(each.title.split()))
    return [(title, url) for url, title in found.items()]


def _markdown_link(title: str, url: str) -> str:
    if not re.match(r"https?://", url, re.IGNORECASE):
        return f"{title} {url}".strip()
    if not title or title == url:
        return url
    # What would end the link's text or its address early.
    address = quote(url, safe=":/?#[]@!$&'*+,;=%~") if re.search(r"[\s()<>\\]", url) else url
    return f"[{re.sub(r'([][*_`~<])', _escaped, title)}]({address})"


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[1]}"
