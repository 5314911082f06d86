"""Applications under the x-ray, and what its pages say, as text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from keepwsgi.layers import Application
from tests.clients import Browser, sign_in_new
from tests.conftest import MakeApp


@pytest.fixture
def developed(make_app: MakeApp) -> Application:
    """The application in development; the test's client asks from this machine."""
    return make_app(env="development")


@pytest.fixture
def reader(developed: Application) -> Browser:
    """Somebody signed in to it."""
    return sign_in_new(developed, "minji")


@pytest.fixture
def rays(reader: Browser) -> Callable[[Any], str]:
    """The x-ray page of an answer, as text."""
    return lambda answer: text_of(reader.get(f"/_xray/{answer.headers['X-Request-Id']}?all=1").text)


def text_of(page: str) -> str:
    """The words of a page, one space between them."""
    page = re.sub(r"<(style|title)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def every_page(reader: Any) -> list[str]:
    """All that the x-ray shows: the list, and each journey with all its steps open."""
    index = reader.get("/_xray").text
    links = dict.fromkeys(re.findall(r'href="(/_xray/[0-9a-f]+)"', index))
    return [index, *(reader.get(f"{link}?all=1").text for link in links)]
