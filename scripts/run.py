"""``make run``: the whole centre on this machine, with a simulated switch, or on a real one with ``--switch esl://HOST:8021``.

Starts Redis (unless CTI_REDIS_URL is set), prepares the database and the demo centre, then simulator, daemon, worker, web
and the demo's virtual colleagues, each a process of its own with its log in var/log. Ctrl-C, SIGTERM and a closed terminal
end every one of them; when one of them dies the others are ended and its last lines are shown.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import socket
import ssl
import sys
import time
import urllib.request
from collections.abc import Mapping
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from cti_server.adapters.sql.bootstrap import bootstrap
from cti_server.errors import CtiError
from cti_server.services.seed import DEMO_PASSWORD, TRUNKS
from scripts.prompts import build_all
from scripts.stack import Stack

ENDS = (signal.SIGTERM, signal.SIGHUP)
"""Besides Ctrl-C; SIGHUP comes when the terminal is closed."""


class Centre(Stack):
    """Every process of one centre. ``start`` returns when the page answers.

    ``switch``: a real one instead of the simulated; ``scenario``: a scenario file for the simulated one; ``colleagues``:
    whether virtual colleagues work on the floor.
    """

    def __init__(
        self, environ: Mapping[str, str] | None = None, *, switch: str = "", scenario: str = "", colleagues: bool = True
    ) -> None:
        super().__init__(environ)
        self.switch = switch
        self.scenario = scenario
        self.colleagues = colleagues and not switch
        self.logins: list[dict[str, Any]] = []
        self.new_passwords = False

    @property
    def url(self) -> str:
        settings = self.settings
        return f"{'https' if settings.tls_cert else 'http'}://{settings.http_host}:{settings.http_port}"

    def start(self) -> None:
        """Raises CtiError with one line that says what to do."""
        self._check_port()
        self.data.mkdir(mode=0o711, parents=True, exist_ok=True)  # a switch of another user reaches recordings and prompts
        if self.switch:
            self.environ |= {"CTI_SWITCHES": f"main={self.switch}", "CTI_DEMO": "0"}
            self.settings.switch_addresses()
        else:
            self.environ |= {
                "CTI_DEMO": "1",
                "CTI_SWITCH_RECORDINGS_DIR": self.environ["CTI_RECORDINGS_DIR"],
                "CTI_SWITCH_PROMPTS_DIR": str(self.data / "prompts"),
                "CTI_SWITCH_TRUNKS": ",".join(trunk.gateway for trunk in TRUNKS),
            }
        self.start_redis()
        if self.settings.switch_prompts_dir in ("", str(self.data / "prompts")):
            build_all(self.data / "prompts")
        prepared = bootstrap(self.settings)
        self.logins, self.new_passwords = prepared["logins"], prepared["new_passwords"]
        if not self.switch:
            self.start_simulator(self.scenario)
        self.spawn("worker", "cti_server.worker.main")
        self.spawn("daemon", "cti_server.daemon.main")
        self.spawn("web", "webapp.main")
        self.wait("the page", self._page_answers)
        if self.colleagues:
            self.spawn("colleagues", "scripts.colleagues")

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

    def _page_answers(self) -> bool:
        unchecked = ssl._create_unverified_context()  # noqa: S323 - our own page, perhaps with a self-made certificate
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2, context=unchecked) as answer:  # noqa: S310 - our own page
                return bool(answer.status == 200)
        except OSError:
            return False


def _switch(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "esl" or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text!r} is not esl://HOST:PORT")
    return text


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    parser = argparse.ArgumentParser(prog="make run", description="Run the whole centre on this machine.")
    parser.add_argument("--switch", type=_switch, help="a real FreeSWITCH instead of the simulated one: esl://HOST:8021")
    parser.add_argument("--scenario", default="", help="another scenario file for the simulated switch")
    options = parser.parse_args()
    for number in ENDS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
            signal.signal(number, _interrupt)
    centre = None
    try:
        centre = Centre(switch=options.switch or "", scenario=options.scenario)
        centre.start()
        _greet(centre)
        while True:
            time.sleep(0.5)
            centre.check()
    except CtiError as error:
        sys.exit(f"error: {error.message}")
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):  # the terminal may be gone
            print("\nending ...", flush=True)
    finally:
        if centre:
            for number in (signal.SIGINT, *ENDS):
                signal.signal(number, signal.SIG_IGN)
            centre.stop()


def _greet(centre: Centre) -> None:
    print(f"\n  The centre runs: {centre.url}\n")
    if centre.new_passwords or not centre.switch:
        for login in centre.logins:
            print(f"    {login['role']:<7} {login['login']:<14} {login['password']:<14} {login['name']}")
    if centre.logins and centre.logins[0]["password"] != DEMO_PASSWORD:
        print(f"\n  These passwords are told once and kept in {centre.data / 'demo-logins.json'}")
    print(f"\n  Logs: {centre.data / 'log'}   End: Ctrl-C\n", flush=True)


if __name__ == "__main__":
    main()
