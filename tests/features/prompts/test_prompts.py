"""What is uploaded becomes what a switch plays, what is used stays, and a switch is told of what it lacks."""

from __future__ import annotations

import hashlib
import io
import wave

import pytest

from cti_server.features.centre.document import decode_config
from cti_server.features.entities.contract import BadEntry, EntryInUse, NoSuchEntry
from cti_server.features.prompts import sound
from cti_server.features.prompts.contract import BadSound, NoSuchSound, SoundUsed
from cti_server.features.prompts.sql import SqlPrompts
from cti_server.features.publication.contract import PublishRefused
from tests.features.entities.conftest import EVE, Kit
from tests.features.entities.test_entities import FLOW
from tests.features.prompts.sounds import tone

np = pytest.importorskip("numpy")
soundfile = pytest.importorskip("soundfile")


def played(audio: bytes) -> tuple[int, int, int, float, float]:
    """Channels, bytes a sample, rate, the loudest frequency, the level."""
    with wave.open(io.BytesIO(audio)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
        spectrum = np.abs(np.fft.rfft(samples))
        hertz = float(spectrum.argmax() * file.getframerate() / len(samples))
        return file.getnchannels(), file.getsampwidth(), file.getframerate(), hertz, float(np.abs(samples).max())


@pytest.mark.parametrize(("kind", "rate"), [("WAV", 48000), ("FLAC", 44100), ("OGG", 22050), ("MP3", 44100), ("WAV", 8000)])
def test_any_sound_becomes_mono_at_both_rates(kind: str, rate: int) -> None:
    at = np.arange(int(rate * 0.7)) / rate
    stereo = np.stack([0.5 * np.sin(2 * np.pi * 440 * at), 0.3 * np.sin(2 * np.pi * 440 * at)], axis=1)
    raw = io.BytesIO()
    soundfile.write(raw, stereo, rate, format=kind)
    made = sound.convert(raw.getvalue())
    assert abs(made.length_ms - 700) < 60
    for audio, wanted in zip(made.files, (8000, 16000), strict=True):
        channels, width, found, hertz, level = played(audio)
        assert (channels, width, found) == (1, 2, wanted)
        assert abs(hertz - 440) < 4
        assert abs(level - 0.4) < 0.05


def test_what_is_above_the_rate_is_gone_and_what_is_too_loud_is_not_cut() -> None:
    high = sound.convert(tone(rate=44100, hertz=6000, level=0.5))
    assert (played(high.files[0])[4] < 0.01, abs(played(high.files[1])[4] - 0.5) < 0.03) == (True, True)
    assert played(sound.convert(tone(level=1.0)).files[0])[4] <= 0.99


@pytest.mark.parametrize(
    "raw",
    [b"", b"hello", b"RIFF" + b"\0" * 100, tone(0.05), tone(level=0), tone()[:50], b"ID3" + b"\xff" * 5000, b"OggS" + b"\0" * 99],
)
def test_what_is_no_sound_is_refused(raw: bytes) -> None:
    with pytest.raises(BadSound):
        sound.convert(raw)


def test_a_new_version_takes_the_place_of_the_old(both: Kit) -> None:
    prompts = SqlPrompts(both.engine, both.clock)
    both.add("prompts", "offer")
    assert [prompts.put("offer", "zh", tone(hertz=hertz), "eve")["version"] for hertz in (300, 700)] == [1, 2]
    prompts.put("offer", "en", tone(), "adam")
    assert [(one["folder"], one["version"], one["who"]) for one in prompts.sounds("offer")] == [
        ("en", 1, "adam"),
        ("zh", 2, "eve"),
    ]
    assert abs(played(prompts.audio("offer", "zh", 16000))[3] - 700) < 4
    files = prompts.files()
    assert [one["path"] for one in files] == [f"{folder}/{rate}/offer.wav" for folder in ("en", "zh") for rate in (16000, 8000)]
    audio = prompts.audio("offer", "zh", 8000)
    assert files[-1] == {"path": "zh/8000/offer.wav", "size": len(audio), "sha256": hashlib.sha256(audio).hexdigest()}
    for name, folder in (("offer", "music"), ("nothing", "zh")):
        with pytest.raises((BadSound, NoSuchEntry)):
            prompts.put(name, folder, tone(), "eve")  # type: ignore[arg-type]
    for name, folder, rate in (("offer", "music", 8000), ("nobody", "zh", 8000), ("offer", "zh", 11025)):
        with pytest.raises(NoSuchSound):
            prompts.audio(name, folder, rate)
    both.remove("prompts", "offer")
    assert prompts.files() == []
    both.add("prompts", "offer")
    assert len(prompts.files()) == 4, "what comes back has its sounds"


def test_a_sound_is_on_switches_as_long_as_its_prompt_is_in_force(both: Kit) -> None:
    prompts, p = SqlPrompts(both.engine, both.clock), both.publications
    old = both.values("flows", "main_menu")["document"]
    both.add("prompts", "welcome")
    prompts.put("welcome", "zh", tone(), "eve")
    assert len(prompts.files()) == 2, "it is there before it is played"
    assert both.publish() == ()
    first = p.newest_version()
    both.set("flows", "main_menu", None, document={**FLOW, "name": "main_menu"})
    with pytest.raises(SoundUsed):
        prompts.drop("welcome", "zh")  # by what is in force
    both.remove("prompts", "welcome")
    assert len(prompts.files()) == 2
    both.set("flows", "main_menu", None, document=old)
    (fault,) = p.check()
    assert (fault["entity"], "main_menu" in fault["text"]) == ("prompts", True)
    with pytest.raises(PublishRefused):
        p.publish(EVE, "x")
    both.set("flows", "main_menu", None, document={**FLOW, "name": "main_menu"})
    assert (both.publish(), prompts.files()) == ((), [])
    p.roll_back(first, EVE)
    assert len(prompts.files()) == 2


def test_what_is_used_is_not_removed(both: Kit) -> None:
    prompts = SqlPrompts(both.engine, both.clock)
    both.add("prompts", "welcome")
    both.add("prompts", "waltz", kind="music")
    prompts.put("welcome", "zh", tone(), "eve")
    prompts.put("waltz", "music", tone(), "eve")
    with pytest.raises(BadEntry, match="no music is called welcome"):
        both.set("queues", "repair", None, music="welcome")
    both.set("queues", "repair", None, music="waltz")
    with pytest.raises(EntryInUse, match="flow main_menu plays it"):
        both.remove("prompts", "welcome")
    with pytest.raises(EntryInUse, match="queue repair"):
        both.remove("prompts", "waltz")
    with pytest.raises(BadEntry):
        both.set("prompts", "waltz", None, kind="prompt")
    with pytest.raises(SoundUsed):
        prompts.drop("welcome", "zh")
    prompts.put("welcome", "en", tone(), "eve")
    prompts.drop("welcome", "zh")
    assert [one["folder"] for one in prompts.sounds("welcome")] == ["en"]
    both.set("queues", "repair", None, music="silence_stream://-1")
    prompts.drop("waltz", "music")
    both.remove("prompts", "waltz")
    with pytest.raises(NoSuchSound):
        prompts.drop("waltz", "music")


def test_a_queue_plays_its_music_from_the_folder_of_prompts(kit: Kit) -> None:
    kit.add("prompts", "waltz", kind="music")
    kit.set("queues", "repair", None, music="waltz")
    assert kit.publish() == ()
    config = decode_config(kit.publications.newest()[1])
    assert config.queues["repair"].music == f"{config.prompts_dir}/music/waltz.wav"
    assert config.queues["billing"].music == "local_stream://moh"


def test_a_switch_says_what_it_has(both: Kit) -> None:
    prompts = SqlPrompts(both.engine, both.clock)
    assert prompts.switches() == []
    both.add("prompts", "offer")
    prompts.put("offer", "zh", tone(), "eve")
    first, second = prompts.files()
    prompts.has("fs1", [first, {**second, "size": 1}])
    prompts.has("fs2", [first, second])
    told = {one["node"]: (one["has"], one["missing"]) for one in prompts.switches()}
    assert told == {"fs1": (1, ["zh/8000/offer.wav"]), "fs2": (2, [])}
    prompts.put("offer", "zh", tone(hertz=700), "eve")
    prompts.has("fs1", prompts.files())
    assert {one["node"]: one["has"] for one in prompts.switches()} == {"fs1": 2, "fs2": 0}
