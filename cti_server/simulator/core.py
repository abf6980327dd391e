"""The switch itself: its channels, its events, and the life of one leg. Pure: no socket, no clock, no thread.

Whoever drives it (a test, the server) moves time with ``scheduler.run_until`` and gives commands to ``api``/``session``. A real
switch looks at a leg every 20 ms; so does this one: what is asked of a leg happens at its next look (``LOOK_MS``).
The order of events on one leg is the recorded order; between legs only some orders are certain, as on the real one.
"""

from __future__ import annotations

import random
import uuid as uuids
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cti_server.simulator import applications, bridge, hearing, listening, recording, rooms, scripts, sounds
from cti_server.simulator.channel import Channel
from cti_server.simulator.events import Event, Head, Value
from cti_server.simulator.scenario import Scenario
from cti_server.simulator.scheduler import LOOK_MS, Scheduler

if TYPE_CHECKING:
    from cti_server.simulator.parties import Party
    from cti_server.simulator.people import People
    from cti_server.simulator.server import SimulatorServer
    from cti_server.simulator.session import Session
    from cti_server.simulator.truth import Truth

HEARTBEAT_S = 20
for _module in (sounds, rooms, listening):
    applications.APPLICATIONS.update(_module.APPLICATIONS)
Q850 = {
    "NORMAL_CLEARING": "16", "USER_BUSY": "17", "NO_USER_RESPONSE": "18", "NO_ANSWER": "19", "CALL_REJECTED": "21",
    "UNALLOCATED_NUMBER": "1", "NORMAL_TEMPORARY_FAILURE": "41", "RECOVERY_ON_TIMER_EXPIRE": "102",
}  # fmt: skip
WITHOUT_VARS = frozenset(("CHANNEL_STATE", "CHANNEL_CALLSTATE", "PRIVATE_COMMAND", "DTMF", "CODEC", "CHANNEL_OUTGOING"))
PADDING = {f"variable_rtp_audio_padding_{i:03d}": f"realistic-value-{i:03d}-0.00" for i in range(180)}


class Switch:
    """All state of one simulated switch."""

    people: People

    def __init__(self, scenario: Scenario, now_us: int) -> None:
        self.scenario = scenario
        self.random = random.Random(scenario.seed)
        self.scheduler = Scheduler(now_us)
        self.head = Head(self.new_uuid(), scenario.switchname)
        self.channels: dict[str, Channel] = {}
        self.zombies: list[Channel] = []  # listed for ever, and nowhere else
        self.globals: dict[str, str] = {"hold_music": scenario.hold_music, "domain": scenario.domain}
        if scenario.recordings_dir:
            self.globals["cti_recordings_dir"] = scenario.recordings_dir
        self.rooms: dict[str, rooms.Room] = {}
        self.members = 0  # of all rooms so far: the last number that was given
        self.tasks: dict[int, tuple[str, Any]] = {}
        self.task_count = 0
        self.listeners: list[Session] = []
        self._wanted: set[str] = set()
        self.started_us = now_us
        self.sessions = 0
        self.peak = 0
        self.paused: set[str] = set()
        self.server: SimulatorServer | None = None
        self.truth: Truth | None = None
        self.sessions_this_second = [0, 0]
        self._free_us = now_us  # when a machine with a limited rate has done all that is planned
        self.scheduler.after(HEARTBEAT_S * 1000, self._heartbeat)
        if scenario.watchdog.scheduled:
            self.plan(True, 1, "cti", "sched_api_function", lambda: scripts.watchdog(self))

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

    def listen(self, listener: Session) -> None:
        if listener not in self.listeners:
            self.listeners.append(listener)
        self.wanted_changed()

    def unlisten(self, listener: Session) -> None:
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

    def incoming(self, name: str, number: str, service: str, party: Party, headers: dict[str, str]) -> Channel | None:
        """An INVITE arrives on a trunk; the dialplan of context ``public`` takes it. None: refused by limits or a pause."""
        if "inbound" in self.paused or self.full():
            return None
        scenario = self.scenario
        address = f"{number}@127.0.0.1:5070"
        channel = self.new_channel(self.new_uuid(), "inbound", f"sofia/external/{address}", {
            "Username": number, "Dialplan": "XML", "Caller-ID-Name": name, "Caller-ID-Number": number,
            "Orig-Caller-ID-Name": name, "Orig-Caller-ID-Number": number, "Network-Addr": "127.0.0.1", "ANI": number,
            "Destination-Number": service, "Source": "mod_sofia", "Context": scenario.inbound_context,
        })  # fmt: skip
        channel.party = party
        for variable, value in {
            "sip_from_user": number, "sip_from_display": name, "sip_from_uri": address, "sip_from_host": "127.0.0.1",
            "sip_network_ip": "127.0.0.1", "sip_network_port": "5070", "sip_to_user": service, "sip_req_user": service,
            "sip_call_id": f"{channel.uuid}@127.0.0.1", "sofia_profile_name": "external", "channel_name": channel.name,
            "read_codec": "PCMU", "write_codec": "PCMU", "endpoint_disposition": "RECEIVED", **headers,
        }.items():  # fmt: skip
            channel.set(variable, value)
        self.state(channel, "CS_NEW")
        self.fire("CODEC", channel)
        self.fire("CODEC", channel)
        self.state(channel, "CS_INIT")
        self.fire("CHANNEL_CREATE", channel)
        self.route(channel, service, scenario.inbound_context)
        return channel

    def route(self, channel: Channel, destination: str, context: str, plan: list[tuple[str, str]] | None = None) -> None:
        """Sends a leg into the dialplan: CS_ROUTING, CS_EXECUTE, then the applications of the first matching extension
        (``plan``: these)."""
        channel.base["Caller-Destination-Number"] = destination
        channel.base["Caller-Context"] = context
        channel.parked = False
        channel.plan = deque(self.scenario.dialplan_for(context, destination) if plan is None else plan)
        channel.state = "CS_ROUTING"
        if channel.direction == "inbound":
            self.callstate(channel, "RINGING")
        self.state(channel, "CS_ROUTING")
        channel.state = "CS_EXECUTE"
        if channel.answered and channel.direction == "inbound":
            self.callstate(channel, "ACTIVE")
        self.state(channel, "CS_EXECUTE")
        applications.next_of_plan(self, channel)

    def answer(self, channel: Channel) -> None:
        """The leg is answered, by the far phone (outbound) or by us (inbound). Twice is once."""
        if channel.answered or not channel.alive:
            return
        channel.answered = True
        channel.stamp("Answered", self.now_us)
        channel.set("endpoint_disposition", "ANSWER")
        channel.set("remote_audio_media_flow", "sendrecv")
        self.fire("CHANNEL_ANSWER", channel)
        for listener in channel.listeners:
            listener.target_answered()
        if channel.direction == "inbound":
            self.callstate(channel, "ACTIVE")

    # ------------------------------------------------------------ hanging up

    def hangup(self, channel: Channel, cause: str, by_far_end: bool = False, now: bool = False) -> bool:
        """CHANNEL_HANGUP at once, the rest of the leg's end at the next look (``now``: at once). False: it had ended."""
        if not channel.alive:
            return False
        channel.cause = cause
        self._hangup_variables(channel, by_far_end)
        channel.stamp("Hangup", self.now_us)
        self.fire("CHANNEL_HANGUP", channel)
        if now:
            self.finish(channel)
        else:
            self.after(0.5 if by_far_end else LOOK_MS, self.finish, channel)
        return True

    def _hangup_variables(self, channel: Channel, by_far_end: bool) -> None:
        status = channel.party.refusal_status if by_far_end and not channel.answered else 200 * by_far_end
        refused = by_far_end == (channel.direction == "outbound")  # who is called refuses, who calls cancels
        word = "bye" if channel.answered else "refuse" if refused else "cancel"
        disposition = f"{'recv' if by_far_end else 'send'}_{word}"
        channel.set("sip_hangup_disposition", disposition)
        if disposition == "recv_cancel":
            status = 487
        if disposition in ("send_cancel", "recv_refuse"):
            channel.set("sip_invite_failure_status", str(status or 487))
        if status:
            channel.set("sip_term_status", str(status))
            channel.set("proto_specific_hangup_cause", f"sip:{status}")
        channel.set("hangup_cause_q850", Q850.get(channel.cause, "16"))

    def finish(self, channel: Channel) -> None:
        """What follows CHANNEL_HANGUP, down to CHANNEL_DESTROY."""
        if channel.ended:
            return
        channel.ended = True
        channel.inbox.clear()
        far_end = channel.get("sip_hangup_disposition") == "recv_bye"
        applications.unwind(self, channel, "PLAYBACK ERROR" if far_end else "FILE PLAYED")
        bridge.part(self, channel)
        self.state(channel, "CS_HANGUP")
        for path in list(channel.recorders):
            self.stop_recording(channel, path)
        self.callstate(channel, "HANGUP")
        self.state(channel, "CS_REPORTING")
        channel.set("hangup_cause", channel.cause)
        self._cdr_variables(channel)
        self.fire("CHANNEL_HANGUP_COMPLETE", channel)
        if channel.job is not None:
            channel.job.tell(f"-ERR {channel.cause}")
        for listener in list(channel.listeners):
            listener.target_ended()
        self.fire("CHANNEL_DESTROY", channel)
        self.state(channel, "CS_DESTROY")
        self.channels.pop(channel.uuid, None)
        channel.party.ended(channel)
        channel.other = None

    def _cdr_variables(self, channel: Channel) -> None:
        end_us = self.now_us
        answered_us = int(str(channel.base["Caller-Channel-Answered-Time"]))
        for name, at_us in (("start", channel.created_us), ("answer", answered_us), ("end", end_us)):
            channel.set(f"{name}_epoch", str(at_us // 1_000_000))
            channel.set(f"{name}_uepoch", str(at_us))
        channel.set("duration", str((end_us - channel.created_us) // 1_000_000))
        channel.set("billsec", str((end_us - answered_us) // 1_000_000 if answered_us else 0))
        channel.set("last_app", channel.last_application[0])

    # ------------------------------------------------------------ recordings

    def start_recording(self, channel: Channel, path: str) -> None:
        stereo = channel.true("RECORD_STEREO")
        recorder = recording.Recorder(path, stereo, self.now_us, self.scenario.recordings)
        recorder.partner(bool(hearing.hears(channel)), self.now_us)
        channel.recorders[path] = recorder
        self.fire("RECORD_START", channel, {"Record-File-Path": path})
        self.fire("MEDIA_BUG_START", channel, {"Media-Bug-Function": "session_record", "Media-Bug-Target": path})

    def stop_recording(self, channel: Channel, path: str) -> None:
        channel.recorded(*channel.recorders.pop(path).stop(self.now_us))
        self.fire("RECORD_STOP", channel, {"Record-File-Path": path, "Record-Completion-Cause": "success-silence"})
        self.fire("MEDIA_BUG_STOP", channel, {"Media-Bug-Function": "session_record", "Media-Bug-Target": path})


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
