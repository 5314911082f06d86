"""The tables of memos."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from keepwsgi.database.models import Base
from keepwsgi.database.types import BigId, ByteText, UtcDateTime
from keepwsgi.memos.items import ItemList, Items


class MemoRow(Base):
    """A memo: a text with a body, or a checklist with items, of which `items_made` have ever been.

    `body_html` is `body` rendered by version `html_version` of `memos.markdown`, `card_html` the beginning of a
    long one, for boards; None where `body_html` is short enough.
    """

    __tablename__ = "memos"
    __table_args__ = (
        # One order for all of a user's memos, wherever they are: between two there is always room for a third.
        Index("uq_memos_user_id_position", "user_id", "position", unique=True),
        Index(None, "user_id", "revision", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text, default="text", server_default="text")
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    card_html: Mapped[str | None] = mapped_column(Text)
    html_version: Mapped[int]
    items: Mapped[Items] = mapped_column(ItemList, default=(), server_default="[]")
    items_made: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    color: Mapped[str] = mapped_column(Text, default="default", server_default="default")
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    archived: Mapped[bool] = mapped_column(default=False, server_default=false())
    trashed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    position: Mapped[str] = mapped_column(ByteText)
    revision: Mapped[int] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BegunMemo(Base):
    """By which `key` of a browser's own a memo was begun: sent again, for want of an answer, it is no other."""

    __tablename__ = "begun_memos"
    __table_args__ = (Index(None, "memo_id"),)

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    memo_id: Mapped[int] = mapped_column(BigId, ForeignKey("memos.id", ondelete="CASCADE"))


# Each view's order, so that a page is one walk along an index. Outside the class for the sake of `desc()`.
Index(
    "ix_memos_board",
    MemoRow.user_id,
    MemoRow.archived,
    MemoRow.pinned.desc(),
    MemoRow.position,
    MemoRow.id,
    sqlite_where=MemoRow.trashed_at.is_(None),
    postgresql_where=MemoRow.trashed_at.is_(None),
)
Index(
    "ix_memos_trash",
    MemoRow.user_id,
    MemoRow.trashed_at,
    MemoRow.id,
    sqlite_where=MemoRow.trashed_at.is_not(None),
    postgresql_where=MemoRow.trashed_at.is_not(None),
)
