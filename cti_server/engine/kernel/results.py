"""Outcomes of effects. Who wants to know what became of a command to the switch sends a record of its own kind along,
declared beside what it leads to; a command without one needs nothing: its failure shows in the events.

    @message
    class Played(Outcome):
        call_id: CallId

        def told(self, core: Core, ok: bool, text: str) -> None: ...

    core.send(node, lane, command, Played(call.id))
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cti_server.domain.message import message
from cti_server.domain.record import Tagged
from cti_server.engine.kernel.state import CallId
from cti_server.events.errors import OutcomeUnknown, SwitchRefused


@message
class Outcome(Tagged):
    """A record of ids: it is kept over a restart of the log."""

    def told(self, core: Any, ok: bool, text: str) -> None:
        """The switch has done it, or refused with this text."""
        raise NotImplementedError

    def unknown(self, core: Any) -> None:
        """The link broke, the switch may have done it: what became of it, Resync tells."""


@message
class Asked(Outcome):
    """A person's command waits for it: the one reply. ``call_id``: the call that it is about."""

    call_id: CallId
    command_id: str

    def told(self, core: Any, ok: bool, text: str) -> None:
        self.answer(core, ok, text)

    def answer(self, core: Any, ok: bool, text: str) -> None:
        if ok:
            core.reply(self.command_id)
        else:
            core.refuse(self.command_id, SwitchRefused(f"the switch refused: {text.strip()}", {"text": text}))

    def unknown(self, core: Any) -> None:
        words = "the switch's link broke; look at the screen before you send it again"
        core.refuse(self.command_id, OutcomeUnknown(words))


@dataclass(slots=True)
class Pending:
    """An outcome that the switch owes us; ``sent_ms``: when it was asked."""

    wants: Outcome
    node: str
    sent_ms: int
