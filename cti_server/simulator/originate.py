"""originate: one outgoing leg, from the dial string to park, and every way it can fail.

A leg that can be created tells its life in events and its outcome in the job's text. One that cannot (a gateway that is
down, a phone that is not registered) has no CHANNEL_CREATE, only the job's -ERR. With api_on_answer the leg is gone
to its bridge before originate ends: the job says -ERR ORIGINATOR_CANCEL, or sometimes +OK, and all is well, as on the
real one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cti_server.simulator import applications, life, scripts
from cti_server.simulator.channel import Channel, FarEnd
from cti_server.simulator.core import Switch
from cti_server.simulator.text import parse_variables

DIAL_MS = 2
RING_MS = 20
CONNECTED_SAYS_OK = 0.2  # a race on the real switch
USAGE = (
    "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] "
    "[<cid_name>] [<cid_num>] [<timeout_sec>]\n"
)
_APPLICATION = re.compile(r"&(\w+)(?:\((.*)\))?$", re.DOTALL)


class Job:
    """One originate. ``tell`` gets its outcome once: ``+OK UUID`` or ``-ERR CAUSE`` with a newline."""

    def __init__(self, switch: Switch, variables: dict[str, str], action: tuple[str, str], tell: Callable[[str], None]) -> None:
        self.switch = switch
        self.variables = variables
        self.action = action
        self._tell: Callable[[str], None] | None = tell
        self.timeout_s = float(variables.get("originate_timeout") or variables.get("leg_timeout") or 60)

    def tell(self, text: str) -> None:
        tell, self._tell = self._tell, None
        if tell is not None:
            tell(text + "\n")

    def fail_without_leg(self, cause: str, tells_destroy: bool) -> None:
        """No leg came to be. A gateway that refuses shows a bare CHANNEL_DESTROY."""
        switch = self.switch
        if tells_destroy:
            uuid = self.variables.get("origination_uuid") or switch.new_uuid()
            channel = Channel(uuid, "outbound", "N/A", {}, switch.now_us, 0)
            for name in [header for header in channel.base if header.startswith("Caller-")]:
                del channel.base[name]
            switch.fire("CHANNEL_DESTROY", channel)
            switch.state(channel, "CS_DESTROY")
        self.tell(f"-ERR {cause}")

    def dial(self, party: FarEnd, name: str, destination: str, profile: str) -> None:
        switch, variables = self.switch, self.variables
        uuid = variables.get("origination_uuid") or switch.new_uuid()
        if uuid in switch.channels:
            self.fail_without_leg("UUID_ALREADY_EXISTS", False)
            return
        if "outbound" in switch.paused or switch.full():
            self.fail_without_leg("SWITCH_CONGESTION", False)
            return
        number = variables.get("origination_caller_id_number", "")
        caller_name = variables.get("origination_caller_id_name", "")
        channel = switch.new_channel(uuid, "outbound", name, {
            "Caller-ID-Name": caller_name, "Caller-ID-Number": number, "Orig-Caller-ID-Number": number,
            "Callee-ID-Name": "Outbound Call", "Callee-ID-Number": destination, "ANI": number,
            "Destination-Number": destination, "Source": "src/switch_ivr_originate.c", "Context": "default",
        })  # fmt: skip
        channel.job, channel.party = self, party
        for variable, value in {**variables, "sip_profile_name": profile, "originate_early_media": "false",
                                "channel_name": name, "sofia_profile_name": profile}.items():  # fmt: skip
            channel.set(variable, value)
        if profile == "gateway":
            channel.set("sip_gateway_name", name.split("/")[2])
        switch.fire("CHANNEL_OUTGOING", channel)
        switch.state(channel, "CS_INIT")
        switch.fire("CHANNEL_CREATE", channel)
        switch.fire("CHANNEL_ORIGINATE", channel)
        switch.state(channel, "CS_ROUTING")
        switch.state(channel, "CS_CONSUME_MEDIA")
        switch.after(self.timeout_s * 1000, give_up, switch, channel, "NO_ANSWER")
        switch.after(RING_MS, party.invited, channel)


def give_up(switch: Switch, channel: Channel, cause: str) -> None:
    """Nobody has answered for too long."""
    if channel.alive and not channel.answered:
        life.hangup(switch, channel, cause, now=True)


def ring(switch: Switch, channel: Channel) -> None:
    """The far phone rings."""
    if not channel.alive or channel.callstate != "DOWN":
        return
    channel.stamp("Progress", switch.now_us)
    switch.fire("CHANNEL_PROGRESS", channel)
    switch.callstate(channel, "RINGING")


def refuse(switch: Switch, channel: Channel, cause: str) -> None:
    """The far end refuses the call."""
    life.hangup(switch, channel, cause, by_far_end=True, now=True)


def picked_up(switch: Switch, channel: Channel) -> None:
    """The far end answers: api_on_answer runs first, then the leg does what originate told it to."""
    if not channel.alive or channel.answered:
        return
    switch.fire("CODEC", channel)
    switch.fire("CODEC", channel)
    life.answer(switch, channel)
    on_answer = channel.get("api_on_answer")
    if on_answer and not scripts.on_answer(switch, on_answer):
        switch.fire("FAILURE", channel, {"Failure-Message": f"api_on_answer {on_answer}: not supported by the simulator"})
    switch.callstate(channel, "ACTIVE")
    job: Job = channel.job
    if channel.cause:
        life.finish(switch, channel)
    elif channel.bridging is not None:
        life.leave_for_bridge(switch, channel)
        job.tell(f"+OK {channel.uuid}" if switch.random.random() < CONNECTED_SAYS_OK else "-ERR ORIGINATOR_CANCEL")
    else:
        switch.fire("CALL_UPDATE", channel, {"Direction": "SEND"})
        job.tell(f"+OK {channel.uuid}")
        switch.state(channel, "CS_EXECUTE")
        name, data = job.action
        if name == "transfer":
            applications.route(switch, channel, data, switch.scenario.inbound_context)
        else:
            channel.plan.append((name, data))
            applications.next_of_plan(switch, channel)


def originate(switch: Switch, argument: str, tell: Callable[[str], None]) -> None:
    """Runs one originate command; ``tell`` gets the outcome, at once or when the far end decided."""
    variables, rest = parse_variables(argument.strip())
    dial, _, action_text = rest.strip().partition(" ")
    if not dial or not action_text.strip():
        tell(USAGE)
        return
    match = _APPLICATION.match(action_text.strip().strip("'"))
    action = (match.group(1), match.group(2) or "") if match else ("transfer", action_text.split()[0])
    if match and match.group(1) not in applications.APPLICATIONS:
        tell(f"-ERR {match.group(1)} not supported by the simulator\n")
        return
    if "," in dial or "|" in dial or dial.startswith("["):
        tell("-ERR several dial strings in one originate are not supported by the simulator\n")
        return
    job = Job(switch, variables, action, tell)
    switch.after(DIAL_MS, _dial, switch, job, dial)


def _dial(switch: Switch, job: Job, dial: str) -> None:
    found = switch.directory.find(dial)
    if isinstance(found, tuple):
        job.fail_without_leg(*found)
    else:
        job.dial(found.party, found.channel_name, found.destination, found.profile)
