"""A small event-socket client for the conformance driver, and the places where it finds a switch.

A place knows how callers and phones are made there, and how time passes: by waiting on a real switch, by `sim advance`
on the simulated one, whose time is virtual.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from cti_server.esl.framing import FrameParser

HERE = Path(__file__).parent
STEP_MS = 20
Headers = dict[str, str]


def parse_plain(body: bytes) -> Headers:
    """One `event plain` body: lines first, then each value decoded; a body inside it is the key ``_body``."""
    head, _, inner = body.decode("utf-8", "replace").partition("\n\n")
    event = {}
    for line in head.split("\n"):
        name, colon, value = line.partition(": ")
        if colon:
            event[name] = unquote(value)
    if inner.strip("\n"):
        event["_body"] = inner
    return event


class Link:
    """One connection that listens to all events and collects them in ``events``."""

    def __init__(self, host: str, port: int, password: str, virtual: bool) -> None:
        self.virtual = virtual
        self.events: list[Headers] = []
        self._replies: list[str] = []
        self._parser = FrameParser()
        self._socket = socket.create_connection((host, port), timeout=30)
        assert self.command(f"auth {password}") == "+OK accepted"
        assert self.command("event plain ALL") == "+OK event listener enabled plain"

    def close(self) -> None:
        self._socket.close()

    def _read(self, seconds: float) -> bool:
        """Takes what is there, waiting for it so long. False: nothing came."""
        if not select.select([self._socket], [], [], seconds)[0]:
            return False
        data = self._socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the switch closed the connection")
        for frame in self._parser.feed(data):
            if frame.content_type == "text/event-plain":
                self.events.append(parse_plain(frame.body))
            elif frame.content_type == "command/reply":
                self._replies.append(frame.headers["Reply-Text"])
            elif frame.content_type == "api/response":
                self._replies.append(frame.body.decode("utf-8", "replace"))
        return True

    def command(self, text: str, seconds: float = 30) -> str:
        """Sends one message, returns its answer without the last newline."""
        before = len(self._replies)
        self._socket.sendall(text.encode() + b"\n\n")
        ends = time.monotonic() + seconds
        while len(self._replies) == before:
            if not self._read(max(0.0, ends - time.monotonic())):
                raise TimeoutError(f"no answer to {text!r}")
        return self._replies[-1].strip()

    def api(self, text: str) -> str:
        return self.command("api " + text)

    def execute(self, leg: str, application: str, argument: str = "", event_uuid: str = "") -> None:
        lines = [f"sendmsg {leg}", "call-command: execute", f"execute-app-name: {application}"]
        if argument:
            lines.append(f"execute-app-arg: {argument}")
        if event_uuid:
            lines.append(f"Event-UUID: {event_uuid}")
        assert self.command("\n".join(lines)) == "+OK"

    def pause(self, seconds: float) -> None:
        """Lets time pass on the switch."""
        if self.virtual:
            assert self.api(f"sim advance {seconds * 1000:.0f}") == "+OK"
            return
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self._read(left)

    def wait(self, name: str, seconds: float = 30, since: int = 0, **match: str) -> Headers:
        """The first event of that name since ``since`` whose headers match; time passes meanwhile."""
        wanted = {key.replace("_", "-"): value for key, value in match.items()}
        passed, ends = 0.0, time.monotonic() + seconds
        while True:
            for event in self.events[since:]:
                if event.get("Event-Name") == name and all(event.get(key) == value for key, value in wanted.items()):
                    return event
            if self.virtual:
                if passed > seconds * 1000:
                    break
                self.pause(STEP_MS / 1000)
                passed += STEP_MS
            elif time.monotonic() > ends or not self._read(ends - time.monotonic()):
                break
        raise TimeoutError(f"no {name} {wanted} in {seconds} s")


class Place:
    """Where the scenarios run. ``recordings``: a folder the switch can write."""

    def __init__(self, recordings: Path) -> None:
        self.recordings = recordings

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def link(self) -> Link:
        raise NotImplementedError

    def caller(self, link: Link, seconds: float) -> None:
        """Somebody calls 95598 and hangs up after so long."""
        raise NotImplementedError

    def phone(self, link: Link, port: int, behaviour: str) -> None:
        """A phone at that port: ``rings`` (answers after 1.2 s), ``no_answer``, or a SIP status to refuse with."""
        raise NotImplementedError

    def trunk(self, link: Link, behaviour: str) -> None:
        """What the trunk telco does with the next call: ``rings`` or a SIP status."""

    def address(self, port: int) -> str:
        """Where the phone is that was at this port when the captures were recorded."""
        return f"127.0.0.1:{port}"

    def scenario_over(self) -> None: ...


MODES = {"rings": "scenario", "no_answer": "no_answer", "486": "busy", "480": "unavailable", "603": "reject",
         "302": "redirect"}  # fmt: skip


class SimulatedPlace(Place):
    """The simulated switch as its own process, on virtual time."""

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cti_server.simulator.main", "--port", "0", "--scenario", str(HERE / "lab.yaml")],
            stdout=subprocess.PIPE, env={**os.environ, "CTI_ESL_PASSWORD": "conformance"},
        )  # fmt: skip
        assert self._process.stdout is not None
        self._ready: dict[str, Any] = json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.terminate()
        assert self._process.wait(30) == 0
        if self._process.stdout is not None:
            self._process.stdout.close()

    def link(self) -> Link:
        return Link(self._ready["host"], self._ready["port"], "conformance", virtual=True)

    def caller(self, link: Link, seconds: float) -> None:
        assert link.api(f"sim call NUMBER=13800138000 SERVICE=95598 PATIENCE_S={seconds} TALK_S={seconds}").startswith("+OK")

    def phone(self, link: Link, port: int, behaviour: str) -> None:
        assert link.api(f"sim phone {port} mode {MODES[behaviour]}") == "+OK"
