"""`examples/quickstart.py`: paths, converters, redirects, URLs from names, and what views return."""

from uuid import uuid4

import pytest

from examples.quickstart import create_app, show_urls
from examples.quickstart_views import RULES, TEXT
from keepwsgi.layers.context import request

ANSWERS = {
    "/": "You are not logged in",
    "/hello": "Hello, World",
    "/user/john": "john's profile",
    "/user/<b>": "&lt;b&gt;'s profile",
    "/post/42": "Post 42",
    "/path/a/b/c": "Subpath a/b/c",
    "/float/2.5": "Half of it is 1.25",
    "/projects/": "The project page",
    "/about": "The about page",
    "/text/name/한글": "Name is 한글 &lt;class &#39;str&#39;&gt;",
    "/text/id/7": "ID: 7",
    "/text/path/a/b": "a/b",
    "/countdown/3": "3\n2\n1\n",
    "/divide/1/4": "0.25",
    "/apples/42": "42 apples",
}


@pytest.mark.parametrize("path", ANSWERS)
def test_a_route_answers(client, path):
    response = client.get(path)
    assert (response.status_code, response.text) == (200, ANSWERS[path])


def test_a_uuid_reaches_the_view_as_one(client):
    assert client.get(f"/uuid/{uuid4()}").text == "A UUID of version 4"


@pytest.mark.parametrize(
    "path",
    ["/post/one", "/post/-1", "/float/1", "/uuid/1", "/text/id/x", "/about/", f"/post/{'9' * 5000}"],
)
def test_a_path_its_converter_refuses_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_missing_slash_is_put_right(client):
    response = client.get("/projects?page=2")
    assert (response.status_code, response.location) == (308, "/projects/?page=2")


def test_json_from_jsonify_a_dict_and_a_list(client):
    assert client.get("/text/json").json == {"hello": "world"}
    assert [user["username"] for user in client.get("/users").json] == ["john", "jane"]
    assert client.get("/users").content_type == "application/json"


def test_a_tuple_sets_status_and_headers(client):
    response = client.get("/teapot")
    assert (response.status_code, response.text, response.headers["X-Something"]) == (
        418,
        "Short and stout",
        "A value",
    )


def test_a_redirect_goes_where_the_path_says(client):
    assert client.get("/text/redirect/text/json").location == "/text/json"
    assert client.get("/text/redirect/text/json", follow_redirects=True).json == {"hello": "world"}


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "%09/evil.example", "%5Cevil.example", "%2Fevil.example"]
)
def test_a_redirect_never_leaves_the_site(client, elsewhere):
    location = client.get(f"/text/redirect/{elsewhere}").location
    assert location.startswith("/")
    assert location[1:2] not in ("/", "\\")


def test_a_redirect_to_an_url_made_from_a_name(client):
    response = client.get("/text/urlfor/a/나")
    assert (response.status_code, response.location) == (302, "/text/path/a/%EB%82%98")
    assert client.get(response.location).text == "a/나"


def test_urls_made_from_names_are_printed(capsys):
    show_urls()
    assert capsys.readouterr().out.splitlines() == ["/", "/login", "/login?next=/", "/user/John%20Doe"]


def test_a_made_up_request_is_a_request(app):
    with app.test_request_context("/hello", method="POST"):
        assert (request.path, request.method) == ("/hello", "POST")


def test_methods_a_rule_does_not_name_are_refused(client):
    response = client.delete("/login")
    assert (response.status_code, set(response.allow)) == (405, {"GET", "HEAD", "OPTIONS", "POST"})
    assert set(client.options("/about").allow) == {"GET", "HEAD", "OPTIONS"}
    head = client.head("/about")
    assert (head.status_code, head.data, head.content_length) == (200, b"", len("The about page"))


def test_the_query_is_echoed(client):
    echo = client.get("/echo?test=true&memo=우유&memo=빵").json
    assert (echo["method"], echo["path"]) == ("GET", "/echo")
    assert echo["args"] == {"test": ["true"], "memo": ["우유", "빵"]}
    assert (echo["form"], echo["json"]) == ({}, None)


def test_a_form_is_echoed(client, token):
    echo = client.post("/echo", data={"memo": "우유", "csrf_token": token}).json
    assert echo["method"] == "POST"
    assert echo["form"]["memo"] == ["우유"]


def test_json_is_echoed_readable(client, token):
    response = client.post("/echo", json={"memo": "우유"}, headers={"X-CSRF-Token": token})
    assert response.json["json"] == {"memo": "우유"}
    assert "우유" in response.text


def test_json_that_is_none_is_a_bad_request(client, token):
    headers = {"X-CSRF-Token": token}
    assert client.post("/echo", data="{", content_type="application/json", headers=headers).status_code == 400


def test_what_is_not_found_gets_the_page_for_it(client):
    response = client.get("/nowhere/<b>")
    assert response.status_code == 404
    assert "<h1>Page not found</h1>" in response.text
    assert "/nowhere/&lt;b&gt;" in response.text


@pytest.mark.parametrize("path", ["/divide/1/0", f"/divide/{'9' * 400}/1"])
def test_an_exception_is_answered_by_the_handler_of_its_class(client, path):
    response = client.get(path)
    assert response.status_code == 400
    assert response.text.startswith("That cannot be: ")


def test_every_answer_carries_the_security_headers_and_a_request_id(client):
    for path in ("/", "/nowhere", "/text/json"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Request-Id"]


def test_the_style_sheet_is_served_under_its_digest(app, client):
    with app.test_request_context() as context:
        url = context.request.url_for("static", filename="style.css")
    assert f'href="{url}"' in client.get("/hello/").text
    response = client.get(url)
    assert (response.status_code, response.mimetype) == (200, "text/css")


def test_the_proxy_in_front_is_believed_only_where_it_is_configured():
    forwarded = {"X-Forwarded-Proto": "https"}
    for proxies, secure in ((0, False), (1, True)):
        client = create_app({"TRUSTED_PROXIES": proxies}).test_client()
        client.get("/token", headers=forwarded)
        assert client.get_cookie("session").secure is secure


def test_no_input_makes_it_fail(client, token):
    headers = {"X-CSRF-Token": token, "Content-Type": "application/x-www-form-urlencoded"}
    for rule in (*RULES, *TEXT.rules):
        prefix = TEXT.url_prefix if rule in TEXT.rules else ""
        for value in ("0", "%FF", "%00", "../..", "a" * 3000):
            path = prefix + "".join(value if "<" in part else part for part in _parts(rule.rule))
            for method in ("GET", "POST"):
                response = client.open(path, method=method, data=b"\xff=%FF&message", headers=headers)
                assert response.status_code < 500, (method, path)


def _parts(rule):
    """The rule's text in pieces, each `<…>` one piece."""
    for piece in rule.split("<"):
        head, closed, rest = piece.partition(">")
        yield from (f"<{head}>", rest) if closed else (head,)
