"""At which phones an agent may log in: the own one, and those that the agent names, or else every free seat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from cti_server.domain.config import CentreConfig
from tests.engine.test_agents import error
from tests.engine.test_phone_codes import dials
from tests.engine.world import World, centre, with_queue

SEATS = ("2000", "2001")


def lets(config: CentreConfig, agent: str, *phones: str, own: str = "") -> CentreConfig:
    """The agent may log in at these; ``own``: has another phone."""
    one = config.agents[agent]
    changed = replace(one, phones=phones, extension=own or one.extension)
    return replace(config, version=config.version + 1, agents={**config.agents, agent: changed})


def floor(*phones: str) -> World:
    """1001 names these phones; all that there are are registered."""
    w = World(lets(with_queue(centre(free_seating=SEATS), "sales", wrap_up_s=0), "1001", *phones))
    for phone in (*w.config.agents, *SEATS):
        w.register(phone)
    return w


def at(w: World, agent: str = "1001") -> tuple[str, str, bool]:
    view = w.view("agents", agent)
    return view["status"], view["extension"], view["phone_withdrawn"]


@pytest.mark.parametrize(
    ("phones", "may"),
    [
        ((), ["1001", "2000", "2001"]),
        (("2001",), ["1001", "2001"]),
        (("1001",), ["1001"]),
        (("2001", "1002"), ["1001", "1002", "2001"]),
    ],
)
def test_the_own_phone_and_those_that_are_named_or_all_free_seats(phones: Sequence[str], may: list[str]) -> None:
    w = floor(*phones)
    for phone in (*w.config.agents, *SEATS, "7777"):
        reply = w.command("LoginAgent", agent_id="1001", extension=phone)
        assert reply is not None
        assert reply.ok == (phone in may), phone
        if reply.ok:
            assert at(w) == ("not_ready", phone, False)
            w.command("LogoutAgent", agent_id="1001")
        else:
            assert reply.error_id == "not-your-phone"
            assert reply.data == {"own": "1001", "others": list(phones or SEATS)}
        assert at(w) == ("logged_out", "1001", False)
    assert w.command("LoginAgent", agent_id="1002", extension="2000").ok, "others name none"  # type: ignore[union-attr]


def test_who_names_none_has_no_phone_of_a_colleague() -> None:
    w = floor()
    assert error(w, "LoginAgent", agent_id="1001", extension="1002") == "not-your-phone"


def test_a_colleagues_phone_is_the_owners_again_after_the_shift() -> None:
    w = floor("1002")
    w.command("LoginAgent", agent_id="1001", extension="1002")
    w.command("ReadyAgent", agent_id="1001")
    assert dials(w, "*11", "1002") == "done", "codes are of who is logged in there"
    assert (w.view("agents", "1001")["reason"], at(w, "1002")) == ("lunch", ("logged_out", "1002", False))
    w.command("ReadyAgent", agent_id="1001")
    leg = w.call()
    assert w.channels[w.offered_leg()].variables["cti_agent"] == "1001"
    w.hang_up(leg)
    w.restart(8)
    assert at(w) == ("ready", "1002", False)
    w.unregister("1002")
    w.command("LogoutAgent", agent_id="1001")
    assert at(w) == ("logged_out", "1001", False)
    assert not w.view("agents", "1002")["phone_registered"], "its owner sees how it is"
    w.register("1002")
    w.command("LoginAgent", agent_id="1002")
    assert dials(w, "*10", "1002") == "done"
    assert at(w, "1002") == ("ready", "1002", False)


def test_the_owner_comes_first() -> None:
    w = floor("1002")
    w.command("LoginAgent", agent_id="1002")
    assert error(w, "LoginAgent", agent_id="1001", extension="1002") == "phone-in-use"
    w.command("LogoutAgent", agent_id="1002")
    w.command("LoginAgent", agent_id="1001", extension="1002")
    w.command("ReadyAgent", agent_id="1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    assert error(w, "LoginAgent", agent_id="1002") == "phone-in-use"
    w.hang_up(leg)
    assert w.command("LoginAgent", agent_id="1002").ok  # type: ignore[union-attr]
    assert (at(w), at(w, "1002")) == (("logged_out", "1001", False), ("not_ready", "1002", False))


def test_no_code_begins_a_shift_at_a_phone_that_may_not_be_used() -> None:
    w = floor("2001")
    for phone in ("1001", "2000", "2001"):
        assert dials(w, "*10", phone) == "refused"
    assert at(w) == ("logged_out", "1001", False)


@pytest.mark.parametrize("how", ["named-otherwise", "seat-gone", "own-moved"])
def test_who_is_logged_in_at_a_phone_that_is_taken_stays_to_the_end_of_the_shift_and_is_told(how: str) -> None:
    w = floor(*(() if how == "seat-gone" else ("1001", "2000")))
    w.command("LoginAgent", agent_id="1001", extension="1001" if how == "own-moved" else "2000")
    w.command("ReadyAgent", agent_id="1001")
    where = w.view("agents", "1001")["extension"]
    config = w.config
    if how == "seat-gone":
        now = replace(config, version=config.version + 1, free_seating=("2001",))
    elif how == "own-moved":
        now = lets(replace(config, free_seating=("1001", *SEATS)), "1001", "2000", own="3001")
    else:
        now = lets(config, "1001", "2001")
    w.reconfigure(now)
    own = now.agents["1001"].extension
    assert at(w) == ("ready", where, True)
    leg = w.call()
    w.pick_up(w.offered_leg())
    assert w.state("1001") == "talking", "calls come as before"
    w.restart(8)
    assert at(w) == ("ready", where, True)
    w.hang_up(leg)
    w.command("LogoutAgent", agent_id="1001")
    assert at(w) == ("logged_out", own, False)
    assert error(w, "LoginAgent", agent_id="1001", extension=where) == "not-your-phone"


def test_a_phone_that_comes_back_is_no_news() -> None:
    w = floor()
    w.command("LoginAgent", agent_id="1001", extension="2000")
    w.reconfigure(replace(w.config, version=9, free_seating=("2001",)))
    assert at(w) == ("not_ready", "2000", True)
    w.reconfigure(replace(w.config, version=10, free_seating=SEATS))
    assert at(w) == ("not_ready", "2000", False)
    w.reconfigure(lets(w.config, "1001", "2001"))
    assert at(w) == ("not_ready", "2000", True)
    w.reconfigure(lets(w.config, "1001", "2001", "2000"))
    assert at(w) == ("not_ready", "2000", False)


def test_a_call_goes_on_when_its_phone_is_taken() -> None:
    w = floor("2000")
    w.command("LoginAgent", agent_id="1001", extension="2000")
    w.command("ReadyAgent", agent_id="1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.reconfigure(lets(w.config, "1001", "1001"))
    assert (w.state("1001"), at(w)) == ("talking", ("ready", "2000", True))
    w.hang_up(leg)
    assert (w.state("1001"), at(w)) == ("idle", ("ready", "2000", True))


def test_two_who_exchange_their_phones_have_their_own_again() -> None:
    w = World(lets(lets(centre(free_seating=SEATS), "1001", "1002"), "1002", "1001"))
    for phone in w.config.agents:
        w.register(phone)
    for agent, phone in (("1001", "1002"), ("1002", "1001")):
        assert w.command("LoginAgent", agent_id=agent, extension=phone).ok  # type: ignore[union-attr]
    assert dials(w, "*10", "1002") == "done"
    assert (at(w), at(w, "1002")) == (("ready", "1002", False), ("not_ready", "1001", False))
    w.command("LogoutAgent", agent_id="1001")
    w.command("LogoutAgent", agent_id="1002")
    for agent in ("1001", "1002"):
        assert w.command("LoginAgent", agent_id=agent).ok  # type: ignore[union-attr]
        assert dials(w, "*10", agent) == "done"
        assert at(w, agent) == ("ready", agent, False)
