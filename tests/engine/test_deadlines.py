"""Deadlines: declared once, each with a handler; set, moved and cancelled by object and subject, written and read back."""

from __future__ import annotations

import pytest

from cti_server.engine import assembly
from cti_server.engine.acd import agents, offers
from cti_server.engine.kernel.deadlines import Deadline, Deadlines
from cti_server.engine.kernel.state import AgentId, CallId


def test_each_that_is_declared_has_a_handler() -> None:
    assert assembly.Engine  # which knows all modules
    assert len(Deadline.declared) > 20
    assert [name for name, found in Deadline.declared.items() if found.handler is None] == []


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match="ring"):
        Deadline[CallId]("ring")


def test_the_last_time_counts_and_what_is_cancelled_never_comes() -> None:
    d = Deadlines()
    d.set(offers.ring_over, CallId("1-1"), 500)
    d.set(offers.ring_over, CallId("1-2"), 300)
    d.set(agents.rested, AgentId("1001"), 400)
    d.set(offers.ring_over, CallId("1-1"), 200)
    d.cancel(agents.rested, AgentId("1001"))
    assert d.at(offers.ring_over, CallId("1-1")) == 200
    assert d.of("1-1") == [offers.ring_over]
    assert [d.due(600), d.due(600), d.due(600)] == [(offers.ring_over, "1-1"), (offers.ring_over, "1-2"), None]


def test_what_is_written_is_read_back_in_the_same_order() -> None:
    d, back = Deadlines(), Deadlines()
    for number in range(5):
        d.set(offers.ring_over, CallId(f"1-{number}"), 700)
    d.set(agents.rested, AgentId("1001"), 600)
    back.take(d.plain())
    assert back.plain() == d.plain()
    assert d.plain()[0] == [600, "rest", "1001"]
    with pytest.raises(KeyError):
        back.take([[1, "of another version", "1001"]])
