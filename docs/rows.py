"""The rows of the table of what Flask layers on WSGI. They stand here and nowhere else; `table.py` writes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What Flask calls it, the files it is in here, where it is used, and what proves it.

    `korean` is what Flask calls it where that is more than names; `chapter` where the first of `files` does not
    say it; `cases` are rows of `tests/conformance`, `tests` are files or folders.
    """

    flask: str
    files: tuple[str, ...]
    used: tuple[str, ...]
    cases: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    korean: str = ""
    chapter: str = ""


def _layers(*names: str) -> tuple[str, ...]:
    return tuple(f"keepwsgi/layers/{name}.py" for name in names)


HELLO = "examples/hello.py"
QUICKSTART = "examples/quickstart.py"
VIEWS = "examples/quickstart_views.py"
BLOG = "examples/blog"
FACTORY = "keepwsgi/factory.py"

ROWS = (
    Row(
        "`app = Flask(__name__)`, `app(environ, start_response)`, `app.wsgi_app`",
        _layers("application", "handler"),
        (HELLO,),
        cases=("application",),
        chapter="application",
    ),
    Row(
        "`ProxyFix`, `APPLICATION_ROOT`, mounting under another application",
        _layers("mounting"),
        (QUICKSTART, FACTORY),
        cases=("middleware",),
        korean="`ProxyFix`, `APPLICATION_ROOT`, 다른 애플리케이션 아래에 붙이기",
    ),
    Row(
        '`/static`, `url_for("static", …)`',
        _layers("static"),
        (QUICKSTART, BLOG),
        cases=("static files",),
    ),
    Row(
        "`request.args .form .files .json .cookies .headers`, a missing form key is a 400, `MAX_CONTENT_LENGTH`",
        _layers("request", "multipart"),
        (VIEWS,),
        cases=("request",),
        korean="`request.args .form .files .json .cookies .headers`, 폼에 없는 키는 400, `MAX_CONTENT_LENGTH`",
    ),
    Row(
        "`app.logger`, request ids",
        _layers("logging"),
        (QUICKSTART, FACTORY),
        cases=("logging",),
        korean="`app.logger`, 요청 번호",
    ),
    Row(
        "`g`, `current_app`, `app_context()`, `test_request_context()`, “Working outside of …”",
        _layers("context"),
        (QUICKSTART,),
        cases=("contexts",),
    ),
    Row("`session`", _layers("session"), (VIEWS, BLOG), cases=("session",)),
    Row("`flash`, `get_flashed_messages`", _layers("flash"), (VIEWS, BLOG), cases=("flash",)),
    Row(
        "`@app.route`, methods, converters",
        _layers("routing"),
        (HELLO, VIEWS),
        cases=("routing and converters",),
        korean="`@app.route`, 메서드, 컨버터",
        chapter="routing",
    ),
    Row(
        "the missing slash, HEAD and OPTIONS for free, 405 with `Allow`",
        _layers("routing"),
        (VIEWS,),
        cases=("slashes, HEAD, OPTIONS, 405",),
        korean="빠진 슬래시, 저절로 생기는 HEAD와 OPTIONS, `Allow`가 있는 405",
        chapter="routing",
    ),
    Row("`url_for`", _layers("routing", "context"), (VIEWS,), cases=("url_for",), chapter="url-for"),
    Row(
        "Flask-SQLAlchemy: models, `db.session`, `get_or_404`",
        ("keepwsgi/database/layer.py", "keepwsgi/database/database.py"),
        (f"{BLOG}/database.py", f"{BLOG}/models.py", "keepwsgi/memos/views.py"),
        cases=("models",),
        tests=("tests/database",),
        korean="Flask-SQLAlchemy: 모델, `db.session`, `get_or_404`",
    ),
    Row(
        "Flask-Migrate",
        ("keepwsgi/database/migrating.py", "keepwsgi/database/migrations"),
        ("keepwsgi/cli.py",),
        tests=("tests/database/test_migrations.py", "tests/database/test_migrating_memos.py"),
        chapter="migrations",
    ),
    Row(
        "`@app.errorhandler`",
        _layers("errors"),
        (QUICKSTART, BLOG, "keepwsgi/error_pages.py"),
        cases=("error handlers",),
    ),
    Row(
        "`before_request`, `after_request`, `teardown_request`, `teardown_appcontext`",
        _layers("hooks", "context"),
        (QUICKSTART,),
        cases=("hooks",),
    ),
    Row(
        "Flask-WTF's `CSRFProtect`",
        _layers("csrf"),
        (QUICKSTART, BLOG),
        cases=("CSRF",),
        korean="Flask-WTF의 `CSRFProtect`",
    ),
    Row(
        "`Blueprint`",
        _layers("routing"),
        (VIEWS, "keepwsgi/labels/views.py"),
        cases=("blueprints",),
        chapter="blueprints",
    ),
    Row(
        "`render_template`, inheritance, `Markup`, filters, context processors",
        _layers("templating"),
        (VIEWS, f"{BLOG}/templates"),
        cases=("templating",),
        korean="`render_template`, 상속, `Markup`, 필터, 컨텍스트 프로세서",
    ),
    Row(
        "what a view may return: str, bytes, dict, list, tuple, generator, `Response`, a WSGI callable",
        _layers("response"),
        (VIEWS,),
        cases=("return values",),
        korean="뷰가 돌려줄 수 있는 것: str, bytes, dict, list, tuple, 제너레이터, `Response`, WSGI 호출 객체",
    ),
    Row(
        "`make_response`, `jsonify`, `redirect`, `abort`, `send_file`, `secure_filename`",
        _layers("response"),
        (VIEWS,),
        cases=("responses made by hand, files, uploads",),
    ),
    Row(
        "streams, `stream_with_context`",
        _layers("response", "context"),
        (VIEWS,),
        cases=("streams",),
        korean="스트리밍, `stream_with_context`",
    ),
    Row(
        "`app.config`",
        ("keepwsgi/config.py",),
        (FACTORY, f"{BLOG}/config.py"),
        cases=("configuration",),
        tests=("tests/test_config.py",),
        chapter="configuration",
    ),
    Row(
        "application factory",
        (FACTORY,),
        (BLOG, "keepwsgi/__init__.py"),
        cases=("application factory",),
        korean="애플리케이션 팩토리",
        chapter="factory",
    ),
    Row(
        "debug mode",
        ("keepwsgi/cli.py", *_layers("errors")),
        ("keepwsgi/cli.py",),
        cases=("debug mode",),
        tests=("tests/test_cli.py",),
        korean="디버그 모드",
        chapter="debug",
    ),
    Row(
        "`flask run`, `routes`, `shell`, commands of one's own",
        ("keepwsgi/cli.py", "keepwsgi/onion.py", "keepwsgi/server.py"),
        ("keepwsgi/cli.py",),
        cases=("commands",),
        tests=("tests/test_cli.py",),
        korean="`flask run`, `routes`, `shell`, 직접 만든 명령",
        chapter="cli",
    ),
    Row(
        "`app.test_client()`, `session_transaction()`",
        _layers("testing"),
        ("tests/examples",),
        cases=("test client",),
        chapter="testing",
    ),
    Row(
        "Flask-RESTX: resources, validation, the API's own documentation",
        ("keepwsgi/api/operations.py", "keepwsgi/api/openapi.py", "keepwsgi/api/problems.py"),
        ("keepwsgi/api",),
        cases=("resources",),
        tests=("tests/api",),
        korean="Flask-RESTX: 리소스, 검증, 저절로 만들어지는 API 문서",
        chapter="api",
    ),
    Row(
        "the page: fonts, icons, CSS variables, masonry",
        ("templates", "keepwsgi/static"),
        ("templates/board.html", "keepwsgi/static/css"),
        tests=("tests/browser",),
        korean="페이지: 글꼴, 아이콘, CSS 변수, 벽돌 쌓기 배치",
        chapter="page",
    ),
)

#: What extensions add to Flask and these files to the layers: name, files, where it is used.
EXTENSIONS = (
    Row("Flask-Babel", _layers("locale"), ("keepwsgi/translations",)),
    Row("Flask-Talisman", _layers("headers"), (BLOG, FACTORY)),
    Row(
        "Flask-Login: `current_user`, `@login_required`",
        ("keepwsgi/accounts/layer.py",),
        ("keepwsgi/memos/views.py",),
    ),
)
