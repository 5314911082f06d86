"""The table of answers kept for requests that may be sent twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from keepwsgi.database.models import Base
from keepwsgi.database.types import BigId, UtcDateTime


class IdempotentAnswer(Base):
    """What was answered to the request with this `Idempotency-Key`; `headers` is a JSON object."""

    __tablename__ = "idempotent_answers"
    __table_args__ = (Index(None, "user_id", "created_at"),)

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request_digest: Mapped[str] = mapped_column(Text)
    headers: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
