"""Who sees what, in one place: views and audiences -> rooms, users -> rooms.

    agent:ID   one agent's desk            mates:TEAM  agents of a team, for each other's views
    team:ID    leaders of the team         queue:ID    agents who serve a queue
    floor      every leader and admin      ops         admins
    all        every logged-in page

A view's rooms come from the view itself, so that a snapshot and the events after it show the same things; an event without
a view goes to the audience that the engine named. Rooms are local to one web process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import socketio

from cti_server.events.envelope import Envelope
from cti_server.events.views import TABLES
from webapp.auth.sessions import User

View = Mapping[str, Any]


def _agent_rooms(view: View) -> set[str]:
    rooms = {"floor", f"agent:{view['id']}"}
    if view.get("team"):
        rooms.add(f"mates:{view['team']}")
    return rooms


def _call_rooms(view: View) -> set[str]:
    agents = {view.get("agent")} | {leg.get("agent") for leg in view.get("legs", ()) if leg.get("state") != "ended"}
    return {"floor"} | {f"agent:{agent}" for agent in agents if agent}


EVERYBODY = "all"
"""What goes to nobody in particular. A socket is in no room before its connect packet is answered, so nothing comes earlier."""
NETWORK = frozenset({"floor", "ops"})
"""Who sees trunks, switches and alarms: the engine's audience for them."""
RULES: dict[str, Callable[[View], set[str]]] = {
    "agents": _agent_rooms,
    "calls": _call_rooms,
    "queues": lambda view: {"floor", f"queue:{view['id']}"},
    "trunks": lambda view: set(NETWORK),
    "switches": lambda view: set(NETWORK),
    "drafts": lambda view: {f"agent:{view.get('agent')}"},
}
VIEW_WORDS = (*TABLES, "removed")


def for_pages(view: View) -> View:
    """A call without the switch's own ids of its legs: no page needs them, and a phone that names one can reach for that call."""
    if not view.get("legs"):
        return view
    return {**view, "legs": [{name: value for name, value in leg.items() if name != "id"} for leg in view["legs"]]}


def rooms_of_view(kind: str, view: View) -> frozenset[str]:
    return frozenset(RULES[kind](view))


def rooms_of_event(event: Envelope) -> frozenset[str]:
    """The engine's audience, for events without a view; what has been removed is told to those who saw it."""
    if any(isinstance(event.data.get(word), Mapping) for word in VIEW_WORDS):
        return frozenset()
    return frozenset(event.audience)


def rooms_of_user(user: User, agent_view: View | None) -> frozenset[str]:
    """``agent_view``: the user's own agent as the projection knows it, for team and queues; None when unknown."""
    rooms = {EVERYBODY}
    if user.agent_id:
        rooms.add(f"agent:{user.agent_id}")
    if user.role == "admin":
        rooms |= {"floor", "ops"}
    elif user.role == "leader":
        rooms.add("floor")
        if user.team:
            rooms.add(f"team:{user.team}")
    elif user.role == "agent":
        team = agent_view.get("team") if agent_view else user.team
        rooms |= {f"mates:{team}"} if team else set()
        rooms |= {f"queue:{queue}" for queue in (agent_view or {}).get("queues", {})}
    return frozenset(rooms)


class IndexedManager(socketio.Manager):
    """The stock manager looks through every room when a client goes; this one knows each client's rooms."""

    def __init__(self) -> None:
        super().__init__()
        self._rooms_of: dict[tuple[str, str], set[str | None]] = {}

    def basic_enter_room(self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None) -> None:
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        self._rooms_of.setdefault((namespace, sid), set()).add(room)

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        super().basic_leave_room(sid, namespace, room)
        rooms = self._rooms_of.get((namespace, sid))
        if rooms is not None:
            rooms.discard(room)
            if not rooms:
                del self._rooms_of[namespace, sid]

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        return [room for room in self._rooms_of.get((namespace, sid), ()) if room is not None]

    def basic_disconnect(self, sid: str, namespace: str, **kwargs: Any) -> None:
        for room in list(self._rooms_of.get((namespace, sid), ())):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            waiting = pending.get(namespace, [])
            if sid in waiting:
                waiting.remove(sid)
                if not waiting:
                    del pending[namespace]
