"""The smallest application: two routes, two layers and a server.

    python -m examples.hello            or      waitress-serve examples.hello:app
    curl http://127.0.0.1:8080/user/John

Flask's `@app.route` writes the table below for you; here it is a table.
"""

from markupsafe import escape

from keepwsgi.layers import Application, ErrorHandlers, Request, Routes, Rule, errors


def hello_world(request: Request) -> str:
    """What a view returns becomes a response: a str is its HTML."""
    return "안녕하세요, keepwsgi!"


def show_user_profile(request: Request, username: str) -> str:
    """`username` is the part of the path that the rule names; it comes from outside, so it is escaped."""
    return f"사용자 이름: {escape(username)}"


rules = [
    Rule("/", endpoint=hello_world),
    Rule("/user/<username>", endpoint=show_user_profile),
]
routes = Routes(rules)

# Outermost first: `match` finds the rule for the path, `errors` makes a page of what goes wrong (a 404, say).
app = Application(routes, [routes.match, errors(ErrorHandlers({}))])

if __name__ == "__main__":
    import waitress

    waitress.serve(app, listen="127.0.0.1:8080")
