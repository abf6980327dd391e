"""Everybody of one scenario: who is behind a dial string, and the stream of new callers.

Phones are dialled by contact, by ``user/EXT@DOMAIN``, and trunks by ``sofia/gateway/NAME/NUMBER``.
"""

from __future__ import annotations

from cti_server.simulator.channel import Channel
from cti_server.simulator.core import Dialled, Switch
from cti_server.simulator.incoming import incoming
from cti_server.simulator.parties import Caller, Gateway, Nobody, Phone, TrunkCallee
from cti_server.simulator.scheduler import NEVER


class People:
    """Everybody of one scenario, and the stream of new callers."""

    def __init__(self, switch: Switch) -> None:
        self.switch = switch
        switch.directory = self
        scenario = switch.scenario
        self.phones = {
            f"{ext}@{group.realm}" if group.realm else ext: Phone(switch, ext, group)
            for group in scenario.phones
            for ext in group.extensions
        }
        self._by_uri = {phone.uri: phone for phone in self.phones.values()}
        self.gateways = {trunk.name: Gateway(trunk) for trunk in scenario.trunks}
        self.rate_per_s = scenario.callers.rate_per_s
        self.calling = False
        self.started_us = switch.now_us
        self.arrived = self.refused = 0
        self._next = NEVER
        if scenario.callers.enabled:
            self.call(True)

    # ------------------------------------------------------------ dialling

    def find(self, dial: str) -> Dialled | tuple[str, bool]:
        """Who is behind a dial string; else (cause, whether a bare CHANNEL_DESTROY shows)."""
        parts = dial.split("/", 3)
        if dial.startswith("sofia/gateway/") and len(parts) == 4:
            return self._trunk(parts[2], parts[3], dial)
        if parts[0] == "sofia" and len(parts) >= 3:
            uri = dial.split("/", 2)[2]
            address = uri.removeprefix("sip:").split(";")[0]
            phone = self._by_uri.get(uri) or self._by_uri.get(f"sip:{address}")
            return Dialled(phone or Nobody(self.switch), f"sofia/{parts[1]}/{address}", address.split("@")[0], parts[1])
        if parts[0] == "user" and len(parts) >= 2:
            phone = self.at(parts[1])
            if phone is None:
                return "SUBSCRIBER_ABSENT", False
            return self.find(phone.contact) if phone.registered else ("USER_NOT_REGISTERED", False)
        if parts[0] == "error" and len(parts) >= 2:
            return parts[1].upper(), False
        return "CHAN_NOT_IMPLEMENTED", False

    def at(self, name: str) -> Phone | None:
        """Of EXT, or EXT@REALM."""
        extension, _, realm = name.partition("@")
        apart = any(group.realm == realm for group in self.switch.scenario.phones if realm)
        return self.phones.get(name if apart else extension)

    def _trunk(self, name: str, number: str, dial: str) -> Dialled | tuple[str, bool]:
        gateway = self.gateways.get(name)
        if gateway is None:
            return "INVALID_GATEWAY", True
        if not gateway.up:
            gateway.failed_out += 1
            return "GATEWAY_DOWN", True
        return Dialled(TrunkCallee(self.switch, gateway, number), f"sofia/external/{number}", number, "gateway")

    def gateway_state(self, name: str, up: bool) -> None:
        """The trunk's registration comes or goes."""
        self.gateways[name].up = up
        state = {"Gateway": name, "State": "REGED" if up else "FAIL_WAIT", "Ping-Status": "UP" if up else "DOWN"}
        self.switch.fire("CUSTOM", subclass="sofia::gateway_state", extra=state)

    # ------------------------------------------------------------ callers

    def call(self, on: bool, rate_per_s: float | None = None) -> None:
        """Starts or ends the stream of callers."""
        self.calling = on
        if rate_per_s is not None:
            self.rate_per_s = rate_per_s
        self._next.cancel()
        if on:
            self._plan_next()

    def _rate(self) -> float:
        at_s = (self.switch.now_us - self.started_us) / 1_000_000
        factor = 1.0
        for from_s, value in sorted(self.switch.scenario.callers.profile):
            if at_s >= from_s:
                factor = value
        return self.rate_per_s * factor

    def _plan_next(self) -> None:
        rate = self._rate()
        wait_s = self.switch.random.expovariate(rate) if rate > 0 else 1.0
        self._next = self.switch.after(wait_s * 1000, self._arrival, rate > 0)

    def _arrival(self, calls: bool) -> None:
        self._plan_next()
        if calls:
            self.new_call()

    def new_call(self, number: str = "", name: str | None = None, service: str = "", digits: list[str] | None = None,
                 patience_s: float | None = None, talk_s: float | None = None,
                 voice_s: float | None = None) -> Channel | None:  # fmt: skip
        """One caller arrives now; what is not given is drawn from the scenario. None: the switch refused the call."""
        plan, rng = self.switch.scenario.callers, self.switch.random
        caller = Caller(
            self.switch, plan, list(rng.choice(plan.digits or ((),)) if digits is None else digits),
            plan.patience_s.draw(rng) if patience_s is None else patience_s,
            plan.talk_s.draw(rng) if talk_s is None else talk_s,
        )  # fmt: skip
        caller.voice_s = plan.voice_s.draw(rng) if voice_s is None else voice_s
        number = number or "".join(rng.choice("0123456789") if c == "#" else c for c in rng.choice(plan.numbers))
        name = rng.choice(plan.names) if name is None else name
        service = service or rng.choices([*plan.services], [*plan.services.values()])[0]
        self.arrived += 1
        channel = incoming(self.switch, name or number, number, service, caller, dict(plan.headers))
        if channel is None:
            self.refused += 1
            return None
        caller.arrive(channel)
        return channel


def people(switch: Switch) -> People:
    """Those who are behind this switch's dial strings."""
    assert isinstance(switch.directory, People)
    return switch.directory
