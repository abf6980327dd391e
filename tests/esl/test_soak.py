"""A short run of what ``make soak-esl`` does a million times, with its work and memory counted instead of timed."""

from __future__ import annotations

import gc
import itertools
import sys
import tracemalloc
from typing import Any

import pytest

from cti_server.esl.framing import Frame, FrameParser
from scripts.soak import esl
from scripts.soak.esl import Soak, cuts
from tests.esl import captures

STREAMS = 150


def damaged(soak: Soak, count: int) -> list[bytes]:
    return list(itertools.islice(cuts([captures.data(name) for name in captures.ALL], soak.rng), count))


def test_damaged_streams_give_frames_or_the_one_error():
    soak = Soak(seed=20)
    for stream in damaged(soak, STREAMS):
        soak.feed(stream)
    assert soak.frames > 1000
    assert soak.typed > 200
    assert soak.faults == 0


# ---------------------------------------------------------------- memory


def test_memory_does_not_grow():
    soak = Soak(seed=21)
    streams = damaged(soak, 2 * STREAMS)
    for stream in streams[:STREAMS]:  # what is remembered for good (names of headers) is known by now
        soak.feed(stream)
    gc.collect()
    tracemalloc.start()
    try:
        for stream in streams[STREAMS:]:
            soak.feed(stream)
        gc.collect()
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 64 * 1024
    assert peak < 16 * max(map(len, streams))


# ---------------------------------------------------------------- work


class Counted:
    """bytes or bytearray that note in ``touched[0]`` how many bytes each step copied or looked at."""

    touched: list[int]

    def find(self, what: bytes, start: int = 0) -> int:
        at: int = super().find(what, start)  # type: ignore[misc]
        self.touched[0] += (len(self) if at < 0 else at + len(what)) - start  # type: ignore[arg-type]
        return at

    def __getitem__(self, where: Any) -> Any:
        found = super().__getitem__(where)  # type: ignore[misc]
        self.touched[0] += len(found) if isinstance(where, slice) else 1
        return found


class CountedBytes(Counted, bytes):
    def __radd__(self, before: bytes) -> CountedBytes:
        self.touched[0] += 2 * len(before) + len(self)  # what was before is a copy already
        return counted(before + bytes(self), self.touched)


class CountedArray(Counted, bytearray):
    def __iadd__(self, more: bytes) -> CountedArray:
        self.touched[0] += len(more)
        super().__iadd__(more)
        return self

    def __setitem__(self, where: Any, value: Any) -> None:
        self.touched[0] += len(value)
        super().__setitem__(where, value)


def counted(data: bytes, touched: list[int]) -> CountedBytes:
    made = CountedBytes(data)
    made.touched = touched
    return made


class CountingParser(FrameParser):
    """After each piece: what it touched so far is in proportion to what it was fed so far."""

    def __init__(self) -> None:
        super().__init__()
        self.fed = self.pieces = 0
        self.touched = [0]
        self._buffer = CountedArray()
        self._buffer.touched = self.touched

    def feed(self, data: bytes) -> list[Frame]:
        self.fed += len(data)
        self.pieces += 1
        frames = super().feed(counted(data, self.touched))
        assert self.touched[0] >= len(data), "nothing is counted any more"
        assert self.touched[0] <= 6 * self.fed + 8 * self.pieces
        return frames


LONG = {
    "one large body": b"Content-Length: 1000000\nContent-Type: text/event-json\n\n" + b"x" * 1_000_000,
    "many small frames": b"a: b\n\n" * 20_000,
    "blank lines": b"\n" * 100_000,
    "a header block without an end": b"a: b\n" * 40_000,
    "one long header": b"a: " + b"b" * 200_000,
    "recorded": b"".join(captures.data(name)[:50_000] for name in captures.ALL[:6]),
}


@pytest.mark.parametrize("size", [1, 7, 64, 1000, 65_536, 2_000_000])
@pytest.mark.parametrize("name", LONG)
def test_the_parsers_work_is_in_proportion_to_the_bytes(name: str, size: int):
    data, parser = LONG[name], CountingParser()
    if size < 64:  # as true for a part of it
        data = data[:50_000]
    for start in range(0, len(data), size):
        parser.feed(data[start : start + size])


def test_no_damage_makes_the_parser_work_more(monkeypatch):
    monkeypatch.setattr(esl, "FrameParser", CountingParser)
    soak = Soak(seed=22)
    for stream in damaged(soak, STREAMS):
        soak.feed(stream)
    assert soak.frames > 1000
    assert soak.faults == 0


def test_no_damage_makes_an_event_take_more_steps():
    """Calls of functions, Python's and C's, from bytes to typed events."""
    soak = Soak(seed=23)
    calls = 0

    def count(_frame: object, _event: str, _argument: object) -> None:
        nonlocal calls
        calls += 1

    for stream in damaged(soak, STREAMS):
        calls = 0
        sys.setprofile(count)
        try:
            soak.feed(stream)
        finally:
            sys.setprofile(None)
        assert calls <= 5 * len(stream) + 1000
