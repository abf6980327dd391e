"""A call is a graph of legs; the phase that people see is derived from what the call does and how the agent's leg stands.

Legs have CSTA connection states and a media group (``hears``): legs with the same number above 0 hear each other.
"""

from __future__ import annotations

from typing import Final

from cti_server.errors import WrongState

LEG_STATES: Final = ("alerting", "connected", "held", "queued", "parked", "ended")
LEG_TRIGGERS: Final = ("park", "queue", "bridge", "hold", "end")
_MOVES: Final[dict[str, tuple[str, ...]]] = {
    # trigger: (state after, *states before)
    "park": ("parked", "alerting", "connected", "held", "queued", "parked"),
    "queue": ("queued", "alerting", "connected", "held", "parked", "queued"),
    "bridge": ("connected", "alerting", "parked", "held", "queued", "connected"),
    "hold": ("held", "connected", "parked", "held"),
    "end": ("ended", "alerting", "connected", "held", "queued", "parked"),
}
LEG_TABLE: Final[dict[tuple[str, str], str]] = {
    (before, trigger): after for trigger, (after, *befores) in _MOVES.items() for before in befores
}

ACTIVITIES: Final = ("arriving", "ivr", "queue", "talk", "survey", "ended")
PHASES: Final = ("arriving", "ivr", "queued", "offered", "connected", "on_hold", "survey", "ended")
_PHASES: Final[dict[tuple[str, str], str]] = {
    # (activity, state of the agent's leg, '' without one) -> phase
    ("queue", ""): "queued",
    ("queue", "alerting"): "offered",
    ("queue", "parked"): "offered",  # answered, not yet bridged
    ("queue", "ended"): "queued",
    ("talk", "connected"): "connected",
    ("talk", "held"): "on_hold",
    ("talk", "parked"): "connected",
    ("talk", "ended"): "connected",  # the agent has left, what follows is decided when the caller parks
    ("talk", ""): "connected",
}
CHANNEL_WORDS: Final[dict[str, str]] = {
    # phase -> cti_phase on the caller's channel, the word that the switch's watchdog reads
    "arriving": "arriving",
    "ivr": "ivr",
    "queued": "waiting",
    "offered": "waiting",
    "connected": "talking",
    "on_hold": "held",
    "survey": "survey",
    "ended": "ended",
}


def next_leg_state(state: str, trigger: str) -> str:
    """The leg's state after ``trigger``. Raises WrongState for an ended leg and for holding an unanswered one."""
    found = LEG_TABLE.get((state, trigger))
    if found is None:
        raise WrongState(f"a leg that is {state} cannot {trigger}", {"state": state, "trigger": trigger})
    return found


def derive_phase(activity: str, agent_leg: str) -> str:
    """The phase that people see. ``agent_leg`` is the state of the offered or talking agent's leg, '' without one."""
    return _PHASES.get((activity, agent_leg), activity)
