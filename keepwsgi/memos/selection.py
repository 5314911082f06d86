"""One action on several memos in one write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from keepwsgi.database import Write
from keepwsgi.fields import name_key
from keepwsgi.labels import service as labels
from keepwsgi.memos import service
from keepwsgi.memos.schemas import SelectedForm


@dataclass(frozen=True, slots=True)
class Done(service.Deleted):
    """What an action came to: the memos it changed, and the pictures of those it deleted."""

    memo_ids: list[int] = field(default_factory=list)


def act(write: Write, form: SelectedForm) -> Done:
    """Do the form's action to each of its memos; what is not there, cannot take it or was so already is left out.

    Raises TooManyLabels.
    """
    changed: list[int] = []
    digests: list[str] = []
    for memo_id in dict.fromkeys(form.memo):
        try:
            done = _act(write, form, memo_id)
        except (service.MemoNotFound, service.InTrash, service.NotInTrash):
            continue
        if isinstance(done, service.Deleted):
            digests += done.digests
        elif done.revision != write.stamp:
            continue  # to take it back would be a change
        changed.append(memo_id)
    return Done(len(changed), digests, changed)


def _act(write: Write, form: SelectedForm, memo_id: int) -> service.Memo | service.Deleted:
    match form.action:
        case "color":
            assert form.color is not None
            return service.set_color(write, memo_id, form.color)
        case "label" | "unlabel":
            assert form.label is not None
            carried = {
                name_key(label.name): label.name
                for label in labels.of_memos(write.session, [memo_id]).get(memo_id, ())
            }
            if form.action == "label":
                carried.setdefault(name_key(form.label), form.label)
            else:
                carried.pop(name_key(form.label), None)
            return service.set_labels(write, memo_id, list(carried.values()))
        case "delete":
            return service.delete(write, memo_id)
        case action:
            return _ACTIONS[action](write, memo_id)


_ACTIONS: Final[dict[str, Callable[[Write, int], service.Memo]]] = {
    "pin": service.pin,
    "unpin": service.unpin,
    "archive": service.archive,
    "unarchive": service.unarchive,
    "trash": service.trash,
    "restore": service.restore,
    "copy": service.copy,
}
