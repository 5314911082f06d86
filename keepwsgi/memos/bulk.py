"""Many memos at once: kept, rendered or indexed anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from keepwsgi.database import Database, UserGone, Write
from keepwsgi.images import bulk as pictures_bulk
from keepwsgi.images import service as images
from keepwsgi.images.bulk import StoredPicture
from keepwsgi.labels import service as labels
from keepwsgi.memos.drafts import EMPTY, Draft, content, new_columns, rendered, says_nothing
from keepwsgi.memos.indexing import document, index
from keepwsgi.memos.markdown import HTML_VERSION
from keepwsgi.memos.memo import COLUMNS, Memo, of_row, of_rows
from keepwsgi.memos.models import MemoRow
from keepwsgi.memos.ordering import on_top
from keepwsgi.memos.rows import asked_labels, place_of
from keepwsgi.memos.statements import MEMOS
from keepwsgi.search import service as search

_AT_ONCE: Final = 500

Progress = Callable[[int], object]


def insert_many(write: Write, drafts: Iterable[Draft], progress: Progress | None = None) -> int:
    """Keep many memos above the user's others, the first of them on top; return how many. Empty ones are left out.

    `progress` is told now and then how many more are kept.
    """
    kept = [(draft, content(draft, EMPTY)) for draft in drafts]
    kept = [(draft, of) for draft, of in kept if not says_nothing(draft.title or "", of)]
    rows = zip(reversed(kept), on_top(write, len(kept)), strict=True)
    while batch := list(islice(rows, _AT_ONCE)):
        _insert(write, [(draft, new_columns(write, draft, of, position=place)) for (draft, of), place in batch])
        if progress is not None:
            progress(len(batch))
    return len(kept)


def insert_pictured(
    write: Write, store: images.Store, pictured: Sequence[tuple[Draft, Sequence[StoredPicture]]]
) -> list[int]:
    """Keep many memos with their pictures above the user's others, the last of them on top; return their ids.

    None of them may be empty. Raises WrongKind, TooManyItems, labels.TooManyLabels.
    """
    rows = [
        (draft, new_columns(write, draft, content(draft, EMPTY), position=place))
        for (draft, _), place in zip(pictured, on_top(write, len(pictured)), strict=True)
    ]
    return _insert(write, rows, lambda ids: _add_pictures(write, store, ids, [each for _, each in pictured]))


def _insert(
    write: Write,
    rows: Sequence[tuple[Draft, dict[str, Any]]],
    add_pictures: Callable[[Sequence[int]], object] | None = None,
) -> list[int]:
    statement = insert(MemoRow).returning(MemoRow, sort_by_parameter_order=True)
    inserted = write.session.scalars(statement, [columns for _, columns in rows]).all()
    ids = [row.id for row in inserted]
    asked = (
        (row.id, asked_labels(draft.labels)["names"], place_of(row))
        for row, (draft, _) in zip(inserted, rows, strict=True)
        if draft.labels
    )
    labels.put_on_new(write, asked)
    if add_pictures is not None:
        add_pictures(ids)
    carried = labels.of_memos(write.session, ids)
    shown = images.of_memos(write.session, ids) if add_pictures is not None else {}
    index(write, [of_row(row, labels=carried.get(row.id, ()), images=shown.get(row.id, ())) for row in inserted])
    write.session.expunge_all()
    return ids


def _add_pictures(
    write: Write, store: images.Store, ids: Sequence[int], pictures: Sequence[Sequence[StoredPicture]]
) -> None:
    of_memo = zip(ids, pictures, strict=True)
    pictures_bulk.add_all(write, store, [(memo_id, each) for memo_id, some in of_memo for each in some])


def read_all(session: Session, user_id: int) -> Iterator[list[Memo]]:
    """Give all memos of a user, archive and trash among them, whole, some at a time: the topmost first."""
    statement = select(*COLUMNS).where(MEMOS.user_id == user_id).order_by(MEMOS.position).limit(_AT_ONCE)
    rows = session.execute(statement).all()
    while rows:
        memos = of_rows(session, rows)
        yield memos
        rows = session.execute(statement.where(MEMOS.position > memos[-1].position)).all()


def count(database: Database, user_id: int | None = None) -> int:
    """Return how many memos there are, of a user or of all: for a progress bar."""
    statement = select(func.count()).select_from(MemoRow)
    if user_id is not None:
        statement = statement.where(MemoRow.user_id == user_id)
    with database.reading() as session:
        return session.execute(statement).scalar_one()


def index_all(database: Database, progress: Progress | None = None) -> int:
    """Make the search index of all memos anew; return how many they are. Until it is done searches find fewer.

    A memo that is written meanwhile is not lost: each batch is read and indexed in one write.
    """
    with database.writing(None) as write:
        search.clear(write)
    done, last = 0, 0
    while True:
        with database.writing(None) as write:
            statement = select(MemoRow).where(MemoRow.id > last).order_by(MemoRow.id).limit(_AT_ONCE)
            rows = write.session.scalars(statement).all()
            if not rows:
                search.optimize(write)
                return done
            ids = [row.id for row in rows]
            carried, shown = labels.of_memos(write.session, ids), images.of_memos(write.session, ids)
            search.put(
                write,
                [
                    document(
                        of_row(row, labels=carried.get(row.id, ()), images=shown.get(row.id, ())), row.user_id
                    )
                    for row in rows
                ],
            )
            done, last = done + len(rows), ids[-1]
        if progress is not None:
            progress(len(rows))


def render_all(database: Database, progress: Progress | None = None) -> int:
    """Render every body anew, as this release does; return how many memos are shown otherwise than before.

    Those get a new revision, so that no page is shown from before. `progress` is told now and then how many
    more were rendered. Nothing is locked while rendering: a memo that is edited meanwhile was rendered by that.
    """
    changed = 0
    for batch in _batches(database):
        for user_id, rows in groupby(batch, attrgetter("user_id")):
            made = [(row, rendered(row.body)) for row in rows]
            outdated = [
                {
                    "memo_id": row.id,
                    "read_revision": row.revision,
                    "html": html["body_html"],
                    "card": html["card_html"],
                }
                for row, html in made
                if html != {"body_html": row.body_html, "card_html": row.card_html}
                or row.html_version != HTML_VERSION
            ]
            if outdated:
                changed += _write_html(database, user_id, outdated)
        if progress is not None:
            progress(len(batch))
    return changed


def _batches(database: Database) -> Iterator[Sequence[Any]]:
    columns = (
        MemoRow.user_id,
        MemoRow.id,
        MemoRow.revision,
        MemoRow.body,
        MemoRow.body_html,
        MemoRow.card_html,
        MemoRow.html_version,
    )
    place = (0, 0)
    while True:
        statement = (
            select(*columns)
            .where(tuple_(MemoRow.user_id, MemoRow.id) > place)
            .order_by(MemoRow.user_id, MemoRow.id)
            .limit(_AT_ONCE)
        )
        with database.reading() as session:
            rows = session.execute(statement).all()
        if not rows:
            return
        yield rows
        place = (rows[-1].user_id, rows[-1].id)


def _write_html(database: Database, user_id: int, outdated: list[dict[str, Any]]) -> int:
    statement = (
        update(MemoRow)
        .where(MemoRow.id == bindparam("memo_id"), MemoRow.revision == bindparam("read_revision"))
        .values(
            body_html=bindparam("html"),
            card_html=bindparam("card"),
            html_version=HTML_VERSION,
            revision=bindparam("revision"),
        )
    )
    try:
        with database.writing(user_id) as write:
            parameters = [{**row, "revision": write.revision} for row in outdated]
            write.session.connection().execute(statement, parameters)
    except UserGone:
        return 0
    return len(outdated)
