"""What a look at a recording's file tells: size, checksum, and the length by the file's size, whatever its header claims."""

from __future__ import annotations

import hashlib
import wave
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_server.features.recordings.files import CHUNK, look, wav_length_ms

KILLED = bytes.fromhex(
    "52494646 08000000 57415645 666d7420 10000000 0100 0200 401f0000 007d0000 0400 1000 64617461 00000000".replace(" ", "")
)
"""The header of a stereo recording of FreeSWITCH 1.10.12 that was killed (SIGKILL) while it recorded."""


def wav(path: Path, ms: int, rate: int = 8000, channels: int = 2) -> bytes:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(ms * rate // 1000 * 2 * channels))
    return path.read_bytes()


@pytest.mark.parametrize(("rate", "channels"), [(8000, 2), (8000, 1), (16000, 1), (48000, 2)])
def test_a_whole_file(tmp_path: Path, rate: int, channels: int) -> None:
    content = wav(tmp_path / "a.wav", 45_020, rate, channels)
    assert len(content) > CHUNK or (rate, channels) == (8000, 1)
    seen = look(tmp_path / "a.wav")
    assert seen is not None
    assert (seen.size, seen.sha256, seen.length_ms) == (len(content), hashlib.sha256(content).hexdigest(), 45_020)


def test_a_file_that_the_switch_did_not_close() -> None:
    assert wav_length_ms(KILLED, 196_652) == 6144
    assert wav_length_ms(KILLED, 44) == 0


def test_a_file_that_was_cut(tmp_path: Path) -> None:
    content = wav(tmp_path / "a.wav", 10_000)
    (tmp_path / "a.wav").write_bytes(content[: 44 + 32 * 4_000])
    seen = look(tmp_path / "a.wav")
    assert seen is not None
    assert seen.length_ms == 4_000


def test_chunks_before_the_sound_are_passed_over() -> None:
    title = b"LIST" + (5).to_bytes(4, "little") + b"title" + b"\0"  # odd lengths are padded
    assert wav_length_ms(KILLED[:36] + title + KILLED[36:], len(KILLED) + len(title) + 32_000) == 1000


def test_a_file_with_a_hole_instead_of_sound(tmp_path: Path) -> None:
    with (tmp_path / "a.wav").open("wb") as file:
        file.write(KILLED)
        file.truncate(44 + 32 * 60_000)
    seen = look(tmp_path / "a.wav")
    assert seen is not None
    assert seen.length_ms == 60_000


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF", bytes(50_000), b"RIFF" + b"\1" * 5000, KILLED[:12] + KILLED[36:] + bytes(5000), b"ID3" + bytes(5000)],
)
def test_what_is_no_recording_has_no_length(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    seen = look(tmp_path / "a.wav")
    assert seen is not None
    assert seen.length_ms == 0


def test_what_is_no_file(tmp_path: Path) -> None:
    assert look(tmp_path) is None
    assert look(tmp_path / "absent.wav") is None


@given(st.binary(max_size=200), st.integers(0, 60))
def test_any_bytes_have_a_length(tail: bytes, cut: int) -> None:
    head = KILLED[:cut] + tail
    assert 0 <= wav_length_ms(head, len(head)) <= len(head) * 1000
