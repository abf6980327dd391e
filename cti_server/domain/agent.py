"""An agent has a status (what the person chose) and a state (what the line does); each is one table of transitions.

A trigger that the table does not know raises WrongState and changes nothing.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from cti_server.domain.outcomes import Missed, Untaken
from cti_server.errors import CtiError, WrongState
from cti_server.words import family

AgentStatus = Literal["logged_out", "ready", "not_ready"]
AgentState = Literal[
    "idle", "reserved", "ringing", "talking", "holding", "consulting", "dialing", "wrap_up", "internal", "own_call", "unreachable"
]
STATES: Final[tuple[AgentState, ...]] = get_args(AgentState)
family(
    "sign",
    {
        "logged_out": ("Off shift", "未签入"),
        "ready": ("Ready", "空闲"),
        "not_ready": ("Not ready", "示忙"),
        "idle": ("Idle", "空闲"),
        "reserved": ("Ringing", "振铃"),
        "ringing": ("Ringing", "振铃"),
        "talking": ("Talking", "通话中"),
        "holding": ("On hold", "保持中"),
        "consulting": ("Consulting", "咨询中"),
        "dialing": ("Dialling", "外呼中"),
        "wrap_up": ("Wrap-up", "话后处理"),
        "internal": ("Internal call", "内部通话"),
        "own_call": ("Own call", "自主通话"),
        "unreachable": ("Phone unreachable", "话机离线"),
    },
    AgentStatus,
    AgentState,
)

STATUS_TABLE: Final[dict[tuple[AgentStatus, str], AgentStatus]] = {
    ("logged_out", "login"): "not_ready",
    ("not_ready", "ready"): "ready",
    ("ready", "ready"): "ready",
    ("ready", "pause"): "not_ready",
    ("not_ready", "pause"): "not_ready",  # another reason
    ("ready", "logout"): "logged_out",
    ("not_ready", "logout"): "logged_out",
}

STATE_TABLE: Final[dict[tuple[AgentState, str], AgentState]] = {
    ("idle", "reserve"): "reserved",
    ("idle", "dial"): "dialing",
    ("idle", "phone_lost"): "unreachable",
    ("reserved", "ring"): "ringing",
    ("reserved", "dial"): "dialing",
    ("reserved", "connect"): "talking",
    ("reserved", "release"): "idle",
    ("reserved", "finish"): "wrap_up",  # the phone died in a conversation and the caller did not wait for it
    ("ringing", "connect"): "talking",
    ("ringing", "dial"): "dialing",
    ("ringing", "release"): "idle",
    ("ringing", "lose"): "reserved",  # an offer that failed while the caller waits for this very agent
    ("talking", "hold"): "holding",
    ("talking", "lose"): "reserved",  # the phone's media died: the caller waits for the same agent
    ("talking", "finish"): "wrap_up",
    ("talking", "release"): "idle",
    ("holding", "resume"): "talking",
    ("holding", "lose"): "reserved",
    ("holding", "finish"): "wrap_up",
    ("holding", "release"): "idle",
    ("consulting", "hold"): "holding",  # neither the one who was asked nor the customer can be joined
    ("talking", "consult"): "consulting",
    ("holding", "consult"): "consulting",
    ("reserved", "consult"): "consulting",
    ("ringing", "consult"): "consulting",
    ("consulting", "connect"): "talking",
    ("consulting", "resume"): "talking",
    ("consulting", "lose"): "reserved",
    ("consulting", "finish"): "wrap_up",
    ("consulting", "release"): "idle",
    ("dialing", "connect"): "talking",
    ("dialing", "release"): "idle",
    ("dialing", "talk_inside"): "internal",
    ("reserved", "talk_inside"): "internal",
    ("ringing", "talk_inside"): "internal",
    ("internal", "release"): "idle",
    ("wrap_up", "wrapped"): "idle",
    ("unreachable", "phone_back"): "idle",
    ("idle", "phone_used"): "own_call",
    ("unreachable", "phone_used"): "own_call",
    ("own_call", "phone_free"): "idle",
}

TRANSIENT_STATES: Final = frozenset({"reserved", "ringing", "dialing", "wrap_up"})
"""States that a deadline always ends."""

IN_CALL_STATES: Final = frozenset({"reserved", "ringing", "talking", "holding", "consulting", "dialing", "internal", "wrap_up"})
"""States in which a change of status is kept as pending."""

SystemReason = Literal["logged-in", "connection-lost", "on-hook", Missed]
"""Not-ready reasons that the engine gives by itself; all others are configured."""
SYSTEM_REASONS: Final[tuple[SystemReason, ...]] = get_args(SystemReason)
family(
    "why",
    {
        "logged-in": ("Just started", "刚签入"),
        "no-answer": ("Did not answer", "未应答"),
        "rejected": ("Rejected the call", "已拒接"),
        "busy": ("Phone was busy", "话机占线"),
        "unreachable": ("Phone unreachable", "话机离线"),
        "caller-left": ("Customer hung up", "客户已挂机"),
        "withdrawn": ("Taken back", "已撤回"),
        "on-hook": ("Phone was hung up", "话机已挂断"),
        "connection-lost": ("Page connection lost", "页面连接中断"),
    },
    SystemReason,
    Untaken,
)


class AlreadyLoggedIn(CtiError, id="already-logged-in", status=409, en="The shift has already started.", zh="已经签入。"):
    """The agent is already logged in."""


class AgentNotLoggedIn(CtiError, id="agent-not-logged-in", status=409, en="The agent is not on shift.", zh="坐席尚未签入。"):
    """The agent is not logged in."""


def next_status(status: AgentStatus, trigger: str) -> AgentStatus:
    """The status after ``trigger``. Raises AgentNotLoggedIn, AlreadyLoggedIn or WrongState."""
    found = STATUS_TABLE.get((status, trigger))
    if found is not None:
        return found
    if status == "logged_out":
        raise AgentNotLoggedIn("the agent is not logged in; log in first")
    if trigger == "login":
        raise AlreadyLoggedIn("the agent is already logged in")
    raise WrongState(f"an agent who is {status} cannot {trigger}", {"status": status, "trigger": trigger})


def next_state(state: AgentState, trigger: str) -> AgentState:
    """The state after ``trigger``. Raises WrongState."""
    found = STATE_TABLE.get((state, trigger))
    if found is None:
        raise WrongState(f"an agent whose line is {state} cannot {trigger}", {"state": state, "trigger": trigger})
    return found


def category(status: str, state: str, resting: bool) -> str:
    """How a queue counts this agent: 'logged_out', 'unreachable', 'busy', 'not_ready', 'resting' or 'ready'."""
    if status == "logged_out":
        return "logged_out"
    if state == "unreachable":
        return "unreachable"
    if state in IN_CALL_STATES or state == "own_call":
        return "busy"
    if status == "not_ready":
        return "not_ready"
    return "resting" if resting else "ready"
