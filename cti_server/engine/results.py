"""Outcomes of effects: purpose -> what happens. An effect without a purpose needs nothing: its failure shows in the events.

'link-down' is no refusal: the switch may have done it. The person who asked is told; what became of it, Resync tells.
"""

from __future__ import annotations

from collections.abc import Callable

from cti_server.engine import admission, caller, ivr, offers, reconcile, talk
from cti_server.engine.memory import Core
from cti_server.engine.messages import EffectResult
from cti_server.engine.state import CallId, Pending

UNKNOWN = "link-down"


def result(core: Core, item: EffectResult) -> None:
    found = core.pending.pop(item.effect_id, None)
    if found is None:
        return
    if item.text == UNKNOWN:
        _answer(core, found, item)
    else:
        admission.answered(core, found.node, found.sent_ms)
        _PURPOSES[found.purpose](core, found, item)


def _answer(core: Core, found: Pending, item: EffectResult) -> None:
    """The one reply to a command whose effect the switch took or refused."""
    if not found.command_id:
        return
    if item.ok:
        core.reply(found.command_id)
    elif item.text == UNKNOWN:
        core.refuse(found.command_id, "outcome-unknown", "the switch's link broke; look at the screen before you send it again")
    else:
        core.refuse(found.command_id, "switch-refused", f"the switch refused: {item.text.strip()}", {"text": item.text})


def _music(core: Core, found: Pending, item: EffectResult) -> None:
    call = core.calls.get(found.subject)
    if not item.ok and call is not None and call.music_exec:
        caller.music_ended(core, call)


def _ivr(core: Core, found: Pending, item: EffectResult) -> None:
    if not item.ok:
        ivr.refused(core, *found.subject.split(" ", 1))


def _originate(core: Core, found: Pending, item: EffectResult) -> None:
    if not item.ok:
        call_id, leg = found.subject.split(" ", 1)
        offers.originate_refused(core, call_id, leg, item.text)


def _hold(core: Core, found: Pending, item: EffectResult) -> None:
    if talk.hold_result(core, found.subject, item.ok) or not item.ok:
        _answer(core, found, item)
    else:
        core.refuse(found.command_id, "wrong-state", "the conversation ended while it was being put on hold")


def _resume(core: Core, found: Pending, item: EffectResult) -> None:
    if not item.ok:
        talk.resume_failed(core, CallId(found.subject))
    _answer(core, found, item)


def _exists(core: Core, found: Pending, item: EffectResult) -> None:
    reconcile.settle(core, found.subject, item.ok, item.text)


_PURPOSES: dict[str, Callable[[Core, Pending, EffectResult], None]] = {
    "music": _music,
    "ivr": _ivr,
    "originate": _originate,
    "hold": _hold,
    "resume": _resume,
    "answer": lambda core, found, item: _answer(core, found, item),
    "exists": _exists,
}
