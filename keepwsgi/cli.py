"""The `keepwsgi` command. Flask calls these `flask run`, `flask routes`, `flask shell` and `@app.cli.command`."""

from __future__ import annotations

import code
import contextlib
import json
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
from sqlalchemy.engine import make_url

from keepwsgi import __version__, create_app, onion
from keepwsgi.accounts import service as accounts
from keepwsgi.accounts.schemas import Credentials
from keepwsgi.config import Settings, SettingsError, load_settings, unknown_variables
from keepwsgi.database import Database, DatabaseOutdated, DatabaseUnavailable
from keepwsgi.guide.contents import chapter_of
from keepwsgi.images import service as images
from keepwsgi.images.stores import StoreUnavailable, open_store
from keepwsgi.instance import purging
from keepwsgi.instance.manifest import InstanceError
from keepwsgi.memos import bulk

if TYPE_CHECKING:
    from keepwsgi.instance.manifest import Progress
    from keepwsgi.transfer.archive import Archive
    from keepwsgi.transfer.scanning import Found


class Commands(click.Group):
    """A group whose commands answer what can be expected to go wrong with one line, not a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; raises click.ClickException for a wrong setting or a database that is away."""
        try:
            return super().invoke(ctx)
        except (SettingsError, DatabaseUnavailable, DatabaseOutdated, StoreUnavailable, InstanceError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="keepwsgi")
def main() -> None:
    """Notes in the manner of Google Keep, on pure WSGI."""


@main.command()
@click.option("--host", help="Address to listen on.  [KEEPWSGI_HOST, else 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.  [KEEPWSGI_PORT, else 8080]")
@click.option("--threads", type=click.IntRange(1, 512), help="Requests at once.  [KEEPWSGI_THREADS, else 8]")
@click.option("--debug", is_flag=True, help="Reload on change, and show a debugger: for this machine only.")
def serve(host: str | None, port: int | None, threads: int | None, debug: bool) -> None:
    """Serve the board with waitress.

    SIGTERM closes the listener and lets running requests finish.
    """
    given = {"host": host, "port": port, "threads": threads}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    for name in unknown_variables():
        click.echo(f"{name} is no setting of keepwsgi and is ignored.", err=True)
    if debug:
        serve_debugging(settings)
        return
    from keepwsgi.factory import largest_body
    from keepwsgi.server import serve as serve_waitress

    app = create_app(settings)
    try:
        serve_waitress(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            max_body=largest_body(app.routes),
            behind_proxy=settings.trusted_proxies > 0,
            announce=lambda url: click.echo(f"keepwsgi {__version__} is serving {shown(settings)} on {url}"),
        )
    except (OSError, ValueError) as error:
        raise click.ClickException(
            f"cannot listen on {settings.host}:{settings.port}: {error}; choose another with --host and --port"
        ) from error


def shown(settings: Settings) -> str:
    """Where the memos are kept, as it may be shown: a path, or a URL without its password."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return str(Path(url.database or "").resolve())
    return url.render_as_string(hide_password=True)


def serve_debugging(settings: Settings) -> None:
    """Werkzeug's server with its reloader and its debugger, which runs any code it is sent: loopback only."""
    import ipaddress

    from werkzeug.serving import run_simple

    from keepwsgi.factory import create_app, template_folder

    try:
        loopback = settings.host == "localhost" or ipaddress.ip_address(settings.host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise click.ClickException(f"--debug lets anybody who reaches it run code, so not on {settings.host}")
    run_simple(
        settings.host,
        settings.port,
        create_app(settings, debug=True),
        use_reloader=True,
        use_debugger=True,
        threaded=True,
        extra_files=[str(path) for path in template_folder().glob("*.html")],
    )


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def routes(as_json: bool) -> None:
    """Show the URL map: methods, rule, endpoint, blueprint."""
    rows = onion.routes(create_app())
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    click.echo(onion.table(rows))
    if chapter := onion.guide(chapter_of("keepwsgi/layers/routing.py")):
        click.echo(f"\nHow a rule is found: {chapter}")


@main.command()
def layers() -> None:
    """Show what a request goes through, outermost first: layer, what Flask calls it, source file, chapter."""
    click.echo(onion.table(onion.layers(create_app())))


@main.command()
def shell() -> None:
    """Open a Python shell inside an application context."""
    app = create_app()
    with app.app_context():
        names = {"app": app, "database": app.config["DATABASE"]}
        code.interact(
            banner=f"Python {sys.version.split()[0]}, keepwsgi {__version__}: {', '.join(names)}", local=names
        )


@main.group()
def db() -> None:
    """Migrate the database."""


def database() -> Database:
    """The database of the settings; closed when the command ends."""
    store = Database(load_settings().database_url)
    click.get_current_context().call_on_close(store.dispose)
    return store


def blobs(settings: Settings) -> images.Store:
    """The store of pictures."""
    return open_store(settings.blob_url, settings.data_dir / "blobs")


@db.command()
def upgrade() -> None:
    """Bring the tables to this release. A SQLite database does this by itself at first use."""
    store = database()
    store.upgrade()
    click.echo(f"The database is at revision {store.current()}.")


@db.command()
def current() -> None:
    """Show the revision the database is at."""
    click.echo(database().current() or "none")


@db.command()
@click.option("-m", "--message", required=True, help="What the migration does.")
def revision(message: str) -> None:
    """Write a new migration: what differs between the database and the models."""
    click.echo(database().revision(message))


@main.group()
def user() -> None:
    """Manage accounts."""


def read_password(from_stdin: bool) -> str:
    """The password, from the first line of standard input or asked for twice."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def credentials(name: str, password: str) -> Credentials:
    """Name and password, checked. Raises click.ClickException for what cannot be taken."""
    from pydantic import ValidationError

    try:
        return Credentials.model_validate_strings({"username": name, "password": password})
    except ValidationError as error:
        raise click.ClickException("; ".join(detail["msg"] for detail in error.errors())) from error


def find(store: Database, name: str) -> accounts.User:
    """The account of that name. Raises click.ClickException where there is none."""
    with store.reading() as session:
        found = accounts.find_user(session, name)
    if found is None:
        raise click.ClickException(f"there is no account {name!r}")
    return found


@user.command("add")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--admin", is_flag=True, help="Make it an administrator.")
def user_add(name: str, password_stdin: bool, admin: bool) -> None:
    """Make an account; the very first one is an administrator anyway."""
    form = credentials(name, read_password(password_stdin))
    try:
        added = accounts.add_user(database(), form, is_admin=admin)
    except accounts.UsernameTaken:
        raise click.ClickException(f"the name {name!r} is taken") from None
    click.echo(f"Added {added.username}{' (administrator)' if added.is_admin else ''}.")


@user.command("passwd")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def user_passwd(name: str, password_stdin: bool) -> None:
    """Set a new password, which ends every session of the account."""
    store = database()
    found = find(store, name)
    form = credentials(found.username, read_password(password_stdin))
    accounts.set_password(store, found.id, form.password.get_secret_value())
    click.echo(f"The password of {found.username} is changed and its sessions have ended.")


@user.command("list")
def user_list() -> None:
    """List the accounts."""
    with database().reading() as session:
        users = accounts.list_users(session)
    for each in users:
        click.echo(f"{each.username}{'  administrator' if each.is_admin else ''}")
    if not users:
        click.echo(f"No accounts in {shown(load_settings())}", err=True)


@user.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def user_delete(name: str, yes: bool) -> None:
    """Delete an account and all its memos, forever."""
    store = database()
    found = find(store, name)
    if not yes:
        click.confirm(f"Delete {found.username} and everything that is theirs, forever?", abort=True)
    with store.reading() as session:
        digests = images.digests_of_user(session, found.id)
    accounts.delete_user(store, found.id)
    images.remove_unreferenced(store, blobs(load_settings()), digests)
    click.echo(f"Deleted {found.username}.")


@main.group()
def token() -> None:
    """Manage the API tokens of programs."""


@token.command("add")
@click.argument("name")
@click.option("--user", "username", required=True, help="Whose memos the program may read and change.")
def token_add(name: str, username: str) -> None:
    """Make a token and print it, this once."""
    from pydantic import ValidationError

    from keepwsgi.accounts import tokens
    from keepwsgi.accounts.schemas import TokenForm

    try:
        form = TokenForm(name=name)
    except ValidationError as error:
        raise click.ClickException("; ".join(detail["msg"] for detail in error.errors())) from error
    store = database()
    with store.writing(find(store, username).id) as write:
        _, secret = tokens.create(write, form)
    click.echo(secret)


@main.command()
@click.option("--memos", "count", type=click.IntRange(0, 1_000_000), default=60, show_default=True)
def demo(count: int) -> None:
    """Make a user `demo` with realistic memos, Korean and English; prints its password."""
    from keepwsgi.memos.demo import demo_memos

    store = database()
    password = secrets.token_urlsafe(12)
    try:
        added = accounts.add_user(store, credentials("demo", password))
    except accounts.UsernameTaken:
        raise click.ClickException(
            "there is a user demo already; `keepwsgi user delete demo` removes it"
        ) from None
    # Of old trash a serving process would leave nothing to look at.
    memos = demo_memos(count, trashed_at=store.now())
    with click.progressbar(memos, length=count, label="Rendering", file=sys.stderr) as bar:
        drafts = list(bar)
    progress = click.progressbar(length=count, label="Writing", file=sys.stderr)
    with progress as bar, store.writing(added.id) as write:
        bulk.insert_many(write, drafts, progress=bar.update)
    if added.is_admin:
        click.echo("The first account closes registration; `keepwsgi user add NAME` makes yours.")
    click.echo(f"Sign in as demo with the password {password}")


@main.group("search")
def search_group() -> None:
    """Look after the search index."""


@search_group.command()
def rebuild() -> None:
    """Make the search index anew. It is kept current by itself; this is for one that was damaged."""
    store = database()
    with click.progressbar(length=bulk.count(store), label="Indexing", file=sys.stderr) as bar:
        count = bulk.index_all(store, progress=bar.update)
    click.echo(f"Indexed {count} memos.")


@main.group("import")
def import_group() -> None:
    """Move notes in from somewhere else. What is here already stays as it is: it may be run again."""


@import_group.command("takeout")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--user", "username", required=True, help="Whose notes they are to be.")
def import_takeout(files: tuple[Path, ...], username: str) -> None:
    """Move in from Google Keep: all zips of a Takeout, or the folder they were unpacked to.

    Takes what `keepwsgi export` has written as well.
    """
    from keepwsgi.transfer.scanning import find_takeout

    move_in(files, username, find_takeout)


@import_group.command("markdown")
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--user", "username", required=True, help="Whose notes they are to be.")
def import_markdown(folder: Path, username: str) -> None:
    """Move in a folder of Markdown files with front matter and pictures, such as Obsidian's, or a zip of it."""
    from keepwsgi.transfer.scanning import find_markdown

    move_in([folder], username, find_markdown)


def move_in(paths: Sequence[Path], username: str, find_notes: Callable[[Archive], Found]) -> None:
    """Import what is found, with a bar, and print the report. Raises ClickException where there is no note."""
    from keepwsgi.transfer import small_pictures
    from keepwsgi.transfer.archive import Source, open_archive
    from keepwsgi.transfer.importing import Importer

    settings, store = load_settings(), database()
    owner, pictures = find(store, username), blobs(settings)
    with open_archive([Source(path.name, path) for path in paths]) as archive:
        found = find_notes(archive)
        with click.progressbar(length=len(found.notes), label="Moving in", file=sys.stderr) as bar:
            importer = Importer(store, pictures, owner.id, settings.max_upload, progress=bar.update)
            report = importer.run(found)
    wanted = small_pictures.digests(store, owner.id, None) if report.pictures else ()
    with click.progressbar(length=len(wanted), label="Making small pictures", file=sys.stderr) as bar:
        for done in small_pictures.make_all(pictures, wanted):
            bar.update(done)
    click.echo("\n".join(report.lines()))
    if not found.notes:
        raise click.ClickException("there is no note in it")


@main.command()
@click.option("--user", "username", required=True, help="Whose notes.")
@click.option("-o", "--output", required=True, type=click.File("wb", lazy=True, atomic=True), help="- for stdout.")
def export(username: str, output: IO[bytes]) -> None:
    """Write everything a user has into one zip: as a Google Takeout, with Markdown files and the pictures."""
    from keepwsgi.transfer.exporting import export as export_zip

    settings, store = load_settings(), database()
    owner = find(store, username)
    with click.progressbar(length=bulk.count(store, owner.id), label="Writing", file=sys.stderr) as bar:
        for piece in export_zip(store, blobs(settings), owner.id, progress=bar.update):
            output.write(piece)


@main.command()
def purge() -> None:
    """Delete what has been in the trash for KEEPWSGI_TRASH_DAYS, and pictures no memo has any more.

    A serving process does it once a day by itself.
    """
    settings = load_settings()
    done = purging.purge(database(), blobs(settings), trash_kept=timedelta(days=settings.trash_days))
    click.echo(f"Deleted {done.memos} memos of the trash and {done.pictures} pictures.")


@contextlib.contextmanager
def picture_bar(label: str) -> Iterator[Progress]:
    """A bar on a terminal, and nothing where cron would send it by mail; give it to what copies pictures."""
    bar = click.progressbar(length=0, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())

    def progress(done: int, total: int) -> None:
        bar.length = total
        bar.update(done - bar.pos)

    with bar:
        yield progress


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def backup(file: Path, force: bool) -> None:
    """Write the whole instance, notes and pictures, into one zip; it may be serving meanwhile.

    The file holds everything but the settings and the secret key, password hashes too: keep it as safe.
    """
    from keepwsgi.instance.backing_up import back_up

    settings = load_settings()
    with picture_bar("Writing") as progress:
        manifest = back_up(
            database(), blobs(settings), file, release=__version__, replace=force, progress=progress
        )
    for digest in manifest.missing:
        click.echo(f"Left out, missing or damaged in the store: picture {digest}", err=True)
    click.echo(f"Wrote {file} and verified it: {manifest.summary()}.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only verify FILE; nothing is restored.")
def restore(file: Path, check: bool) -> None:
    """Put a backup into an empty instance, on whichever database. Stop serving before.

    Everybody signs in again afterwards.
    """
    from keepwsgi.instance.backup_file import open_backup
    from keepwsgi.instance.restoring import restore as restore_all

    if check:
        with open_backup(file) as opened:
            manifest = opened.manifest
        click.echo(f"{file} is whole: {manifest.summary()}, of {manifest.taken_at:%Y-%m-%d %H:%M} UTC.")
        return
    settings = load_settings()
    with picture_bar("Restoring") as progress:
        manifest = restore_all(database(), blobs(settings), file, progress=progress)
    click.echo(f"Restored {manifest.summary()} into {shown(settings)}.")


@main.group("memos")
def memos_group() -> None:
    """Look after the memos."""


@memos_group.command()
def render() -> None:
    """Render every body anew; needed after a release that renders Markdown differently."""
    store = database()
    count = bulk.count(store)
    with click.progressbar(length=count, label="Rendering", file=sys.stderr) as bar:
        changed = bulk.render_all(store, progress=bar.update)
    click.echo(f"Rendered {count} memos; {changed} are shown otherwise than before.")
