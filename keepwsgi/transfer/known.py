"""Which notes of an archive are here already, and what they came without."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from keepwsgi.memos.models import MemoRow
from keepwsgi.transfer.models import ImportedNote
from keepwsgi.transfer.note import Note


class Known(NamedTuple):
    """A memo that is here already: the job that brought it, and the pictures it came without."""

    memo_id: int
    job_id: int | None = None
    missing: tuple[str, ...] = ()


def imported(session: Session, user_id: int, identities: Sequence[str]) -> dict[str, Known]:
    """Those of the notes that were moved in before, by identity."""
    if not identities:
        return {}
    columns = (ImportedNote.identity, ImportedNote.memo_id, ImportedNote.job_id, ImportedNote.missing)
    mine = (ImportedNote.user_id == user_id, ImportedNote.identity.in_(identities))
    return {
        identity: Known(memo_id, job_id, tuple(json.loads(missing)))
        for identity, memo_id, job_id, missing in session.execute(select(*columns).where(*mine))
    }


def known(session: Session, user_id: int, notes: Sequence[tuple[Note, str]]) -> dict[str, Known]:
    """As `imported`, and besides what an export says of memos that are still here, whatever they say by now."""
    found = imported(session, user_id, [identity for _, identity in notes])
    own = {note.own_id: (identity, note.created_at) for note, identity in notes if note.own_id is not None}
    if own:
        mine = (MemoRow.user_id == user_id, MemoRow.id.in_(own))
        for memo_id, created_at in session.execute(select(MemoRow.id, MemoRow.created_at).where(*mine)):
            identity, moment = own[memo_id]
            if moment == created_at:
                found.setdefault(identity, Known(memo_id))
    return found
