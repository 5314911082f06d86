"""What a document is rather than says, as tokens: whose it is and in which state, its kind, colour and labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

State = Literal["active", "archived", "trashed", "kept"]


def flags(
    *,
    user_id: int,
    archived: bool,
    trashed: bool,
    pinned: bool,
    color: str,
    kind: str,
    has_image: bool,
    label_ids: Iterable[int] = (),
) -> str:
    """Return the flags of a document. What lies in the trash is no longer counted as archived."""
    found = [of_state(user_id, "trashed" if trashed else "archived" if archived else "active")]
    if not trashed:
        found.append(of_state(user_id, "kept"))
    if pinned:
        found.append(of_kind("pinned"))
    if kind == "checklist":
        found.append(of_kind("checklist"))
    if has_image:
        found.append(of_kind("image"))
    found.append(of_kind(color))
    found += [of_label(label_id) for label_id in label_ids]
    return " ".join(found)


def of_state(user_id: int, state: State) -> str:
    """Return the flag of one user's documents in a state; owner and state are one token, so one list to walk."""
    return f".u{user_id}.{state}"


def of_kind(name: str) -> str:
    """Return the flag of a colour, or of `pinned`, `checklist` or `image`."""
    return f".{name}"


def of_label(label_id: int) -> str:
    """Return the flag of what carries a label."""
    return f".l{label_id}"
