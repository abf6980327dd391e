"""A real FreeSWITCH of our own for the conformance driver: on loopback, on free ports, with SIPp as callers and phones.

CTI_TEST_SWITCH=esl://:PASSWORD@HOST:PORT takes a running one instead; it must be set up like ``switch.xml``, reach this
machine's loopback, and listen for SIP at CTI_TEST_SWITCH_SIP (default 127.0.0.1:5080, trunk telco at port 5090).
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from cti_server.simulator.recording import write_wav
from scripts.stack import free_ports
from tests.conformance import sipp
from tests.conformance.link import HERE, Link, Place

SCRIPTS = HERE.parent.parent / "freeswitch" / "scripts"
PASSWORD = "conformance"
START_S = 60


class RealPlace(Place):
    """Starts the switch, or takes the one that CTI_TEST_SWITCH names."""

    def __init__(self, recordings: Path) -> None:
        super().__init__(recordings)
        self._given = urlsplit(os.environ.get("CTI_TEST_SWITCH", ""))
        self._folder = recordings / "switch"
        self._switch: subprocess.Popen[bytes] | None = None
        self._people: list[subprocess.Popen[bytes]] = []
        self._ports: dict[int, int] = {}
        sipp.write(self._folder / "sipp")

    # ------------------------------------------------------------ the switch

    def start(self) -> None:
        if self._given.netloc:
            self._host, self._port = self._given.hostname or "127.0.0.1", self._given.port or 8021
            self._password = self._given.password or PASSWORD
            self._sip = os.environ.get("CTI_TEST_SWITCH_SIP", "127.0.0.1:5080")
            self._ports[5090] = 5090
            return
        self._host, self._password = "127.0.0.1", PASSWORD
        self._port, sip_port, self._ports[5090] = free_ports(3)
        self._sip = f"127.0.0.1:{sip_port}"
        for name in ("conf", "log", "db", "run", "moh"):
            (self._folder / name).mkdir()
        write_wav(str(self._folder / "moh" / "music.wav"), False, 5000, "full", [(40000, True, False)])
        page = Template((HERE / "switch.xml").read_text(encoding="utf-8")).safe_substitute(
            folder=self._folder, esl_port=self._port, password=PASSWORD, scripts=SCRIPTS, trunk_port=self._ports[5090],
            sip_port=sip_port,
        )  # fmt: skip
        (self._folder / "conf" / "freeswitch.xml").write_text(page, encoding="utf-8")
        arguments = [word for name in ("conf", "log", "db", "run") for word in (f"-{name}", str(self._folder / name))]
        self._switch = subprocess.Popen(
            ["freeswitch", "-nonat", "-nc", "-nf", *arguments, "-scripts", str(SCRIPTS), "-recordings", str(self.recordings)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait_until_up()

    def _wait_until_up(self) -> None:
        ends = time.monotonic() + START_S
        while time.monotonic() < ends:
            assert self._switch is None or self._switch.poll() is None, f"freeswitch ended; see {self._folder}/log"
            try:
                link = self.link()
            except OSError:
                time.sleep(0.2)
                continue
            up = "is ready" in link.api("status") and "RUNNING" in link.api("sofia xmlstatus")
            link.close()
            if up:
                return
            time.sleep(0.2)
        raise TimeoutError(f"freeswitch is not up after {START_S} s; see {self._folder}/log")

    def stop(self) -> None:
        self.scenario_over()
        if self._switch is not None:
            self._switch.terminate()
            try:
                self._switch.wait(20)
            except subprocess.TimeoutExpired:  # busy machines: it may wait for its own threads for ever
                self._switch.kill()
                self._switch.wait(10)

    def link(self) -> Link:
        return Link(self._host, self._port, self._password, virtual=False)

    # ------------------------------------------------------------ people

    def address(self, port: int) -> str:
        if port not in self._ports:
            self._ports[port] = free_ports(1)[0]
        return f"127.0.0.1:{self._ports[port]}"

    def _sipp(self, port: int, *arguments: object) -> None:
        media = free_ports(1)[0] & ~1
        self._people.append(subprocess.Popen(
            ["sipp", "-nostdin", "-i", "127.0.0.1", "-p", str(port), "-mp", str(media), "-m", "1", *map(str, arguments)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder,
        ))  # fmt: skip

    def caller(self, link: Link, seconds: float) -> None:
        self._sipp(free_ports(1)[0], self._sip, "-s", "95598", "-d", int(seconds * 1000), "-sn", "uac")

    def phone(self, link: Link, port: int, behaviour: str) -> None:
        at = int(self.address(port).rsplit(":", 1)[1])
        self._sipp(at, "-sf", self._folder / "sipp" / f"{behaviour}.xml")
        link.pause(0.3)

    def trunk(self, link: Link, behaviour: str) -> None:
        self.phone(link, 5090, behaviour)

    def scenario_over(self) -> None:
        for process in self._people:
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(3)
        self._people.clear()
