"""Templates: autoescape, `Markup`, inheritance, filters, globals, context processors, text as a template."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import flask
from jinja2 import DictLoader
from markupsafe import Markup

from keepwsgi import layers
from keepwsgi.layers import Rule, Templates

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, case, get

ROW = "templating"

SOURCES = {
    "layout.html": "<title>{% block title %}메모{% endblock %}</title>"
    "<main>{% block content %}{% endblock %}</main>",
    "page.html": "{% extends 'layout.html' %}{% block title %}{{ super() }}: {{ title }}{% endblock %}"
    "{% block content %}{% include '_part.html' %}{% endblock %}",
    "_part.html": "<p>{{ text }}</p>",
    "escape.html": "{{ text }} {{ text|safe }} {{ markup }} {{ text|e }} <a title='{{ text }}'>",
    "escape.txt": "{{ text }} {{ markup }}",
    "escape.xml": "{{ text }}",
    "escape.svg": "{{ text }}",
    "escape.htm": "{{ text }}",
    "escape.xhtml": "{{ text }}",
    "escape.HTML": "{{ text }}",
    "escape.js": "{{ text }}",
    "escape.html.j2": "{{ text }}",
    "off.html": "{% autoescape false %}{{ text }}{% endautoescape %}{{ text }}",
    "filters.html": "{{ text|shout }} {{ items|join(', ') }} {{ text|length }} {{ 3|pluses }}",
    "names.html": "{{ site }} {{ request.path }} {{ session.get('user') }} {{ g.get('x') }}"
    " {{ config['GREETING'] }}",
    "urls.html": "{{ url_for('page', name='a b', q='가&') }} {{ url_for('index', _external=True) }}"
    " {{ url_for('index', _anchor='x') }}",
    "processed.html": "{{ who }} {{ which }} {{ now }}",
    "processor-loses.html": "{{ which }}",
    "undefined.html": "[{{ nothing }}] {{ nothing is defined }} [{{ text.nothing }}]",
    "undefined-deep.html": "{{ nothing.further }}",
    "syntax.html": "{% if %}",
    "loops.html": "{% for item in items %}{{ loop.index }}:{{ item }}{% if not loop.last %},{% endif %}"
    "{% else %}none{% endfor %}",
    "macros.html": "{% macro field(name) %}<input name='{{ name }}'> {{ request.path }} {{ url_for('index') }}"
    " {{ session.get('user') }} {{ g.get('x') }} {{ get_flashed_messages()|length }}"
    " {{ config['GREETING'] }}{% endmacro %}",
    "import.html": "{% import 'macros.html' as m %}{{ m.field(text) }}",
    "from-import.html": "{% from 'macros.html' import field with context %}{{ field(text) }}",
    "json.html": "{{ data|tojson }} <a data-x='{{ data|tojson }}'>",
    "json-types.html": "{{ rich|tojson }}",
    "json-indent.html": "{{ data|tojson(indent=2) }}",
    "whitespace.html": "a\n  {% if true %}\n  b\n  {% endif %}\nc\n",
    "missing-parent.html": "{% extends 'gone.html' %}",
    "i18n-none.html": "{{ '%s' % text }}",
    "context-function.html": "{{ greet('x') }}",
}
STRINGS = {
    "plain": "<p>{{ text }}</p>",
    "markup": "{{ markup }}",
    "inherits": "{% extends 'layout.html' %}{% block content %}{{ text }}{% endblock %}",
    "empty": "",
    "broken": "{{ ",
    "korean": "안녕 {{ name }}",
}
GIVEN: dict[str, Any] = {
    "text": '<b>"it\'s" & 메모</b>',
    "markup": Markup("<i>%s</i>") % "<safe>",
    "title": "제목 <1>",
    "items": ["a", "<b>", 3],
    "data": {"b": "</script>가", "a": ["'", "&"]},
    "rich": {"when": datetime(2024, 2, 29, tzinfo=UTC), "much": Decimal("1.5"), "html": Markup("<b>")},
    "name": "name",
}


def shout(text: str) -> str:
    return text.upper() + "!"


def pluses(number: int) -> Markup:
    return Markup("<b>+</b>") * number


def with_flask(trail: Trail) -> Any:
    app = flask_application(GREETING="안녕")
    app.jinja_loader = DictLoader(SOURCES)  # type: ignore[misc]  (Flask declares it read-only)

    @app.route("/")
    def index() -> str:
        return "index"

    @app.route("/page/<name>")
    def page(name: str) -> Any:
        flask.session["user"] = "ada"
        flask.g.x = "<g>"
        return flask.render_template(name, **GIVEN)

    @app.route("/unread/<name>")
    def unread(name: str) -> Any:
        return flask.render_template(name, **GIVEN)

    @app.route("/string/<name>")
    def string(name: str) -> Any:
        return flask.render_template_string(STRINGS[name], **GIVEN)

    @app.route("/wins")
    def wins() -> Any:
        return flask.render_template("processor-loses.html", which="given")

    app.jinja_env.filters["shout"] = shout
    app.template_filter("pluses")(pluses)
    app.jinja_env.globals["site"] = "<keep>"
    app.template_global("greet")(lambda name: f"<greet {name}>")

    @app.context_processor
    def first() -> dict[str, Any]:
        return {"who": flask.request.path, "which": "first", "now": 1}

    @app.context_processor
    def second() -> dict[str, Any]:
        return {"which": "second <>"}

    return app


def with_layers(trail: Trail) -> Any:
    def index(request: Any) -> str:
        return "index"

    def page(request: Any, name: str) -> Any:
        request.session["user"] = "ada"
        layers.g.x = "<g>"
        return layers.render_template(request, name, **GIVEN)

    def unread(request: Any, name: str) -> Any:
        return layers.render_template(request, name, **GIVEN)

    def string(request: Any, name: str) -> Any:
        # `name` is one of the names given to the template too.
        return layers.render_template_string(request, STRINGS[name], **GIVEN)

    def wins(request: Any) -> Any:
        return layers.render_template(request, "processor-loses.html", which="given")

    def first(request: Any) -> dict[str, Any]:
        return {"who": request.path, "which": "first", "now": 1}

    def second(request: Any) -> dict[str, Any]:
        return {"which": "second <>"}

    return layered_application(
        [
            Rule("/", endpoint=index),
            Rule("/page/<name>", endpoint=page),
            Rule("/unread/<name>", endpoint=unread),
            Rule("/string/<name>", endpoint=string),
            Rule("/wins", endpoint=wins),
        ],
        templates=Templates(
            DictLoader(SOURCES),
            filters={"shout": shout, "pluses": pluses},
            names={"site": "<keep>", "greet": lambda name: f"<greet {name}>"},
            context_processors=[first, second],
        ),
        config={"GREETING": "안녕"},
    )


site = Site(with_flask, with_layers)


def pages(sentence: str, *names: str) -> Any:
    return case(sentence, site, *(get(f"/page/{name}") for name in names))


CASES = [
    pages("a template extends another and includes a third", "page.html"),
    pages("text is escaped, Markup is not", "escape.html"),
    pages(
        "files of markup are escaped, others are not",
        "escape.xml",
        "escape.svg",
        "escape.htm",
        "escape.xhtml",
        "escape.txt",
        "escape.js",
        "escape.HTML",
        "escape.html.j2",
    ),
    pages("escaping may be off for a block", "off.html"),
    pages("filters of one's own", "filters.html"),
    pages("names that every template sees", "names.html"),
    pages("functions that every template sees", "context-function.html"),
    pages("url_for in a template", "urls.html"),
    pages("loops", "loops.html"),
    pages("context processors add names, later ones over earlier", "processed.html"),
    case("what the view gives goes over a context processor's", site, get("/wins")),
    pages("an undefined name is empty", "undefined.html"),
    pages("an attribute of an undefined name is a defect", "undefined-deep.html"),
    pages("a broken template is a defect", "syntax.html"),
    pages("a missing template is a defect", "nothing.html", "missing-parent.html"),
    pages("a template outside the folder is a defect", "..%2fescape.html"),
    pages("an imported macro sees the request too", "import.html"),
    pages("a macro imported with context", "from-import.html"),
    pages("JSON in a template cannot leave its script", "json.html"),
    pages("JSON in a template knows dates and decimals", "json-types.html"),
    pages("JSON in a template may be indented", "json-indent.html"),
    pages("white space is left alone", "whitespace.html"),
    case("a template that looks at the session varies by cookie", site, get("/unread/names.html")),
    case("a template that does not look at the session leaves it unread", site, get("/unread/loops.html")),
    *(case(f"a template given as text: {name}", site, get(f"/string/{name}")) for name in STRINGS),
]
