"""`request.db`: a database session for one request. Flask-SQLAlchemy calls it `db.session`.

A layer of one's own is a function that takes the next handler and returns a handler.
"""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from keepwsgi.layers import Handler, Layer, Response, offers
from keepwsgi.layers import request as layers


class Request(layers.Request):
    """A request of the blog, for type checkers; views name it in their signature."""

    db: Session


def database(engine: Engine) -> Layer:
    """A layer that opens a session when a view first says `request.db`, and closes it when the request ends.

    What was not committed by then is rolled back.
    """

    @offers(db=lambda request: Session(engine))
    def layer(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            try:
                return handler(request)
            finally:
                if request.loaded("db"):
                    request.db.close()

        return handle

    return layer
