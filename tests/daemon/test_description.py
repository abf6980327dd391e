"""What a switch says of itself for `cti doctor`."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from cti_server.daemon.description import MODULES, Zombies, describe, one_ms_timer, watchdog
from cti_server.domain.switch import Api, CommandOutcome, GetGlobal, LegExists, ProbeExpansion, SwitchCommand

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
        return CommandOutcome(True, self.answers.get(command.name, "-ERR no"))


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
            "callid_as_uuid": None, "room_profile": None, "open_trunks": None, "certs_dir": "",
        },
        "watchdog": {"ran_age_s": 1.0, "heartbeat_age_s": 2.0},
    }  # fmt: skip


@pytest.mark.parametrize("value", ["true", "yes", "on", "1", "false"])
def test_a_caller_who_chooses_the_id_of_its_leg_is_seen(value: str) -> None:
    profile = f'<profile name="external"><param name="inbound-use-callid-as-uuid" value="{value}"></param></profile>'
    assert describe(Told(status=STATUS, xml_locate=profile), lambda: 5)["settings"]["callid_as_uuid"] is (value != "false")
    assert describe(Told(status=STATUS, xml_locate="<profile/>"), lambda: 5)["settings"]["callid_as_uuid"] is False


@pytest.mark.parametrize(("profiles", "there"), [("default", False), ("default cti", True), ("", False)])
def test_a_switch_without_the_profile_of_rooms_is_seen(profiles: str, there: bool) -> None:
    rows = "".join(f'<profile name="{name}"></profile>' for name in profiles.split())
    found = f'<configuration name="conference.conf"><profiles>{rows}</profiles></configuration>'
    assert describe(Told(status=STATUS, xml_locate=found), lambda: 5)["settings"]["room_profile"] is there


def test_trunks_without_an_account_are_named() -> None:
    states = {"line": "REGED", "open": "NOREG", "trying": "TRYING", "also": "NOREG"}
    rows = "".join(f"<gateway><name>{name}</name><state>{state}</state></gateway>" for name, state in states.items())
    assert describe(Told(status=STATUS, sofia=f"<gateways>{rows}</gateways>"), lambda: 5)["settings"]["open_trunks"] == [
        "also",
        "open",
    ]


class Listed:
    """A link to a switch that lists legs and denies some of them."""

    def __init__(self, listed: list[str], denied: set[str]) -> None:
        self.listed, self.denied, self.asked = listed, denied, 0

    def legs(self) -> list[str]:
        return list(self.listed)

    def call(self, command: LegExists) -> CommandOutcome:
        self.asked += 1
        return CommandOutcome(True, "false" if command.leg in self.denied else "true")


def test_sessions_that_are_listed_and_do_not_exist() -> None:
    switch, zombies = Listed([f"leg-{n}" for n in range(120)], {"leg-7", "leg-99", "ends"}), Zombies()
    switch.listed.append("ends")
    found = []
    for look in range(4):
        found = zombies.look(switch)  # type: ignore[arg-type]
        if look == 1:
            switch.listed.remove("ends")  # it was only ending
    assert found == ["leg-7", "leg-99"]
    assert switch.asked <= 4 * 50, "a full switch is not asked for every leg at once"
    switch.listed.remove("leg-7")
    assert zombies.look(switch) == ["leg-99"]  # type: ignore[arg-type]


def test_a_switch_without_our_scripts_has_no_watchdog() -> None:
    assert watchdog(Told(strepoch="1800"), "main") == {"ran_age_s": None, "heartbeat_age_s": None}
    assert watchdog(Told(strepoch="-ERR"), "main") == {"ran_age_s": None, "heartbeat_age_s": None}


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
