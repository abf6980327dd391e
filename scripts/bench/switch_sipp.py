"""SIPp as the bench's phones and callers: the scenarios of scripts/bench/sipp, each process in the bench's folder."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scripts.bench.switch_server import HOST, BenchSwitch
from scripts.errors import BenchFailed
from scripts.stack import free_ports

SCENARIOS = Path(__file__).parent / "sipp"


class Sipp:
    """The phones of one bench (one process, one port) and callers on demand. ``binary``: path of sipp; ``caller``, ``phone``: the
    scenarios; ``phone_s``: what the phone's scenario waits."""

    def __init__(
        self, binary: str, switch: BenchSwitch, caller: str = "caller.xml", phone: str = "phone.xml", phone_s: float = 0.0
    ) -> None:
        self._binary, self._switch = binary, switch
        self._caller, self._phone, self._phone_s = caller, phone, phone_s
        self._folder = switch.folder / "sipp"
        self._folder.mkdir()
        self._phone_port = free_ports(1)[0]
        self._list = self._folder / "phones.csv"
        rows = "\n".join(
            f"{phone.extension};[authentication username={phone.extension} password={phone.password}]" for phone in switch.phones
        )
        self._list.write_text(f"SEQUENTIAL\n{rows}\n", "utf-8")
        self._statistics = self._folder / "calls.csv"
        self._running: list[subprocess.Popen[bytes]] = []

    def start_phones(self) -> None:
        """From now on every phone answers at once."""
        self._spawn(self._phone, ["-p", str(self._phone_port), "-d", str(int(self._phone_s * 1000))])

    def register(self) -> None:
        """Register every phone (again), from the port at which it answers: the switch rings no other. Raises 'bench-failed'."""
        self.stop()
        count = len(self._switch.phones)
        options = ["-inf", str(self._list), "-m", str(count), "-r", "200", "-key", "contact_port", str(self._phone_port)]
        options += ["-p", str(self._phone_port)]
        code = self._spawn("register.xml", [*options, f"{HOST}:{self._switch.internal_port}"]).wait(60)
        if code:
            raise BenchFailed(f"the phones could not register (sipp ended with {code}); see {self._folder}")
        self.start_phones()

    def call(self, number: str, calls: int, rate: float, talk_s: float) -> subprocess.Popen[bytes]:
        """``calls`` callers to ``number``, ``rate`` a second; the process ends when the last has ended."""
        options = ["-s", number, "-m", str(calls), "-r", str(rate), "-l", str(calls), "-d", str(int(talk_s * 1000))]
        options += ["-trace_stat", "-stf", str(self._statistics), "-fd", "1"]
        return self._spawn(self._caller, [*options, f"{HOST}:{self._switch.external_port}"])

    def ended(self) -> tuple[int, int]:
        """(calls that went as their scenario says, those that did not) of the newest callers, as SIPp counts them."""
        with self._statistics.open(newline="", encoding="utf-8") as file:
            last = list(csv.DictReader(file, delimiter=";"))[-1]
        return int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"])

    def stop(self) -> None:
        """Phones and callers end."""
        for process in self._running:
            process.kill()
            process.wait()
        self._running.clear()

    def _spawn(self, scenario: str, options: Sequence[str]) -> subprocess.Popen[bytes]:
        own = [] if "-p" in options else ["-p", str(free_ports(1)[0])]
        media = free_ports(1)[0]
        command = [
            self._binary, "-sf", str(SCENARIOS / scenario), "-i", HOST, *own, "-mi", HOST, "-mp", str(media), *options,
            "-watchdog_minor_maxtriggers", "1000000", "-watchdog_major_maxtriggers", "1000000",  # it ends on a busy machine else
            "-nostdin", "-trace_err", "-error_file", str(self._folder / f"{scenario}.err"),
        ]  # fmt: skip
        with (self._folder / f"{scenario}.log").open("ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._folder)
        self._running.append(process)
        return process
