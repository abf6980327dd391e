"""``make run``: the whole centre on this machine, with a simulated switch, or on a real one with ``--switch esl://HOST:8021``;
with ``--empty`` without the demo centre.

Starts Redis (unless CTI_REDIS_URL is set), prepares the database and the demo centre, then simulator, daemon, worker, web
and the demo's virtual colleagues, each a process of its own with its log in var/log. Ctrl-C, SIGTERM and a closed terminal
end every one of them. One that ends by itself is started again; one that does so again and again ends the centre, and its
last lines are shown.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from functools import partial
from types import FrameType
from typing import Any

from cti_server.errors import CtiError
from cti_server.features.bootstrap import bootstrap
from cti_server.features.centre.seed import DEMO_PASSWORD, TRUNKS
from scripts import preflight
from scripts.prompts import build_all
from scripts.stack import Stack

ENDS = (signal.SIGTERM, signal.SIGHUP)
"""Besides Ctrl-C; SIGHUP comes when the terminal is closed."""
FIRST_ADMIN = "admin"


class Centre(Stack):
    """Every process of one centre. ``start`` returns when the page answers.

    ``switch``: a real one instead of the simulated; ``scenario``: a scenario file for the simulated one; ``colleagues``:
    whether virtual colleagues work on the floor; ``empty``: without the demo; ``tell``: hears what is being started.
    """

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        switch: str = "",
        scenario: str = "",
        colleagues: bool = True,
        empty: bool = False,
        tell: Callable[[str], object] = lambda step: None,
    ) -> None:
        super().__init__(environ)
        self.switch = switch
        self.scenario = scenario
        self.colleagues = colleagues and not switch and not empty
        self.empty = empty
        self.tell = tell
        self._listener: socket.socket | None = None
        self.logins: list[dict[str, Any]] = []
        self.new_passwords = False
        self.link = ""
        """Where the administrator of an empty centre sets a password, once."""

    def start(self) -> None:
        """Raises CtiError with one line that says what to do."""
        self._listener = preflight.check(self.environ, self.switch)
        self.handed_down = (preflight.hold(self.settings),)
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
        self.tell("Redis")
        self.start_redis()
        if self.settings.switch_prompts_dir in ("", str(self.data / "prompts")):
            self.tell("prompts")
            build_all(self.data / "prompts")
        self.tell("database")
        prepared = bootstrap(self.settings, new_passwords=True, empty=FIRST_ADMIN if self.empty else "")
        self.logins, self.new_passwords, self.link = prepared["logins"], prepared["new_passwords"], prepared["link"]
        if not self.switch:
            self.tell("simulated switch")
            self.start_simulator(self.scenario)
        self.tell("worker, daemon, web")
        self.spawn("worker")
        self.spawn("daemon")
        self.environ["CTI_HTTP_FD"] = str(self._listener.fileno())
        self.spawn("web", files=[self._listener.fileno()])
        self.wait("the page", self._page_answers)
        if self.colleagues:
            self.spawn("colleagues", "scripts.colleagues")

    def stop(self) -> None:
        super().stop()
        if self._listener:
            self._listener.close()
        for held in self.handed_down:
            os.close(held)
        self.handed_down = ()

    def _page_answers(self) -> bool:
        unchecked = ssl._create_unverified_context()  # noqa: S323 - our own page, perhaps with a self-made certificate
        try:
            with urllib.request.urlopen(f"{self.settings.url}/healthz", timeout=2, context=unchecked) as answer:  # noqa: S310 - our own page
                return bool(answer.status == 200)
        except OSError:
            return False


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Once: who is asked to end again is ending."""
    for number in (signal.SIGINT, *ENDS):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> None:
    options = preflight.arguments()
    for number in (signal.SIGINT, *ENDS):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
            signal.signal(number, _interrupt)
    centre = None
    try:
        told = partial(print, "starting:", end=" ...\n", flush=True)
        centre = Centre(switch=options.switch or "", scenario=options.scenario, empty=options.empty, tell=told)
        centre.start()
        _greet(centre)
        while True:
            time.sleep(0.5)
            if done := centre.tend():
                print(f"  {done}", flush=True)
    except CtiError as error:
        sys.exit(f"error: {error.message}")
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        sys.exit(f"error: {place}{error.strerror or error}: correct it, or choose another CTI_DATA_DIR")
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):  # the terminal may be gone
            print("\nending ...", flush=True)
    finally:
        if centre:
            for number in (signal.SIGINT, *ENDS):
                signal.signal(number, signal.SIG_IGN)
            centre.stop()


def _by_name(url: str) -> str:
    """Browsers keep passkeys for names of hosts only."""
    return url.replace("//127.0.0.1:", "//localhost:")


def _greet(centre: Centre) -> None:
    print(f"\n  The centre runs: {_by_name(centre.settings.url)}\n")
    if centre.link:
        print(f"    {FIRST_ADMIN} sets a password here, once, and finds the guide:\n    {_by_name(centre.link)}")
    if centre.new_passwords or not centre.switch:
        for login in centre.logins:
            print(f"    {login['role']:<7} {login['login']:<14} {login['password'] or '(changed)':<14} {login['name']}")
    if any(login["password"] not in ("", DEMO_PASSWORD) for login in centre.logins):
        print("\n  These passwords are told once; a forgotten one: .venv/bin/cti user password LOGIN")
    if not centre.switch:
        print("\n  Call in, answer a phone, ...: .venv/bin/cti sim --help")
    print(f"\n  Logs: {centre.data / 'log'}   End: Ctrl-C\n", flush=True)


if __name__ == "__main__":
    main()
