"""Many small tables in one hall: a whole daemon on a real switch, and desks that each have a caller C, an agent A, a colleague
B, a leader's phone S and X, Y and Z outside. All of them speak a tone of their own, all at once, and what comes to each ear is
kept. Greenlets only: nothing here may block.

Who hears whom is written as groups. ``C♪ AB``: A and B hear each other, C hears music; ``C♫``: ringback (a second in five);
``A``: silence; ``B?``: its phone rings; ``CAb``: nobody hears B, who hears the others; ``S>A``: S listens to A; ``S>>A``
whispers, ``S>>>A`` barges in. Who is not named has no call.
"""

from __future__ import annotations

import array
import math
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, NoReturn

import gevent
from gevent.event import AsyncResult

from cti_server.adapters.command_client import CommandClient
from cti_server.domain.config import (
    AgentConfig,
    CentreConfig,
    ClassOfService,
    QueueConfig,
    ServiceNumberConfig,
    TeamConfig,
    TrunkConfig,
)
from cti_server.errors import CtiError, WrongState, error_of
from cti_server.events import commands as do
from cti_server.events.declare import Arguments
from scripts import fsconf, prompts
from scripts.stack import Stack
from tests.e2e.choir import Carrier, Choir, Party
from tests.e2e.floor import Floor
from tests.e2e.voice import LINEAR, OTHER, PACKET, RATE, content
from tests.fixtures_switch import PrivateSwitch, freeswitch_binary

WINDOW_S = 0.2
WITHIN_S = 12.0
GAP_S = 0.5
"""Who should hear somebody before and after does so again within this time."""
MUSIC, RINGBACK = OTHER, "♫"
LASTS_S = 0.4
"""So long all stays as it is: the switch's recording has a gap of 0.1 s at each change."""
RECORDED = 44 + RATE * 4 // 3
"""Bytes of a file that has begun."""
RUN = 5
"""Packets in a row of a recording that count."""
MUSIC_HZ = 3325
TONES = range(500, 3100, 50)
"""Above that of the ringback, and away from that of the music and the prompt."""
PARTIES = "CABSXYZ"
OUTSIDE = "XYZ"
LONG_PROMPT_S = 30
AGAIN_S = 40.0
"""So often all phones register."""


class Gap(AssertionError):
    """Also a machine that is busy with something else makes one."""


class Commands(CommandClient):
    """A greenlet waits for the answer, not the process."""

    def send(self, wish: Arguments, issuer: str, deadline_s: float = 10.0) -> dict[str, Any]:
        command, answer = self._command(wish, issuer, deadline_s), AsyncResult()
        self._waiting[command.id] = answer
        if self._reader is None:
            self._reader = gevent.spawn(self._read)
        self._add(command)
        with gevent.Timeout(deadline_s, AssertionError(f"no answer to {wish}")):
            reply = answer.get()
        if not reply.ok:
            raise error_of(reply.error_id, reply.message, reply.data)
        return dict(reply.data)


class Desk:
    """One table. ``number`` leads to A alone; B is asked by name, or by the queue ``other``."""

    def __init__(self, hall: Hall, n: int) -> None:
        self.hall, self.n = hall, n
        self.A, self.B, self.S = (f"1{n:02}{k}" for k in (1, 2, 3))
        self.X, self.Y, self.Z = (f"13{9 - k}{n:08}" for k in range(len(OUTSIDE)))
        self.number, self.queue, self.other = f"955{n:02}", f"q{n}", f"o{n}"
        self.hz = dict(zip(PARTIES, TONES[n * len(PARTIES) :], strict=False))
        self.phones: dict[str, Party] = {}
        self.calls = 0
        self.id = self.caller = ""
        self.heard: list[str] = []
        self.states: list[str] = []
        self._files = 0

    # ------------------------------------------------------------ what people do

    def do(self, wish: Arguments, issuer: str = "") -> dict[str, Any]:
        return self.hall.commands.send(wish, issuer or f"agent:{getattr(wish, 'agent_id', '')}")

    def a(self, kind: type[Arguments], **more: Any) -> dict[str, Any]:
        return self.do(kind(agent_id=self.A, **more))

    def b(self, kind: type[Arguments], **more: Any) -> dict[str, Any]:
        return self.do(kind(agent_id=self.B, **more))

    def lead(self, kind: type[Arguments], **more: Any) -> dict[str, Any]:
        """Somebody who may listen does, at the phone S."""
        whom = {"call_id": self.id} if more.pop("waits", False) else {"agent_id": self.A}
        return self.do(kind(extension=self.S, **whom, **more), "user:9")

    def call(self) -> None:
        self.phones["C"].start(self.number, self.hall.switch.external_port, self.caller)

    def dial(self) -> None:
        self.id = str(self.a(do.DialNumber, number=self.X)["call_id"])

    def call_colleague(self) -> None:
        self.id = str(self.a(do.CallAgent, colleague_id=self.B)["call_id"])

    def party(self, name: str) -> int:
        """Its number in the call."""
        (view,) = self.hall.views("calls", id=self.id)
        role, agent = {"C": ("customer", ""), "X": ("outside", "")}.get(name, ("agent", getattr(self, name, "")))
        return next(int(leg["no"]) for leg in view["legs"] if leg["party"] == role and leg["agent"] in (agent, None, ""))

    # ------------------------------------------------------------ a call

    def at_that_moment(self, act: Callable[[Desk], object], who: str, offset_s: float) -> None:
        """``who`` hangs up so long after ``act`` (before it, below 0), which may be too late then. Whatever comes of it, all who
        are left are in order; whoever is rung answers."""
        for phone in self.phones.values():
            phone.lets_ring = False
        gone = gevent.spawn_later(max(0.0, offset_s), self.hangs_up, who)
        gevent.sleep(max(0.0, -offset_s))
        with suppress(CtiError):
            act(self)
        gone.get()
        since = [0.0]

        def in_order() -> bool:
            """For a while, not for a moment."""
            now = time.time()
            since[0] = (since[0] or now) if not (why := self._out_of_order(now)) else 0.0
            self.why = why
            return since[0] > 0 and now > since[0] + LASTS_S

        try:
            self.soon("all who are left are in order", in_order)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.why}; {self.hall.views('calls', number=self.caller)}") from None
        assert who == "A" or not self.phones[who].busy, f"{who} has a call again"  # A may have been rung anew

    def _out_of_order(self, now: float) -> str:
        """'' when nobody is rung, and who is in a call hears somebody, who hears it too unless it only listens; or what plays."""
        busy = {name for name, phone in self.phones.items() if phone.busy}
        if rung := [name for name, phone in self.phones.items() if phone.rings]:
            return f"{rung} ring"
        if busy and "C" not in busy:
            return f"{busy} are left without the customer"
        heard = {name: self._all(name, now - WINDOW_S, now) for name in busy}
        for name, whom in heard.items():
            holds = name == "A" and self.state("A") == "holding"  # an agent who holds a call hears nothing
            if not (whom or holds) or whom - {MUSIC} - busy:
                return f"{name} hears {self._text(whom)!r}"
            if deaf := [one for one in whom - {MUSIC, "S"} if name != "S" and name not in heard[one]]:
                return f"{deaf} do not hear {name}"
        return ""

    def books(self) -> None:
        """The call is booked, once, and nothing of it is open."""
        self.soon("the call is booked", lambda: self.hall.rows(f"SELECT id FROM calls WHERE call_id = '{self.id}'"))
        assert len(self.hall.rows(f"SELECT id FROM calls WHERE call_id = '{self.id}'")) == 1
        self.soon("nobody is in a call", lambda: {self.state("A"), self.state("B")} == {"idle"})

    def fresh(self) -> None:
        """A is idle and waits for calls, B is idle and does not."""
        self.calls += 1
        self.caller = f"137{self.n:02}{self.calls:06}"
        self.id, self.heard, self.states, self._files = "", [], [], 0
        for phone in self.phones.values():
            phone.voice.forget()
            phone.clashes, phone.lets_ring = 0, False
        for agent in (self.A, self.B):
            with suppress(WrongState):  # a call that was dialled has after-call work of its own
                self.do(do.EndWrapUp(agent_id=agent))
        self.soon("both are idle", lambda: {self.state("A"), self.state("B")} == {"idle"})
        for wish in (do.PauseAgent(agent_id=self.B, reason="lunch"), do.ReadyAgent(agent_id=self.A)):
            with suppress(WrongState):  # it is so already
                self.do(wish)

    def state(self, name: str) -> str:
        return str(self.hall.views("agents", id=getattr(self, name))[0]["state"])

    def turn(self, act: Callable[[Desk], object], before: str, after: str) -> None:
        """Somebody does something: until all hear whom they should, nobody anything else on the way, and no gap."""
        for name, phone in self.phones.items():
            phone.lets_ring = f"{name}?" in after
        began = time.time()
        act(self)
        was, wanted = ears(before), ears(after)
        try:
            self.soon(after, lambda: self.is_so(after, wanted, began))
        except AssertionError:
            self.fail(after, wanted, began)
        if not self.id and (found := self.hall.views("calls", number=self.caller)):
            self.id = str(found[0]["id"])
        if wanted:
            self._recorded_now(before, after, wanted)
            gevent.sleep(LASTS_S)
        self._on_the_way(was, wanted, began, time.time())
        self.states.append(after)
        self.heard.append(self._text(wanted.get("C", frozenset()) - {MUSIC, RINGBACK}))

    def _recorded_now(self, before: str, after: str, wanted: dict[str, frozenset[str]]) -> None:
        """A recording begins a little later than what is on it."""
        files = self._files
        talks = bool(wanted.get("C", frozenset()) - {MUSIC, RINGBACK})
        self._files = max(files, talks) + bool(_asked(after) and not _asked(before))
        if self._files > files:
            grown = lambda: sum(file.stat().st_size > RECORDED for file in self.files())  # noqa: E731
            self.soon(f"{self._files} are recorded, {before} -> {after}", lambda: grown() == self._files)

    def files(self) -> list[Path]:
        return list(self.hall.switch.recordings.rglob(f"{self.id}_*.wav")) if self.id else []

    def is_so(self, state: str, wanted: dict[str, frozenset[str]], began: float) -> bool:
        now = time.time()
        for name, phone in self.phones.items():
            if phone.rings != (f"{name}?" in state) or phone.busy != (name in state.upper()):
                return False
        for name, whom in wanted.items():
            of_late = self._all(name, now - WINDOW_S, now)
            if RINGBACK in whom:
                if MUSIC not in self._all(name, began, now) or of_late - {MUSIC} != whom - {RINGBACK}:
                    return False
            elif of_late != whom:
                return False
        return True

    def fail(self, state: str, wanted: dict[str, frozenset[str]], began: float) -> NoReturn:
        now = time.time()
        words = []
        for name, phone in self.phones.items():
            if phone.busy or name in wanted:
                heard, of_late = (self._text(self._all(name, since, now)) for since in (began, now - WINDOW_S))
                what = "rings" if phone.rings else "in a call" if phone.busy else "no call"
                said = f"{what}, told {phone.said[-3:]} {phone.answers} {phone.why}"
                words.append(f"{name}: {said}, heard {heard!r}, of late {of_late!r}, wanted {self._text(wanted.get(name, ()))!r}")
        views = self.hall.views("calls", number=self.caller)
        raise AssertionError(f"wanted {state!r}: " + "; ".join(words) + f"; {views}")

    def _text(self, names: Any) -> str:
        return "".join(sorted(names))

    def _on_the_way(self, was: dict[str, frozenset[str]], wanted: dict[str, frozenset[str]], began: float, now: float) -> None:
        late = self.hall.choir.stall_s(began, now)
        for name in {*was, *wanted}:
            before, after = was.get(name, frozenset()), wanted.get(name, frozenset())
            strange = self._all(name, began, now) - before - after - {MUSIC}
            assert not strange, f"{name} heard {self._text(strange)} between {self._text(before)!r} and {self._text(after)!r}"
            for whom in before & after - {MUSIC, RINGBACK}:
                gap = self._gap_s(name, whom, began, now)
                if gap > GAP_S + late:
                    raise Gap(f"{name} did not hear {whom} for {gap:.2f} s (we were late by {late:.2f} s)")

    def _packets(self, name: str, since: float, until: float) -> list[tuple[float, frozenset[str]]]:
        voice = self.phones[name].voice
        found = []
        for at in range(len(voice.sounds) - 1, -1, -1):
            if voice.heard_at[at] < since:
                break
            if voice.heard_at[at] <= until:
                found.append((voice.heard_at[at], self.hall.content(voice.sounds[at], self)))
        return found[::-1]

    def _all(self, name: str, since: float, until: float) -> set[str]:
        """What was heard in any three packets one after another."""
        packets = [what for _, what in self._packets(name, since, until)]
        return set().union(*(one & two & three for one, two, three in zip(packets, packets[1:], packets[2:], strict=False)))

    def _gap_s(self, name: str, whom: str, since: float, until: float) -> float:
        at = [since, *(at for at, what in self._packets(name, since, until) if whom in what), until]
        return max(later - earlier for earlier, later in pairwise(at))

    def hangs_up(self, who: str) -> None:
        self.phones[who].hang_up()

    def home(self) -> None:
        """The customer hangs up, if it has not yet: nobody is left over, and nobody was rung twice at once."""
        last = next((name for name in "CXB" if self.phones[name].busy), "C")  # of a call that A began X or B is the customer
        self.phones[last].hang_up()
        self.soon("no phone has a call", lambda: not any(phone.busy for phone in self.phones.values()), left=True)
        self.soon("the call is over", lambda: not self.hall.views("calls", number=self.caller))
        assert not [name for name, phone in self.phones.items() if phone.clashes], "rung twice"

    def clear(self) -> None:
        """After a failure: all hang up."""
        for phone in self.phones.values():
            phone.hang_up()
        gevent.sleep(2)
        for phone in self.phones.values():
            phone.hang_up()
            phone.busy = phone.rings = False

    def soon(self, what: str, condition: Callable[[], object], left: bool = False) -> None:
        end = time.monotonic() + WITHIN_S
        while not condition():
            if time.monotonic() > end:
                who = [name for name, phone in self.phones.items() if phone.busy]
                raise AssertionError(f"{what}: not within {WITHIN_S:.0f} s" + (f"; left: {who}" if left else ""))
            gevent.sleep(0.05)

    # ------------------------------------------------------------ recordings

    def recorded(self, file: Path) -> tuple[list[str], set[str]]:
        """Whom the one on whose leg the file is heard, in order, and who spoke there."""
        samples = array.array("h", file.read_bytes()[44:])
        sides: list[list[frozenset[str]]] = []
        for side in (samples[0::2], samples[1::2]):
            sides.append([])
            for at in range(0, len(side) - PACKET + 1, PACKET):
                sides[-1].append(content(side[at : at + PACKET], self.hz))
                gevent.sleep(0)  # the others have to speak
        said, heard = sides
        runs = [what - {MUSIC} for what, row in groupby(heard) if len(list(row)) >= RUN and what - {MUSIC}]
        spoke = [what for what, row in groupby(said) if len(list(row)) >= RUN]
        return [one for one, _ in groupby("".join(sorted(what)) for what in runs)], set().union(*spoke)

    def check_recording(self) -> None:
        heard = [what for what, _ in groupby(filter(None, self.heard))]
        if not heard:
            return  # nobody has talked
        files = set(self.files())
        of_consults = {file for file in files if file.stem.endswith("-consult")}
        (file,) = files - of_consults
        found, said = self.recorded(file)
        assert (found, said) == (heard, {"C"}), f"the file has {found} and {said}; the customer heard {heard}"
        before = ["", *self.states]
        began = [_asked(state) for state, last in zip(self.states, before, strict=False) if _asked(state) and not _asked(last)]
        assert len(of_consults) == len(began), f"{len(of_consults)} files of {len(began)} consultations"
        for file in of_consults:
            found, said = self.recorded(file)
            assert said == {"A"}, f"the consultation's file has {said}"
            assert {what.replace("S", "") for what in found} == set(began), f"the consultation's file has {found}"  # S whispers


def _asked(state: str) -> str:
    """With whom A is apart from the customer."""
    found = re.search(r"(?:^| )A([BX])(?: |$)", state)
    return found[1] if found and "C" in state else ""


def ears(state: str) -> dict[str, frozenset[str]]:
    """name -> whom it hears."""
    found: dict[str, set[str]] = {}
    groups = state.split()
    for group in groups:
        if ">" in group or "?" in group:
            continue
        names = group.rstrip(MUSIC + RINGBACK)
        speak = {name for name in names if name.isupper()}
        for name in names.upper():
            found[name] = speak - {name} | set(group[len(names) :])
    for group in groups:
        if ">" in group:
            listener, target = group[0], group[-1]
            found[listener] = found[target] | {target}
            for name in {1: "", 2: target, 3: "".join({target} | found[target])}[group.count(">")]:
                found[name] = found[name] | {listener}
    return {name: frozenset(whom) for name, whom in found.items()}


class Hall(Floor):
    """``desks`` of them."""

    def __init__(self, switch: PrivateSwitch, stack: Stack, desks: int) -> None:
        self.desks = [Desk(self, n) for n in range(desks)]
        self._known: dict[tuple[bytes, int], frozenset[str]] = {}
        tone = [0.5 * math.sin(2 * math.pi * MUSIC_HZ * n / RATE) for n in range(RATE * LONG_PROMPT_S)]
        prompts.write_wav(switch.prompts / "zh/long.wav", tone)
        super().__init__(switch, stack, config(self.desks, switch))
        self.commands = Commands(self.redis, self.keys, "desks")

    def phones(self) -> None:
        for desk in self.desks:
            desk.phones = {name: Party(hz) for name, hz in desk.hz.items()}
        self.choir = Choir([phone for desk in self.desks for phone in desk.phones.values()])
        outside = {getattr(desk, name): desk.phones[name] for desk in self.desks for name in OUTSIDE}
        self._carrier = Carrier(self.switch.trunk_port, outside)
        self._registering = gevent.spawn(self._register)

    def _register(self) -> None:
        while True:
            for phone in self.switch.plan.phones:
                desk, name = self.desks[int(phone.extension[1:3])], "ABS"[int(phone.extension[3]) - 1]
                desk.phones[name].register(phone.extension, phone.password, self.switch.internal_port)
            gevent.sleep(AGAIN_S)

    def content(self, sound: bytes, desk: Desk) -> frozenset[str]:
        """By the desk's tones; each sound is looked at once."""
        if (sound, desk.n) not in self._known:
            self._known[sound, desk.n] = content([LINEAR[byte] for byte in sound], desk.hz)
        return self._known[sound, desk.n]

    def close(self) -> None:
        if self.commands._reader is not None:
            self.commands._reader.kill()
        self._registering.kill()
        self._carrier.stop()
        self.choir.stop()


def config(desks: list[Desk], switch: PrivateSwitch) -> CentreConfig:
    people, queues, lines = {}, {}, {}
    rules = dict.fromkeys(("no-answer", "rejected", "busy", "unreachable"), "next")
    music = f"tone_stream://%(1000,0,{MUSIC_HZ});loops=-1"
    for d in desks:
        for agent, queue in ((d.A, d.queue), (d.B, d.other)):
            people[agent] = AgentConfig(agent, f"Agent {agent}", agent, "east", {queue: 1}, "inland")
            queues[queue] = QueueConfig(queue, queue, wrap_up_s=0, music=music, offer_failed=rules)
        lines[d.number] = ServiceNumberConfig(d.number, f"Line {d.n}", "", d.queue)
    ask = {"type": "collect", "prompt": "long", "min_digits": 1, "max_digits": 1, "store": "key", "ok": "end", "none": "end"}
    nodes = {"ask": ask, "end": {"type": "hang_up"}}
    inland = ClassOfService("inland", "Inland", ("national",), ("national",), at_once=9, per_minute=1000)
    return CentreConfig(
        1, "main", people, {"east": TeamConfig("east", "East")}, queues, lines,
        flows={"ask": {"name": "ask", "version": 1, "language": "zh", "start": "ask", "nodes": nodes}},
        recordings_dir=str(switch.recordings), prompts_dir=str(switch.prompts), failed_rings_max=0, record_consults=True,
        classes_of_service={"inland": inland},
        trunks={"carrier": TrunkConfig("carrier", "carrier")},
    )  # fmt: skip


@contextmanager
def hall(folder: Path, desks: int) -> Iterator[Hall]:
    extensions = [f"1{n:02}{k}" for n in range(desks) for k in (1, 2, 3)]
    switch = PrivateSwitch(freeswitch_binary(), tuple(fsconf.Phone(e, f"phone-secret-{e}") for e in extensions))
    switch.daemon_alive = False
    stack = Stack({"CTI_DATA_DIR": str(folder)})
    try:
        found = Hall(switch, stack, desks)
        try:
            yield found
        finally:
            found.close()
    finally:
        stack.stop()
        switch.stop()
        shutil.rmtree(switch.folder, ignore_errors=True)
