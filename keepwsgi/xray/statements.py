"""SQL as SQLAlchemy tells of it: each statement with the number of its parameters and rows, and its time.

Parameters are what people wrote, so only their number is kept. The listeners hear of every engine of the process
and ask whose request it is; where none is watched they do nothing.
"""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import cursor as cursors
from sqlalchemy.engine.default import DefaultDialect

from keepwsgi.xray.journey import N_, Place, Step, cut
from keepwsgi.xray.places import source_of, within
from keepwsgi.xray.recording import Part, Recorder, current
from keepwsgi.xray.redacting import shown_error

_SESSION = Place(flask="Flask-SQLAlchemy: db.session", about="keepwsgi/database/layer.py")


def listen() -> None:
    """Hear of every statement from now on; once is enough for a process."""
    if not event.contains(Engine, "before_cursor_execute", _before):
        event.listen(Engine, "before_cursor_execute", _before)
        event.listen(Engine, "after_cursor_execute", _after)
        event.listen(Engine, "handle_error", _failed)
        event.listen(Engine, "begin", _begun)


def _begun(connection: Any) -> None:
    """A transaction the driver begins by itself, with the first statement; SQLite is told to in so many words."""
    recorder = current.get()
    if recorder is None or connection.dialect.name == "sqlite":
        return
    step = recorder.begin("transaction", "BEGIN", _SESSION)
    options = connection.get_execution_options()
    step.says = N_("reading") if options.get("postgresql_readonly") else N_("writing")
    recorder.end(step)


def _before(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    recorder = current.get()
    if recorder is None:
        return
    begins = statement.upper().startswith("BEGIN")
    step = recorder.begin("transaction" if begins else "statement", _verb(statement), _SESSION)
    step.text = cut(statement)
    if begins:
        step.name = statement
        step.says = N_("writing") if "IMMEDIATE" in statement.upper() else N_("reading")
    else:
        step.parameters = sum(len(each) for each in parameters) if many else len(parameters or ())
        step.tell(N_("Asked by"), _asker())
    recorder.notes["statement"] = step


def _after(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    recorder = current.get()
    step: Step | None = recorder.notes.pop("statement", None) if recorder else None
    if recorder is None or step is None:
        return
    recorder.end(step)
    # What gives rows, a SELECT or RETURNING, has them counted as they are fetched.
    if step.kind == "statement" and cursor.description is None and cursor.rowcount >= 0:
        step.rows = cursor.rowcount
    recorder.notes[f"cursor {id(cursor)}"] = step


def _failed(context: Any) -> None:
    recorder = current.get()
    step: Step | None = recorder.notes.pop("statement", None) if recorder else None
    if recorder is not None and step is not None:
        step.raised = shown_error(context.original_exception).partition("\n")[0]
        recorder.end(step)


def _verb(statement: str) -> str:
    """`SELECT memos`: the first word, and the first table."""
    words = statement.split()
    upper = [word.upper() for word in words]
    verb = upper[0] if words else ""
    for mark in ("FROM", "INTO", "UPDATE"):
        if mark in upper[:-1]:
            return f"{verb} {words[upper.index(mark) + 1].strip('(),')}"
    return " ".join(words[:3])


def _asker() -> str:
    """The nearest line of the program's own code above SQLAlchemy."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and within(frame.f_code, "sqlalchemy", "keepwsgi/xray", "contextlib", "<"):
        frame = frame.f_back
    if frame is None:
        return ""
    return f"{source_of(frame.f_code, frame.f_lineno)} {frame.f_code.co_name}"


def parts() -> dict[CodeType, Part]:
    """SQLAlchemy's functions that end a transaction, and those that fetch rows."""
    found = {
        getattr(DefaultDialect, method).__code__: Part("transaction", name, _SESSION, leave=_ended)
        for method, name in (("do_commit", "COMMIT"), ("do_rollback", "ROLLBACK"))
    }
    for strategy in (cursors.CursorFetchStrategy, cursors.BufferedRowCursorFetchStrategy):
        for method in ("fetchone", "fetchmany", "fetchall"):
            code = getattr(strategy, method).__code__
            found[code] = Part("fetch", method, _SESSION, leave=_fetched)
    return found


def _ended(recorder: Recorder, step: Step, frame: FrameType, value: Any) -> None:
    """The pool rolls every connection back that it gets, once more; that is no step of the request."""
    if frame.f_back is not None and within(frame.f_back.f_code, "sqlalchemy/pool"):
        recorder.drop(step)


def _fetched(recorder: Recorder, step: Step, frame: FrameType, rows: Any) -> None:
    """The rows and their time belong to the statement that asked for them."""
    statement = recorder.notes.get(f"cursor {id(frame.f_locals.get('dbapi_cursor'))}")
    if statement is None:
        return
    number = len(rows) if isinstance(rows, (list, tuple)) and step.name != "fetchone" else int(rows is not None)
    statement.rows = (statement.rows or 0) + number
    recorder.fold(step, statement)
