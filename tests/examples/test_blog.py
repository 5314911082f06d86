"""`examples/blog/`: posts written, read and deleted, in process; every call passes `wsgiref.validate`."""

import re

import pytest

from examples.blog import create_app


@pytest.fixture
def app(tmp_path):
    return create_app({"DATABASE_URL": f"sqlite:///{tmp_path}/blog.db"})


@pytest.fixture
def client(app):
    return app.test_client()


def token(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def publish(client, title, content, **more):
    data = {"csrf_token": token(client.get("/add")), "title": title, "content": content, **more}
    return client.post("/add", data=data)


def test_nothing_is_opened_before_the_first_request(app, tmp_path):
    assert list(tmp_path.iterdir()) == []
    assert "Nothing is written yet." in app.test_client().get("/").text
    assert [path.name for path in tmp_path.iterdir()] == ["blog.db"]


def test_a_published_post_is_shown_listed_and_still_there_after_a_restart(client, tmp_path):
    answer = publish(client, " 첫 글 ", "안녕하세요.\n두 번째 줄")
    assert (answer.status_code, answer.location) == (303, "/post/1")
    page = client.get("/post/1")
    assert "<h1>첫 글</h1>" in page.text
    assert "안녕하세요.\n두 번째 줄" in page.text
    publish(client, "둘째 글", "…")
    restarted = create_app({"DATABASE_URL": f"sqlite:///{tmp_path}/blog.db"}).test_client()
    titles = re.findall(r'<a href="(/post/\d)">(.*?)</a>', restarted.get("/").text)
    assert titles == [("/post/2", "둘째 글"), ("/post/1", "첫 글")]


def test_a_message_is_shown_on_the_next_page_and_never_again(client):
    publish(client, "title", "content")
    assert "The post is published." in client.get("/").text
    assert "The post is published." not in client.get("/").text


def test_markup_in_a_post_is_escaped_everywhere(client):
    publish(client, "<b>bold</b>", "<script>alert(1)</script>")
    publish(client, "", "</textarea><script>")
    for page in (client.get("/"), client.get("/post/1")):
        assert "&lt;b&gt;bold&lt;/b&gt;" in page.text
        assert "<b>" not in page.text
        assert "<script>" not in page.text
    assert "<script>" not in publish(client, "", "</textarea><script>").text


@pytest.mark.parametrize(
    ("title", "content", "said"),
    [
        ("   ", "kept", "The title is empty."),
        ("kept", "\n", "The content is empty."),
        ("가" * 81, "kept", "At most 80 characters, please; there are 81."),
        ("kept", "나" * 20_001, "At most 20000 characters, please; there are 20001."),
    ],
)
def test_what_cannot_be_taken_comes_back_with_what_was_typed(client, title, content, said):
    answer = publish(client, title, content)
    assert (answer.status_code, said in answer.text, "kept" in answer.text) == (422, True, True)
    assert "Nothing is written yet." in client.get("/").text


def test_a_field_that_is_not_in_the_form_is_a_bad_request(client):
    data = {"csrf_token": token(client.get("/add")), "title": "only"}
    assert client.post("/add", data=data).status_code == 400


def test_a_post_without_the_sessions_token_changes_nothing(client):
    publish(client, "title", "content")
    for path in ("/add", "/post/1/delete"):
        answer = client.post(path, data={"title": "forged", "content": "forged"})
        assert (answer.status_code, "CSRF token" in answer.text) == (400, True)
    assert re.findall(r'/post/\d">(.*?)</a>', client.get("/").text) == ["title"]


def test_a_deleted_post_is_gone_and_its_address_is_not_given_again(client):
    publish(client, "title", "content")
    page = client.get("/post/1")
    answer = client.post("/post/1/delete", data={"csrf_token": token(page)})
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/post/1").status_code == 404
    assert publish(client, "another", "content").location == "/post/2"


@pytest.mark.parametrize("path", ["/nowhere", "/post/7", "/post/99999999999999999999", "/post/x"])
def test_what_is_not_there_is_a_404_in_the_look_of_the_site(client, path):
    page = client.get(path)
    assert (page.status_code, "<h1>Not Found</h1>" in page.text) == (404, True)
    assert '<a class="name" href="/">My blog</a>' in page.text


def test_a_link_cannot_delete(client):
    publish(client, "title", "content")
    page = client.get("/post/1/delete")
    assert (page.status_code, sorted(page.headers["Allow"].split(", "))) == (405, ["OPTIONS", "POST"])
    assert client.get("/post/1").status_code == 200


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client):
    assert client.post("/add", data={"content": "x" * 300_000}).status_code == 413


def test_a_defect_gets_a_page_of_the_site_and_tells_nothing_of_it(tmp_path, caplog):
    app = create_app({"DATABASE_URL": f"sqlite:///{tmp_path}/no/such/folder/blog.db"})
    page = app.test_client().get("/")
    assert (page.status_code, "<h1>Internal Server Error</h1>" in page.text) == (500, True)
    assert "no/such/folder" not in page.text
    assert "unable to open database file" in caplog.text


def test_the_style_sheet_and_the_security_headers_are_served(client):
    page = client.get("/")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    sheet = client.get(re.search(r'<link rel="stylesheet" href="([^"]+)"', page.text)[1])
    assert (sheet.status_code, sheet.mimetype) == (200, "text/css")


def test_two_blogs_in_one_process_keep_apart(client, tmp_path):
    publish(client, "title", "content")
    other = create_app({"DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}).test_client()
    assert "Nothing is written yet." in other.get("/").text
