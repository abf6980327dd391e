"""Prompts and hold music: the right format, made once, made again when something changed."""

from __future__ import annotations

import array
import itertools
import shutil
import wave

import pytest

from scripts import prompts
from tests.fixtures import missing

TABLE = {
    "voices": {"zh": {"voice": "cmn", "speed": 165}, "en": {"voice": "en-gb", "speed": 155}},
    "prompts": {"hello": {"zh": "您好", "en": "Hello"}, "bye": {"zh": "再见", "en": "Goodbye"}},
}


def sound_of(path):
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        return array.array("h", file.readframes(file.getnframes()))


def test_tones_are_made_once_and_differ(tmp_path):
    made = prompts.build(TABLE, tmp_path, None)
    assert sorted(made) == ["en/bye.wav", "en/hello.wav", "moh/calm.wav", "zh/bye.wav", "zh/hello.wav"]
    assert prompts.build(TABLE, tmp_path, None) == []
    sounds = {sound_of(tmp_path / name).tobytes() for name in made}
    assert len(sounds) == 5
    changed = {**TABLE, "prompts": {"hello": {"zh": "你好", "en": "Hello"}}}
    assert prompts.build(changed, tmp_path, None) == ["zh/hello.wav"]
    (tmp_path / "moh/calm.wav").unlink()
    assert prompts.build(changed, tmp_path, None) == ["moh/calm.wav"]


def test_the_music_neither_clips_nor_clicks_where_it_goes_round(tmp_path):
    track = prompts.music()
    assert max(map(abs, track)) <= 1.0
    assert abs(track[-1] - track[0]) < 0.2
    steps = [abs(b - a) for a, b in itertools.pairwise(track)]
    assert max(steps) < 0.9
    assert prompts.pitch("A4") == 440.0
    assert round(prompts.pitch("C4"), 2) == 261.63


def test_speech_with_espeak(tmp_path):
    espeak = shutil.which("espeak-ng")
    if not espeak:
        missing("espeak-ng (apt install espeak-ng)")
    assert len(prompts.build(TABLE, tmp_path, espeak)) == 5
    sound = sound_of(tmp_path / "zh/hello.wav")
    assert len(sound) > 2000
    assert max(sound) > 1000
    assert prompts.build(TABLE, tmp_path, espeak) == []
    assert len(prompts.build(TABLE, tmp_path, None)) == 4, "tones replace speech when espeak-ng is gone"


def test_a_table_that_is_not_there_or_no_yaml_says_so(tmp_path, capsys):
    assert prompts.main(["--table", str(tmp_path / "none.yaml"), "--out", str(tmp_path)]) == 2
    assert "name it with --table" in capsys.readouterr().err
    (tmp_path / "bad.yaml").write_text("{", "utf-8")
    with pytest.raises(prompts.CtiError, match="no-prompts"):
        prompts.read_table(tmp_path / "bad.yaml")


def test_a_speaker_that_fails_says_so():
    with pytest.raises(prompts.CtiError, match="espeak-ng -v cmn failed"):
        list(prompts.speech("/bin/false", "x", "cmn", 100))
