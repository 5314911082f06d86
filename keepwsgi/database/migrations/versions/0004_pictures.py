"""Pictures of memos."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from keepwsgi.database.types import BigId, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "images",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("memo_id", BigId, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("size", BigId, nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_images_user_id_users", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["memo_id"], ["memos.id"], name="fk_images_memo_id_memos", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_images"),
        sqlite_autoincrement=True,
    )
    for column in ("user_id", "memo_id", "digest"):
        op.create_index(f"ix_images_{column}", "images", [column])


def downgrade() -> None:
    op.drop_table("images")
