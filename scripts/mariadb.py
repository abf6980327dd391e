"""A private MariaDB for tests and soaks: data in a folder, a Unix socket only. What is missing is an error that says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pymysql

from scripts.errors import NoMariadb

STARTS_S = 60


class MariaServer:
    """A server in ``folder``; kill and start it to test outages. Raises NoMariadb where there is none or it fails."""

    def __init__(self, folder: Path) -> None:
        binary = shutil.which("mariadbd") or shutil.which("mysqld")
        install = shutil.which("mariadb-install-db") or shutil.which("mysql_install_db")
        if not binary or not install:
            raise NoMariadb("mariadbd (apt install mariadb-server)")
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.socket = f"{folder}/s"
        self._binary = binary
        self._user = ["--user=root"] if os.geteuid() == 0 else []
        self.process: subprocess.Popen[bytes] | None = None
        self._run(install, "--auth-root-authentication-method=normal", "--skip-test-db").wait()
        if not (folder / "data" / "mysql").is_dir():
            raise NoMariadb(self._log())

    def start(self) -> None:
        self.process = self._run(
            self._binary, f"--socket={self.socket}", "--skip-networking", f"--pid-file={self.folder}/pid",
            "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=2",
        )  # fmt: skip
        for _ in range(STARTS_S * 10):
            try:
                pymysql.connect(unix_socket=self.socket, user="root").close()
                return
            except pymysql.Error:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise NoMariadb(self._log())

    def kill(self) -> None:
        """As a crash does; what was committed is there after ``start``."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    def fresh_url(self) -> str:
        """SQLAlchemy URL of a new and empty database."""
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
