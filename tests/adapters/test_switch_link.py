"""The link against a switch that does what the test says: order, outcomes, loss, return, phones, snapshots."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import gevent
import orjson
import pytest

from cti_server.adapters import switch_phone_notes, switch_phones, switch_socket
from cti_server.adapters.switch_link import SwitchLink
from cti_server.adapters.switch_probe import LinkTiming, Probe
from cti_server.adapters.switch_socket import EventSocket
from cti_server.domain import switch as s
from cti_server.errors import CtiError
from cti_server.esl.translate import subscription
from cti_server.settings import SwitchAddress
from tests.esl.server import PASSWORD, Switch, api_response, json_event, stays_false
from tests.until import until

QUICK = LinkTiming(
    connect_s=1.0, probe_interval_s=0.05, probe_deadline_s=0.15, tick_s=0.01, retry_first_s=0.01, retry_most_s=0.02
)
CALM = LinkTiming(tick_s=0.01, retry_first_s=0.01, retry_most_s=0.02)
CONTACT = "sofia/internal/sip:1001@10.0.0.5:5060"
REGISTERED = orjson.dumps(
    {
        "row_count": 1,
        "rows": [
            {
                "reg_user": "1001",
                "realm": "pbx",
                "token": "r1",
                "url": CONTACT,
                "expires": "1600",
                "network_ip": "10.0.0.5",
                "network_port": "5060",
            }
        ],
    }
).decode()
GATEWAYS = "<gateways><gateway><name>telco</name><state>NOREG</state><status>UP</status></gateway></gateways>"


class StoppedClock:
    def now_ms(self) -> int:
        return 1_000_000


class Desk:
    """One link and what it told."""

    def __init__(self, switch: Switch, timing: LinkTiming = CALM, password: str = PASSWORD, **options) -> None:
        self.events: list[s.SwitchEvent] = []
        self.outcomes: list[tuple[object, s.CommandOutcome]] = []
        address = SwitchAddress("site1", switch.host, switch.port, password)
        self.link = SwitchLink(address, self.events.append, clock=StoppedClock(), timing=timing, jitter=lambda: 0.5, **options)

    def up(self) -> Desk:
        self.link.start()
        until(lambda: self.link.linked and self.seen(s.LinkUp))
        return self

    def seen(self, kind: type) -> list:
        return [e for e in self.events if isinstance(e, kind)]

    def send(self, key: object, command: s.SwitchCommand, deadline_s: float = 5.0) -> None:
        self.link.send(command, lambda outcome: self.outcomes.append((key, outcome)), deadline_s)

    def outcome(self, key: object) -> s.CommandOutcome:
        until(lambda: any(k == key for k, _ in self.outcomes))
        (found,) = [o for k, o in self.outcomes if k == key]
        return found


@pytest.fixture
def switch() -> Iterator[Switch]:
    server = Switch()
    yield server
    server.stop()


@pytest.fixture
def desk(switch: Switch) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(on: Switch = switch, **options) -> Desk:
        made.append(Desk(on, **options))
        return made[-1]

    yield make
    for each in made:
        each.link.stop()


def originate(leg: str = "leg-1", contact: str = "gw:telco/123") -> s.Originate:
    return s.Originate(leg, contact, 20, "138", "n", f"job-{leg}")


def created(leg: str) -> bytes:
    return json_event(Event_Name="CHANNEL_CREATE", Unique_ID=leg, Call_Direction="outbound")


def register(contact: str, name: str = "register", expires: str = "") -> bytes:
    return json_event(
        Event_Subclass=f"sofia::{name}",
        Event_Name="CUSTOM",
        profile_name="internal",
        from_user="1001",
        realm="pbx",
        contact=contact,
        network_ip="10.0.0.5",
        network_port="5060",
        expires=expires,
    )


# ---------------------------------------------------------------- order


def test_up_then_phones_and_gateways_then_what_came_meanwhile(switch, desk):
    switch.answers["api show registrations as json"] = REGISTERED
    switch.answers["api sofia xmlstatus gateway"] = GATEWAYS
    usual = switch.answer

    def answer(command: str) -> bytes:
        if command.startswith("api sofia"):  # an event while the link still asks
            switch.tell(json_event(Event_Name="DTMF", Unique_ID="u", DTMF_Digit="1"))
        return usual(command)

    switch.answer = answer
    d = desk().up()
    until(lambda: len(d.events) == 4)
    assert d.events == [
        s.LinkUp("site1", 1_000_000, "core-1"),
        s.PhoneRegistered("site1", 0, "1001", "pbx", CONTACT, "10.0.0.5", 5060, "", 600, "r1"),
        s.GatewayChanged("site1", 0, "telco", "NOREG", "UP"),
        s.DigitReceived("site1", 0, "u", "1"),
    ]
    assert d.link.core_uuid == "core-1"
    assert switch.sent("filter") + switch.sent("event") == subscription("core-1")


def test_an_event_that_cannot_be_read_is_counted_and_passed_over(switch, desk):
    d = desk().up()
    switch.tell(b"Content-Length: 3\nContent-Type: text/event-json\n\n[1]" + json_event(Event_Name="DTMF", Unique_ID="u"))
    until(lambda: d.seen(s.DigitReceived))
    assert d.link.unreadable_events == 1


def test_several_switches(switch, desk):
    other = Switch()
    one, two = desk().up(), desk(other).up()
    other.drop()
    until(lambda: two.seen(s.LinkDown))
    assert not one.seen(s.LinkDown)
    assert one.link.call(s.GetGlobal("core_uuid")) == s.CommandOutcome(True, "core-1")
    two.link.stop()
    other.stop()


# ---------------------------------------------------------------- outcomes


def test_many_commands_at_once_each_get_their_own_answer(switch, desk):
    switch.answer = lambda command: api_response(command[4:]) if command.startswith("api n") else switch.usual(command)
    d = desk().up()
    for n in range(500):
        d.send(n, s.Api(f"n{n}"))
    until(lambda: len(d.outcomes) == 500)
    assert d.outcomes == [(n, s.CommandOutcome(True, f"n{n}")) for n in range(500)]


def test_a_command_is_never_answered_from_within_send(switch, desk):
    d = desk()
    d.send("down", s.ParkLeg("a"))
    d.send("wrong", s.ParkLeg("a b"))
    assert d.outcomes == []
    assert d.outcome("down") == s.CommandOutcome(False, "link-down")


def test_refusals(switch, desk):
    open_gate = [True]
    d = desk(can_send=lambda command: open_gate[0]).up()
    d.send("unsafe", s.Execute("a", "set", "x=${system(touch x)}", "e"))
    assert d.outcome("unsafe").text.startswith("refused: ")
    d.send("nobody", originate(contact="ext:4711"))
    assert "USER_NOT_REGISTERED" in d.outcome("nobody").text
    open_gate[0] = False
    d.send("fenced", s.ParkLeg("a"))
    d.link.refuse_held("fenced")
    assert d.outcome("fenced") == s.CommandOutcome(False, "fenced")
    assert not [c for c in switch.commands if "touch" in c or "uuid_transfer" in c]


def test_what_may_not_go_out_now_waits_and_goes_in_its_order(switch, desk):
    open_gate = [False]
    d = desk(can_send=lambda command: open_gate[0] or isinstance(command, s.GetGlobal)).up()
    sequence = [s.SetVariable("a", "cti_offer", "x"), s.SetVariable("a", "cti_queue", "y"), s.ParkLeg("a"), s.KillLeg("b")]
    for number, command in enumerate(sequence):
        d.send(number, command)
    assert d.link.call(s.GetGlobal("core_uuid")).ok, "looking is always allowed"
    assert d.outcomes == []
    assert d.link.held == 4
    open_gate[0] = True
    d.link.release()
    until(lambda: len(d.outcomes) == 4)
    assert all(outcome.ok for _, outcome in d.outcomes)
    sent = [command.split()[1] for command in switch.commands if command.startswith("api uuid_")]
    assert sent == ["uuid_setvar_multi", "uuid_transfer", "uuid_kill"]


def test_a_gate_that_closes_between_two_variables_and_their_message_keeps_the_order(switch, desk):
    open_gate = [True]
    d = desk(can_send=lambda command: open_gate[0]).up()
    d.send(1, s.SetVariable("a", "cti_offer", "x"))
    open_gate[0] = False
    d.send(2, s.ParkLeg("a"))
    assert d.link.held == 2
    open_gate[0] = True
    d.link.release()
    until(lambda: len(d.outcomes) == 2)
    assert [c.split()[1] for c in switch.commands if c.startswith("api uuid_")] == ["uuid_setvar", "uuid_transfer"]


def test_of_a_sequence_that_expired_in_part_nothing_goes_out(switch, desk):
    open_gate = [False]
    d = desk(can_send=lambda command: open_gate[0]).up()
    for name, lane, deadline_s in (("a1", "a", 0.01), ("a2", "a", 5), ("b1", "b", 5), ("a3", "a", 5)):
        d.link.send(s.ParkLeg(name), lambda outcome, name=name: d.outcomes.append((name, outcome)), deadline_s, lane)
    until(lambda: len(d.outcomes) == 1)
    open_gate[0] = True
    d.link.release()
    until(lambda: len(d.outcomes) == 4)
    assert {name: outcome.text for name, outcome in d.outcomes if not outcome.ok} == dict.fromkeys(("a1", "a2", "a3"), "deadline")
    assert switch.sent("api uuid_transfer") == ["api uuid_transfer b1 park inline"]


def test_what_is_held_ends_with_its_link(switch, desk):
    d = desk(can_send=lambda command: False).up()
    d.send("held", s.ParkLeg("a"))
    switch.drop()
    assert d.outcome("held") == s.CommandOutcome(False, "link-down")


def test_a_deadline_and_the_answer_that_comes_after_it(switch, desk):
    d = desk().up()
    commands = switch.sockets[1]
    slow, following = "api uuid_transfer slow park inline", "api uuid_transfer next park inline"
    switch.answers |= {slow: "-ERR answer of slow", following: "+OK answer of next"}
    held: list[bytes] = []

    def answer(command: str) -> bytes:
        if switch.asking is commands and (command == slow or held):
            held.append(switch.usual(command))
            return b"".join(held) if command == following else b""
        return switch.usual(command)

    switch.answer = answer
    d.send("slow", s.ParkLeg("slow"), 0.05)
    assert d.outcome("slow") == s.CommandOutcome(False, "deadline")
    d.send("next", s.ParkLeg("next"))
    assert d.outcome("next") == s.CommandOutcome(True, "+OK answer of next")
    assert len(d.outcomes) == 2


def test_phones_of_another_tenants_realm_are_not_told_of(switch, desk):
    switch.answers["api global_getvar cti_realm_south"] = "10.0.0.9"
    d = desk(tenant="south").up()
    assert d.link.phones.realm == "10.0.0.9"
    assert d.link.phones.contacts == {}
    assert not d.seen(s.PhoneRegistered)


def test_commands_of_several_messages_have_one_outcome(switch, desk):
    switch.answers["api global_getvar cti_epoch"] = "7"
    d = desk().up()
    assert d.link.call(s.SetGlobal("cti_epoch", "7", "6")) == s.CommandOutcome(True, "7")
    assert d.link.call(s.SetGlobal("cti_epoch", "8", "6")) == s.CommandOutcome(False, "7")
    assert d.link.call(s.GetGlobal("cti_epoch")) == s.CommandOutcome(True, "7")


def test_a_lost_link_ends_each_command_once_and_none_is_sent_again(switch, desk):
    d = desk().up()
    switch.frozen = True
    for n in range(20):
        d.send(n, s.ParkLeg(f"leg-{n}"))
    until(lambda: len(switch.sent("api uuid_transfer")) == 20)
    switch.frozen = False
    switch.drop()
    until(lambda: len(d.outcomes) == 20)
    assert {o for _, o in d.outcomes} == {s.CommandOutcome(False, "link-down")}
    until(lambda: len(d.seen(s.LinkUp)) == 2)
    assert d.link.call(s.GetGlobal("core_uuid")).ok
    assert len(switch.sent("api uuid_transfer")) == 20
    assert len(d.outcomes) == 20


# ---------------------------------------------------------------- originate


def test_a_job_may_be_done_before_it_is_accepted(switch, desk):
    def answer(command: str) -> bytes:
        if command.startswith("bgapi"):
            switch.tell(json_event(Event_Name="BACKGROUND_JOB", Job_UUID="job-leg-1", _body="-ERR GATEWAY_DOWN\n"))
        return switch.usual(command)

    switch.answer = answer
    d = desk().up()
    d.send("ring", originate())
    assert d.outcome("ring").ok
    until(lambda: d.seen(s.JobDone))
    assert d.seen(s.JobDone) == [s.JobDone("site1", 0, "job-leg-1", False, "-ERR GATEWAY_DOWN")]
    assert switch.sent("bgapi")[0].endswith("\nJob-UUID: job-leg-1")
    assert d.link.call(s.KillLeg("leg-1")).ok


@pytest.mark.parametrize("sign", ["created", "job", "destroyed", "refused"])
def test_a_kill_cannot_overtake_the_ringing(sign, switch, desk):
    usual = switch.answer
    switch.answer = lambda c: api_response("-ERR no") if sign == "refused" and c.startswith("bgapi") else usual(c)
    d = desk().up()
    if sign == "refused":
        d.send("ring", originate())
        d.send("kill", s.KillLeg("leg-1"))
    else:
        d.send("ring", originate())
        assert d.outcome("ring").ok
        d.send("kill", s.KillLeg("leg-1"))
        d.send("note", s.SetVariable("leg-1", "x", "1"))
        d.send("other", s.KillLeg("leg-2"))
        assert d.outcome("other").ok
        assert not switch.sent("api uuid_kill leg-1")
        signs = {
            "created": created("leg-1"),
            "job": json_event(Event_Name="BACKGROUND_JOB", Job_UUID="job-leg-1", _body="-ERR USER_BUSY"),
            "destroyed": json_event(Event_Name="CHANNEL_DESTROY", Unique_ID="leg-1"),
        }
        switch.tell(signs[sign])
    assert d.outcome("kill").ok
    sent = [c for c in switch.commands if "leg-1" in c and not c.startswith("bgapi")]
    assert sent[0] == "api uuid_kill leg-1 NORMAL_CLEARING"


def test_what_waits_for_a_leg_has_its_deadline_and_its_link(switch, desk):
    d = desk().up()
    d.send("ring", originate())
    d.send("kill", s.KillLeg("leg-1"), 0.05)
    assert d.outcome("kill") == s.CommandOutcome(False, "deadline")
    d.send("later", s.KillLeg("leg-1"))
    switch.drop()
    assert d.outcome("later") == s.CommandOutcome(False, "link-down")
    assert not switch.sent("api uuid_kill")


# ---------------------------------------------------------------- loss and return


def test_the_default_times_notice_a_silent_switch_within_four_seconds():
    timing = LinkTiming()
    assert timing.probe_interval_s + timing.probe_deadline_s + 2 * timing.tick_s <= 4.0


@pytest.mark.parametrize("which", ["events", "commands"])
def test_a_half_open_connection_is_noticed(which, switch, desk):
    d = desk(timing=QUICK).up()
    silent = switch.sockets[0 if which == "events" else 1]
    receive = switch._receive
    switch._receive = lambda sock, command: None if sock is silent else receive(sock, command)
    until(lambda: d.seen(s.LinkDown))
    assert "no answer to a probe" in d.seen(s.LinkDown)[0].reason
    until(lambda: len(d.seen(s.LinkUp)) == 2)
    assert [type(e).__name__ for e in d.events] == ["LinkUp", "LinkDown", "LinkUp"]


def test_a_frozen_switch_is_noticed_while_too_many_commands_wait(switch, desk, monkeypatch):
    monkeypatch.setattr(switch_socket, "MOST_OUTSTANDING", 3)
    d = desk(timing=QUICK).up()
    switch.frozen = True
    for n in range(10):
        d.send(n, s.ParkLeg(f"leg-{n}"))
    until(lambda: d.seen(s.LinkDown))
    assert "no answer to a probe" in d.seen(s.LinkDown)[0].reason


def test_a_probe_without_room_is_sent_as_soon_as_there_is(switch, monkeypatch):
    monkeypatch.setattr(switch_socket, "MOST_OUTSTANDING", 1)
    connection = EventSocket(switch.host, switch.port, PASSWORD)
    connection.connect()
    switch.frozen = True
    probe, start = Probe(connection, LinkTiming()), connection.heard_s
    connection.request([b"api status\n\n"], lambda _: None)
    assert [probe.check(start + s) for s in (1.0, 1.05, 3.8, 3.95)] == [True, True, True, False]
    until(lambda: switch.sent("api status"))
    switch.sockets[-1].sendall(api_response("at last"))
    until(lambda: connection.heard_s > start)
    switch.frozen = False
    assert probe.check(connection.heard_s + 1.0)
    until(lambda: switch.sent("api global_getvar core_uuid"))
    until(lambda: probe.check(connection.heard_s + 100.0))  # answered: not held against the switch later
    connection.stop()


@pytest.mark.parametrize("step", ["_connect", "_expire"], ids=["keeps the link", "watches it"])
def test_a_defect_of_the_link_itself_is_told(step, switch, desk, monkeypatch):
    def defect(*_) -> None:
        raise RuntimeError("a defect")

    told: list[str] = []
    d = desk(timing=QUICK, on_defect=told.append).up()
    monkeypatch.setattr(d.link, step, defect)
    if step == "_connect":
        switch.drop()
    until(lambda: told)
    assert told == ["RuntimeError('a defect')"]


def test_stopping_is_no_defect(switch, desk):
    told: list[str] = []
    d = desk(on_defect=told.append).up()
    d.link.stop()
    assert stays_false(lambda: told)


def test_a_link_that_answers_stays(switch, desk):
    d = desk(timing=QUICK).up()
    until(lambda: len(switch.sent("api global_getvar core_uuid")) > 20)
    assert not d.seen(s.LinkDown)


def test_down_comes_last_and_up_again_first(switch, desk):
    d = desk().up()
    switch.tell(b"".join(json_event(Event_Name="DTMF", Unique_ID="u", DTMF_Digit=str(n)) for n in range(50)))
    switch.drop()
    until(lambda: len(d.seen(s.LinkUp)) == 2)
    assert [type(e).__name__ for e in d.events] == ["LinkUp", *["DigitReceived"] * 50, "LinkDown", "LinkUp"]


def test_it_tries_until_the_switch_is_back(switch, desk):
    d = desk().up()
    switch.refusing = True
    switch.drop()
    until(lambda: switch.accepted >= 8)
    assert len(d.seen(s.LinkDown)) == 1
    switch.refusing = False
    until(lambda: len(d.seen(s.LinkUp)) == 2)


def test_pauses_double_up_to_a_limit_and_are_spread():
    timing = LinkTiming(retry_first_s=0.25, retry_most_s=5.0)
    assert [timing.pause_s(n, 1.0) for n in range(6)] == [0.25, 0.5, 1.0, 2.0, 4.0, 5.0]
    assert timing.pause_s(10_000, 0.0) == 2.5


def test_a_wrong_password_is_reported_without_the_password(switch, desk, caplog):
    caplog.set_level(logging.DEBUG)
    d = desk(password="hunter2-hunter2")
    d.link.start()
    until(lambda: len(switch.sent("auth")) > 1)
    assert not d.link.linked
    assert d.events == []
    assert "Invalid password" in caplog.text
    assert "hunter2" not in caplog.text


def test_stopping_is_not_losing(switch, desk):
    d = desk().up()
    d.link.stop()
    assert [type(e).__name__ for e in d.events] == ["LinkUp"]
    assert d.link.call(s.ParkLeg("a")) == s.CommandOutcome(False, "link-down")


def test_ipv6(desk):
    try:
        switch = Switch(host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    d = desk(switch).up()
    assert d.link.call(s.GetGlobal("core_uuid")).text == "core-1"
    d.link.stop()
    switch.stop()


# ---------------------------------------------------------------- phones


def test_an_extension_is_rung_at_its_registered_contact(switch, desk):
    d = desk().up()
    switch.tell(register("<sip:1001@10.0.0.5:5060>"))
    until(lambda: d.seen(s.PhoneRegistered))
    d.send("ring", originate(contact="ext:1001"))
    assert d.outcome("ring").ok
    assert "}" + CONTACT + " &park()" in switch.sent("bgapi")[0]
    switch.tell(register("<sip:1001@10.0.0.5:5060>", "unregister"))
    until(lambda: d.seen(s.PhoneUnregistered))
    d.send("again", originate("leg-2", "ext:1001"))
    assert not d.outcome("again").ok


def test_a_contact_that_is_a_dial_string_of_its_own_is_not_a_phone(switch, desk):
    d = desk().up()
    switch.tell(register("<sip:1001@x,sofia/gateway/telco/00900>") + json_event(Event_Name="HEARTBEAT"))
    until(lambda: d.seen(s.SwitchHeartbeat))
    assert not d.seen(s.PhoneRegistered)
    d.send("ring", originate(contact="ext:1001"))
    assert not d.outcome("ring").ok


@pytest.mark.parametrize(("left", "gone"), [("sofia/internal/sip:new@10.0.0.5:5060", False), ("error/user_not_registered", True)])
def test_a_reloaded_page_is_still_there_when_its_old_contact_goes(left, gone, switch, desk):
    d = desk().up()
    switch.answers["api sofia_contact */1001@pbx"] = left
    switch.tell(
        register("<sip:old@10.0.0.5:5060>") + register("<sip:new@10.0.0.5:5060>") + register("<sip:old@10.0.0.5:5060>", "expire")
    )
    until(lambda: switch.sent("api sofia_contact"))
    assert d.link.call(s.GetGlobal("core_uuid")).ok
    assert bool(d.seen(s.PhoneUnregistered)) is gone
    d.send("ring", originate(contact="ext:1001"))
    assert d.outcome("ring").ok is not gone


@pytest.mark.parametrize(("left", "gone"), [("sofia/internal/sip:new@10.0.0.5:5060", False), ("error/user_not_registered", True)])
def test_a_closed_socket_is_told_at_once_and_the_switch_says_what_is_left(left, gone, switch, desk):
    d = desk().up()
    switch.answers["api sofia_contact */1001@pbx"] = left
    closed = {"Event-Subclass": "sofia::unregister", "reason": "socket-disconnection", "call-id": "r1", "from-host": "pbx"}
    pages = register("<sip:old@10.0.0.5:5060;transport=ws>") + register("<sip:new@10.0.0.5:5060>")
    switch.tell(pages + json_event(**closed, **{"Event-Name": "CUSTOM", "from-user": "1001"}))
    until(lambda: switch.sent("api sofia_contact"))
    assert d.seen(s.PhoneSocketClosed) == [s.PhoneSocketClosed("site1", 0, "1001", "pbx", "r1")]
    assert d.link.call(s.GetGlobal("core_uuid")).ok
    assert bool(d.seen(s.PhoneUnregistered)) is gone


@pytest.mark.parametrize(("left", "gone"), [("sofia/internal/sip:1001@h:5060;x=1", False), ("error/user_not_registered", True)])
def test_a_phone_that_has_not_renewed_is_asked_for(left, gone, switch, desk, monkeypatch):
    """The switch believes in it a good while longer, and its word of the end may be lost."""
    monkeypatch.setattr(switch_phones, "RENEWS_LATE_S", -60.0)
    d = desk(timing=QUICK).up()
    switch.answers["api sofia_contact */1001@pbx"] = left
    switch.tell(register("<sip:1001@10.0.0.5:5060>", expires="60"))
    until(lambda: switch.sent("api sofia_contact"))
    assert d.link.call(s.GetGlobal("core_uuid")).ok
    assert bool(d.seen(s.PhoneUnregistered)) is gone
    assert len(switch.sent("api sofia_contact")) == 1, "and not again at once"


def test_those_silent_longest_are_asked_for_first_some_at_a_time():
    table = switch_phones.PhoneTable("site1")
    for n in range(5):
        contact = f"sofia/internal/sip:{n}@10.0.0.5:5060"
        table.register(s.PhoneRegistered("site1", 0, f"100{n}", "pbx", contact, "10.0.0.5", 5060, "", 60), 10.0 * n)
    assert table.overdue(62.0, 2) == []
    assert table.overdue(100.0, 2) == [("1000", "pbx"), ("1001", "pbx")]
    assert table.overdue(100.0, 2) == [("1002", "pbx"), ("1003", "pbx")]
    assert table.overdue(100.0, 2) == []
    assert table.overdue(116.0, 9) == [("1004", "pbx"), ("1000", "pbx"), ("1001", "pbx"), ("1002", "pbx"), ("1003", "pbx")]


def test_a_contact_that_leads_elsewhere_takes_the_phone_away(switch, desk):
    """The switch has the new contact alone: nothing rings any more, and the engine knows it."""
    d = desk().up()
    switch.tell(register("<sip:1001@10.0.0.5:5060>") + register("<sip:00900@203.0.113.5>") + json_event(Event_Name="HEARTBEAT"))
    until(lambda: d.seen(s.SwitchHeartbeat))
    assert [type(event) for event in d.events[1:]] == [s.PhoneRegistered, s.PhoneUnregistered, s.SwitchHeartbeat]
    d.send("ring", originate(contact="ext:1001"))
    assert not d.outcome("ring").ok


def test_a_phone_that_came_in_just_before_the_link(switch, desk, monkeypatch):
    """Its event was before the link and the switch's list, which lags, did not have it yet: the list is read once more."""
    monkeypatch.setattr(switch_phone_notes, "LIST_LAGS_S", 0.05)
    d = desk().up()
    assert not d.seen(s.PhoneRegistered)
    switch.answers["api show registrations as json"] = REGISTERED
    until(lambda: d.seen(s.PhoneRegistered))
    assert d.link.phones.contacts["1001"] == CONTACT
    until(lambda: switch.commands.count("api show registrations as json") == 2)


def test_phones_that_left_while_the_link_was_down(switch, desk):
    switch.answers["api show registrations as json"] = REGISTERED
    d = desk().up()
    switch.answers["api show registrations as json"] = '{"row_count":0}'
    switch.drop()
    until(lambda: d.seen(s.PhoneUnregistered))
    assert [type(e).__name__ for e in d.events] == ["LinkUp", "PhoneRegistered", "LinkDown", "LinkUp", "PhoneUnregistered"]


# ---------------------------------------------------------------- snapshot


def test_a_snapshot_of_everything(switch, desk):
    legs = [f"leg-{n}" for n in range(450)]
    switch.answers["api show channels as json"] = orjson.dumps({"rows": [{"uuid": leg} for leg in legs]}).decode()
    switch.answers["api show registrations as json"] = REGISTERED
    switch.answers["api sofia xmlstatus gateway"] = GATEWAYS
    for leg in legs[1:]:
        dump = {"Event-Name": "CHANNEL_DATA", "Unique-ID": leg, "Channel-State": "CS_PARK", "variable_cti_call": "张"}
        switch.answers[f"api uuid_dump {leg} json"] = orjson.dumps(dump).decode()
    switch.answers["api uuid_dump leg-0 json"] = "-ERR No such channel!"  # ended meanwhile
    report = desk().up().link.snapshot()
    assert [c.leg for c in report.channels] == legs[1:]
    assert report.channels[0].cti == {"cti_call": "张"}
    assert [p.extension for p in report.registrations] == ["1001"]
    assert [g.gateway for g in report.gateways] == ["telco"]


def test_a_snapshot_of_a_lost_switch_is_an_error(switch, desk):
    d = desk().up()
    switch.answer = lambda command: b""
    job = gevent.spawn(d.link.snapshot, deadline_s=0.05)
    with pytest.raises(CtiError, match="deadline"):
        job.get(timeout=30)
