"""A caller of whom nothing is heard ends by itself on a real FreeSWITCH: the media timeout, and the session timer of SIP."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

import pytest

from scripts.stack import free_ports
from tests.fixtures_switch import SIPP, PrivateSwitch, Sipp, freeswitch_binary

pytestmark = [pytest.mark.switch, pytest.mark.xdist_group("switch")]

TIMEOUT_S = 2
SPEAKS = '<nop><action><exec rtp_stream="[sound],-1,0,PCMU/8000"/></action></nop>'
SPEAKS_ONCE = '<nop><action><exec rtp_stream="[sound],1,0,PCMU/8000"/></action></nop>'
SAYS_200 = '<recv response="200" rrs="true"/>'


@pytest.fixture(scope="module")
def impatient() -> Iterator[PrivateSwitch]:
    """The shipped configuration with a short media timeout."""
    switch = PrivateSwitch(freeswitch_binary(), media_timeout_ms=str(TIMEOUT_S * 1000))
    yield switch
    switch.stop()
    shutil.rmtree(switch.folder, ignore_errors=True)


def call(switch: PrivateSwitch, **changes: str) -> Sipp:
    """A call with the scenario of every other caller, changed: {word of the scenario: what stands in its place}."""
    second = switch.folder / "second.ulaw"
    second.write_bytes(switch.sound(440).read_bytes()[:8000])
    text = (SIPP / "caller.xml").read_text("utf-8")
    for word, mine in changes.items():
        old = {"speaks": SPEAKS, "offers": "Max-Forwards: 70\nContent-Type", "says_200": SAYS_200}[word]
        assert old in text
        text = text.replace(old, mine)
    file = switch.folder / "changed-caller.xml"
    file.write_text(text.replace("[sound]", str(second)), "utf-8")
    helper = Sipp(
        "-sf", str(file), "-m", "1", "-s", "95598", "-key", "caller_name", "Alice", "-key", "caller", "13800138000",
        "-i", switch.host, "-mi", switch.host, "-p", str(free_ports(1)[0]), "-trace_msg", "-message_file",
        str(switch.folder / "messages.log"), "-message_overwrite", "true",
        f"{switch.host}:{switch.external_port}", folder=switch.folder,
    )  # fmt: skip
    switch.helpers.append(helper)
    return helper


def parked(switch: PrivateSwitch, **changes: str) -> tuple[str, Sipp]:
    """A caller who is parked and answered, as the daemon has them."""
    switch.clear()
    switch.beat()
    switch.esl.events.clear()
    switch.esl.subscribe("CHANNEL_PARK", "CHANNEL_ANSWER", "CHANNEL_HANGUP_COMPLETE")
    helper = call(switch, **changes)
    leg = switch.esl.event("CHANNEL_PARK", variable_cti_dialled="95598")["Unique-ID"]
    switch.esl.execute(leg, "answer")
    switch.esl.event("CHANNEL_ANSWER", Unique_ID=leg)
    return leg, helper


@pytest.mark.parametrize("speaks", ["", SPEAKS_ONCE], ids=["never-heard", "stops"])
@pytest.mark.parametrize("music", [False, True], ids=["silence", "music"])
def test_a_waiting_caller_of_whom_nothing_is_heard_ends(impatient: PrivateSwitch, speaks: str, music: bool) -> None:
    leg, caller = parked(impatient, speaks=speaks)
    began = time.monotonic()
    if music:
        impatient.esl.execute(leg, "playback", "local_stream://moh")
    impatient.wait(lambda: not impatient.exists(leg), 15, "the media timeout")
    ended = impatient.esl.event("CHANNEL_HANGUP_COMPLETE", Unique_ID=leg)
    assert ended["Hangup-Cause"] == "MEDIA_TIMEOUT"
    assert time.monotonic() - began > TIMEOUT_S * 0.9
    assert caller.wait() == 0, "the caller was told"


def test_a_caller_who_is_heard_stays(impatient: PrivateSwitch) -> None:
    leg, _ = parked(impatient)
    until = time.monotonic() + 2.5 * TIMEOUT_S
    impatient.wait(lambda: not impatient.exists(leg) or time.monotonic() > until, 15)
    assert impatient.exists(leg)


def heard(switch: PrivateSwitch) -> str:
    return (switch.folder / "messages.log").read_text(errors="replace")


TIMER = "Supported: timer\nSession-Expires: {}\nMin-SE: 90\nMax-Forwards: 70\nContent-Type"
NEGOTIATED = """<recv response="200" rrs="true"><action>
  <ereg regexp="[0-9]+;refresher=u(ac|as)" search_in="hdr" header="Session-Expires:" check_it="true" assign_to="1"/>
</action></recv><Reference variables="1"/>"""


def test_a_session_timer_is_agreed_on_with_a_carrier_that_wants_one(impatient: PrivateSwitch) -> None:
    """A call whose carrier is gone without a BYE ends when a refresh is not answered."""
    leg, caller = parked(impatient, offers=TIMER.format(600), says_200=NEGOTIATED)
    assert impatient.exists(leg)
    assert "Session-Expires: 600;refresher=" in heard(impatient)
    impatient.api(f"uuid_kill {leg}")
    assert caller.wait() == 0


def test_a_session_timer_that_is_too_short_is_answered_with_ours(impatient: PrivateSwitch) -> None:
    impatient.clear()
    impatient.beat()
    caller = call(impatient, offers=TIMER.replace("Min-SE: 90\n", "").format(60))
    assert caller.wait() != 0
    assert "SIP/2.0 422" in heard(impatient)
    assert "Min-SE: 120" in heard(impatient)
