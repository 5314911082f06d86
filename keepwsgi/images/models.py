"""The table of pictures. Their bytes lie in a store, by digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from keepwsgi.database.models import Base
from keepwsgi.database.types import BigId, UtcDateTime


class ImageRow(Base):
    """A picture in a memo. `digest` is the SHA-256 of the stored bytes, in hex: the name they are stored by.

    `size` is in bytes; `width` and `height` are those of the picture as it is shown, after any rotation.
    """

    __tablename__ = "images"
    __table_args__ = (
        Index(None, "user_id"),
        Index(None, "memo_id"),
        Index(None, "digest"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    memo_id: Mapped[int] = mapped_column(BigId, ForeignKey("memos.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigId)
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
