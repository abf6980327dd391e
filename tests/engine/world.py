"""A small switch for the engine's tests, or several: it executes the engine's commands on virtual time and says what a switch
would say.

The order of events per leg and the connect script's rule are those of the recorded traffic. Nothing here knows the engine's
state: channels, variables and phones are the switch's own, and it knows nothing of another one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from cti_server.domain import switch as sw
from cti_server.domain.config import (
    AgentConfig,
    CentreConfig,
    Disposition,
    NotReadyReason,
    QueueConfig,
    ServiceNumberConfig,
    TeamConfig,
    TrunkConfig,
)
from cti_server.domain.queue import waiting_key
from cti_server.domain.record import plain
from cti_server.domain.switch import ChannelSnapshot
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel.messages import (
    Adopt,
    CommandInput,
    ConfigChanged,
    Effect,
    EffectResult,
    Input,
    Mirror,
    Publish,
    Reconcile,
    RecordFact,
    Reply,
    Resync,
    SwitchEffect,
    SwitchInput,
    Tick,
)

START_MS = 1_800_000_000_000
NODE, OTHER = "main", "other"


def centre(agents: int = 3, **changes: Any) -> CentreConfig:
    """Queues 'sales' and 'repair'; agents 1001.. serve both; number 4000 goes to sales, 4001 to repair."""
    queues = {
        "sales": QueueConfig("sales", "Sales", music="local_stream://moh"),
        "repair": QueueConfig("repair", "Repair", wrap_up_s=0),
    }
    people = {
        f"{1001 + n}": AgentConfig(f"{1001 + n}", f"Agent {n}", f"{1001 + n}", "east", {"sales": 1, "repair": 1})
        for n in range(agents)
    }
    config = CentreConfig(
        1,
        "main",
        agents=people,
        teams={"east": TeamConfig("east", "East")},
        queues=queues,
        service_numbers={
            "4000": ServiceNumberConfig("4000", "Sales line", "", "sales"),
            "4001": ServiceNumberConfig("4001", "Repair line", "", "repair"),
        },
        trunks={"carrier": TrunkConfig("carrier", "carrier")},
        not_ready_reasons=(NotReadyReason("lunch", {"en": "Lunch"}), NotReadyReason("meeting", {"en": "Meeting"})),
        dispositions=(Disposition("sold", {"en": "Sold"}), Disposition("lost", {"en": "Lost"})),
    )
    return replace(config, **changes)


def with_queue(config: CentreConfig, queue: str, **changes: Any) -> CentreConfig:
    return replace(config, queues={**config.queues, queue: replace(config.queues[queue], **changes)})


@dataclass
class Channel:
    leg: str
    direction: str
    destination: str
    number: str
    name: str
    created_ms: int
    answered_ms: int = 0
    bridged_to: str = ""
    parked: bool = False
    playing: str = ""  # exec id
    application: str = ""
    connect_to: str = ""
    job: str = ""
    context: str = ""
    digits: str = ""  # that play_and_get_digits has
    most: int = 0
    ends: str = ""
    room: str = ""
    member: str = ""
    muted: bool = False
    listens_to: str = ""
    flow: str = "sendrecv"  # of its phone's sound
    mode: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    node: str = NODE

    def cti(self) -> dict[str, str]:
        return {name: value for name, value in self.variables.items() if name.startswith("cti_")}


class World:
    """An engine, the switches ``nodes`` and a clock. ``facts``, ``published``, ``mirror`` and ``replies`` collect what the
    engine says."""

    def __init__(
        self, config: CentreConfig | None = None, epoch: int = 7, seed: int = 1, nodes: tuple[str, ...] = (NODE,)
    ) -> None:
        self.nodes = nodes
        self.config = config or centre()
        self.now = START_MS
        self.channels: dict[str, Channel] = {}
        self.dead: set[str] = set()
        self.phones: dict[str, list[str]] = {node: [] for node in nodes}
        self.facts: dict[str, RecordFact] = {}
        self.doubles: list[str] = []
        self.published: list[Publish] = []
        self.mirror: dict[str, dict[str, Mapping[str, Any]]] = {}
        self.replies: dict[str, Reply] = {}
        self.commands: list[sw.SwitchCommand] = []
        self.tones: dict[str, str] = {}  # leg of a code -> done, refused
        self.inputs: list[Input] = []
        self.refusals: dict[type[sw.SwitchCommand], str] = {}  # commands that the switch refuses, with its text
        self.unanswered: type[sw.SwitchCommand] | None = None  # done, but the answer does not come in time
        self.dead_trunks: set[str] = set()  # SWITCH:GATEWAY
        self.forgiving = False  # a test that provokes defects says so
        self.defects: list[Exception] = []
        self.silent = False  # nobody listens: events are lost
        self._node = NODE  # the switch that has the order
        self.linked = True  # orders get through
        self.away: set[str] = set()  # switches whose link is lost
        self._queue: deque[Input] = deque()
        self._numbers = 0
        self._recordings: dict[str, tuple[str, int]] = {}
        self.engine = Engine(self.config, epoch, seed)
        for node in nodes:
            self.tell(sw.LinkUp(node, 0, "core-1"))

    # ------------------------------------------------------------ engine

    def give(self, item: Input) -> list[Effect]:
        """One input and all that follows from it at once."""
        first = self._handle(item)
        while self._queue:
            self._handle(self._queue.popleft())
        return first

    def _handle(self, item: Input) -> list[Effect]:
        self.inputs.append(item)
        effects = self.engine.handle(item)
        defects = self.engine.take_defects()
        self.defects += defects
        if defects and not self.forgiving:
            raise defects[0]
        for effect in effects:
            self._collect(effect)
        return effects

    def _collect(self, effect: Effect) -> None:
        if isinstance(effect, SwitchEffect):
            self.commands.append(effect.command)
            cut = not self.linked or effect.node in self.away
            refusal = "link-down" if cut else self.refusals.get(type(effect.command), "")
            self._belongs(effect)
            self._node = effect.node
            text = refusal or self._execute(effect.command)
            if type(effect.command) is self.unanswered:
                text = refusal = "deadline"
            if effect.effect_id:
                self._queue.append(EffectResult(self.now, effect.effect_id, not text.startswith("-") and not refusal, text))
        elif isinstance(effect, RecordFact):
            if effect.id in self.facts:
                self.doubles.append(effect.id)
            self.facts[effect.id] = effect
        elif isinstance(effect, Publish):
            self.published.append(effect)
        elif isinstance(effect, Mirror):
            table = self.mirror.setdefault(effect.kind, {})
            if effect.document is None:
                table.pop(effect.id, None)
            else:
                table[effect.id] = effect.document
        elif isinstance(effect, Reply):
            assert effect.command_id not in self.replies, "two replies"
            self.replies[effect.command_id] = effect

    def _belongs(self, effect: SwitchEffect) -> None:
        """An order goes where its legs live."""
        for name in ("leg", "other", "target"):
            channel = self.channels.get(getattr(effect.command, name, ""))
            assert channel is None or channel.node == effect.node, f"{effect} about {channel}"

    def tell(self, event: sw.SwitchEvent) -> None:
        if self._heard(event):
            self.give(SwitchInput(self.now, event))

    def _heard(self, event: sw.SwitchEvent) -> bool:
        return not self.silent and event.node not in self.away

    def lose_link(self, node: str = NODE) -> None:
        """Nothing is heard from that switch and nothing can be asked for."""
        self.tell(sw.LinkDown(node, 0, "reset"))
        self.away.add(node)

    def link(self, core_uuid: str = "core-1", node: str = NODE) -> None:
        """The link is back; the shell asks the switch what lives there."""
        self.away.discard(node)
        self.silent, self.linked = False, True
        self.tell(sw.LinkUp(node, 0, core_uuid))
        self.give(Resync(self.now, node, self.snapshot([node])))
        for extension in list(self.phones[node]):
            self.register(extension, node)

    def _say(self, event: sw.SwitchEvent) -> None:
        if self._heard(event):
            self._queue.append(SwitchInput(self.now, event))

    def drain(self) -> None:
        while self._queue:
            self._handle(self._queue.popleft())

    def wait(self, seconds: float) -> None:
        """Let time pass; every deadline fires when it is due."""
        end = self.now + int(seconds * 1000)
        while (due := self.engine.next_deadline()) is not None and due <= end:
            self.now = max(self.now, due)
            self.give(Tick(self.now))
        self.now = end
        self.give(Tick(self.now))

    def command(self, name: str, issuer: str = "", **args: Any) -> Reply | None:
        """The reply, None when it comes later."""
        self._numbers += 1
        command_id = f"c{self._numbers}"
        issuer = issuer or f"agent:{args.get('agent_id', '')}"
        self.give(CommandInput(self.now, command_id, name, args, issuer, self.now + 5000))
        return self.replies.get(command_id)

    def reconfigure(self, config: CentreConfig) -> None:
        self.config = config
        self.give(ConfigChanged(self.now, config))

    def restart(self, epoch: int, mirror: bool = True, away: Iterable[str] = ()) -> None:
        """A new engine takes over from the mirror and the channels; the switches ``away`` are not reached at first."""
        self._queue.clear()
        self.silent = False
        self.linked = True
        self.away = set(away)
        last_seen = self.now
        self.engine = Engine(self.config, epoch, 1)
        documents = {kind: dict(table) for kind, table in self.mirror.items()} if mirror else {}
        phones = {node: tuple(there) for node, there in self.phones.items() if node not in self.away}
        self.give(Adopt(self.now, self.snapshot(phones), documents, phones, self.last_seen or last_seen, self.nodes))

    last_seen = 0

    def snapshot(self, nodes: Iterable[str] | None = None) -> tuple[ChannelSnapshot, ...]:
        """Of these switches, or of all."""
        there = set(self.nodes if nodes is None else nodes)
        return tuple(
            ChannelSnapshot(
                c.node,
                c.leg,
                c.direction,
                _state(c),
                bool(c.answered_ms),
                c.bridged_to,
                c.number,
                c.name,
                c.destination,
                c.context or ("public" if c.direction == "inbound" else "default"),
                c.created_ms,
                c.answered_ms,
                c.cti(),
                room=c.room,
                member=c.member if c.room else "",
                listens_to=c.listens_to,
                runs=bool(c.playing or c.room or c.listens_to),
            )
            for c in self.channels.values()
            if c.node in there
        )

    def reconcile(self) -> None:
        for node in self.nodes:
            if node not in self.away:
                self.give(Reconcile(self.now, node, self.snapshot([node])))

    # ------------------------------------------------------------ people

    def agent(self, agent_id: str, ready: bool = True, node: str = NODE) -> None:
        """Phone registered, logged in, ready."""
        if agent_id not in self.phones[node]:
            self.register(agent_id, node)
        self.command("LoginAgent", agent_id=agent_id)
        if ready:
            self.command("ReadyAgent", agent_id=agent_id)

    def register(self, extension: str, node: str = NODE) -> None:
        if extension not in self.phones[node]:
            self.phones[node].append(extension)
        self.tell(sw.PhoneRegistered(node, 0, extension, "r", f"sip:{extension}@10.0.0.1", "10.0.0.1", 5060, "phone", 60))

    def load_page(self, extension: str, page: str) -> None:
        """A web phone registers, or registers again; ``page`` is its registration."""
        if extension not in self.phones[NODE]:
            self.phones[NODE].append(extension)
        contact = f"sofia/internal/sip:{page}@{page}.invalid;transport=ws;fs_path=sip%3A127.0.0.1%3A40000"
        self.tell(sw.PhoneRegistered(NODE, 0, extension, "r", contact, "127.0.0.1", 40000, "JsSIP", 60, page))

    def close_page(self, extension: str, page: str) -> None:
        """The web phone's socket closes; the switch has nothing else for the extension."""
        self.tell(sw.PhoneSocketClosed(NODE, 0, extension, "r", page))
        if extension in self.phones[NODE]:
            self.unregister(extension)

    def unregister(self, extension: str, node: str = NODE) -> None:
        self.phones[node].remove(extension)
        self.tell(sw.PhoneUnregistered(node, 0, extension, "r"))

    def call(
        self, number: str = "4000", leg: str = "", caller: str = "13800138000", name: str = "张三", node: str = NODE
    ) -> str:
        """A caller arrives and parks; gives the leg."""
        self._numbers += 1
        leg = leg or f"caller-{self._numbers}"
        channel = self.channels[leg] = Channel(leg, "inbound", number, caller, name, self.now, parked=True, node=node)
        channel.variables.update(cti_dialled=number, cti_role="caller", cti_phase="arriving", cti_trunk="carrier")
        self._say(sw.LegCreated(node, 0, leg, "inbound", caller, name, number, "public", "external", "carrier"))
        self._say(self._parked(channel))
        self.drain()
        return leg

    def dial_code(self, extension: str, code: str, node: str = NODE) -> str:
        """A phone dials a code; the dialplan answers and parks its leg. Gives the leg; ``tones`` has what the phone hears."""
        self._numbers += 1
        leg = f"code-{self._numbers}"
        channel = self.channels[leg] = Channel(leg, "inbound", code, extension, extension, self.now, self.now, parked=True)
        channel.context, channel.node = "agents", node
        channel.variables.update(cti_extension=extension, cti_role="code", park_after_bridge="true")
        self._say(sw.LegCreated(node, 0, leg, "inbound", extension, extension, code, "agents", "internal", ""))
        self._say(sw.LegAnswered(node, 0, leg))
        self._say(self._parked(channel))
        self.drain()
        return leg

    def ring(self, leg: str) -> None:
        self.tell(sw.LegRinging(self.channels[leg].node, 0, leg, False))

    def pick_up(self, leg: str) -> None:
        """The agent's phone answers: the connect script decides on the switch."""
        channel = self.channels[leg]
        channel.answered_ms = self.now
        caller = self.channels.get(channel.connect_to)
        self._say(sw.LegAnswered(channel.node, 0, leg))
        self._say(sw.JobDone(channel.node, 0, channel.job, True, f"+OK {leg}"))  # as recorded, whether it wins or loses
        if caller is None or leg not in caller.variables.get("cti_offer", "").split(","):
            self.end(leg, "LOSE_RACE")
        else:
            caller.variables["cti_offer"] = ""
            caller.variables["cti_phase"] = "talking"
            path = caller.variables.get("cti_record", "")
            if path and caller.leg not in self._recordings and not self.slow_to_record:
                self._recordings[caller.leg] = (path, self.now)
                self._say(sw.RecordingStarted(caller.node, 0, caller.leg, path))
            self._bridge(caller, channel)
        self.drain()

    def answers(self, leg: str) -> None:
        """A phone that was rung without the connect script is picked up, and parks."""
        channel = self.channels[leg]
        channel.answered_ms, channel.parked = self.now, True
        self._say(sw.LegAnswered(channel.node, 0, leg))
        self._say(sw.JobDone(channel.node, 0, channel.job, True, f"+OK {leg}"))
        self._say(self._parked(channel))
        self.drain()

    def refuse_offer(self, leg: str, cause: str, sip_status: int = 0) -> None:
        """The phone is busy, rejects, or nobody answers."""
        channel = self.channels[leg]
        self.end(leg, cause, sip_status=sip_status)
        self._say(sw.JobDone(channel.node, 0, channel.job, False, f"-ERR {cause}"))
        self.drain()

    def hang_up(self, leg: str, cause: str = "NORMAL_CLEARING", by: str = "recv_bye") -> None:
        """``by``: recv_bye when the far end did it, send_bye when the switch did (nobody there, or our wish)."""
        self.end(leg, cause, by)
        self.drain()

    def music_ends(self, leg: str) -> None:
        channel = self.channels[leg]
        exec_id, channel.playing = channel.playing, ""
        self.tell(sw.ApplicationDone(channel.node, 0, leg, channel.application, exec_id, "FILE PLAYED", ""))

    def done(self, leg: str, response: str = "FILE PLAYED", digits: str = "") -> None:
        """What runs on the channel ends."""
        channel = self.channels[leg]
        exec_id, channel.playing = channel.playing, ""
        self.tell(sw.ApplicationDone(channel.node, 0, leg, channel.application, exec_id, response, digits))

    def press(self, leg: str, digits: str) -> None:
        """The caller presses these keys, one after another."""
        for digit in digits:
            self._pressed(self.channels[leg], digit)
            self.drain()

    # ------------------------------------------------------------ the switch

    def to_fallback(self, leg: str) -> None:
        """The switch's watchdog moves a waiting caller to the fallback queue."""
        channel = self.channels[leg]
        channel.variables.update(cti_offer="", cti_phase="fallback", park_after_bridge="false", hangup_after_bridge="true")
        self._stop(channel)
        channel.parked = False
        channel.destination, channel.context = "fallback", "cti_fallback"

    def unattended(self, leg: str) -> bool:
        """A caller whom the watchdog moves."""
        c = self.channels[leg]
        return c.variables.get("cti_role") == "caller" and bool(c.answered_ms) and not (c.bridged_to or c.room)

    def taken_in_fallback(self, leg: str) -> None:
        """Somebody picks up there, of whom nobody here knows."""
        partner = replace(self.channels[leg], leg=f"fallback-{leg}", direction="outbound", variables={}, bridged_to=leg)
        self.channels[partner.leg] = partner
        self.channels[leg].bridged_to = partner.leg

    def _transfer(self, c: sw.TransferLeg) -> str:
        channel = self.channels.get(c.leg)
        if channel is None:
            return "-ERR No such channel!"
        if c.context == "cti_codes":
            self.tones[c.leg] = c.destination
            self.end(c.leg, "NORMAL_CLEARING")
            return "+OK"
        assert (c.destination, c.context) == ("park", "cti_fallback")
        self._stop(channel)
        channel.destination, channel.context, channel.parked = c.destination, c.context, True
        channel.variables.update(cti_phase="arriving", park_after_bridge="true", hangup_after_bridge="false")
        self._say(self._parked(channel))
        return "+OK"

    def _parked(self, c: Channel) -> sw.LegParked:
        context = c.context or ("public" if c.direction == "inbound" else "default")
        answered = bool(c.answered_ms)
        gateway = "carrier" if c.direction == "inbound" else ""
        return sw.LegParked(c.node, 0, c.leg, c.direction, answered, c.number, c.name, c.destination, context, gateway, c.cti())

    def _bridge(self, one: Channel, other: Channel) -> None:
        for channel in (one, other):
            self._leave_behind(channel, {one.leg, other.leg})
        for channel in (one, other):
            self._stop(channel)
            if channel.parked:
                channel.parked = False
                self._say(sw.LegUnparked(channel.node, 0, channel.leg))
        one.bridged_to, other.bridged_to = other.leg, one.leg
        self._say(sw.LegsBridged(one.node, 0, one.leg, other.leg))

    def _stop(self, channel: Channel) -> None:
        if channel.playing:
            exec_id, channel.playing = channel.playing, ""
            self._say(sw.ApplicationDone(channel.node, 0, channel.leg, channel.application, exec_id, "PLAYBACK ERROR", ""))

    def end(self, leg: str, cause: str, by: str = "send_bye", sip_status: int = 0) -> None:
        channel = self.channels.pop(leg, None)
        if channel is None:
            return
        self.dead.add(leg)
        answered = bool(channel.answered_ms)
        self._say(sw.LegHungUp(channel.node, 0, leg, cause, answered))
        self._stop(channel)
        if leg in self._recordings:
            path, started = self._recordings.pop(leg)
            length = self.now - started
            self._say(sw.RecordingStopped(channel.node, 0, leg, path, length, 44 + 32 * length))
        self._leave_behind(channel, set())
        for other in [other for other in self.channels.values() if other.listens_to == leg]:
            other.listens_to, other.parked = "", True
            self._say(self._parked(other))
        self._say(sw.LegEnded(channel.node, 0, leg, cause, sip_status, by, answered, channel.cti()))
        self._say(sw.LegDestroyed(channel.node, 0, leg))

    def _leave_behind(self, channel: Channel, pair: set[str]) -> None:
        """Its room, whom it listened to, and whom it was bridged to, unless that is still so."""
        channel.listens_to = ""
        if channel.room:
            room, channel.room, channel.muted = channel.room, "", False
            self._say(sw.RoomLeft(channel.node, 0, channel.leg, room))
        other = self.channels.get(channel.bridged_to)
        if other is None or other.leg in pair:
            return
        other.bridged_to = ""
        if other.variables.get("park_after_bridge") == "true":
            other.parked = True
            self._say(self._parked(other))
        else:
            self.end(other.leg, "NORMAL_CLEARING")

    def _execute(self, command: sw.SwitchCommand) -> str:
        return _COMMANDS[type(command)](self, command)

    def _originate(self, c: sw.Originate) -> str:
        assert c.leg not in self.channels
        assert c.leg not in self.dead
        if c.contact.startswith("gw:"):
            return self._call_out(c)
        extension = c.contact.removeprefix("ext:")
        if extension not in self.phones[self._node]:
            self._say(sw.JobDone(self._node, 0, c.job_id, False, "-ERR USER_NOT_REGISTERED"))
            return "+OK"
        channel = Channel(c.leg, "outbound", extension, c.caller_number, c.caller_name, self.now, node=self._node)
        channel.connect_to, channel.job = c.connect_to, c.job_id
        channel.variables.update(c.variables)
        self.channels[c.leg] = channel
        self._say(sw.LegCreated(self._node, 0, c.leg, "outbound", "", "", extension, "default", "internal", "", channel.cti()))
        return "+OK"

    def _call_out(self, c: sw.Originate) -> str:
        """By a trunk; one that is dead makes no channel."""
        gateway, _, number = c.contact.removeprefix("gw:").partition("/")
        if f"{self._node}:{gateway}" in self.dead_trunks:
            self._say(sw.LegDestroyed(self._node, 0, c.leg))
            self._say(sw.JobDone(self._node, 0, c.job_id, False, "-ERR GATEWAY_DOWN"))
            return "+OK"
        channel = Channel(c.leg, "outbound", number, c.caller_number, c.caller_name, self.now, node=self._node)
        channel.job = c.job_id
        channel.variables.update(c.variables)
        self.channels[c.leg] = channel
        self._say(sw.LegCreated(self._node, 0, c.leg, "outbound", "", "", number, "default", "external", gateway, channel.cti()))
        return "+OK"

    def _park(self, c: sw.ParkLeg) -> str:
        channel = self.channels.get(c.leg)
        if channel is None:
            return "-ERR No such channel!"
        other = self.channels.get(channel.bridged_to)
        for one in (channel, other):
            if one is not None:
                self._stop(one)
                one.bridged_to = ""
                self._leave_behind(one, set())
                one.parked = True
                self._say(self._parked(one))
        return "+OK"

    def _join_room(self, c: sw.JoinRoom) -> str:
        channel = self.channels.get(c.leg)
        if channel is None:
            return "-ERR No such channel!"
        other = self.channels.get(channel.bridged_to) if c.both else None
        for one in [one for one in (channel, other) if one is not None]:
            self._leave_behind(one, {channel.leg, other.leg if other else ""})
            self._stop(one)
            one.bridged_to, one.parked, one.room = "", False, c.room
            self._numbers += 1
            one.member = one.member or str(self._numbers)
            self._say(sw.RoomJoined(one.node, 0, one.leg, c.room, one.member))
        return "+OK"

    def _mute(self, c: sw.MuteMember) -> str:
        for channel in self.channels.values():
            if (channel.room, channel.member) == (c.room, c.member):
                channel.muted = c.muted
                self._say(sw.RoomMuted(channel.node, 0, channel.leg, c.room, c.muted))
                return "+OK"
        return "-ERR Non-Existant ID"

    def _listen(self, c: sw.Listen) -> str:
        channel = self.channels.get(c.leg)
        if channel is None:
            return "-ERR No such channel!"
        self._leave_behind(channel, set())
        self._stop(channel)
        channel.bridged_to, channel.parked = "", c.target not in self.channels
        channel.listens_to, channel.mode = "" if channel.parked else c.target, "listen"
        told = self._parked(channel) if channel.parked else sw.ListeningStarted(channel.node, 0, c.leg, c.target)
        self._say(told)
        return "+OK"

    def _listen_mode(self, c: sw.SetListenMode) -> str:
        channel = self.channels.get(c.leg)
        if channel is not None and channel.listens_to:
            channel.mode = c.mode
        return "+OK"

    def _record(self, c: sw.StartRecording) -> str:
        if c.leg not in self.channels:
            return "-ERR Cannot locate session!"
        if c.leg not in self._recordings:
            self._recordings[c.leg] = (c.path, self.now)
            self._say(sw.RecordingStarted(self._node, 0, c.leg, c.path))
        return "+OK Success"

    def _stop_recording(self, c: sw.StopRecording) -> str:
        if self._recordings.get(c.leg, ("", 0))[0] != c.path:
            return "-ERR No such recording"
        path, began = self._recordings.pop(c.leg)
        self._say(sw.RecordingStopped(self._node, 0, c.leg, path, self.now - began, 44 + 32 * (self.now - began)))
        return "+OK Success"

    def _mask(self, c: sw.MaskRecording) -> str:
        if self._recordings.get(c.leg, ("", 0))[0] != c.path:
            return "-ERR No such recording"
        self.masked = c.masked
        return "+OK"

    masked = False
    slow_to_record = False  # the bridge is over before the file has begun

    def hold_key(self, leg: str, holds: bool) -> None:
        """The phone's own."""
        self.channels[leg].flow = "sendonly" if holds else "sendrecv"
        self.tell(sw.PhoneReinvited(self.channels[leg].node, 0, leg))

    def hears(self, leg: str) -> set[str]:
        """Whom a leg hears."""
        channel = self.channels[leg]
        heard = {channel.bridged_to} if channel.bridged_to else set()
        if channel.room:
            heard |= {one.leg for one in self.channels.values() if one.room == channel.room and not one.muted}
        if channel.listens_to:
            heard |= self.hears(channel.listens_to) | {channel.listens_to}
        for one in self.channels.values():
            if one.listens_to == leg and one.mode in ("whisper", "barge"):
                heard.add(one.leg)
            target = self.channels.get(one.listens_to)
            with_target = target is not None and (leg == target.bridged_to or (target.room and target.room == channel.room))
            if one.mode == "barge" and with_target and one.listens_to != leg:
                heard.add(one.leg)
        return heard - {leg}

    def _uuid_bridge(self, c: sw.BridgeLegs) -> str:
        one, other = self.channels.get(c.leg), self.channels.get(c.other)
        if one is None or other is None:
            return "-ERR Invalid uuid"
        self._bridge(one, other)
        application, _, path = one.variables.get("execute_on_pre_bridge", "").partition(" ")
        if application == "record_session" and one.leg not in self._recordings:
            self._recordings[one.leg] = (path, self.now)
            self._say(sw.RecordingStarted(one.node, 0, one.leg, path))
        return "+OK"

    def _kill(self, c: sw.KillLeg) -> str:
        channel = self.channels.get(c.leg)
        if channel is None:
            return "-ERR No such channel!"
        self.end(c.leg, c.cause)
        if channel.job and not channel.answered_ms:
            self._say(sw.JobDone(channel.node, 0, channel.job, False, f"-ERR {c.cause}"))
        return "+OK"

    def _set(self, c: sw.SetVariable) -> str:
        channel = self.channels.get(c.leg)
        if channel is None:
            return "-ERR No such channel!"
        channel.variables[c.name] = c.value
        return "+OK"

    def _run(self, c: sw.Execute) -> str:
        channel = self.channels.get(c.leg)
        if channel is None:
            return "-ERR invalid session id"
        assert not channel.bridged_to, f"{c.application} on a bridged leg"
        if c.application == "answer":
            channel.answered_ms = channel.answered_ms or self.now
            self._say(sw.LegAnswered(channel.node, 0, c.leg))
        else:
            self._stop(channel)
            channel.playing, channel.application = c.exec_id, c.application
            if c.application == "play_and_get_digits":
                channel.digits, channel.most, channel.ends = "", int(c.argument.split()[1]), c.argument.split()[4]
                self._say(sw.CollectionStarted(channel.node, 0, c.leg, c.exec_id))
        return "+OK"

    def _press(self, c: sw.PressDigits) -> str:
        channel = self.channels.get(c.leg)
        if channel is None:
            return "-ERR Cannot locate session!"
        for digit in c.digits:
            self._pressed(channel, digit)
        return "+OK"

    def _pressed(self, channel: Channel, digit: str) -> None:
        """The event comes first; then what runs makes of it what it does."""
        self._say(sw.DigitReceived(channel.node, 0, channel.leg, digit))
        exec_id, application = channel.playing, channel.application
        ends = digit in channel.ends.replace("none", "")
        if application == "play_and_get_digits" and exec_id:
            channel.digits += "" if ends else digit
            if ends or len(channel.digits) == channel.most:
                channel.playing = ""
                self._say(sw.ApplicationDone(channel.node, 0, channel.leg, application, exec_id, "_none_", channel.digits))
        elif application == "playback" and exec_id and channel.variables.get("playback_terminators", "*") in ("any", digit):
            channel.playing = ""
            self._say(sw.ApplicationDone(channel.node, 0, channel.leg, application, exec_id, "FILE PLAYED", ""))

    def _break(self, c: sw.BreakPlayback) -> str:
        channel = self.channels.get(c.leg)
        if channel is None:
            return "-ERR No such channel!"
        self._stop(channel)
        return "+OK"

    def _exists(self, c: sw.LegExists) -> str:
        return "true" if c.leg in self.channels else "false"

    def _describe(self, c: sw.DescribeLeg) -> str:
        found = [plain(one) for one in self.snapshot() if one.leg == c.leg]
        return orjson.dumps(found[0]).decode() if found else ""

    def _talk(self, c: sw.AnswerPhone) -> str:
        return "+OK" if c.leg in self.channels else "-ERR No such channel!"

    # ------------------------------------------------------------ looking

    def view(self, kind: str, thing: str) -> dict[str, Any]:
        return self.engine.snapshot()[kind][thing]

    def the_call(self, leg: str) -> dict[str, Any]:
        """The view of the call of this caller's leg."""
        calls = self.engine.snapshot()["calls"].values()
        return next(call for call in calls if any(one["id"] == leg for one in call["legs"]))

    def offered_leg(self) -> str:
        """The one agent's leg that was originated last."""
        return next(c.leg for c in reversed(self.commands) if isinstance(c, sw.Originate))

    def of_kind(self, kind: str) -> list[Mapping[str, Any]]:
        return [fact.data for fact in self.facts.values() if fact.kind == kind]

    def segments(self, segment: str) -> list[Mapping[str, Any]]:
        return [data for data in self.of_kind("segment") if data["segment"] == segment]

    def names(self) -> list[str]:
        return [event.name for event in self.published]

    def state(self, agent: str) -> str:
        return str(self.view("agents", agent)["state"])


SEVERAL = {
    f"{queue}-too": {
        "name": f"{queue}-too",
        "version": 1,
        "language": "en",
        "start": "wait",
        "nodes": {"wait": {"type": "queue", "queue": first, "also": [queue]}},
    }
    for first, queue in (("sales", "repair"), ("repair", "sales"))
}
"""Flows of callers who wait in both queues at once."""


def in_several(config: CentreConfig) -> CentreConfig:
    """Who calls 4002 waits in sales and in repair, 4003 the other way round; 1001 is of sales alone, 1002 of repair alone."""
    numbers = {
        number: ServiceNumberConfig(number, "Both", flow, "sales")
        for number, flow in (("4002", "repair-too"), ("4003", "sales-too"))
    }
    people = {
        key: replace(one, queues={"1001": {"sales": 1}, "1002": {"repair": 1}}.get(key, one.queues))
        for key, one in config.agents.items()
    }
    flows = {**config.flows, **SEVERAL}
    return replace(config, flows=flows, service_numbers={**config.service_numbers, **numbers}, agents=people)


def wrong_lines(w: World) -> list[str]:
    """A call stands in exactly the lines of its queues, at its place, while it may be offered, and is present in the first; who
    asks a queue may stand there, too; nobody else stands anywhere."""
    core, wrong = w.engine._core, []
    lines: dict[str, set[tuple[str, int]]] = {}
    present: dict[str, set[str]] = {}
    for queue in core.queues.values():
        for key, _, waits in queue.waiting.first(len(queue.waiting)):
            lines.setdefault(waits, set()).add((queue.id, key))
        for waits in queue.present:
            present.setdefault(waits, set()).add(queue.id)
    for call in core.calls.values():
        stands, is_present = lines.pop(call.id, set()), present.pop(call.id, set())
        away = not core.linked(call.node) or call.legs[call.caller_leg].seen.state == "fallback"
        waits = call.activity == "queue" and not call.ending
        may = waits and not (call.offers or call.comeback or away)
        due = {(one, waiting_key(call.queued_ms, call.priority + core.queue_config(one).priority)) for one in call.queues}
        if stands != (due if may else set()) and not (call.ending and stands == due):
            wrong.append(f"{call.id} stands in {stands}, due {due if may else 'nowhere'}: {call}")
        if not call.ending and is_present != ({call.queue} if waits else set()):
            wrong.append(f"{call.id} is present in {is_present}: {call}")
        if call.also and not waits and not call.ending:
            wrong.append(f"{call.id} waits nowhere and has further queues: {call}")
        for leg in call.asks:
            lines.pop(leg, None)
    return wrong + [f"{waits} stands in {where}" for waits, where in {**lines, **present}.items()]


class FaultyWorld(World):
    """What a switch also does when events are lost or late: it tells its own clock, and lets sound run over a bridge."""

    def snapshot(self, nodes: Iterable[str] | None = None) -> tuple[ChannelSnapshot, ...]:
        return tuple(replace(channel, switch_ms=self.now) for channel in super().snapshot(nodes))

    def _execute(self, command: sw.SwitchCommand) -> str:
        """On a bridged leg a sound plays too, over the voice of the other."""
        channel = self.channels.get(command.leg) if isinstance(command, sw.Execute) else None
        if channel is None or not channel.bridged_to:
            return super()._execute(command)
        partner, channel.bridged_to = channel.bridged_to, ""
        try:
            return super()._execute(command)
        finally:
            channel.bridged_to = partner


def _state(c: Channel) -> str:
    if c.bridged_to:
        return "CS_EXCHANGE_MEDIA"
    if c.room or c.listens_to:
        return "CS_EXECUTE"
    return "CS_PARK" if c.parked else "CS_CONSUME_MEDIA"


_COMMANDS: dict[type[sw.SwitchCommand], Any] = {
    sw.Originate: World._originate,
    sw.ParkLeg: World._park,
    sw.TransferLeg: World._transfer,
    sw.BridgeLegs: World._uuid_bridge,
    sw.JoinRoom: World._join_room,
    sw.MuteMember: World._mute,
    sw.Listen: World._listen,
    sw.SetListenMode: World._listen_mode,
    sw.StartRecording: World._record,
    sw.StopRecording: World._stop_recording,
    sw.MaskRecording: World._mask,
    sw.AskMediaFlow: lambda w, c: w.channels[c.leg].flow if c.leg in w.channels else "-ERR No such channel!",
    sw.KillLeg: World._kill,
    sw.SetVariable: World._set,
    sw.Execute: World._run,
    sw.BreakPlayback: World._break,
    sw.PressDigits: World._press,
    sw.LegExists: World._exists,
    sw.AnswerPhone: World._talk,
    sw.DescribeLeg: World._describe,
}
