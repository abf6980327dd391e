"""``make run``: the whole centre on this machine, with a simulated switch, or on a real one with ``--switch esl://HOST:8021``.

Starts Redis (unless CTI_REDIS_URL is set), prepares the database and the demo centre, then simulator, daemon, worker, web
and the demo's virtual colleagues, each a process of its own with its log in var/log. Ctrl-C ends every one of them; when one
of them dies the others are ended and its last lines are shown.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from cti_server.adapters.sql.bootstrap import bootstrap

from cti_server.adapters.embedded_redis import EmbeddedRedis
from cti_server.errors import CtiError
from cti_server.settings import Settings, load
from scripts.prompts import build as build_prompts

READY_S = 60.0


class Centre:
    """Every process of one centre. ``start`` returns when the page answers; ``stop`` ends what was started.

    ``environ`` are CTI_* settings on top of the process's own environment.
    """

    def __init__(
        self, environ: Mapping[str, str] | None = None, *, switch: str = "", scenario: str = "", colleagues: bool = True
    ) -> None:
        self.environ = {**os.environ, "PYTHONUNBUFFERED": "1", **(environ or {})}
        self.switch = switch
        self.scenario = scenario
        self.colleagues = colleagues
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.redis: EmbeddedRedis | None = None
        self.logins: dict[str, Any] = {}
        self.settings = load(self.environ)
        self.data = Path(self.settings.data_dir).resolve()
        self.stopping = False

    @property
    def url(self) -> str:
        scheme = "https" if self.settings.tls_cert else "http"
        return f"{scheme}://{self.settings.http_host}:{self.settings.http_port}"

    # ------------------------------------------------------------ start

    def start(self) -> None:
        """Raises CtiError with one line that says what to do."""
        self._check_port()
        (self.data / "log").mkdir(parents=True, exist_ok=True)
        self.environ["CTI_DATA_DIR"] = str(self.data)
        self.environ.setdefault("CTI_DATABASE_URL", f"sqlite:///{self.data}/cti.db")
        self.environ.setdefault("CTI_RECORDINGS_DIR", str(self.data / "recordings"))
        self.environ.setdefault("CTI_SECRET_KEY", self._secret())
        if "CTI_REDIS_URL" not in self.environ:
            self.redis = EmbeddedRedis(self.data / "redis", time.sleep)
            self.redis.start()
            self.environ["CTI_REDIS_URL"] = self.redis.url
        build_prompts(self.data / "prompts")
        if not self.switch:
            self.environ["CTI_DEMO"] = "1"
            self.environ["CTI_ESL_PASSWORD"] = secrets.token_urlsafe(16)
        self.settings = self._settings()
        self.logins = bootstrap(self.settings)
        self.environ["CTI_SWITCHES"] = f"main={self.switch or self._start_simulator()}"
        self.settings = self._settings()
        self.settings.switch_addresses()
        self._spawn("worker", "cti_server.worker.main")
        self._spawn("daemon", "cti_server.daemon.main")
        self._spawn("web", "webapp.main")
        self._wait_ready()
        if not self.switch and self.colleagues:
            self._spawn("colleagues", "scripts.colleagues")

    def _settings(self) -> Settings:
        return load(self.environ)

    def _check_port(self) -> None:
        host, port = self.settings.http_host, self.settings.http_port
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CtiError(
                    "port-in-use", f"{host}:{port} cannot be used ({error.strerror}): end what listens there or set CTI_HTTP_PORT"
                ) from error

    def _secret(self) -> str:
        file = self.data / "secret"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(32))
        return file.read_text()

    def _start_simulator(self) -> str:
        arguments = ["--port", "0", "--recordings", str(self.data / "recordings"), "--prompts", str(self.data / "prompts")]
        if self.scenario:
            arguments += ["--scenario", self.scenario]
        process = self._spawn("simulator", "cti_server.simulator.main", *arguments, stdout=subprocess.PIPE)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise self._died("simulator")
        return f"esl://127.0.0.1:{json.loads(line)['port']}"

    def _spawn(self, name: str, module: str, *arguments: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
        with self._log(name).open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                env=self.environ, stdin=subprocess.DEVNULL, stdout=stdout or out, stderr=out, start_new_session=True,
            )  # fmt: skip
        self.processes[name] = process
        return process

    def _log(self, name: str) -> Path:
        return self.data / "log" / f"{name}.log"

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            self.check()
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:  # noqa: S310 - our own page
                    if answer.status == 200:
                        return
            except OSError:
                pass
            time.sleep(0.1)
        raise CtiError("not-ready", f"the page did not answer within {READY_S:.0f} s; the logs are in {self.data / 'log'}")

    # ------------------------------------------------------------ run and end

    def check(self) -> None:
        """Raises CtiError when a process has died."""
        for name, process in self.processes.items():
            if process.poll() is not None and not self.stopping:
                raise self._died(name)

    def _died(self, name: str) -> CtiError:
        code = self.processes[name].wait()
        tail = self._log(name).read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
        return CtiError("died", f"{name} ended with exit code {code}; the end of {self._log(name)}:\n  " + "\n  ".join(tail))

    def stop(self) -> None:
        """End every process that was started, the newest first."""
        self.stopping = True
        for process in reversed(self.processes.values()):
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + 10
        for process in self.processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self.redis:
            self.redis.stop()


def _switch(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "esl" or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text!r} is not esl://HOST:PORT")
    return text


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    parser = argparse.ArgumentParser(prog="make run", description="Run the whole centre on this machine.")
    parser.add_argument("--switch", type=_switch, default="", help="a real FreeSWITCH instead of the simulated one: esl://HOST:8021")
    parser.add_argument("--scenario", default="", help="another scenario file for the simulated switch")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    centre = None
    try:
        centre = Centre(switch=options.switch, scenario=options.scenario)
        centre.start()
        _greet(centre)
        while True:
            time.sleep(0.5)
            centre.check()
    except CtiError as error:
        sys.exit(f"error: {error.message}")
    except KeyboardInterrupt:
        print("\nending ...")
    finally:
        if centre:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            centre.stop()


def _greet(centre: Centre) -> None:
    print(f"\n  The centre runs: {centre.url}\n")
    for login in centre.logins.get("logins", ()):
        print(f"    {login['role']:<7} {login['login']:<12} {login['password']:<14} {login['name']}")
    print(f"\n  Logs: {centre.data / 'log'}   End: Ctrl-C\n", flush=True)


if __name__ == "__main__":
    main()
