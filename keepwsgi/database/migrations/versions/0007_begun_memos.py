"""By which name a browser began a memo, so that what it sends twice is kept once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from keepwsgi.database.types import BigId

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "begun_memos",
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("memo_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_begun_memos_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["memo_id"], ["memos.id"], name="fk_begun_memos_memo_id_memos", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_begun_memos"),
    )
    op.create_index("ix_begun_memos_memo_id", "begun_memos", ["memo_id"])


def downgrade() -> None:
    op.drop_table("begun_memos")
