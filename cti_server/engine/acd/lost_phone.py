"""A phone that died in a conversation: the caller hears music and is offered again to the same agent for 20 s, then to the
queue at the original place. The agent stays reserved for that time.

A web phone dies with its page, and the switch would notice only by the missing sound, most of a minute later. Its socket closes
at once; what comes next tells why: the same page registers again (its network had blinked, the sound went on), a newly loaded
page registers (the old leg has nobody), or neither the phone nor the page comes back.
"""

from __future__ import annotations

from cti_server.domain.switch import KillLeg, PhoneSocketClosed
from cti_server.engine.acd import agents, offers, queueing, wrapup
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.state import MAIN, Agent, Call, CallId, Comeback, Leg, LegId
from cti_server.events.views import CALL_QUEUED

COMEBACK_MS = 20_000
BLINK_MS = 4_000
"""A page connects its web phone anew 1 to 2 s after the network blinked or a proxy was restarted."""


def begin(core: Core, call: Call, agent: Agent) -> None:
    """The agent's leg ended without anybody's wish."""
    until = core.work.at_ms + COMEBACK_MS
    call.activity = "queue"
    call.groups[MAIN].sound = "music"
    call.held_ms = 0
    call.comeback = Comeback(agent.id, until)
    agents.move(core, agent, "lose", until)
    queueing.open_wait(core, call, core.work.at_ms)
    core.deadlines.set(expired, call.id, until)
    core.changed(CALL_QUEUED, call.id)
    if agent.pending == "logged_out":
        expired(core, call.id)


@offers.try_again.ends
def attempt(core: Core, call_id: CallId) -> None:
    """Ring the agent again when the phone is there (after a while, or when the phone has registered)."""
    call = core.calls.get(call_id)
    if call is None or call.comeback is None or call.offers or call.caller_gone or call.ending:
        return
    agent = core.agents[call.comeback.agent]
    if agents.registered(core, agent) and core.linked(call.node) and call.legs[call.caller_leg].seen.state == "parked":
        offers.make(core, call, agent, call.queue, {"comeback": True})


def phone_back(core: Core, extension: str) -> None:
    """A phone registered: a leg whose page was loaded anew is over, and a caller who waits for this phone rings it."""
    leg = _leg(core, extension)
    if leg is not None and core.deadlines.at(web_phone_gone, leg.id):
        core.deadlines.cancel(web_phone_gone, leg.id)
        if core.registrations[extension] != leg.registration:
            _lose(core, leg)
    agent = agents.at_phone(core, extension)
    call = core.calls.get(agent.call_id) if agent else None
    if call is not None:
        attempt(core, call.id)


def socket_closed(core: Core, event: PhoneSocketClosed) -> None:
    """Of the web phone that rings or talks, or of an older one."""
    leg = _leg(core, event.extension)
    if leg is None or leg.registration != event.registration:
        return
    if core.registrations.get(event.extension) == leg.registration:
        core.deadlines.set(web_phone_gone, leg.id, core.now + BLINK_MS)
    else:
        _lose(core, leg)


@deadline("web_phone")
def web_phone_gone(core: Core, leg_id: LegId) -> None:
    """No page has registered since the socket closed. While the page itself is there, the sound decides."""
    leg = core.legs.get(leg_id)
    agent = core.agents.get(leg.agent) if leg else None
    if leg is None or agent is None or core.graph(leg.call_id) is None:
        return
    if not core.linked(leg.node):
        core.deadlines.set(web_phone_gone, leg.id, core.now + BLINK_MS)
    elif agent.page_gone_ms and not agents.registered(core, agent):
        _lose(core, leg)


def _leg(core: Core, extension: str) -> Leg | None:
    """The leg that rings or talks at this extension."""
    agent = agents.at_phone(core, extension)
    if agent is not None and agent.station is not None:
        return core.legs.get(agent.station.caller_leg)
    call = core.calls.get(agent.call_id) if agent else None
    return call.leg_of(agent.id) if call and agent else None


def _lose(core: Core, leg: Leg) -> None:
    """Nobody is behind this leg any more."""
    call = core.calls.get(leg.call_id)
    if call is None:
        core.send(leg.node, leg.id, KillLeg(leg.id, "MEDIA_TIMEOUT"))
    elif leg.id in call.offers:
        offers.failed(core, call, leg.id, "unreachable", leg_lives=True)
    else:
        core.send(call.node, call.caller_leg, KillLeg(leg.id, "MEDIA_TIMEOUT"))


@queueing.longest_wait.ends
def waited_longest(core: Core, call_id: CallId) -> None:
    call = core.calls.get(call_id)
    if call is None or call.activity != "queue" or call.caller_gone or not core.linked(call.node):
        return
    if call.being_taken:
        core.deadlines.set(queueing.longest_wait, call_id, core.now + offers.BRIDGE_WITHIN_MS)
        return
    offers.withdraw(core, call, "withdrawn")
    caller_left(core, call)
    queueing.overflow(core, call)


@deadline("comeback")
def expired(core: Core, call_id: CallId) -> None:
    """The time for the same agent is over."""
    call = core.calls.get(call_id)
    if call is None or call.comeback is None or not core.linked(call.node):
        return
    if call.being_taken:
        core.deadlines.set(expired, call.id, core.now + offers.BRIDGE_WITHIN_MS)
        return
    agent = core.agents[call.comeback.agent]
    offers.withdraw(core, call, "withdrawn")
    over(core, call)
    agents.move(core, agent, "release")
    agents.rest(core, agent)
    call.not_again = agent.id
    queueing.to_line(core, call)
    core.wanted(call.id)


def caller_left(core: Core, call: Call) -> None:
    """The caller did not wait for the agent to come back: after-call work, as after any conversation."""
    if call.comeback is not None:
        agent = core.agents[call.comeback.agent]
        until = call.comeback.until_ms
        over(core, call)
        if agent.state == "ringing":
            agents.move(core, agent, "lose", until)
        wrapup.begin(core, agent, call)


def over(core: Core, call: Call) -> None:
    call.comeback = None
    core.deadlines.cancel(expired, call.id)
    core.deadlines.cancel(offers.try_again, call.id)
