"""Events per CPU second through framing and typed events, beside stock greenswitch on the same recorded calls.

Both sides get the recorded bytes of the scenarios that exist in both formats: ours reads the JSON recording, greenswitch
the plain one (it cannot use JSON). All recorded events go through both sides, also those that the product would never
subscribe to: ours frames every event, looks at its name and makes typed events of those in its table, reading only the
headers that they need; greenswitch runs its own receive loop over a socket file in memory, parses every header and queues
every event. Repetitions alternate and the median counts; the ratio is the median of each round's own ratio. Events per
second are counted over each side's own number of events. Beside the ratio: the same with only the subscribed events, as
on a running system, and both again with every header of every event parsed by orjson before (`..._all_headers`).
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from greenswitch.esl import ESLProtocol

from cti_server.esl.events import Headers, event_headers, parsed
from cti_server.esl.framing import Frame, FrameParser
from cti_server.esl.translate import TABLE, translate

CAPTURES = Path(__file__).resolve().parents[2] / "tests" / "captures"
CHUNK = 65536


class Stock(ESLProtocol):  # type: ignore[misc]
    """greenswitch's own receive_events, reading from memory; replies are waited for by nobody, so a list says yes to each."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.sock = io.BytesIO(data)  # it is closed at the end
        self.sock_file = io.BufferedReader(self.sock, CHUNK)
        self.connected = True


def rebuilt(frames: list[Frame]) -> bytes:
    """The frames' bytes again."""
    return b"".join(f"Content-Length: {len(f.body)}\nContent-Type: {f.content_type}\n\n".encode() + f.body for f in frames)


def events_only(name: str, keep: Callable[[str], bool]) -> tuple[bytes, int]:
    """(bytes, number) of a recording's event frames whose name ``keep`` accepts."""
    frames = []
    for frame in FrameParser().feed((CAPTURES / name).read_bytes()):
        headers = event_headers(frame)
        if headers is None:
            continue
        event = str(headers.get("Event-Name"))
        if keep(str(headers.get("Event-Subclass")) if event == "CUSTOM" else event):
            frames.append(frame)
    return rebuilt(frames), len(frames)


def run_ours(data: bytes, headers_of: Callable[[Frame], Headers | None] = event_headers) -> int:
    parser = FrameParser()
    typed = 0
    for start in range(0, len(data), CHUNK):
        for frame in parser.feed(data[start : start + CHUNK]):
            headers = headers_of(frame)
            if headers is not None and translate("main", headers) is not None:
                typed += 1
    return typed


def run_ours_all_headers(data: bytes) -> int:
    return run_ours(data, lambda frame: parsed(frame.body))


def run_stock(data: bytes) -> int:
    stock = Stock(data)
    stock.receive_events()
    return int(stock._esl_event_queue.qsize())


def cpu_s(run: Callable[[bytes], int], data: bytes, times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        run(data)
    return (time.process_time() - started) / times


def compare(keep: Callable[[str], bool], rounds: int) -> dict[str, float]:
    pairs = [(p.name, p.name.replace(".json.esl", ".esl")) for p in sorted(CAPTURES.glob("*.json.esl"))]
    ours, stock = [events_only(a, keep) for a, _ in pairs], [events_only(b, keep) for _, b in pairs]
    ours_bytes, ours_events = b"".join(d for d, _ in ours), sum(n for _, n in ours)
    stock_bytes, stock_events = b"".join(d for d, _ in stock), sum(n for _, n in stock)
    if run_stock(stock_bytes) != stock_events:
        raise SystemExit("greenswitch did not read every recorded event; the comparison would be unfair")
    if run_ours(ours_bytes) != run_ours_all_headers(ours_bytes):
        raise SystemExit("reading few headers and reading all give different typed events")
    rounds_s = [(cpu_s(run_ours, ours_bytes, 5), cpu_s(run_ours_all_headers, ours_bytes, 3), cpu_s(run_stock, stock_bytes, 1))
                for _ in range(rounds)]  # fmt: skip
    ours_s, all_s, peer_s = (median(column) for column in zip(*rounds_s, strict=True))
    per_event = stock_events / ours_events
    return {
        "ratio": round(median(peer / own for own, _, peer in rounds_s) / per_event, 2),
        "ratio_all_headers": round(median(peer / own for _, own, peer in rounds_s) / per_event, 2),
        "ours_events_per_cpu_s": round(ours_events / ours_s),
        "ours_all_headers_events_per_cpu_s": round(ours_events / all_s),
        "peer_events_per_cpu_s": round(stock_events / peer_s),
        "ours_events": ours_events,
        "peer_events": stock_events,
        "ours_bytes_per_event": round(len(ours_bytes) / ours_events),
        "peer_bytes_per_event": round(len(stock_bytes) / stock_events),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=21)
    rounds = options.parse_args().rounds
    every = compare(lambda _: True, rounds)
    subscribed = compare(TABLE.__contains__, rounds)
    print("all recorded events:", json.dumps(every))
    print("subscribed events only:", json.dumps(subscribed))
    print(json.dumps({**every, **{f"{name}_subscribed_only": subscribed[name] for name in ("ratio", "ratio_all_headers")}}))


if __name__ == "__main__":
    main()
