"""Sounds for tests: a tone as any kind of file."""

from __future__ import annotations

import io
import math
import struct
import wave


def tone(seconds: float = 0.5, rate: int = 8000, hertz: int = 440, level: float = 0.5) -> bytes:
    """A mono wav of 16 bits."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        count = int(seconds * rate)
        file.writeframes(
            b"".join(struct.pack("<h", int(32767 * level * math.sin(2 * math.pi * hertz * at / rate))) for at in range(count))
        )
    return out.getvalue()
