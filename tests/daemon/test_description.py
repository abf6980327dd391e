"""What a switch says of itself for `cti doctor`."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from cti_server.daemon.description import MODULES, describe, one_ms_timer, watchdog
from cti_server.domain.switch import Api, CommandOutcome, GetGlobal, ProbeExpansion, SwitchCommand

CONF = Path(__file__).resolve().parents[2] / "freeswitch/conf/autoload_configs/modules.conf.xml"
NOT_FOR_CALLS = {"mod_console", "mod_logfile", "mod_xml_curl"}
STATUS = """FreeSWITCH (Version 1.10.12 64bit) is ready
5 session(s) - peak 9
1 session(s) per Sec out of max 300
12000 session(s) max"""


class Told:
    """A link on which a switch answers from a list."""

    node = "main"

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.clock = iter(range(7_000_000, 8_000_000, 3_001))

    def call(self, command: SwitchCommand, deadline_s: float = 10.0) -> CommandOutcome:
        if isinstance(command, GetGlobal):
            return CommandOutcome(True, self.answers.get(command.name, ""))
        if isinstance(command, ProbeExpansion):
            return CommandOutcome(False, "-ERR no")
        assert isinstance(command, Api)
        if command.name == "strmicroepoch":
            return CommandOutcome(True, str(next(self.clock)))
        if command.name == "module_exists":
            return CommandOutcome(True, "true" if command.argument in MODULES else "false")
        return CommandOutcome(True, self.answers[command.name])


def test_the_modules_are_those_that_the_shipped_configuration_loads() -> None:
    loaded = {load.get("module") for load in etree.parse(str(CONF)).iter("load")}
    assert set(MODULES) == loaded - NOT_FOR_CALLS


def test_a_whole_description() -> None:
    said = describe(Told(status=STATUS, strepoch="1800", cti_watchdog_ran="1799", cti_heartbeat_seen="77@1798"), lambda: 5)
    assert isinstance(said["settings"].pop("clock_ahead_ms"), int)
    assert said == {
        "modules": dict.fromkeys(MODULES, True),
        "settings": {
            "one_ms_timer": True, "api_expansion": False, "max_sessions": 12000, "sps": 300, "version": "1.10.12",
        },
        "watchdog": {"ran_age_s": 1.0, "heartbeat_age_s": 2.0},
    }  # fmt: skip


def test_a_switch_without_our_scripts_has_no_watchdog() -> None:
    assert watchdog(Told(strepoch="1800")) == {"ran_age_s": None, "heartbeat_age_s": None}
    assert watchdog(Told(strepoch="-ERR")) == {"ran_age_s": None, "heartbeat_age_s": None}


@pytest.mark.parametrize(
    ("clock", "fine"),
    [
        ([100, 3_091, 6_083, 9_086], True),
        ([4_871, 4_871, 4_871, 24_842, 24_842], False),
        ([0, 20_002, 39_995, 40_001], False),
        ([0, 17_000, 37_000], True),
        ([], None),
    ],
)
def test_the_step_of_the_switchs_clock(clock: list[int], fine: bool | None) -> None:
    assert one_ms_timer(clock) is fine
