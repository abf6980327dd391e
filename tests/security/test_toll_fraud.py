"""A phone registers somebody else's address, so that the switch calls there for it. All ways for an INVITE to go there."""

from __future__ import annotations

import pytest

from cti_server.adapters.switch_phones import PhoneTable
from cti_server.domain.switch import PhoneRegistered, PhoneUnregistered
from cti_server.esl.contacts import leads_home, trunk_addresses
from tests.security.contacts import AWAY, FORGED, HOME, HOME_IP, HOME_PORT, TRUNKS


def registered(uri: str, extension: str = "1001", ip: str = HOME_IP, port: int = HOME_PORT) -> PhoneRegistered:
    return PhoneRegistered("main", 0, extension, "pbx", f"sofia/internal/{uri}", ip, port, "", 120, "call-id")


@pytest.mark.parametrize("uri", HOME)
def test_a_contact_that_leads_back_to_its_phone_is_dialled(uri: str) -> None:
    table = PhoneTable("main")
    assert leads_home(f"sofia/internal/{uri}", HOME_IP, HOME_PORT)
    assert table.register(registered(uri))
    assert table.contacts == {"1001": f"sofia/internal/{uri}"}


@pytest.mark.parametrize("uri", AWAY)
def test_a_contact_that_leads_elsewhere_is_refused(uri: str) -> None:
    table = PhoneTable("main")
    assert not leads_home(f"sofia/internal/{uri}", HOME_IP, HOME_PORT)
    assert not table.register(registered(uri))
    assert table.prime([registered(uri)]) == []
    assert table.contacts == {}


@pytest.mark.parametrize(("uri", "ip", "port", "rung"), FORGED)
def test_nobody_is_at_home_where_a_trunk_is(uri: str, ip: str, port: int, rung: bool) -> None:
    table = PhoneTable("main")
    table.trunks = trunk_addresses(TRUNKS)
    assert table.register(registered(uri, ip=ip, port=port)) is rung
    assert table.at_home(registered(uri, ip=ip, port=port)) is rung
    assert bool(table.contacts) is rung


def test_an_address_in_the_six_form() -> None:
    contact = "sofia/internal/sip:1001@[2001:db8::7]:5062"
    assert leads_home(contact, "2001:0db8:0:0::7", 5062)
    assert not leads_home(contact, "2001:db8::8", 5062)
    assert not leads_home(contact, "", 0)


def test_what_the_switch_names_later_is_dialled_only_when_it_was_seen_to_lead_home() -> None:
    table = PhoneTable("main")
    one, other = HOME[0], HOME[3]
    assert table.register(registered(one))
    assert table.register(registered(other))
    assert not table.unregister(PhoneUnregistered("main", 0, "1001", "pbx", f"sofia/internal/{other}"))
    assert not table.settle(("1001", "pbx"), f"sofia/internal/{one}")
    assert table.contacts == {"1001": f"sofia/internal/{one}"}
    assert table.settle(("1001", "pbx"), f"sofia/internal/{HOME[1]}"), "never seen: the phone is gone until it registers"
    assert table.contacts == {}
