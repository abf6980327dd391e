"""Another daemon takes over calls that are in the middle of something: of the same version it goes on as if nothing had been;
one that cannot read what the version before remembered says so, and the calls live on all the same."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cti_server.engine.doors import noticed
from cti_server.engine.replay import BadInputLog, replay_log
from cti_server.events import commands as do
from cti_server.events.views import KINDS, MIRROR_FORMAT
from scripts.stack import TAKEN_OVER
from tests.faults.floor import Floor, floor
from tests.faults.test_outages import numbers

pytestmark = pytest.mark.slow
LEADER = "user:9"


class Talks:
    """The first consults, the second is a conference, a leader listens to the third."""

    def __init__(self, f: Floor) -> None:
        self.f, self.numbers = f, numbers(3)
        *colleagues, self.phone = f.extensions[3:6]
        for agent in (*colleagues, self.phone):
            f.commands.send(do.PauseAgent(agent_id=agent, reason="lunch"), f"agent:{agent}")
        f.commands.send(do.LogoutAgent(agent_id=self.phone), f"agent:{self.phone}")
        self.legs = [f.call(number) for number in self.numbers]
        f.wait("all talk", lambda: len(f.calls(phase="connected")) == 3)
        self.agents = [f.calls()[number]["agent"] for number in self.numbers]
        for agent, colleague in zip(self.agents, colleagues, strict=False):
            self.send(do.ConsultAgent(agent_id=agent, colleague_id=colleague))
        f.wait("four consult", lambda: len(f.agents(state="consulting")) == 4)
        self.send(do.JoinCalls(agent_id=self.agents[1]))
        self.send(do.ListenToCall(agent_id=self.agents[2], extension=self.phone))
        f.wait("the leader listens", lambda: f.views("listeners", state="listening"))

    def send(self, wish: Any) -> None:
        self.f.commands.send(wish, LEADER if hasattr(wish, "extension") else f"agent:{wish.agent_id}")

    def picture(self) -> dict[str, Any]:
        """What everybody sees of them."""
        calls = {
            number: (call["phase"], [(leg["id"], leg["agent"], leg["state"], leg["hears"]) for leg in call["legs"]])
            for number, call in self.f.calls().items()
        }
        agents = {agent["id"]: (agent["status"], agent["state"], agent["state_since_ms"]) for agent in self.f.agents()}
        return {**calls, **agents, "listeners": self.f.views("listeners")}

    def channels(self) -> list[str]:
        rows = orjson.loads(self.f.console.api("show channels as json")).get("rows", [])
        return sorted(row["uuid"] for row in rows)

    def end(self) -> None:
        for leg in self.legs:
            self.f.hang_up(leg)
        self.f.wait("all in the books", lambda: self.f.booked(3), within_s=60)
        self.f.wait("nobody is left", lambda: self.channels() == [] and not self.f.views("calls"))


def test_the_same_version_takes_over_from_one_that_lives(tmp_path):
    with floor(tmp_path, agents=6) as f:
        talks = Talks(f)
        assert [f.calls()[number]["phase"] for number in talks.numbers] == ["on_hold", "conference", "connected"]
        before, channels, old = talks.picture(), talks.channels(), f.stack.processes["daemon"]
        f.start_daemon()
        f.wait("the one before has gone", lambda: old.poll() is not None)
        assert old.returncode == TAKEN_OVER
        f.wait("all is as it was", lambda: talks.picture() == before)
        assert talks.channels() == channels, "nobody was rung anew"
        consults, conference, listened = talks.agents
        talks.send(do.SwapCalls(agent_id=consults))
        talks.send(do.HoldCall(agent_id=conference))
        talks.send(do.SetListening(agent_id=listened, extension=talks.phone, mode="whisper"))
        talks.send(do.StopListening(agent_id=listened, extension=talks.phone))
        talks.end()
        assert not f.rows("SELECT id FROM calls WHERE estimated")


def test_what_the_version_before_remembered_is_refused_in_words_and_the_calls_live_on(tmp_path):
    with floor(tmp_path, agents=6) as f:
        talks = Talks(f)
        channels = talks.channels()
        f.stack.kill("daemon")
        rows = _make_older(f)
        f.start_daemon()
        f.wait("it says so", lambda: f.views("alarms", alarm=noticed.SET_ASIDE.id))
        assert f"set aside ({rows})" in f.views("alarms", alarm=noticed.SET_ASIDE.id)[0]["text"]
        why = {said[b"why"].decode() for _, said in f.redis.xrange(f.keys.set_aside)}
        assert why == {f"format {MIRROR_FORMAT - 1}, known is {MIRROR_FORMAT}"}
        f.wait("the calls are there", lambda: len(f.calls()) == 3)
        assert set(talks.legs) <= set(talks.channels()) <= set(channels)
        talks.end()


def _make_older(f: Floor) -> int:
    """As if the version before had written all that a daemon of this one finds; how many rows of the mirror that are."""
    count = 0
    for kind in KINDS.values():
        key = f.keys.mirror(kind.table)
        for field, raw in f.redis.hgetall(key).items():
            f.redis.hset(key, field, orjson.dumps({**orjson.loads(raw), "format": MIRROR_FORMAT - 1}))
            count += 1
    (f.stack.data / "mirror.jsonl").unlink()
    for file in (f.stack.data / "inputs").iterdir():
        lines = file.read_bytes().splitlines()
        header = orjson.loads(lines[0])["header"]
        lines[0] = orjson.dumps({"header": {**header, "format": header["format"] - 1}})
        with pytest.raises(BadInputLog, match="replay it with the version that wrote it"):
            replay_log(lines)
    return count
