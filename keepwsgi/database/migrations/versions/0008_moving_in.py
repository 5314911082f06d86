"""Notes that were moved in, and jobs that outlive the request that ordered them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from keepwsgi.database.types import BigId

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_notes",
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("memo_id", BigId, nullable=False),
        sa.Column("job_id", BigId, nullable=True),
        sa.Column("missing", sa.Text(), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_imported_notes_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["memo_id"], ["memos.id"], name="fk_imported_notes_memo_id_memos", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "identity", name="pk_imported_notes"),
    )
    op.create_index("ix_imported_notes_memo_id", "imported_notes", ["memo_id"])


def downgrade() -> None:
    op.drop_table("imported_notes")
