"""The tables of labels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from keepwsgi.database.models import Base
from keepwsgi.database.types import BigId, ByteText, UtcDateTime


class LabelRow(Base):
    """A label. `memo_count` is how many memos outside the trash carry it."""

    __tablename__ = "labels"
    __table_args__ = (
        UniqueConstraint("user_id", "name_key"),
        Index(None, "user_id", "revision", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)  # as it was typed
    name_key: Mapped[str] = mapped_column(ByteText)  # NFC and case-folded: what a name is found by
    memo_count: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    revision: Mapped[int] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MemoLabel(Base):
    """A label on a memo, with a copy of where the memo stands: a label's board is one walk along an index."""

    __tablename__ = "memo_labels"

    memo_id: Mapped[int] = mapped_column(BigId, ForeignKey("memos.id", ondelete="CASCADE"), primary_key=True)
    label_id: Mapped[int] = mapped_column(BigId, ForeignKey("labels.id", ondelete="CASCADE"), primary_key=True)
    archived: Mapped[bool] = mapped_column(default=False, server_default=false())
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    trashed: Mapped[bool] = mapped_column(default=False, server_default=false())
    position: Mapped[str] = mapped_column(ByteText)


# Outside the class for the sake of `desc()`.
Index(
    "ix_memo_labels_board",
    MemoLabel.label_id,
    MemoLabel.trashed,
    MemoLabel.archived,
    MemoLabel.pinned.desc(),
    MemoLabel.position,
    MemoLabel.memo_id,
)
