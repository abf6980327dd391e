"""A private FreeSWITCH of this test process, configured by scripts.fsconf from freeswitch/ and dialplan/.

It is found as CTI_FREESWITCH or on PATH; without it, or without sipp, tests skip with a line that says so. Everything lives in
a temporary folder, every port is one that was free, and it is stopped by its process id.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import fsconf, prompts, tls
from scripts.stack import free_ports
from tests.fixtures import missing

ROOT = Path(__file__).resolve().parents[1]
SIPP = Path(__file__).parent / "sipp"
PHONES = tuple(fsconf.Phone(str(n), f"phone-secret-{n}") for n in range(1001, 1007))
Event = dict[str, Any]


class Esl:
    """A small event-socket client for tests: one call at a time, events are kept until asked for."""

    def __init__(self, port: int, password: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.buffer = b""
        self.events: list[Event] = []
        self._frame()
        self.auth_reply = self._command(f"auth {password}")

    def close(self) -> None:
        self.socket.close()

    def _read(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the switch has closed the event socket")
        self.buffer += data

    def _frame(self) -> tuple[dict[str, str], bytes]:
        while b"\n\n" not in self.buffer:
            self._read()
        head, _, self.buffer = self.buffer.partition(b"\n\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\n") if ": " in line)
        length = int(headers.get("Content-Length", "0"))
        while len(self.buffer) < length:
            self._read()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return headers, body

    def _command(self, text: str) -> str:
        self.socket.settimeout(30)
        self.socket.sendall(f"{text}\n\n".encode())
        while True:
            headers, body = self._frame()
            if headers["Content-Type"] == "text/event-json":
                self.events.append(json.loads(body))
            elif headers["Content-Type"] == "api/response":
                return body.decode("utf-8", "replace")
            else:
                return headers.get("Reply-Text", "")

    def api(self, command: str) -> str:
        return self._command(f"api {command}").strip()

    def execute(self, leg: str, application: str, argument: str = "") -> str:
        return self._command(
            f"sendmsg {leg}\ncall-command: execute\nexecute-app-name: {application}\nexecute-app-arg: {argument}"
        )

    def subscribe(self, *names: str) -> None:
        self._command("event json " + " ".join(names))

    def event(self, name: str, seconds: float = 30, **headers: str) -> Event:
        """The next event ``name`` whose headers (given with _ for -) are these; the ones before it are dropped."""
        wanted = {key if key.startswith("variable_") else key.replace("_", "-"): value for key, value in headers.items()}
        deadline = time.monotonic() + seconds
        while True:
            while self.events:
                event = self.events.pop(0)
                if event["Event-Name"] == name and all(event.get(k) == v for k, v in wanted.items()):
                    return event
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"no {name} {wanted} in {seconds} s")
            self.socket.settimeout(left)
            try:
                headers_, body = self._frame()
            except TimeoutError:
                continue
            if headers_["Content-Type"] == "text/event-json":
                self.events.append(json.loads(body))


class Sipp:
    """One SIPp process."""

    def __init__(self, *arguments: str, folder: Path) -> None:
        self.log = folder / f"sipp-{time.monotonic_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["sipp", *arguments, "-nostdin", "-trace_err", "-error_file", f"{self.log}.err"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder,
            )  # fmt: skip

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def wait(self, seconds: float = 30) -> int:
        return self.process.wait(seconds)


class PrivateSwitch:
    """A running FreeSWITCH. ``trunk_port`` is where its trunk ``carrier`` sends calls; at ``directory_port`` it asks for phones,
    by itself nobody answers there.
    """

    def __init__(
        self,
        binary: str,
        phones: tuple[fsconf.Phone, ...] = PHONES,
        tenants: tuple[fsconf.Tenant, ...] = (),
        **values: str,
    ) -> None:
        self.host = "127.0.0.1"
        self.folder = Path(tempfile.mkdtemp(prefix="cti-switch-"))
        self.recordings, self.prompts = self.folder / "recordings", self.folder / "prompts"
        self.tls = self.folder / "tls"
        tls.write(self.tls, [self.host], datetime.datetime.now(datetime.UTC))
        ports = free_ports(8)
        self.esl_port, self.internal_port, self.external_port, self.ws_port, self.trunk_port, self.directory_port = ports[:6]
        self.wss_port, self.tls_port = ports[6:]
        known = fsconf.read_secrets(self.folder)
        self.password, self.directory_secret = known["CTI_ESL_PASSWORD"], known["CTI_XML_CURL_SECRET"]
        self.realm = "127.0.0.1"
        rtp = 16_400 + os.getpid() % 16 * 1_000  # below the ports that the machine gives to the tests' phones
        self.values = replace(
            fsconf.Values(
                esl_port=str(self.esl_port),
                esl_password=self.password,
                internal_port=str(self.internal_port),
                external_port=str(self.external_port),
                ws_binding=f"127.0.0.1:{self.ws_port}",
                wss_binding=f"127.0.0.1:{self.wss_port}",
                tls="true",
                tls_port=str(self.tls_port),
                tls_dir=str(self.tls),
                recordings=str(self.recordings),
                prompts=str(self.prompts),
                directory_url=f"http://127.0.0.1:{self.directory_port}/switch/directory",
                directory_secret=self.directory_secret,
                rtp_start=str(rtp),
                rtp_end=str(rtp + 998),
            ),
            **values,
        )
        trunk = fsconf.Trunk("carrier", self.host, self.trunk_port, ping=0)
        self.plan = fsconf.Plan(self.values, phones, (trunk,), tenants=tenants)
        self.folders = fsconf.folders_of(
            fsconf.arguments(["--out", str(self.folder), "--data", str(self.folder), "--tls-dir", str(self.tls)])
        )
        fsconf.render(self.plan, self.folder)
        self.folders.make(fsconf.owner_of("", ""))
        self.folders.write_start(self.folder / "start", fsconf.owner_of("", ""), fsconf.listens(self.values))
        prompts.build(yaml.safe_load((ROOT / "prompts/prompts.yaml").read_text("utf-8")), self.prompts, None)
        self.binary = binary
        self.helpers: list[Sipp] = []
        self.daemon_alive = True
        self.start()

    def start(self) -> None:
        with (self.folder / "out.log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.folder / "start", "-nf", "-nc", "-np"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "FREESWITCH": self.binary},
            )  # fmt: skip
        self._esl: Esl | None = None
        self.wait(lambda: bool(self._ready()), 60, "the switch to be ready")
        self.start_log = self.log()

    def _ready(self) -> bool:
        if self.process.poll() is not None:
            pytest.fail(f"FreeSWITCH ended: {(self.folder / 'out.log').read_text(errors='replace')[-2000:]}")
        try:
            return "is ready" in self.api("status") and "RUNNING" in self.api("sofia status") and "cti" in self.api("show tasks")
        except OSError:
            return False

    @property
    def esl(self) -> Esl:
        if self._esl is None:
            self._esl = Esl(self.esl_port, self.password)
        return self._esl

    def api(self, command: str) -> str:
        return self.esl.api(command)

    def log(self) -> str:
        return (self.folder / "log/freeswitch.log").read_text("utf-8", errors="replace")

    # -- time

    def beat(self) -> None:
        """What the daemon does every second."""
        self.api(f"global_setvar cti_heartbeat={int(time.time())}")

    def wait(self, condition: Callable[[], Any], seconds: float = 30, what: str = "the condition") -> Any:
        """Until ``condition`` is true, with heartbeats while ``daemon_alive``. Returns its value."""
        deadline, beaten = time.monotonic() + seconds, 0.0
        while True:
            if self.daemon_alive and self._esl is not None and time.monotonic() - beaten > 1:
                self.beat()
                beaten = time.monotonic()
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s for {what}\n{self.log()[-3000:]}")
            time.sleep(0.05)

    # -- channels

    def channels(self) -> list[dict[str, str]]:
        return json.loads(self.api("show channels as json")).get("rows", [])

    def get(self, leg: str, name: str) -> str:
        value = self.api(f"uuid_getvar {leg} {name}")
        return "" if value == "_undef_" or value.startswith("-ERR") else value

    def exists(self, leg: str) -> bool:
        return self.api(f"uuid_exists {leg}") == "true"

    def bridged(self, one: str, other: str) -> bool:
        return self.get(one, "bridge_to") == other and self.get(other, "bridge_to") == one

    # -- SIPp

    def sipp(self, scenario: str, *arguments: str, sound: int = 440, refusal: str = "403") -> Sipp:
        """``sound``: the tone in Hz that the scenario speaks with; ``refusal``: the status that it expects."""
        text = (SIPP / scenario).read_text("utf-8").replace("[sound]", str(self.sound(sound))).replace("[refusal]", refusal)
        file = self.folder / f"{sound}-{refusal}-{scenario}"
        file.write_text(text, "utf-8")
        helper = Sipp("-sf", str(file), "-i", self.host, *arguments, folder=self.folder)
        self.helpers.append(helper)
        return helper

    def call(self, number: str, name: str = "Caller", caller: str = "13800138000", sound: int = 440) -> Sipp:
        """One call over the trunk; it hangs up after 60 s by itself."""
        return self.sipp(
            "caller.xml", "-m", "1", "-s", number, "-key", "caller_name", name, "-key", "caller", caller,
            "-mi", self.host, "-p", str(free_ports(1)[0]), f"{self.host}:{self.external_port}", sound=sound,
        )  # fmt: skip

    def phone(self, port: int, scenario: str = "phone.xml", sound: int = 880, refusal: str = "403") -> Sipp:
        """A phone that takes whatever comes to ``port``, or (refusing.xml) refuses it."""
        phone = self.sipp(scenario, "-p", str(port), "-mi", self.host, sound=sound, refusal=refusal)
        self.wait(lambda: _udp_in_use(port), 10, "the phone to listen")
        return phone

    def register(self, extension: str, port: int = 0, password: str = "") -> None:
        """Register ``extension`` from ``port``, where a phone answers afterwards; 0: nobody does."""
        password = password or next(p.password for p in PHONES if p.extension == extension)
        port = port or free_ports(1)[0]
        done = self.sipp(
            "register.xml", "-m", "1", "-s", extension, "-au", extension, "-ap", password, "-key", "contact_port", str(port),
            "-p", str(port), f"{self.host}:{self.internal_port}",
        )  # fmt: skip
        assert done.wait() == 0, done.log.read_text(errors="replace")

    def sound(self, frequency: int) -> Path:
        """A minute of a tone as G.711 µ-law bytes for SIPp."""
        import math

        path = self.folder / f"{frequency}.ulaw"
        if not path.exists():
            second = bytes(to_ulaw(int(8000 * math.sin(2 * math.pi * frequency * i / 8000))) for i in range(8000))
            path.write_bytes(second * 60)
        return path

    def clear(self) -> None:
        """No SIPp, no channels, a living daemon."""
        for helper in self.helpers:
            helper.stop()
        self.helpers.clear()
        self.daemon_alive = True
        self.api("hupall")
        self.wait(lambda: self.api("show channels count").startswith("0 total"), 10, "all channels to end")

    def stop(self) -> None:
        for helper in self.helpers:
            helper.stop()
        if self.process.poll() is None:
            with contextlib.suppress(OSError):
                self.esl.socket.sendall(b"api fsctl shutdown now\n\n")
        if self._esl:
            self._esl.close()
        if self.process.poll() is None:
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def _udp_in_use(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def to_ulaw(sample: int) -> int:
    """ITU-T G.711 µ-law of a 16 bit sample."""
    sign = 0x80 if sample < 0 else 0
    value = min(abs(sample), 32635) + 132
    exponent = value.bit_length() - 8
    return ~(sign | exponent << 4 | (value >> (exponent + 3)) & 0x0F) & 0xFF


def freeswitch_binary() -> str:
    binary = os.environ.get("CTI_FREESWITCH") or shutil.which("freeswitch")
    if not binary:
        missing("freeswitch (FreeSWITCH 1.10 on PATH or in CTI_FREESWITCH)")
    if not shutil.which("sipp"):
        missing("sipp (apt install sip-tester)")
    return str(binary)


@pytest.fixture(scope="session")
def switch_server() -> Iterator[PrivateSwitch]:
    """One FreeSWITCH for the whole test process."""
    server = PrivateSwitch(freeswitch_binary())
    yield server
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture
def real_switch(switch_server: PrivateSwitch) -> Iterator[PrivateSwitch]:
    """A real FreeSWITCH without channels, its heartbeat fresh."""
    switch_server.clear()
    switch_server.beat()
    yield switch_server
    switch_server.clear()
