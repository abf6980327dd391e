"""What a carrier writes as numbers: the same number on the phone, in the views and in the books, and the right line."""

from __future__ import annotations

import pytest

from cti_server.domain import switch as sw
from tests.engine.world import World

DIALLED = ["4000", "+864000", "00864000", "0-4000", "sip:4000@10.0.0.1", "tel:+86-4000;npdi=yes", "4000;rn=+86755"]


@pytest.mark.parametrize("dialled", DIALLED)
def test_a_line_is_found_however_it_was_dialled(dialled: str) -> None:
    w = World()
    w.agent("1001")
    leg = w.call(dialled)
    w.pick_up(w.offered_leg())
    w.hang_up(leg)
    (call,) = w.of_kind("call")
    assert (call["service_number"], call["last_queue"], call["outcome"]) == ("4000", "sales", "answered")


def test_a_callers_address_is_the_number_everywhere() -> None:
    w = World()
    w.agent("1001")
    leg = w.call(caller="sip:+8613800138000@10.0.0.1;user=phone", name='"+8613800138000" <sip:+8613800138000@10.0.0.1>')
    (originate,) = [c for c in w.commands if isinstance(c, sw.Originate)]
    assert (originate.caller_number, originate.caller_name) == ("+8613800138000", "")
    view = w.the_call(leg)
    assert (view["number"], view["name"]) == ("+8613800138000", "")
    w.pick_up(w.offered_leg())
    w.hang_up(leg)
    assert [(call["number"], call["name"]) for call in w.of_kind("call")] == [("+8613800138000", "")]


@pytest.mark.parametrize("dialled", ["4000", "+864000"])
def test_a_channel_that_only_the_switch_remembers_keeps_its_line(dialled: str) -> None:
    w = World()
    leg = w.call(dialled, caller="sip:138@carrier.example")
    w.restart(8, mirror=False)
    w.agent("1001")
    w.pick_up(w.offered_leg())
    w.hang_up(leg)
    call = w.of_kind("call")[-1]
    assert (call["service_number"], call["number"], call["last_queue"]) == ("4000", "138", "sales")
