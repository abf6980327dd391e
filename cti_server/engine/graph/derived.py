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


class Stands:
    """How the legs of a call stand, looked at once for all of them."""

    def __init__(self, call: Call) -> None:
        there = [leg for leg in call.legs.values() if leg.doing]
        self._together = not call.caller_gone and any(leg.doing in _TOGETHER for leg in there)
        self._consults = [leg.group for leg in there if leg.doing == "consult"]
        self._dials = call.activity == "dial"
        if call.caller_gone:
            self._customer: LegState = "ended"
        elif self._dials:
            self._customer = "alerting"
        else:
            self._customer = "connected" if self._together else "held" if any(leg.talked for leg in there) else "parked"

    def connection(self, leg: Leg) -> LegState:
        """The customer's is that of those who have it: held, when all of them stand aside."""
        if leg.party == "customer":
            return self._customer
        calls = self._dials and not leg.doing and leg.seen.here  # picked up: it hears that it rings there
        return "connected" if calls else CONNECTION[leg.doing]

    def hears(self, leg: Leg) -> int:
        """Legs with the same number above 0 hear each other: 1 the conversation, 2 a consult."""
        if leg.party == "customer" or leg.doing in _TOGETHER:
            return int(self._together)
        return 2 if leg.doing == "consult" and self._consults.count(leg.group) > 1 else 0


def phase(call: Call, talker: Leg | None) -> CallPhase:
    """``talker``: who has the customer."""
    offer = call.offer
    if offer is None and talker is not None and talker.doing in _BY_DOING:
        return _BY_DOING[talker.doing]
    if call.slot and talker is None and call.activity == "talk":
        return "parked"
    leg = call.legs.get(offer.leg) if offer else talker
    if leg is None:
        return derive_phase(call.activity, "")
    return derive_phase(call.activity, Stands(call).connection(leg) if leg.party == "customer" else CONNECTION[leg.doing])
