"""The tables of accounts: users, their API tokens, and what is remembered about signing in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from keepwsgi.database.models import Base
from keepwsgi.database.types import BigId, UtcDateTime


class UserRow(Base):
    """An account. `epoch` ends sessions when it grows; `revision` counts the writes made for the user.

    Those who follow the change feed begin anew when `feed_epoch` is another, or when tombstones they have not
    seen, those up to `pruned_revision`, are gone.
    """

    __tablename__ = "users"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    username: Mapped[str] = mapped_column(Text)  # as it was typed
    username_key: Mapped[str] = mapped_column(Text, unique=True)  # NFC and case-folded: what a name is found by
    password_hash: Mapped[str] = mapped_column(Text)
    is_admin: Mapped[bool] = mapped_column(default=False, server_default=false())
    epoch: Mapped[int] = mapped_column(BigId, default=1, server_default=text("1"))
    revision: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    feed_epoch: Mapped[str] = mapped_column(Text, default="0", server_default="0")
    pruned_revision: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    language: Mapped[str | None] = mapped_column(Text)  # None: what the browser prefers
    theme: Mapped[str | None] = mapped_column(Text)  # None: what the system prefers
    layout: Mapped[str | None] = mapped_column(Text)  # None: a grid
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInFailure(Base):
    """One attempt to sign in that has not succeeded; rows outlive the throttle's window only briefly."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        Index(None, "username_key", "attempted_at"),
        Index(None, "address", "attempted_at"),
        Index(None, "attempted_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    username_key: Mapped[str] = mapped_column(Text)  # of any name tried, whether there is such a user or not
    address: Mapped[str] = mapped_column(Text)
    attempted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInAddress(Base):
    """An address a user has signed in from: strangers guessing the name do not lock that address out."""

    __tablename__ = "sign_in_addresses"
    __table_args__ = (Index(None, "signed_in_at"),)

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    signed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiToken(Base):
    """A credential for programs. Only its SHA-256 is kept: the token itself is random enough not to be guessed."""

    __tablename__ = "api_tokens"
    __table_args__ = (Index(None, "user_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
