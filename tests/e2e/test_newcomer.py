"""A newcomer on a real switch: from an empty centre by its page alone to a call that was taken with the page's own phone."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import fsconf
from scripts.run import Centre
from scripts.stack import free_ports
from tests.browser.chromium import chromium, node, run_scenario
from tests.e2e.test_real_call import CALLER, HERE, TONE_HZ
from tests.e2e.voice import Voice
from tests.fixtures_switch import PrivateSwitch, freeswitch_binary

NUMBER = "4008001000"
LIMIT_S = 180

pytestmark = [pytest.mark.switch, pytest.mark.browser, pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[tuple[Centre, PrivateSwitch]]:
    """An empty centre on a switch that has a trunk and no phone."""
    binary = freeswitch_binary()
    chromium()
    node()
    port = free_ports(1)[0]
    switch = PrivateSwitch(binary, phones=(), directory_url=f"http://127.0.0.1:{port}/switch/directory")
    switch.daemon_alive = False
    settings = {
        **fsconf.environment(switch.plan, f"ws://127.0.0.1:{switch.ws_port}"),
        "CTI_DATA_DIR": str(tmp_path / "data"),
        "CTI_HTTP_PORT": str(port),
    }
    running = Centre(settings, switch=f"esl://127.0.0.1:{switch.esl_port}", empty=True)
    try:
        running.start()
        yield running, switch
    finally:
        running.stop()
        switch.stop()
        shutil.rmtree(switch.folder, ignore_errors=True)


def test_a_newcomer_takes_the_first_call(centre: tuple[Centre, PrivateSwitch]) -> None:
    running, switch = centre
    voice = Voice(TONE_HZ)
    voice.start()
    scenario = switch.folder / "newcomer.xml"
    scenario.write_text((HERE / "caller.xml").read_text("utf-8").replace("[voice_port]", str(voice.port)), "utf-8")
    caller = [
        "sipp", "-sf", str(scenario), "-m", "1", "-s", NUMBER, "-key", "caller_name", "Anna", "-key", "caller", CALLER,
        "-i", switch.host, "-mi", switch.host, "-p", str(free_ports(1)[0]), "-nostdin",
        f"{switch.host}:{switch.external_port}",
    ]  # fmt: skip
    more = {"CTI_LINK": running.link, "CTI_CALLER": json.dumps(caller)}
    pictures = os.environ.get("CTI_PICTURES", "")
    print(run_scenario("newcomer.mjs", "first_call", running.settings.url, pictures, LIMIT_S, **more))
    voice.stop()
    assert sum(level > 0.01 for level in voice.heard) > 10, "the caller hears music, and the agent's microphone"
    (file,) = [path for path in switch.recordings.rglob("*.wav") if path.stat().st_size > 44]
    assert file.stat().st_size > 8_000, "half a second of both voices"
    switch.wait(lambda: not switch.channels(), 5, "an empty list, which lags behind")
