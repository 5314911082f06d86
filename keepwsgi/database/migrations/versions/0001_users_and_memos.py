"""Users, memos, tombstones, and what is remembered about signing in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from keepwsgi.database.types import BigId, ByteText, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", BigId, nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("username_key", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("epoch", BigId, server_default=sa.text("1"), nullable=False),
        sa.Column("revision", BigId, server_default=sa.text("0"), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("theme", sa.Text()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("username_key", name="uq_users_username_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "memos",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), server_default="text", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("card_html", sa.Text()),
        sa.Column("html_version", sa.Integer(), nullable=False),
        sa.Column("color", sa.Text(), server_default="default", nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("trashed_at", UtcDateTime()),
        sa.Column("position", ByteText, nullable=False),
        sa.Column("revision", BigId, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_memos_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_memos"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_memos_board",
        "memos",
        ["user_id", "archived", sa.text("pinned DESC"), "position", "id"],
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_index(
        "ix_memos_trash",
        "memos",
        ["user_id", "trashed_at", "id"],
        sqlite_where=sa.text("trashed_at IS NOT NULL"),
        postgresql_where=sa.text("trashed_at IS NOT NULL"),
    )
    op.create_index("uq_memos_user_id_position", "memos", ["user_id", "position"], unique=True)
    op.create_table(
        "tombstones",
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", BigId, autoincrement=False, nullable=False),
        sa.Column("revision", BigId, nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_tombstones_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "kind", "object_id", name="pk_tombstones"),
    )
    op.create_index("ix_tombstones_user_id_revision", "tombstones", ["user_id", "revision"])
    op.create_table(
        "sign_in_failures",
        sa.Column("id", BigId, nullable=False),
        sa.Column("username_key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("attempted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failures"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_sign_in_failures_username_key_attempted_at", "sign_in_failures", ["username_key", "attempted_at"]
    )
    op.create_index("ix_sign_in_failures_address_attempted_at", "sign_in_failures", ["address", "attempted_at"])
    op.create_index("ix_sign_in_failures_attempted_at", "sign_in_failures", ["attempted_at"])
    op.create_table(
        "sign_in_addresses",
        sa.Column("user_id", BigId, autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("signed_in_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_sign_in_addresses_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "address", name="pk_sign_in_addresses"),
    )
    op.create_index("ix_sign_in_addresses_signed_in_at", "sign_in_addresses", ["signed_in_at"])


def downgrade() -> None:
    for table in ("sign_in_addresses", "sign_in_failures", "tombstones", "memos", "users"):
        op.drop_table(table)
