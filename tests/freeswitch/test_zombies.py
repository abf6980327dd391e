"""A session that the switch lists and does not have (``uuid_record`` in the moment of a hang-up leaves one): doctor is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import gevent
import pytest

from cti_server.adapters.switch_link import SwitchLink
from cti_server.daemon.description import Zombies
from cti_server.settings import SwitchAddress
from scripts.cti.doctor.switch_checks import _zombies
from tests.fixtures_switch import Esl, PrivateSwitch, freeswitch_binary
from tests.phones import Phone

pytestmark = [pytest.mark.switch, pytest.mark.long]
RACES = 1500  # about one in 150 leaves a session


@pytest.fixture
def spoiled() -> Iterator[PrivateSwitch]:
    """A switch of its own: what is made here stays until it is restarted."""
    switch = PrivateSwitch(freeswitch_binary())
    yield switch
    switch.stop()
    shutil.rmtree(switch.folder, ignore_errors=True)


def race(switch: PrivateSwitch, ends: Esl, count: int) -> bool:
    """Record and hang up one call at once, a little earlier or later each time; is a session of it left?"""
    leg = f"race-{count}"
    assert switch.api(f"originate {{origination_uuid={leg}}}sofia/gateway/carrier/123 &park()").startswith("+OK")
    kill = gevent.spawn_later(count % 60 / 1000, ends.api, f"uuid_kill {leg}")
    gevent.sleep(0.03)
    switch.api(f"uuid_record {leg} start {switch.recordings}/{leg}.wav")
    kill.get()
    return count % 50 == 49 and bool(left(switch))


def left(switch: PrivateSwitch) -> list[str]:
    """The legs that stay listed and do not exist."""
    for _ in range(50):
        found = [row["uuid"] for row in switch.channels()]
        if not found:
            break
        gevent.sleep(0.1)
    return [leg for leg in found if not switch.exists(leg)]


def test_a_session_that_is_listed_and_does_not_exist_is_told(spoiled: PrivateSwitch) -> None:
    link = SwitchLink(SwitchAddress("main", "127.0.0.1", spoiled.esl_port, spoiled.password), lambda event: None)
    link.start()
    ends, zombies = Esl(spoiled.esl_port, spoiled.password), Zombies()
    try:
        spoiled.wait(lambda: link.linked, what="the link")
        with Phone(spoiled.external_port, "carrier", port=spoiled.trunk_port):
            assert spoiled.api("originate {origination_uuid=healthy}sofia/gateway/carrier/123 &park()").startswith("+OK")
            assert [zombies.look(link), zombies.look(link)] == [[], []]
            spoiled.api("uuid_kill healthy")
            assert any(race(spoiled, ends, count) for count in range(RACES)), "no session was left: is this switch mended?"
        wanted = sorted(left(spoiled))
        assert [zombies.look(link), zombies.look(link)] == [[], wanted]
        (told,) = _zombies("switch main", zombies.look(link))
        assert told.severity == "warning"
        assert wanted[0] in told.text
    finally:
        ends.close()
        link.stop()
