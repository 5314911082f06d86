"""A note as a Markdown file with front matter: as Obsidian and others write it, and as an export of ours does.

Ours says everything a memo holds, so that it comes back the same; of any other file the title, tags, dates and
pictures are taken, and a file of nothing but `- [ ] ` lines is a checklist.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from urllib.parse import quote, unquote

import yaml

from keepwsgi.memos.schemas import COLORS
from keepwsgi.memos.service import Memo
from keepwsgi.transfer.note import Attachment, Note, NoteItem
from keepwsgi.transfer.report import Reason

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
#: A longer one is text: nothing that people write there takes as much.
_FRONT_MOST: Final = 64 * 1024
_TASK: Final = re.compile(r"([ \t]*)[-*+] \[([ xX])\](?: (.*))?")
_EMBED: Final = re.compile(
    r"!\[\[([^\]|#\n]+)(?:[|#][^\]\n]*)?\]\]|!\[[^\]\n]*\]\(\s*(?:<([^>\n]+)>|([^)\s]+))(?:\s+[\"'][^)\n]*)?\)"
)
_FILES: Final = (
    *(".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".svg", ".bmp", ".tif", ".tiff"),
    *(".3gp", ".aac", ".amr", ".m4a", ".mp3", ".mp4", ".ogg", ".wav", ".webm"),
)
#: The properties of a file that mean something here, and those of them only an export of ours has.
_OWN: Final = ("keepwsgi_id", "keepwsgi_position")
_KNOWN: Final = frozenset(
    (
        *("title", "tags", "tag", "labels", "aliases", "created", "date", "updated", "modified"),
        *("color", "pinned", "archived", "trashed", "kind", "images", *_OWN),
    )
)


def write(memo: Memo, pictures: Sequence[str]) -> str:
    """A memo as a file beside which its pictures lie, under these names."""
    front: dict[str, Any] = {
        "title": memo.title,
        "created": _iso(memo.created_at),
        "updated": _iso(memo.updated_at),
    }
    front["kind"] = memo.kind
    if memo.labels:
        front["tags"] = [label.name for label in memo.labels]
    if memo.color != "default":
        front["color"] = memo.color
    front |= {name: True for name in ("pinned", "archived") if getattr(memo, name)}
    if memo.trashed_at is not None:
        front["trashed"] = _iso(memo.trashed_at)
    if pictures:
        front["images"] = list(pictures)
    front |= {"keepwsgi_id": memo.id, "keepwsgi_position": memo.position}
    text = yaml.dump(front, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=10_000)
    if memo.kind == "checklist":
        body = "\n".join(
            f"{'  ' * each.indent}- [{'x' if each.checked else ' '}] {each.text}" for each in memo.items
        )
    else:
        body = memo.body
    return f"---\n{text}---\n{body}{_embedded(pictures)}\n"


def parse(data: bytes, *, name: str, modified: datetime | None = None) -> Note:
    """Read a file called `name`, last written at `modified`. Takes anything; what is no UTF-8 is replaced."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    left: list[tuple[Reason, str]] = [("characters", "")] if "�" in text and "�".encode() not in data else []
    front, body = _split(text)
    body = body.replace("\r\n", "\n").removesuffix("\n")
    is_ours = isinstance(front.get("keepwsgi_id"), int) and front["keepwsgi_id"] > 0
    images = _texts(front.get("images"))
    attachments = [Attachment(each) for each in images]
    if is_ours and body.endswith(_embedded(images)):
        body = body.removesuffix(_embedded(images))
    else:
        body, attachments = body.strip("\n"), _embeds(body)
    kind = front.get("kind")
    items = None if is_ours and kind == "text" else _items(body, is_ours=is_ours and kind == "checklist")
    color = str(front.get("color", "default")).lower()
    trashed = front.get("trashed")
    left += [("unknown", str(each)) for each in front if each not in _KNOWN]
    title = front.get("title", None if is_ours else name)
    return Note(
        title="" if title is None else str(title),
        body="" if items is not None else body,
        items=items,
        color=color if color in COLORS else "default",
        labels=[*_texts(front.get("tags")), *_texts(front.get("tag")), *_texts(front.get("labels"))],
        pinned=front.get("pinned") is True,
        archived=front.get("archived") is True,
        trashed=bool(trashed),
        trashed_at=_moment(trashed),
        created_at=_moment(front.get("created", front.get("date"))) or modified,
        updated_at=_moment(front.get("updated", front.get("modified"))) or modified,
        attachments=attachments,
        own_id=front["keepwsgi_id"] if is_ours else None,
        left=left,
    )


def position(data: bytes) -> str:
    """Where on its board a file of ours says that the memo stood; "" for any other file."""
    found = re.search(rb"^keepwsgi_position: ['\"]?(\w+)['\"]?\r?$", data[:_FRONT_MOST], re.MULTILINE)
    return found[1].decode("ascii", "replace") if found else ""


def _split(text: str) -> tuple[dict[str, Any], str]:
    """The front matter and the body. What is not closed, or is no mapping, is body."""
    lines = text[:_FRONT_MOST].split("\n")
    marks = [at for at, line in enumerate(lines) if line.rstrip() == "---"][:2]
    if len(marks) < 2 or marks[0] != 0:
        return {}, text
    try:
        front = yaml.load("\n".join(lines[1 : marks[1]]), Loader=_LOADER)  # noqa: S506 (a safe one)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, text
    if front is not None and not isinstance(front, dict):
        return {}, text
    named = {str(name): value for name, value in (front or {}).items()}
    return named, text.split("\n", marks[1] + 1)[-1] if text.count("\n") > marks[1] else ""


def _items(body: str, *, is_ours: bool) -> list[NoteItem] | None:
    lines = body.split("\n") if body else []
    if not is_ours:
        lines = [line for line in lines if line.strip()]
    tasks = [_TASK.fullmatch(line) for line in lines]
    if not is_ours and not (tasks and all(tasks)):
        return None
    return [
        NoteItem(line) if task is None else NoteItem(task[3] or "", task[2] != " ", 1 if task[1] else 0)
        for line, task in zip(lines, tasks, strict=True)
    ]


def _embeds(body: str) -> list[Attachment]:
    found = []
    for each in _EMBED.finditer(body):
        path = each[1] or unquote(each[2] or each[3])
        if "://" not in path and path.strip().lower().endswith(_FILES):
            found.append(Attachment(path.strip(), written=each[0]))
    return found


def _embedded(pictures: Sequence[str]) -> str:
    return "\n\n" + "\n".join(f"![]({quote(name)})" for name in pictures) if pictures else ""


def _texts(value: Any) -> list[str]:
    """A property that is a list, a text, or a text with commas, as people write tags."""
    if isinstance(value, str):
        return [part.strip().removeprefix("#") for part in value.split(",") if part.strip()]
    if isinstance(value, list):
        return [str(each) for each in value if isinstance(each, (str, int, float))]
    return []


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        try:
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        except OverflowError:
            return None
    return datetime.combine(value, time(), UTC) if isinstance(value, date) else None


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
