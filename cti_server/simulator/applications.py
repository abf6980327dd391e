"""Dialplan applications and how they run on a leg.

A leg has a stack of running applications; a message by sendmsg runs on top of what plays (nested), and what was below
goes on afterwards. One that was started with event-lock lets nothing run on top of it: the next waits. Each begins with
CHANNEL_EXECUTE and ends with CHANNEL_EXECUTE_COMPLETE of the same Application-UUID.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

from cti_server.simulator import life
from cti_server.simulator.channel import Channel
from cti_server.simulator.core import Switch
from cti_server.simulator.events import Value
from cti_server.simulator.scheduler import LOOK_MS, NEVER

NONE = "_none_"


class Application:
    """One running application. Subclasses begin in ``begin`` and call ``complete`` when they are done."""

    name = ""

    def __init__(self, switch: Switch, channel: Channel, data: str, uuid: str, message: dict[str, str] | None) -> None:
        self.switch = switch
        self.channel = channel
        self.data = data
        self.uuid = uuid
        self.message = message
        self.locks = bool(message) and (message or {}).get("event-lock", "").lower() == "true"
        self.tells = message is not None and channel.answered  # a PRIVATE_COMMAND follows its end
        self.done = False
        self._timer = NEVER
        self._rest_ms = 0.0

    # --- what subclasses do

    def begin(self) -> None:
        raise NotImplementedError

    def hears_digits(self) -> bool:
        """Whether a key is told at all while this one is on top."""
        return True

    def digit(self, digit: str) -> None:
        """A digit arrived while this one is on top."""

    def broken(self) -> None:
        """uuid_break: end what plays."""

    def interrupted(self, response: str) -> None:
        """The leg is taken away (hang-up, bridge, transfer): end what sounds, then complete."""
        self.complete(response)

    def paused(self) -> None:
        """Another application runs on top now."""

    def resumed(self) -> None:
        """On top again."""

    # --- helpers

    def later(self, ms: float, fn) -> None:  # type: ignore[no-untyped-def]
        self.cancel()
        self._timer = self.switch.after(ms, fn)

    def cancel(self) -> None:
        self._timer.cancel()
        self._timer = NEVER

    def headers(self) -> dict[str, Value]:
        data: dict[str, Value] = {"Application-Data": self.data} if self.data else {}
        return {"Application": self.name, "Application-UUID": self.uuid, **data}

    def heard_terminator(self, digit: str) -> bool:
        """Whether this digit ends what sounds or records; noted on the leg then."""
        terminators = self.channel.get("playback_terminators") or "*"
        ends = terminators != "none" and (digit in terminators or terminators == "any")
        if ends:
            self.channel.set("playback_terminator_used", digit)
        return ends

    def complete(self, response: str = NONE) -> None:
        if self.done:
            return
        self.done = True
        self.cancel()
        switch, channel = self.switch, self.channel
        channel.stack.remove(self)
        if response != NONE or self.message is not None:
            channel.set("current_application_response", "" if response == NONE else response)
        switch.fire("CHANNEL_EXECUTE_COMPLETE", channel, {**self.headers(), "Application-Response": response})
        if self.tells:
            switch.fire("PRIVATE_COMMAND", channel, {k: v for k, v in (self.message or {}).items() if k != "Content-Length"})
        if channel.alive and not channel.moving:
            self._go_on()

    def _go_on(self) -> None:
        channel = self.channel
        if self.message is None and not channel.stack:
            next_of_plan(self.switch, channel)
        elif channel.stack:
            channel.stack[-1].resumed()
        look_soon(self.switch, channel)


class Instant(Application):
    """An application that is done as soon as it begins."""

    def begin(self) -> None:
        INSTANT[self.name](self.switch, self.channel, self.data)
        self.complete()


class Park(Application):
    """Holds the leg until something else takes it. Of all applications only this one is interrupted with CHANNEL_UNPARK."""

    def begin(self) -> None:
        self.channel.parked = True
        self.switch.fire("CHANNEL_PARK", self.channel)
        self.channel.party.parked(self.channel)

    def interrupted(self, response: str) -> None:
        life.unparked(self.switch, self.channel)
        self.complete(self.channel.get("current_application_response") or NONE)


def _set(switch: Switch, channel: Channel, data: str) -> None:
    variable, _, value = data.partition("=")
    channel.set(variable, value)


def _multiset(switch: Switch, channel: Channel, data: str) -> None:
    """``^^;NAME=VALUE;NAME=VALUE``: the character after ``^^`` separates."""
    for pair in data[3:].split(data[2]):
        _set(switch, channel, pair)


def _record_session(switch: Switch, channel: Channel, data: str) -> None:
    """Nothing when it is being recorded into that file already."""
    if data and data not in channel.recorders:
        life.start_recording(switch, channel, data)


INSTANT: dict[str, Callable[[Switch, Channel, str], object]] = {
    "answer": lambda switch, channel, data: life.answer(switch, channel),
    "set": _set,
    "multiset": _multiset,
    "record_session": _record_session,
    "hangup": lambda switch, channel, data: life.hangup(switch, channel, data or "NORMAL_CLEARING"),
}
NOTHING = ("pre_answer", "ring_ready", "export", "log", "info", "unset")  # understood, and nothing to simulate
INSTANT |= dict.fromkeys(NOTHING, lambda switch, channel, data: None)
APPLICATIONS: dict[str, type[Application]] = {"park": Park, **dict.fromkeys(INSTANT, Instant)}


def start(switch: Switch, channel: Channel, name: str, data: str, uuid: str, message: dict[str, str] | None) -> None:
    """Begins one application on top of the leg's stack."""
    data = expand(channel, data)
    kind = APPLICATIONS.get(name)
    if kind is None:
        unsupported(switch, channel, name)
        return
    application = kind(switch, channel, data, uuid or switch.new_uuid(), message)
    application.name = name
    if channel.stack:
        channel.stack[-1].paused()
    channel.stack.append(application)
    channel.set("current_application", name)
    channel.set("current_application_data", data)
    channel.last_application = (name, data)
    switch.fire("CHANNEL_EXECUTE", channel, application.headers())
    application.begin()


def unsupported(switch: Switch, channel: Channel, what: str) -> None:
    """Loudly: a FAILURE event, and the call ends with a cause that no normal call has."""
    switch.fire("FAILURE", channel, {"Failure-Message": f"{what}: not supported by the simulator"})
    life.hangup(switch, channel, "SERVICE_NOT_IMPLEMENTED")


def expand(channel: Channel, text: str) -> str:
    """${variable} becomes its value; a call inside is refused, as a switch with api-expansion=false does."""
    if "${" not in text:
        return text
    return re.sub(
        r"\$\{([^{}]*)\}",
        lambda m: "<API Execute Permission Denied>" if "(" in m.group(1) else channel.get(m.group(1)),
        text,
    )


def route(switch: Switch, channel: Channel, destination: str, context: str, plan: list[tuple[str, str]] | None = None) -> None:
    """Sends a leg into the dialplan: CS_ROUTING, CS_EXECUTE, then the applications of the first matching extension
    (``plan``: these)."""
    channel.base["Caller-Destination-Number"] = destination
    channel.base["Caller-Context"] = context
    channel.parked = False
    channel.plan = deque(switch.scenario.dialplan_for(context, destination) if plan is None else plan)
    channel.state = "CS_ROUTING"
    if channel.direction == "inbound":
        switch.callstate(channel, "RINGING")
    switch.state(channel, "CS_ROUTING")
    channel.state = "CS_EXECUTE"
    if channel.answered and channel.direction == "inbound":
        switch.callstate(channel, "ACTIVE")
    switch.state(channel, "CS_EXECUTE")
    next_of_plan(switch, channel)


def next_of_plan(switch: Switch, channel: Channel) -> None:
    """Runs the next application of the dialplan; at its end the leg hangs up."""
    if not channel.alive or channel.stack:
        return
    if channel.plan:
        name, data = channel.plan.popleft()
        start(switch, channel, name, data, "", None)
    elif channel.state == "CS_EXECUTE":
        life.hangup(switch, channel, "NORMAL_CLEARING")


def post(switch: Switch, channel: Channel, message: dict[str, str]) -> None:
    """A sendmsg for this leg: it runs at the leg's next look."""
    channel.inbox.append(message)
    look_soon(switch, channel)


def look_soon(switch: Switch, channel: Channel) -> None:
    if channel.inbox and channel.drain is None:
        channel.drain = switch.after(LOOK_MS, _look, switch, channel)


def _look(switch: Switch, channel: Channel) -> None:
    channel.drain = None
    while channel.inbox and channel.alive and not channel.moving:
        if channel.stack and channel.stack[-1].locks:
            return
        message = channel.inbox.popleft()
        if message.get("call-command") == "hangup":
            life.hangup(switch, channel, message.get("hangup-cause") or "NORMAL_CLEARING")
            return
        for _ in range(max(1, int(message.get("loops") or 1))):
            start(switch, channel, message.get("execute-app-name", ""), message.get("execute-app-arg", ""),
                  message.get("Event-UUID", ""), message)  # fmt: skip


def digit(switch: Switch, channel: Channel, one: str) -> None:
    """A digit was pressed: DTMF, and whatever listens on the leg gets it."""
    if not channel.alive or (channel.stack and not channel.stack[-1].hears_digits()):
        return
    switch.fire("DTMF", channel, {"DTMF-Digit": one, "DTMF-Duration": "2000", "DTMF-Source": "APP"})
    if channel.stack:
        channel.stack[-1].digit(one)
