"""Random days in a small centre of two switches: whatever people, phones and the switches do, these hold after every step.

- an agent is in at most one call, and that call knows it; a waiting call never stands beside an agent who is free at its switch
- all legs of a call are at one switch, and nothing is sent to another about them
- offered = outcomes + waiting, for every queue; agents' intervals leave no gap and no overlap
- nothing is sent to a leg whose end was heard; no fact is written twice; every mirror equals its view
- the recorded inputs, replayed, give the same state hash
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import orjson
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cti_server.domain import switch as sw
from cti_server.domain.config import AlarmRule, CentreConfig, ClassOfService, TrunkConfig
from cti_server.domain.record import plain, read
from cti_server.engine.acd import agents
from cti_server.engine.assembly import Engine
from cti_server.engine.books import ledger
from cti_server.engine.kernel.messages import Input, SwitchInput
from cti_server.engine.kernel.shown import SHOWN
from cti_server.engine.replay import continued, encode_input, hash_line, header, replay_log
from cti_server.events.views import AGENT, CALL, DRAFT
from tests.engine.test_talk import SURVEY
from tests.engine.world import NODE, OTHER, World, centre, in_several, with_queue, wrong_lines

NODES = (NODE, OTHER)
PLACES = {"1001": (NODE,), "1002": NODES, "1003": NODES, "2001": (NODE,), "2002": NODES}
"""Where each phone registers."""
AGENTS = ("1001", "1002", "1003")
PHONES = ("2001", "2002")
"""Of leaders."""


def remembered(row: dict[str, Any]) -> dict[str, Any]:
    """Without what a restarted engine sees on the channels, or begins anew."""
    for name in ("variables", "heard_out", "offer", "ivr"):
        row.pop(name, None)
    return row


def outside_granted() -> CentreConfig:
    """All may call what is in the country, by two trunks."""
    config = centre()
    granted = ClassOfService("all", "All", ("national",), ("national",))
    agents = {key: replace(agent, class_of_service="all") for key, agent in config.agents.items()}
    trunks = {"carrier": TrunkConfig("carrier", "carrier"), "backup": TrunkConfig("backup", "backup", position=2)}
    agents["1003"] = replace(agents["1003"], off_hook=True)
    rules = {
        "busy": AlarmRule(
            id="busy", name="Busy", figure_1="waiting", limit_1=1, figure_2="oldest_s", limit_2=30, match="any", for_s=5
        ),
        "away": AlarmRule(id="away", name="Away", about="team", figure_1="agents_ready", is_1="below", limit_1=1, clear_s=5),
        "calls": AlarmRule(id="calls", name="Calls", about="trunk", figure_1="trunk_calls", limit_1=1),
    }
    return replace(config, agents=agents, classes_of_service={"all": granted}, trunks=trunks, alarm_rules=rules)


class Watched(World):
    """A World that notices commands for legs whose end the engine has heard."""

    def __init__(self) -> None:
        self.heard_end: set[str] = set()
        self.late: list[sw.SwitchCommand] = []
        config = replace(outside_granted(), flows={"survey": SURVEY}, record_consults=True)
        config = with_queue(config, "repair", max_wait_s=40, overflow_queue="sales", max_length=3, ring_at_once=3)
        config = in_several(with_queue(config, "sales", survey_flow="survey", wrap_up_s=7, priority=1))
        super().__init__(config, nodes=NODES)
        for phone in PHONES:
            for node in PLACES[phone]:
                self.register(phone, node)

    def _handle(self, item: Input) -> list:  # type: ignore[type-arg]
        if isinstance(item, SwitchInput) and isinstance(item.event, sw.LegEnded):
            self.heard_end.add(item.event.leg)
        return super()._handle(item)

    def _execute(self, command: sw.SwitchCommand) -> str:
        if getattr(command, "leg", "") in self.heard_end:
            self.late.append(command)
        return super()._execute(command)


class Centre(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.w = Watched()
        self.epoch = 7
        self.restarted = False

    # ------------------------------------------------------------ people

    @rule(agent=st.sampled_from(AGENTS), n=st.integers(0, 1))
    def log_in(self, agent: str, n: int) -> None:
        self.w.agent(agent, node=PLACES[agent][n % len(PLACES[agent])])

    @rule(
        agent=st.sampled_from(AGENTS),
        name=st.sampled_from(
            ["ReadyAgent", "LogoutAgent", "RejectCall", "HoldCall", "ResumeCall", "HangupCall", "EndWrapUp", "AnswerCall",
             "AgentPageGone", "AgentPageBack", "LoginAgent"]
        ),
    )  # fmt: skip
    def command(self, agent: str, name: str) -> None:
        self.w.command(name, agent_id=agent)

    @rule(
        agent=st.sampled_from(AGENTS),
        name=st.sampled_from(
            [
                "ConsultAgent",
                "ConsultQueue",
                "ConsultQueue",
                "SwapCalls",
                "CompleteTransfer",
                "ReturnToCaller",
                "TransferToAgent",
                "TransferToQueue",
                "JoinCalls",
                "AddAgent",
                "MuteParty",
                "DropParty",
                "TransferToFlow",
                "SendToFlow",
                "ParkCall",
                "RetrieveCall",
                "PickUpCall",
                "CallAgent",
                "AskCallBack",
                "CancelCallBack",
            ]
        ),
        colleague=st.sampled_from(AGENTS),
        queue=st.sampled_from(["sales", "repair"]),
        party=st.integers(1, 4),
        muted=st.booleans(),
    )
    def operation(self, agent: str, name: str, colleague: str, queue: str, party: int, muted: bool) -> None:
        more: dict[str, Any] = {
            "TransferToQueue": {"queue_id": queue},
            "ConsultQueue": {"queue_id": queue},
            "ConsultAgent": {"colleague_id": colleague},
            "TransferToAgent": {"colleague_id": colleague},
            "AddAgent": {"colleague_id": colleague},
            "CallAgent": {"colleague_id": colleague},
            "AskCallBack": {"colleague_id": colleague},
            "MuteParty": {"party": party, "muted": muted},
            "DropParty": {"party": party},
            "TransferToFlow": {"flow": "survey"},
            "SendToFlow": {"flow": "survey"},
            "ParkCall": {"slot": str(party)},
            "RetrieveCall": {"slot": str(party)},
            "PickUpCall": {"colleague_id": colleague if muted else ""},
        }.get(name, {})
        self.w.command(name, agent_id=agent, **more)

    @rule(
        name=st.sampled_from(["ListenToCall", "ListenToCall", "SetListening", "TakeOverCall", "StopListening"]),
        mode=st.sampled_from(["listen", "whisper", "barge"]),
        phone=st.sampled_from(PHONES),
        agent=st.sampled_from(["", *AGENTS]),
        n=st.integers(0, 2),
    )
    def supervision(self, name: str, mode: str, phone: str, agent: str, n: int) -> None:
        calls = list(self.w.engine.snapshot()["calls"])
        whom = {"agent_id": agent} if agent or not calls else {"call_id": calls[n % len(calls)]}
        more = {"mode": mode} if name in ("ListenToCall", "SetListening") else {}
        self.w.command(name, issuer="user:9", extension=phone, **whom, **more)

    @rule(
        agent=st.sampled_from(AGENTS),
        name=st.sampled_from(["DialNumber", "DialNumber", "ConsultNumber", "TransferToNumber", "AddNumber"]),
    )
    def outside(self, agent: str, name: str) -> None:
        self.w.command(name, agent_id=agent, number="13900139000")

    @rule(trunk=st.sampled_from([f"{node}:{name}" for node in NODES for name in ("carrier", "backup")]), dead=st.booleans())
    def trunk(self, trunk: str, dead: bool) -> None:
        (self.w.dead_trunks.add if dead else self.w.dead_trunks.discard)(trunk)

    @rule(agent=st.sampled_from(AGENTS), reason=st.sampled_from(["lunch", "meeting"]))
    def pause(self, agent: str, reason: str) -> None:
        self.w.command("PauseAgent", agent_id=agent, reason=reason)

    @rule(
        agent=st.sampled_from(AGENTS),
        note=st.sampled_from(["a", "ab", ""]),
        code=st.sampled_from(["", "sold"]),
        n=st.integers(0, 6),
    )
    def write(self, agent: str, note: str, code: str, n: int) -> None:
        """About the running call or an old one, from a window that may be behind."""
        had = self.w.view("agents", agent)
        call = [had["call_id"], *had["last_calls"], "x"][n % (2 + len(had["last_calls"]))]
        name, more = ("SetDisposition", {"code": code}) if code else ("SaveNote", {})
        self.w.command(name, agent_id=agent, call_id=call, note=note, version=n, **more)

    @rule(number=st.sampled_from(["4000", "4001", "4002", "4003", "9999"]), node=st.sampled_from([NODE, NODE, OTHER]))
    def call(self, number: str, node: str) -> None:
        self.w.call(number, node=node)

    @rule(seconds=st.sampled_from([0.05, 1, 3, 8, 25, 70]))
    def wait(self, seconds: float) -> None:
        self.w.wait(seconds)

    @rule(agent=st.sampled_from(AGENTS), n=st.integers(0, 1))
    def phone(self, agent: str, n: int) -> None:
        node = PLACES[agent][n % len(PLACES[agent])]
        (self.w.unregister if agent in self.w.phones[node] else self.w.register)(agent, node)

    @rule(agent=st.sampled_from(AGENTS), page=st.sampled_from(["first", "second"]), closes=st.booleans(), silent=st.booleans())
    def web_phone(self, agent: str, page: str, closes: bool, silent: bool) -> None:
        if not closes:
            self.w.load_page(agent, page)
        elif silent:
            self.w.tell(sw.PhoneSocketClosed(NODE, 0, agent, "r", page))
        else:
            self.w.close_page(agent, page)

    # ------------------------------------------------------------ channels

    def pick(self, data: st.DataObject, outbound: bool | None = None, ringing: bool = False) -> str | None:
        legs = [
            c.leg
            for c in self.w.channels.values()
            if (outbound is None or (c.direction == "outbound") == outbound) and not (ringing and c.answered_ms)
        ]
        return data.draw(st.sampled_from(legs)) if legs else None

    @rule(data=st.data())
    def phone_rings(self, data: st.DataObject) -> None:
        leg = self.pick(data, True, True)
        if leg:
            self.w.ring(leg)

    @rule(data=st.data())
    def phone_answers(self, data: st.DataObject) -> None:
        leg = self.pick(data, True, True)
        if leg:
            self.w.ring(leg)
            (self.w.pick_up if self.w.channels[leg].connect_to else self.w.answers)(leg)

    @rule(
        data=st.data(),
        cause=st.sampled_from(["USER_BUSY", "NO_ANSWER", "CALL_REJECTED", "NO_USER_RESPONSE", "NETWORK_OUT_OF_ORDER"]),
    )
    def phone_refuses(self, data: st.DataObject, cause: str) -> None:
        leg = self.pick(data, True, True)
        if leg:
            self.w.refuse_offer(leg, cause)

    @rule(data=st.data(), cause=st.sampled_from(["NORMAL_CLEARING", "NORMAL_CLEARING", "RECOVERY_ON_TIMER_EXPIRE"]))
    def somebody_hangs_up(self, data: st.DataObject, cause: str) -> None:
        leg = self.pick(data)
        if leg:
            self.w.hang_up(leg, cause)

    @rule(data=st.data(), holds=st.booleans())
    def phone_key(self, data: st.DataObject, holds: bool) -> None:
        leg = self.pick(data, True)
        if leg and self.w.channels[leg].answered_ms:
            self.w.hold_key(leg, holds)

    @rule(
        agent=st.sampled_from(AGENTS),
        code=st.sampled_from(["*10", "*11", "*8", "*8", "*2", "*3", "*5", "*6"]),
        other=st.sampled_from(AGENTS),
    )
    def phone_dials_a_code(self, agent: str, code: str, other: str) -> None:
        self.w.dial_code(agent, code + other if code in ("*2", "*3") else code)

    @rule(data=st.data(), digits=st.sampled_from(["", "5"]))
    def application_ends(self, data: st.DataObject, digits: str) -> None:
        leg = self.pick(data, False)
        if leg and self.w.channels[leg].playing:
            self.w.done(leg, digits=digits)

    @rule(data=st.data())
    def tone_ends(self, data: st.DataObject) -> None:
        """Or another sound, and silence."""
        leg = self.pick(data, True)
        if leg and self.w.channels[leg].playing:
            self.w.done(leg)

    # ------------------------------------------------------------ faults

    @rule(command=st.sampled_from([sw.Originate, sw.ParkLeg, sw.BridgeLegs, sw.JoinRoom, sw.Listen, sw.Execute]))
    def the_switch_refuses_for_a_moment(self, command: type[sw.SwitchCommand]) -> None:
        self.w.refusals[command] = "-ERR refused"
        self.w.call()
        self.w.command("HoldCall", agent_id="1001")
        self.w.command("ResumeCall", agent_id="1002")
        self.w.refusals.clear()

    @precondition(lambda self: not self.w.away)
    @rule(node=st.sampled_from(NODES))
    def link_goes(self, node: str) -> None:
        """From now on things happen there that nobody hears; the other switch goes on."""
        self.w.lose_link(node)

    @precondition(lambda self: self.w.away)
    @rule(data=st.data())
    def the_watchdog_moves_a_caller(self, data: st.DataObject) -> None:
        """Into the switch's own queue, where now and then somebody picks up."""
        leg = self.pick(data, False)
        if leg and self.w.channels[leg].node in self.w.away and self.w.unattended(leg):
            self.w.to_fallback(leg)
            if data.draw(st.booleans()):
                self.w.taken_in_fallback(leg)

    @precondition(lambda self: self.w.away)
    @rule(flaps=st.booleans())
    def link_comes(self, flaps: bool) -> None:
        for node in list(self.w.away):
            if flaps:
                self.w.away.clear()
                self.w.tell(sw.LinkUp(node, 0, "core-1"))
                self.w.lose_link(node)
            else:
                self.w.link(node=node)

    @rule(data=st.data(), mirror=st.just(True), gap=st.sampled_from([0, 3]), away=st.sampled_from(["", "", *NODES]))
    def daemon_dies(self, data: st.DataObject, mirror: bool, gap: int, away: str) -> None:
        """The next one does not reach the switch ``away`` at first."""
        self.w.wait(0.5)
        self.w.last_seen = self.w.now
        self.w.silent = True
        leg = self.pick(data)
        if leg and gap:
            self.w.now += gap * 1000
            if self.w.channels[leg].node != away:
                self.w.heard_end.add(leg)
            self.w.hang_up(leg)
        self.epoch += 1
        self.w.restart(self.epoch, mirror, {away} - {""})
        self.w.last_seen = 0
        self.restarted = True

    @rule()
    def reconciler(self) -> None:
        for _ in range(4):
            self.w.reconcile()
            self.w.wait(1)

    # ------------------------------------------------------------ what holds

    @invariant()
    def people_and_calls_agree(self) -> None:
        seen = self.w.engine.snapshot()
        for agent in seen["agents"].values():
            if agent["state"] in ("reserved", "ringing", "talking", "holding", "consulting", "dialing"):
                call = seen["calls"].get(agent["call_id"])
                assert call is not None, agent
                assert call["phase"] != "ended"
            else:
                assert agent["state"] in ("idle", "unreachable", "wrap_up")
        talking = Counter(call["agent"] for call in seen["calls"].values() if call["phase"] != "ended" and call["agent"])
        assert all(count == 1 for count in talking.values()), talking
        for call in seen["calls"].values():
            if call["phase"] in ("offered", "connected", "conference", "on_hold") and call["agent"]:
                assert seen["agents"][call["agent"]]["call_id"] == call["id"]

    @invariant()
    def nobody_waits_beside_an_agent_who_is_free_there(self) -> None:
        core = self.w.engine._core
        for queue in core.queues.values():
            for waits in queue.waiting:
                call = core.calls.get(waits) or core.calls[core.legs[waits].call_id]
                assert not [agent for agent in queue.idle if call.node in agents.nodes(core, core.agents[agent])], queue.id

    @invariant()
    def a_call_is_at_one_switch(self) -> None:
        for call in self.w.engine._core.calls.values():
            there = {self.w.channels[leg].node for leg in call.legs if leg in self.w.channels}
            assert {leg.node for leg in call.legs.values()} | there == {call.node}, call

    @invariant()
    def lines_have_who_waits(self) -> None:
        assert not wrong_lines(self.w)

    @invariant()
    def offered_is_outcomes_plus_waiting(self) -> None:
        closed = Counter(s["queue"] for s in self.w.segments("queue") if not s["detail"].get("comeback"))
        for queue in self.w.engine._core.queues.values():
            assert queue.row.answered + queue.row.abandoned + queue.row.overflowed + queue.row.failed == closed[queue.id]
            open_now = [c for c in self.w.engine._core.calls.values() if ledger.open_of(c, "queue") and c.queue == queue.id]
            assert len(open_now) == len(queue.present)

    @invariant()
    def nobody_is_in_silence(self) -> None:
        """Who is settled in a line or a conversation hears somebody, or what plays."""
        for call in self.w.engine._core.calls.values():
            unheard = call.node in self.w.away or call.caller_gone or call.ending
            if unheard or call.steps or call.activity not in ("queue", "talk"):
                continue
            for leg in call.legs.values():
                late = max(leg.seen.quiet_until_ms, leg.seen.pause_until_ms) > self.w.now or leg.seen.asking
                if leg.seen.state in ("parked", "bridge", "room", "listens") and not leg.gone and not late:
                    channel = self.w.channels[leg.id]
                    offered = call.offer is not None and call.offer.leg == leg.id
                    assert offered or channel.playing or self.w.hears(leg.id), (leg, call.groups)

    @invariant()
    def nobody_hears_who_only_listens(self) -> None:
        for call in self.w.engine._core.calls.values():
            if call.node not in self.w.away:
                quiet = {leg.id for leg in call.legs.values() if leg.seen.state == "listens" and leg.seen.mode == "listen"}
                for leg in call.legs.values():
                    if leg.id in self.w.channels:
                        assert not quiet & self.w.hears(leg.id)

    @invariant()
    def intervals_are_gapless(self) -> None:
        for agent in AGENTS:
            spans = sorted((i["started_ms"], i["ended_ms"]) for i in self.w.of_kind("agent_interval") if i["agent"] == agent)
            live = self.w.engine._core.agents[agent]
            logged = live.row.logged_in_ms
            assert logged == sum(end - start for start, end in spans)
            assert all(a[1] <= b[0] for a, b in pairwise(spans))
            if live.interval is not None and spans and live.status_since_ms < spans[-1][0]:
                assert spans[-1][1] == live.interval.started_ms

    @invariant()
    def books_and_mirrors_are_right(self) -> None:
        assert self.w.doubles == []
        assert self.w.late == []
        seen = self.w.engine.snapshot()
        for kind in ("agents", "calls", "trunks", "switches", "drafts"):
            assert {k: d["view"] for k, d in self.w.mirror.get(kind, {}).items()} == seen[kind], kind
        for kind in (AGENT, CALL, DRAFT):
            kept = {k: remembered(plain(d["core"])) for k, d in self.w.mirror.get(kind.table, {}).items()}
            known = {k: remembered(plain(SHOWN[kind].image(one))) for k, one in self.w.engine._core.table(kind).items()}
            assert kept == known, "what a restarted engine would take"

    @invariant()
    def the_whole_state_comes_back(self) -> None:
        assert Engine.restored(orjson.loads(orjson.dumps(self.w.engine.whole()))).state_hash() == self.w.engine.state_hash()

    def teardown(self) -> None:
        for node in list(self.w.away):
            self.w.link(node=node)
        for leg in [
            c.leg for c in self.w.channels.values() if c.direction == "inbound" or c.variables.get("cti_role") == "customer"
        ]:
            self.w.hang_up(leg)
        self.w.wait(120)
        assert not self.w.engine.snapshot()["calls"]
        assert {a["state"] for a in self.w.engine.snapshot()["agents"].values()} <= {"idle", "unreachable"}
        for agent in AGENTS:
            self.w.command("LogoutAgent", agent_id=agent)
        self.w.wait(5)
        assert not self.w.channels, "a leg outlived its call"
        if not self.restarted:
            self.replays_to_the_same_state()

    def replays_to_the_same_state(self) -> None:
        """Also from the middle on, and with states between."""
        lines = [header(Watched().config, 7, 1), *map(encode_input, self.w.inputs), hash_line(self.w.engine.state_hash())]
        half = len(lines) // 2
        state = continued(replay_log(lines[:half]).engine)
        for log in (lines, [state, *lines[half:]], [*lines[:half], state, *lines[half:]]):
            done = replay_log(log)
            assert (done.differs, done.failed) == ([], [])
            assert done.engine.state_hash() == self.w.engine.state_hash()
        for item in self.w.inputs[:50]:
            assert read(Input, orjson.loads(encode_input(item))) == item


class WithoutRestart(Centre):
    """The same, without a daemon that dies: so that whole days are replayed too."""

    @precondition(lambda self: False)
    @rule()
    def daemon_dies(self) -> None:  # type: ignore[override]
        """Never."""


_SETTINGS = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
TestCentre = Centre.TestCase
TestCentre.settings = _SETTINGS
TestWithoutRestart = WithoutRestart.TestCase
TestWithoutRestart.settings = _SETTINGS
