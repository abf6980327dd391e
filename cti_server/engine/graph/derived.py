"""What people see of a call and its legs, derived from what the legs do: nobody sets it."""

from __future__ import annotations

from cti_server.domain.call import CallPhase, LegState, derive_phase
from cti_server.engine.kernel.state import WITH_CUSTOMER, Call, Doing, Leg

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
_TOGETHER: frozenset[Doing] = WITH_CUSTOMER | {"internal"}
_BY_DOING: dict[Doing, CallPhase] = {"consult": "on_hold", "conference": "conference"}


def connection(call: Call, leg: Leg) -> LegState:
    """The customer's is that of those who have it: held, when all of them stand aside."""
    if leg.party != "customer":
        return CONNECTION[leg.doing]
    if call.caller_gone:
        return "ended"
    if call.activity == "dial":
        return "alerting"
    found = {CONNECTION[one.doing] for one in call.legs.values() if one.doing in WITH_CUSTOMER or (one.talked and one.doing)}
    return "connected" if _with_customer(call) else "held" if found else "parked"


def hears(call: Call, leg: Leg) -> int:
    """Legs with the same number above 0 hear each other: 1 the conversation, 2 a consult."""
    if leg.party == "customer" or leg.doing in _TOGETHER:
        return int(_with_customer(call))
    consult = [one for one in call.legs.values() if one.doing == "consult" and one.group == leg.group]
    return 2 if leg.doing == "consult" and len(consult) > 1 else 0


def _with_customer(call: Call) -> bool:
    return not call.caller_gone and any(leg.doing in _TOGETHER for leg in call.legs.values())


def phase(call: Call, talker: Leg | None) -> CallPhase:
    """``talker``: who has the customer."""
    if call.offer is None and talker is not None and talker.doing in _BY_DOING:
        return _BY_DOING[talker.doing]
    if call.slot and talker is None and call.activity == "talk":
        return "parked"
    leg = call.legs.get(call.offer.leg) if call.offer else talker
    return derive_phase(call.activity, connection(call, leg) if leg else "")
