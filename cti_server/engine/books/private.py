"""Private calls: nobody listens to one or picks it up, and its recording has silence unless the centre records them."""

from __future__ import annotations

from cti_server.engine.books import recording
from cti_server.engine.graph import operations
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import MAIN, Call
from cti_server.events.commands import SetCallPrivate
from cti_server.events.views import CALL_DATA_CHANGED

COMMAND = SetCallPrivate.__name__
"""What the audit trail calls it."""
KEY = "private"
"""A flow that sets this to ``yes`` marks its call."""


def mark(core: Core, call: Call, private: bool) -> None:
    """Who listens leaves."""
    if call.private == private:
        return
    call.private = private
    for leg in call.legs.values():
        if private and leg.on:
            operations.leave(call, leg)
    recording.mask(core, call, call.groups[MAIN].sound == "flow")
    recording.mask_consults(core, call)
    core.wanted(call.id)
    core.changed(CALL_DATA_CHANGED, call.id)
