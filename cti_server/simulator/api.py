"""The api commands: name -> function in one table, with the answers of the real switch to the letter.

A command gets the switch, its argument and ``tell``, and returns its answer, or None when it tells it later.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from cti_server.simulator import applications, bridge, life, originate, rooms, scripts, show, sim_api
from cti_server.simulator.channel import Channel
from cti_server.simulator.core import Switch, up_time
from cti_server.simulator.events import json_text, plain_text
from cti_server.simulator.scheduler import LOOK_MS
from cti_server.simulator.text import clean

Tell = Callable[[str], None]
Command = Callable[[Switch, str, Tell], str | None]
PROFILES = {"conference.conf": '<profile name="cti"></profile>\n'}
"""Of a configuration; of any other there is the one for phones."""

# What a command without its arguments is answered.
USAGES = {
    "uuid_bridge": "<uuid> <other_uuid>", "uuid_kill": "<uuid> [cause]", "uuid_getvar": "<uuid> <var>",
    "uuid_transfer": "<uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]",
    "uuid_record": "<uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]",
}  # fmt: skip
# The hang-up causes that a switch knows; any other word is a normal clearing.
CAUSES = frozenset((
    "UNALLOCATED_NUMBER", "NO_ROUTE_DESTINATION", "NORMAL_CLEARING", "USER_BUSY", "NO_USER_RESPONSE", "NO_ANSWER",
    "CALL_REJECTED", "DESTINATION_OUT_OF_ORDER", "NORMAL_UNSPECIFIED", "NORMAL_TEMPORARY_FAILURE", "SWITCH_CONGESTION",
    "SERVICE_NOT_IMPLEMENTED", "OUTGOING_CALL_BARRED", "INCOMPATIBLE_DESTINATION", "RECOVERY_ON_TIMER_EXPIRE",
    "MANDATORY_IE_MISSING", "INTERWORKING", "ORIGINATOR_CANCEL", "LOSE_RACE", "MANAGER_REQUEST", "BLIND_TRANSFER",
    "ATTENDED_TRANSFER", "ALLOTTED_TIMEOUT", "USER_CHALLENGE", "MEDIA_TIMEOUT", "PICKED_OFF", "USER_NOT_REGISTERED",
    "PROGRESS_TIMEOUT", "GATEWAY_DOWN", "INVALID_GATEWAY", "SUBSCRIBER_ABSENT", "SYSTEM_SHUTDOWN", "CRASH", "NONE",
))  # fmt: skip
OK = "+OK\n"
NO_CHANNEL = "-ERR No such channel!\n"
NO_SESSION = "-ERR Cannot locate session!\n"
UNSUPPORTED = (
    "uuid_broadcast", "uuid_displace", "uuid_audio", "uuid_media", "uuid_deflect", "callcenter_config", "fifo",
)  # fmt: skip


def run(switch: Switch, line: str, tell: Tell) -> None:
    """Runs one api command line; ``tell`` gets the answer, now or later."""
    name, _, argument = line.strip().partition(" ")
    switch.fire("API", extra={"API-Command": name, "API-Command-Argument": argument})
    if not argument.strip() and name in USAGES:
        tell(f"-USAGE: {USAGES[name]}\n")
        return
    command = COMMANDS.get(name)
    if command is None:
        unsupported = f"-ERR {name} not supported by the simulator\n"
        tell(unsupported if name in UNSUPPORTED else f"-ERR {name} Command not found!\n")
        return
    answer = command(switch, argument.strip(), tell)
    if answer is not None:
        tell(answer)


def _of_leg(act: Callable[[Switch, Channel, str], str], without: str) -> Command:
    """A command whose first word is a leg; ``without``: its answer when there is none."""

    def command(switch: Switch, argument: str, tell: Tell) -> str:
        channel, rest = _leg(switch, argument)
        return without if channel is None else act(switch, channel, rest)

    return command


def _leg(switch: Switch, argument: str) -> tuple[Channel | None, str]:
    uuid, _, rest = argument.partition(" ")
    return switch.channels.get(uuid), rest.strip()


# ---------------------------------------------------------------- one leg


def uuid_kill(switch: Switch, channel: Channel, cause: str) -> str:
    life.hangup(switch, channel, cause if cause in CAUSES else "NORMAL_CLEARING")
    return OK


def uuid_bridge(switch: Switch, argument: str, tell: Tell) -> str:
    one, other_uuid = _leg(switch, argument)
    other = switch.channels.get(other_uuid)
    if one is None or other is None or not bridge.order(switch, one, other):
        return "-ERR Invalid uuid\n"
    return f"+OK {other.uuid}\n"


def uuid_park(switch: Switch, channel: Channel, rest: str) -> str:
    bridge.park(switch, channel)
    return OK


def uuid_transfer(switch: Switch, channel: Channel, rest: str) -> str:
    words = rest.split()
    if words[:1] == ["-bleg"]:
        return "-ERR uuid_transfer -bleg not supported by the simulator\n"
    both = words[:1] == ["-both"]
    words = words[both:]
    if not words:
        return f"-USAGE: {USAGES['uuid_transfer']}\n"
    context = words[2] if len(words) > 2 else str(channel.base.get("Caller-Context", ""))
    inline = len(words) > 1 and words[1].lower() == "inline"
    for name, _ in bridge.inline_plan(words[0]) if inline else ():
        if name not in applications.APPLICATIONS:
            return f"-ERR {name} not supported by the simulator\n"
    bridge.transfer(switch, channel, words[0], context, "inline" if inline else "XML", both)
    return OK


def uuid_break(switch: Switch, channel: Channel, rest: str) -> str:
    if rest.split()[:1] == ["all"]:
        channel.inbox.clear()
    if channel.stack:
        running = channel.stack[-1]
        switch.after(LOOK_MS, lambda: None if running.done else running.broken())
    return OK


def uuid_hold(switch: Switch, argument: str, tell: Tell) -> str:
    words = argument.split()
    if not words:
        return "-USAGE: [off|toggle] <uuid> [<display>]\n-ERR Operation failed\n"
    channel = switch.channels.get(words[-1])
    if channel is not None:
        bridge.hold(switch, channel, words[0] != "off")
    return "+OK Success\n"


def uuid_setvar(switch: Switch, argument: str, tell: Tell) -> str:
    channel, rest = _leg(switch, argument)
    name, _, value = rest.partition(" ")
    if not name:
        return "-USAGE: <uuid> <var> [value]\n"
    if channel is None:
        return NO_CHANNEL
    channel.set(name, clean(value))
    return OK


MULTI_USAGE = "-USAGE: <uuid> <var>=<value>;<var>=<value>...\n"


def uuid_setvar_multi(switch: Switch, argument: str, tell: Tell) -> str:
    channel, rest = _leg(switch, argument)
    if not rest:
        return MULTI_USAGE
    if channel is None:
        return NO_CHANNEL + MULTI_USAGE
    for pair in rest.split(";"):
        name, equals, value = pair.partition("=")
        if equals:
            channel.set(name, clean(value))
    return OK


def uuid_getvar(switch: Switch, channel: Channel, name: str) -> str:
    return channel.get(name) or "_undef_"


def uuid_dump(switch: Switch, channel: Channel, form: str) -> str:
    headers = {**switch.head.make("CHANNEL_DATA", switch.now_us), **channel.headers(True)}
    return (json_text(headers) if form == "json" else plain_text(headers)).decode()


def uuid_recv_dtmf(switch: Switch, channel: Channel, digits: str) -> str:
    for one in digits.split("@")[0]:
        switch.after(LOOK_MS, applications.digit, switch, channel, one)
    return f"+OK {channel.uuid} received DTMF {digits}.\n"


def uuid_phone_event(switch: Switch, channel: Channel, event: str) -> str:
    if event == "talk" and not channel.answered:
        switch.after(LOOK_MS, originate.picked_up, switch, channel)
    elif event == "hold":
        bridge.hold(switch, channel, True)
    return "+OK Success\n"


def uuid_answer(switch: Switch, channel: Channel, rest: str) -> str:
    life.answer(switch, channel)
    return OK


def uuid_record(switch: Switch, argument: str, tell: Tell) -> str:
    channel, rest = _leg(switch, argument)
    words = rest.split()
    if len(words) < 2:
        return f"-USAGE: {USAGES['uuid_record']}\n"
    if channel is None:
        return NO_SESSION
    action, path = words[0], words[1]
    if action == "start" and not channel.alive:  # the far end has just hung up: the session never ends
        switch.zombies.append(channel)
    elif action == "start":
        life.start_recording(switch, channel, path)
        if len(words) > 2 and words[2].isdigit() and int(words[2]):
            recorder = channel.recorders[path]
            switch.after(int(words[2]) * 1000, _record_limit, switch, channel, path, recorder)
    elif action not in ("stop", "mask", "unmask"):
        return f"-USAGE: {USAGES['uuid_record']}\n"
    elif path not in channel.recorders and not (action == "stop" and path == "all"):
        what = {"stop": "stop record", "mask": "mask recording", "unmask": "unmask recording"}[action]
        return f"-ERR Cannot {what} session!\n"
    elif action == "stop":
        for one in list(channel.recorders) if path == "all" else [path]:
            life.stop_recording(switch, channel, one)
    else:
        channel.recorders[path].mask(action == "mask", switch.now_us)
    return "+OK Success\n"


def _record_limit(switch: Switch, channel: Channel, path: str, recorder: object) -> None:
    if channel.recorders.get(path) is recorder:
        life.stop_recording(switch, channel, path)


# ---------------------------------------------------------------- globals, timers


def global_setvar(switch: Switch, argument: str, tell: Tell) -> str:
    """NAME=VALUE, or NAME=VALUE=EXPECTED: compare and set. Answers +OK also when it did nothing."""
    parts = argument.split("=", 2)
    if len(parts) < 2:
        return "+OK"
    name, value = parts[0], parts[1]
    if len(parts) == 3 and switch.globals.get(name, "") != parts[2]:
        return "+OK"
    if value:
        switch.globals[name] = value
    else:
        switch.globals.pop(name, None)
    return "+OK"


def global_getvar(switch: Switch, argument: str, tell: Tell) -> str:
    known = {"core_uuid": switch.head.core_uuid, **switch.globals}
    if not argument:
        return "".join(f"{name}={value}\n" for name, value in known.items())
    return known.get(argument, "")


def _when(switch: Switch, text: str) -> tuple[bool, int] | None:
    """``@5`` every 5 s, ``+5`` in 5 s, or an epoch: (again and again, seconds from now)."""
    number = text.lstrip("+@")
    if not number.isdigit():
        return None
    seconds = int(number) if text[0] in "+@" else max(0, int(number) - switch.now_us // 1_000_000)
    return text[0] == "@", seconds


def sched_api(switch: Switch, argument: str, tell: Tell) -> str:
    time_text, _, rest = argument.partition(" ")
    group, _, command = rest.strip().partition(" ")
    if not command:
        return "-ERR Invalid syntax. USAGE: [+@]<time> <group_name> <command_string>[&]\n"
    when = _when(switch, time_text)
    if when is None:
        return "-ERR Invalid time\n"
    task = switch.plan(*when, group, "sched_api_function", lambda: run(switch, command, lambda _text: None))
    return f"+OK Added: {task}\n"


def sched_transfer(switch: Switch, argument: str, tell: Tell) -> str:
    words = argument.split()
    if len(words) < 3 or words[1] not in switch.channels:
        return NO_CHANNEL
    context = words[4] if len(words) > 4 else switch.scenario.inbound_context
    when = _when(switch, words[0])
    if when is None:
        return "-ERR Invalid time\n"

    def act() -> None:
        channel = switch.channels.get(words[1])
        if channel is not None:
            bridge.transfer(switch, channel, words[2], context)

    switch.plan(False, when[1], words[1], "switch_ivr_schedule_transfer", act)
    return OK


# ---------------------------------------------------------------- the whole switch


def hupall(switch: Switch, argument: str, tell: Tell) -> str:
    words = argument.split()
    cause = words[0] if words else "MANAGER_REQUEST"
    said = f"matching [{words[1]}]=[{words[2]}] with cause:" if len(words) == 3 else "with cause"
    for channel in list(switch.channels.values()):
        if len(words) != 3 or channel.get(words[1]) == words[2]:
            life.hangup(switch, channel, cause)
    return f"+OK hangup all channels {said} {cause}\n"


def status(switch: Switch, argument: str, tell: Tell) -> str:
    number = switch.scenario.version.split("+", 1)[0]
    return (
        f"UP {up_time(switch.now_us - switch.started_us)}\nFreeSWITCH (Version {number} simulated 64bit) is ready\n"
        f"{switch.sessions} session(s) since startup\n{len(switch.channels)} session(s) - "
        f"peak {switch.peak}, last 5min {switch.peak} \n{switch.sessions_this_second[1]} session(s) per Sec out of max "
        f"{switch.scenario.sessions_per_second}, peak {switch.peak}, last 5min {switch.peak} \n"
        f"{switch.scenario.max_sessions} session(s) max\nmin idle cpu 0.00/90.00\nCurrent Stack Size/Max 240K/8192K\n"
    )


def fsctl(switch: Switch, argument: str, tell: Tell) -> str:
    words = argument.split() or [""]
    if words[0] in ("pause", "resume"):
        which = {words[1]} if len(words) > 1 else {"inbound", "outbound"}
        switch.paused = switch.paused | which if words[0] == "pause" else switch.paused - which
        return OK
    values = {
        "max_sessions": f"max sessions: {switch.scenario.max_sessions}",
        "sps": f"sessions per second: {switch.scenario.sessions_per_second}",
        "last_sps": f"last sessions per second: {switch.sessions_this_second[1]}",
    }
    return f"+OK {values[words[0]]}\n" if words[0] in values else "-USAGE: [pause|resume|max_sessions|sps|last_sps]\n"


OF_A_LEG = (uuid_kill, uuid_park, uuid_transfer, uuid_break, uuid_getvar, uuid_dump)
COMMANDS: dict[str, Command] = {
    **{act.__name__: _of_leg(act, NO_CHANNEL) for act in OF_A_LEG},
    "uuid_recv_dtmf": _of_leg(uuid_recv_dtmf, NO_SESSION), "uuid_answer": _of_leg(uuid_answer, "-ERROR\n"),
    "uuid_phone_event": _of_leg(uuid_phone_event, "-ERR Operation failed\n"),
    "uuid_exists": lambda switch, argument, tell: "true" if argument in switch.channels else "false",
    "uuid_bridge": uuid_bridge, "uuid_hold": uuid_hold, "uuid_setvar": uuid_setvar, "uuid_setvar_multi": uuid_setvar_multi,
    "uuid_record": uuid_record, "originate": originate.originate, "global_setvar": global_setvar, "global_getvar": global_getvar,
    "sched_api": sched_api, "sched_transfer": sched_transfer,
    "sched_del": lambda switch, argument, tell: f"+OK Deleted: {switch.unplan(argument)}\n",
    "conference": lambda switch, argument, tell: rooms.conference(switch, argument),
    "lua": lambda switch, argument, tell: scripts.run_lua(switch, argument),
    "show": lambda switch, argument, tell: show.show(switch, argument),
    "sofia": lambda switch, argument, tell: show.sofia(switch, argument),
    "sofia_contact": lambda switch, argument, tell: show.sofia_contact(switch, argument),
    "hupall": hupall, "status": status, "fsctl": fsctl,
    "strepoch": lambda switch, argument, tell: str(switch.now_us // 1_000_000),
    "strmicroepoch": lambda switch, argument, tell: str(switch.now_us),
    "strftime": lambda switch, argument, tell: time.strftime(argument or "%Y-%m-%d %T", time.gmtime(switch.now_us // 1_000_000)),
    "version": lambda switch, argument, tell: f"FreeSWITCH Version {switch.scenario.version} (simulated)\n",
    "module_exists": lambda switch, argument, tell: "true" if argument in show.MODULES else "false",
    "create_uuid": lambda switch, argument, tell: switch.new_uuid(),
    "hostname": lambda switch, argument, tell: "simulator",
    "switchname": lambda switch, argument, tell: switch.scenario.switchname,
    "xml_locate": lambda switch, argument, tell: PROFILES.get(argument.split(" ")[-1], '<profile name="internal"></profile>\n'),
    "reloadxml": lambda switch, argument, tell: "+OK [Success]\n",
    "echo": lambda switch, argument, tell: argument,
    "sim": lambda switch, argument, tell: sim_api.run(switch, argument),
}  # fmt: skip
