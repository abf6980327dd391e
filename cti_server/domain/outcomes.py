"""From the switch's hang-up cause to our outcome, and from a failed offer to what happens to the agent: tables only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from cti_server.domain.call import Activity
from cti_server.words import family

DialFailure = Literal["no-answer", "busy", "rejected", "no-such-number", "unreachable", "no-line", "cancelled"]
"""Why a number outside was not reached."""
CallOutcome = Literal[
    "answered", "abandoned", "overflowed", "voicemail", "ivr", "failed", "switch-lost", "unknown-number", DialFailure
]  # fmt: skip
QueueOutcome = Literal["answered", "abandoned", "overflowed", "failed", "switch-lost"]
Missed = Literal["no-answer", "rejected", "busy", "unreachable"]
"""Why an agent missed an offer."""
OfferFailure = Literal[Missed, "withdrawn"]
Untaken = Literal[OfferFailure, "caller-left"]
OfferOutcome = Literal[Untaken, "answered"]

OUTCOMES = family(
    "outcome",
    {
        "answered": ("Answered", "已接听"),
        "abandoned": ("Abandoned", "已放弃"),
        "overflowed": ("Overflowed", "已溢出"),
        "voicemail": ("Voicemail", "语音留言"),
        "ivr": ("Ended in the menu", "语音导航中结束"),
        "failed": ("Failed", "失败"),
        "switch-lost": ("Switch failed", "交换机中断"),
        "unknown-number": ("Number not set up", "号码未配置"),
        "no-answer": ("Not answered", "未应答"),
        "rejected": ("Rejected", "已拒接"),
        "busy": ("Busy", "话机占线"),
        "unreachable": ("Unreachable", "无法接通"),
        "no-such-number": ("No such number", "空号"),
        "no-line": ("No outside line", "无可用外线"),
        "cancelled": ("Called off", "已取消"),
        "caller-left": ("Customer hung up", "客户已挂机"),
        "withdrawn": ("Taken back", "已撤回"),
    },
    CallOutcome,
    QueueOutcome,
    OfferOutcome,
)

OFFER_FAILURES: Final[dict[str, OfferFailure]] = {
    "NO_ANSWER": "no-answer",
    "ALLOTTED_TIMEOUT": "no-answer",
    "PROGRESS_TIMEOUT": "no-answer",
    "USER_BUSY": "busy",
    "CALL_REJECTED": "rejected",
    "USER_NOT_REGISTERED": "unreachable",
    "NO_USER_RESPONSE": "unreachable",
    "SUBSCRIBER_ABSENT": "unreachable",
    "UNALLOCATED_NUMBER": "unreachable",
    "NO_ROUTE_DESTINATION": "unreachable",
    "RECOVERY_ON_TIMER_EXPIRE": "unreachable",
    "NORMAL_TEMPORARY_FAILURE": "unreachable",
    "DESTINATION_OUT_OF_ORDER": "unreachable",
    "NETWORK_OUT_OF_ORDER": "unreachable",
    "INCOMPATIBLE_DESTINATION": "unreachable",
    "GATEWAY_DOWN": "unreachable",
    "CHAN_NOT_IMPLEMENTED": "unreachable",
    "ORIGINATOR_CANCEL": "withdrawn",
    "LOSE_RACE": "withdrawn",
    "NORMAL_CLEARING": "rejected",
}
"""Cause of an offered leg that never talked -> why. A phone that hangs up right after answering counts as rejected."""

FAILURE_RULES: Final[dict[str, str]] = {"no-answer": "not-ready", "rejected": "not-ready", "busy": "next", "unreachable": "next"}
"""Default of QueueConfig.offer_failed. 'not-ready': the agent goes not ready with that reason; 'next': stays ready, goes last."""

MEDIA_LOST_CAUSES: Final = frozenset(
    {
        "MEDIA_TIMEOUT",
        "RECOVERY_ON_TIMER_EXPIRE",
        "NORMAL_TEMPORARY_FAILURE",
        "DESTINATION_OUT_OF_ORDER",
        "NETWORK_OUT_OF_ORDER",
        "INCOMPATIBLE_DESTINATION",
        "NO_USER_RESPONSE",
        "SUBSCRIBER_ABSENT",
    }
)
"""Ends of a talking agent's leg that no person chose: the phone or its network died."""

TRUNK_FAILURES: Final = frozenset(
    {
        "GATEWAY_DOWN",
        "INVALID_GATEWAY",
        "NORMAL_TEMPORARY_FAILURE",
        "NORMAL_CIRCUIT_CONGESTION",
        "SWITCH_CONGESTION",
        "NETWORK_OUT_OF_ORDER",
        "RECOVERY_ON_TIMER_EXPIRE",
        "NO_ROUTE_DESTINATION",
        "DESTINATION_OUT_OF_ORDER",
        "INCOMPATIBLE_DESTINATION",
    }
)
"""Causes that speak against the trunk, not against the person called."""

_TRUNK_STATUSES: Final = frozenset({401, 402, 403, 407, 408, 488, 500, 501, 502, 503, 504, 505, 513, 580, 606})
"""SIP answers that do. A status says more than the cause, which a carrier may set as it likes (Reason header)."""

RESTS_S: Final[dict[str, int]] = {
    "GATEWAY_DOWN": 30,
    "INVALID_GATEWAY": 30,
    "NETWORK_OUT_OF_ORDER": 30,
    "RECOVERY_ON_TIMER_EXPIRE": 30,
    "NORMAL_TEMPORARY_FAILURE": 10,
    "DESTINATION_OUT_OF_ORDER": 10,
    "SWITCH_CONGESTION": 3,
    "NORMAL_CIRCUIT_CONGESTION": 3,
}
"""For how long a trunk that failed so is the last choice; other causes may be about the number alone."""

_DIAL_STATUSES: Final[dict[int, DialFailure]] = {
    404: "no-such-number", 410: "no-such-number", 484: "no-such-number", 604: "no-such-number",
    486: "busy", 600: "busy",
    603: "rejected",
    480: "unreachable",
}  # fmt: skip
_DIAL_CAUSES: Final[dict[str, DialFailure]] = {
    "NO_ANSWER": "no-answer",
    "ALLOTTED_TIMEOUT": "no-answer",
    "PROGRESS_TIMEOUT": "no-answer",
    "USER_BUSY": "busy",
    "CALL_REJECTED": "rejected",
    "UNALLOCATED_NUMBER": "no-such-number",
    "NUMBER_CHANGED": "no-such-number",
    "INVALID_NUMBER_FORMAT": "no-such-number",
    "ORIGINATOR_CANCEL": "cancelled",
    "LOSE_RACE": "cancelled",
    "NORMAL_CLEARING": "rejected",
}

CALL_OUTCOMES: Final[dict[Activity, CallOutcome]] = {
    # what the call did last -> outcome of the call when the caller leaves
    "arriving": "abandoned",
    "ivr": "ivr",
    "queue": "abandoned",
    "talk": "answered",
    "survey": "answered",
    "dial": "cancelled",
}


def offer_failure(cause: str) -> OfferFailure:
    """Why an offer failed: no-answer, busy, rejected, unreachable or withdrawn. Unknown causes count as unreachable."""
    return OFFER_FAILURES.get(cause, "unreachable")


def trunk_failed(cause: str, sip_status: int = 0) -> bool:
    """Whether a call out ended by the trunk's fault: another one may reach the same number."""
    return sip_status in _TRUNK_STATUSES if sip_status >= 300 else cause in TRUNK_FAILURES


def dial_failure(cause: str, sip_status: int = 0) -> DialFailure:
    """Why a call out was not answered; what is not known counts as unreachable."""
    if trunk_failed(cause, sip_status):
        return "no-line"
    return _DIAL_STATUSES.get(sip_status) or _DIAL_CAUSES.get(cause, "unreachable")


def failure_rule(why: str, rules: Mapping[str, str]) -> str:
    """'not-ready' or 'next' for a failed offer; withdrawn offers cost the agent nothing ('keep')."""
    return rules.get(why) or FAILURE_RULES.get(why, "keep")


def cause_of_text(text: str) -> str:
    """The switch's word in '-ERR NO_ANSWER' and the like; '' when there is none."""
    words = text.strip().removeprefix("-ERR").strip().split()
    return words[0] if words else ""
