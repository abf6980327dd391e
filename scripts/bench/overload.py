"""``make bench-overload``: a real FreeSWITCH gets calls at twice the rate that the machine carries; is one lost?

Callers wait until they are hung up, phones answer at once and hang up after a talk. The last line is one JSON object: ``calls``
that SIPp made, ``sipp_served`` and ``sipp_failed`` of them (refused, or no end within five minutes), ``bridged`` by the switch's
own events, ``booked`` rows of calls and ``answered`` ones of them, ``longest_wait_s`` from the queue to the bridge,
``longest_connect_ms`` from the phone's answer to the bridge, ``slow_s``: for how long the switch was told as slow, ``drained_s``:
from the last call that came to the last that ended. Callers send no sound: who waits for more than 120 s is ended by the switch.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import time
from typing import Any

from cti_server.errors import CtiError
from cti_server.events.views import SWITCH
from scripts.bench.switch import OUR_NUMBER, Run, percentile, play
from scripts.bench.switch_listener import EVENTS, Listener


class Connects(Listener):
    """Notes when phones answered, too."""

    def __init__(self, host: str, port: int, password: str) -> None:
        self._answered: dict[str, int] = {}
        super().__init__(host, port, password, EVENTS.replace("json", "json CHANNEL_ANSWER"))

    def _note(self, event: dict[str, Any]) -> None:
        super()._note(event)
        if event["Event-Name"] == "CHANNEL_ANSWER" and event["Call-Direction"] == "outbound":
            self._answered[event["Unique-ID"]] = int(event["Event-Date-Timestamp"])

    def connects(self) -> list[float]:
        """Milliseconds from the phone's answer to the bridge of every phone that was bridged."""
        with self._lock:
            return [(self._bridged[leg] - at_us) / 1000 for leg, at_us in self._answered.items() if leg in self._bridged]


class Overload(Run):
    slow_s = 0.0
    listens = Connects

    def play(self) -> dict[str, Any]:
        options, listener = self.options, self.listener
        assert isinstance(listener, Connects)
        self.sipp.register()
        self._start_daemon()
        calls = int(options.rate * options.seconds)
        before, began = self._cpu(), time.monotonic()
        callers = self.sipp.call(OUR_NUMBER, calls, options.rate, 0)
        until = began + options.seconds + options.drain
        while callers.poll() is None and time.monotonic() < until:
            self.stack.check()
            time.sleep(0.5)
            if any(b'"slow":true' in raw for raw in self.stack.client.hvals(self.stack.keys.mirror(SWITCH.table))):
                self.slow_s += 0.5
        ended = time.monotonic()
        spent = {who: round(after - before[who], 1) for who, after in self._cpu().items()}
        print(f"sipp ended with {callers.poll()}, CPU seconds {spent}", file=sys.stderr)
        connects = sorted(listener.connects())
        entered, bridged = listener.counts()
        served, failed = self.sipp.ended()
        waits = sorted(ms for ms in listener.take() if ms is not None)
        return {
            "rate": options.rate, "calls": calls, "sipp_served": served, "sipp_failed": failed,
            "entered": entered, "bridged": bridged, **self._books(calls),
            "longest_wait_s": round(waits[-1] / 1000, 1) if waits else None,
            "connect_p99_ms": percentile(connects, 0.99), "longest_connect_ms": percentile(connects, 1.0),
            "slow_s": self.slow_s, "drained_s": round(ended - began - options.seconds, 1),
        }  # fmt: skip

    def _books(self, calls: int) -> dict[str, int]:
        """The worker reads what the daemon told, after the attack: it takes no time from it."""
        self.stack.spawn("worker")
        books = sqlite3.connect(self.stack.settings.database_url.partition("///")[2])

        def count() -> int:
            return int(books.execute("SELECT count(*) FROM calls").fetchone()[0])

        try:
            self.stack.wait("every call booked", lambda: count() >= calls, 60)
        except CtiError:
            print(f"{count()} of {calls} calls are booked", file=sys.stderr)
        outcomes = dict(books.execute("SELECT outcome, count(*) FROM calls GROUP BY outcome").fetchall())
        marked = int(books.execute("SELECT count(*) FROM calls WHERE estimated").fetchone()[0])
        print(f"outcomes: {outcomes}", file=sys.stderr)
        return {"booked": count(), "answered": int(outcomes.get("answered", 0)), "estimated": marked}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=60.0, help="calls a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--drain", type=float, default=240.0, help="seconds until the last call must be over")
    parser.add_argument("--talk", type=float, default=3.0)
    parser.add_argument("--agents", type=int, default=300)
    parser.add_argument("--sessions-per-second", type=int, default=300, help="beyond which the switch refuses (503)")
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs")
    options = parser.parse_args()
    options.wrap_up, options.record = 1, True
    people = {"caller": "patient_caller.xml", "phone": "talking_phone.xml", "phone_s": options.talk}
    play("bench-overload", Overload, options, sessions_per_second=options.sessions_per_second, **people)


if __name__ == "__main__":
    main()
