"""Who listens, as leaders see it."""

from __future__ import annotations

from dataclasses import dataclass

from cti_server.domain.switch import ListenMode
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.shown import shows
from cti_server.engine.kernel.state import Call, Leg
from cti_server.events.views import LISTENER, LISTENER_CHANGED, ListenerState, ListenerView


@dataclass(slots=True)
class Listener:
    """``leg`` is what it is; the rest is what was shown of it last."""

    id: str
    leg: str
    call_id: str
    person: str
    agent: str = ""
    mode: ListenMode = "listen"
    state: ListenerState | None = None


def add(core: Core, call: Call, leg: Leg) -> None:
    core.listeners[leg.number] = Listener(leg.number, leg.id, call.id, leg.person)


@shows(LISTENER, Listener)
def view(core: Core, listener: Listener) -> ListenerView:
    return {
        "id": listener.id,
        "call_id": listener.call_id,
        "agent": listener.agent,
        "mode": listener.mode,
        "state": listener.state or "ringing",
        "person": listener.person,
    }


def look(core: Core) -> None:
    """What has changed of those who listen, at the end of an input."""
    for listener in list(core.listeners.values()):
        leg = core.legs.get(listener.leg)
        if leg is None or leg.gone:
            del core.listeners[listener.id]
            core.removed(LISTENER, listener.id)
            continue
        target = core.legs.get(leg.on)
        here: ListenerState = "listening" if leg.on else "talking"
        state: ListenerState = here if leg.seen.here else "ringing"
        now = (target.agent if target else listener.agent, leg.mode, state)
        if now != (listener.agent, listener.mode, listener.state):
            listener.agent, listener.mode, listener.state = now
            core.changed(LISTENER_CHANGED, listener.id)
