"""Any sound as mono wav files of 16 bits, at 8 and at 16 kHz: no switch has to convert while it plays.

``python -m cti_server.features.prompts.sound`` reads one from stdin and writes a line of JSON, then the files. It runs as a
process of its own, with little memory and time: a decoder that a hostile file kills takes nobody with it.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import wave
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cti_server import programs
from cti_server.features.prompts.contract import RATES, BadSound

LIMIT_S, LIMIT_CPU_S, LIMIT_BYTES = 180, 60, 3 << 30
SHORTEST_S, LONGEST_S = 0.2, 240
SILENT = 0.002
"""Of full scale: nobody hears that."""
LOUDEST = 0.98


@dataclass(frozen=True, slots=True)
class Converted:
    length_ms: int
    files: tuple[bytes, ...]
    """By RATES."""


def convert(raw: bytes) -> Converted:
    """Raises BadSound."""
    try:
        done = programs.run_module(__name__, raw, limit_s=LIMIT_S)
    except TimeoutError as error:
        raise BadSound(f"it took more than {LIMIT_S} s to read") from error
    head, _, body = done.said.partition(b"\n")
    told: dict[str, Any] = json.loads(head) if done.code == 0 and head else {"problem": "it cannot be read as a sound"}
    if "problem" in told:
        raise BadSound(told["problem"])
    if len(body) != sum(told["sizes"]):
        raise BadSound("it cannot be read as a sound")
    cuts = [sum(told["sizes"][:at]) for at in range(len(told["sizes"]) + 1)]
    return Converted(told["length_ms"], tuple(body[one:other] for one, other in pairwise(cuts)))


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_CPU_S, LIMIT_CPU_S))
    told: dict[str, Any]
    files: list[bytes] = []
    try:
        length_ms, files = _converted(sys.stdin.buffer.read())
        told = {"length_ms": length_ms, "sizes": [len(one) for one in files]}
    except BadSound as error:
        told = {"problem": error.message}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + b"".join(files))


def _converted(raw: bytes) -> tuple[int, list[bytes]]:
    import numpy as np  # here only: the process that asks needs neither
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(raw)) as file:
            rate, frames = file.samplerate, file.frames
            if not SHORTEST_S <= frames / rate <= LONGEST_S:
                raise BadSound(f"it is {frames / rate:.1f} s long: must be {SHORTEST_S} to {LONGEST_S} s")
            samples = file.read(dtype="float32", always_2d=True).mean(axis=1)
    except (soundfile.SoundFileError, RuntimeError, ValueError, MemoryError) as error:
        raise BadSound(f"it cannot be read as a sound: {' '.join(str(error).rpartition(': ')[2].split())[:200]}") from error
    if not np.isfinite(samples).all() or np.abs(samples).max(initial=0) < SILENT:
        raise BadSound("it is silent")
    spectrum = np.fft.rfft(samples)
    made = []
    for wanted in RATES:
        count = round(len(samples) * wanted / rate)
        heard = np.fft.irfft(spectrum[: count // 2 + 1], count) * (count / len(samples))
        heard *= min(1.0, LOUDEST / max(float(np.abs(heard).max(initial=0)), 1e-9))
        made.append(_wav((heard * 32767).astype("<i2").tobytes(), wanted))
    return round(len(samples) * 1000 / rate), made


def _wav(samples: bytes, rate: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return out.getvalue()


if __name__ == "__main__":
    _main()
