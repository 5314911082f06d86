"""Stores for the tests: a folder, and a real S3 API on loopback."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from keepwsgi.images.stores import Store, open_store

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Return the address of an S3 API."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_url(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of a new bucket; the environment says how to reach it."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": s3_server}.items():
        monkeypatch.setenv(name, value)
    bucket = f"pictures-{uuid.uuid4().hex}"
    client = boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1")
    client.create_bucket(Bucket=bucket)
    return f"s3://{bucket}/of/minji"


@pytest.fixture(params=["folder", "s3"])
def store_url(request: pytest.FixtureRequest) -> str | None:
    """Return where pictures are kept: None for the data folder, or a bucket."""
    return request.getfixturevalue("s3_url") if request.param == "s3" else None


@pytest.fixture
def store(store_url: str | None, tmp_path: Path) -> Store:
    """Return an empty store of each kind in turn."""
    return open_store(store_url, tmp_path / "blobs")
