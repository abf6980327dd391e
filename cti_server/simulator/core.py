"""The switch itself: its time, its channels, its events, its timers. Pure: no socket, no clock, no thread.

Whoever drives it (a test, the server) moves time with ``scheduler.run_until`` and gives commands to ``api``/``session``. A real
switch looks at a leg every 20 ms; so does this one: what is asked of a leg happens at its next look (``LOOK_MS``).
The order of events on one leg is the recorded order; between legs only some orders are certain, as on the real one.
"""

from __future__ import annotations

import random
import uuid as uuids
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cti_server.simulator.channel import Channel, FarEnd, Room
from cti_server.simulator.events import Event, Head, Value
from cti_server.simulator.scenario import Scenario
from cti_server.simulator.scheduler import LOOK_MS, Scheduler
from cti_server.simulator.truth import Truth

HEARTBEAT_S = 20
WITHOUT_VARS = frozenset(("CHANNEL_STATE", "CHANNEL_CALLSTATE", "PRIVATE_COMMAND", "DTMF", "CODEC", "CHANNEL_OUTGOING"))
PADDING = {f"variable_rtp_audio_padding_{i:03d}": f"realistic-value-{i:03d}-0.00" for i in range(180)}


class Listener(Protocol):
    """``wanted``: names of events, and ``CUSTOM subclass``; ``ALL`` is everything."""

    wanted: set[str]

    def hear(self, event: Event) -> None: ...


@dataclass(frozen=True, slots=True)
class Dialled:
    """Who is behind a dial string, and what the leg to it is called."""

    party: FarEnd
    channel_name: str
    destination: str
    profile: str


class Directory(Protocol):
    def find(self, dial: str) -> Dialled | tuple[str, bool]:
        """Who is behind a dial string; else (cause, whether a bare CHANNEL_DESTROY shows)."""


class Faults(Protocol):
    """What a server can do to the switch that it serves."""

    def advance(self, ms: float) -> None: ...
    def freeze(self, seconds: float) -> None: ...
    def drop(self) -> None: ...
    def restart(self) -> None: ...


class Switch:
    """All state of one simulated switch. ``when_ended``: what else has to be done when a leg has hung up."""

    directory: Directory

    def __init__(self, scenario: Scenario, now_us: int) -> None:
        self.scenario = scenario
        self.random = random.Random(scenario.seed)
        self.scheduler = Scheduler(now_us)
        self.head = Head(self.new_uuid(), scenario.switchname)
        self.channels: dict[str, Channel] = {}
        self.zombies: list[Channel] = []  # listed for ever, and nowhere else
        self.globals: dict[str, str] = {"hold_music": scenario.hold_music, "domain": scenario.domain, **scenario.globals}
        if scenario.recordings_dir:
            self.globals["cti_recordings_dir"] = scenario.recordings_dir
        self.rooms: dict[str, Room] = {}
        self.members = 0  # of all rooms so far: the last number that was given
        self.tasks: dict[int, tuple[str, Any]] = {}
        self.task_count = 0
        self.listeners: list[Listener] = []
        self._wanted: set[str] = set()
        self.started_us = now_us
        self.sessions = 0
        self.peak = 0
        self.paused: set[str] = set()
        self.server: Faults | None = None
        self.truth: Truth | None = None
        self.sessions_this_second = [0, 0]
        self._free_us = now_us  # when a machine with a limited rate has done all that is planned
        self.when_ended: list[Callable[[Switch, Channel], None]] = []
        self.scheduler.after(HEARTBEAT_S * 1000, self._heartbeat)

    # ------------------------------------------------------------ time and identity

    @property
    def now_us(self) -> int:
        return self.scheduler.now_us

    def new_uuid(self) -> str:
        """A random UUID out of the scenario's seed, so that two runs are the same."""
        return str(uuids.UUID(int=self.random.getrandbits(128), version=4))

    def after(self, ms: float, fn: Callable[..., Any], *args: Any) -> Any:
        """``fn(*args)`` in ``ms``. A machine with a limited rate (``looks_per_s``) takes its looks at legs one after another."""
        if not self.scenario.looks_per_s or ms > LOOK_MS:
            return self.scheduler.after(ms, fn, *args)
        due_us = max(self.now_us + round(ms * 1000), self._free_us)
        self._free_us = due_us + round(1_000_000 / self.scenario.looks_per_s)
        return self.scheduler.after((due_us - self.now_us) / 1000, fn, *args)

    # ------------------------------------------------------------ events

    def listen(self, listener: Listener) -> None:
        if listener not in self.listeners:
            self.listeners.append(listener)
        self.wanted_changed()

    def unlisten(self, listener: Listener) -> None:
        if listener in self.listeners:
            self.listeners.remove(listener)
        self.wanted_changed()

    def wanted_changed(self) -> None:
        """Call after any listener's ``wanted`` changed: an event nobody wants is never built."""
        self._wanted = set().union(*(listener.wanted for listener in self.listeners)) if self.listeners else set()

    def fire(
        self,
        name: str,
        channel: Channel | None = None,
        extra: Mapping[str, Value] | None = None,
        body: str = "",
        subclass: str = "",
    ) -> None:
        """Sends one event to those who want it; counts it in Event-Sequence in any case."""
        self.head.sequence += 1
        key = f"CUSTOM {subclass}" if subclass else name
        if key not in self._wanted and "ALL" not in self._wanted:
            return
        headers = self.head.make(name, self.scheduler.now_us)
        if subclass:
            headers["Event-Subclass"] = subclass
        if channel is not None:
            headers.update(channel.headers(name not in WITHOUT_VARS))
            if self.scenario.fat and name == "CHANNEL_HANGUP_COMPLETE":
                headers.update(PADDING)
        if extra:
            headers.update(extra)
        event = Event(headers, body)
        for listener in self.listeners:
            if key in listener.wanted or "ALL" in listener.wanted:
                listener.hear(event)

    def _heartbeat(self) -> None:
        scenario = self.scenario
        up_ms = (self.now_us - self.started_us) // 1000
        self.fire("HEARTBEAT", extra={
            "Event-Info": "System Ready", "Up-Time": up_time(up_ms * 1000), "FreeSWITCH-Version": scenario.version,
            "Uptime-msec": str(up_ms), "Session-Count": str(len(self.channels)), "Max-Sessions": str(scenario.max_sessions),
            "Session-Per-Sec": str(scenario.sessions_per_second), "Session-Per-Sec-Last": str(self.sessions_this_second[1]),
            "Session-Since-Startup": str(self.sessions), "Session-Peak-Max": str(self.peak), "Idle-CPU": "90.000000",
        })  # fmt: skip
        self.after(HEARTBEAT_S * 1000, self._heartbeat)

    # ------------------------------------------------------------ timers

    def plan(self, every: bool, seconds: int, group: str, description: str, act: Callable[[], None]) -> int:
        """A task of the switch's own scheduler, once or again and again; returns its id."""
        self.task_count += 1
        task = self.task_count
        about = {"Task-ID": str(task), "Task-Desc": description, "Task-Group": group,
                 "Task-Runtime": str(self.now_us // 1_000_000 + seconds)}  # fmt: skip

        def due() -> None:
            if every:
                self.tasks[task] = (group, self.after(seconds * 1000, due))
                self.fire("RE_SCHEDULE", extra=about)
            else:
                del self.tasks[task]
                self.fire("DEL_SCHEDULE", extra=about)
            act()

        self.tasks[task] = (group, self.after(seconds * 1000, due))
        self.fire("ADD_SCHEDULE", extra=about)
        return task

    def unplan(self, wanted: str) -> int:
        """Forgets the tasks of that group or id; returns how many."""
        gone = [task for task, (group, _) in self.tasks.items() if wanted in (group, str(task))]
        for task in gone:
            group, timer = self.tasks.pop(task)
            timer.cancel()
            self.fire("DEL_SCHEDULE", extra={"Task-ID": str(task), "Task-Group": group})
        return len(gone)

    # ------------------------------------------------------------ channels

    def full(self) -> bool:
        """No session can begin now: session limit or sessions per second."""
        second = self.now_us // 1_000_000
        if self.sessions_this_second[0] != second:
            self.sessions_this_second = [second, 0]
        scenario = self.scenario
        return len(self.channels) >= scenario.max_sessions or self.sessions_this_second[1] >= scenario.sessions_per_second

    def new_channel(self, uuid: str, direction: str, name: str, profile: dict[str, str]) -> Channel:
        self.sessions += 1
        self.sessions_this_second[1] += 1
        channel = Channel(uuid, direction, name, profile, self.now_us, self.sessions)
        self.channels[uuid] = channel
        self.peak = max(self.peak, len(self.channels))
        return channel

    def state(self, channel: Channel, state: str) -> None:
        channel.state = state
        self.fire("CHANNEL_STATE", channel)

    def callstate(self, channel: Channel, callstate: str) -> None:
        old, channel.callstate = channel.callstate, callstate
        self.fire("CHANNEL_CALLSTATE", channel, {"Original-Channel-Call-State": old})


def up_time(us: int) -> str:
    """The switch's own wording of a length of time."""
    seconds, us = divmod(us, 1_000_000)
    days, seconds = divmod(seconds, 86400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    return (
        f"{days // 365} years, {days % 365} days, {hours} hours, {minutes} minutes, {seconds} seconds, "
        f"{us // 1000} milliseconds, {us % 1000} microseconds"
    )
