"""Real servers for tests: an empty Redis and a MariaDB in a temporary folder. What is missing is a skip that says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from cti_server.adapters.embedded_redis import EmbeddedRedis


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


def missing(what: str) -> None:
    """Skip, or fail where CTI_TEST_REQUIRE names it (as CI does)."""
    required = os.environ.get("CTI_TEST_REQUIRE", "").split(",")
    if what.split()[0] in required:
        pytest.fail(f"{what} is missing, and CTI_TEST_REQUIRE asks for it")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[str]:
    """Base URL (no database) of a private MariaDB."""
    binary = shutil.which("mariadbd") or shutil.which("mysqld")
    install = shutil.which("mariadb-install-db") or shutil.which("mysql_install_db")
    if not binary or not install:
        missing("mariadbd (apt install mariadb-server)")
        return
    folder = Path(tempfile.mkdtemp(prefix="cti-maria-"))
    user = ["--user=root"] if os.geteuid() == 0 else []
    with (folder / "log").open("ab") as log:
        made = subprocess.run(
            [install, "--no-defaults", f"--datadir={folder}/data", "--auth-root-authentication-method=normal",
             "--skip-test-db", *user],
            check=False, stdout=log, stderr=log,
        )  # fmt: skip
        if made.returncode:
            pytest.fail("mariadb-install-db: " + (folder / "log").read_text(errors="replace")[-2000:])
        process = subprocess.Popen(
            [binary, "--no-defaults", f"--datadir={folder}/data", f"--socket={folder}/s", "--skip-networking",
             f"--pid-file={folder}/pid", "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=2", *user],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    import pymysql

    for _ in range(600):
        try:
            pymysql.connect(unix_socket=f"{folder}/s", user="root").close()
            break
        except pymysql.Error:
            if process.poll() is not None:
                pytest.fail((folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.1)
    yield f"{folder}/s"
    process.terminate()
    process.wait(30)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def mariadb_url(mariadb_server: str) -> str:
    """SQLAlchemy URL of a real and empty MariaDB database."""
    import pymysql

    connection = pymysql.connect(unix_socket=mariadb_server, user="root")
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS cti")
        cursor.execute("CREATE DATABASE cti CHARACTER SET utf8mb4")
    connection.close()
    return f"mysql+pymysql://root@localhost/cti?unix_socket={mariadb_server}&charset=utf8mb4"
