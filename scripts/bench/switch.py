"""``make bench-switch``: from the queue with an idle agent to CHANNEL_BRIDGE on a real FreeSWITCH, ours against mod_callcenter.

Same switch, same configuration, same SIPp phones (they answer at once) as agents of both, same callers, longest idle agent in
both, in one run: rounds in the order ours, peer, peer, ours, a small warm-up before each. While the peer works there is no
daemon (the bench keeps the switch's heartbeat fresh), while ours works the peer's queue is empty. The switch has real-time
priority, and so has our daemon. What is a call's start and end: scripts.bench.switch_listener. The last line is one JSON object;
``ratio`` is ours_p50_ms / peer_p50_ms.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from cti_server.adapters.clock import SystemClock
from cti_server.errors import CtiError
from scripts import fsconf
from scripts.bench.pipeline import cpu_s
from scripts.bench.switch_listener import Listener
from scripts.bench.switch_server import HOST, PEER_NUMBER, BenchSwitch
from scripts.bench.switch_sipp import Sipp
from scripts.errors import BenchFailed
from scripts.stack import Stack, centre, end_in_order

OUR_NUMBER = "9000"
FIRST_EXTENSION = 1001
ORDER = ("ours", "peer", "peer", "ours")
WARM_UP_CALLS = 30


def phones(count: int) -> tuple[fsconf.Phone, ...]:
    return tuple(fsconf.Phone(str(n), f"bench-phone-{n}") for n in range(FIRST_EXTENSION, FIRST_EXTENSION + count))


class Run:
    listens: type[Listener] = Listener
    listener: Listener
    """Since ``prepare``."""

    def __init__(self, stack: Stack, switch: BenchSwitch, sipp: Sipp, options: argparse.Namespace) -> None:
        self.stack, self.switch, self.sipp, self.options = stack, switch, sipp, options
        self.times: dict[str, list[float | None]] = {"ours": [], "peer": []}
        self.made: dict[str, int] = {"ours": 0, "peer": 0}

    def prepare(self) -> None:
        stack, switch, options = self.stack, self.switch, self.options
        switch.configure()
        switch.start()
        self.sipp.start_phones()
        stack.environ["CTI_ESL_PASSWORD"] = switch.password
        stack.environ["CTI_SWITCHES"] = f"main=esl://{HOST}:{switch.esl_port}"
        agents, recordings = [phone.extension for phone in switch.phones], str(switch.recordings)
        config = centre(agents, [OUR_NUMBER], recordings, wrap_up_s=options.wrap_up, record=options.record)
        stack.begin(replace(config, prompts_dir=str(switch.prompts)))
        self.listener = self.listens(HOST, switch.esl_port, switch.password)

    def play(self) -> dict[str, Any]:
        """The figures."""
        for side in ORDER:
            self.round(side)
        return self.figures()

    def round(self, side: str) -> None:
        """A warm-up, then the calls that count. Both sides find every phone freshly registered and idle."""
        self.sipp.register()
        if side == "ours":
            self._start_daemon()
        else:
            self.switch.hire(self.options.wrap_up)  # agents without a registered phone leave the switch's queues
        calls = self.options.calls // ORDER.count(side)
        self._calls(side, WARM_UP_CALLS)
        self.listener.take()
        before = self._cpu()
        code = self._calls(side, calls)
        found = self.listener.take()
        self.times[side] += found
        self.made[side] += calls
        bridged = sorted(ms for ms in found if ms is not None)
        spent = {who: round(after - before[who], 1) for who, after in self._cpu().items()}
        told = f"{calls} calls, {len(bridged)} bridged, p50 {percentile(bridged, 0.5)} ms, p99 {percentile(bridged, 0.99)} ms"
        print(f"{side}: {told}, sipp ended with {code}, CPU seconds {spent}", file=sys.stderr)
        if side == "ours":
            daemon = self.stack.processes.pop("daemon")
            daemon.terminate()
            daemon.wait(20)

    def _calls(self, side: str, calls: int) -> int:
        options, listener = self.options, self.listener
        process = self.sipp.call(OUR_NUMBER if side == "ours" else PEER_NUMBER, calls, options.rate, options.talk)
        self._until("the callers", lambda: process.poll() is not None, side, calls / options.rate + options.talk + 60)
        with self.switch.console() as console:
            self._until("quiet", lambda: console.api("show channels count").split()[0] == "0", side, 30)
        pause = time.monotonic() + options.wrap_up + 1.0
        self._until("the wrap-ups", lambda: time.monotonic() > pause, side, 60)
        if listener.counts()[0] == 0:
            raise BenchFailed(f"{side}: no call came to its queue; look into {self.switch.folder}")
        return int(process.returncode)

    def _until(self, what: str, ready: Callable[[], bool], side: str, within_s: float) -> None:
        """While the peer works the switch's heartbeat is kept fresh."""
        beaten = 0.0

        def looked() -> bool:
            nonlocal beaten
            if side == "peer" and time.monotonic() - beaten > 1:
                beaten = time.monotonic()
                console.api(f"global_setvar cti_heartbeat={SystemClock().now_ms() // 1000}")
            return ready()

        with self.switch.console() as console:
            self.stack.wait(f"{side}: {what}", looked, within_s)

    def _cpu(self) -> dict[str, float]:
        """Seconds of work so far: of the whole machine (who else is busy?), the switch, our daemon."""
        fields = Path("/proc/stat").read_text().splitlines()[0].split()
        machine = (sum(map(int, fields[1:4])) + int(fields[6]) + int(fields[7])) / os.sysconf("SC_CLK_TCK")
        daemon = self.stack.processes.get("daemon")
        return {"machine": machine, "switch": cpu_s(self.switch.pid), "daemon": cpu_s(daemon.pid) if daemon else 0.0}

    # ------------------------------------------------------------ our daemon

    def _start_daemon(self) -> None:
        stack = self.stack
        stack.start_daemon()
        try:  # the switch runs with real-time priority: on a shared machine the daemon must, too
            os.sched_setscheduler(stack.processes["daemon"].pid, os.SCHED_RR, os.sched_param(1))
        except PermissionError:
            print("no right to give the daemon the switch's priority: it gets what the switch leaves", file=sys.stderr)
        agents = {phone.extension for phone in self.switch.phones}
        if not agents <= stack.ready_agents():
            stack.hire(agents)

    # ------------------------------------------------------------ figures

    def figures(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        failures = 0
        for side in ("ours", "peer"):
            bridged = sorted(ms for ms in self.times[side] if ms is not None)
            missing = self.made[side] - len(bridged)
            failures += missing
            found |= {
                f"{side}_p50_ms": percentile(bridged, 0.5),
                f"{side}_p99_ms": percentile(bridged, 0.99),
                f"{side}_failures": missing,
            }
        found["ratio"] = round(found["ours_p50_ms"] / found["peer_p50_ms"], 3) if found["peer_p50_ms"] else None
        told = {"agents": len(self.switch.phones), "rate": self.options.rate, "record": self.options.record}
        return {**found, "calls": self.made["ours"], "failures": failures, **told}


def percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def needed(bench: str, name: str, variable: str, advice: str) -> str:
    """Path of a program; ends the bench with one line where there is none."""
    path = os.environ.get(variable) or shutil.which(name)
    if not path:
        sys.exit(f"{bench} cannot run: {name} is not on PATH ({advice})")
    return path


def play(name: str, kind: type[Run], options: argparse.Namespace, *, sessions_per_second: int, **people: Any) -> None:
    """One run on a switch of its own, whatever ends it; its figures are the last line. ``people``: how callers and phones are
    (``Sipp``)."""
    freeswitch = needed(name, "freeswitch", "CTI_FREESWITCH", "FreeSWITCH 1.10, or CTI_FREESWITCH=/path/to/freeswitch")
    sipp = needed(name, "sipp", "CTI_SIPP", "apt install sip-tester")
    end_in_order()
    folder = Path(tempfile.mkdtemp(prefix="cti-bench-"))
    switch = BenchSwitch(freeswitch, folder, phones(options.agents), options.record, sessions_per_second)
    stack = Stack({"CTI_DATA_DIR": str(folder / "data"), "CTI_LOG_LEVEL": "WARNING"})
    run = kind(stack, switch, Sipp(sipp, switch, **people), options)
    try:
        run.prepare()
        figures = run.play()
    except (CtiError, subprocess.TimeoutExpired, OSError) as error:
        options.keep = True
        sys.exit(f"{name} failed: {error}; logs: {folder}")
    finally:
        if hasattr(run, "listener"):
            run.listener.close()
        run.sipp.stop()
        stack.stop()
        switch.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(figures))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=600, help="calls of each side")
    parser.add_argument("--rate", type=float, default=30.0, help="calls a second")
    parser.add_argument("--talk", type=float, default=3.0, help="seconds from answer to hang-up")
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--wrap-up", type=int, default=1)
    parser.add_argument("--no-record", dest="record", action="store_false", help="neither side records")
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs")
    options = parser.parse_args()
    play("bench-switch", Run, options, sessions_per_second=300)


if __name__ == "__main__":
    main()
