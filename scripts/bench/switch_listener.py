"""One event-socket connection that notes, by the switch's own clock, when each call entered its queue and when it was bridged.

Ours: the caller's CHANNEL_PARK in context ``public`` (the switch hands the call to the daemon). Peer: the callcenter::info
``member-queue-start`` (mod_callcenter takes the call into its queue). End of both: the first CHANNEL_BRIDGE with the caller.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import Any

from cti_server.esl.framing import FrameParser

EVENTS = "event json CHANNEL_PARK CHANNEL_BRIDGE CUSTOM callcenter::info"


class Listener:
    """Listens from construction until ``close``. Raises OSError. Times are microseconds of the switch."""

    def __init__(self, host: str, port: int, password: str, events: str = EVENTS) -> None:
        self._lock = threading.Lock()
        self._entered: dict[str, int] = {}
        self._bridged: dict[str, int] = {}
        self._socket = socket.create_connection((host, port), 10)
        self._socket.settimeout(None)
        self._socket.sendall(f"auth {password}\n\n{events}\n\n".encode())
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        parser = FrameParser()
        with contextlib.suppress(OSError):
            while data := self._socket.recv(262_144):
                for frame in parser.feed(data):
                    if frame.content_type == "text/event-json":
                        self._note(json.loads(frame.body))

    def _note(self, event: dict[str, Any]) -> None:
        at_us, name = int(event["Event-Date-Timestamp"]), event["Event-Name"]
        with self._lock:
            if name == "CHANNEL_PARK" and event.get("Caller-Context") == "public" and event["Call-Direction"] == "inbound":
                self._entered.setdefault(event["Unique-ID"], at_us)
            elif name == "CUSTOM" and event.get("CC-Action") == "member-queue-start":
                self._entered.setdefault(event["CC-Member-Session-UUID"], at_us)
            elif name == "CHANNEL_BRIDGE":
                for leg in (event.get("Bridge-A-Unique-ID"), event.get("Bridge-B-Unique-ID"), event["Unique-ID"]):
                    self._bridged.setdefault(str(leg), at_us)

    def counts(self) -> tuple[int, int]:
        """(calls that entered a queue, those of them that were bridged)."""
        with self._lock:
            return len(self._entered), len(self._entered.keys() & self._bridged.keys())

    def take(self) -> list[float | None]:
        """Milliseconds from queue to bridge of each call since the last time; None: never bridged."""
        with self._lock:
            found = [
                (self._bridged[leg] - entered_us) / 1000 if leg in self._bridged else None
                for leg, entered_us in self._entered.items()
            ]
            self._entered.clear()
            self._bridged.clear()
        return found

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)
