"""What each address answers. A view takes the request and what its rule found in the path.

The table at the foot is Flask's `@app.route`.
"""

from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from examples.blog.database import Request
from examples.blog.models import MAX_CONTENT, MAX_TITLE, Post
from keepwsgi.layers import Response, Rule, abort, flash, make_response, redirect, render_template

Page = str | Response | tuple[str, int]


def index(request: Request) -> Page:
    posts = request.db.execute(select(Post.id, Post.title).order_by(Post.id.desc()))
    return render_template(request, "index.html", posts=posts)


def post(request: Request, post_id: int) -> Page:
    return render_template(request, "post.html", post=get_or_404(request, post_id))


def add(request: Request) -> Page:
    if request.method == "GET":
        return render_template(request, "add.html", form={}, errors={})
    errors = wrong_with(request)
    if errors:
        # The form again with what was typed in it, and 422: it was understood, and cannot be taken.
        return render_template(request, "add.html", form=request.form, errors=errors), 422
    new = Post(title=request.form["title"].strip(), content=request.form["content"].strip())
    request.db.add(new)
    request.db.commit()
    flash(request, "The post is published.")
    return redirect(request.url_for("post", post_id=new.id), 303)


def delete(request: Request, post_id: int) -> Page:
    request.db.delete(get_or_404(request, post_id))
    request.db.commit()
    flash(request, "The post is deleted.")
    return redirect(request.url_for("index"), 303)


def error_page(request: Request, error: HTTPException) -> Response:
    """Every error in the look of the site. Flask: `@app.errorhandler(HTTPException)`."""
    page = render_template(request, "error.html", error=error)
    # Made from the error's own answer, which has the status and, of a 405, the methods that are allowed.
    response = make_response(error, request)
    response.set_data(page)
    return response


def get_or_404(request: Request, post_id: int) -> Post:
    """The post; Flask-SQLAlchemy: `Post.query.get_or_404(post_id)`."""
    return request.db.get(Post, post_id) or abort(404)


def wrong_with(request: Request) -> dict[str, str]:
    """What is wrong with the form, by field. A field that is not there at all is a 400, as in Flask."""
    errors = {}
    for name, longest in (("title", MAX_TITLE), ("content", MAX_CONTENT)):
        text = request.form[name].strip()
        if not text:
            errors[name] = f"The {name} is empty."
        elif len(text) > longest:
            errors[name] = f"At most {longest} characters, please; there are {len(text)}."
    return errors


#: `max`: what a database takes for an id; a larger number is no post's address.
POST = "/post/<int(max=2147483647):post_id>"

RULES = [
    Rule("/", endpoint=index),
    Rule(POST, endpoint=post),
    Rule(f"{POST}/delete", endpoint=delete, methods=["POST"]),
    Rule("/add", endpoint=add, methods=["GET", "POST"]),
]
