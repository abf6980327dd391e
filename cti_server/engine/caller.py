"""The caller's leg: its channel variables (sent only when they change), its music, and its end.

Commands of one call keep their order: all of them, also those for the agent's leg, ride in the lane of the caller's leg.
"""

from __future__ import annotations

from dataclasses import dataclass

from cti_server.domain.call import CHANNEL_WORDS, CallPhase, derive_phase, next_leg_state
from cti_server.domain.outcomes import CallOutcome
from cti_server.domain.switch import BreakPlayback, Execute, KillLeg, SetVariable, SwitchCommand, TransferLeg
from cti_server.engine.deadlines import deadline
from cti_server.engine.memory import Core
from cti_server.engine.results import Outcome
from cti_server.engine.state import Call, CallId, Leg

MUSIC_PAUSE_MS = 1_000
"""Music that ends sooner than this (a missing file) is not restarted at once."""
GONE_AFTER_KILL_MS = 5_000
TAKEN_BACK_WITHIN_MS = 5_000
FALLBACK_CONTEXT = "cti_fallback"


def send(core: Core, call: Call, command: SwitchCommand, wants: Outcome | None = None) -> None:
    """Ask the call's switch, in the call's order."""
    core.send(call.node, call.caller_leg, command, wants)


def phase(call: Call) -> CallPhase:
    """What people see, derived from the legs."""
    leg = call.legs.get(call.offer.leg if call.offer else call.agent_leg)
    return derive_phase(call.activity, leg.state if leg else "")


def set_variable(core: Core, call: Call, name: str, value: str) -> None:
    """Set a channel variable of the caller's leg when the switch does not have that value yet."""
    if call.variables.get(name, "") != value and not call.caller_gone:
        call.variables[name] = value
        send(core, call, SetVariable(call.caller_leg, name, value))


def write_core(core: Core, call: Call) -> None:
    """The small core that a restarted engine and the switch's watchdog need, on the channel itself."""
    set_variable(core, call, "cti_queue", call.queue)
    set_variable(core, call, "cti_enqueued_at", str(call.queued_ms) if call.queued_ms else "")
    set_variable(core, call, "cti_priority", str(call.priority) if call.priority else "")
    running = call.ivr
    set_variable(core, call, "cti_flow", f"{running.flow}:{running.version}:{running.state.node}" if running else "")
    set_variable(core, call, "cti_phase", CHANNEL_WORDS[phase(call)])


def prepare(core: Core, call: Call) -> None:
    """First words to a caller's channel: whose it is, and that it parks when the agent leaves."""
    set_variable(core, call, "cti_call", call.id)
    set_variable(core, call, "cti_epoch", str(core.epoch))
    set_variable(core, call, "park_after_bridge", "true")
    set_variable(core, call, "hangup_after_bridge", "false")
    set_variable(core, call, "uuid_bridge_park_on_cancel", "true")  # also when the agent leaves while the bridge is being made


def answer(core: Core, call: Call) -> None:
    """Answer once, before anything is played."""
    if not call.answered:
        call.answered = True
        send(core, call, Execute(call.caller_leg, "answer", "", core.next_id()))


def turn(call: Call, leg: Leg, trigger: str, hears: int = 0) -> None:
    """One step of a leg through its table, with the media group it hears from now on."""
    leg.state = next_leg_state(leg.state, trigger)
    leg.hears = hears


def play_music(core: Core, call: Call) -> None:
    """Music for a caller who waits or is on hold; it goes on until stopped or bridged away."""
    if "playback_terminators" in call.variables:  # a flow has set them
        set_variable(core, call, "playback_terminators", "none")
    queue = core.queue_config(call.queue or call.last_queue)
    call.music_exec = core.next_id()
    call.music_started_ms = core.now
    core.deadlines.cancel(music_again, call.id)
    send(core, call, Execute(call.caller_leg, "playback", queue.music, call.music_exec), MusicTaken(call.id))


def stop_music(core: Core, call: Call) -> None:
    if call.music_exec:
        call.music_exec = ""
        send(core, call, BreakPlayback(call.caller_leg))
    core.deadlines.cancel(music_again, call.id)


def music_wanted(call: Call) -> bool:
    """True while the caller hears nobody and no flow: not when an answered agent is about to be bridged."""
    if call.caller_gone or call.ending or call.resuming or call.taking_back:
        return False
    if call.activity == "queue":
        return call.offer is None or not call.offer.answered
    return phase(call) == "on_hold"


def music_ended(core: Core, call: Call) -> None:
    """The music's application completed: start it again when the caller still waits."""
    call.music_exec = ""
    if not music_wanted(call):
        return
    if core.now - call.music_started_ms < MUSIC_PAUSE_MS:
        core.deadlines.set(music_again, call.id, core.now + MUSIC_PAUSE_MS)
    else:
        play_music(core, call)


@dataclass(frozen=True, slots=True)
class MusicTaken(Outcome):
    call_id: CallId

    def told(self, core: Core, ok: bool, text: str) -> None:
        call = core.calls.get(self.call_id)
        if not ok and call is not None and call.music_exec:
            music_ended(core, call)


@deadline("music")
def music_again(core: Core, call_id: CallId) -> None:
    """After a pause, and when something else has ended that kept it away."""
    call = core.calls.get(call_id)
    if call is not None and not call.music_exec and music_wanted(call) and core.linked(call.node):
        play_music(core, call)


def in_fallback(phase: str, bridged_to: str) -> bool:
    """True for a caller in the switch's own queue whom no phone has taken."""
    return phase == "fallback" and not bridged_to


def take_back(core: Core, call: Call) -> None:
    """Fetch the caller from the switch's fallback queue. The dialplan ends its recording and its hook and parks the leg, which
    tells us (``adoption.taken_back``); until then nothing runs on the leg and the call is not offered."""
    call.taking_back = True
    call.legs[call.caller_leg].parked = False
    send(core, call, TransferLeg(call.caller_leg, "park", FALLBACK_CONTEXT))
    core.deadlines.set(take_back_again, call.id, core.now + TAKEN_BACK_WITHIN_MS)


@deadline("take_back")
def take_back_again(core: Core, call_id: CallId) -> None:
    """The leg has not parked."""
    call = core.calls.get(call_id)
    if call is not None and call.taking_back and not call.caller_gone and not call.ending and core.linked(call.node):
        take_back(core, call)


def hang_up(core: Core, call: Call, cause: str, outcome: CallOutcome) -> None:
    """End the call from our side; the books close when the switch says that the leg has ended."""
    if call.caller_gone:
        return
    call.ending = call.ending or outcome
    call.gone_first = call.gone_first or "system"
    call.legs[call.caller_leg].doomed = True
    send(core, call, KillLeg(call.caller_leg, cause))
    core.deadlines.set(kill_again, call.id, core.now + GONE_AFTER_KILL_MS)


@deadline("caller_kill")
def kill_again(core: Core, call_id: CallId) -> None:
    """The leg that we ended is still here."""
    call = core.calls.get(call_id)
    if call is not None and not call.caller_gone:
        if core.linked(call.node):
            send(core, call, KillLeg(call.caller_leg))
        core.deadlines.set(kill_again, call.id, core.now + GONE_AFTER_KILL_MS)
