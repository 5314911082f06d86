"""Models and a session for each request: SQLAlchemy under Flask, and under the layers as the blog has it.

Flask's side is what Flask-SQLAlchemy does in its first lines: a scoped session, removed as the context ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask
from sqlalchemy import Engine, StaticPool, create_engine, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from examples.blog.database import database
from examples.blog.models import Base, Post
from keepwsgi import layers
from keepwsgi.layers import ErrorHandlers, Rule, errors

from ..applications import flask_application, layered_application
from ..comparison import Site, Trail, ask, case, get, post

ROW = "models"
#: Begun by every application: two posts, in Korean and English.
TITLES = ("첫 글", "second")


def new_engine(trail: Trail) -> Engine:
    """A database in memory, which writes down what becomes of its transactions."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Post(title=title, content="…") for title in TITLES)
        session.commit()
    event.listen(engine, "commit", lambda connection: trail.append("commit"))
    event.listen(engine, "rollback", lambda connection: trail.append("rollback"))
    return engine


Deed = Callable[[Any, Any, Callable[..., Any]], Any]


def listed(db: Any, request: Any, get_or_404: Any) -> Any:
    return [[found.id, found.title] for found in db.scalars(select(Post).order_by(Post.id))]


def shown(db: Any, request: Any, get_or_404: Any) -> Any:
    return get_or_404(db, int(request.args["id"])).title


def added(db: Any, request: Any, get_or_404: Any) -> Any:
    new = Post(title=request.form["title"], content=request.form["content"])
    db.add(new)
    db.commit()
    return {"id": new.id, "title": new.title}, 201


def renamed(db: Any, request: Any, get_or_404: Any) -> Any:
    get_or_404(db, int(request.args["id"])).title = request.form["title"]
    db.commit()
    return "", 204


def deleted(db: Any, request: Any, get_or_404: Any) -> Any:
    db.delete(get_or_404(db, int(request.args["id"])))
    db.commit()
    return "deleted"


def forgotten(db: Any, request: Any, get_or_404: Any) -> Any:
    """Never commits."""
    db.add(Post(title="forgotten", content="…"))
    db.flush()
    return [found.title for found in db.scalars(select(Post).order_by(Post.id))]


def failing(db: Any, request: Any, get_or_404: Any) -> Any:
    db.add(Post(title="half", content="…"))
    db.flush()
    raise RuntimeError("in the middle")


def refused(db: Any, request: Any, get_or_404: Any) -> Any:
    db.add(Post(id=1, title="twice", content="…"))
    db.commit()
    return "added"


def streamed(db: Any, request: Any, get_or_404: Any) -> Any:
    titles = list(db.scalars(select(Post.title).order_by(Post.id)))
    return (f"{title}\n" for title in titles)


def mapped(db: Any, request: Any, get_or_404: Any) -> Any:
    one, again = db.get(Post, 1), db.get(Post, 1)
    return [one is again, one in db, db.get(Post, 99) is None]


def untouched(db: Any, request: Any, get_or_404: Any) -> Any:
    return "no statement"


DEEDS: dict[str, Deed] = {
    deed.__name__: deed
    for deed in (listed, shown, added, renamed, deleted, forgotten, failing, refused, streamed, mapped, untouched)
}
METHODS = ["GET", "POST"]


def with_flask(trail: Trail) -> Any:
    app = flask_application()
    db = scoped_session(sessionmaker(new_engine(trail)))

    @app.teardown_appcontext
    def remove(error: Any) -> None:
        db.remove()

    @app.route("/<deed>", methods=METHODS)
    def view(deed: str) -> Any:
        return DEEDS[deed](db, flask.request, lambda db, key: db.get(Post, key) or flask.abort(404))

    @app.errorhandler(IntegrityError)
    def taken(error: Any) -> Any:
        db.rollback()
        return "taken", 409

    return app


def with_layers(trail: Trail) -> Any:
    def view(request: Any, deed: str) -> Any:
        return DEEDS[deed](request.db, request, lambda db, key: db.get(Post, key) or layers.abort(404))

    def taken(request: Any, error: Any) -> Any:
        request.db.rollback()
        return "taken", 409

    handlers = ErrorHandlers({IntegrityError: taken})
    return layered_application(
        [Rule("/<deed>", endpoint=view, methods=METHODS)],
        inner=[database(new_engine(trail)), errors(handlers)],
    )


site = Site(with_flask, with_layers)
NEW = {"title": "셋째 <글>", "content": "내용"}

CASES = [
    case("a query's rows, in order", site, get("/listed")),
    case("a row by its key, or a 404", site, get("/shown?id=1"), get("/shown?id=99"), get("/shown?id=0")),
    case(
        "a row added is there for the next request",
        site,
        post("/added", data=NEW),
        get("/listed"),
        get("/shown?id=3"),
    ),
    case(
        "a row changed",
        site,
        post("/renamed?id=1", data={"title": "새 이름"}),
        get("/listed"),
        differs=["204 without Content-Type"],
    ),
    case("a row deleted", site, post("/deleted?id=1"), get("/listed"), post("/deleted?id=1")),
    case("what is not committed is rolled back", site, get("/forgotten"), get("/listed")),
    case("a view that fails leaves nothing half done", site, get("/failing"), get("/listed")),
    case("a missing field adds nothing", site, post("/added", data={"title": "alone"}), get("/listed")),
    case("a key that is taken is handled, and the next request works", site, post("/refused"), get("/listed")),
    case("one row is one object within a request", site, get("/mapped")),
    case("rows may be streamed", site, get("/streamed"), ask("HEAD", "/streamed")),
    case("a view that asks nothing begins no transaction", site, get("/untouched"), get("/nothing/such")),
]
