"""What the switch may be told to play: its own streams, and files below its folder of prompts. Pure."""

from __future__ import annotations

import re

STREAM = re.compile(
    r"local_stream://[A-Za-z0-9_-]+(/[0-9]+)?"
    r"|silence_stream://(-1|[0-9]+)(,[0-9]+)?"
    r"|tone_stream://(?!path=)[0-9A-Za-z%()=;:,.*#|^+ _-]+",
    re.IGNORECASE,
)
STREAMS = "local_stream://NAME, tone_stream://TONES or silence_stream://-1"
_FILE = re.compile(r"([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.wav")


def is_stream(sound: str) -> bool:
    """One that needs no file; tones are not read from one, either."""
    return STREAM.fullmatch(sound) is not None


def is_below(folder: str, sound: str) -> bool:
    """A wav in the folder or in one below it."""
    return sound.startswith(f"{folder}/") and _FILE.fullmatch(sound[len(folder) + 1 :]) is not None
