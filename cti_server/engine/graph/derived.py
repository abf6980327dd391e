"""What people see of a call and its legs, derived from what the legs do: nobody sets it."""

from __future__ import annotations

from cti_server.domain.call import CallPhase, LegState, derive_phase
from cti_server.engine.kernel.state import MAIN, WITH_CUSTOMER, Call, Doing, Leg

CONNECTION: dict[Doing, LegState] = {
    # what a party does -> its CSTA connection state
    "": "alerting",
    "talk": "connected",
    "conference": "connected",
    "hold": "held",
    "consult": "connected",
    "listen": "connected",
    "internal": "connected",
}
TOGETHER: frozenset[Doing] = WITH_CUSTOMER | {"internal"}
_BY_DOING: dict[Doing, CallPhase] = {"consult": "on_hold", "conference": "conference"}


def stands(call: Call) -> tuple[LegState, int, list[str]]:
    """(the customer's connection state, 1 when somebody has the customer else 0, the groups of those who consult), looked at once
    for all legs."""
    together, consults, talked = 0, [], False
    for leg in call.legs.values():
        if leg.doing:
            talked = talked or leg.talked
            if leg.doing in TOGETHER:
                together = 1
            elif leg.doing == "consult":
                consults.append(leg.group)
    if call.caller_gone:
        return "ended", 0, consults
    if call.activity == "dial":
        return "alerting", together, consults
    return "connected" if together else "held" if talked else "parked", together, consults


def connection(call: Call, leg: Leg) -> LegState:
    """Of a party; the customer's is that of those who have it (``stands``): held, when all of them stand aside."""
    calls = not leg.doing and call.activity == "dial" and leg.seen.here  # picked up: it hears that it rings there
    return "connected" if calls else CONNECTION[leg.doing]


def hears(leg: Leg, together: int, consults: list[str]) -> int:
    """Legs with the same number above 0 hear each other: 1 the conversation, 2 a consult."""
    if leg.party == "customer" or leg.doing in TOGETHER:
        return together
    return 2 if leg.doing == "consult" and consults.count(leg.group) > 1 else 0


BETWEEN: frozenset[CallPhase] = frozenset({"transferring", "parked"})
"""The customer of a conversation is alone, and it goes on."""


def expected(call: Call) -> Leg | None:
    """Of a conversation whom the agent has left, or is leaving: who is rung for the customer, or about to be joined."""
    coming = (leg for leg in call.others if leg.group == MAIN and not leg.home and leg.doing not in TOGETHER)
    return next(coming, None)


def phase(call: Call, talker: Leg | None) -> CallPhase:
    """``talker``: who has the customer. One who is leaving has not: what is to come next is said before that leg ends."""
    offer = call.offer if call.offers else None
    talker = None if talker is None or talker.gone else talker
    if offer is None and talker is not None and talker.doing in _BY_DOING:
        return _BY_DOING[talker.doing]
    if talker is None and call.activity == "talk":
        if call.slot:
            return "parked"
        if expected(call) is not None or call.then_queue or call.then_flow:
            return "transferring"
    leg = call.legs.get(offer.leg) if offer else talker
    if leg is None:
        return derive_phase(call.activity, "")
    return derive_phase(call.activity, stands(call)[0] if leg.party == "customer" else CONNECTION[leg.doing])
