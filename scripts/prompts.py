"""Make the prompts and the hold music: ``python -m scripts.prompts --out var/prompts``.

Texts come from prompts/prompts.yaml. With espeak-ng each becomes speech (8 kHz, 16 bit, mono), without it a row of tones that
differs from prompt to prompt, so that everything can be tried and heard. A file is made again only when its text, voice or
maker has changed: OUT/made.json remembers.
"""

from __future__ import annotations

import argparse
import array
import hashlib
import json
import math
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cti_server.domain.yaml_text import load_yaml
from cti_server.errors import CtiError
from scripts.errors import NoPrompts, NoSpeech

ROOT = Path(__file__).resolve().parents[1]
RATE = 8000
PEAK = 0.6 * 32767

# ---------------------------------------------------------------- sound


def write_wav(path: Path, samples: Iterable[float]) -> None:
    """Samples between -1 and 1 as 8 kHz 16 bit mono."""
    data = array.array("h", (int(max(-1.0, min(1.0, s)) * PEAK) for s in samples))
    if sys.byteorder == "big":
        data.byteswap()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with wave.open(str(part), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data.tobytes())
    part.replace(path)


def tones(text: str) -> Iterator[float]:
    """Five soft tones chosen by the text, half a second of silence after them."""
    scale = (392.0, 440.0, 494.0, 587.0, 659.0, 784.0)
    for byte in hashlib.sha256(text.encode()).digest()[:5]:
        frequency = scale[byte % len(scale)]
        length = RATE // 4
        for i in range(length):
            yield 0.5 * math.sin(2 * math.pi * frequency * i / RATE) * math.sin(math.pi * i / length)
    yield from (0.0 for _ in range(RATE // 2))


def speech(espeak: str, text: str, voice: str, speed: int) -> Iterator[float]:
    """espeak-ng's voice, brought down to 8 kHz by averaging over each output sample's time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        command = [espeak, "-v", voice, "-s", str(speed), "-w", str(path), "--stdin"]
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
        if done.returncode or not path.exists():
            why = done.stderr.decode("utf-8", "replace").strip()
            raise NoSpeech(f"espeak-ng -v {voice} failed: {why or done.returncode}")
        with wave.open(str(path), "rb") as file:
            rate, frames = file.getframerate(), array.array("h", file.readframes(file.getnframes()))
    if sys.byteorder == "big":
        frames.byteswap()
    low = _low_pass(frames, 3400, rate)
    step = rate / RATE
    for i in range(int(len(low) / step) - 1):
        place = i * step
        left = int(place)
        yield (low[left] * (1 - place + left) + low[left + 1] * (place - left)) / 32768


def _low_pass(samples: Iterable[int], cutoff: float, rate: int) -> list[float]:
    """Two second-order Butterworth stages: what lies above the telephone's band must go before the rate does."""
    found = [float(s) for s in samples]
    for quality in (0.5412, 1.3066):
        omega = 2 * math.pi * cutoff / rate
        alpha, cosine = math.sin(omega) / (2 * quality), math.cos(omega)
        b0, a0 = (1 - cosine) / 2, 1 + alpha
        x1 = x2 = y1 = y2 = 0.0
        for i, x in enumerate(found):
            y = (b0 * (x + 2 * x1 + x2) + 2 * cosine * y1 - (1 - alpha) * y2) / a0
            x1, x2, y1, y2 = x, x1, y, y1
            found[i] = y
    return found


CHORDS = (("C4", "E4", "G4", "B4"), ("A3", "C4", "E4", "G4"), ("F3", "A3", "C4", "E4"), ("G3", "B3", "D4", "F4"))
MELODY = ("E5", "G5", "B4", "C5", "A4", "E5", "D5", "B4", "C5", "A4", "G4", "E5", "D5", "F5", "B4", "G4")
NOTES = {name: i for i, name in enumerate(("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"))}


def pitch(note: str) -> float:
    """'A4' -> 440.0 Hz."""
    return 440.0 * 2 ** ((NOTES[note[:-1]] - 9) / 12 + int(note[-1]) - 4)


def music(bar_s: float = 2.4) -> list[float]:
    """Two rounds of four soft chords with a plucked tune above them; ends as it begins, so that it can go round."""
    bar = int(bar_s * RATE)
    total = bar * len(CHORDS) * 2
    track = [0.0] * total

    def add(frequency: float, start: int, length: int, loudness: float, fade_in: float, decay_s: float) -> None:
        for i in range(length):
            t = i / RATE
            shape = min(1.0, t / fade_in) * math.exp(-t / decay_s) * min(1.0, (length - i) / (0.05 * RATE))
            wave_ = math.sin(2 * math.pi * frequency * t) + 0.3 * math.sin(4 * math.pi * frequency * t)
            track[(start + i) % total] += loudness * shape * wave_

    for index in range(len(CHORDS) * 2):
        for note in CHORDS[index % len(CHORDS)]:
            add(pitch(note), index * bar, bar, 0.09, 0.35, 3.0)
    beat = bar // 4
    for index in range(len(CHORDS) * 8):
        if index % 8 != 7:  # room to breathe
            note = MELODY[(index * (1 if index < 16 else 5)) % len(MELODY)]
            add(pitch(note), index * beat, beat * 2, 0.16, 0.01, 0.45)
    return track


# ---------------------------------------------------------------- building


def build(table: dict[str, Any], out: Path, espeak: str | None) -> list[str]:
    """Make what is missing or has changed below ``out``; returns the names of the files made."""
    memory_path = out / "made.json"
    memory: dict[str, str] = json.loads(memory_path.read_text("utf-8")) if memory_path.exists() else {}
    made = []
    for name, texts in table["prompts"].items():
        for language, text in texts.items():
            voice = table["voices"][language]
            file = f"{language}/{name}.wav"
            mark = hashlib.sha256(json.dumps([text, voice, bool(espeak)]).encode()).hexdigest()
            if memory.get(file) == mark and (out / file).exists():
                continue
            sound = speech(espeak, str(text), str(voice["voice"]), int(voice["speed"])) if espeak else tones(f"{language}/{name}")
            write_wav(out / file, sound)
            memory[file] = mark
            made.append(file)
    if memory.get("moh/calm.wav") != "1" or not (out / "moh/calm.wav").exists():
        write_wav(out / "moh/calm.wav", music())
        memory["moh/calm.wav"] = "1"
        made.append("moh/calm.wav")
    if made:
        memory_path.write_text(json.dumps(memory, indent=1, sort_keys=True), "utf-8")
    return made


def read_table(file: Path) -> dict[str, Any]:
    """Raises NoPrompts when the file is not there or no YAML."""
    try:
        table: dict[str, Any] = load_yaml(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise NoPrompts(f"there is no {file} with the prompts' texts: name it with --table") from error
    except (OSError, ValueError) as error:
        raise NoPrompts(f"{file}: {error}") from error
    return table


def build_all(out: Path) -> list[str]:
    """Everything of prompts/prompts.yaml below ``out``: speech where espeak-ng is on PATH, else tones."""
    return build(read_table(ROOT / "prompts/prompts.yaml"), out, shutil.which("espeak-ng"))


def main(argv: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.prompts", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=Path("var/prompts"))
    parser.add_argument("--table", type=Path, default=ROOT / "prompts/prompts.yaml")
    parser.add_argument("--tones", action="store_true", help="tones even where espeak-ng is there")
    options = parser.parse_args(None if argv is None else list(argv))
    espeak = None if options.tones else shutil.which("espeak-ng")
    try:
        made = build(read_table(options.table), options.out, espeak)
    except (CtiError, OSError) as error:
        print(f"prompts: {error}", file=sys.stderr)
        return 2
    how = "speech by espeak-ng" if espeak else "tones (install espeak-ng for speech)"
    print(f"{options.out}: {len(made)} files made, {how}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
