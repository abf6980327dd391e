"""Rooms (mod_conference): the application ``conference``, the api command of that name, and conference::maintenance.

A room is made by its first member and is gone 20 ms after its last. A leg has the same number in every room, as long as it lives.
"""

from __future__ import annotations

from collections.abc import Callable

from cti_server.simulator import hearing
from cti_server.simulator.applications import NONE, Application, unsupported
from cti_server.simulator.channel import Channel, Room
from cti_server.simulator.core import Switch
from cti_server.simulator.events import Value
from cti_server.simulator.scheduler import LOOK_MS


class Conference(Application):
    """conference NAME@PROFILE: a member until it is taken away, kicked, or hangs up; then the next application of its plan."""

    def begin(self) -> None:
        name, _, profile = self.data.partition("@")
        if "+" in profile:
            unsupported(self.switch, self.channel, f"conference {self.data}")
            return
        _join(self.switch, self.channel, name, profile)

    def interrupted(self, response: str) -> None:
        if self.channel.room is not None:
            _leave(self.switch, self.channel, self.channel.room)
        self.complete(NONE)

    def kicked(self) -> None:
        if not self.done:
            self.interrupted(NONE)


def _tell(switch: Switch, room: Room, action: str, leg: Channel | None = None) -> None:
    about: dict[str, Value] = {
        "Conference-Name": room.name, "Conference-Domain": switch.scenario.domain, "Conference-Size": str(len(room.members)),
        "Conference-Ghosts": "0", "Conference-Profile-Name": room.profile, "Conference-Unique-ID": room.uuid,
    }  # fmt: skip
    if leg is not None:
        speaks = "false" if leg in room.muted else "true"
        about |= {"Hear": "true", "Speak": speaks, "Member-ID": leg.member, "Member-Type": "member", "Member-Ghost": "false"}
        about |= leg.headers(False)
    switch.fire("CUSTOM", subclass="conference::maintenance", extra={**about, "Action": action})


def _join(switch: Switch, leg: Channel, name: str, profile: str) -> None:
    room = switch.rooms.get(name)
    if room is None:
        room = switch.rooms[name] = Room(name, profile, switch.new_uuid())
        _tell(switch, room, "conference-create")
    if not leg.member:
        switch.members += 1
        leg.member = str(switch.members)
    for variable, value in (("name", name), ("member_id", leg.member), ("uuid", room.uuid)):
        leg.set(f"conference_{variable}", value)
    leg.room, room.members[leg.member] = room, leg
    _tell(switch, room, "add-member", leg)
    for one in hearing.together(leg) if len(room.members) == 2 else ():
        one.party.bridged(one)
    if len(room.members) > 1:
        leg.party.bridged(leg)
    hearing.changed(switch.now_us, leg)


def _leave(switch: Switch, leg: Channel, room: Room) -> None:
    others = hearing.together(leg)
    leg.room = None
    del room.members[leg.member]
    room.muted.discard(leg)
    _tell(switch, room, "del-member", leg)
    if others:
        leg.party.unbridged(leg)
    if len(others) == 1:
        others[0].party.unbridged(others[0])
    hearing.changed(switch.now_us, leg, *others)
    if not room.members:
        del switch.rooms[room.name]
        switch.after(LOOK_MS, _tell, switch, room, "conference-destroy")


# ---------------------------------------------------------------- conference NAME ...


def conference(switch: Switch, argument: str) -> str:
    """conference NAME list | mute|unmute|kick|hup NUMBER|all."""
    name, _, rest = argument.partition(" ")
    action, _, which = rest.partition(" ")
    room = switch.rooms.get(name)
    if room is None:
        return f"-ERR Conference {name} not found\n"
    if action == "list":
        return "".join(_row(room, leg) for leg in reversed(room.members.values()))
    act = _OF_MEMBERS.get(action)
    if act is None or not which:
        return f"-ERR conference {action} not supported by the simulator\n"
    if which != "all" and which not in room.members:
        return f"-ERR Non-Existant ID {which}\n"
    legs = list(room.members.values()) if which == "all" else [room.members[which]]
    return "".join(act(switch, room, leg) for leg in legs)


def _row(room: Room, leg: Channel) -> str:
    flags = "hear" if leg in room.muted else "hear|speak"
    return f"{leg.member};{leg.name};{leg.uuid};{leg.base.get('Caller-Caller-ID-Name', '')};{leg.number};{flags};0;0;0\n"


def _mute(switch: Switch, room: Room, leg: Channel) -> str:
    room.muted.add(leg)
    _tell(switch, room, "mute-member", leg)
    hearing.changed(switch.now_us, leg)
    return f"+OK mute {leg.member}\n"


def _unmute(switch: Switch, room: Room, leg: Channel) -> str:
    room.muted.discard(leg)
    _tell(switch, room, "unmute-member", leg)
    hearing.changed(switch.now_us, leg)
    return f"+OK unmute {leg.member}\n"


def _out(switch: Switch, room: Room, leg: Channel, action: str, said: str) -> str:
    _tell(switch, room, action, leg)
    running = leg.stack[-1]
    assert isinstance(running, Conference)
    switch.after(LOOK_MS, running.kicked)
    return f"+OK {said} {leg.member}\n"


_OF_MEMBERS: dict[str, Callable[[Switch, Room, Channel], str]] = {
    "mute": _mute,
    "unmute": _unmute,
    "kick": lambda switch, room, leg: _out(switch, room, leg, "kick-member", "kicked"),
    "hup": lambda switch, room, leg: _out(switch, room, leg, "hup-member", "hup"),
}
APPLICATIONS: dict[str, type[Application]] = {"conference": Conference}
