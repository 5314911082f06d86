"""The table of what was moved in: which memo came of which note, so that no note comes twice."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from keepwsgi.database.models import Base
from keepwsgi.database.types import BigId


class ImportedNote(Base):
    """A memo that was moved in. `identity` is `note.identity` of what it was made of.

    It goes with its memo: what was deleted here for ever comes again when its archive does. `job_id` is the job
    that made it, of which only jobs that are still at work are asked; None for the command. `missing` are the
    paths of pictures that were not in the archive, as JSON: one that has them may bring them later.
    """

    __tablename__ = "imported_notes"
    __table_args__ = (Index(None, "memo_id"),)

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    identity: Mapped[str] = mapped_column(Text, primary_key=True)
    memo_id: Mapped[int] = mapped_column(BigId, ForeignKey("memos.id", ondelete="CASCADE"))
    job_id: Mapped[int | None] = mapped_column(BigId)
    missing: Mapped[str] = mapped_column(Text, default="[]", server_default="[]")
