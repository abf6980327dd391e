"""Conferences, listening and taking over, on a real switch: who is in the room, who listens to whom, and who is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cti_server.events.commands import (
    AddAgent,
    DropParty,
    HangupCall,
    HoldCall,
    JoinCalls,
    ListenToCall,
    MuteParty,
    ResumeCall,
    SetListening,
    StopListening,
    TakeOverCall,
)
from cti_server.events.declare import Arguments
from scripts.stack import free_ports
from tests.e2e.floor import Floor
from tests.e2e.floor import floor as a_floor
from tests.e2e.test_operations import Talk

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.xdist_group("conference")]
PHONE = "1003"


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with a_floor(Path(tmp_path_factory.mktemp("conference"))) as found:
        port = free_ports(1)[0]
        found.switch.register(PHONE, port)
        found.switch.phone(port)
        yield found


class Room(Talk):
    def members(self) -> dict[str, str]:
        """Who is in the conference: leg -> what it does (hear, speak, ...)."""
        listed = self.floor.switch.api(f"conference cti-{self.id} list")
        rows = [line.split(";") for line in listed.splitlines() if line.count(";") > 4]
        return {row[2]: row[5] for row in rows}

    def all_in(self, *who: str) -> bool:
        legs = self.legs()
        return set(self.members()) == {legs[one] for one in who if one in legs} and len(self.members()) == len(who)

    def no(self, agent: str) -> int:
        return next(leg["no"] for leg in self.floor.views("calls", id=self.id)[0]["legs"] if leg["agent"] == agent)

    def lead(self, wish: Arguments) -> None:
        self.floor.commands.send(wish, "user:9")

    def listener(self) -> str:
        """The leg of the phone that listens, and to whom it does."""
        for channel in self.floor.switch.channels():
            if channel["application"] == "eavesdrop":
                return str(channel["application_data"])
        return ""


def test_joined_held_muted_and_one_after_the_other_leaves(floor: Floor) -> None:
    talk = Room(floor)
    talk.consult()
    talk.do(JoinCalls(agent_id="1001"))
    assert talk.all_in("C", "1001", "1002")
    assert floor.views("calls", id=talk.id)[0]["phase"] == "conference"
    talk.do(MuteParty(agent_id="1001", party=talk.no("1002"), muted=True))
    muted = talk.legs()["1002"]
    talk.soon("B is muted", lambda: "speak" not in talk.members()[muted])
    talk.do(MuteParty(agent_id="1001", party=talk.no("1002"), muted=False))
    talk.soon("B is heard", lambda: "speak" in talk.members()[muted])
    talk.do(HoldCall(agent_id="1001"))
    assert talk.all_in("C", "1002")
    talk.do(ResumeCall(agent_id="1001"))
    assert talk.all_in("C", "1001", "1002")
    talk.lasts()
    talk.do(HangupCall(agent_id="1001"))
    talk.soon("the others talk on", lambda: talk.all_in("C", "1002") and "1001" not in talk.legs())
    talk.do(HangupCall(agent_id="1002"))
    talk.soon("the call is over", lambda: not floor.views("calls", id=talk.id))
    talk.ends()
    talk.soon("the books", lambda: floor.rows(f"SELECT id FROM calls WHERE call_id = '{talk.id}'"))
    rows = floor.rows(f"SELECT segment, agent FROM segments WHERE call_id = '{talk.id}'")
    assert {row["agent"] for row in rows if row["segment"] == "conference"} == {"1001", "1002"}
    statement = f"SELECT problem, talk_ms FROM recordings WHERE call_id = '{talk.id}'"
    talk.soon("the recording", lambda: floor.rows(statement))
    (file,) = floor.rows(statement)
    assert file["problem"] == "", file


def test_added_and_dropped(floor: Floor) -> None:
    talk = Room(floor)
    talk.do(AddAgent(agent_id="1001", colleague_id="1002"))
    talk.soon("three in the room", lambda: talk.all_in("C", "1001", "1002"))
    talk.do(DropParty(agent_id="1001", party=talk.no("1002")))
    talk.soon("two are left", lambda: talk.all_in("C", "1001") and talk.state("1002") == "idle")
    talk.ends()


@pytest.mark.parametrize("who", ["C", "1001", "1002"])
def test_whoever_hangs_up_as_the_room_is_made(floor: Floor, who: str) -> None:
    talk = Room(floor)
    talk.consult()
    leg = talk.legs()[who]
    floor.commands.post(JoinCalls(agent_id="1001"), "agent:1001")
    floor.switch.api(f"uuid_kill {leg}")
    if who == "C":
        talk.soon("all have gone", lambda: floor.switch.channels() == [])
    else:
        other = {"1001": "1002", "1002": "1001"}[who]
        talk.soon("the others are together", lambda: talk.together("C", other) or talk.all_in("C", other))
    talk.ends()


def test_listened_to_whispered_to_and_taken_over(floor: Floor) -> None:
    talk = Room(floor)
    talk.lead(ListenToCall(agent_id="1001", extension=PHONE))
    talk.soon("it listens", lambda: talk.listener() == talk.legs()["1001"])
    assert talk.together("C", "1001")
    for mode in ("whisper", "barge", "listen"):
        talk.lead(SetListening(agent_id="1001", extension=PHONE, mode=mode))  # type: ignore[arg-type]
    talk.do(HoldCall(agent_id="1001"))
    talk.do(ResumeCall(agent_id="1001"))
    assert talk.listener() == talk.legs()["1001"], "it follows the agent"
    talk.lead(StopListening(agent_id="1001", extension=PHONE))
    talk.soon("it has gone", lambda: len(floor.switch.channels()) == 2)
    assert talk.together("C", "1001")
    talk.lead(ListenToCall(agent_id="1001", extension=PHONE))
    talk.soon("it listens", lambda: talk.listener() == talk.legs()["1001"])
    talk.lead(TakeOverCall(agent_id="1001", extension=PHONE))
    customer = talk.legs()["C"]
    talk.soon("the agent has left", lambda: "1001" not in talk.legs() and len(floor.switch.channels()) == 2)
    other = next(channel["uuid"] for channel in floor.switch.channels() if channel["uuid"] != customer)
    assert floor.switch.bridged(customer, other)
    floor.switch.api(f"uuid_kill {other}")
    talk.soon("the call is over", lambda: not floor.views("calls", id=talk.id))
    talk.ends()


def test_one_who_waits_is_listened_to_and_taken(floor: Floor) -> None:
    talk = Room(floor)
    view = floor.call("13700000000", "queued")
    leg = next(one["id"] for one in view["legs"] if one["party"] == "customer")
    talk.lead(ListenToCall(call_id=view["id"], extension=PHONE))
    talk.soon("it listens", lambda: talk.listener() == leg)
    talk.lead(TakeOverCall(call_id=view["id"], extension=PHONE))
    talk.soon("they talk", lambda: floor.views("calls", id=view["id"], phase="connected"))
    talk.ends()
