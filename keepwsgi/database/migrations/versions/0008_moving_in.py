"""Notes that were moved in, and jobs that outlive the request that ordered them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from keepwsgi.database.types import BigId, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("input", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), server_default="null", nullable=False),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("done", BigId, server_default=sa.text("0"), nullable=False),
        sa.Column("total", BigId, server_default=sa.text("0"), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("leased_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_jobs_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_user_id_kind", "jobs", ["user_id", "kind"])
    op.create_index("ix_jobs_state", "jobs", ["state"])
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
    op.drop_table("jobs")
