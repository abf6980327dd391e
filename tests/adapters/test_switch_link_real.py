"""The link and the encoding of hostile text on a real FreeSWITCH: what arrives is exactly what was given, and nothing runs."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator

import orjson
import pytest

from cti_server.adapters.switch_link import SwitchLink
from cti_server.domain import switch as s
from cti_server.esl.encode import caller_number, caller_text
from cti_server.settings import SwitchAddress
from tests.fixtures_switch import PrivateSwitch
from tests.until import until

PIECES = [
    " ",
    *[
        "a",
        "b",
        "'",
        '"',
        "\\",
        ",",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "|",
        ";",
        "=",
        "&",
        "$",
        "%",
        "^",
        ":",
        "_",
        "n",
        "s",
        "t",
        "r",
        "张",
        "~",
        "<",
        ">",
        "/",
        "@",
        "#",
        "!",
        "é",
        "😀",
        "${",
        "''",
        "\\n",
        "^^",
        ":_:",
    ],
]
HOSTILE = [
    "${strepoch()}",
    "${system(touch cti-was-here)}",
    "a}&hangup()",
    "x,origination_uuid=y",
    '{"a":"b, c"}',
    "it's",
    "a\\nb",
    "张三, \\ ;",
]


@pytest.fixture
def events() -> list[s.SwitchEvent]:
    return []


@pytest.fixture
def link(real_switch: PrivateSwitch, events: list[s.SwitchEvent]) -> Iterator[SwitchLink]:
    address = SwitchAddress("real", real_switch.host, real_switch.esl_port, real_switch.password)
    link = SwitchLink(address, events.append)
    link.start()
    until(lambda: link.linked)
    yield link
    link.stop()


def dump(link: SwitchLink, leg: str) -> dict[str, str]:
    outcome = link.call(s.Api("uuid_dump", f"{leg} json"))
    assert outcome.ok, outcome
    return orjson.loads(outcome.text)


@pytest.fixture
def carrier(real_switch: PrivateSwitch) -> Iterator[None]:
    """The trunk's far end takes every call and says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far_end:
        far_end.bind((real_switch.host, real_switch.trunk_port))
        yield


def ring(link: SwitchLink, events: list[s.SwitchEvent], leg: str, text: str = "") -> s.LegCreated | None:
    """A leg that rings at the trunk with ``text`` as its caller's name and as a variable; None when it was refused."""
    command = s.Originate(leg, "gw:carrier/123", 20, text, text, f"job-{leg}", variables={"cti_v": text})
    outcome = link.call(command)
    if not outcome.ok:
        assert outcome.text.startswith("refused"), (text, outcome)
        return None
    until(lambda: [e for e in events if isinstance(e, s.LegCreated) and e.leg == leg])
    return next(e for e in events if isinstance(e, s.LegCreated) and e.leg == leg)


def values(count: int) -> list[str]:
    rng = random.Random(8)
    return HOSTILE + ["".join(rng.choice(PIECES) for _ in range(rng.randint(1, 9))) for _ in range(count)]


def test_variables_arrive_exactly_or_are_refused(link, events, carrier):
    assert ring(link, events, "var-0")
    exact = 0
    for value in values(150):
        outcome = link.call(s.SetVariable("var-0", "cti_v", value))
        if outcome.ok:
            assert dump(link, "var-0")["variable_cti_v"] == value
            exact += 1
        else:
            assert outcome.text.startswith("refused"), outcome
    assert exact > 50
    assert link.call(s.KillLeg("var-0")).ok


def test_values_of_an_originate_arrive_exactly_or_are_refused(link, events, carrier):
    exact = 0
    for n, value in enumerate(values(80)):
        created = ring(link, events, f"orig-{n}", value)
        if created is None:
            continue
        assert created.cti["cti_v"] == value
        if caller_number(value):  # without a number the switch shows neither
            assert (created.caller_name, created.caller_number) == (caller_text(value), caller_number(value))
        assert link.call(s.KillLeg(created.leg, "ORIGINATOR_CANCEL")).ok
        exact += 1
    assert exact > 15


def test_a_kill_right_behind_the_originate_ends_the_ringing(link, events, carrier):
    outcomes: list[s.CommandOutcome] = []
    for n in range(20):
        link.send(s.Originate(f"quick-{n}", "gw:carrier/123", 20, "1", "x", f"job-{n}"), outcomes.append)
        link.send(s.KillLeg(f"quick-{n}", "ORIGINATOR_CANCEL"), outcomes.append)
    until(lambda: len(outcomes) == 40)
    assert all(outcome.ok for outcome in outcomes)
    until(lambda: sum(isinstance(e, s.LegEnded) and e.cause == "ORIGINATOR_CANCEL" for e in events) == 20)


def test_events_commands_and_outcomes_of_one_leg(link, events, real_switch):
    real_switch.beat()
    real_switch.call("95598", "张三")
    until(lambda: [e for e in events if isinstance(e, s.LegParked)])
    leg = next(e.leg for e in events if isinstance(e, s.LegParked))
    assert link.call(s.Execute(leg, "answer", "", "exec-0")).ok
    assert link.call(s.Execute(leg, "playback", "silence_stream://20", "exec-1", queued=True)).ok
    until(lambda: [e for e in events if isinstance(e, s.ApplicationDone) and e.exec_id == "exec-1"])
    assert link.call(s.LegExists(leg)).text == "true"
    until(lambda: [c for c in link.snapshot().channels if c.leg == leg])  # the switch's list lags
    channel = next(c for c in link.snapshot().channels if c.leg == leg)
    assert (channel.answered, channel.direction, channel.bridged_to) == (True, "inbound", "")
    assert link.call(s.KillLeg(leg, "USER_BUSY")).ok
    until(lambda: [e for e in events if isinstance(e, s.LegEnded) and e.leg == leg and e.cause == "USER_BUSY"])
    assert link.call(s.KillLeg(leg)) == s.CommandOutcome(False, "-ERR No such channel!")
    assert link.call(s.LegExists(leg)).text == "false"


def test_compare_and_set_of_a_global(link):
    name = "cti_test_epoch"
    assert link.call(s.GetGlobal(name)) == s.CommandOutcome(True, "")
    assert link.call(s.SetGlobal(name, "5")).ok
    assert link.call(s.SetGlobal(name, "6", "5")) == s.CommandOutcome(True, "6")
    assert link.call(s.SetGlobal(name, "9", "5")) == s.CommandOutcome(False, "6")


def test_a_trunk_that_does_not_exist_is_told_by_the_job(link, events):
    assert link.call(s.Originate("leg-x", "gw:nosuch/1", 5, "1", "${strepoch()}", "job-x")).ok
    until(lambda: [e for e in events if isinstance(e, s.JobDone) and e.job_id == "job-x" and not e.ok])
    assert link.call(s.KillLeg("leg-x")).text == "-ERR No such channel!"
