"""The whole of it on a real switch: a caller (SIPp) with a hostile name, the IVR, the queue, the agent's page (Chromium) with its
web phone, hold, the recording with both voices on their channels, and the books."""

from __future__ import annotations

import array
import contextlib
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts import fsconf
from scripts.run import Centre
from scripts.stack import free_ports
from tests.browser.chromium import chromium, node, run_scenario
from tests.e2e.voice import Voice
from tests.fixtures_switch import PrivateSwitch, Sipp, freeswitch_binary

HERE = Path(__file__).parent
CALLER = "13800138000"
TONE_HZ = 440
LIMIT_S = 240

pytestmark = [pytest.mark.switch, pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Centre, PrivateSwitch]]:
    """A fresh centre on a switch of its own. The phones' passwords come to the switch from the page's directory alone."""
    binary = freeswitch_binary()
    chromium()
    node()
    port = free_ports(1)[0]
    switch = PrivateSwitch(binary, phones=(), directory_url=f"http://127.0.0.1:{port}/switch/directory")
    switch.daemon_alive = False  # the product's own beats
    settings = {
        **fsconf.environment(switch.plan, f"ws://127.0.0.1:{switch.ws_port}"),
        "CTI_DATA_DIR": str(tmp_path_factory.mktemp("real")),
        "CTI_HTTP_PORT": str(port),
    }
    running = Centre(settings, switch=f"esl://127.0.0.1:{switch.esl_port}")
    try:
        running.start()
        yield running, switch
    finally:
        running.stop()
        switch.stop()
        shutil.rmtree(switch.folder, ignore_errors=True)


def call(switch: PrivateSwitch, name: str, voice: Voice) -> Sipp:
    """A call to the service number."""
    scenario = switch.folder / "e2e-caller.xml"
    scenario.write_text((HERE / "caller.xml").read_text("utf-8").replace("[voice_port]", str(voice.port)), "utf-8")
    helper = Sipp(
        "-sf", str(scenario), "-m", "1", "-s", "95598", "-key", "caller_name", name, "-key", "caller", CALLER,
        "-i", switch.host, "-mi", switch.host, "-p", str(free_ports(1)[0]),
        f"{switch.host}:{switch.external_port}", folder=switch.folder,
    )  # fmt: skip
    switch.helpers.append(helper)
    return helper


def passwords(running: Centre) -> str:
    """login -> password, for the scenario."""
    return json.dumps({login["login"]: login["password"] for login in running.logins})


def menu_listens(switch: PrivateSwitch) -> bool:
    return any(row["application"] == "play_and_get_digits" for row in switch.channels())


def loudness(samples: array.array[int], rate: int) -> list[float]:
    """Root mean square of each tenth of a second, 0 to 1."""
    step = rate // 10
    parts = (samples[i : i + step] for i in range(0, len(samples) - step + 1, step))
    return [math.sqrt(sum(s * s for s in part) / step) / 32768 for part in parts]


def share_of_tone(samples: array.array[int], rate: int) -> float:
    """How much of the power of these samples is the caller's tone, 0 to 1: the middle one of their tenths of a second.

    A packet that came late on a busy machine shifts the tone's phase, which spoils its own tenth and no other.
    """
    step = rate // 10
    return statistics.median(_share(samples[at : at + step], rate) for at in range(0, len(samples) - step + 1, step))


def _share(samples: array.array[int], rate: int) -> float:
    power = sum(s * s for s in samples)
    real = sum(s * math.cos(2 * math.pi * TONE_HZ * i / rate) for i, s in enumerate(samples))
    imaginary = sum(s * math.sin(2 * math.pi * TONE_HZ * i / rate) for i, s in enumerate(samples))
    return 2 * (real * real + imaginary * imaginary) / len(samples) / power if power else 0.0


def test_the_doctor_has_nothing_to_say(centre: tuple[Centre, PrivateSwitch]) -> None:
    """The shipped configuration, told to the product by what fsconf wrote: nothing is wrong and nothing unknown."""
    running, switch = centre
    command = [sys.executable, "-m", "scripts.cti.main", "doctor", "--json"]

    def look() -> list[str]:
        done = subprocess.run(command, env=running.environ, capture_output=True, text=True, timeout=60, check=False)
        findings = json.loads(done.stdout)["findings"]
        return [f"{f['component']}: {f['text']}" for f in findings if f["severity"] in ("critical", "unknown")]

    with contextlib.suppress(AssertionError):  # what was asked before the first heartbeat is renewed every 10 s
        switch.wait(lambda: not look(), 30)
    assert look() == []


def test_the_call_of_the_title(centre: tuple[Centre, PrivateSwitch]) -> None:
    running, switch = centre
    trap = switch.folder / "executed"
    name = f"李雷 ${{system(touch {trap})}}"
    voice = Voice(TONE_HZ)
    voice.start()
    caller = call(switch, name, voice)
    switch.wait(lambda: menu_listens(switch), 60, "the menu")
    voice.press(2)
    shown = name.replace("$", "%")  # so the switch itself defuses a display name
    more = {"CTI_PASSWORDS": passwords(running), "CTI_CALLER": CALLER, "CTI_CALLER_NAME": shown}
    pictures = os.environ.get("CTI_PICTURES", "")
    printed = run_scenario(str(HERE / "call.mjs"), "whole_call", running.settings.url, pictures, LIMIT_S, **more)
    found: dict[str, Any] = json.loads(printed.strip().splitlines()[-2])

    row = found["detail"]["call"]
    assert (row["agent"], row["queue"], row["outcome"], row["service_number"]) == ("1001", "repair", "answered", "95598")
    assert (row["number"], row["name"], row["disposition"]) == (CALLER, shown, "resolved")
    assert row["note"] == "已恢复供电 power is back"
    assert row["hold_ms"] > 0
    assert row["talk_ms"] > 7000
    assert found["repair"]["offered"] == found["repair"]["answered"] == 1
    assert (found["repair"]["talk_ms"], found["repair"]["hold_ms"]) == (row["talk_ms"], row["hold_ms"])
    assert found["agent"]["answered"] == 1

    (recording,) = found["detail"]["recordings"]
    files = [path for path in switch.recordings.rglob("*.wav") if path.stat().st_size > 44]
    (path,) = files
    assert (recording["problem"], recording["size"]) == ("", path.stat().st_size)
    with wave.open(str(path)) as sound:
        assert sound.getnchannels() == 2
        rate = sound.getframerate()
        samples = array.array("h", sound.readframes(sound.getnframes()))
    left, right = samples[::2], samples[1::2]
    assert abs(len(left) / rate * 1000 - recording["length_ms"]) < 500
    second = slice(rate * 2, rate * 3)
    assert share_of_tone(left[second], rate) > 0.8, "the caller's tone is on the left"
    assert share_of_tone(right, rate) < 0.2, "and not on the right"
    beeps = sum(level > 0.01 for level in loudness(right, rate))
    assert beeps >= 4, "the agent's microphone is on the right"
    assert caller.wait(20) == 0
    voice.stop()
    assert sum(level > 0.01 for level in voice.heard) > 100, "the caller hears prompts, music and the agent"
    assert not list(switch.folder.rglob(trap.name))
    switch.wait(lambda: not switch.channels(), 5, "an empty list, which lags behind")


@pytest.mark.long
def test_a_page_reloaded_in_a_call_gets_its_caller_back(centre: tuple[Centre, PrivateSwitch]) -> None:
    running, switch = centre
    voice = Voice(TONE_HZ)
    voice.start()
    caller = call(switch, "王芳", voice)
    switch.wait(lambda: menu_listens(switch), 60, "the menu")
    voice.press(2)
    more = {"CTI_PASSWORDS": passwords(running)}
    pictures = os.environ.get("CTI_PICTURES", "")
    printed = run_scenario(str(HERE / "call.mjs"), "reloaded_page", running.settings.url, pictures, LIMIT_S, **more)
    found = json.loads(printed.strip().splitlines()[-2])
    reloaded, heard = found["reloaded"] / 1000, found["heard"] / 1000
    assert heard - reloaded < 15
    assert caller.wait(20) == 0
    voice.stop()
    assert voice.longest_silence_s(reloaded, heard) < 6, "the caller hears music until the agent is back"
    switch.wait(lambda: not switch.channels(), 5, "an empty list, which lags behind")
