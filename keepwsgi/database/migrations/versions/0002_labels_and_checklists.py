"""Labels, the items of checklists, and what the change feed needs."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op
from markupsafe import escape

from keepwsgi.database.types import BigId, ByteText, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("feed_epoch", sa.Text(), server_default="0", nullable=False))
    op.add_column("users", sa.Column("pruned_revision", BigId, server_default=sa.text("0"), nullable=False))
    op.add_column("memos", sa.Column("items", sa.Text(), server_default="[]", nullable=False))
    op.add_column("memos", sa.Column("items_made", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_index("ix_memos_user_id_revision_id", "memos", ["user_id", "revision", "id"])
    op.create_table(
        "labels",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", ByteText, nullable=False),
        sa.Column("memo_count", BigId, server_default=sa.text("0"), nullable=False),
        sa.Column("revision", BigId, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_labels_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_labels"),
        sa.UniqueConstraint("user_id", "name_key", name="uq_labels_user_id_name_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_labels_user_id_revision_id", "labels", ["user_id", "revision", "id"])
    op.create_table(
        "memo_labels",
        sa.Column("memo_id", BigId, autoincrement=False, nullable=False),
        sa.Column("label_id", BigId, autoincrement=False, nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("trashed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("position", ByteText, nullable=False),
        sa.ForeignKeyConstraint(
            ["memo_id"], ["memos.id"], name="fk_memo_labels_memo_id_memos", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name="fk_memo_labels_label_id_labels", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("memo_id", "label_id", name="pk_memo_labels"),
    )
    op.create_index(
        "ix_memo_labels_board",
        "memo_labels",
        ["label_id", "trashed", "archived", sa.text("pinned DESC"), "position", "memo_id"],
    )


def downgrade() -> None:
    _write_checklists_as_text()
    op.drop_table("memo_labels")
    op.drop_table("labels")
    op.drop_index("ix_memos_user_id_revision_id", "memos")
    for table, column in (
        ("memos", "items_made"),
        ("memos", "items"),
        ("users", "pruned_revision"),
        ("users", "feed_epoch"),
    ):
        op.drop_column(table, column)


def _write_checklists_as_text() -> None:
    """Keep every line: the older release knows only bodies. `keepwsgi memos render` formats them."""
    names = ("id", "kind", "body", "body_html", "card_html", "html_version", "items")
    memos = sa.table("memos", *(sa.column(name) for name in names))
    rows = op.get_bind().execute(sa.select(memos.c.id, memos.c["items"]).where(memos.c.kind == "checklist")).all()
    for memo_id, items in rows:
        lines = [f"{'  ' * indent}{'[x] ' * checked}{line}" for _, line, checked, indent in json.loads(items)]
        html = "<br>".join(str(escape(line)) for line in lines)
        values = {"kind": "text", "body": "\n".join(lines), "body_html": f"<p>{html}</p>", "html_version": 0}
        op.get_bind().execute(sa.update(memos).where(memos.c.id == memo_id).values(**values))
