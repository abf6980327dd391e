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


class MariaServer:
    """A private MariaDB in ``folder``; kill and start it to test outages. Skips the test where there is none."""

    def __init__(self, folder: Path) -> None:
        binary = shutil.which("mariadbd") or shutil.which("mysqld")
        install = shutil.which("mariadb-install-db") or shutil.which("mysql_install_db")
        if not binary or not install:
            missing("mariadbd (apt install mariadb-server)")
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.socket = f"{folder}/s"
        self._binary = str(binary)
        self._user = ["--user=root"] if os.geteuid() == 0 else []
        self._process: subprocess.Popen[bytes] | None = None
        self._run(str(install), "--auth-root-authentication-method=normal", "--skip-test-db").wait()
        if not (folder / "data" / "mysql").is_dir():
            pytest.fail(self._log())

    def start(self) -> None:
        import pymysql

        self._process = self._run(
            self._binary, f"--socket={self.socket}", "--skip-networking", f"--pid-file={self.folder}/pid",
            "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=2",
        )  # fmt: skip
        for _ in range(600):
            try:
                pymysql.connect(unix_socket=self.socket, user="root").close()
                return
            except pymysql.Error:
                if self._process.poll() is not None:
                    break
                time.sleep(0.1)
        pytest.fail(self._log())

    def kill(self) -> None:
        """As a crash does; what was committed is there after ``start``."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    def fresh_url(self) -> str:
        """SQLAlchemy URL of a new and empty database."""
        import pymysql

        connection = pymysql.connect(unix_socket=self.socket, user="root")
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS cti")
            cursor.execute("CREATE DATABASE cti CHARACTER SET utf8mb4")
        connection.close()
        return f"mysql+pymysql://root@localhost/cti?unix_socket={self.socket}&charset=utf8mb4"

    def _run(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [program, "--no-defaults", f"--datadir={self.folder}/data", *options, *self._user],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def _log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-2000:]


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariaServer]:
    folder = Path(tempfile.mkdtemp(prefix="cti-maria-"))
    server = MariaServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def mariadb_url(mariadb_server: MariaServer) -> str:
    """SQLAlchemy URL of a real and empty MariaDB database."""
    return mariadb_server.fresh_url()
