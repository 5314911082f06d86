"""What a page of the API's list costs in process, beside a bare WSGI function that does the same by hand.

    python bench/list.py [--memos 10000] [--limit 15] [--rounds 30] [--calls 40]

The bare function runs the very statements that the application runs, recorded from it, on `sqlite3`, makes the
same dictionaries and dumps them as JSON; both answers are compared before anything is measured. The two take turns
in a shuffled order, and CPU time is measured, of which other processes take nothing. Ratios are formed within each
round, then their median is taken.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event, insert, select
from werkzeug.test import create_environ

from keepwsgi import create_app
from keepwsgi.accounts import service as accounts
from keepwsgi.accounts import tokens
from keepwsgi.accounts.schemas import Credentials, TokenForm
from keepwsgi.config import load_settings
from keepwsgi.database import Database
from keepwsgi.labels import service as labels
from keepwsgi.labels.models import MemoLabel
from keepwsgi.labels.schemas import name_key
from keepwsgi.memos import bulk
from keepwsgi.memos.demo import demo_memos
from keepwsgi.memos.models import MemoRow

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WANTED = 4.0
MOST_STATEMENTS = 4
LABELS = ("집", "일", "장보기", "여행", "책", "ideas", "work", "home", "recipes", "later")

Recorded = tuple[str, tuple[Any, ...]]


def fill(database: Database, count: int) -> str:
    """A user of `count` memos, each with one to three labels; returns a token of theirs."""
    user = accounts.add_user(database, Credentials.model_validate({"username": "demo", "password": "a password"}))
    rng = random.Random(1)
    with database.writing(user.id) as write:
        bulk.insert_many(write, demo_memos(count))
        known = labels.ids_by_key(write.session, user.id, LABELS)
        ids = [known.get(name_key(name)) or labels.create(write, name).id for name in LABELS]
        without = MemoRow.id.not_in(select(MemoLabel.memo_id))
        place = (MemoRow.id, MemoRow.archived, MemoRow.pinned, MemoRow.position)
        rows = write.session.execute(select(*place).where(without, MemoRow.trashed_at.is_(None))).all()
        carried = [
            {
                "memo_id": memo_id,
                "label_id": label_id,
                "archived": archived,
                "pinned": pinned,
                "trashed": False,
                "position": position,
            }
            for memo_id, archived, pinned, position in rows
            for label_id in rng.sample(ids, rng.randint(1, 3))
        ]
        write.session.execute(insert(MemoLabel), carried)
        _, secret = tokens.create(write, TokenForm(name="bench"))
    return secret


def record(app: WSGIApplication, environ: WSGIEnvironment) -> list[Recorded]:
    """The statements the application runs for this request."""
    found: list[Recorded] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            found.append((statement, tuple(parameters)))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        answer(app, environ)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return found


def bare(path: Path, statements: Sequence[Recorded], limit: int) -> WSGIApplication:
    """The hand-written function: the same statements on one `sqlite3` connection, the same JSON."""
    connection = sqlite3.connect(path, isolation_level=None)
    (user, token), (memos, of_board), (labels_of, _), (images_of, _) = statements

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        connection.execute("BEGIN")
        try:
            (found,) = connection.execute(user, token).fetchall()
            rows = connection.execute(memos, (found[0], *of_board[1:])).fetchall()
            ids = (json.dumps([row[0] for row in rows[:limit]]),)
            carried: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
            for memo_id, label_id, name in connection.execute(labels_of, ids):
                carried[memo_id].append({"id": label_id, "name": name})
            shown: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
            for image_id, memo_id, _, kind, size, width, height in connection.execute(images_of, ids):
                url = f"/api/v1/images/{image_id}"
                shown[memo_id].append(
                    {
                        "id": image_id,
                        "url": url,
                        "thumbnail_url": f"{url}?size=thumb",
                        "width": width,
                        "height": height,
                        "type": kind,
                        "size": size,
                    }
                )
        finally:
            connection.execute("ROLLBACK")
        items = [
            {
                "id": memo_id,
                "kind": kind,
                "title": title,
                "body": body,
                "body_html": html,
                "items": [
                    {"id": item_id, "text": text, "checked": bool(checked), "indent": indent}
                    for item_id, text, checked, indent in json.loads(items)
                ],
                "color": color,
                "pinned": bool(pinned),
                "archived": bool(archived),
                "trashed_at": trashed_at,
                "labels": carried[memo_id],
                "images": shown[memo_id],
                "position": position,
                "revision": revision,
                "created_at": rfc3339(created_at),
                "updated_at": rfc3339(updated_at),
            }
            for (
                memo_id,
                kind,
                title,
                body,
                html,
                color,
                pinned,
                archived,
                trashed_at,
                position,
                revision,
                created_at,
                updated_at,
                items,
            ) in rows[:limit]
        ]
        text = json.dumps({"items": items}, ensure_ascii=False, separators=(",", ":")).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
        return [text]

    return application


def rfc3339(stored: str) -> str:
    """A moment as it is stored on SQLite, as the API writes it."""
    return stored.replace(" ", "T").removesuffix(".000000") + "Z"


def answer(app: WSGIApplication, environ: WSGIEnvironment) -> bytes:
    """The body, from a call with a copy of `environ` as a server calls."""
    status: list[str] = []

    def start_response(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        status.append(line)
        return lambda data: None

    body = app({**environ, "wsgi.input": io.BytesIO()}, start_response)
    try:
        content = b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    if not status[0].startswith("200"):
        raise RuntimeError(f"{status[0]}: {content[:300]!r}")
    return content


def measure(
    contestants: dict[str, WSGIApplication], environ: WSGIEnvironment, *, rounds: int, calls: int
) -> dict[str, list[float]]:
    """Microseconds of CPU time a call: for each contestant one mean a round, after a round to warm up."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    order = list(contestants)
    for round_ in range(rounds + 1):
        random.shuffle(order)
        for name in order:
            gc.collect()
            started = time.process_time_ns()
            for _ in range(calls):
                answer(contestants[name], environ)
            if round_:
                times[name].append((time.process_time_ns() - started) / calls / 1000)
    return times


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; the exit status is 0 whatever the figures are."""
    parser = argparse.ArgumentParser(description="What a page of the API's list costs in process.")
    parser.add_argument("--memos", type=int, default=10_000, help="memos of the user (default: 10000)")
    parser.add_argument("--limit", type=int, default=15, help="memos a page (default: 15)")
    parser.add_argument("--rounds", type=int, default=30, help="rounds to take the median of (default: 30)")
    parser.add_argument("--calls", type=int, default=40, help="calls of each a round (default: 40)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(env="testing", data_dir=Path(folder), secret_key="no secret, only a bench")
        app = create_app(settings)
        app.logger.setLevel("WARNING")
        database: Database = app.config["DATABASE"]
        token = fill(database, options.memos)
        environ = create_environ(
            f"/api/v1/memos?limit={options.limit}",
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json", "User-Agent": "bench"},
        )
        answer(app, environ)
        statements = record(app, environ)
        by_hand = bare(Path(database.url.database or ""), statements, options.limit)
        ours = json.loads(answer(app, environ))
        assert ours["items"] == json.loads(answer(by_hand, environ))["items"], "not the same answer"
        contestants: dict[str, WSGIApplication] = {"by hand": by_hand, "keepwsgi": app}
        times = measure(contestants, environ, rounds=options.rounds, calls=options.calls)
        database.dispose()
    size = len(json.dumps(ours, ensure_ascii=False).encode())
    print(f"GET /api/v1/memos?limit={options.limit}, {options.memos:,} labelled memos, {size:,} bytes of JSON")
    for name, values in times.items():
        low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
        print(f"  {name:<10} {middle:8.1f} µs   quartiles {low:.1f} {high:.1f}")
    ratio = statistics.median(own / hand for own, hand in zip(times["keepwsgi"], times["by hand"], strict=True))
    met = "which is met" if ratio <= WANTED and len(statements) <= MOST_STATEMENTS else "which is NOT met"
    print(f"keepwsgi takes {ratio:.2f} times as long, in {len(statements)} statements.")
    print(f"At most {WANTED:g} times and {MOST_STATEMENTS} statements are wanted, {met}.")


if __name__ == "__main__":
    main()
