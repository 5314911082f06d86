"""The table of what can be found. Beside it stands `search_index`: a virtual table (FTS5) over its columns on
SQLite, kept by triggers, and an index (GIN) over its tokens on PostgreSQL. Migration 0003 makes both.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from keepwsgi.database.models import Base
from keepwsgi.database.types import BigId, ByteText, UtcDateTime


class SearchDocument(Base):
    """The tokens of one memo, a column for each field; every column of tokens begins and ends with a space.

    With its memo goes the document, and with the document its entries in the index.
    """

    __tablename__ = "search_documents"
    # The newest first, for words that stand in many documents.
    __table_args__ = (Index(None, "user_id", "memo_id"),)

    memo_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("memos.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    days: Mapped[str] = mapped_column(ByteText)
    flags: Mapped[str] = mapped_column(ByteText)
    title: Mapped[str] = mapped_column(ByteText)
    body: Mapped[str] = mapped_column(ByteText)
    labels: Mapped[str] = mapped_column(ByteText)
