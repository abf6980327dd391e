"""Who sits in which room: users and their rooms. What goes to which rooms is declared with it, in ``events/views.py``.

Rooms are local to one web process. A socket is in none before its connect packet is answered, so nothing comes earlier.
"""

from __future__ import annotations

from typing import Any

import socketio

from cti_server.events.views import EVERYBODY, FLOOR, NETWORK, AgentView, desk, mates, serves
from cti_server.features.panel import contract as panel
from webapp.auth.sessions import User


def rooms_of_user(user: User, agent_view: AgentView | None) -> frozenset[str]:
    """``agent_view``: the user's own agent as the projection knows it, for team and queues; None when unknown."""
    rooms = {EVERYBODY}
    if user.agent_id:
        rooms.add(desk(user.agent_id))
    if panel.NETWORK.name in user.rights:
        rooms.add(NETWORK)
    if panel.SEE.name in user.rights:
        rooms.add(FLOOR)
    elif user.agent_id:
        team = agent_view.get("team") if agent_view else user.team
        rooms |= {mates(team)} if team else set()
        rooms |= {serves(queue) for queue in (agent_view.get("queues", ()) if agent_view else ())}
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
