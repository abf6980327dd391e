"""What agents write about their calls: one draft per agent and call for all windows, kept as typed.

A draft belongs to the running call or one of the last ``LAST_CALLS``. The ledger gets it with the disposition, at the end of
wrap-up, and ``STORE_MS`` after the first word that it does not have.
"""

from __future__ import annotations

from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.shown import shows
from cti_server.engine.kernel.state import Agent, AgentId, Draft
from cti_server.events.errors import NoteChanged
from cti_server.events.facts import DispositionFact
from cti_server.events.views import AGENT_STATUS_CHANGED, DRAFT, NOTE_SAVED, DraftView

LAST_CALLS = 5
STORE_MS = 10_000


def remember(core: Core, agent: Agent, call_id: str) -> None:
    """The agent has or had this call; what was written about the oldest of too many may no longer be changed."""
    calls = [*(other for other in agent.last_calls if other != call_id), call_id]
    for old in calls[:-LAST_CALLS]:
        _forget(core, agent, old)
    agent.last_calls = calls[-LAST_CALLS:]


def of(core: Core, agent_id: AgentId, call_id: str) -> Draft:
    """The draft, or an empty one that is not kept yet."""
    draft_id = f"{agent_id}/{call_id}"
    return core.drafts.get(draft_id) or Draft(draft_id, agent_id, call_id)


def save(core: Core, draft: Draft, note: str, version: int, code: str = "") -> None:
    """Take what was written over ``version``. What is there already is no change.

    Raises NoteChanged: another window was faster.
    """
    if (note, code or draft.code) == (draft.note, draft.code):
        return
    if draft.version not in (0, version) and note != draft.note:
        known = {"note": draft.note, "version": draft.version, "code": draft.code}
        raise NoteChanged("another window has saved another note meanwhile; look at it first", known)
    draft.note, draft.code = note, code or draft.code
    draft.version += 1
    draft.at_ms = core.now
    draft.stored = False
    core.drafts[draft.id] = draft
    agent = core.agents[draft.agent]
    if draft.call_id not in agent.last_calls:
        remember(core, agent, draft.call_id)
        core.changed(AGENT_STATUS_CHANGED, agent.id)
    keep(core, draft)
    core.changed(NOTE_SAVED, draft.id)


def keep(core: Core, draft: Draft) -> None:
    """See to it that the ledger gets the draft."""
    if not draft.stored and not core.deadlines.at(write, draft.agent):
        core.deadlines.set(write, draft.agent, core.now + STORE_MS)


@deadline("drafts")
def write(core: Core, agent_id: AgentId) -> None:
    """Give the ledger what it does not have (STORE_MS after a word, at the end of wrap-up, with a disposition)."""
    core.deadlines.cancel(write, agent_id)
    for call_id in core.agents[agent_id].last_calls:
        draft = of(core, agent_id, call_id)
        if not draft.stored:
            draft.stored = True
            fact = DispositionFact(call_id=draft.call_id, agent=draft.agent, code=draft.code, note=draft.note, at_ms=draft.at_ms)
            core.fact(core.next_id(), fact)
            core.changed(DRAFT, draft.id)


def forget_all(core: Core, agent: Agent) -> None:
    """The agent leaves the centre."""
    for call_id in agent.last_calls:
        _forget(core, agent, call_id)


def _forget(core: Core, agent: Agent, call_id: str) -> None:
    draft = of(core, agent.id, call_id)
    if draft.version:
        write(core, agent.id)
        del core.drafts[draft.id]
        core.removed(DRAFT, draft.id)


@shows(DRAFT, Draft)
def view(core: Core, draft: Draft) -> DraftView:
    return {
        "id": draft.id,
        "agent": draft.agent,
        "call_id": draft.call_id,
        "note": draft.note,
        "version": draft.version,
        "code": draft.code,
        "at_ms": draft.at_ms,
    }
