"""The pages on which one moves in and out: an archive sent, its progress, its report; everything as one zip."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from werkzeug.datastructures import FileStorage

from keepwsgi.accounts.layer import Request
from keepwsgi.config import MEBIBYTE
from keepwsgi.database import jobs
from keepwsgi.database.jobs import Job, JobCancelled
from keepwsgi.database.worker import Worker
from keepwsgi.forms import readable
from keepwsgi.images.stores import Store
from keepwsgi.layers import Blueprint, Response, Rule, flash, redirect, render_template
from keepwsgi.transfer import moving_in, uploads
from keepwsgi.transfer.exporting import export
from keepwsgi.transfer.report import MEANINGS, Report
from keepwsgi.transfer.zips import is_zip
from keepwsgi.translations import translate

FIELD: Final = "file"
#: What is taken beside zips, by the end of its name.
_LOOSE: Final = (".json", ".md")
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]+")


def import_page(request: Request) -> Any:
    """How far the import is, or what came of the last one, and the form for another."""
    job = jobs.latest(request.reading, request.reader.id, uploads.KIND)
    if job is not None and job.may_be_taken(request.database.now()):
        worker_of(request).wake()
    return page(request, job)


def page(request: Request, job: Job | None, errors: list[str] | None = None) -> str:
    """The page, with what is wrong with the files that were sent."""
    is_under_way = job is not None and job.is_unfinished(request.database.now())
    return render_template(
        request,
        "import.html",
        job=job,
        is_under_way=is_under_way,
        report=Report.of(job.result) if job is not None and job.result else None,
        meanings={reason: translate(request, text) for reason, text in MEANINGS.items()},
        errors={FIELD: errors} if errors else {},
        most=readable(request, request.app.config["MAX_IMPORT"] // MEBIBYTE),
        number=partial(readable, request),
    )


def import_files(request: Request) -> Any:
    """Keep the files that were sent, and let a worker read them."""
    files = [file for file in request.files.getlist(FIELD) if file.filename]
    if wrong := what_is_wrong(request, files):
        return page(request, jobs.latest(request.reading, request.reader.id, uploads.KIND), [wrong]), 422
    store: Store = request.app.config["BLOBS"]
    key = uploads.new_key()
    try:
        with request.writing() as write:
            job_id = moving_in.order(write, key)
        sent = [(file.filename or "", file.stream) for file in files]
        moving_in.make_ready(request.database, store, job_id, key, sent)
    except moving_in.UnderWay:
        flash(request, translate(request, "One import is still under way."), "error")
    except JobCancelled:
        flash(request, translate(request, "The import was cancelled."))
    worker_of(request).wake()
    return redirect(request.url_for(".import_page"), 303)


def what_is_wrong(request: Request, files: Sequence[FileStorage]) -> str | None:
    """Why files are not taken, in the reader's language, or None."""
    if not files:
        return translate(request, "Choose a file.")
    if wrong := [file for file in files if not _is_taken(file)]:
        return translate(request, "“%(name)s” is neither a zip nor a note.", name=wrong[0].filename)
    return None


def cancel_import(request: Request) -> Response:
    """End the import. What was moved in by then stays."""
    with request.writing() as write:
        jobs.cancel(write, uploads.KIND)
    job = jobs.latest(request.reading, request.reader.id, uploads.KIND)
    if job is not None and job.state == "cancelled":
        moving_in.discard(request.app.config["BLOBS"], job)
    return redirect(request.url_for(".import_page"), 303)


def export_zip(request: Request) -> Response:
    """Everything the reader has, as one zip that is made while it is sent."""
    user, now = request.reader, request.database.now()
    request.stop_reading()
    name = _NOT_IN_NAMES.sub("", user.username) or "notes"
    pieces = export(request.database, request.app.config["BLOBS"], user.id)
    response = Response(pieces, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"keepwsgi-{name}-{now:%Y-%m-%d}.zip")
    return response


def worker_of(request: Request) -> Worker:
    """The worker of this process."""
    worker: Worker = request.app.config["WORKER"]
    return worker


def _is_taken(file: FileStorage) -> bool:
    return (file.filename or "").lower().endswith(_LOOSE) or is_zip(file.stream)


blueprint = Blueprint(
    "transfer",
    [
        Rule("/settings/import", endpoint=import_page, methods=["GET"]),
        Rule("/settings/import", endpoint=import_files, methods=["POST"], max_body="import"),
        Rule("/settings/import/cancel", endpoint=cancel_import, methods=["POST"]),
        Rule("/settings/export", endpoint=export_zip, methods=["GET"]),
    ],
)
