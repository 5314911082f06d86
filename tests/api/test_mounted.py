"""The API of an application that lives under a path of its host (KEEPWSGI_URL_PREFIX)."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from tests.api.conftest import Program
from tests.api.test_pictures import png
from tests.clients import Browser
from tests.conftest import MakeApp
from tests.factories import PASSWORD, make_user


@pytest.fixture
def mounted(make_app: MakeApp) -> Program:
    """A program of an application under /keep, whose proxy does not strip it."""
    app = make_app(url_prefix="/keep")
    return Program(app, make_user(app.config["DATABASE"], "minji"), base_url="http://localhost")


def answered(program: Program, path: str) -> int:
    """How a program is answered at a path it was told."""
    headers = {"Authorization": f"Bearer {program.secret}"}
    return program.client.get(path, headers=headers).status_code


@pytest.mark.parametrize("prefix", ["/keep", ""])
def test_every_path_a_program_is_told_leads_somewhere(mounted: Program, prefix: str) -> None:
    # With the prefix, as a proxy hands it on that does not strip it, and without.
    headers = {"Authorization": f"Bearer {mounted.secret}"}
    client, root = mounted.client, f"{prefix}/api/v1"
    told: list[str] = []
    for number in range(2):
        made = client.post(f"{root}/memos", json={"title": f"{number}", "labels": ["a"]}, headers=headers)
        told.append(made.location)
    memo_id = made.json["id"]
    sent = {"file": (BytesIO(png()), "a.png")}
    image = client.post(f"{root}/memos/{memo_id}/images", data=sent, headers=headers)
    told += [image.location, image.json["url"], image.json["thumbnail_url"]]
    told.append(client.post(f"{root}/tokens", json={"name": "other"}, headers=headers).location)
    listed = client.get(f"{root}/memos?limit=1", headers=headers)
    link = re.fullmatch(r'<(.+)>; rel="next"', listed.headers["Link"])
    assert link is not None
    told.append(link[1])
    told.append(client.get(f"{root}/nothing", headers=headers).json["type"])
    (server,) = client.get(f"{root}/openapi.json").json["servers"]
    told.append(f"{server['url']}/me")
    for path in told:
        assert path.startswith("/keep/"), path
        assert answered(mounted, path) == 200, path
    changes = client.get(f"{root}/changes", headers=headers).json["changes"]
    images = [each for change in changes for each in change.get("memo", {}).get("images", ())]
    assert [each["url"] for each in images] == [image.json["url"]]


def test_credentials_count_below_the_mounted_api_and_nowhere_else(mounted: Program) -> None:
    headers = {"Authorization": f"Bearer {mounted.secret}"}
    assert mounted.client.get("/keep/api/v1/me", headers=headers).json["username"] == "minji"
    for path in ("/keep/", "/keep/settings"):
        response = mounted.client.get(path, headers=headers)
        assert response.location.startswith("/keep/login")
    problem = mounted.client.get("/keep/api/v1/me")
    assert (problem.status_code, problem.mimetype) == (401, "application/problem+json")
    assert mounted.client.get("/keep/nothing").mimetype == "text/html"


def test_a_cookie_of_the_mounted_application_signs_in_there(make_app: MakeApp) -> None:
    browser = Browser(make_app(url_prefix="/keep"))
    make_user(browser.database, "minji")
    browser.get("/keep/login")
    browser.post("/keep/login", username="minji", password=PASSWORD)
    browser.get("/keep/settings")
    sent = {"X-CSRF-Token": browser.token}
    made = browser.open("/keep/api/v1/memos", method="POST", json={"title": "x"}, headers=sent)
    assert (made.status_code, made.location) == (201, f"/keep/api/v1/memos/{made.json['id']}")


def test_the_page_of_the_document_asks_below_the_prefix(mounted: Program) -> None:
    page = mounted.client.get("/keep/api/docs").text
    for url in re.findall(r'(?:href|src|action|script|styles|document)="(/[^"]*)"', page):
        assert url.startswith("/keep/"), url
