"""The views of `quickstart.py` and, at the foot, the table of their routes.

A view takes the request and what its rule found in the path; it returns what a Flask view may return.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from markupsafe import Markup, escape

from keepwsgi.layers import (
    Blueprint,
    Request,
    Response,
    Rule,
    abort,
    csrf_token,
    flash,
    jsonify,
    redirect,
    render_template,
    secure_filename,
    send_from_directory,
)


# --- variable rules, converters, escaping. Flask: @app.route("/user/<username>"), escape(username)
def profile(request: Request, username: str) -> str:
    return f"{escape(username)}'s profile"


def show_post(request: Request, post_id: int) -> str:
    return f"Post {post_id}"


def show_subpath(request: Request, subpath: str) -> str:
    return f"Subpath {escape(subpath)}"


def show_float(request: Request, number: float) -> str:
    return f"Half of it is {number / 2}"


def show_uuid(request: Request, identifier: UUID) -> str:
    return f"A UUID of version {identifier.version}"


# --- trailing slashes: /projects is sent on to /projects/, /about/ is a 404. Flask does the same
def projects(request: Request) -> str:
    return "The project page"


def about(request: Request) -> str:
    return "The about page"


# --- a blueprint: names, JSON, redirects, URLs from names. Flask: Blueprint("text", __name__), jsonify, url_for
def name(request: Request, name: str) -> str:
    return f"Name is {escape(name)} {escape(type(name))}"


def number(request: Request, number: int) -> str:
    return f"ID: {number}"


def path(request: Request, subpath: str) -> Response:
    return Response(subpath, mimetype="text/plain")


def json(request: Request) -> Response:
    return jsonify({"hello": "world"})


def redirect_url(request: Request, subpath: str) -> Response:
    # Quoted and led by one slash, it stays on this site whatever a visitor writes.
    return redirect(f"/{quote(subpath)}")


def urlfor(request: Request, subpath: str) -> Response:
    return redirect(request.url_for(".path", subpath=subpath))


# --- the request. Flask: request.method, request.args, request.form, request.get_json()
def echo(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.path,
        "args": request.args.to_dict(flat=False),
        "form": request.form.to_dict(flat=False),
        "json": request.get_json() if request.is_json else None,
    }


def token(request: Request) -> Response:
    return Response(csrf_token(request), mimetype="text/plain")


# --- what a view may return. Flask: str, bytes, dict, list, (body, status, headers), a generator, a Response
def me(request: Request) -> dict[str, Any]:
    if "username" not in request.session:
        abort(401)
    image = request.url_for("static", filename="person.svg")
    return {"username": request.session["username"], "theme": "light", "image": image}


def users(request: Request) -> list[dict[str, str]]:
    return [{"username": "john", "theme": "light"}, {"username": "jane", "theme": "dark"}]


def teapot(request: Request) -> tuple[str, int, dict[str, str]]:
    return "Short and stout", 418, {"X-Something": "A value"}


def countdown(request: Request, start: int) -> Iterator[str]:
    return (f"{left}\n" for left in range(min(start, 100), 0, -1))


# --- templates. Flask: render_template("hello.html", name=name); HTML in a name is escaped, Markup is not
def hello(request: Request, name: str | None = None) -> str:
    greeting = Markup("<strong>Hello %s!</strong>") % (name or "World")
    return render_template(request, "hello.html", name=name, greeting=greeting)


def hello_world(request: Request) -> str:
    return "Hello, World"


# --- the session. Flask: session["username"], which a signed cookie carries
def index(request: Request) -> str:
    if "username" in request.session:
        return f"Logged in as {escape(request.session['username'])}"
    return "You are not logged in"


def login(request: Request) -> str | Response | tuple[str, int]:
    error = None
    if request.method == "POST":
        username = request.form["username"].strip()  # no such field: a 400 by itself
        if username:
            request.session.clear()  # nothing of whoever was here before, the CSRF token included
            request.session["username"] = username
            flash(request, "You were logged in.", "success")
            return redirect(request.url_for("index"), 303)
        error = "Invalid username"
    return render_template(request, "login.html", error=error), 422 if error else 200


def logout(request: Request) -> Response:
    # A link, as the course has it. An application would ask for a POST.
    request.session.pop("username", None)
    return redirect(request.url_for("index"))


# --- flashes. Flask: flash("…"), and get_flashed_messages() in the layout
def messages(request: Request) -> str | Response:
    if request.method == "POST":
        flash(request, request.form["message"])
        return redirect(request.url_for("messages"), 303)
    return render_template(request, "messages.html")


# --- cookies. Flask: request.cookies.get("username"), response.set_cookie("username", …)
def cookies(request: Request) -> str | Response:
    if request.method == "POST":
        response = redirect(request.url_for("cookies"), 303)
        response.set_cookie("username", request.form["username"], httponly=True, samesite="Lax")
        return response
    return render_template(request, "cookies.html", username=request.cookies.get("username"))


# --- files. Flask: request.files["the_file"].save(…), secure_filename, send_from_directory
def upload(request: Request) -> str | Response:
    if request.method == "POST":
        file = request.files["the_file"]
        if not file.filename:
            abort(400, "No file was chosen.")
        folder = Path(request.app.config["UPLOAD_FOLDER"])
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Random first: nobody overwrites a file, and a name of Hangul, which secure_filename drops, is a name.
        saved = f"{secrets.token_hex(8)}-{secure_filename(file.filename)[-100:]}"
        file.save(folder / saved)
        return redirect(request.url_for("uploaded", filename=saved), 303)
    return render_template(request, "upload.html")


def uploaded(request: Request, filename: str) -> Response:
    # To be saved, never shown: a page that a visitor has uploaded would run as a page of this site.
    return send_from_directory(request, request.app.config["UPLOAD_FOLDER"], filename, as_attachment=True)


# --- an exception that is no HTTP error: quickstart.py has the handler for its class
def divide(request: Request, dividend: int, divisor: int) -> str:
    return str(dividend / divisor)


# --- logging. Flask: app.logger.warning("A warning occurred (%d apples)", 42)
def apples(request: Request, count: int) -> str:
    request.app.logger.warning("A warning occurred (%d apples)", count)
    return f"{count} apples"


RULES = (
    Rule("/", endpoint=index),
    Rule("/hello", endpoint=hello_world),
    Rule("/hello/", endpoint=hello),
    Rule("/hello/<name>", endpoint=hello),
    Rule("/user/<username>", endpoint=profile),
    Rule("/post/<int:post_id>", endpoint=show_post),
    Rule("/path/<path:subpath>", endpoint=show_subpath),
    Rule("/float/<float:number>", endpoint=show_float),
    Rule("/uuid/<uuid:identifier>", endpoint=show_uuid),
    Rule("/projects/", endpoint=projects),
    Rule("/about", endpoint=about),
    Rule("/echo", endpoint=echo, methods=["GET", "POST"]),
    Rule("/token", endpoint=token),
    Rule("/me", endpoint=me),
    Rule("/users", endpoint=users),
    Rule("/teapot", endpoint=teapot),
    Rule("/countdown/<int:start>", endpoint=countdown),
    Rule("/login", endpoint=login, methods=["GET", "POST"]),
    Rule("/logout", endpoint=logout),
    Rule("/messages", endpoint=messages, methods=["GET", "POST"]),
    Rule("/cookies", endpoint=cookies, methods=["GET", "POST"]),
    Rule("/upload", endpoint=upload, methods=["GET", "POST"], max_body=8 * 1024 * 1024),
    Rule("/uploads/<filename>", endpoint=uploaded),
    Rule("/divide/<int:dividend>/<int:divisor>", endpoint=divide),
    Rule("/apples/<int:count>", endpoint=apples),
)

TEXT = Blueprint(
    "text",
    [
        Rule("/name/<name>", endpoint=name),
        Rule("/id/<int:number>", endpoint=number),
        Rule("/path/<path:subpath>", endpoint=path),
        Rule("/json", endpoint=json),
        Rule("/redirect/<path:subpath>", endpoint=redirect_url),
        Rule("/urlfor/<path:subpath>", endpoint=urlfor),
    ],
    url_prefix="/text",
)
