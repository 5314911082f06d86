"""What finding a page of 30 costs in process: rare, common and missing words, phrases, filters, on both engines.

    python bench/search.py [--sizes 10000 100000 1000000] [--rounds 40]

For each size a database is filled: so many memos of one user, and half as many of others between them. The queries
take turns in a shuffled order, each in a read session of its own, as a request has it. Beside them stands what a
program without an index does: LIKE on SQLite, ILIKE on PostgreSQL, over the same rows in the same run. PostgreSQL
is measured when KEEPWSGI_TEST_POSTGRES is set. The largest size takes some minutes to fill and 3 GB of disk.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import create_engine, insert, text
from sqlalchemy.engine import make_url

from keepwsgi.accounts.models import UserRow
from keepwsgi.database import Database
from keepwsgi.memos import service as memos
from keepwsgi.memos.models import MemoRow
from keepwsgi.search import service as search

SIZES: Final = (10_000, 100_000, 1_000_000)
PAGE: Final = 30
WANTED_MILLISECONDS: Final = 3.0
WANTED_RATIO: Final = 50
#: The aims are for so many memos; of a few thousand LIKE, too, has read all in no time.
AIMED_AT: Final = 100_000
OWNER: Final = 1
OTHERS: Final = (2, 3)
#: So many memos have the rare words, evenly spread.
RARE: Final = 7

# fmt: off
_KOREAN: Final = (
    "예산", "계획", "자료", "공유", "일정", "확인", "전화", "장보기", "여행", "숙소", "병원", "예약", "도서관",
    "반납", "운동", "저녁", "약속", "생일", "선물", "가족", "사진", "정리", "청소", "빨래", "세금", "신고",
    "보험", "서류", "은행", "계좌", "카드", "결제", "택배", "배송", "주문", "환불", "수리", "점검", "교체",
    "공사", "견적", "이사", "계약", "월세", "관리비", "전기", "요금",
)
_PARTICLES: Final = ("", "", "을", "를", "이", "가", "에서", "까지", "부터", "하고", "은", "는")
_LATIN: Final = (
    "budget", "plan", "draft", "share", "schedule", "check", "call", "grocery", "travel", "hotel", "doctor",
    "booking", "library", "return", "workout", "dinner", "promise", "birthday", "present", "family", "photo",
    "cleanup", "laundry", "tax", "insurance", "paper", "bank", "account", "card", "payment", "parcel",
    "delivery", "order", "refund", "repair", "inspection", "replace", "construction", "estimate", "moving",
    "contract", "rent", "electricity", "bill",
)
# fmt: on


@dataclass
class Asked:
    """A query, the pattern that a program without an index would look for, and the milliseconds each took."""

    name: str
    query: str
    pattern: str | None = None
    found: int = 0
    find: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    like: list[float] = field(default_factory=list)


def questions() -> list[Asked]:
    """The queries; those with a pattern are also asked without the index."""
    return [
        Asked("rare, Korean", "루미냉", "두루미냉면"),
        Asked("rare, Latin", "zanzib", "zanzibar"),
        Asked("common, Korean", "회의", "회의"),
        Asked("common, Latin", "meet", "meeting"),
        Asked("missing, Korean", "쾅쾅", "쾅쾅"),
        Asked("missing, Latin", "xylograph", "xylograph"),
        Asked("one syllable", "회"),
        Asked("one letter", "m"),
        Asked("common and common", "회의 meet"),
        Asked("common and rare", "회의 zanzib"),
        Asked("common without common", "회의 -meet"),
        Asked("phrase, common", '"회의 자료"'),
        Asked("phrase, common, missing", '"meeting 회의록을 meeting"'),
        Asked("Korean after a number", "3월"),
        Asked("Latin after a hyphen", "meeting-b"),
        Asked("common, one label", "회의 label:work"),
        Asked("pinned (one in 1,000)", "is:pinned"),
        Asked("common, two colours", "회의 color:red color:blue"),
        Asked("common, of one month", "회의 after:2022-05 before:2022-06"),
        Asked("common, before all", "회의 before:2001"),
    ]


def texts(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Give titles and bodies: `회의록` in half of them, `meeting` in half."""
    while True:
        words = [
            chance.choice(_KOREAN) + chance.choice(_PARTICLES) if chance.random() < 0.6 else chance.choice(_LATIN)
            for _ in range(chance.randint(8, 32))
        ]
        if chance.random() < 0.5:
            words[chance.randrange(len(words))] = chance.choice(["회의록을", "회의", "회의 자료", "주간회의"])
        if chance.random() < 0.5:
            words[chance.randrange(len(words))] = "meeting"
        words.append(f"{chance.randint(1, 12)}월 {chance.randint(1, 28)}일 {chance.randint(1000, 9999)}")
        yield " ".join(words[:2]), " ".join(words)


def fill(database: Database, size: int) -> None:
    """Put `size` memos of one user into the tables and the index, and half as many of others between them."""
    chance = random.Random(3)
    with database.writing(None) as write:
        users = [
            {"id": number, "username": f"user{number}", "username_key": f"user{number}", "password_hash": ""}
            for number in (OWNER, *OTHERS)
        ]
        moments = {"created_at": write.now, "updated_at": write.now}
        write.session.execute(insert(UserRow), [user | moments for user in users])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    total = size + size // 2
    step = timedelta(days=5 * 365) / total
    rare = {total * number // RARE // 3 * 3 + 1 for number in range(RARE)}
    rows = (
        row(
            number, title, body + (" 두루미냉면 zanzibar" if number in rare else ""), start + step * number, chance
        )
        for number, (title, body) in zip(range(1, total + 1), texts(chance), strict=False)
    )
    while batch := list(islice(rows, 10_000)):
        with database.writing(None) as write:
            write.session.execute(insert(MemoRow), [memo for memo, _ in batch])
            search.put(write, [document for _, document in batch])
    if database.url.get_backend_name() == "postgresql":
        engine = create_engine(database.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))  # as autovacuum would have done by and by
        engine.dispose()


def row(
    number: int, title: str, body: str, created_at: datetime, chance: random.Random
) -> tuple[dict[str, Any], search.Document]:
    """A memo's row and its document. Every third memo is somebody else's."""
    user_id = OWNER if number % 3 else OTHERS[number % 2]
    color = chance.choice(["default", "default", "default", "red", "blue", "green"])
    is_pinned = number % 1000 == 1
    memo = {
        "id": number,
        "user_id": user_id,
        "title": title,
        "body": body,
        "body_html": f"<p>{body}</p>",
        "html_version": 1,
        "color": color,
        "pinned": is_pinned,
        "position": f"{number:012}",
        "revision": 1,
        "created_at": created_at,
        "updated_at": created_at,
    }
    labels = f"{search.label_flag(1)} {search.tokens('work')}" if chance.random() < 0.1 else ""
    flags = search.flags(
        user_id=user_id,
        archived=False,
        trashed=False,
        pinned=is_pinned,
        color=color,
        kind="text",
        has_image=False,
    )
    document = search.Document(
        number, user_id, created_at, flags, search.tokens(title), search.tokens(body), labels
    )
    return memo, document


def find(database: Database, asked: Asked) -> list[int]:
    """The ids of a page, in a session of its own."""
    with database.reading() as session:
        query = search.parse(asked.query)
        return search.find(session, OWNER, query, view="active", label_ids={"work": 1}, limit=PAGE, before_id=None)


def page(database: Database, asked: Asked) -> list[int]:
    """A page with its memos, as the view and the API get it."""
    with database.reading() as session:
        found = memos.found(session, OWNER, search.parse(asked.query), "active", limit=PAGE)
        return [memo.id for memo in found.others]


def like(database: Database, asked: Asked) -> list[int]:
    """The same page without an index. SQLite's LIKE is the quicker one: it folds nothing but A to Z."""
    operator = "ILIKE" if database.url.get_backend_name() == "postgresql" else "LIKE"
    statement = text(
        f"SELECT id FROM memos WHERE user_id = :user_id AND NOT archived AND trashed_at IS NULL"  # noqa: S608
        f" AND (title {operator} :pattern OR body {operator} :pattern) ORDER BY id DESC LIMIT {PAGE}"
    )
    with database.reading() as session:
        return list(session.scalars(statement, {"user_id": OWNER, "pattern": f"%{asked.pattern}%"}))


def milliseconds(ask: Callable[[Database, Asked], list[int]], database: Database, asked: Asked) -> float:
    """How long one call takes."""
    started = time.perf_counter_ns()
    ask(database, asked)
    return (time.perf_counter_ns() - started) / 1e6


def measure(database: Database, *, rounds: int) -> list[Asked]:
    """Ask everything in turns, after a round to warm up. Without the index, rows are asked for four times only."""
    everything = questions()
    for asked in everything:
        answer = find(database, asked)
        asked.found = len(answer)
        if asked.pattern and answer != like(database, asked):
            raise RuntimeError(f"{asked.name}: the index finds {answer}, LIKE does not")
    for number in range(rounds + 1):
        random.shuffle(everything)
        for asked in everything:
            took = milliseconds(find, database, asked)
            took_page = milliseconds(page, database, asked) if "label:" not in asked.query else None
            if number:
                asked.find.append(took)
                asked.page += [] if took_page is None else [took_page]
            if asked.pattern and number < 4:
                asked.like.append(milliseconds(like, database, asked))
    order = [asked.name for asked in questions()]
    return sorted(everything, key=lambda asked: order.index(asked.name))


def spread(values: Sequence[float]) -> str:
    """The median and the quartiles."""
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return f"{median:8.2f}  {lower:7.2f} {upper:7.2f}"


def table(title: str, everything: Sequence[Asked]) -> Iterator[str]:
    """The lines of the table."""
    yield f"{title:<48} {'ms':>8}  {'quartiles':^15}  {'page, ms':>8}  {'LIKE, ms':>8}  {'ratio':>7}"
    for asked in everything:
        whole = f"{statistics.median(asked.page):8.2f}" if asked.page else f"{'':8}"
        beside = ""
        if asked.like:
            without = statistics.median(asked.like)
            beside = f"{without:8.1f}  {without / statistics.median(asked.find):7.1f}"
        label = f"{asked.name} ({asked.found})"
        yield f"  {label:<30} {asked.query[:15]:<15} {spread(asked.find)}  {whole}  {beside}".rstrip()


def verdict(everything: Sequence[Asked]) -> Iterator[str]:
    """Whether the aims are met, which are for single words on SQLite."""
    words = [asked for asked in everything if asked.pattern]
    slowest = max(statistics.median(asked.find) for asked in words)
    ratios = [
        statistics.median(asked.like) / statistics.median(asked.find)
        for asked in words
        if not asked.name.startswith("common")
    ]
    met = "met" if slowest <= WANTED_MILLISECONDS else "NOT met"
    yield f"Slowest of rare, common and missing words: {slowest:.2f} ms; at most {WANTED_MILLISECONDS}: {met}."
    met = "met" if min(ratios) >= WANTED_RATIO else "NOT met"
    yield f"A rare or missing word is {min(ratios):.0f} times as quick as LIKE; at least {WANTED_RATIO}: {met}."


@contextlib.contextmanager
def sqlite_database() -> Iterator[Database]:
    """A new SQLite file for the length of the block."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.db", patience=60)
        try:
            yield database
        finally:
            database.dispose()


@contextlib.contextmanager
def postgresql_database(server: str) -> Iterator[Database]:
    """A new PostgreSQL database for the length of the block."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"keepwsgi_bench_{uuid.uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(url.set(database=name).render_as_string(hide_password=False), patience=60)
    try:
        database.upgrade()
        yield database
    finally:
        database.dispose()
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, measure and print; the exit status is 0 whatever the figures are."""
    parser = argparse.ArgumentParser(description="What finding a page of 30 costs in process.")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=SIZES, help="memos of the user (default: all three)"
    )
    parser.add_argument("--rounds", type=int, default=40, help="times each query is asked (default: 40)")
    options = parser.parse_args(arguments)
    if options.rounds < 2 or min(options.sizes) < 1_000:
        parser.error("quartiles need two rounds, and common words a thousand memos")
    server = os.environ.get("KEEPWSGI_TEST_POSTGRES")
    for size in options.sizes:
        engines = [("SQLite", sqlite_database())]
        if server:
            engines.append(("PostgreSQL", postgresql_database(server)))
        for name, opened in engines:
            with opened as database:
                started = time.perf_counter()
                fill(database, size)
                filled = time.perf_counter() - started
                everything = measure(database, rounds=options.rounds)
                print(*table(f"{name}, {size:,} memos (filled in {filled:.0f} s)", everything), sep="\n")
                if name == "SQLite" and size >= AIMED_AT:
                    print(*verdict(everything), sep="\n")
                print(flush=True)


if __name__ == "__main__":
    main()
