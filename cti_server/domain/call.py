"""A call is a graph of legs; the phase that people see is derived from what the call does and how the agent's leg stands.

Legs have CSTA connection states, derived too (``engine.graph.derived``).
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from cti_server.words import family

LegState = Literal["alerting", "connected", "held", "queued", "parked", "ended"]
Direction = Literal["inbound", "outbound", "internal"]
DIRECTIONS = family(
    "direction", {"inbound": ("Inbound", "呼入"), "outbound": ("Outbound", "呼出"), "internal": ("Internal", "内部")}, Direction
)
Activity = Literal["arriving", "dial", "ivr", "queue", "talk", "survey", "ended"]
CallPhase = Literal[
    "arriving", "dialing", "ivr", "queued", "offered", "connected", "conference", "on_hold", "transferring", "parked", "survey",
    "ended",
]  # fmt: skip
PHASES: Final[tuple[CallPhase, ...]] = get_args(CallPhase)
family(
    "phase",
    {
        "arriving": ("Arriving", "接入中"),
        "dialing": ("Dialling", "外呼中"),
        "ivr": ("In the menu", "语音导航"),
        "queued": ("Waiting", "排队中"),
        "offered": ("Ringing", "振铃"),
        "connected": ("Talking", "通话中"),
        "conference": ("Conference", "会议中"),
        "on_hold": ("On hold", "保持中"),
        "transferring": ("Being transferred", "转接中"),
        "parked": ("Parked", "驻留"),
        "survey": ("Survey", "满意度调查"),
        "ended": ("Ended", "已结束"),
    },
    CallPhase,
)
_PHASES: Final[dict[tuple[Activity, LegState | Literal[""]], CallPhase]] = {
    # (activity, state of the agent's leg, '' without one) -> phase, where it is not that of the activity alone
    ("queue", "alerting"): "offered",
    ("queue", "parked"): "offered",  # answered, not yet bridged
    ("talk", "held"): "on_hold",
}
_ALONE: Final[dict[Activity, CallPhase]] = {
    "arriving": "arriving",
    "dial": "dialing",
    "ivr": "ivr",
    "queue": "queued",
    "talk": "connected",  # also when the agent has left: what follows is decided when the caller parks
    "survey": "survey",
    "ended": "ended",
}
CHANNEL_WORDS: Final[dict[CallPhase, str]] = {
    # phase -> cti_phase on the caller's channel, the word that the switch's watchdog reads
    **{phase: phase for phase in PHASES},
    "queued": "waiting",
    "offered": "waiting",
    "dialing": "talking",  # without a daemon nobody connects it: it ends
    "connected": "talking",
    "conference": "talking",
    "on_hold": "held",
    "transferring": "held",
    "parked": "held",
}


def derive_phase(activity: Activity, agent_leg: LegState | Literal[""]) -> CallPhase:
    """The phase that people see. ``agent_leg`` is the state of the offered or talking agent's leg, '' without one."""
    return _PHASES.get((activity, agent_leg)) or _ALONE[activity]
