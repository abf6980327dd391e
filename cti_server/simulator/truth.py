"""What really happened to callers, for comparison with the books: one JSON line an event, written as it happens.

Lines: {"what": "arrived"|"bridged"|"unbridged"|"ended", "at_us", "uuid": of the caller's leg, "number", "with": extension of the
other side (in a room of all, with commas), '' where it is no phone}. A simulator that is killed leaves what it had written.
"""

from __future__ import annotations

from pathlib import Path

import orjson

from cti_server.simulator.channel import Channel


class Truth:
    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def write(self, what: str, at_us: int, channel: Channel, number: str, partner: str = "") -> None:
        row = {"what": what, "at_us": at_us, "uuid": channel.uuid, "number": number, "with": partner}
        self._file.write(orjson.dumps(row) + b"\n")
