"""How long a sound lasts. A sound is a file, a tone, silence, the hold music, or a list of them; none of it is played."""

from __future__ import annotations

import re
import wave
from pathlib import Path

ENDLESS = -1
MISSING = -2
UNKNOWN_FORMAT_MS = 3000  # a file that exists and is not a WAV
_TONE = re.compile(r"%\(([\d.]+),([\d.]+)[^)]*\)")
_LOOPS = re.compile(r"(?:^|;)(?:loops|L)=(-?\d+)")


def sound_ms(path: str, sound_folder: str = "") -> int:
    """Milliseconds of ``path``, ENDLESS or MISSING. Relative files are looked for in ``sound_folder``."""
    path = re.sub(r"^\{[^}]*\}", "", path.strip())
    scheme, _, rest = path.partition("://")
    if not rest:
        return _file_ms(path, sound_folder)
    return _SCHEMES[scheme](rest, sound_folder) if scheme in _SCHEMES else MISSING


def _silence_ms(rest: str, _folder: str) -> int:
    first = re.split(r"[,;]", rest)[0]
    try:
        ms = int(first)
    except ValueError:
        return MISSING
    return ENDLESS if ms < 0 else ms


def _tone_ms(rest: str, _folder: str) -> int:
    once = sum(float(on) + float(off) for on, off in _TONE.findall(rest))
    if not once:
        return MISSING
    match = _LOOPS.search(rest)
    loops = int(match.group(1)) if match else 1
    return ENDLESS if loops < 0 else round(once * max(loops, 1))


def _list_ms(rest: str, folder: str) -> int:
    total = 0
    for part in rest.split("!"):
        ms = sound_ms(part, folder)
        if ms < 0:
            return ms
        total += ms
    return total


def _file_ms(path: str, folder: str) -> int:
    file = Path(path) if path.startswith("/") else Path(folder) / path
    if not path or not file.is_file():
        return MISSING
    try:
        with wave.open(str(file), "rb") as sound:
            return round(sound.getnframes() * 1000 / sound.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        return UNKNOWN_FORMAT_MS


def speech_ms(text: str) -> int:
    """How long a voice takes for ``text``: about 60 ms a Latin letter, 220 ms a Chinese character, 150 ms around it."""
    wide = sum(1 for char in text if ord(char) > 0x2E7F)
    return 150 + 220 * wide + 60 * (len(text) - wide)


_SCHEMES = {
    "silence_stream": _silence_ms,
    "tone_stream": _tone_ms,
    "file_string": _list_ms,
    "local_stream": lambda _rest, _folder: ENDLESS,
    "file": _file_ms,
}
