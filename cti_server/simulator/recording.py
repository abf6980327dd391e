"""Recordings are real WAV files (8 kHz, 16 bit): each side has its own tone, so that a listener can tell what is where.

Left (or the only channel): the recorded leg, 440 Hz. Right: what it hears, 660 Hz while it is bridged and silence else.
A masked stretch is silent on both. Nothing recorded makes a file of 44 bytes.
"""

from __future__ import annotations

import array
import functools
import math
import struct
from pathlib import Path

RATE = 8000
OWN_HZ, PARTNER_HZ = 440, 660
HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


class Recorder:
    """One running recording. Times are microseconds of the switch; ``style`` full, sparse (a hole instead of tones), none."""

    def __init__(self, path: str, stereo: bool, start_us: int, style: str = "full") -> None:
        self.path = path
        self.stereo = stereo
        self.style = style
        self.start_us = start_us
        self._marks: list[tuple[int, bool, bool]] = []  # from when, partner there, masked
        self._partner = self._masked = False
        self._mark(start_us)

    def _mark(self, now_us: int) -> None:
        self._marks.append((now_us, self._partner, self._masked))

    def partner(self, there: bool, now_us: int) -> None:
        if there != self._partner:
            self._partner = there
            self._mark(now_us)

    def mask(self, masked: bool, now_us: int) -> None:
        if masked != self._masked:
            self._masked = masked
            self._mark(now_us)

    def stop(self, now_us: int) -> tuple[int, int]:
        """Writes the file; returns its length in milliseconds and its size in bytes.

        The folder is made when it is missing; a folder that cannot be written makes a length of 0 and a size of 0.
        """
        ms = (now_us - self.start_us) // 1000
        return write_wav(self.path, self.stereo, ms, self.style, self._segments(now_us))

    def _segments(self, now_us: int) -> list[tuple[int, bool, bool]]:
        """(frames, own side sounds, other side sounds), in order."""
        out = []
        ends = [mark[0] for mark in self._marks[1:]] + [now_us]
        done = 0
        for (_, partner, masked), end_us in zip(self._marks, ends, strict=True):
            until = (end_us - self.start_us) * RATE // 1_000_000
            out.append((until - done, not masked, partner and not masked))
            done = until
        return out


def write_wav(path: str, stereo: bool, ms: int, style: str, segments: list[tuple[int, bool, bool]]) -> tuple[int, int]:
    """Writes one WAV file of ``ms`` milliseconds. Returns (milliseconds, bytes)."""
    channels = 2 if stereo else 1
    frames = sum(count for count, _, _ in segments)
    size = frames * 2 * channels
    if style == "none":
        return ms, 44 + size
    head = HEADER.pack(
        b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, channels, RATE, RATE * 2 * channels, 2 * channels, 16, b"data", size
    )
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            file.write(head)
            if style == "sparse":
                file.truncate(44 + size)
                return ms, 44 + size
            for count, own, partner in segments:
                second = _second(stereo, own, partner)
                whole, rest = divmod(count, RATE)
                for _ in range(whole):
                    file.write(second)
                file.write(second[: rest * 2 * channels])
    except OSError:
        return 0, 0
    return ms, 44 + size


@functools.cache
def _second(stereo: bool, own: bool, partner: bool) -> bytes:
    """One second of sound; both tones fit a whole number of times into it, so that seconds join without a click."""
    left = _tone(OWN_HZ) if own else [0] * RATE
    if not stereo:
        mixed = [a + b for a, b in zip(left, _tone(PARTNER_HZ), strict=True)] if partner else left
        return array.array("h", mixed).tobytes()
    right = _tone(PARTNER_HZ) if partner else [0] * RATE
    samples = array.array("h", bytes(4 * RATE))
    samples[0::2] = array.array("h", left)
    samples[1::2] = array.array("h", right)
    return samples.tobytes()


@functools.cache
def _tone(hz: int) -> list[int]:
    return [round(6000 * math.sin(2 * math.pi * hz * i / RATE)) for i in range(RATE)]
