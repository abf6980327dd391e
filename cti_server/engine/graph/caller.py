"""The caller's leg: its channel variables (sent only when they change), its music, and its end.

Commands of one call keep their order: all of them, also those for the agent's leg, ride in the lane of the caller's leg.
"""

from __future__ import annotations

from cti_server.domain.call import CHANNEL_WORDS
from cti_server.domain.message import message
from cti_server.domain.outcomes import CallOutcome
from cti_server.domain.switch import BreakPlayback, Execute, SetVariable, SwitchCommand
from cti_server.domain.tenant import marks
from cti_server.engine.graph import derived, operations, steps
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.results import Outcome
from cti_server.engine.kernel.state import Call, CallId, Graph, Leg, LegId, Sound

MUSIC_PAUSE_MS = 1_000
"""Music that ends sooner than this (a missing file) is not restarted at once."""
FALLBACK_CONTEXT = "cti_fallback"


def send(core: Core, call: Graph, command: SwitchCommand, wants: Outcome | None = None) -> None:
    """Ask the call's switch, in the call's order."""
    core.send(call.node, call.caller_leg, command, wants)


def set_variable(core: Core, call: Call, name: str, value: str) -> None:
    """Set a channel variable of the caller's leg when the switch does not have that value yet."""
    if call.variables.get(name, "") != value and not call.caller_gone:
        call.variables[name] = value
        send(core, call, SetVariable(call.caller_leg, name, value))


def write_core(core: Core, call: Call) -> None:
    """The small core that a restarted engine and the switch's watchdog need, on the channel itself."""
    running, known = call.ivr, call.variables
    for name, value in (
        ("cti_queue", call.queue),
        ("cti_enqueued_at", str(call.queued_ms) if call.queued_ms else ""),
        ("cti_priority", str(call.priority) if call.priority else ""),
        ("cti_flow", f"{running.flow}:{running.version}:{running.state.node}" if running else ""),
        ("cti_phase", CHANNEL_WORDS[derived.phase(call, call.talker)]),
    ):
        if known.get(name, "") != value:
            set_variable(core, call, name, value)


def tell(core: Core, call: Graph, leg: Leg, name: str, value: str) -> None:
    """Set a variable of another leg than the caller's."""
    send(core, call, SetVariable(leg.id, name, value))


STAYS = {
    "park_after_bridge": "true",
    "hangup_after_bridge": "false",
    "uuid_bridge_park_on_cancel": "true",
    "max_session_transfers": "1000000000",
}
"""Variables of a leg that outlives whom it is bridged to: it parks. Without the last one the switch hangs a leg up at its 70th
transfer, and each hold, room and listening is one."""


def prepare(core: Core, call: Call) -> None:
    """First words to a caller's channel: whose it is, and that it parks when the agent leaves."""
    words = {"cti_call": call.id, "cti_epoch": str(core.epoch), **marks(core.config.tenant), **STAYS}
    if not call.caller_gone:
        core.tell(
            call.node, call.caller_leg, {name: word for name, word in words.items() if call.variables.get(name, "") != word}
        )
        call.variables.update(words)


ANSWERS_ITSELF = {"sip_h_Call-Info": "<sip:127.0.0.1>;answer-after=0"}
"""What many desk phones know. Not sip_auto_answer: the switch would send the phone a NOTIFY as well."""


def answer(core: Core, call: Call) -> None:
    """Answer once, before anything is played."""
    if not call.answered:
        call.answered = True
        send(core, call, Execute(call.caller_leg, "answer", "", core.next_id()))


def sound(core: Core, call: Graph, leg: Leg, wanted: Sound) -> None:
    """What one hears who is alone: a customer the queue's music. It goes on until it ends, is stopped or bridged away."""
    if isinstance(call, Call) and leg.id == call.caller_leg and "playback_terminators" in call.variables:  # a flow has set them
        set_variable(core, call, "playback_terminators", "none")
    leg.seen.plays, leg.seen.exec_id, leg.seen.plays_ms = wanted, core.next_id(), core.now
    source = _source(core, call, leg, wanted)
    send(core, call, Execute(leg.id, "playback", source, leg.seen.exec_id), SoundTaken(call.id, leg.id, leg.seen.exec_id))


SOURCES: dict[Sound, str] = {
    "silence": "silence_stream://-1",
    "ringback": "tone_stream://%(1000,4000,450);loops=-1",
    "tone": "tone_stream://%(150,100,900);loops=2",
}


def _source(core: Core, call: Graph, leg: Leg, wanted: Sound) -> str:
    """Of the number that was dialled, else of the queue: its music, and behind the tone its name, for who gets a call from it."""
    if isinstance(call, Call) and wanted == "music":
        line = core.config.service_numbers.get(call.service_number)
        return (line.music if line else "") or core.queue_config(call.queue or call.last_queue).music
    offer = call.offers.get(leg.id) if isinstance(call, Call) else None
    whisper = core.queue_config(offer.queue).whisper if offer else ""
    return f"file_string://{SOURCES[wanted]}!{whisper}" if wanted == "tone" and whisper else SOURCES[wanted]


def stop_music(core: Core, call: Call) -> None:
    customer = call.legs[call.caller_leg]
    if customer.seen.plays:
        customer.seen.plays = customer.seen.exec_id = ""
        send(core, call, BreakPlayback(call.caller_leg))


def sound_ended(core: Core, call: Graph, leg: Leg) -> None:
    """Its application completed; a sound that ends at once is begun again after a pause."""
    heard, leg.seen.plays, leg.seen.exec_id = leg.seen.plays, "", ""
    if leg.seen.called and heard == "tone":
        tone_over(core, leg)
        return
    if core.now - leg.seen.plays_ms < MUSIC_PAUSE_MS:
        leg.seen.quiet_until_ms = core.now + MUSIC_PAUSE_MS
    if not steps.disturbs(call, leg):
        core.touch(call.id)


def tone_over(core: Core, leg: Leg) -> None:
    """The agent has heard that a call has come, or it did not play: now the call may have the leg."""
    leg.seen.called, leg.picked_ms = False, core.now
    core.touch(leg.call_id)


@message
class SoundTaken(Outcome):
    call_id: CallId
    leg: LegId
    exec_id: str

    def told(self, core: Core, ok: bool, text: str) -> None:
        leg, call = core.legs.get(self.leg), core.graph(self.call_id)
        if not ok and leg is not None and call is not None and leg.seen.exec_id == self.exec_id:
            sound_ended(core, call, leg)


def in_fallback(phase: str, bridged_to: str) -> bool:
    """True for a caller in the switch's own queue whom no phone has taken."""
    return phase == "fallback" and not bridged_to


def end(core: Core, call: Call, leg: Leg, cause: str = "NORMAL_CLEARING") -> None:
    """The leg is wanted nowhere any more."""
    operations.leave(call, leg, cause)
    core.wanted(call.id)


def hang_up(core: Core, call: Call, cause: str, outcome: CallOutcome) -> None:
    """End the call from our side; the books close when the switch says that the leg has ended."""
    if call.caller_gone:
        return
    call.ending = call.ending or outcome
    call.gone_first = call.gone_first or "system"
    end(core, call, call.legs[call.caller_leg], cause)
