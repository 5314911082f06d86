"""The command line: `flask routes`, commands of one's own and their context, through click's runner."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click
import flask
from click.testing import CliRunner
from flask.cli import routes_command, with_appcontext

from keepwsgi import onion
from keepwsgi.layers import Blueprint, Rule, context

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, case, get

ROW = "commands"


def own_commands(proxies: Any, trail: Trail) -> list[click.Command]:
    """Commands as an application has them; the proxies are either side's."""

    @click.command("greet")
    @click.argument("name")
    @click.option("--times", type=int, default=1, show_default=True, help="How often.")
    def greet(name: str, times: int) -> None:
        """Greet somebody."""
        for _ in range(times):
            click.echo(f"{proxies.current_app.config['GREETING']}, {name}!")

    @click.command("where")
    def where() -> None:
        proxies.g.x = "kept"
        click.echo(f"{proxies.url_for('memo', memo_id=7)} {proxies.g.x} {proxies.has_request_context()}")

    @click.command("fail")
    def fail() -> None:
        raise LookupError("a defect")

    @click.command("refuse")
    def refuse() -> None:
        raise click.ClickException("it cannot be")

    @click.command("leave")
    def leave() -> None:
        click.get_current_context().exit(3)

    @click.command("ask")
    def ask() -> None:
        name = click.prompt("Name")
        click.confirm(f"Is it {name}?", abort=True)
        click.echo(f"{name} it is")

    @click.group("user")
    def user() -> None:
        """Accounts."""

    @user.command("add")
    @click.argument("name")
    def add(name: str) -> None:
        trail.append(f"added {name}")

    @click.command("request")
    def request() -> None:
        with proxies.current_app.test_request_context("/memos/7?q=1"):
            click.echo(f"{proxies.request.path} {proxies.request.args['q']} {proxies.request.view_args}")

    return [greet, where, fail, refuse, leave, ask, user, request]


def in_context(command: click.Command, wrap: Callable[[Any], Any]) -> click.Command:
    """The command, and those below it, in an application context. Flask: `@app.cli.command`."""
    for each in command.commands.values() if isinstance(command, click.Group) else [command]:
        each.callback = wrap(each.callback)
    return command


Run = Callable[..., Any]


def pair(play: Callable[[Run, Trail], None]) -> Site:
    """`play(run, trail)` runs commands: `run("greet", "ada", input=…)`."""
    config = {"GREETING": "안녕", "SERVER_NAME": "memo.example"}

    def with_flask(trail: Trail) -> Any:
        app = flask_application(**config)
        blueprint = flask.Blueprint("blog", __name__, url_prefix="/blog")
        blueprint.add_url_rule("/", "index", lambda: "blog", methods=["GET", "POST"])
        blueprint.add_url_rule("/<path:name>", "show", lambda name: name)
        app.register_blueprint(blueprint)
        app.add_url_rule("/memos/<int:memo_id>", "memo", lambda memo_id: "memo", methods=["DELETE", "GET"])
        app.teardown_appcontext(lambda error: trail.append(f"teardown {error!r}"))
        for command in own_commands(flask, trail):
            app.cli.add_command(in_context(command, with_appcontext))
        runner = app.test_cli_runner()

        def run(*arguments: str, **options: Any) -> Any:
            of_flask = {"routes": routes_command}.get(arguments[0])
            return runner.invoke(of_flask, [] if of_flask else [*arguments], **options)

        play(run, trail)
        return app

    def with_layers(trail: Trail) -> Any:
        def index(request: Any) -> str:
            return "blog"

        def show(request: Any, name: str) -> str:
            return name

        def memo(request: Any, memo_id: int) -> str:
            return "memo"

        rules = [Rule("/", endpoint=index, methods=["GET", "POST"]), Rule("/<path:name>", endpoint=show)]
        app = layered_application(
            [
                Blueprint("blog", rules, url_prefix="/blog"),
                Rule("/memos/<int:memo_id>", endpoint=memo, methods=["DELETE", "GET"]),
            ],
            config=config,
            teardown_appcontext=[lambda error: trail.append(f"teardown {error!r}")],
        )

        def with_application(callback: Any) -> Any:
            def call(**arguments: Any) -> Any:
                click.get_current_context().with_resource(app.app_context())
                return callback(**arguments)

            return call

        group = click.Group("site")

        @click.command("routes")
        def listed() -> None:
            click.echo(onion.table(onion.routes(app)))

        for command in (listed, *own_commands(context, trail)):
            group.add_command(in_context(command, with_application))

        def run(*arguments: str, **options: Any) -> Any:
            return CliRunner().invoke(group, arguments, **options)

        play(run, trail)
        return app

    return Site(with_flask, with_layers)


def runs(*arguments: str, **options: Any) -> Site:
    """One command: its exit status and what it says, without the name of the program in a usage line."""

    def play(run: Run, trail: Trail) -> None:
        result = run(*arguments, **options)
        said = [line for line in result.output.splitlines() if not line.startswith(("Usage:", "Try '"))]
        trail.append([result.exit_code, said, repr(result.exception)])

    return pair(play)


def routes(run: Run, trail: Trail) -> None:
    """Both tables as facts: which columns there are, and in which order rows come, is each one's own."""
    lines = [line for line in run("routes").output.splitlines() if not line.startswith("--")]
    names, *rows = [re.split(r" {2,}", line.strip()) for line in lines]
    found = [dict(zip([name.lower() for name in names], row, strict=False)) for row in rows]
    trail.append(sorted((row["endpoint"], row["methods"], row["rule"]) for row in found))


def one_after_another(run: Run, trail: Trail) -> None:
    for name in ("ada", "에이다"):
        trail.append(run("greet", name).output)


CASES = [
    case(
        "routes lists methods, rule and endpoint of every view",
        pair(routes),
        get("/memos/7", base_url="http://memo.example"),
    ),
    case("a command has its arguments and options", runs("greet", "에이다", "--times", "2")),
    case("a command has the application", pair(one_after_another)),
    case("a command makes URLs and has its own g", runs("where")),
    case(
        "a command may make up a request",
        runs("request"),
        differs=["own g for each request"],
        trail=["teardown None", "teardown None", [0, ["/memos/7 1 {'memo_id': 7}"], "None"]],
    ),
    case("a command inside a group", runs("user", "add", "ada")),
    case("a missing argument is a usage error", runs("greet")),
    case("an option of the wrong type is a usage error", runs("greet", "ada", "--times", "x")),
    case("an option nobody knows is a usage error", runs("greet", "ada", "--loud")),
    case("an unknown command is a usage error", runs("nothing")),
    case("a command that fails ends with 1, and the context is torn down", runs("fail")),
    case("a command that refuses says why", runs("refuse")),
    case("a command chooses its exit status", runs("leave")),
    case("a command asks", runs("ask", input="ada\ny\n")),
    case("a command whose question is declined is aborted", runs("ask", input="ada\nn\n")),
    case("a command explains itself", runs("greet", "--help")),
]
