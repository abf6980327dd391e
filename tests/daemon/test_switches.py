"""The daemon's side of its switches: who leads, what a daemon that has lost the lead still sends, and the order of things after
a link came back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import gevent
import orjson
import pytest

from cti_server.adapters.clock import SystemClock, boot_s
from cti_server.daemon import switches as module
from cti_server.daemon.switches import Switches
from cti_server.domain import switch as s
from cti_server.engine.kernel.messages import EffectResult, Input, Resync, SwitchEffect, SwitchInput
from cti_server.errors import CtiError
from cti_server.settings import SwitchAddress
from tests.esl.server import PASSWORD, Switch, api_response, json_event, stays_false
from tests.until import until


class WithGlobals(Switch):
    """Keeps global variables; sets one with an expected value only when it fits, and says +OK all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.globals: dict[str, str] = {}
        self.answer = self.keep

    def keep(self, command: str) -> bytes:
        if command.startswith("api global_getvar cti_"):
            return api_response(self.globals.get(command.split()[-1], ""))
        if command.startswith("api global_setvar "):
            name, value, *expected = command.split(" ", 2)[2].split("=")
            if not expected or self.globals.get(name) == expected[0]:
                self.globals[name] = value
            return api_response("+OK")
        return self.usual(command)


class Daemon:
    """What ``Switches`` tells its daemon."""

    def __init__(self, switch: Switch) -> None:
        self.inputs: list[Input] = []
        self.ended: list[str] = []
        address = SwitchAddress("main", switch.host, switch.port, PASSWORD)
        self.switches = Switches([address], SystemClock(), self.inputs.append, self.ended.append, lambda name, details: None)
        self.switches.start(5)

    @property
    def node(self) -> module.Node:
        return self.switches.nodes["main"]

    def heard(self) -> list[str]:
        return [type(i.event).__name__ if isinstance(i, SwitchInput) else type(i).__name__ for i in self.inputs]


@pytest.fixture
def switch() -> Iterator[WithGlobals]:
    server = WithGlobals()
    yield server
    server.stop()


@pytest.fixture
def daemon(switch: WithGlobals) -> Iterator[Callable[[], Daemon]]:
    made: list[Daemon] = []

    def make() -> Daemon:
        made.append(Daemon(switch))
        return made[-1]

    yield make
    for each in made:
        each.switches.stop()


def test_of_two_daemons_that_start_in_one_moment_one_leads(switch, daemon, monkeypatch):
    numbers = iter((17, 4))
    monkeypatch.setattr(module.secrets, "randbelow", lambda below: next(numbers))
    results: dict[int, object] = {}

    def take(number: int, one: Daemon) -> None:
        try:
            results[number] = one.switches.take_over(0)
        except CtiError as error:
            results[number] = error.error_id

    both = [daemon(), daemon()]
    gevent.joinall([gevent.spawn(take, number, one) for number, one in enumerate(both)], timeout=30)
    assert results[0] != results[1]
    until(lambda: "epoch-taken" in results.values() or any(one.ended for one in both))
    deposed = [one.switches.deposed for one in both]
    assert sorted(deposed) == [False, True], "who raised it first may be the one that leads in the end"
    leader = deposed.index(False)
    assert str(results[leader]) == switch.globals["cti_epoch"]
    assert both[leader].ended == []


def test_a_daemon_that_has_lost_the_lead_sends_nothing_more(switch, daemon):
    old = daemon()
    old.switches.take_over(0)
    switch.globals["cti_epoch"] = "999999"
    until(lambda: old.ended)
    assert old.switches.deposed
    before = len(switch.sent("api uuid_kill")) + len(switch.sent("api global_setvar cti_heartbeat"))
    old.switches.beat()
    old.switches.execute(SwitchEffect("e1", "main", "leg", s.KillLeg("leg")))
    until(lambda: [i for i in old.inputs if isinstance(i, EffectResult)])
    assert [(i.ok, i.text) for i in old.inputs if isinstance(i, EffectResult)] == [(False, "fenced")]
    assert stays_false(lambda: len(switch.sent("api uuid_kill")) + len(switch.sent("api global_setvar cti_heartbeat")) > before)


@pytest.mark.parametrize("said", ["999999999", "-ERR", "", "²", "9" * 5000, "\0", "+OK accepted", "4096 "])
def test_one_garbled_answer_about_the_epoch_ends_no_daemon(switch, daemon, said):
    one = daemon()
    epoch = one.switches.take_over(0)
    garbled = [said]
    asked: list[str] = []

    def answer(command: str) -> bytes:
        if command == "api global_getvar cti_epoch":
            asked.append(command)
            if garbled:
                return api_response(garbled.pop())
        return switch.keep(command)

    switch.answer = answer
    until(lambda: len(asked) > 4)
    assert (one.ended, one.switches.deposed) == ([], False)
    assert switch.globals["cti_epoch"] == str(epoch)
    until(lambda: one.node.leads)


def test_a_switch_whose_epoch_is_no_number_gets_ours(switch, daemon):
    switch.globals["cti_epoch"] = "somebody wrote here"
    one = daemon()
    epoch = one.switches.take_over(0)
    assert switch.globals["cti_epoch"] == str(epoch)


def test_with_an_old_read_nothing_goes_out_not_even_what_the_link_holds(switch, daemon):
    """As after a pause of the process: the first thing it sends is a look at the epoch."""
    one = daemon()
    one.switches.take_over(0)
    outcomes: list[s.CommandOutcome] = []
    node = one.node
    node.link.phones.contacts["1001"] = "sofia/internal/sip:1001@127.0.0.1:5070"
    node.link.send(s.Originate("leg-1", "ext:1001", 20, "1", "n", "job-1"), outcomes.append)
    until(lambda: outcomes)
    node.link.send(s.KillLeg("leg-1"), outcomes.append)  # waits for the leg
    if node._reader is not None:
        node._reader.kill()
    node._good_read_s = float("-inf")
    one.switches.beat()
    switch.tell(json_event(Event_Name="CHANNEL_CREATE", Unique_ID="leg-1", Call_Direction="outbound"))
    until(lambda: node.link.held == 1)
    assert node.link.call(s.GetGlobal("cti_epoch")).ok, "looking is always allowed"
    assert switch.sent("api uuid_kill") == switch.sent("api global_setvar cti_heartbeat") == []
    switch.globals["cti_epoch"] = "999999"
    node.hold_epoch()
    until(lambda: len(outcomes) == 2)
    assert (outcomes[1].ok, outcomes[1].text) == (False, "fenced")
    assert switch.sent("api uuid_kill") == switch.sent("api global_setvar cti_heartbeat") == []


SEQUENCE = (
    s.SetVariable("caller", "cti_offer", "leg-9"), s.Execute("caller", "playback", "music", "e1"),
    s.ParkLeg("caller"), s.KillLeg("caller"),
)  # fmt: skip


def outcomes_of(daemon: Daemon) -> list[tuple[bool, str]]:
    return [(i.ok, i.text.strip()[:3]) for i in daemon.inputs if isinstance(i, EffectResult)]


@pytest.mark.parametrize("late_s", [0.8, 1.5])
def test_with_an_epoch_that_is_read_late_everything_goes_out_whole(switch, daemon, late_s):
    """As on a busy machine: each answer to a look at the epoch comes later than a look is good for."""
    one = daemon()
    one.switches.take_over(0)
    keep = switch.answer

    def late(command: str) -> bytes:
        if command == "api global_getvar cti_epoch":
            gevent.sleep(late_s)
        return keep(command)

    switch.answer = late
    until(lambda: not one.node.leads)
    for number, command in enumerate(SEQUENCE):
        one.switches.execute(SwitchEffect(f"e{number}", "main", "caller", command))
    until(lambda: len(outcomes_of(one)) == len(SEQUENCE))
    assert [ok for ok, _ in outcomes_of(one)] == [True] * len(SEQUENCE)
    assert one.switches.counts == {"fenced": 0, "held": len(SEQUENCE)}
    assert one.ended == []


def test_a_read_that_took_too_long_tells_of_the_past_and_is_done_again(switch, daemon, monkeypatch):
    """As of a process that was paused: the answer was there before the pause, and the switch has another leader since."""
    one = daemon()
    one.switches.take_over(0)
    now = [boot_s()]
    monkeypatch.setattr(module, "boot_s", lambda: now[0])
    read, answers = one.node.read_epoch, iter((one.switches.epoch, 999999, 999999))

    def paused(sure: bool = False) -> int:
        now[0] += 30
        return next(answers)

    one.node._good_read_s = float("-inf")
    one.switches.execute(SwitchEffect("e1", "main", "leg", s.KillLeg("leg")))
    one.node.read_epoch = paused  # type: ignore[method-assign]
    until(lambda: one.ended)
    assert outcomes_of(one) == [(False, "fen")]
    assert one.switches.counts["fenced"] == 1
    assert switch.sent("api uuid_kill") == []
    assert read() == one.switches.epoch


def test_a_defect_in_a_link_ends_the_daemon(switch, daemon, monkeypatch):
    one = daemon()
    one.switches.take_over(0)

    def defect(_now: float) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(one.node.link, "_expire", defect)
    until(lambda: one.ended)
    assert one.ended == ["link of switch main: RuntimeError('a defect')"]


def test_a_link_that_comes_back_shows_every_channel_before_what_is_said_next(switch, daemon):
    one = daemon()
    one.switches.take_over(0)
    until(lambda: one.heard() == ["LinkUp"])
    row = {"uuid": "leg-1", "direction": "inbound"}
    switch.answers["api show channels as json"] = orjson.dumps({"row_count": 1, "rows": [row]}).decode()
    dump = {"Event-Name": "CHANNEL_DATA", "Unique-ID": "leg-1", "Call-Direction": "inbound", "Channel-State": "CS_EXECUTE"}
    keep = switch.answer

    def answer(command: str) -> bytes:
        if command.startswith("api uuid_dump"):  # while the daemon looks, the switch goes on talking
            switch.tell(json_event(Event_Name="DTMF", Unique_ID="leg-1", DTMF_Digit="1"))
            return api_response(orjson.dumps(dump).decode())
        return keep(command)

    switch.answer = answer
    switch.drop()
    until(lambda: "Resync" in one.heard())
    until(lambda: one.heard()[-1] == "DigitReceived")
    assert one.heard() == ["LinkUp", "LinkDown", "LinkUp", "Resync", "DigitReceived"]
    (resync,) = [i for i in one.inputs if isinstance(i, Resync)]
    assert [c.leg for c in resync.channels] == ["leg-1"]


def test_a_switch_that_cannot_say_what_lives_there_is_asked_again(switch, daemon, monkeypatch):
    monkeypatch.setattr(module, "RESYNC_AGAIN_S", 0.01)
    one = daemon()
    one.switches.take_over(0)
    keep, refused = switch.answer, []

    def answer(command: str) -> bytes:
        if command.startswith("api show channels") and len(refused) < 3:
            refused.append(command)
            return api_response("-ERR no database")
        return keep(command)

    switch.answer = answer
    switch.drop()
    until(lambda: "Resync" in one.heard())
    assert len(refused) == 3


def test_a_switch_that_never_says_what_lives_there_gets_a_new_link(switch, daemon, monkeypatch):
    monkeypatch.setattr(module, "RESYNC_AGAIN_S", 0.01)
    one = daemon()
    one.switches.take_over(0)
    keep = switch.answer
    switch.answer = lambda command: api_response("-ERR no") if command.startswith("api show channels") else keep(command)
    switch.drop()
    until(lambda: one.heard().count("LinkDown") == 2)
    assert "Resync" not in one.heard()
    switch.answer = keep
    until(lambda: one.heard()[-1] == "Resync")


def test_a_leg_that_the_switch_does_not_list_but_has_is_shown(switch, daemon):
    one = daemon()
    one.switches.take_over(0)
    one.switches.legs_on = lambda node: ["leg-1", "leg-2"]
    dump = {"Event-Name": "CHANNEL_DATA", "Unique-ID": "leg-1", "Call-Direction": "inbound", "Channel-State": "CS_EXECUTE"}
    keep = switch.answer

    def answer(command: str) -> bytes:
        if command == "api uuid_dump leg-1 json":
            return api_response(orjson.dumps(dump).decode())
        return api_response("-ERR No such channel!") if command.startswith("api uuid_dump") else keep(command)

    switch.answer = answer
    switch.drop()
    until(lambda: "Resync" in one.heard())
    (resync,) = [i for i in one.inputs if isinstance(i, Resync)]
    assert [c.leg for c in resync.channels] == ["leg-1"]


def test_a_switch_whose_link_comes_up_during_the_take_over_is_led_too(switch, daemon):
    one = daemon()
    raise_epoch, other = one.node.raise_epoch, WithGlobals()
    late = module.Node(SwitchAddress("late", other.host, other.port, PASSWORD), one.switches, SystemClock())

    def meanwhile(epoch: int) -> bool:
        one.switches.nodes["late"] = late
        late.start()
        until(lambda: late.link.linked)
        return raise_epoch(epoch)

    one.node.raise_epoch = meanwhile  # type: ignore[method-assign]
    epoch = one.switches.take_over(0)
    until(lambda: late.leads)
    assert other.globals["cti_epoch"] == str(epoch)
    other.stop()


def test_a_heartbeat_waits_for_the_next_look_at_the_epoch(switch, daemon):
    """On a busy machine the last look is often too old; a heartbeat that is dropped then looks like a dead daemon."""
    one = daemon()
    one.switches.take_over(0)
    until(lambda: one.node.leads)
    one.node._good_read_s = float("-inf")
    one.switches.beat()
    until(lambda: "cti_heartbeat" in switch.globals)
