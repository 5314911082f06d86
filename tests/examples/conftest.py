"""The quickstart application, one for each test, and a client of it."""

import pytest


@pytest.fixture
def app(tmp_path):
    # Imported here and not with this file: importing it sends its log to stderr, unless pytest's handlers,
    # which are not there yet when a conftest is read, have the log already.
    from examples.quickstart import create_app

    return create_app({"UPLOAD_FOLDER": str(tmp_path / "uploads")})


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def token(client):
    """The CSRF token of the client's session."""
    return client.get("/token").text
