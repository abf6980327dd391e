"""Real servers for tests: an empty Redis and a MariaDB in a temporary folder. What is missing is a skip that says so."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import redis

from cti_server.adapters.embedded_redis import EmbeddedRedis
from cti_server.errors import CtiError
from scripts.mariadb import MariaServer


@pytest.fixture(scope="session")
def redis_server() -> Iterator[EmbeddedRedis]:
    """A running server of this test process; stop and start it to test outages."""
    folder = Path(tempfile.mkdtemp(prefix="cti-redis-"))
    server = EmbeddedRedis(folder, time.sleep, persistent=False)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis_url(redis_server: EmbeddedRedis) -> str:
    """URL of a real and empty Redis."""
    client = redis.Redis(unix_socket_path=str(redis_server.socket))
    client.flushall()
    client.close()
    return redis_server.url


def missing(what: str) -> NoReturn:
    """Skip, or fail where CTI_TEST_REQUIRE names it (as CI does)."""
    required = os.environ.get("CTI_TEST_REQUIRE", "").split(",")
    if what.split()[0] in required:
        pytest.fail(f"{what} is missing, and CTI_TEST_REQUIRE asks for it")
    pytest.skip(f"{what} is missing")


def maria(folder: Path) -> MariaServer:
    """A server that is not yet started; skips where there is none."""
    try:
        return MariaServer(folder)
    except CtiError as error:
        missing(error.message)


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariaServer]:
    folder = Path(tempfile.mkdtemp(prefix="cti-maria-"))
    server = maria(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def mariadb_url(mariadb_server: MariaServer) -> str:
    """SQLAlchemy URL of a real and empty MariaDB database."""
    return mariadb_server.fresh_url()
