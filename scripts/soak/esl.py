"""A million fuzzed frames through framing, events and translation: nothing crashes, hangs or grows.

Recorded streams are damaged (bytes flipped, cut, inserted, repeated; lengths changed) and fed in pieces of random size. A
damaged stream may end in the one protocol error; then a new parser goes on, as after a reconnect. Exit code 1 when anything
else was raised, one piece took longer than a second of CPU, or memory grew by more than 32 MiB after the first tenth.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from cti_server.errors import CtiError
from cti_server.esl.events import event_headers
from cti_server.esl.framing import Frame, FrameParser, FramingError
from cti_server.esl.replies import reply_text
from cti_server.esl.translate import translate
from scripts.soak import odd

CAPTURES = Path(__file__).resolve().parents[2] / "tests" / "captures"
GROWTH_KB = 32 * 1024


def resident_kb() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1024


def cuts(recordings: list[bytes], rng: random.Random) -> Iterator[bytes]:
    """Damaged slices of the recordings, for ever."""
    while True:
        data = rng.choice(recordings)
        start = rng.randrange(len(data))
        piece = data[start : start + rng.randrange(1000, 200_000)]
        piece = piece[max(0, piece.find(b"Content-Length")) :]
        yield odd.damaged(piece, rng) if rng.random() < 2 / 3 else piece


class Soak:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - repeatable damage
        self.frames = self.typed = self.broken_streams = self.broken_events = self.faults = 0
        self.slowest_s = 0.0
        self._parser = FrameParser()

    def feed(self, data: bytes) -> None:
        size = self.rng.choice((7, 64, 1000, 4096, 65536))
        size = max(size, len(data) // 2000)
        for start in range(0, len(data), size):
            began = time.process_time()
            try:
                frames = self._parser.feed(data[start : start + size])
            except FramingError:
                self.broken_streams += 1
                self._parser = FrameParser()
                return
            for frame in frames:
                self._take(frame)
            self.slowest_s = max(self.slowest_s, time.process_time() - began)
        self._parser = FrameParser()

    def _take(self, frame: Frame) -> None:
        self.frames += 1
        try:
            headers = event_headers(frame)
            if headers is None:
                reply_text(frame)
            elif translate("soak", headers) is not None:
                self.typed += 1
        except CtiError:
            self.broken_events += 1
        except Exception:  # noqa: BLE001 - what this program looks for
            self.faults += 1
            traceback.print_exc()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--frames", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    soak = Soak(arguments.seed)
    recordings = [path.read_bytes() for path in sorted(CAPTURES.glob("*.esl"))]
    warm_kb = 0
    started = time.monotonic()
    for piece in cuts(recordings, soak.rng):
        soak.feed(piece)
        if not warm_kb and soak.frames >= arguments.frames // 10:
            warm_kb = resident_kb()
        if soak.frames >= arguments.frames:
            break
    grown_kb = resident_kb() - warm_kb
    result = {
        "frames": soak.frames,
        "typed_events": soak.typed,
        "broken_streams": soak.broken_streams,
        "broken_events": soak.broken_events,
        "faults": soak.faults,
        "slowest_piece_ms": round(soak.slowest_s * 1000, 1),
        "memory_growth_kb": grown_kb,
        "seconds": round(time.monotonic() - started, 1),
        "seed": arguments.seed,
    }
    result["ok"] = not soak.faults and soak.slowest_s < 1.0 and grown_kb < GROWTH_KB
    print(json.dumps(result))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
