"""`examples/hello.py`: what its two routes answer, in process."""

from examples.hello import app


def test_the_root_says_hello_in_korean():
    response = app.test_client().get("/")
    assert (response.status_code, response.text) == (200, "안녕하세요, keepwsgi!")
    assert response.content_type == "text/html; charset=utf-8"


def test_a_part_of_the_path_reaches_the_view():
    assert app.test_client().get("/user/홍길동").text == "사용자 이름: 홍길동"


def test_markup_in_a_path_is_escaped():
    assert app.test_client().get("/user/<b>").text == "사용자 이름: &lt;b&gt;"


def test_an_unknown_path_is_not_found():
    assert app.test_client().get("/nowhere").status_code == 404
