"""`examples/quickstart.py`: templates, sessions, flashes, cookies, uploads, CSRF, hooks and logs."""

import io
import logging
import re

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from examples.quickstart import create_app


def hidden_token(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def log_in(client, username):
    form = client.get("/login")
    return client.post("/login", data={"username": username, "csrf_token": hidden_token(form)})


def test_a_template_greets_the_world_or_a_name(client):
    assert "<h1>Hello, World!</h1>" in client.get("/hello/").text
    assert "<h1>Hello 홍길동!</h1>" in client.get("/hello/홍길동").text


def test_a_template_escapes_a_name_and_markup_escapes_its_arguments(client):
    page = client.get("/hello/<blink>").text
    assert "<h1>Hello &lt;blink&gt;!</h1>" in page
    assert "<strong>Hello &lt;blink&gt;!</strong>" in page
    assert "<blink>" not in page


def test_logging_in_and_out_is_kept_in_the_session(client):
    response = log_in(client, "<홍길동>")
    assert (response.status_code, response.location) == (303, "/")
    assert client.get("/").text == "Logged in as &lt;홍길동&gt;"
    response = client.get("/logout")
    assert (response.status_code, response.location) == (302, "/")
    assert client.get("/").text == "You are not logged in"


def test_logging_in_leaves_nothing_of_the_session_before(client):
    with client.session_transaction() as session:
        session["of_somebody_else"] = True
    log_in(client, "john")
    with client.session_transaction() as session:
        assert (session["username"], "of_somebody_else" in session) == ("john", False)


def test_a_forged_session_is_an_empty_one(client):
    log_in(client, "john")
    cookie = client.get_cookie("session").value
    client.set_cookie("session", "x" + cookie)
    assert client.get("/").text == "You are not logged in"


def test_an_empty_name_gets_the_form_again(client, token):
    response = client.post("/login", data={"username": " ", "csrf_token": token})
    assert response.status_code == 422
    assert '<p role="alert">Invalid username</p>' in response.text


def test_a_missing_field_is_a_bad_request(client, token):
    assert client.post("/login", data={"csrf_token": token}).status_code == 400


def test_who_is_signed_in_is_answered_as_json(client):
    assert client.get("/me").status_code == 401
    log_in(client, "john")
    answer = client.get("/me").json
    assert (answer["username"], answer["theme"]) == ("john", "light")
    assert client.get(answer["image"]).mimetype == "image/svg+xml"


@pytest.mark.parametrize("path", ["/login", "/messages", "/cookies", "/echo"])
def test_a_form_without_its_token_is_refused(client, path):
    client.get("/token")
    assert client.post(path, data={"username": "john", "message": "hello"}).status_code == 400


def test_a_form_sent_from_another_site_is_refused(client, token):
    response = client.post(
        "/messages", data={"message": "x", "csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 400


def test_a_message_is_shown_once(client):
    sent = hidden_token(client.get("/messages"))
    response = client.post("/messages", data={"message": "저장됨 <b>", "csrf_token": sent})
    assert (response.status_code, response.location) == (303, "/messages")
    assert '<p class="flash" data-category="message">저장됨 &lt;b&gt;</p>' in client.get("/messages").text
    assert "저장됨" not in client.get("/messages").text


def test_a_message_has_a_category(client):
    log_in(client, "john")
    assert '<p class="flash" data-category="success">You were logged in.</p>' in client.get("/messages").text


def test_a_cookie_is_set_and_read(client):
    page = client.get("/cookies")
    assert "There is no cookie named username." in page.text
    response = client.post("/cookies", data={"username": "홍길동", "csrf_token": hidden_token(page)})
    assert (response.status_code, response.location) == (303, "/cookies")
    assert client.get_cookie("username").http_only
    assert "The cookie says: 홍길동" in client.get("/cookies").text


def upload(client, filename, content=b"milk"):
    token = hidden_token(client.get("/upload"))
    # Encoded here: Werkzeug's client writes a large body to a temporary file and leaves it open.
    boundary, body = encode_multipart(
        {"the_file": FileStorage(io.BytesIO(content), filename), "csrf_token": token}
    )
    return client.post("/upload", data=body, content_type=f"multipart/form-data; boundary={boundary}")


@pytest.mark.parametrize(
    ("filename", "ending"),
    [
        ("memo.txt", "-memo.txt"),
        ("../../etc/passwd", "-etc_passwd"),
        ("한글.png", "-png"),
        ("..", "-"),
        ("a" * 400 + ".txt", "aaa.txt"),
    ],
)
def test_an_upload_is_saved_in_its_folder_and_comes_back(app, client, tmp_path, filename, ending):
    response = upload(client, filename)
    assert response.status_code == 303
    (saved,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert saved.parent == tmp_path / "uploads"
    assert saved.name.endswith(ending)
    answer = client.get(response.location)
    assert (answer.status_code, answer.data) == (200, b"milk")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_two_uploads_of_one_name_are_two_files(client):
    assert upload(client, "memo.txt").location != upload(client, "memo.txt").location


def test_an_upload_without_a_file_is_a_bad_request(client, token):
    response = upload(client, "")
    assert (response.status_code, "No file was chosen." in response.text) == (400, True)
    data = {"csrf_token": token, "other": (io.BytesIO(b"x"), "x.txt")}
    assert client.post("/upload", data=data).status_code == 400


def test_an_upload_over_the_limit_of_its_rule_is_refused(client, tmp_path):
    assert upload(client, "memo.txt", bytes(2 * 1024 * 1024)).status_code == 303
    assert upload(client, "memo.txt", bytes(9 * 1024 * 1024)).status_code == 413


@pytest.mark.parametrize("path", ["/uploads/nothing", "/uploads/..", "/uploads/%2e%2e%2fsecret", "/uploads/%00"])
def test_what_lies_outside_the_folder_is_not_found(client, tmp_path, path):
    (tmp_path / "uploads").mkdir()
    (tmp_path / "secret").write_text("secret")
    assert client.get(path).status_code == 404


def hook_lines(caplog):
    return [record.getMessage().partition(":")[0] for record in caplog.records if record.name == "quickstart"]


AROUND_A_REQUEST = [
    "BEFORE_REQUEST",
    "g.test",
    "current_app.config",
    "AFTER_REQUEST",
    "TEARDOWN_REQUEST",
    "TEARDOWN_APPCONTEXT",
]


def test_hooks_run_in_order_and_the_first_one_once(client, caplog):
    caplog.set_level(logging.INFO, "quickstart")
    client.get("/about")
    assert hook_lines(caplog) == ["BEFORE_FIRST_REQUEST", *AROUND_A_REQUEST]
    caplog.clear()
    client.get("/about")
    assert hook_lines(caplog) == AROUND_A_REQUEST


def test_hooks_run_around_an_error_page_too(client, caplog):
    caplog.set_level(logging.INFO, "quickstart")
    client.get("/about")
    caplog.clear()
    assert client.get("/nowhere").status_code == 404
    assert hook_lines(caplog) == AROUND_A_REQUEST


def test_what_a_hook_puts_on_g_is_there_afterwards_and_the_log_holds_no_secret(
    client, caplog, monkeypatch, tmp_path
):
    monkeypatch.setenv("SECRET_KEY", "a secret of the test")
    client = create_app({"UPLOAD_FOLDER": str(tmp_path)}).test_client()
    caplog.set_level(logging.INFO, "quickstart")
    client.get("/")
    assert "g.test: True" in caplog.messages
    assert any(str(tmp_path) in message for message in caplog.messages)
    assert "a secret of the test" not in caplog.text


def test_a_view_writes_to_the_log(client, caplog):
    client.get("/apples/42")
    assert ("quickstart", logging.WARNING, "A warning occurred (42 apples)") in caplog.record_tuples
