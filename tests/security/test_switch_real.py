"""What a registered phone can make a real switch do: call phones and nobody else, whatever it registers or answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from cti_server.adapters.switch_link import SwitchLink
from cti_server.domain.switch import Originate
from cti_server.settings import SwitchAddress
from tests.fixtures_switch import PrivateSwitch
from tests.phones import Phone, quiet

pytestmark = pytest.mark.switch

Make = Callable[..., Phone]


@pytest.fixture
def phone(real_switch: PrivateSwitch) -> Iterator[Make]:
    """Phones of the switch by their extension; '' is a carrier, which never registers."""
    with ExitStack() as stack:

        def make(extension: str = "", **how: object) -> Phone:
            made = Phone(real_switch.internal_port, extension, f"phone-secret-{extension}", **how)  # type: ignore[arg-type]
            return stack.enter_context(made)

        yield make


EVIL = [
    # contact with the carrier's port in {}, more header lines
    ("sip:0090012345@127.0.0.1:{}", ""),
    ("sip:0090012345@127.0.0.1:{};fs_nat=yes", ""),
    ("sip:1005@127.0.0.1:9;fs_path=sip%3A0090012345%40127.0.0.1%3A{}", ""),
    ("sip:1005@127.0.0.1:9;fs_path=sip:127.0.0.1:{}", ""),
    ("sip:1005;fs_path=sip%3A127.0.0.1%3A{}@127.0.0.1:9", ""),
    ("sip:1005@127.0.0.2:{};maddr=127.0.0.1", ""),
    ("sip:1005@127.0.0.1:9", "Path: <sip:0090012345@127.0.0.1:{};lr>\r\n"),
]


def test_no_contact_makes_the_switch_call_a_carrier(real_switch: PrivateSwitch, phone: Make) -> None:
    """1005 is registered in no other test: the switch keeps what a phone that just went had registered."""
    caller, evil, carrier = phone("1001"), phone("1005"), phone()
    link = SwitchLink(SwitchAddress("main", "127.0.0.1", real_switch.esl_port, real_switch.password), lambda event: None)
    link.start()
    try:
        real_switch.wait(lambda: link.linked, what="the link")
        assert caller.register() == 200
        for count, (contact, lines) in enumerate(EVIL):
            assert evil.register(contact.format(carrier.port), lines.format(carrier.port)) in (200, 400)
            real_switch.beat()
            caller.dial("1005")
            before = len(evil.invites())
            outcome = link.call(Originate(f"leg-{count}", "ext:1005", 2, "13800138000", "", f"job-{count}"))
            if outcome.ok:  # a contact that the switch itself has led home
                real_switch.wait(lambda seen=before: len(evil.invites()) > seen, what="the phone to be rung")
            else:
                assert "USER_NOT_REGISTERED" in outcome.text
            real_switch.api("hupall")
        assert quiet(carrier, 0.5), carrier.invites()[0].first
    finally:
        link.stop()


def test_nobody_registers_at_the_address_of_a_trunk(real_switch: PrivateSwitch, phone: Make) -> None:
    """Who knows a phone's password and forges the carrier's UDP source is believed by the switch, and rung by nobody."""
    caller, forged = phone("1001"), phone("1006", port=real_switch.trunk_port)
    link = SwitchLink(SwitchAddress("main", "127.0.0.1", real_switch.esl_port, real_switch.password), lambda event: None)
    link.start()
    try:
        real_switch.wait(lambda: link.linked, what="the link")
        assert caller.register() == forged.register(f"sip:0090012345@127.0.0.1:{real_switch.trunk_port}") == 200
        assert "1006" in real_switch.api("sofia xmlstatus profile internal reg")
        caller.dial("1006")
        outcome = link.call(Originate("leg-forged", "ext:1006", 2, "13800138000", "", "job-forged"))
        assert "USER_NOT_REGISTERED" in outcome.text
        assert quiet(forged, 0.5), forged.invites()[0].first
    finally:
        link.stop()


def test_a_phone_behind_a_router_is_rung(real_switch: PrivateSwitch, phone: Make) -> None:
    """Its contact is an address of its own network; the switch has heard it from another."""
    caller, inside = phone("1001"), phone("1002")
    assert caller.register() == 200
    assert inside.register("sip:1002@10.0.0.9:5060;line=7a") == 200
    assert caller.dial("1002") == 200
    assert inside.rung().first.split()[1].startswith("sip:1002@10.0.0.9:5060")


def test_nobody_sends_a_call_on(real_switch: PrivateSwitch, phone: Make) -> None:
    caller, sends_on, carrier = phone("1001"), phone("1002", answer=302), phone()
    sends_on.moved_to = f"sip:0090012345@127.0.0.1:{carrier.port}"
    assert caller.register() == sends_on.register() == 200
    assert caller.dial("1002") >= 400
    real_switch.esl._command(f"api originate {{originate_timeout=5}}sofia/internal/sip:1002@127.0.0.1:{sends_on.port} &park()")
    assert len(sends_on.invites()) == 2, "asked once by each"
    assert quiet(carrier, 0.5)


def test_a_phone_cannot_say_that_it_is_somebody_else(real_switch: PrivateSwitch, phone: Make) -> None:
    caller, other = phone("1001"), phone("1002")
    assert caller.register() == other.register() == 200
    lies = 'P-Asserted-Identity: "Bank" <sip:95588@x>\r\nRemote-Party-ID: <sip:95588@x>;party=calling\r\n'
    assert caller.dial("1002", extra=lies, name="Bank", user="95588") == 200
    shown = other.rung()
    assert "<sip:1001@" in shown.headers["from"]
    assert "95588" not in str(shown.headers)
    assert "Bank" not in str(shown.headers)
    told = {("1001", "1001")}  # the list lags behind the call
    seen = lambda: {(row["cid_num"], row["cid_name"]) for row in real_switch.channels() if row["direction"] == "inbound"}  # noqa: E731
    real_switch.wait(lambda: seen() == told, what="nor to the daemon")


def test_emergency_numbers_are_dialled_without_a_daemon(real_switch: PrivateSwitch, phone: Make) -> None:
    caller = phone("1001")
    assert caller.register() == 200
    real_switch.daemon_alive = False
    with Phone(real_switch.external_port, "carrier", port=real_switch.trunk_port) as carrier:
        assert caller.dial("110") == 200
        assert carrier.rung().first.split()[1].startswith("sip:110@")


def test_a_phone_is_no_caller_from_outside(real_switch: PrivateSwitch, phone: Make) -> None:
    """``gw+NAME`` names a gateway of the switch: who registers there is called so by its provider, nobody else."""
    caller = phone("1001")
    assert caller.register() == 200
    for number in ("gw+carrier", "gw+carrier@127.0.0.1", "95598;gw=carrier"):
        assert caller.dial(number, name="Bank", user="95588") >= 400, number
    in_public = lambda: [row for row in real_switch.channels() if row["context"] == "public"]  # noqa: E731
    real_switch.wait(lambda: not in_public(), what="the refused calls to end: the list lags behind")


@pytest.mark.parametrize("leg_is", ["a-leg=true", "early-only=no"])
def test_no_phone_takes_a_caller_who_waits_or_talks(real_switch: PrivateSwitch, phone: Make, leg_is: str) -> None:
    """INVITE with Replaces, by the id that the switch has for a channel."""
    thief, colleague = phone("1001"), phone("1002")
    assert thief.register() == colleague.register() == 200
    real_switch.call("95598")
    (row,) = real_switch.wait(lambda: [row for row in real_switch.channels() if row["application"] == "park"])
    caller = row["uuid"]
    real_switch.api(f"uuid_answer {caller}")
    contact = real_switch.api("sofia_contact */1002@127.0.0.1")
    leg = real_switch.api(f"originate {contact} &park()").split()[1]
    assert real_switch.api(f"uuid_bridge {caller} {leg}").startswith("+OK")
    real_switch.wait(lambda: real_switch.bridged(caller, leg), what="the bridge")
    thief.dial("1002", extra=f"Replaces: {caller};to-tag=a;from-tag=b;{leg_is}\r\n")
    real_switch.wait(lambda: len(real_switch.channels()) == 2, what="the thief to be gone")
    assert real_switch.bridged(caller, leg)
    real_switch.api(f"uuid_transfer {caller} -both park XML cti_fallback")
    real_switch.wait(lambda: not real_switch.bridged(caller, leg), what="the caller to wait")
    if leg_is == "a-leg=true":
        thief.dial("1002", extra=f"Replaces: {caller};to-tag=a;from-tag=b;{leg_is}\r\n")
        real_switch.wait(lambda: len(real_switch.channels()) == 2, what="the thief to be gone")
        assert not real_switch.get(caller, "bridge_to")


def test_a_phone_names_no_channel_and_sends_no_header_to_another(real_switch: PrivateSwitch, phone: Make) -> None:
    caller, other = phone("1001"), phone("1002")
    assert caller.register() == other.register() == 200
    assert caller.dial("1002", extra="X-FS-Channel-Name: sofia/internal/1003@x\r\n") == 403
    assert caller.dial("1002", extra="P-Auto-Answer: normal\r\nX-Own: 1\r\n") == 200
    assert not {"p-auto-answer", "x-own"} & set(other.rung().headers)
