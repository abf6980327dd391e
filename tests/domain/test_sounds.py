"""What the switch may play: its own streams, and what lies in its folder of prompts."""

from __future__ import annotations

import pytest

from cti_server.domain.sounds import is_below, is_stream

FOLDER = "/usr/share/cti/prompts"


@pytest.mark.parametrize(
    "sound",
    [
        "local_stream://moh",
        "local_stream://moh/8000",
        "silence_stream://-1",
        "silence_stream://1000,1400",
        "tone_stream://%(1000,0,440);loops=-1",
        "tone_stream://v=-7;%(100,0,941.0,1477.0)",
        "tone_stream://L=3;%(100, 100, 350, 440)",
    ],
)
def test_streams_of_the_switch(sound: str) -> None:
    assert is_stream(sound)
    assert not is_below(FOLDER, sound)


@pytest.mark.parametrize(
    "sound",
    [
        "",
        "/etc/passwd",
        "../../etc/passwd",
        "file:///etc/passwd",
        "http://10.0.0.1/x.wav",
        "https://10.0.0.1/x.wav",
        "shout://10.0.0.1/x",
        "local_stream://",
        "local_stream://../x",
        "local_stream://moh!/etc/passwd",
        "{a=b}local_stream://moh",
        "tone_stream://path=/etc/passwd",
        "TONE_STREAM://PATH=x",
        "tone_stream://%(1,0,440)!/etc/passwd",
        "silence_stream://x",
        "say:x",
        "phrase:x",
        FOLDER,
        f"{FOLDER}/",
        f"{FOLDER}/../x.wav",
        f"{FOLDER}/zh/../../x.wav",
        f"{FOLDER}/zh/./x.wav",
        f"{FOLDER}/.hidden/x.wav",
        f"{FOLDER}//x.wav",
        f"{FOLDER}/zh/x.txt",
        f"{FOLDER}2/x.wav",
        "/x.wav",
    ],
)
def test_nothing_else(sound: str) -> None:
    assert not is_stream(sound)
    assert not is_below(FOLDER, sound)


@pytest.mark.parametrize("name", ["x.wav", "zh/queue_repair.wav", "zh/8000/a.b-1.wav"])
def test_files_of_the_folder(name: str) -> None:
    assert is_below(FOLDER, f"{FOLDER}/{name}")
    assert not is_stream(f"{FOLDER}/{name}")
