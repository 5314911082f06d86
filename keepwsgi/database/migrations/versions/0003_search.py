"""The search index, with the memos that are there already."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from keepwsgi.database.types import BigId, ByteText, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AT_ONCE = 500

# The index has no copy of the tokens (`content`): the triggers keep it in step with the table, rows that go with
# their memo or user included. Tokens are split at spaces and nowhere else.
SQLITE_INDEX = """
CREATE VIRTUAL TABLE search_index USING fts5 (
    days, flags, title, body, labels,
    content='search_documents', content_rowid='memo_id', columnsize=0, tokenize="ascii tokenchars '~.'"
)
"""
SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER search_documents_added AFTER INSERT ON search_documents BEGIN
        INSERT INTO search_index (rowid, days, flags, title, body, labels)
        VALUES (new.memo_id, new.days, new.flags, new.title, new.body, new.labels);
    END
    """,
    """
    CREATE TRIGGER search_documents_changed AFTER UPDATE ON search_documents BEGIN
        INSERT INTO search_index (search_index, rowid, days, flags, title, body, labels)
        VALUES ('delete', old.memo_id, old.days, old.flags, old.title, old.body, old.labels);
        INSERT INTO search_index (rowid, days, flags, title, body, labels)
        VALUES (new.memo_id, new.days, new.flags, new.title, new.body, new.labels);
    END
    """,
    """
    CREATE TRIGGER search_documents_deleted AFTER DELETE ON search_documents BEGIN
        INSERT INTO search_index (search_index, rowid, days, flags, title, body, labels)
        VALUES ('delete', old.memo_id, old.days, old.flags, old.title, old.body, old.labels);
    END
    """,
)
POSTGRESQL_INDEX = """
CREATE INDEX search_index ON search_documents
USING gin (string_to_array(days || flags || title || body || labels, ' '))
"""


def upgrade() -> None:
    documents = op.create_table(
        "search_documents",
        sa.Column("memo_id", BigId, autoincrement=False, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("days", ByteText, nullable=False),
        sa.Column("flags", ByteText, nullable=False),
        sa.Column("title", ByteText, nullable=False),
        sa.Column("body", ByteText, nullable=False),
        sa.Column("labels", ByteText, nullable=False),
        sa.ForeignKeyConstraint(
            ["memo_id"], ["memos.id"], name="fk_search_documents_memo_id_memos", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("memo_id", name="pk_search_documents"),
    )
    op.create_index("ix_search_documents_user_id_memo_id", "search_documents", ["user_id", "memo_id"])
    connection = op.get_bind()
    for batch in rows_of_memos(connection):
        connection.execute(documents.insert(), batch)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(SQLITE_INDEX)
        connection.exec_driver_sql("INSERT INTO search_index (search_index) VALUES ('rebuild')")
        for trigger in SQLITE_TRIGGERS:
            connection.exec_driver_sql(trigger)
    else:
        connection.exec_driver_sql(POSTGRESQL_INDEX)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_documents")


def rows_of_memos(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """Give the documents of the memos that are there, some at a time: a million do not fit into memory."""
    # The tokens of today, not those of the day this was written: the index is for the release that runs.
    from keepwsgi.search.days import days
    from keepwsgi.search.flags import flags
    from keepwsgi.search.tokens import tokens

    columns = [
        "id",
        "user_id",
        "kind",
        "title",
        "body",
        "color",
        "items",
        "pinned",
        "archived",
        "trashed_at",
        "created_at",
    ]
    memos = sa.table(
        "memos",
        *(sa.column(name) for name in columns[:7]),
        *(sa.column(name, sa.Boolean()) for name in columns[7:9]),
        *(sa.column(name, UtcDateTime()) for name in columns[9:]),
    )
    last = 0
    while rows := connection.execute(
        sa.select(memos).where(memos.c.id > last).order_by(memos.c.id).limit(AT_ONCE)
    ).all():
        labels = labels_of(connection, last, rows[-1].id)
        last = rows[-1].id
        yield [
            {
                "memo_id": row.id,
                "user_id": row.user_id,
                "created_at": row.created_at,
                "days": f" {days(row.created_at)} ",
                "flags": f" {flags_of(row, flags)} ",
                "title": f" {tokens(row.title)} ",
                "body": f" {tokens(said(row))} ",
                "labels": f" {labels.get(row.id, '')} ",
            }
            for row in rows
        ]


def said(row: Any) -> str:
    """Return the text of a memo, with the items of a checklist as 0002 keeps them: [id, text, checked, indent]."""
    return "\n".join([row.body, *(text for _, text, *_ in json.loads(row.items))])


def labels_of(connection: sa.Connection, after: int, last: int) -> dict[int, str]:
    """Return the tokens of the labels of some memos; there are labels only where this release has been before."""
    from keepwsgi.search.flags import of_label
    from keepwsgi.search.tokens import tokens

    rows = connection.execute(
        sa.text(
            "SELECT memo_id, label_id, name FROM memo_labels JOIN labels ON labels.id = label_id"
            " WHERE memo_id > :after AND memo_id <= :last ORDER BY memo_id, name"
        ),
        {"after": after, "last": last},
    ).all()
    return {
        memo_id: " ".join(f"{of_label(row.label_id)} {tokens(row.name)}" for row in carried)
        for memo_id, carried in groupby(rows, key=lambda row: row.memo_id)
    }


def flags_of(row: Any, flags: Any) -> str:
    """Return the flags of a memo before there were pictures."""
    return str(
        flags(
            user_id=row.user_id,
            archived=row.archived,
            trashed=row.trashed_at is not None,
            pinned=row.pinned,
            color=row.color,
            kind=row.kind,
            has_image=False,
            label_ids=(),
        )
    )
