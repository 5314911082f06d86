"""Whether a user's boards are a grid or a list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("layout", sa.Text()))


def downgrade() -> None:
    op.drop_column("users", "layout")
